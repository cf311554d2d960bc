"""A return, whole: what is kept of it, and what its checksum is over.

The ids of people and records stand in what is kept, so that each number opens to its records; what is sent has the
pseudonym alone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from redshank.products.figures.core import Cell

CHILD, ADULT, UNKNOWN = "under 18", "18 or over", "age not recorded"
AGES = (ADULT, CHILD, UNKNOWN)


@dataclass(frozen=True)
class Pair:
    """A suspect in a crime. ``age``: on the day of the event."""

    person: str
    crime: str
    age: str
    flags: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One row of what is sent: a suspect, or a crime, as the specification has it."""

    ident: str  # pseudonym
    person: str  # empty where the row is a crime
    age: str  # a word of AGES; a child in one of the crimes is a child here
    cells: dict[str, str]
    crimes: tuple[str, ...]
    detentions: tuple[str, ...]
    flags: tuple[int, ...]


@dataclass(frozen=True)
class Unidentified:
    """People whom nobody has identified: never a row, never in another count."""

    n: int  # at least
    says: str
    flag: int
    group: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """What is not in the return, and why."""

    about: str  # crime, flag, person
    ident: str
    says: str
    keys: tuple[str, ...]
    flags: tuple[int, ...] = ()


@dataclass(frozen=True)
class Return:
    """As at one time, under one specification."""

    spec: str
    version: str
    year: str
    as_of: str
    run: int
    pairs: tuple[Pair, ...] = ()
    held: tuple[tuple[str, str, str], ...] = ()  # custody record, person, age at the arrest
    rows: tuple[Row, ...] = ()
    unidentified: tuple[Unidentified, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    not_current: str = ""  # a sentence: which data were not, when it was counted

    @property
    def crimes(self) -> tuple[str, ...]:
        return tuple(sorted({k for r in self.rows for k in r.crimes}))

    @property
    def flags(self) -> tuple[int, ...]:
        """Confirmed flags that it rests on."""
        return tuple(sorted({f for r in self.rows for f in r.flags} | {u.flag for u in self.unidentified}))


def ages_of(found: Return) -> dict[str, str]:
    """Person → a word of AGES. Somebody who was under 18 in one of the crimes is counted as a child (a child first)."""
    out: dict[str, str] = {}
    for p in found.pairs:
        seen = {p.age, out.get(p.person, p.age)}
        out[p.person] = CHILD if CHILD in seen else UNKNOWN if UNKNOWN in seen else ADULT
    return out


def counts(found: Return) -> dict[str, dict[str, Cell]]:
    """Of each way to count, by age; ``all`` too. The unidentified have no age."""
    ages = ages_of(found)
    out: dict[str, dict[str, Cell]] = {"people": {}, "pairs": {}, "detentions": {}}
    for name in (*AGES, "all"):
        people = {p for p, a in ages.items() if name in ("all", a)}
        pairs = [p for p in found.pairs if name in ("all", p.age)]
        held = [h for h in found.held if name in ("all", h[2])]
        out["people"][name] = Cell(len(people), _keys(p.crime for p in found.pairs if p.person in people))
        out["pairs"][name] = Cell(len(pairs), _keys(p.crime for p in pairs))
        out["detentions"][name] = Cell(len(held), _keys(h[0] for h in held))
    out["unidentified"] = {"all": Cell(sum(u.n for u in found.unidentified), _keys(k for u in found.unidentified for k in u.keys))}  # fmt: skip
    out["crimes"] = {"all": Cell(len({p.crime for p in found.pairs}), _keys(p.crime for p in found.pairs))}
    return out


def _keys(keys: Any) -> tuple[str, ...]:
    return tuple(sorted(set(keys)))


def to_text(found: Return) -> str:
    """One text for one return, whatever wrote it."""
    told = asdict(found)
    if not found.not_current:  # those without it keep the text under which they were frozen
        del told["not_current"]
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def from_text(text: str) -> Return:
    d = json.loads(text)
    t = lambda v: tuple(v)  # noqa: E731
    return Return(
        d["spec"], d["version"], d["year"], d["as_of"], d["run"],
        tuple(Pair(p["person"], p["crime"], p["age"], t(p["flags"])) for p in d["pairs"]), tuple(t(h) for h in d["held"]),
        tuple(Row(r["ident"], r["person"], r["age"], r["cells"], t(r["crimes"]), t(r["detentions"]), t(r["flags"])) for r in d["rows"]),
        tuple(Unidentified(u["n"], u["says"], u["flag"], u["group"], t(u["keys"])) for u in d["unidentified"]),
        tuple(LeftOut(x["about"], x["ident"], x["says"], t(x["keys"]), t(x["flags"])) for x in d["left_out"]),
        d.get("not_current", ""),
    )  # fmt: skip


def narrowed(found: Return, people: frozenset[str], records: frozenset[str], flags: frozenset[int] | None, groups: frozenset[str]) -> Return:  # fmt: skip
    """Without these people, records and groups, and without what rests on them; counts are then of what is left.

    Somebody of whose records one is hidden is left out whole: what a row says is of all its records together.
    ``flags``: those that the reader may see; None where that limits nothing.
    """
    if not people and not records and not groups and flags is None:
        return found

    def seen(of: tuple[int, ...], keys: tuple[str, ...]) -> bool:
        return not records & set(keys) and (flags is None or not of or bool(flags & set(of)))

    gone = people | {p.person for p in found.pairs if not seen(p.flags, (p.crime,))} | {h[1] for h in found.held if h[0] in records}  # fmt: skip
    return replace(
        found, pairs=tuple(p for p in found.pairs if p.person not in gone), held=tuple(h for h in found.held if h[1] not in gone),
        rows=tuple(r for r in found.rows if r.person not in gone and seen(r.flags, r.crimes)),
        unidentified=tuple(u for u in found.unidentified if u.group not in groups and seen((u.flag,), u.keys)),
        left_out=tuple(x for x in found.left_out if x.ident not in gone | groups | records and seen(x.flags, x.keys)),
    )  # fmt: skip
