"""Filters of the meetings' templates: a body, a thing, a decision and a gateway as words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template

from redshank.web.meetings.bodies import BODIES, BY_HAND, GATEWAYS, LONDON
from redshank.web.meetings.models.raised import KINDS

register = template.Library()
THINGS = {"child": "Child", "group": "Group", "place": "Place", "record": "Record by itself", "line": "County line", "concern": "Concern"} | {k: w.removeprefix("A ").removeprefix("An ").capitalize() for k, w in BY_HAND.items()}  # fmt: skip


@register.filter
def meeting_words(key: str) -> str:
    return BODIES[key].title if key in BODIES else "A body that no longer meets"


@register.filter
def thing_words(about: str) -> str:
    return THINGS.get(about, about.replace("_", " "))


@register.filter
def move_words(kind: str) -> str:
    return KINDS.get(kind, kind)


@register.filter
def gateway_words(key: str) -> str:
    return GATEWAYS.get(key, "")


@register.filter
def isoday(at: datetime) -> str:
    return at.astimezone(LONDON).date().isoformat()


@register.inclusion_tag("meetings/about.html", takes_context=True)
def raised_about(context: Any, about: str, ident: str) -> dict[str, Any]:
    """On a thing's own page: what was raised about it, as far as the reader sees it, its open tasks, and the way to raise it."""
    from redshank.web.meetings import raising
    from redshank.web.meetings.models import Action

    user = context["request"].user
    rows = Action.objects.visible_to(user, user.as_role.purpose).filter(about=about, ident=str(ident))
    return {
        "rows": raising.way(user, about, str(ident)), "about": about, "ident": ident, "may": bool(raising.bodies_for(user, about)),
        "tasks": list(rows.filter(state__in=("open", "started")).select_related("owner")),
    }  # fmt: skip


@register.inclusion_tag("meetings/patrols.html", takes_context=True)
def patrols_at(context: Any, cell: str) -> dict[str, Any]:
    """On a place's page: the tasks that are done there, and when somebody reported of late."""
    from redshank.web.meetings import patrols

    rows = patrols.by_cell(context["request"].user, [cell]).get(cell, [])
    return {"rows": rows, "reports": sum(len(r.reports) for r in rows), "days": patrols.DAYS}


@register.inclusion_tag("meetings/concern_way.html")
def concern_way(concern: Any) -> dict[str, Any]:
    """For whoever raised a concern: before which meetings it stood, and what they were told; no other word of a meeting."""
    from redshank.web.meetings.models import Move, Raised

    raised = Raised.objects.filter(about="concern", ident=str(concern.pk)).order_by("at")
    moves = Move.objects.filter(raised__in=raised).exclude(kind__in=("again", "split")).order_by("at", "pk")
    return {"raised": list(raised), "moves": list(moves)}
