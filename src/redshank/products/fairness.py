"""Rates of findings and of decisions by what is recorded of people, to see whether the work is fair. Never an input of anything.

A rate tells a difference in what was found and decided among people whom records name. It tells nothing of why: who is
stopped, reported, referred and recorded comes before every record, and a value is recorded of some more often than of others. So
completeness stands first, "not recorded" is a row, each rate has an interval, and small cells are withheld, with a second one
where it alone could be worked out from the sum.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from redshank.products.figures.core import AGES, band, sex

LEAST = 5  # cells below are withheld: a local default
Z = 1.959963984540054  # of a 95 % interval
NOT_RECORDED, NOT_STATED, DIFFERENTLY = (
    "not recorded",
    "not stated by the person",
    "recorded in more than one way",
)
OTHER_CODE = "another code"
CAVEAT = (
    "These are rates among people whom records name. They rest on who was recorded and how: a difference may come from recording, from what was "
    "reported, from where officers were, or from what happened. The numbers cannot tell which, and say nothing of any community. "
    "Nothing here is read by any stage that finds, orders or proposes."
)  # fmt: skip


@dataclass(frozen=True)
class Somebody:
    """A person whom records name, with what is recorded of them."""

    person: str
    ethnicity_self: frozenset[str]
    ethnicity_officer: frozenset[str]
    sex: str
    age: int | None
    districts: frozenset[str]


@dataclass(frozen=True)
class Decision:
    """A flag that is decided, for each person whom it is about; or a disruption option recorded for a person."""

    person: str
    kind: str  # flag or option
    yes: bool  # confirmed; used
    days: int | None = None  # from proposal to decision


@dataclass(frozen=True)
class Facts:
    people: tuple[Somebody, ...]
    in_matrix: frozenset[str] = frozenset()
    rising: frozenset[str] = frozenset()
    as_child: frozenset[str] = frozenset()  # a child of a proposed group
    as_concern: frozenset[str] = frozenset()  # a proposed person of concern
    decisions: tuple[Decision, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True)
class Row:
    """One value: how many people, of how many it is so, the rate and its interval in words; "fewer than 5" where withheld."""

    label: str
    n: str
    k: str
    rate: str
    interval: str


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    head: tuple[str, str, str]  # value, of whom, how many
    rows: tuple[Row, ...]
    says: str = ""


@dataclass(frozen=True)
class Measure:
    """What is counted: of whom, who counts, how it is said."""

    key: str
    title: str
    of: str
    counts: str


MEASURES = (
    Measure("in_matrix", "In the child vulnerability matrix", "people named, not recorded as 18 or over", "in the matrix"),
    Measure("rising", "Rising in the matrix", "people named, not recorded as 18 or over", "rising"),
    Measure("as_child", "A child of a proposed group", "people named, not recorded as 18 or over", "in a proposed group"),
    Measure("as_concern", "A proposed person of concern in a group", "people named", "proposed"),
)  # fmt: skip
DECIDED = (
    Measure("flag", "Flags confirmed, of those decided", "decisions about people", "confirmed"),
    Measure("option", "Disruption options used, of those recorded for people", "options recorded", "used"),
)


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927).

    >>> tuple(round(x, 3) for x in wilson(8, 10))
    (0.49, 0.943)
    >>> wilson(0, 10)[0], wilson(10, 10)[1]
    (0.0, 1.0)
    """
    if not 0 <= k <= n or n == 0:
        raise ValueError("so many of none")
    p, z2 = k / n, Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half) if k else 0.0, min(1.0, middle + half) if k < n else 1.0


def valued(values: Iterable[str]) -> str:
    """The one value that is recorded.

    >>> valued([]), valued(["NS"]), valued(["W1", "NS"]), valued(["W1", "A2"])
    ('not recorded', 'not stated by the person', 'W1', 'recorded in more than one way')
    """
    found = {v.strip() for v in values} - {""}
    said = found - {"NS", "N", "9", "0"}
    if len(said) > 1:
        return DIFFERENTLY
    return next(iter(said), NOT_STATED if found else NOT_RECORDED)


T = TypeVar("T")
Dimension = tuple[str, str, Callable[[Somebody], Sequence[str]]]


def dimensions(names: Mapping[str, Mapping[str, str]]) -> tuple[Dimension, ...]:
    """Key, title, and under which values a person counts. Self-defined and officer-defined ethnicity are two things."""
    own, officer = names.get("ethnicity_self", {}), names.get("ethnicity_officer", {})
    return (
        ("self", "Ethnicity as the person said it", lambda p: [named(valued(p.ethnicity_self), own)]),
        (
            "officer",
            "Ethnicity as an officer saw it",
            lambda p: [named(valued(p.ethnicity_officer), officer)],
        ),
        ("sex", "Sex", lambda p: [sex(p.sex)]),
        ("age", "Age now", lambda p: [band(p.age)]),
        (
            "district",
            "District (a person counts in each where records name them)",
            lambda p: sorted(p.districts) or ["no district recorded"],
        ),
    )


def named(value: str, names: Mapping[str, str]) -> str:
    """In words; a code without any is never shown raw."""
    return value if value in (NOT_RECORDED, NOT_STATED, DIFFERENTLY) else names.get(value, OTHER_CODE)


def completeness(facts: Facts, names: Mapping[str, Mapping[str, str]]) -> Table:
    """How completely each is recorded: before any rate."""
    rows = []
    for _, title, of in dimensions(names):
        whole = len(facts.people)
        known = sum(bool({*of(p)} - {NOT_RECORDED, NOT_STATED, "no district recorded"}) for p in facts.people)
        rows.append((title.partition(" (")[0], whole, known))
    return Table(
        "completeness",
        "How completely it is recorded",
        ("What", "People named, n", "Recorded, n"),
        tuple(_row(*r) for r in rows),
    )


def tables(facts: Facts, names: Mapping[str, Mapping[str, str]]) -> list[tuple[str, list[Table]]]:
    """Measure → its tables, one a dimension."""
    out: list[tuple[str, list[Table]]] = []
    young = [p for p in facts.people if p.age is None or p.age < 18]
    for m in MEASURES:
        who = list(facts.people) if m.key == "as_concern" else young
        found = getattr(facts, m.key)
        out.append(
            (m.title, [_table(m, d, [(p, p.person in found) for p in who]) for d in dimensions(names)])
        )
    known = {p.person: p for p in facts.people}
    for m in DECIDED:
        made = [d for d in facts.decisions if d.kind == m.key and d.person in known]
        told = [
            _table(m, d, [(known[x.person], x.yes) for x in made], _speed(made) if m.key == "flag" else "")
            for d in dimensions(names)
        ]
        out.append((m.title, told))
    return out


def days(
    facts: Facts, names: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Dimension → (value, decisions, median of days from proposal to decision); withheld below five, as the rates are."""
    known = {p.person: p for p in facts.people}
    made = [d for d in facts.decisions if d.kind == "flag" and d.days is not None and d.person in known]
    out = []
    for _, title, of in dimensions(names):
        held: dict[str, list[int]] = {}
        for d in made:
            for value in of(known[d.person]):
                held.setdefault(value, []).append(d.days or 0)
        hidden = withheld({v: len(x) for v, x in held.items()})
        rows = [
            (v, few(), "not shown") if v in hidden else (v, f"{len(x):,}", f"{statistics.median(x):g}")
            for v, x in ordered(held)
        ]
        out.append((title, rows))
    return out


def _speed(made: list[Decision]) -> str:
    told = [d.days for d in made if d.days is not None]
    return f"Half of them were decided within {statistics.median(told):g} days." if len(told) >= LEAST else ""


def _table(m: Measure, d: Dimension, who: list[tuple[Somebody, bool]], says: str = "") -> Table:
    key, title, of = d
    n: Counter[str] = Counter()
    k: Counter[str] = Counter()
    for person, yes in who:
        for value in of(person):
            n[value] += 1
            k[value] += yes
    of_n = withheld(n)
    of_k = withheld({v: k[v] for v in n}) | of_n
    rows = tuple(
        Row(v, few() if v in of_n else f"{n[v]:,}", few() if v in of_k else f"{k[v]:,}", *(("not shown", "not shown") if v in of_k else _rate(k[v], n[v])))
        for v, _ in ordered(n)
    )  # fmt: skip
    return Table(
        f"{m.key}-{key}",
        title,
        (
            title.partition(" (")[0],
            f"{m.of[:1].upper()}{m.of[1:]}, n",
            f"{m.counts[:1].upper()}{m.counts[1:]}, n",
        ),
        rows,
        says,
    )


def withheld(cells: Mapping[str, int]) -> set[str]:
    """Cells under five; and where it is one alone, the least of the others, so that no sum gives it away.

    >>> sorted(withheld({"a": 3, "b": 20, "c": 9})), withheld({"a": 20, "b": 9})
    (['a', 'c'], set())
    """
    small = {v for v, x in cells.items() if x < LEAST}
    if len(small) == 1 and len(cells) > 1:
        small.add(min((v for v in cells if v not in small), key=lambda v: (cells[v], v)))
    return small


def few() -> str:
    return "not shown"


def ordered(cells: Mapping[str, T]) -> list[tuple[str, T]]:
    """Ages in their order, what is not recorded last, the rest by name: never by rate."""
    last = (NOT_STATED, DIFFERENTLY, NOT_RECORDED, "no district recorded")
    return sorted(
        cells.items(),
        key=lambda i: (i[0] in last, list(AGES).index(i[0]) if i[0] in AGES else len(AGES), i[0]),
    )


def _rate(k: int, n: int) -> tuple[str, str]:
    low, high = wilson(k, n)
    return f"{100 * k / n:.1f}%", f"{100 * low:.1f}% to {100 * high:.1f}%"


def _row(label: str, n: int, k: int) -> Row:
    if n < LEAST:
        return Row(label, few(), few(), "not shown", "not shown")
    return Row(label, f"{n:,}", f"{k:,}", *_rate(k, n))
