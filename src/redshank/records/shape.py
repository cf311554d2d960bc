"""Checked rows of an extract take the shape of the tables that the stages share, with their standard forms."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.records import standard
from redshank.records.fold import by_value, fold
from redshank.records.rules import rules
from redshank.records.times import parse_times
from redshank.records.view import APPEARANCES, RECORDS, STORED_PHONES, STORED_VEHICLES
from redshank.tables.extracts import EXTRACTS
from redshank.tables.model import DATE, TEXT

_LOCATION = {"missing_episodes": "missing_from", "county_lines": "origin", "premises": "address"}
_TEXT = {"incidents": "log"}


def shape_records(
    table: str, rows: pa.Table, hashes: pa.Array, origin: str | None, delivery: str, number: int
) -> pa.Table:
    """Rows of one keyed extract as ``records``; ``known_at`` is still empty."""
    declared = EXTRACTS[table]
    refs = rows[declared.key[0]].combine_chunks()
    own = own_times(table, rows)
    same: dict[str, Any] = {n: rows[n] for n in rows.column_names if n in RECORDS.names}
    if table == "custody" or table in ("missing_episodes", "county_lines", "premises"):
        same.pop("location", None)
    columns: dict[str, Any] = {
        **same,
        "record_key": pc.binary_join_element_wise(table, refs, ":"),
        "record_type": pa.repeat(table, len(refs)),
        "record_ref": refs,
        "delivery": pa.repeat(delivery, len(refs)),
        "delivery_no": pa.repeat(pa.scalar(number, pa.int64()), len(refs)),
        "row": rows["row"],
        "content_hash": hashes,
        "own_at": own,
        "event_at": pc.coalesce(*(rows[n] for n in _event(rows)), own),
        "text": rows[_TEXT.get(table, "narrative")] if table != "premises" else None,
        "source_origin": pa.repeat(origin or rules().origins[table], len(refs)),
    }
    place = _LOCATION.get(table, "location")
    if place in rows.column_names:
        columns["location"] = rows[place]
    for name in ("postcode", "found_postcode"):
        if name in rows.column_names:
            columns[name] = by_value(rows[name], standard.postcode, TEXT)
    if table == "county_lines":
        columns["phone"] = by_value(rows["phone"], standard.phone, TEXT)
    return _build(columns, RECORDS, len(refs))


def own_times(table: str, rows: pa.Table) -> pa.Array:
    """The table's own time of each row: the first of its columns that is filled; null for premises."""
    out = pa.nulls(rows.num_rows, RECORDS.field("own_at").type)
    for name in reversed(EXTRACTS[table].own_time):
        column = rows[name].combine_chunks()
        if column.type == DATE:
            column, _ = parse_times(column, ())
        out = pc.coalesce(column, out)
    return out


def _event(rows: pa.Table) -> list[str]:
    return [n for n in ("occurred_from", "missing_from_at") if n in rows.column_names]


def shape_rows(
    area: str, rows: pa.Table, keys: pa.Array, ids: Any, known: pa.Array, delivery: str, number: int
) -> pa.Table:
    """Rows of people, vehicles or phones as they are stored."""
    count = rows.num_rows
    columns: dict[str, Any] = {n: rows[n] for n in rows.column_names}
    columns |= {
        "record_key": keys,
        "delivery": pa.repeat(delivery, count),
        "delivery_no": pa.repeat(pa.scalar(number, pa.int64()), count),
        "known_at": known,
    }
    if area == "vehicles":
        columns |= {"row_id": pa.array(ids), "vrm": by_value(rows["vrm"], standard.vrm, TEXT)}
        return _build(columns, STORED_VEHICLES, count)
    if area == "phones":
        columns |= {"row_id": pa.array(ids), "number": by_value(rows["number"], standard.phone, TEXT)}
        return _build(columns, STORED_PHONES, count)
    fore = fold(rows["forenames"])
    local = pc.binary_join_element_wise(
        rows["record_type"].combine_chunks(), rows["local_person_id"].combine_chunks(), "|"
    )
    columns |= {
        "appearance_id": pa.array(ids),
        "postcode": by_value(rows["postcode"], standard.postcode, TEXT),
        "phone": by_value(rows["phone"], standard.phone, TEXT),
        "online_handle": by_value(rows["online_handle"], standard.handle, TEXT),
        "fore_std": fore,
        "first_std": by_value(fore, standard.first_name, TEXT),
        "sur_std": fold(rows["surname"]),
        "aka_std": by_value(rows["also_known_as"], standard.other_names, TEXT),
        "dob_placeholder": standard.placeholder(rows["date_of_birth"].combine_chunks()),
        "address_std": by_value(rows["address"], standard.address, TEXT),
        "local_key": local,
    }
    return _build(columns, APPEARANCES, count)


def _build(columns: dict[str, Any], schema: pa.Schema, count: int) -> pa.Table:
    arrays = []
    for field in schema:
        column = columns.get(field.name)
        arrays.append(pa.nulls(count, field.type) if column is None else column)
    return pa.table(arrays, names=schema.names).cast(schema)
