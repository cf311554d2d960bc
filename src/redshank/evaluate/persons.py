"""Linkage: pairs of appearances put together rightly, and which true person each found person mostly is.

Compared are the appearances (delivery, record_type, record_ref, row) that stand in both findings and truth: the
findings hold current versions only, so a truth row of a replaced version or in quarantine is no error of linkage.
Both remainders are counted. Pairs are counted from the contingency table, never listed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from math import comb
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.agreement import wilson

KEY = ["delivery", "record_type", "record_ref", "row"]


@dataclass(frozen=True)
class Run:
    """What the evaluation needs to know of a run: up to which day it saw, and whether it was a replay."""

    day: date | None
    replay_from: date | None

    @classmethod
    def of(cls, run: dict[str, Any] | None) -> Run:
        run = run or {}
        start = _day(run.get("from")) if run.get("every") is not None or run.get("replay") else None
        return cls(_day(run.get("as_of") or run.get("to")), start)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])


def ratio(part: int, whole: int) -> float | None:
    """A share; None where there is nothing to share."""
    return part / whole if whole else None


def score(right: int, wrong: int, missed: int) -> dict[str, Any]:
    """Precision, recall and F1 from counts; None where nothing was there to measure."""
    return {
        "precision": ratio(right, right + wrong),
        "recall": ratio(right, right + missed),
        "f1": ratio(2 * right, 2 * right + wrong + missed),
        "right": right,
        "wrong": wrong,
        "missed": missed,
    }


@dataclass
class Identity:
    """Who is who: ``true_of`` maps a found person to the true person of most of its appearances; ``known`` are the
    true persons whom some row of people.csv names."""

    figures: dict[str, Any]
    true_of: dict[str, str]
    known: set[str]
    notes: list[str]
    cells: pa.Table
    """person_id, true_person, count_all: appearances that the two share."""


def compare(found: pa.Table, truth: pa.Table) -> Identity:
    """Pairwise figures of linkage. A tie for most appearances goes to the smaller name of the true person."""
    notes = []
    unique = found.group_by(KEY).aggregate([("person_id", "min")]).rename_columns([*KEY, "person_id"])
    if unique.num_rows < found.num_rows:
        notes.append(f"findings name {found.num_rows - unique.num_rows} appearances more than once: a defect")
    planted = truth.group_by(KEY).aggregate([("true_person", "min")]).rename_columns([*KEY, "true_person"])
    if planted.num_rows < truth.num_rows:
        notes.append(f"the truth names {truth.num_rows - planted.num_rows} appearances more than once")
    both = unique.join(planted, keys=KEY, join_type="inner")
    cells = both.group_by(["person_id", "true_person"]).aggregate([([], "count_all")])
    right = _pairs(cells["count_all"])
    said = _pairs(both.group_by("person_id").aggregate([([], "count_all")])["count_all"])
    true = _pairs(both.group_by("true_person").aggregate([([], "count_all")])["count_all"])
    figures = score(right, said - right, true - right)
    if truth.num_rows and not both.num_rows:
        figures["f1"] = 0.0  # nobody was found at all: missed, not unmeasured
        notes.append("no appearance of the truth stands in the findings")
    people = cells.group_by("person_id").aggregate([([], "count_all")])["count_all"]
    truths = cells.group_by("true_person").aggregate([([], "count_all")])["count_all"]
    figures |= {
        "appearances": both.num_rows,
        "only_in_truth": planted.num_rows - both.num_rows,
        "only_in_findings": unique.num_rows - both.num_rows,
        "persons_found": len(people),
        "true_persons": len(truths),
        "persons_mixed": pc.sum(pc.greater(people, 1)).as_py() or 0,
        "true_persons_split": pc.sum(pc.greater(truths, 1)).as_py() or 0,
    }
    return Identity(figures, _majority(cells), set(planted["true_person"].to_pylist()), notes, cells)


def by_tradition(cells: pa.Table, traditions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pairwise precision and recall for the people of each naming tradition, with Wilson's intervals at 95 in 100.

    A wrong pair counts for the traditions of both its people, once each. Pairs of one person hang together, so the
    intervals are narrower than chance alone would have them. Only the truth tells a tradition: no stage knows one.
    """
    of = {r["true_person"]: r["tradition"] for r in traditions}
    persons: dict[str, Counter[str]] = {}
    whole: Counter[str] = Counter()
    right: Counter[str] = Counter()
    columns = (cells[c].to_pylist() for c in ("person_id", "true_person", "count_all"))
    for person, true, n in zip(*columns, strict=True):
        persons.setdefault(person, Counter())[of.get(true, "")] += n
        whole[true] += n
        right[of.get(true, "")] += comb(n, 2)
    planted: Counter[str] = Counter()
    for true, n in whole.items():
        planted[of.get(true, "")] += comb(n, 2)
    said: Counter[str] = Counter()
    for parts in persons.values():
        n = parts.total()
        for name, mine in parts.items():
            said[name] += comb(n, 2) - comb(n - mine, 2)
    out = []
    for name in sorted(set(of.values())):
        figures = score(right[name], said[name] - right[name], planted[name] - right[name])
        for measure, n in (("precision", said[name]), ("recall", planted[name])):
            figures[f"{measure}_interval"] = list(wilson(right[name], n)) if n else None
        out.append({"tradition": name, **figures})
    return out


def _pairs(sizes: Any) -> int:
    """Sum of n(n-1)/2."""
    return pc.sum(pc.divide(pc.multiply(sizes, pc.subtract(sizes, 1)), 2)).as_py() or 0


def _majority(cells: pa.Table) -> dict[str, str]:
    order = [("person_id", "ascending"), ("count_all", "descending"), ("true_person", "ascending")]
    out: dict[str, str] = {}
    ordered = cells.sort_by(order)
    for person, true in zip(
        ordered["person_id"].to_pylist(), ordered["true_person"].to_pylist(), strict=True
    ):
        out.setdefault(person, true)
    return out
