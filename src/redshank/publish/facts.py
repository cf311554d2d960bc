"""What only the store has and a product counts: risk and interviews of episodes, and how completely people are recorded.

The pages' policy has narrowed the keys before; here they are only looked up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank import records
from redshank.records.view import RESENDS, standing_rows
from redshank.records.view import ROW_AREAS as _AREAS
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


_SAID = ["ethnicity_self_defined", "ethnicity_officer_defined"]
_RECORDED = ["appearance_id", "record_key", "delivery_no", "row", "known_at", *_SAID]


def recorded(home: Path, keys: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """Record, row that names somebody, ethnicity as the person said it and as an officer saw it, where either is recorded.

    For fairness alone (:mod:`redshank.web.rights.fairness`); no stage reads it. A few columns, read once and narrowed to the
    keys that the policy let through: texts stay where they are, so that it does for a large home.
    """
    wanted = pa.array(sorted(set(keys)), pa.string())
    if not len(wanted):
        return
    store = Store.open(home)
    limit = (store.manifest.run or {}).get("point", {}).get("as_of")
    rows = _known(store.area("appearances", _RECORDED, schema=_AREAS["appearances"][0]), limit)
    rows = standing_rows(rows, "appearances", wanted, _known(store.area("resends", schema=RESENDS), limit))
    said = [pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(rows[n]), ""), False) for n in _SAID]
    found = rows.filter(pc.or_(*said)).select(["appearance_id", "record_key", *_SAID])
    for batch in found.to_batches(max_chunksize=50_000):
        ids, held, own, seen = (batch.column(i).to_pylist() for i in range(4))
        yield from ((k, str(i), a or "", b or "") for i, k, a, b in zip(ids, held, own, seen, strict=True))


def _known(rows: pa.Table, limit: str | None) -> pa.Table:
    if limit is None:
        return rows
    at = pa.scalar(dt.datetime.fromisoformat(limit), rows.schema.field("known_at").type)
    return rows.filter(pc.less_equal(rows["known_at"], at))


def fields(home: Path, keys: list[str]) -> dict[str, dict[str, Any]]:
    """A few fields of these records as they stand, by key."""
    return {r["record_key"]: r for r in _current(home, keys, "records", _FIELDS)}


def _current(home: Path, keys: list[str], table: str, columns: list[str]) -> list[dict[str, Any]]:
    if not keys:
        return []
    store = Store.open(home)
    limit = (store.manifest.run or {}).get("point", {}).get("as_of")
    when = dt.datetime.fromisoformat(limit) if limit else None
    wanted = pa.array(sorted(set(keys)), pa.string())
    found = records.current(store, as_of=when, keys=wanted, areas=[a for a in _AREAS if a == table])[table]
    return found.select(columns).to_pylist()
