"""What only the store has and a product counts: risk and interviews of episodes, and how completely people are recorded.

The pages' policy has narrowed the keys before; here they are only looked up.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from redshank import records
from redshank.store import Store

_PEOPLE = [
    "appearance_id", "record_key", "row", "role", "sex", "date_of_birth", "ethnicity_self_defined", "ethnicity_officer_defined", "nationality",
    "care_status", "disability",
]  # fmt: skip
_FIELDS = [
    "record_key", "risk", "return_interview_offered_at", "return_interview_at", "returned_at", "station", "offence_code", "own_at", "offence",
    "outcome", "released_at",
]  # fmt: skip


def people(home: Path, keys: list[str]) -> list[dict[str, Any]]:
    """Rows that name somebody in these records, with what is recorded of them; sorted by record and row."""
    return _current(home, keys, "appearances", _PEOPLE)


def fields(home: Path, keys: list[str]) -> dict[str, dict[str, Any]]:
    """A few fields of these records as they stand, by key."""
    return {r["record_key"]: r for r in _current(home, keys, "records", _FIELDS)}


def _current(home: Path, keys: list[str], table: str, columns: list[str]) -> list[dict[str, Any]]:
    if not keys:
        return []
    store = Store.open(home)
    limit = (store.manifest.run or {}).get("point", {}).get("as_of")
    when = dt.datetime.fromisoformat(limit) if limit else None
    found = records.current(store, as_of=when, keys=pa.array(sorted(set(keys)), pa.string()))[table]
    return found.select(columns).to_pylist()
