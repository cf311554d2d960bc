"""Validations. Each says in plain words what is so, of which rows, and the specification says what to do and whether it blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from redshank.products.returns import years
from redshank.products.returns.content import CHILD, UNKNOWN, Return, counts
from redshank.products.words import LONDON, long_day

if TYPE_CHECKING:
    from redshank.products.returns.spec import ReturnSpec


@dataclass(frozen=True)
class Finding:
    """What a validation found."""

    name: str
    blocks: bool
    says: str
    do: str
    rows: tuple[str, ...]  # pseudonyms, or what was left out


Test = Callable[[Return], list[str]]
CHECKS: dict[str, tuple[str, Test]] = {}  # name → what it says of what it finds ({n} of them), and the test


def check(name: str, says: str) -> Callable[[Test], Test]:
    def declare(test: Test) -> Test:
        CHECKS[name] = (says, test)
        return test

    return declare


def validate(found: Return, spec: ReturnSpec, kind: str = "full") -> list[Finding]:
    """Those that found something, blocking ones first. ``kind``: a partial or nil return may leave some open, with its reason."""
    out = []
    for c in spec.checks:
        says, test = CHECKS[c.name]
        if rows := test(found):
            out.append(Finding(c.name, c.blocks and not (c.partial and kind != "full"), says.format(n=f"{len(rows):,}"), c.do, tuple(rows)))  # fmt: skip
    return sorted(out, key=lambda f: not f.blocks)


def _without(found: Return, name: str) -> list[str]:
    return [r.ident for r in found.rows if name in r.cells and not r.cells[name]]


@check(
    "crimes_not_held",
    "Crimes that confirmed flags rest on and that are not held any more, so that nobody in them is counted: {n}.",
)
def _crimes_not_held(found: Return) -> list[str]:
    return [x.ident for x in found.left_out if x.about == "crime" and "not held" in x.says]


@check("rows_and_counts", "The rows and the counts do not agree.")
def _rows_and_counts(found: Return) -> list[str]:
    """Each suspect or crime counted has one row, and each row is counted."""
    if any(r.person for r in found.rows):
        counted, rows = {p.person for p in found.pairs}, [r.person for r in found.rows]
        lost = counted ^ set(rows)
    else:
        counted, rows = {p.crime for p in found.pairs}, [k for r in found.rows for k in r.crimes]
        lost = counted - set(rows)
    return ["the whole return"] if lost or len(set(rows)) != len(rows) else []


@check("same_pseudonym", "Rows that have the pseudonym of another row: {n}.")
def _same_pseudonym(found: Return) -> list[str]:
    idents = [r.ident for r in found.rows]
    return sorted({i for i in idents if idents.count(i) > 1})


@check("year_not_over", "The records end before the year does: what comes in the rest of it is not counted.")
def _year_not_over(found: Return) -> list[str]:
    end = years.period("financial" if "-" in found.year else "calendar", found.year).end
    known = datetime.fromisoformat(found.as_of).astimezone(LONDON).date()
    return [f"records up to {long_day(known)}"] if known <= end else []


@check("nothing_counted", "Nobody is counted: a nil return.")
def _nothing_counted(found: Return) -> list[str]:
    return [] if found.rows or found.unidentified else ["the whole return"]


@check("sex_missing", "Rows without a sex recorded: {n}.")
def _sex_missing(found: Return) -> list[str]:
    return _without(found, "sex")


@check("sex_differs", "Rows with different sexes in different records: {n}.")
def _sex_differs(found: Return) -> list[str]:
    return [r.ident for r in found.rows if ";" in r.cells.get("sex", "")]


@check(
    "age_missing",
    "Rows without an age on the day of the event, which stand apart and may be of children: {n}.",
)
def _age_missing(found: Return) -> list[str]:
    return [r.ident for r in found.rows if r.age == UNKNOWN]


@check("children_counted", "Rows of people who were under 18 on the day: {n}.")
def _children_counted(found: Return) -> list[str]:
    return [r.ident for r in found.rows if r.age == CHILD]


@check("ethnicity_missing", "Rows without self-defined ethnicity; each says why: {n}.")
def _ethnicity_missing(found: Return) -> list[str]:
    return _without(found, "ethnicity_self")


@check("nationality_missing", "Rows without a nationality; each says why: {n}.")
def _nationality_missing(found: Return) -> list[str]:
    return _without(found, "nationality")


@check("suite_missing", "Rows with an arrest and without a custody suite: {n}.")
def _suite_missing(found: Return) -> list[str]:
    return [r.ident for r in found.rows if r.cells.get("arrested") and not r.cells.get("suite", "-")]


@check("offence_missing", "Rows without an offence: {n}.")
def _offence_missing(found: Return) -> list[str]:
    return _without(found, "offence")


@check(
    "nobody_held",
    "Nobody counted has a custody record: the count of detentions is nought, and that of people is not.",
)
def _nobody_held(found: Return) -> list[str]:
    told = counts(found)
    return ["the whole return"] if told["people"]["all"].n and not told["detentions"]["all"].n else []


@check(
    "flags_waiting",
    "Crimes of the year that rest on a flag which waits for its decision, so that nobody in them is counted: {n}.",
)
def _flags_waiting(found: Return) -> list[str]:
    return [
        x.ident
        for x in found.left_out
        if x.about == "crime" and "waits for a decision" in x.says and "outside the year" not in x.says
    ]


@check(
    "own_flag_alone", "Crimes of the year with the record system's own flag and no confirmed flag here: {n}."
)
def _own_flag_alone(found: Return) -> list[str]:
    return [x.ident for x in found.left_out if x.about == "crime" and "own flag" in x.says]
