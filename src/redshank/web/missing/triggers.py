"""What asks for a look at a child's episodes: conditions from ``missing.toml``, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redshank.web.missing.episodes import Episode

DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "missing.toml").read_text(encoding="utf-8"))
#: Kind → the number that it needs.
NEEDS = {"count": ("episodes", "days"), "age": ("under",), "hours": ("hours",), "flag": ()}
FRESH = timedelta(days=DATA["list"]["fresh_days"])
RHYTHM = timedelta(hours=DATA["list"]["rhythm_hours"])


@dataclass(frozen=True)
class Trigger:
    key: str
    kind: str
    asks: str
    says: str
    source: str
    episodes: int = 0
    days: int = 0
    under: int = 0
    hours: int = 0

    @property
    def asks_words(self) -> str:
        return DATA["asks"][self.asks]


@dataclass(frozen=True)
class Fired:
    """A trigger that holds for a child, and the episode on which it does."""

    trigger: Trigger
    episode_key: str


def read(data: dict[str, Any]) -> tuple[Trigger, ...]:
    out = []
    for entry in data["trigger"]:
        if entry["kind"] not in NEEDS or entry["asks"] not in data["asks"]:
            raise ValueError(f"missing.toml, {entry['key']}: unknown kind or asks")
        if any(not entry.get(name) for name in NEEDS[entry["kind"]]):
            raise ValueError(f"missing.toml, {entry['key']}: lacks {', '.join(NEEDS[entry['kind']])}")
        out.append(Trigger(**entry))
    return tuple(out)


TRIGGERS = read(DATA)


def fired(episodes: Sequence[Episode], as_of: datetime, flagged: bool) -> list[Fired]:
    """What holds for one child at the extract's time; ``episodes`` in the order in which they began."""
    if not episodes:
        return []
    last = episodes[-1]
    is_fresh = last.returned_at is None or as_of - last.returned_at <= FRESH
    out = []
    for t in TRIGGERS:
        if t.kind == "count":
            since = as_of - timedelta(days=t.days)
            holds = sum(since < e.missing_from <= as_of for e in episodes) >= t.episodes
        elif not is_fresh:
            holds = False
        elif t.kind == "age":
            holds = last.age is not None and last.age < t.under
        elif t.kind == "hours":
            holds = last.away(as_of) >= timedelta(hours=t.hours)
        else:
            holds = flagged
        if holds:
            out.append(Fired(t, last.key))
    return out
