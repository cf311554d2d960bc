"""An episode of a missing child, with its clocks: hours and nights away, and the return home interview.

Heads say who and when; risk, places and the interview's times are read from the store once the policy has answered.
Hours are counted in elapsed time and nights on the clock of the wall, so a night in which clocks change counts once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count

from redshank.web.heads.models import Appearance, Person, Record
from redshank.web.missing.triggers import DATA, FRESH, TRIGGERS
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.policy.sight import sight_of

LONDON = ZoneInfo("Europe/London")
INTERVIEW = timedelta(hours=DATA["interview"]["hours"])
LISTED = timedelta(days=DATA["interview"]["days"])
NIGHT = DATA["night"]["hour"]
ADULT = 18
SIGHTS = 64  # kinds of sight whose candidates are remembered: most readers of a role share one
_READ = (
    "key",
    "delivery_no",
    "missing_from",
    "returned_at",
    "district",
    "indicators",
)  # of a record, by of_children
#: Who stands in an episode's record without having been met on the way.
NOT_WITH = frozenset(["missing", "parent", "carer", "professional", "reporter"])


@dataclass
class Episode:
    key: str
    delivery_no: int
    person_id: str
    name: str
    missing_from: datetime
    returned_at: datetime | None
    district: str = ""
    indicators: list[str] = field(default_factory=list)
    age: int | None = None  # when it began
    fields: dict[str, Any] = field(default_factory=dict)  # as the store has them
    others: list[str] = field(default_factory=list)  # with whom, as recorded

    def away(self, as_of: datetime) -> timedelta:
        return (self.returned_at or as_of).astimezone(UTC) - self.missing_from.astimezone(UTC)

    def hours(self, as_of: datetime) -> int:
        """Full hours."""
        return int(self.away(as_of) // timedelta(hours=1))

    def nights(self, as_of: datetime) -> int:
        return nights(self.missing_from, self.returned_at or as_of)

    @property
    def risk(self) -> str:
        """As the extract says it; nothing is made of an absent one."""
        said = self.fields.get("risk") or ""
        if said in ("", "not stated"):
            return "no risk stated"
        return f"assessed {said}" if "risk" in said or said == "absent" else f"assessed {said} risk"

    @property
    def offered_at(self) -> datetime | None:
        return self.fields.get("return_interview_offered_at")

    @property
    def held_at(self) -> datetime | None:
        return self.fields.get("return_interview_at")

    @property
    def due(self) -> datetime | None:
        """By when the return home interview is to be held: 72 hours of elapsed time after the return."""
        return self.returned_at.astimezone(UTC) + INTERVIEW if self.returned_at else None

    def is_overdue(self, as_of: datetime) -> bool:
        return self.due is not None and self.held_at is None and as_of > self.due

    def interview(self, as_of: datetime) -> str:
        """Where the return home interview stands, in words."""
        if self.due is None:
            return "none is due before the child is back"
        if self.held_at is not None:
            late = int((self.held_at - self.due) // timedelta(hours=1))
            return f"held {words.moment(self.held_at)}" + (
                f", {words.counted(late, 'hour,hours')} late" if late > 0 else ""
            )
        offered = (
            f"offered {words.moment(self.offered_at)}, not held"
            if self.offered_at
            else "not offered, as recorded"
        )
        left = self.due - as_of
        hours = int(abs(left) // timedelta(hours=1))
        if left < timedelta(0):
            over = words.counted(hours, "hour,hours") if hours else "less than an hour"
            return f"{offered}; overdue by {over}"
        return f"{offered}; due by {words.moment(self.due)}"

    @property
    def gaps(self) -> list[str]:
        """What the record does not tell."""
        out = [] if self.returned_at else ["no return is recorded"]
        if self.returned_at and not self.fields.get("found_at_location"):
            out.append("where the child was found is not recorded")
        if not self.others:
            out.append("with whom the child was is not recorded")
        if self.returned_at and self.held_at is None:
            out.append("no return home interview is recorded")
        return out


def nights(start: datetime, end: datetime) -> int:
    """How many times the night's hour passed, on the clock of the wall.

    >>> nights(datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 9, tzinfo=UTC))
    1
    """
    day, last, count = start.astimezone(LONDON).date(), end.astimezone(LONDON).date(), 0
    while day <= last:
        at = datetime(day.year, day.month, day.day, NIGHT, tzinfo=LONDON).astimezone(UTC)
        count += start.astimezone(UTC) <= at < end.astimezone(UTC)
        day += timedelta(days=1)
    return count


def age_on(born: date | None, at: datetime) -> int | None:
    return int(words.age_at(born, at.astimezone(LONDON))) if born else None


def all_rows(user: Any, purpose: str) -> Any:
    """Every missing episode in this reader's sight that says from when."""
    return Record.objects.visible_to(user, purpose).filter(
        kind="missing_episodes", missing_from__isnull=False
    )


def of_children(user: Any, purpose: str, rows: Any) -> tuple[list[Episode], int]:
    """Episodes of children among these rows of records, in the order in which they began, and how many of adults were left out.

    A person whose age is not recorded is not left out: nobody is set aside for a missing date.
    """
    # Plain rows: thousands of them stand behind the first page of a large force.
    held = {r.key: r for r in rows.values_list(*_READ, named=True)}
    seen = Appearance.objects.visible_to(user, purpose).filter(record_key__in=held, role="missing")
    by_key: dict[str, Any] = {}
    columns = ("record_key", "person_id", "named", "born")
    for a in seen.order_by("record_key", "row", "person_id").values_list(*columns, named=True):
        by_key.setdefault(a.record_key, a)
    people = {a.person_id for a in by_key.values()}
    known = Person.objects.visible_to(user, purpose).filter(person_id__in=people)
    persons = {p.person_id: p for p in known.values_list("person_id", "name", "born", named=True)}
    out, adults = [], 0
    for key, r in held.items():
        a = by_key.get(key)
        person = persons.get(a.person_id) if a else None
        born = (a.born if a else None) or (person.born if person else None)
        age = age_on(born, r.missing_from)
        if age is not None and age >= ADULT:
            adults += 1
            continue
        name = (
            (a.named if a else "") or (person.name if person else "") or "Somebody whose name is not recorded"
        )
        out.append(
            Episode(
                key, r.delivery_no, a.person_id if a and person else "", name, r.missing_from, r.returned_at, r.district,
                words.piped(r.indicators), age,
            )
        )  # fmt: skip
    return sorted(out, key=lambda e: (e.missing_from, e.key)), adults


def with_fields(user: Any, purpose: str, episodes: list[Episode]) -> list[Episode]:
    """Adds what only the store has, in one look-up, and who else stands in the record."""
    from redshank.publish.reading import fields

    found = fields(settings.HOME, {e.key: e.delivery_no for e in episodes})
    others: dict[str, list[str]] = {}
    near = (
        Appearance.objects.visible_to(user, purpose).filter(record_key__in=found).exclude(role__in=NOT_WITH)
    )
    by_id = {e.key: e.person_id for e in episodes}
    rows = [a for a in near.order_by("record_key", "row", "person_id") if a.person_id != by_id[a.record_key]]
    persons = dict(
        Person.objects.visible_to(user, purpose)
        .filter(person_id__in={a.person_id for a in rows})
        .values_list("person_id", "name")
    )
    for a in rows:
        said = f"{a.named or persons.get(a.person_id, 'somebody')}, {words.word(a.role, 'role')}"
        if said not in others.setdefault(a.record_key, []):
            others[a.record_key].append(said)
    for e in episodes:
        e.fields, e.others = found[e.key], others.get(e.key, [])
    return episodes


def of_person(user: Any, purpose: str, person_id: str) -> list[Episode]:
    """Every episode of one child from the first, as recorded."""
    keys = (
        Appearance.objects.visible_to(user, purpose)
        .filter(person_id=person_id, role="missing")
        .values("record_key")
    )
    found, _ = of_children(user, purpose, all_rows(user, purpose).filter(key__in=keys))
    return [e for e in found if e.person_id == person_id]


_COUNTED: dict[tuple[Any, ...], frozenset[str]] = {}  # what limits a reader → their candidates


def candidates(user: Any, purpose: str, as_of: datetime) -> frozenset[str]:
    """People for whom a trigger may hold, by their ids, counted anew where a night or what limits the reader has changed.

    Whoever asks reads the episodes of these people through their own sight each time.
    """
    sight, role = sight_of(user), user.as_role
    limits = (sight.hidden, sight.shared if role.scope == "shared" else {})
    key = (
        sight.run, as_of, publication().published_at, user.role, role.cleared, purpose,
        *(frozenset((kind, frozenset(idents)) for kind, idents in some.items()) for some in limits),
    )  # fmt: skip
    if key not in _COUNTED:
        if len(_COUNTED) >= SIGHTS:
            _COUNTED.clear()
        _COUNTED[key] = frozenset(_candidates(user, purpose, as_of))
    return _COUNTED[key]


def forget() -> None:
    """Forgets who was counted: the rows were changed under the same run."""
    _COUNTED.clear()


def _candidates(user: Any, purpose: str, as_of: datetime) -> set[str]:
    windows = [(t.episodes, t.days) for t in TRIGGERS if t.kind == "count"]
    missing = Appearance.objects.visible_to(user, purpose).filter(role="missing")
    rows = all_rows(user, purpose)
    out: set[str] = set()
    for least, days in windows:
        keys = rows.filter(missing_from__gt=as_of - timedelta(days=days)).values("key")
        counted = (
            missing.filter(record_key__in=keys)
            .values("person_id")
            .annotate(n=Count("record_key", distinct=True))
        )
        out |= set(counted.filter(n__gte=least).values_list("person_id", flat=True))
    fresh = rows.filter(returned_at__isnull=True) | rows.filter(returned_at__gte=as_of - FRESH)
    out |= set(missing.filter(record_key__in=fresh.values("key")).values_list("person_id", flat=True))
    return out


def by_person(user: Any, purpose: str, people: Collection[str]) -> dict[str, list[Episode]]:
    """The episodes of several children, each in order; without what only the store has."""
    keys = (
        Appearance.objects.visible_to(user, purpose)
        .filter(person_id__in=people, role="missing")
        .values("record_key")
    )
    found, _ = of_children(user, purpose, all_rows(user, purpose).filter(key__in=keys))
    out: dict[str, list[Episode]] = {}
    for e in found:
        if e.person_id in people:
            out.setdefault(e.person_id, []).append(e)
    return out
