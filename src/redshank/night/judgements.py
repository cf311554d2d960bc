"""Judgements are data: append-only, with who, when and why; keyed by appearances, so that they outlive a split."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from redshank.errors import DeliveryRefused
from redshank.store import Store
from redshank.tables import BETWEEN
from redshank.tables.extracts import RECORD_TABLES

AREA = "judgements"
LONDON = ZoneInfo("Europe/London")
KINDS = ("same", "not_same", "dismiss_group", "confirm_group", "line_known", "line_refuted")
SCHEMA = BETWEEN[AREA].schema


def read(store: Store) -> pa.Table:
    """Every judgement of the store, the latest row of each id, in order of id."""
    return _of(store, store.manifest.tables.get(AREA, []))


def of_run(store: Store) -> pa.Table:
    """Those that the last run honoured: what was judged since is for the next night."""
    run = store.manifest.run
    if run is None:
        return SCHEMA.empty_table()
    limit = run["point"]["as_of"]
    return standing(_of(store, run["point"]["judgements"]), datetime.fromisoformat(limit) if limit else None)


def _of(store: Store, refs: list[str]) -> pa.Table:
    """Rows of stored files; a file from before a column was added holds nothing in it."""
    rows = store.get(refs) if refs else SCHEMA.empty_table()
    for field in SCHEMA:
        if field.name not in rows.schema.names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(SCHEMA.names)


def standing(rows: pa.Table, as_of: datetime | None = None) -> pa.Table:
    """Judgements that stood at a time: made by then and not withdrawn by then."""
    kept = []
    for row in rows.to_pylist():
        made = as_of is None or row["at"] <= as_of
        gone = row["withdrawn_at"] is not None and (as_of is None or row["withdrawn_at"] <= as_of)
        if made and not gone:
            kept.append(row)
    return pa.Table.from_pylist(kept, schema=SCHEMA)


def _time(text: str, where: str, column: str) -> datetime:
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        raise DeliveryRefused(
            f"{where}, column {column}: no ISO 8601 time", "write 2026-03-14T22:05:00+00:00"
        ) from None
    try:
        stamp = (stamp if stamp.tzinfo else stamp.replace(tzinfo=LONDON)).astimezone(UTC)
    except OverflowError:
        stamp = stamp.replace(year=1, tzinfo=UTC)
    if not 1900 <= stamp.year <= 2100:
        raise DeliveryRefused(
            f"{where}, column {column}: before 1900 or after 2100", "write the day it was made"
        )
    return stamp


def _row_number(text: str | None, where: str) -> int:
    """A row of ``people``: the first is 1."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 15 or int(text) < 1:
        raise DeliveryRefused(
            f"{where}: no row number", "the row in people, as the findings give it; the first is 1"
        )
    return int(text)


def _row(raw: dict[str, str], where: str) -> dict:
    row: dict = {name: (raw.get(name) or "").strip() or None for name in SCHEMA.names}
    for name in ("judgement_id", "kind", "by", "at", "reason"):
        if row[name] is None:
            raise DeliveryRefused(
                f"{where}, column {name}: empty", "a judgement states what, who, when and why"
            )
    if row["kind"] not in KINDS:
        raise DeliveryRefused(f"{where}, column kind: not a kind of judgement", f"one of {', '.join(KINDS)}")
    if row["kind"] in ("same", "not_same"):
        for side in ("a", "b"):
            for part in ("record_type", "record_ref", "row"):
                if row[f"{side}_{part}"] is None:
                    raise DeliveryRefused(
                        f"{where}, column {side}_{part}: empty", "both appearances must be named"
                    )
            if row[f"{side}_record_type"] not in RECORD_TABLES:
                raise DeliveryRefused(
                    f"{where}, column {side}_record_type: no such table", ", ".join(RECORD_TABLES)
                )
            row[f"{side}_row"] = _row_number(row[f"{side}_row"], f"{where}, column {side}_row")
    else:
        if row["kind"] in ("line_known", "line_refuted"):
            if row["line_ref"] is None:
                raise DeliveryRefused(f"{where}, column line_ref: empty", "name the county line")
            if row["handling"] not in (None, "C"):
                raise DeliveryRefused(
                    f"{where}, column handling: neither empty nor C", "C, or leave it empty"
                )
        elif row["group_id"] is None:
            raise DeliveryRefused(f"{where}, column group_id: empty", "name the group")
        for side in ("a", "b"):
            if row[f"{side}_row"] is not None:
                row[f"{side}_row"] = _row_number(row[f"{side}_row"], f"{where}, column {side}_row")
    row["at"] = _time(row["at"], where, "at")
    row["withdrawn_at"] = _time(row["withdrawn_at"], where, "withdrawn_at") if row["withdrawn_at"] else None
    return row


def parse(path: Path) -> list[dict]:
    """Rows of a judgements file; :class:`DeliveryRefused` names file, row and column of the first fault."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DeliveryRefused(f"{path.name}: not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise DeliveryRefused(
            f"{path.name}: cannot be read ({error.strerror})", "check name and rights"
        ) from None
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        raws = list(reader)
    except csv.Error as error:
        raise DeliveryRefused(
            f"{path.name}: no CSV ({error})", "quote cells that hold commas or quotes"
        ) from None
    missing = [
        c for c in ("judgement_id", "kind", "by", "at", "reason") if c not in (reader.fieldnames or [])
    ]
    if missing:
        raise DeliveryRefused(
            f"{path.name}: the columns {', '.join(missing)} are missing",
            "`redshank judge --help` names all of them",
        )
    return [_row(raw, f"{path.name}, row {number}") for number, raw in enumerate(raws, 1)]


def _there(store: Store) -> set[tuple]:
    """Appearances (record key and row) of every delivery, and group ids of the ledger."""
    rows = store.area("appearances", ["record_key", "row"], schema=BETWEEN["appearances"].schema)
    groups = store.area("state.group_ledger", ["group_id"], schema=BETWEEN["group_ledger"].schema)
    there: set[tuple] = set(zip(rows["record_key"].to_pylist(), rows["row"].to_pylist(), strict=True))
    return there | {(g,) for g in groups["group_id"].to_pylist()}


def _names_something(row: dict, there: set[tuple]) -> bool:
    if row["kind"] in ("line_known", "line_refuted"):
        return any(t[0] == f"county_lines:{row['line_ref']}" for t in there)
    if row["group_id"] is not None and row["kind"] in ("dismiss_group", "confirm_group"):
        return (row["group_id"],) in there
    sides = [(f"{row[f'{s}_record_type']}:{row[f'{s}_record_ref']}", row[f"{s}_row"]) for s in ("a", "b")]
    return all(side in there for side in sides)


def agree(store: Store, prefix: str, rows: list[dict], at: datetime) -> dict[str, int]:
    """Makes the judgements whose ids begin with ``prefix`` those given: new ones are added, those that are missing now
    are withdrawn (at ``at``), those that are back stand again. Their origin keeps who did that, when and why."""
    known = {row["judgement_id"]: row for row in read(store).to_pylist()}
    given = {row["judgement_id"]: row for row in rows}
    after = {k: v for k, v in known.items() if not k.startswith(prefix)} | given
    for key, row in known.items():
        if key.startswith(prefix) and key not in given:
            after[key] = row if row["withdrawn_at"] else row | {"withdrawn_at": max(at, row["at"])}
    made = pa.Table.from_pylist([after[k] for k in sorted(after)], schema=SCHEMA)
    counts = {
        "new": sum(k not in known for k in given),
        "withdrawn": sum(
            bool(after[k]["withdrawn_at"]) and not known[k]["withdrawn_at"] for k in known if k in after
        ),
        "standing": sum(not r["withdrawn_at"] for r in given.values()),
    }
    if not made.equals(read(store)):
        _put(store, made)
    return counts


def _put(store: Store, rows: pa.Table) -> None:
    manifest = dataclasses.replace(store.manifest, tables=dict(store.manifest.tables))
    manifest.tables[AREA] = [store.put(AREA, rows)]
    store.commit(manifest)


def take(store: Store, path: Path) -> dict[str, int]:
    """Adds a file of judgements to the store, whole or not at all. A known id may only be withdrawn."""
    known = {row["judgement_id"]: row for row in read(store).to_pylist()}
    counts = {"new": 0, "withdrawn": 0, "unchanged": 0, "name_nothing": 0}
    named = _there(store)
    for row in parse(path):
        counts["name_nothing"] += not _names_something(row, named)
        before = known.get(row["judgement_id"])
        if before is None:
            counts["new"] += 1
        elif {**before, "withdrawn_at": None} != {**row, "withdrawn_at": None}:
            raise DeliveryRefused(
                f"{path.name}: judgement {row['judgement_id']} stands already with other content",
                "a judgement is never changed: withdraw it and make a new one",
            )
        elif before["withdrawn_at"] is None and row["withdrawn_at"] is not None:
            counts["withdrawn"] += 1
        else:
            counts["unchanged"] += 1
            row = before
        known[row["judgement_id"]] = row
    if not counts["new"] and not counts["withdrawn"]:
        return counts
    _put(store, pa.Table.from_pylist([known[k] for k in sorted(known)], schema=SCHEMA))
    return counts
