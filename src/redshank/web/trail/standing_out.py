"""Reads that stand out, for whoever watches over the audit: one's own family name, another district, far more than one's own usual.

Nothing here says that a read was wrong: most have their reason, and the reader says it. What is told is who, how often and of
how many, never whose record it was beyond what the audit itself shows. A matter of the watcher's own stays out, as in the audit
(practice rule 13). The bounds are local defaults.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from redshank.web.heads.models import Person, Record
from redshank.web.searching.folding import folded
from redshank.web.trail.models import Entry

DAYS = 28
#: Of so many reads of another district or more, when they are more than half of the reads of records by who has one of their own.
ELSEWHERE = 10
#: So many reads on one day or more, when that is more than so many times the reader's own usual day.
MANY, TIMES = 60, 3
AT_ONCE = 500
PEOPLE = ("person", "child", "urgent")


@dataclass(frozen=True)
class Told:
    """What stands out of one person's reads: how many of how many, and from when to when."""

    user: Any
    why: str  # "name", "district", "many"
    count: int
    of: int
    first: date
    last: date


def standing_out(watcher: Any, since: datetime) -> list[Told]:
    """What stands out since then, of all reads that the watcher may see: by kind, then most first."""
    rows = Entry.objects.visible_to(watcher, watcher.as_role.purpose).filter(
        action="consultation", at__gte=since, user__isnull=False
    )
    reads: dict[Any, list[Entry]] = defaultdict(list)
    for entry in rows.exclude(ident="").select_related("user").order_by("at", "id"):
        reads[entry.user].append(entry)
    every = [e for some in reads.values() for e in some]
    surnames = _surnames({e.ident for e in every if e.kind in PEOPLE})
    districts = _districts({e.ident for e in every if e.kind == "record"})
    found = []
    for user, some in reads.items():
        found += _of_one_name(user, some, surnames) + _elsewhere(user, some, districts) + _many(user, some)
    order = ("name", "district", "many")
    return sorted(found, key=lambda t: (order.index(t.why), -t.count, t.user.name))


def _told(user: Any, why: str, some: list[Entry], of: int) -> list[Told]:
    days = [e.at.date() for e in some]
    return [Told(user, why, len(some), of, days[0], days[-1])]


def _of_one_name(user: Any, some: list[Entry], surnames: dict[str, set[str]]) -> list[Told]:
    own = (folded(user.name).split() or [""])[-1]
    people = [e for e in some if e.kind in PEOPLE]
    same = [e for e in people if own and own in surnames.get(e.ident, ())]
    return _told(user, "name", same, len(people)) if same else []


def _elsewhere(user: Any, some: list[Entry], districts: dict[str, str]) -> list[Told]:
    known = [e for e in some if e.kind == "record" and districts.get(e.ident)]
    away = [e for e in known if user.district and districts[e.ident] != user.district]
    return (
        _told(user, "district", away, len(known))
        if len(away) >= ELSEWHERE and len(away) * 2 > len(known)
        else []
    )


def _many(user: Any, some: list[Entry]) -> list[Told]:
    days = Counter(e.at.date() for e in some)
    out = []
    for day, count in sorted(days.items()):
        others = [n for other, n in days.items() if other != day]
        if count >= MANY and count > TIMES * (median(others) if others else 0):
            out += _told(user, "many", [e for e in some if e.at.date() == day], len(some))
    return out


def _some(idents: Iterable[str]) -> Iterable[list[str]]:
    held = sorted(idents)
    return (held[n : n + AT_ONCE] for n in range(0, len(held), AT_ONCE))


def _surnames(idents: set[str]) -> dict[str, set[str]]:
    """Family names under which each person stood in any night, folded."""
    out: dict[str, set[str]] = defaultdict(set)
    for part in _some(idents):
        for ident, name, surname in Person.objects.filter(person_id__in=part).values_list(
            "person_id", "name", "surname"
        ):
            out[ident] |= {(folded(n).split() or [""])[-1] for n in (name, surname)}
    return out


def _districts(idents: set[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for part in _some(idents):
        out |= dict(Record.objects.filter(key__in=part).order_by("valid_from").values_list("key", "district"))
    return out
