"""Signals by (record, indicator), and phrases of language by overlap."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa

from redshank.evaluate.persons import ratio, score
from redshank.evaluate.truth import INDICATORS, STATUSES

# Where a record holds an indicator in several ways, one stands for it in the table of statuses: the one that
# weighs most. The sets behind precision and recall hold each status for itself.
_ORDER = ("affirmed", "reported_speech", "historic", "hypothetical", "negated")

Key = tuple[str, str, str]


def signals(found: pa.Table, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    """Micro figures for affirmed (record, indicator), over all and by indicator; negated read as affirmed; statuses.

    A row is withheld where its template was kept from the lexicon's author; F1 is told for these rows and for the
    others, what was found wrongly counting as withheld where its record holds a withheld row. ``by_source`` tells
    from where right and wrong affirmed ones come (text, fields alone, patterns over several records alone), and of
    which source those missed are, where the truth has a column ``source``.
    """
    known = set(INDICATORS)
    planted: dict[Key, set[str]] = defaultdict(set)
    withheld: dict[Key, bool] = {}
    missed: dict[Key, str] = {}
    other = 0
    for r in rows:
        if r["indicator"] not in known:
            other += 1
            continue
        key = (r["record_type"], r["record_ref"], r["indicator"])
        planted[key].add(r["status"])
        if r["status"] == "affirmed":
            withheld[key] = withheld.get(key, True) and r["withheld"]
            if r["source"]:
                missed[key] = min(missed.get(key, "z"), _source_of_truth(r["source"]))
    seen: dict[Key, set[str]] = defaultdict(set)
    source: dict[Key, str] = {}
    columns = ("record_type", "record_ref", "indicator", "status", "rule")
    for kind, ref, indicator, status, rule in zip(*(found[c].to_pylist() for c in columns), strict=True):
        if indicator in known:
            seen[kind, ref, indicator].add(status)
            if status == "affirmed":
                source[kind, ref, indicator] = min(source.get((kind, ref, indicator), "z"), _source(rule))
    right_set = {k for k, s in planted.items() if "affirmed" in s}
    said_set = {k for k, s in seen.items() if "affirmed" in s}
    negated = {k for k, s in planted.items() if s == {"negated"}}
    figures: dict[str, Any] = {
        "affirmed": _micro(said_set, right_set),
        "by_indicator": {
            i: _micro({k for k in said_set if k[2] == i}, {k for k in right_set if k[2] == i})
            for i in INDICATORS
        },
        "negated": len(negated),
        "negated_as_affirmed": ratio(len(negated & said_set), len(negated)),
        "by_source": {
            name: {
                "right": sum(source[k].endswith(name) for k in said_set & right_set),
                "wrong": sum(source[k].endswith(name) for k in said_set - right_set),
                "missed": sum(missed.get(k, "").endswith(name) for k in right_set - said_set)
                if missed
                else None,
            }
            for name in ("text", "field", "pattern")
        },
        "statuses": _statuses(planted, seen),
    }
    if any(withheld.values()):
        records = {k[:2] for k, kept in withheld.items() if kept}

        def side(k: Key) -> bool:
            return withheld[k] if k in withheld else k[:2] in records

        for name, inside in (("withheld", True), ("not_withheld", False)):
            figures[name] = _micro(
                {k for k in said_set if side(k) is inside}, {k for k in right_set if side(k) is inside}
            )
    notes = (
        [f"{other} rows of signals.csv name an indicator outside the list and are not compared"]
        if other
        else []
    )
    return figures, notes


def _source(rule: str | None) -> str:
    """Where a hit comes from, led by a digit so that text comes before field before pattern."""
    if (rule or "").startswith("pattern:"):
        return "3 pattern"
    return "2 field" if (rule or "").startswith("field:") else "1 text"


def _source_of_truth(source: str) -> str:
    return {"pattern": "3 pattern", "field": "2 field", "fields": "2 field"}.get(source.casefold(), "1 text")


def _micro(said: set[Key], right: set[Key]) -> dict[str, Any]:
    return score(len(said & right), len(said - right), len(right - said))


def _statuses(planted: dict[Key, set[str]], seen: dict[Key, set[str]]) -> list[dict[str, Any]]:
    """Rows: the planted status; columns: the status found, or none."""
    table = {s: dict.fromkeys((*STATUSES, "none"), 0) for s in STATUSES}
    for key, statuses in planted.items():
        table[_first(statuses)][_first(seen.get(key, set()))] += 1
    return [{"planted": s, **table[s]} for s in STATUSES]


def _first(statuses: set[str]) -> str:
    return next((s for s in _ORDER if s in statuses), "none")


Span = tuple[int | None, int | None, bool | None]


def language(found: pa.Table, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Phrases matched by overlap within a record; a phrase without offsets (another field) matches its like.

    Precision is over what was found, recall over what was planted. ``quoted`` is the share of planted phrases found
    whose largest overlap says the same (ties: the earlier).
    """
    said, planted = _spans(found.to_pylist()), _spans(rows)
    right = sum(
        any(_overlap(a, b) for b in planted.get(key, ())) for key, spans in said.items() for a in spans
    )
    hit = told = same = 0
    for key, spans in planted.items():
        for b in spans:
            over = [(_overlap(a, b), a) for a in said.get(key, ()) if _overlap(a, b)]
            if not over:
                continue
            hit += 1
            best = min(over, key=lambda pair: (-pair[0], pair[1][0] or 0, pair[1][1] or 0, bool(pair[1][2])))[
                1
            ]
            if b[2] is not None:
                told += 1
                same += best[2] == b[2]
    total, count = sum(map(len, said.values())), sum(map(len, planted.values()))
    precision, recall = ratio(right, total), ratio(hit, count)
    both = (precision or 0) + (recall or 0)
    return {
        "found": total,
        "planted": count,
        "precision": precision,
        "recall": recall,
        "f1": 2 * (precision or 0) * (recall or 0) / both if both else (0.0 if total or count else None),
        "quoted": ratio(same, told),
    }


def _spans(rows: list[dict[str, Any]]) -> dict[tuple[str, str], list[Span]]:
    out: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for r in rows:
        out[r["record_type"], r["record_ref"]].append((r["start"], r["end"], r["quoted"]))
    return out


def _overlap(a: Span, b: Span) -> int:
    """Characters shared; 1 for two spans without offsets, 0 for one with and one without."""
    if a[0] is None or a[1] is None or b[0] is None or b[1] is None:
        return int(a[0] is None and b[0] is None)
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))
