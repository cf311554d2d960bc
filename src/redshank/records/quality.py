"""How good what each source delivers is, and whether it still delivers: from what each delivery left in the store, in counts.

A *source* is a mapping and one table of it: the export of one system. A source is late when it has not delivered for longer than its
usual time between deliveries and a margin (``rules.toml``); the usual time is what its mapping says (``every_hours``), or else the
middle one of its last gaps. Times are those of the data: a delivery's time is the latest own time in it, or what ``--received`` said.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from redshank.records.measures import EITHER, MEASURES, PARTS, WHO
from redshank.records.rules import rules
from redshank.records.times import as_utc
from redshank.store import Store
from redshank.tables.extracts import EXTRACTS

TREND = 12
"""Deliveries that a trend shows (local default)."""
FELL, FEWEST = 0.1, 20
"""A column of which so much less is filled than before is told, where so many rows came (local defaults)."""


def sources(store: Store, now: dt.datetime) -> list[dict[str, Any]]:
    """One report per source, in the order of mappings and tables. ``now`` decides what is late."""
    now = as_utc(now)
    deliveries = _deliveries(store)
    measures = _measures(store, {e["number"] for found in deliveries.values() for e in found[-TREND:]})
    return [_source(*source, found, measures, now) for source, found in deliveries.items()]


def late(store: Store, now: dt.datetime) -> list[tuple[str, str, dt.datetime]]:
    """Sources that are late, and when each was due; from the list of deliveries alone."""
    out = []
    for source, found in _deliveries(store).items():
        due = _due(found)[2]
        if due is not None and as_utc(now) > due:
            out.append((*source, due))
    return out


@dataclass(frozen=True)
class Standing:
    """A source as far as some deliveries go: whether its last was whole, when the last whole one was, and when the next is due."""

    table: str
    since: dt.datetime
    broken: bool  # the last lacks a column that an earlier one had
    due: dt.datetime | None

    def is_current(self, now: dt.datetime) -> bool:
        return not self.broken and (self.due is None or as_utc(now) <= self.due)


def standings(store: Store, upto: int) -> list[Standing]:
    """How each source stands after delivery number ``upto``, from the list of deliveries alone: of a record nothing is read.
    Of synthetic data none is due: nobody sends another night of it."""
    synthetic = all(e.get("synthetic") is True for e in store.manifest.deliveries)
    out = []
    for (_, table), every in _deliveries(store).items():
        found = [e for e in every if e["number"] <= upto]
        if found:
            had = _last_with_what_is_gone(table, found)
            due = None if synthetic else _due(found)[2]
            out.append(
                Standing(table, dt.datetime.fromisoformat((had or found[-1])["time"]), had is not None, due)
            )
    return out


def not_current(found: list[Standing], now: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """Tables that are not current, in the order of the contract, and since when: since the last delivery that was whole."""
    out: dict[str, dt.datetime] = {}
    for s in found:
        if not s.is_current(now):
            out[s.table] = min(s.since, out.get(s.table, s.since))
    return [(table, out[table]) for table in EXTRACTS if table in out]


def _last_with_what_is_gone(table: str, found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The last delivery that had a column which the mapping names and the newest one lacks. A column that no delivery had is
    not gone: the mapping asks for what the system never sent. Deliveries loaded before this was kept say nothing of it."""
    gone = set(found[-1].get("missing_columns", {}).get(table, ()))
    for e in reversed(found[:-1]):
        if "missing_columns" in e and gone - set(e["missing_columns"].get(table, ())):
            return e
    return None


def _deliveries(store: Store) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Of each source (a mapping and a table of it) its deliveries."""
    out: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for entry in store.manifest.deliveries:
        for table in entry["tables"]:
            out.setdefault((entry["mapping"], table), []).append(entry)
    order = list(EXTRACTS)
    return dict(sorted(out.items(), key=lambda d: (d[0][0], order.index(d[0][1]))))


def _due(found: list[dict[str, Any]]) -> tuple[dt.timedelta | None, str, dt.datetime | None]:
    """A source's usual time between deliveries, where that is known from, and by when the next is due."""
    usual, how = _usual(found)
    if usual is None:
        return None, how, None
    margin = max(usual * rules().late_times, dt.timedelta(hours=rules().late_hours))
    return usual, how, dt.datetime.fromisoformat(found[-1]["time"]) + margin


def _source(
    mapping: str, table: str, found: list[dict[str, Any]], measures: dict[tuple[int, str], list[dict[str, Any]]], now: dt.datetime,
) -> dict[str, Any]:  # fmt: skip
    last = found[-1]
    time = dt.datetime.fromisoformat(last["time"])
    usual, how, due = _due(found)
    held = [measures.get((e["number"], table), []) for e in found]
    mine = [[m for m in rows if m["problem"] is None] for rows in held]
    reasons = [{n: m[n] for n in ("column", "problem", "rows")} for m in held[-1] if m["problem"] is not None]
    newest = max((m["newest"] for rows in mine for m in rows if m["newest"]), default=None)
    counts = last["tables"][table]
    return {
        "source": mapping,
        "table": table,
        "file": counts["file"],
        "deliveries": len(found),
        "last_delivery": last["name"],
        "last_time": time,
        "newest": newest,
        "behind_hours": None if newest is None else round((time - newest) / dt.timedelta(hours=1), 1),
        "usual_hours": None if usual is None else round(usual / dt.timedelta(hours=1), 1),
        "usual_from": how,
        "due_by": due,
        "late": due is not None and now > due,
        **{k: counts[k] for k in ("rows", "taken", "replaced", "unchanged", "repeated", "quarantined", "kept")},
        "twice": sum(q["rows"] for q in reasons if "same key" in q["problem"]),
        "quarantine": reasons,
        "columns": _columns(table, mine),
        "recording": _recording(mine[-1]) if table == "people" else [],
        "trend": [
            {"delivery": e["name"], "time": dt.datetime.fromisoformat(e["time"]), "rows": e["tables"][table]["rows"],
             "quarantined": e["tables"][table]["quarantined"], "filled": _share(m),
             **_course(table, e["tables"][table], rows)}
            for e, m, rows in list(zip(found, mine, held, strict=True))[-TREND:]
        ],
    }  # fmt: skip


def _usual(found: list[dict[str, Any]]) -> tuple[dt.timedelta | None, str]:
    """A source's usual time between deliveries, and where that is known from."""
    said = found[-1].get("every_hours")
    if said:
        return dt.timedelta(hours=said), "its mapping"
    times = sorted({dt.datetime.fromisoformat(e["time"]) for e in found})
    gaps = [b - a for a, b in pairwise(times)][-rules().rhythm_gaps :]
    if len(gaps) < rules().rhythm_least:
        return None, ""
    return dt.timedelta(seconds=median(g.total_seconds() for g in gaps)), f"its last {len(gaps)} gaps"


def _measures(store: Store, wanted: set[int]) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """The measures of some deliveries. Each left one file, in order; where that is not so all are read."""
    refs = store.manifest.tables.get("measures", [])
    numbers = [d["number"] for d in store.manifest.deliveries][-len(refs) :] if refs else []
    chosen = [r for r, n in zip(refs, numbers, strict=False) if n in wanted]
    rows = store.get(chosen, schema=MEASURES)
    if set(rows["delivery_no"].to_pylist()) != wanted & set(numbers):
        rows = store.area("measures", schema=MEASURES)
    out: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        out.setdefault((row["delivery_no"], row["table"]), []).append(row)
    return out


def _columns(table: str, mine: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """How much of each column is filled: in the last delivery that was measured, and before."""
    out = []
    for column in EXTRACTS[table].columns:
        held = [
            m for rows in mine for m in rows if m["column"] == column.name and not m["part"] and m["rows"]
        ]
        if not held:
            continue
        now, earlier = held[-1], held[:-1]
        filled = now["filled"] / now["rows"]
        of = sum(m["rows"] for m in earlier)
        before = sum(m["filled"] for m in earlier) / of if of else None
        out.append(
            {
                "column": column.name,
                "filled": round(filled, 4),
                "before": None if before is None else round(before, 4),
                "fell": before is not None and now["rows"] >= FEWEST and before - filled >= FELL,
                "unknown": now["unknown"],
                "trend": [round(m["filled"] / m["rows"], 4) for m in held[-TREND:]],
            }
        )
    return out


def _recording(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In how many rows ethnicity and nationality are recorded, of all and by part; "not stated" is not."""
    held = {(m["part"], m["column"]): m for m in rows}
    out = []
    for part in ("", *PARTS):
        if (part, EITHER) in held:
            counts = {name: held[(part, name)]["filled"] for name in (*WHO, EITHER)}
            out.append({"part": part or "all", "rows": held[(part, EITHER)]["rows"], **counts})
    return out


def _course(table: str, counts: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Of one delivery, what is followed over time: rows that stood twice, cells with codes that are not known, and the shares
    of rows of people in which ethnicity (one way or the other) and nationality are recorded. None where it was not measured."""
    twice = sum(m["rows"] for m in rows if m["problem"] is not None and "same key" in m["problem"])
    all_rows = next(
        (r for r in _recording([m for m in rows if m["problem"] is None]) if r["part"] == "all"), None
    )

    def share(name: str) -> float | None:
        return round(all_rows[name] / all_rows["rows"], 4) if all_rows and all_rows["rows"] else None

    return {
        "twice": counts["repeated"] + twice if rows else None,
        "unknown": sum(m["unknown"] for m in rows if m["problem"] is None and not m["part"])
        if rows
        else None,
        "ethnicity": share(EITHER) if table == "people" else None,
        "nationality": share(WHO[2]) if table == "people" else None,
    }


def _share(rows: list[dict[str, Any]]) -> float | None:
    """The share of a table's cells that is filled."""
    whole = [m for m in rows if not m["part"] and m["column"] != EITHER]
    cells = sum(m["rows"] for m in whole)
    return round(sum(m["filled"] for m in whole) / cells, 4) if cells else None
