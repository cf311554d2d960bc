"""What pages show of the audit: who opened this, for those who may read it. One line in each template."""

from __future__ import annotations

from typing import Any

from django import template

from redshank.web.trail.models import Entry

register = template.Library()
LAST = 20  # entries shown on the page itself; all of them stand in the audit


@register.inclusion_tag("pages/opened.html", takes_context=True)
def opened(context: Any, kind: str, ident: Any) -> dict[str, Any]:
    """The last entries about one thing; nothing for a role that does not read the audit."""
    user = context["request"].user
    rows = Entry.objects.visible_to(user, user.as_role.purpose).filter(kind=kind, ident=str(ident))
    return {"trail": list(rows.select_related("user").order_by("-at", "-id")[:LAST]), "kind": kind, "number": _number(kind, str(ident))}  # fmt: skip


def _number(kind: str, ident: str) -> str:
    """As people say it, and as the audit's search takes it: without what stands before a number inside the program."""
    if kind == "record":
        return ident.partition(":")[2]
    return ident.removeprefix("p-").removeprefix("g-")
