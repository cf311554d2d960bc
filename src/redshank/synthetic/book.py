"""A notebook for planted records: one at a time in plain Python, handed over to the force in one go."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import numpy as np
import pyarrow as pa

from redshank.synthetic import grammar
from redshank.synthetic.appear import RECORD_TABLES, ROLES
from redshank.synthetic.cast import Words
from redshank.synthetic.population import Vehicle
from redshank.synthetic.records import Force


@dataclass
class Entry:
    """One planted record in the making."""

    table: str
    at: int
    town: int
    rid: int
    code: str = ""
    title: str = ""
    place: int = -1
    street: int = -1
    missing: int = -1
    sentences: list[str] = field(default_factory=list)
    signals: list[tuple[str, str, bool, str]] = field(default_factory=list)
    people: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    group: int = -1
    tied: tuple[int, ...] = ()

    def say(
        self, template: grammar.Template, slots: Words, rng: Random, without: frozenset[str] = frozenset()
    ) -> None:
        """Add a sentence and what it states; ``without``: indicators that are untrue of these people."""
        self.sentences.append(grammar.fill(template, slots, rng))
        for name, status in template.also:
            if name not in without:
                self.signals.append((name, status, template.withheld, "text"))

    def person(self, who: int, role: str, **extra: str) -> None:
        if all(who != w for w, _, _ in self.people):
            self.people.append((who, role, {k: v for k, v in extra.items() if v}))


@dataclass
class Book:
    """All planted records of one delivery."""

    force: Force
    rng: Random
    entries: list[Entry] = field(default_factory=list)
    cars: list[tuple[int, str, str, Vehicle]] = field(default_factory=list)
    numbers: list[tuple[int, str, str, str]] = field(default_factory=list)

    def open(self, table: str, at: int, town: int, code: str = "", title: str = "", place: int = -1) -> Entry:
        rid = int(self.force.new_records(1)[0])
        entry = Entry(table, at, town, rid, code, title, place)
        entry.street = town * 240 + self.rng.randrange(240)
        self.entries.append(entry)
        return entry

    def car(self, entry: Entry, role: str, car: Vehicle) -> None:
        self.cars.append((entry.rid, entry.table, role, car))

    def number(self, entry: Entry, role: str, number: str) -> None:
        self.numbers.append((entry.rid, entry.table, role, number))

    def hand_over(self) -> None:
        """Give everything to the force."""
        force = self.force
        for table in RECORD_TABLES:
            mine = [e for e in self.entries if e.table == table]
            if mine:
                force.add_records(
                    table, np.array([e.rid for e in mine]), np.array([e.at for e in mine]), [e.code for e in mine],
                    [e.title for e in mine], np.array([e.street for e in mine]), np.array([e.place for e in mine]),
                    pa.array([" ".join(e.sentences) for e in mine], pa.string()), np.array([e.missing for e in mine]),
                )  # fmt: skip
        stated = [(e.rid, RECORD_TABLES.index(e.table), *s) for e in self.entries for s in e.signals]
        if stated:
            columns = list(zip(*stated, strict=True))
            names = ("rid", "table", "indicator", "status", "withheld", "source")
            force.signals.append(pa.table({k: pa.array(v) for k, v in zip(names, columns, strict=True)}))
        for e in self.entries:
            for who, role, extra in e.people:
                force.rows.one(e.rid, RECORD_TABLES.index(e.table), who, ROLES.index(role), extra)
            for column, value in e.cells.items():
                force.cells.setdefault(column, {})[e.rid] = value
        for rid, table, role, car in self.cars:
            force.add_vehicles(np.array([rid]), RECORD_TABLES.index(table), role, [car])
        for rid, table, role, number in self.numbers:
            force.add_phones(np.array([rid]), RECORD_TABLES.index(table), role, [number])
