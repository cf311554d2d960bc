"""On the pages of a person, a child and a place: on which VVOL lists it stands, and the way to add it."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("vvol/beside.html", takes_context=True)
def vvol_beside(context: Any, kind: str, ident: str) -> dict[str, Any]:
    from redshank.web.heads.models import Moved
    from redshank.web.vvol.models import Entry

    user = context["request"].user
    older = Moved.objects.visible_to(user, user.as_role.purpose).filter(kind="person", now=ident)
    ids = [ident, *older.values_list("was", flat=True)] if kind == "person" else [ident]
    rows = Entry.objects.visible_to(user, user.as_role.purpose).filter(kind=kind, ident__in=ids)
    return {
        "entries": list(rows.filter(removed_at__isnull=True).select_related("owner").order_by("on", "pk")),
        "kind": kind, "ident": ident, "may": user.as_role.allows("vvol.edit"),
    }  # fmt: skip
