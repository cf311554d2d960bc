"""What people linked to each other: a link made on an item is told on both its sides, and may be relied on in a flag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from redshank.web.heads.moved import ids_of, now_of
from redshank.web.worklist.items import thing_of
from redshank.web.worklist.models import Act

#: A child's page and the same person's page tell of the same links.
AS_ITEM = {"person": "child"}


@dataclass(frozen=True)
class Link:
    """One link that stands, seen from one of its sides."""

    act: Act
    about: str  # of the other side
    ident: str
    title: str


def _standing(user: Any, about: str, ident: str) -> Any:
    """Links that nobody took back, from the thing or to it, also under ids that went into its own."""
    ids = ids_of(user, about, ident)
    ends = Q(about=about, ident__in=ids) | Q(value__in=[f"{about}:{i}" for i in ids])
    rows = Act.objects.visible_to(user, user.as_role.purpose).filter(
        ends, kind="link", undone_by__isnull=True
    )
    return rows.select_related("by").order_by("at", "id")


def linked_to(user: Any, about: str, ident: str) -> list[Link]:
    """What stands linked to a child, a person, a group or a record; the other side only where this reader may see it."""
    about = AS_ITEM.get(about, about)
    ids = set(ids_of(user, about, ident))
    out = []
    for act in _standing(user, about, ident):
        to, _, target = act.value.partition(":")
        from_here = act.about == about and act.ident in ids
        other, there = (to, target) if from_here else (act.about, act.ident)
        there = now_of(user, other, there)
        if other == about and there in ids:
            continue  # a night has made one of the two
        thing = thing_of(user, other, there)
        if thing is not None:
            out.append(Link(act, other, there, thing.title))
    return out


def records_linked(user: Any, about: str, ident: str) -> list[str]:
    """Keys of the records that people linked to it, as far as this reader may see them."""
    return sorted({x.ident for x in linked_to(user, about, ident) if x.about == "record"})
