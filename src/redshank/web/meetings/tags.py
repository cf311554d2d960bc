"""Filters of the meetings' templates: a body, a thing, a decision and a gateway as words."""

from __future__ import annotations

from datetime import datetime

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
