"""Return home interviews that are owed or came late: what the missing-person adviser reads in the morning.

Statutory guidance on children who run away or go missing from home or care (Department for Education, January 2014)
asks for the interview within 72 hours of the return. The clock itself is a pattern of `assessment`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc


class Named(Protocol):
    """Person id → what the person is called."""

    def get(self, person: str, default: str, /) -> str: ...


RECENT = timedelta(days=28)
"""An interview that was held late is shown for so long and counted afterwards (local default)."""


def owed(
    patterns: pa.Table, view: dict[str, pa.Table], person_of: pa.Table, label: Named, as_of: datetime
) -> dict[str, Any]:
    """Counts, and the episodes a person should see: without an interview first, then held late within
    :data:`RECENT`, the latest return first.

    ``patterns``: between.signals · ``view``: records and appearances · ``person_of``: appearance to person ·
    ``label``: person to name. Gives ``count`` (all), ``open``, ``held_late_before``, ``episodes`` (person_id, name,
    record_ref, returned_at, held, text, signal_id).
    """
    found = patterns.filter(pc.equal(patterns["indicator"], "return_interview_overdue"))
    keys = found["record_key"].combine_chunks()
    records = view["records"].filter(pc.is_in(view["records"]["record_key"], value_set=keys))
    times = {
        r["record_key"]: r
        for r in records.select(["record_key", "returned_at", "return_interview_at"]).to_pylist()
    }
    who = _missing(view["appearances"], person_of, keys)
    episodes = []
    for row in found.select(["record_key", "record_ref", "text", "signal_id"]).to_pylist():
        key = row.pop("record_key")
        person = who.get(key, "")
        time = times[key]
        episodes.append(
            row
            | {
                "person_id": person,
                "name": label.get(person, "name not recorded"),
                "returned_at": time["returned_at"],
                "held": time["return_interview_at"] is not None,
            }
        )
    episodes.sort(key=lambda e: (e["held"], -e["returned_at"].timestamp(), e["record_ref"]))
    shown = [e for e in episodes if not e["held"] or e["returned_at"] > as_of - RECENT]
    return {
        "count": len(episodes),
        "open": sum(not e["held"] for e in episodes),
        "held_late_before": len(episodes) - len(shown),
        "episodes": [e | {"returned_at": e["returned_at"].isoformat()} for e in shown],
    }


def _missing(appearances: pa.Table, person_of: pa.Table, keys: pa.Array) -> dict[str, str]:
    """Record key → the person who was missing; the first row where several stand."""
    rows = appearances.filter(
        pc.and_(pc.equal(appearances["role"], "missing"), pc.is_in(appearances["record_key"], value_set=keys))
    )
    at = pc.index_in(rows["appearance_id"], value_set=person_of["appearance_id"].combine_chunks())
    people = person_of["person_id"].combine_chunks().take(at.combine_chunks()).to_pylist()
    out: dict[str, str] = {}
    for key, person in zip(rows["record_key"].to_pylist(), people, strict=True):
        out.setdefault(key, person)
    return out
