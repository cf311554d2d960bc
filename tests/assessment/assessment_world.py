"""Tiny worlds drawn as text, for the tests of the assessment.

``records`` and ``people`` are tables drawn with pipes: the first line names columns, an empty cell is not recorded.
A person's id is the ``who`` column; ``born`` stands in ``persons``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from redshank.assessment import load_config
from redshank.tables import BETWEEN, FINDINGS

CONFIG = load_config()
TIMES = {
    "own_at",
    "known_at",
    "event_at",
    "returned_at",
    "return_interview_at",
    "missing_from_at",
    "released_at",
}
REALS = {"latitude", "longitude", "found_latitude", "found_longitude", "force_score"}


def when(text: str) -> datetime:
    """'2026-03-01' or '2026-03-01T10:30', UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def drawn(text: str) -> list[dict[str, str]]:
    """Rows of a table drawn with pipes; cells left off at the end are empty."""
    lines = [[c.strip() for c in line.split("|")] for line in text.splitlines() if line.strip()]
    head = lines[0]
    return [dict(zip(head, row + [""] * (len(head) - len(row)), strict=True)) for row in lines[1:]]


@dataclass
class View:
    records: pa.Table
    appearances: pa.Table
    vehicles: pa.Table
    phones: pa.Table


@dataclass
class World:
    view: View
    person_of: pa.Table
    persons: pa.Table
    signals: pa.Table
    mention_links: pa.Table
    mentions: pa.Table
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def world(
    records: str | list[dict],
    people: str | list[dict],
    signals: str | list[dict] = "",
    *,
    mention_links: list[dict] | None = None,
    mentions: list[dict] | None = None,
    phones: list[dict] | None = None,
) -> World:
    """``records``: key, at (own time), and any column; ``known`` where later. ``people``: key, who, role, born, …
    ``signals``: key, indicator, and optionally status, start, end, rule.
    """
    r = [_record(row) for row in (drawn(records) if isinstance(records, str) else records)]
    drawn_people = drawn(people) if isinstance(people, str) and people.strip() else (people or [])
    appearances, person_of, births = [], [], {}
    known = {row["record_key"]: row["known_at"] for row in r}
    for i, row in enumerate(drawn_people):
        row = {k: v for k, v in row.items() if v not in ("", None)}
        kind, _, ref = row["key"].partition(":")
        who = row["who"]
        births.setdefault(who, None)
        if row.get("born"):
            births[who] = date.fromisoformat(row["born"]) if isinstance(row["born"], str) else row["born"]
        extra = {k: v for k, v in row.items() if k not in ("key", "who", "born", "role")}
        if "date_of_birth" in extra:
            extra["date_of_birth"] = date.fromisoformat(extra["date_of_birth"])
        appearances.append(
            {"appearance_id": i, "record_key": row["key"], "record_type": kind, "record_ref": ref, "role": row["role"],
             "known_at": known.get(row["key"]), "row": i + 1, **extra}
        )  # fmt: skip
        person_of.append(
            {
                "appearance_id": i,
                "record_key": row["key"],
                "person_id": who,
                "component": i,
                "probability": 1.0,
            }
        )
    rows_of_signals = drawn(signals) if isinstance(signals, str) and signals.strip() else (signals or [])
    s = [
        _signal(i, {k: v for k, v in row.items() if v not in ("", None)})
        for i, row in enumerate(rows_of_signals)
    ]
    for link in mention_links or []:
        births.setdefault(link["person_id"], None)
    persons = [{"person_id": p, "date_of_birth": b, "appearances": 1} for p, b in sorted(births.items())]
    return World(
        View(
            BETWEEN["records"].build(r),
            BETWEEN["appearances"].build(appearances),
            BETWEEN["vehicles"].empty(),
            BETWEEN["phones"].build(phones or []),
        ),
        BETWEEN["person_of"].build(person_of),
        BETWEEN["persons"].build(persons),
        BETWEEN["signals"].build(s),
        BETWEEN["mention_links"].build(mention_links or []),
        BETWEEN["mentions"].build(mentions or []),
        {
            "records": r, "appearances": appearances, "person_of": person_of, "persons": persons, "signals": s,
            "mention_links": mention_links or [], "mentions": mentions or [],
        },
    )  # fmt: skip


def _record(row: dict[str, Any]) -> dict[str, Any]:
    row = {k: v for k, v in row.items() if v not in ("", None)}
    kind, _, ref = row["key"].partition(":")
    at = when(row["at"]) if row.get("at") else None
    out: dict[str, Any] = {
        "record_key": row["key"], "record_type": kind, "record_ref": ref, "own_at": at,
        "known_at": when(row["known"]) if row.get("known") else at, "event_at": at,
    }  # fmt: skip
    for name, value in row.items():
        if name in ("key", "at", "known"):
            continue
        if name in TIMES and isinstance(value, str):
            value = when(value)
        out[name] = float(value) if name in REALS else value
    return out


def _signal(i: int, row: dict[str, Any]) -> dict[str, Any]:
    kind, _, ref = row["key"].partition(":")
    return {
        "record_key": row["key"], "record_type": kind, "record_ref": ref, "indicator": row["indicator"],
        "status": row.get("status", "affirmed"),
        "start": int(row["start"]) if "start" in row else None, "end": int(row["end"]) if "end" in row else None,
        "text": row.get("text", ""), "rule": row.get("rule", "text:test"), "signal_id": row.get("signal_id", f"s{i:04d}"),
    }  # fmt: skip


def groups(rows: list[dict[str, Any]]) -> pa.Table:
    return FINDINGS["groups"].build(rows)
