"""What missing children put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.missing import episodes
from redshank.web.missing.views import to_look_at
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.today import SHOWN, Block, Told


def missing(user: Any, purpose: str) -> Block:
    """Children without a recorded return, the longest first."""
    as_of = publication().as_of
    some, _ = episodes.of_children(
        user, purpose, episodes.all_rows(user, purpose).filter(returned_at__isnull=True)
    )
    lines = [
        Told(
            f"{e.name}, {e.age}" if e.age is not None else e.name,
            reverse("missing-child", args=[e.person_id]) if e.person_id else words.record_url(e.key),
            f"missing {words.counted(e.hours(as_of), 'hour,hours')} as recorded, since {words.moment(e.missing_from)}, {e.district or 'no district recorded'}",
        )
        for e in some[:SHOWN]
    ]
    return Block(
        "Children missing, as last recorded",
        lines,
        len(some),
        reverse("missing"),
        [e.key for e in some],
    )


def look(user: Any, purpose: str) -> Block:
    """What a trigger asks somebody to look at, today's first."""
    told = [t for t in to_look_at(user, publication().as_of) if t.waiting]
    lines = [
        Told(
            t.episode.name,
            reverse("missing-child", args=[t.episode.person_id]),
            "; ".join(f"{f.trigger.says}: {f.trigger.asks_words}" for f in t.waiting),
        )
        for t in told[:SHOWN]
    ]
    keys = [t.episode.person_id for t in told]
    return Block(
        "Missing children to look at",
        lines,
        len(told),
        reverse("missing"),
        keys,
    )


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "missing": missing,
    "episodes_to_look_at": look,
}
