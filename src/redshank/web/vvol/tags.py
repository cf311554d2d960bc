"""On the pages of a person, a child and a place: on which VVOL lists it stands, and the way to add it."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("vvol/beside.html", takes_context=True)
def vvol_beside(context: Any, kind: str, ident: str) -> dict[str, Any]:
    from redshank.web.heads.moved import ids_of
    from redshank.web.vvol.models import Entry

    user = context["request"].user
    rows = Entry.objects.visible_to(user, user.as_role.purpose)
    rows = rows.filter(kind=kind, ident__in=ids_of(user, kind, ident))
    return {
        "entries": list(rows.filter(removed_at__isnull=True).select_related("owner").order_by("on", "pk")),
        "kind": kind, "ident": ident, "may": user.as_role.allows("vvol.edit"),
    }  # fmt: skip
