"""The risk that a date is missed: the gravest of the rules whose conditions all hold, with all their reasons in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from redshank.web.tracker.settings import LEVELS, QUALITY, SETTINGS

ORDER = list(LEVELS)


@dataclass(frozen=True)
class Facts:
    """What the rules look at."""

    days: int | None  # until the date; None where no date is set
    status: str
    quality: str  # the best of the evidence that stands
    acceptance: str
    asks_late: int
    declined: int
    owned: bool
    actions_late: int


@dataclass(frozen=True)
class Risk:
    level: str
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        return LEVELS[self.level]


def best(qualities: Iterable[str]) -> str:
    """The strongest quality of these; "none" where there is nothing.

    >>> best(["policy", "outcome", "activity"])
    'outcome'
    """
    order = ["none", *QUALITY]
    return max(("none", *qualities), key=order.index)


def holds(when: dict[str, Any], f: Facts) -> bool:
    """Whether every condition of a rule is met."""
    met = {
        "days_at_most": lambda n: f.days is not None and f.days <= n,
        "days_at_least": lambda n: f.days is not None and f.days >= n,
        "no_date": lambda yes: (f.days is None) is yes,
        "status": lambda some: f.status in some,
        "quality": lambda some: f.quality in some,
        "acceptance": lambda some: f.acceptance in some,
        "asks_late_at_least": lambda n: f.asks_late >= n,
        "declined_at_least": lambda n: f.declined >= n,
        "no_owner": lambda yes: (not f.owned) is yes,
        "actions_late_at_least": lambda n: f.actions_late >= n,
    }
    return all(met[name](value) for name, value in when.items())


def risk(f: Facts, rules: Any = None) -> Risk:
    """What the rules say; nothing is at risk any more where it is closed."""
    if f.status == "closed":
        return Risk("closed", ("it is closed",))
    met = [r for r in (rules or SETTINGS.risk) if holds(r.when, f)]
    if not met:
        return Risk("low", ("no rule gives a reason",))
    return Risk(min((r.level for r in met), key=ORDER.index), tuple(r.words for r in met))


def facts(row: Any, on: date) -> Facts:
    """Of a recommendation with its evidence, asks and actions read beside it."""
    standing = [e for e in row.evidence.all() if e.struck_at is None]
    asks = list(row.asks.all())
    late = [d for d in row.deeds.all() if d.state == "planned" and d.on < on]
    return Facts(
        (row.due - on).days if row.due else None, row.status, best(e.quality for e in standing), row.acceptance,
        sum(a.state != "settled" and a.next_on is not None and a.next_on < on for a in asks), sum(a.state == "declined" for a in asks),
        row.owner_id is not None, len(late),
    )  # fmt: skip
