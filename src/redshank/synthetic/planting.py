"""What is planted: groups, decoys, lines, children; and the night's own cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import pyarrow as pa

from redshank.synthetic.book import Book
from redshank.synthetic.cast import Words, about_child, full_name
from redshank.synthetic.decoys import plant_decoy, specs
from redshank.synthetic.deliver import Delivery
from redshank.synthetic.groups import background, emit_group, fitting, recognisable
from redshank.synthetic.lines import plant_line
from redshank.synthetic.members import EVENTS, KINDS, STRENGTHS, Draw, Group, make_group
from redshank.synthetic.night import again, sibling_party, special_call
from redshank.synthetic.records import Force

_DAY = 86400


def day_text(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def person_text(person: int) -> str:
    """True name of a person; those whom nobody names count down from -2."""
    return f"P{person:07d}" if person >= 0 else f"U{-person:07d}"


@dataclass
class Planted:
    """Everything planted, and the truth about it."""

    books: dict[str, Book]
    groups: list[Group] = field(default_factory=list)
    children: dict[int, tuple[bool, bool, bool, int]] = field(default_factory=dict)
    decoys: list[tuple[str, str, int]] = field(default_factory=list)
    lines: list[tuple[int, str, str]] = field(default_factory=list)
    again: dict[int, int] = field(default_factory=dict)

    def fixed(self, first: Delivery) -> dict[int, str]:
        """References of the night's records that replace earlier ones."""
        return {night: first.refs[rid] for night, rid in self.again.items()}

    def company(self) -> list[tuple[str, int]]:
        """Records in which a planted child is named with somebody already called suspect (delivery, record number)."""
        suspected: dict[int, int] = {}
        ordered = sorted(
            ((e.at, n, e) for n, b in self.books.items() for e in b.entries),
            key=lambda x: (x[0], x[1], x[2].rid),
        )
        population = self.books["first"].force.population
        out = []
        for at, name, e in ordered:
            tied = e.tied or tuple(w for w, _, _ in e.people)
            young = [w for w in tied if w >= 0 and at // _DAY - population.born[w] < 18 * 365.25]
            if e.group >= 0 and young and any(suspected.get(w, at) < at for w in tied if w not in young):
                out.append((name, e.rid))
            for who, role, _ in e.people:
                if role in ("suspect", "detained"):
                    suspected.setdefault(who, at)
        return out

    def groups_table(self) -> pa.Table:
        rows: list[dict[str, Any]] = []
        for g in self.groups:
            times = [at for at, _ in g.ties]
            third = recognisable(g)
            span = {"active_from": day_text(min(times)), "active_to": day_text(max(times))}
            rows += [
                {"true_group": g.name, "true_person": person_text(m.person), "role": "child" if m.child or m.young else "suspect"}
                | span
                | {
                    "kind": g.kind, "strength": g.strength, "recognisable_on": day_text(third) if third else "",
                    "part": "" if m.child else m.part, "identified": "true" if m.known else "false",
                    "also_named_as_suspect": _b(m.young),
                }
                for m in sorted(g.members(), key=lambda m: (m.child, m.person))
            ]  # fmt: skip
        return pa.Table.from_pylist(rows)

    def children_table(self) -> pa.Table:
        rows = [
            {
                "true_person": person_text(c),
                "sexual": _b(s),
                "criminal": _b(k),
                "harmed": _b(h),
                "from": day_text(at),
            }
            for c, (s, k, h, at) in sorted(self.children.items())
        ]
        return pa.Table.from_pylist(rows)

    def lines_table(self, deliveries: list[tuple[Delivery, Force]]) -> pa.Table:
        refs = deliveries[0][0].refs
        return pa.table(
            {
                "line_ref": pa.array([refs[rid] for rid, _, _ in self.lines], pa.string()),
                "uses_sexual_exploitation": pa.array([u for _, u, _ in self.lines], pa.string()),
                "band": pa.array([b for _, _, b in self.lines], pa.string()),
            }
        )

    def decoys_table(self) -> pa.Table:
        rows = [
            {"decoy": d, "kind": k, "true_person": person_text(p) if p != -1 else ""}
            for d, k, p in self.decoys
        ]
        schema = pa.schema([("decoy", pa.string()), ("kind", pa.string()), ("true_person", pa.string())])
        return pa.Table.from_pylist(rows, schema=schema)


def _b(value: bool) -> str:
    return "true" if value else "false"


def plant(first: Force, night: Force, size: Any, start: int, end: int, py: Random) -> Planted:
    """Plant everything. Times in seconds; the night is the day after ``end``."""
    books = {"first": Book(first, py), "night": Book(night, py)}
    planted = Planted(books)
    draw = Draw(first.population, py)
    days = (end - start) // _DAY
    for number in range(size.groups):
        _plant_group(planted, number, draw, start, end)
    for number in range(size.lines):
        rid, uses, band, children = plant_line(books["first"], number, draw, start, days)
        planted.lines.append((rid, uses, band))
        for child, at in children:
            planted.children.setdefault(child, (uses != "not known", True, True, at))
    number = 0
    for kind in specs():
        for _ in range(size.decoys):
            number += 1
            people = plant_decoy(books["first"], number, kind, draw, start, days)
            planted.decoys += [(f"D{number:04d}", kind, person) for person in people]
    _at_risk(planted, draw, size.groups, start, days)
    special_call(planted.groups[0], books["first"], books["night"], end)
    guests = sibling_party(planted.groups[0], books["night"], draw, end)
    planted.decoys += [(f"D{number + 1:04d}", "sibling_party", person) for person in guests]
    planted.again = again(books["first"], books["night"], size.again, end)
    for book in books.values():
        book.hand_over()
    return planted


def _plant_group(planted: Planted, number: int, draw: Draw, start: int, end: int) -> None:
    py, books = draw.rng, planted.books
    days = (end - start) // _DAY
    kind = KINDS[number % len(KINDS)]
    strength = STRENGTHS[(number + number // len(KINDS)) % 3]
    length = min(py.randint(40, 200), days - 90)
    latest = days - length - 2
    # Suspects of 16 and 17 have to be that old throughout, so their groups lie late.
    earliest = max(30, days - 240) if kind == "peer" else 30
    lead = py.randint(min(earliest, latest), latest)
    if number % 3 == 0:
        lead = latest  # still going on at the end, so that the night adds to it
    begin = start + lead * _DAY
    group = make_group(number + 1, kind, strength, draw, begin, begin + length * _DAY, -100 * (number + 1))
    times = sorted(begin + py.randrange(length * _DAY) for _ in range(py.randint(*EVENTS[strength])))
    emit_group(books["first"], group, times)
    background(books["first"], group, draw.p)
    if number % 3 == 0:
        emit_group(books["night"], group, [end + py.randrange(_DAY) for _ in range(py.choice([1, 2]))], 0)
    planted.groups.append(group)
    begun = min(at for at, _ in group.ties)
    for child in group.children:
        criminal = child.person in group.criminal_children
        planted.children[child.person] = (True, criminal, group.strength != "weak", begun)
    for young in (m for m in group.suspects if m.young):
        planted.children[young.person] = (True, False, False, begun)


def _at_risk(planted: Planted, draw: Draw, count: int, start: int, days: int) -> None:
    """Children with a few signs and nobody behind them that anybody could find: at risk, not known to be harmed."""
    book, p = planted.books["first"], draw.p
    rng = book.rng
    for _ in range(count):
        child = draw.one("child")
        begin = start + rng.randrange(days - 100) * _DAY
        for _ in range(rng.randint(2, 3)):
            at = begin + rng.randrange(90 * _DAY)
            entry = book.open(
                rng.choice(["partner_referrals", "intelligence", "missing_episodes"]), at, int(p.town[child])
            )
            entry.code, entry.title = "Safeguarding", "Education"
            entry.group = 0
            slots = Words(p, entry.town, rng)
            about_child(slots, p, child, at, rng)
            slots["c"] = full_name(p, child, rng)
            if entry.table == "missing_episodes":
                entry.missing = child
                entry.say(rng.choice(fitting("missing_episode", "affirmed", "c", "a a2 f")), slots, rng)
            names = [
                "online_contact",
                "unexplained_gifts",
                "multiple_phones",
                "older_associate",
                "school_absence",
            ]
            entry.say(rng.choice(fitting(rng.choice(names), "affirmed", "c", "a2 f")), slots, rng)
            entry.person(child, "missing" if entry.table == "missing_episodes" else "subject")
        planted.children[child] = (True, False, False, begin)


__all__ = ["Planted", "day_text", "person_text", "plant"]
