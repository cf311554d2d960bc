"""The synthetic force's truth against the return: where flags were confirmed the suspects are the same, and what differs is
explained line by line. Who is who is the truth's here, so that the return alone is measured, never the linkage."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from redshank import synthetic
from redshank.products.returns import content, spec
from redshank.products.returns.population import population
from redshank.products.rows import Crime, Flag, Member, Named, Rows

YEARS = ("2024-25", "2025-26")
ADR = spec.read("adr149")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Force:
    """Crimes with the people in them, by the truth's ids; each planted group of which a crime tells has a confirmed flag."""

    def __init__(self, out: Path) -> None:
        self.groups: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in _read(out / "truth" / "groups.csv"):
            self.groups[row["true_group"]].append(row)
        who = {(r["record_type"], r["record_ref"], int(r["row"])): r["true_person"] for r in _read(out / "truth" / "people.csv") if r["delivery"] == "first"}  # fmt: skip
        self.crimes = {r["crime_ref"]: r for r in _read(out / "first" / "crimes.csv") if r["recorded_at"].startswith("20")}  # fmt: skip
        self.people: dict[str, list[tuple[str, str, dict[str, str]]]] = defaultdict(list)
        born: dict[str, str] = {}
        for number, row in enumerate(_read(out / "first" / "people.csv"), 1):
            person = who.get((row["record_type"], row["record_ref"], number))
            if person is None:
                continue
            born.setdefault(person, row["date_of_birth"]) if row["date_of_birth"] else None
            if row["record_type"] == "crimes" and row["record_ref"] in self.crimes:
                self.people[row["record_ref"]].append((person, row["role"], row))
        self.born = born

    def age(self, person: str, at: datetime) -> int | None:
        try:
            born = date.fromisoformat(self.born.get(person, ""))
        except ValueError:
            return None
        return at.year - born.year - ((at.month, at.day) < (born.month, born.day))

    def suspects(self, group: str, *, identified: bool = True) -> set[str]:
        return {r["true_person"] for r in self.groups[group] if r["role"] == "suspect" and (r["identified"] == "true" or not identified)}  # fmt: skip

    def told_by(self, group: str) -> list[str]:
        """Crimes that a person who confirms the group would rely on: a suspect of it is suspect there."""
        mine = self.suspects(group)
        return [ref for ref, people in sorted(self.people.items()) if any(p in mine and role == "suspect" for p, role, _ in people)]  # fmt: skip

    def at(self, ref: str) -> datetime:
        return datetime.fromisoformat(self.crimes[ref]["occurred_from"] or self.crimes[ref]["recorded_at"])

    def rows(self) -> Rows:
        flags, members, of = [], [], defaultdict(list)
        for number, group in enumerate(sorted(self.groups), 1):
            refs = self.told_by(group)
            basis = "unidentified" if any(r["identified"] == "false" for r in self.groups[group] if r["role"] == "suspect") else "named"  # fmt: skip
            flags.append(Flag(number, "group", group, "confirmed", "", datetime.now().astimezone(), None, tuple(f"crimes:{r}" for r in refs), group, {"group_basis": basis, "nature": "cse"}, ""))  # fmt: skip
            for ref in refs:
                of[ref].append(number)
            for r in self.groups[group]:
                ident = r["true_person"] if r["identified"] == "true" else f"unidentified-{r['true_person']}"
                members.append(Member(group, ident, r["role"], None, ""))
        crimes = tuple(
            Crime(f"crimes:{ref}", "", datetime.fromisoformat(self.crimes[ref]["recorded_at"]), self.at(ref), "", "", False, tuple(of[ref]), "17")
            for ref in sorted(of)
        )  # fmt: skip
        role: dict[str, str] = {"suspect": "suspect", "detained": "suspect", "victim": "harmed"}
        named = tuple(
            Named(f"crimes:{ref}", p, role[said], row["sex"], self.age(p, self.at(ref)), row["ethnicity_self_defined"], row["ethnicity_officer_defined"], row["nationality"], "", False, self.at(ref))
            for ref in sorted(of) for p, said, row in self.people[ref] if said in role
        )  # fmt: skip
        return Rows(
            datetime.now().astimezone(),
            1,
            crimes=crimes,
            named=named,
            flags=tuple(flags),
            members=tuple(members),
        )

    def true_suspects(self, year: str) -> set[str]:
        """Planted suspects who stand as suspect in a crime of the year in which somebody under 18 was harmed, worked out anew."""
        start, end = date(int(year[:4]), 4, 1), date(int(year[:4]) + 1, 3, 31)
        out: set[str] = set()
        for group in self.groups:
            if len(self.suspects(group, identified=False)) < 2:
                continue
            for ref in self.told_by(group):
                day = datetime.fromisoformat(self.crimes[ref]["recorded_at"]).date()
                ages = [self.age(p, self.at(ref)) for p, said, _ in self.people[ref] if said == "victim"]
                if start <= day <= end and any(a is not None and a < 18 for a in ages):
                    out |= {p for p, said, _ in self.people[ref] if said == "suspect"} & self.suspects(group)
        return out


@pytest.fixture(scope="module")
def force(tmp_path_factory: Any) -> Force:
    out = tmp_path_factory.mktemp("force") / "out"
    synthetic.write(out, scale="small", seed=3)
    return Force(out)


@pytest.fixture(scope="module")
def returned(force: Force) -> dict[str, content.Return]:
    return {y: population(force.rows(), ADR, y, b"key") for y in YEARS}


def planted(force: Force) -> set[str]:
    return {p for g in force.groups for p in force.suspects(g)}


def test_the_return_has_exactly_the_true_suspects_of_each_year_and_some_years_have_some(force, returned):
    for year, found in returned.items():
        counted = {p.person for p in found.pairs}
        assert counted & planted(force) == force.true_suspects(year), year
    assert sum(len({p.person for p in r.pairs}) for r in returned.values()) >= 3


def test_whoever_is_counted_beside_the_planted_ones_is_named_suspect_with_one_of_them(force, returned):
    for found in returned.values():
        for extra in {p.person for p in found.pairs} - planted(force):
            for pair in (p for p in found.pairs if p.person == extra):
                assert (extra, "suspect") in {(p, said) for p, said, _ in force.people[pair.crime.removeprefix("crimes:")]}  # fmt: skip


def test_every_planted_suspect_who_is_not_counted_has_a_line_that_says_why(force, returned):
    for year, found in returned.items():
        counted = {p.person for p in found.pairs}
        explained = {x.ident for x in found.left_out if x.about == "person" and x.says}
        assert planted(force) - counted == explained & planted(force), year
    assert any(planted(force) - {p.person for p in r.pairs} for r in returned.values())


def test_every_crime_of_a_confirmed_flag_is_counted_or_has_a_line(force, returned):
    for found in returned.values():
        lines = {x.ident for x in found.left_out if x.about == "crime" and x.says}
        counted = {p.crime for p in found.pairs}
        for group in force.groups:
            for ref in force.told_by(group):
                assert (f"crimes:{ref}" in counted) != (f"crimes:{ref}" in lines), ref


def test_the_unidentified_are_counted_apart_and_no_more_than_were_planted(force, returned):
    for found in returned.values():
        for u in found.unidentified:
            true = [r for r in force.groups[u.group] if r["role"] == "suspect" and r["identified"] == "false"]
            assert u.n == len(true)
