"""What a product is made from: rows of findings and of decisions, already narrowed to what its writer may see.

A record's key is ``TABLE:REFERENCE`` as everywhere; times carry their zone; a person is a ``person_id``. Nothing here
holds a score; ethnicity and nationality stand on rows of people alone, to be measured for completeness and fairness.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@lru_cache(maxsize=1 << 18)  # dozens of figures ask for the days of the same records
def local(at: datetime) -> date:
    """The day on the clock of the wall: a call at 23:30 UTC in summer is of the next day."""
    return at.astimezone(LONDON).date()


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both within."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period ends on or after the day on which it begins")

    def holds(self, day: date | datetime | None) -> bool:
        if day is None:
            return False
        return self.start <= (local(day) if isinstance(day, datetime) else day) <= self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Held:
    """How many records of a table and district are known since a day; a record is known from its own time, whenever it was sent again."""

    kind: str
    district: str
    day: date | None
    records: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record with at least one signal, a confirmed flag or a place behind a group."""

    key: str
    kind: str
    district: str
    known: datetime | None
    at: datetime | None
    grade: str
    origin: str
    agency: str
    indicators: frozenset[str]


@dataclass(frozen=True, slots=True)
class Crime:
    """A crime that carries the record system's own flag, or a flag here."""

    key: str
    district: str
    recorded: datetime | None
    occurred: datetime | None
    status: str
    outcome: str
    own_flag: bool
    flags: tuple[int, ...]  # numbers of flags here that rest on it
    offence: str = ""  # code and words, as recorded


@dataclass(frozen=True, slots=True)
class Named:
    """A person in a crime of :class:`Crime`: as its victim, or as a suspect or detained."""

    key: str
    person: str
    role: str
    sex: str
    age: int | None  # on the day of the event
    ethnicity_self: str  # as recorded, for completeness, fairness and the return; never used to find anything
    ethnicity_officer: str
    nationality: str
    care: str
    disability: bool
    on_crime: datetime | None = None  # of the event
    age_recorded: bool | None = None  # in this row; None: as ``age`` has it


@dataclass(frozen=True, slots=True)
class Flag:
    number: int
    about: str
    ident: str
    state: str
    district: str
    proposed: datetime
    decided: datetime | None
    keys: tuple[str, ...]  # records relied on
    group: str
    axes: dict[str, str]
    definition: str


@dataclass(frozen=True, slots=True)
class Group:
    ident: str
    label: str
    sentence: str
    kind: str
    strength: str
    concerns: int
    children: int
    detected: date
    grew: bool
    keys: tuple[str, ...]
    districts: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    group: str
    person: str
    role: str
    age: int | None
    category: str  # as the records have them: suspect in a crime, named in intelligence, none


@dataclass(frozen=True, slots=True)
class Child:
    person: str
    name: str
    sexual: str
    criminal: str
    rising: bool
    change: str
    age: int | None
    sex: str
    keys: tuple[str, ...]
    reasons: tuple[str, ...]
    districts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    key: str
    person: str
    district: str
    begun: datetime
    returned: datetime | None
    risk: str
    interview: str  # not due, held in time, held late, overdue, due
    again: bool = False  # the third or a later one of this person within 90 days


@dataclass(frozen=True, slots=True)
class Place:
    cell: str
    name: str
    district: str
    records: int
    children: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    ref: str
    name: str
    band: str
    use: str
    status: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    key: str
    kind: str
    quoted: bool
    severity: str
    known: datetime | None = None  # of its record
    district: str = ""


@dataclass(frozen=True, slots=True)
class Detention:
    """A custody record of somebody who is named as suspect in a crime with a confirmed flag."""

    key: str
    person: str
    arrested: datetime | None
    station: str
    offence_code: str
    age: int | None = None  # on the day of the arrest


@dataclass(frozen=True, slots=True)
class Act:
    """Something that people did: an action, an option used, an ask of an agency, a visit, a thing raised."""

    kind: str
    ident: str
    day: date
    state: str
    of: str = ""  # strand, option, agency, body
    title: str = ""
    url: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Rows:
    """Everything, as at one time."""

    as_of: datetime
    run: int
    held: tuple[Held, ...] = ()
    records: tuple[Record, ...] = ()
    crimes: tuple[Crime, ...] = ()
    named: tuple[Named, ...] = ()
    flags: tuple[Flag, ...] = ()
    groups: tuple[Group, ...] = ()
    members: tuple[Member, ...] = ()
    children: tuple[Child, ...] = ()
    episodes: tuple[Episode, ...] = ()
    places: tuple[Place, ...] = ()
    lines: tuple[Line, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    detentions: tuple[Detention, ...] = ()
    acts: tuple[Act, ...] = ()
    quarantined: int = 0
    appearances: int = 0
    unlinked: int = 0  # rows that name somebody and stand alone: no other record of the person was found
    measures: dict[str, str] = field(default_factory=dict)  # sentences of audits and reviews, by name
    words: dict[str, dict[str, str]] = field(default_factory=dict)  # codes → words, by kind
    not_current: str = ""  # a sentence: which data were not, when they were read


def of_district(r: Rows, district: str) -> Rows:
    """What concerns one district: records, crimes, episodes and places in it; groups and children with a record in it, whole."""
    groups = tuple(g for g in r.groups if district in g.districts)
    inside = {g.ident for g in groups}
    keys = {x.key for x in r.records if x.district == district} | {c.key for c in r.crimes if c.district == district}  # fmt: skip
    return replace(
        r, held=tuple(h for h in r.held if h.district == district), records=tuple(x for x in r.records if x.district == district),
        crimes=tuple(c for c in r.crimes if c.district == district), named=tuple(n for n in r.named if n.key in keys),
        flags=tuple(f for f in r.flags if f.district == district or keys & set(f.keys) or f.group in inside),
        groups=groups, members=tuple(m for m in r.members if m.group in inside),
        children=tuple(c for c in r.children if district in c.districts), episodes=tuple(e for e in r.episodes if e.district == district),
        places=tuple(x for x in r.places if x.district == district), phrases=tuple(x for x in r.phrases if x.district == district),
    )  # fmt: skip


def of_subject(r: Rows, kind: str, ident: str, keys: frozenset[str]) -> Rows:
    """What concerns one group, person, place or problem: the records behind it, and what those records tell of."""
    groups = tuple(g for g in r.groups if (kind == "group" and g.ident == ident) or (kind != "group" and keys & set(g.keys)))  # fmt: skip
    inside = {g.ident for g in groups}
    members = tuple(m for m in r.members if m.group in inside)
    people = {m.person for m in members} | {ident}
    return replace(
        r, held=(), records=tuple(x for x in r.records if x.key in keys), crimes=tuple(c for c in r.crimes if c.key in keys),
        named=tuple(n for n in r.named if n.key in keys),
        flags=tuple(f for f in r.flags if f.ident == ident or f.group in inside or keys & set(f.keys)), groups=groups, members=members,
        children=tuple(c for c in r.children if c.person in people or keys & set(c.keys)),
        episodes=tuple(e for e in r.episodes if e.key in keys or e.person in people), places=tuple(x for x in r.places if keys & set(x.keys) or (kind == "place" and x.cell == ident)),
        lines=tuple(x for x in r.lines if x.ref == ident), phrases=tuple(x for x in r.phrases if x.key in keys),
    )  # fmt: skip
