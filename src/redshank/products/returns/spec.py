"""Specifications of returns: data with version and source. A force or a national body replaces one without code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from redshank.products.returns import years
from redshank.products.returns.checks import CHECKS
from redshank.products.returns.fields import FIELDS
from redshank.products.specs import SpecError

HERE = Path(__file__).parent / "specs"
UNITS = {"people": "people", "pairs": "suspect and crime pairs", "detentions": "detentions", "crimes": "crimes"}  # fmt: skip
ROWS = {"suspect": "one row for each suspect", "crime": "one row for each crime"}
STATUS = {"mandated": "mandated", "voluntary": "voluntary", "stood_down": "stood down"}
SURE = {"seen": "seen in the source", "known": "general knowledge of the field", "local": "local default", "unsure": "unsure: check before relying on it"}  # fmt: skip
FIRST_SIGNS = "=+-@"


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    sure: str


@dataclass(frozen=True)
class Check:
    name: str
    blocks: bool
    do: str
    partial: bool  # a partial or nil return may leave it open


@dataclass(frozen=True)
class Requirement:
    """Whether the return of a year is asked for, and by when."""

    year: str
    status: str
    source: str
    sure: str
    due: date | None

    @property
    def status_words(self) -> str:
        return STATUS[self.status]


@dataclass(frozen=True)
class Population:
    """Which confirmed flags, and which crimes that they rest on, are counted."""

    basis: tuple[str, ...]
    nature: tuple[str, ...]
    suspects: int
    under: int


@dataclass(frozen=True)
class ReturnSpec:
    code: str
    version: str
    title: str
    source: str
    draft: bool
    year: str  # financial, calendar
    unit: str  # what the national body counts, as far as is known
    row: str
    rule: str  # of population, in words
    population: Population
    suppression: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    requirements: tuple[Requirement, ...]
    own: bool

    def of(self, year: str) -> Requirement | None:
        return next((r for r in self.requirements if r.year == year), None)

    @property
    def unit_words(self) -> str:
        return UNITS[self.unit]


def codes() -> tuple[str, ...]:
    return tuple(sorted(p.stem for p in HERE.glob("*.toml")))


def read(code: str, home: Path | None = None) -> ReturnSpec:
    """The force's own (``products/CODE.toml`` in its home) where there is one, else the one that is shipped.

    Raises:
        SpecError: it is not readable, or a line of it is not understood.
    """
    if code not in codes():
        raise SpecError(f"no return is called {code}; there are {', '.join(codes())}")
    mine = home / "products" / f"{code}.toml" if home is not None else None
    own = mine is not None and mine.is_file()
    path = mine if own and mine is not None else HERE / f"{code}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path.name}: {error}; mend it, or take it away to use the one that is shipped") from None  # fmt: skip
    return of_data(data, path.name, code, own)


def of_data(data: dict[str, Any], where: str, code: str, own: bool) -> ReturnSpec:
    for name in ("version", "title", "source", "rule", "suppression"):
        if not isinstance(data.get(name), str) or not data[name].strip():
            raise SpecError(f"{where}: {name} is missing or no text")
    if data.get("code") != code:
        raise SpecError(f'{where}: code must be "{code}"')
    for name, known in (("year", years.KINDS), ("unit_of_count", UNITS), ("row", ROWS)):
        if data.get(name) not in known:
            raise SpecError(f"{where}: {name} must be one of {', '.join(known)}")
    p = _table(data, "population", where)
    population = Population(
        _words(p, "basis", where), _words(p, "nature", where), _number(p, "suspects_least", where), _number(p, "victim_under", where)
    )  # fmt: skip
    fields = tuple(_field(f, f"{where}, field {n}") for n, f in enumerate(_rows(data, "field", where), 1))
    if not fields or fields[0].name != "pseudonym":
        raise SpecError(f"{where}: the first field must be pseudonym, by which two submissions are compared")
    _each_once(where, "field", [f.name for f in fields])
    checks = tuple(_check(c, f"{where}, validation {n}") for n, c in enumerate(_rows(data, "validation", where), 1))  # fmt: skip
    _each_once(where, "validation", [c.name for c in checks])
    asked = tuple(_requirement(r, data["year"], f"{where}, requirement {n}") for n, r in enumerate(_rows(data, "requirement", where), 1))  # fmt: skip
    if not asked:
        raise SpecError(f"{where}: name at least one year ([[requirement]]) with its status and source")
    _each_once(where, "requirement of the year", [r.year for r in asked])
    return ReturnSpec(
        code, data["version"], data["title"], data["source"], data.get("draft") is True, data["year"], data["unit_of_count"], data["row"],
        data["rule"], population, data["suppression"], fields, checks, asked, own,
    )  # fmt: skip


def _table(data: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    if not isinstance(data.get(name), dict):
        raise SpecError(f"{where}: the table [{name}] is missing")
    return dict(data[name])


def _rows(data: dict[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    found = data.get(name, [])
    if not isinstance(found, list) or any(not isinstance(r, dict) for r in found):
        raise SpecError(f"{where}: write each {name} as [[{name}]]")
    return found


def _words(p: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    found = p.get(name)
    if not isinstance(found, list) or not found or any(not isinstance(v, str) for v in found):
        raise SpecError(f"{where}: population.{name} is a list of words")
    return tuple(found)


def _number(p: dict[str, Any], name: str, where: str) -> int:
    if not isinstance(p.get(name), int) or isinstance(p[name], bool) or p[name] < 1:
        raise SpecError(f"{where}: population.{name} is a whole number from 1")
    return int(p[name])


def _field(f: dict[str, Any], at: str) -> Field:
    if f.get("name") not in FIELDS:
        raise SpecError(f"{at}: no field is called {f.get('name')!r}; there are {', '.join(sorted(FIELDS))}")
    if not isinstance(f.get("label"), str) or not f["label"].strip() or f["label"][0] in FIRST_SIGNS:
        raise SpecError(f"{at}: it needs a label that begins with a letter or a digit")
    if f.get("sure") not in SURE:
        raise SpecError(f"{at}: sure must be one of {', '.join(SURE)}")
    return Field(f["name"], f["label"], f["sure"])


def _check(c: dict[str, Any], at: str) -> Check:
    if c.get("name") not in CHECKS:
        raise SpecError(f"{at}: no validation is called {c.get('name')!r}; there are {', '.join(sorted(CHECKS))}")  # fmt: skip
    if not isinstance(c.get("blocks"), bool):
        raise SpecError(f"{at}: say blocks = true or blocks = false")
    if not isinstance(c.get("partial", False), bool):
        raise SpecError(f"{at}: partial is true or false")
    if not isinstance(c.get("do"), str) or not c["do"].strip():
        raise SpecError(f"{at}: say what is to be done (do)")
    return Check(c["name"], c["blocks"], c["do"], c.get("partial", False))


def _requirement(r: dict[str, Any], kind: str, at: str) -> Requirement:
    try:
        years.period(kind, str(r.get("year", "")))
    except ValueError as wrong:
        raise SpecError(f"{at}: {wrong}") from None
    if r.get("status") not in STATUS:
        raise SpecError(f"{at}: status must be one of {', '.join(STATUS)}")
    if not isinstance(r.get("source"), str) or not r["source"].strip() or r.get("sure") not in SURE:
        raise SpecError(f"{at}: it needs its source, and how sure it is (sure: {', '.join(SURE)})")
    due = r.get("due")
    if due is not None and type(due) is not date:
        raise SpecError(f"{at}: due is a day, for example 2025-06-30")
    if r["status"] == "mandated" and due is None:
        raise SpecError(f"{at}: what is mandated has a day by which it is due")
    return Requirement(r["year"], r["status"], r["source"], r["sure"], due)


def _each_once(where: str, what: str, names: list[str]) -> None:
    if twice := [n for n in names if names.count(n) > 1]:
        raise SpecError(f"{where}: the {what} {twice[0]} stands twice")
