"""The store's tables without some records: what is written anew, and what goes whole."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.erasure.known import Known
from redshank.marks import tokens
from redshank.night import judgements
from redshank.records.view import ROW_AREAS
from redshank.store import Manifest, Store
from redshank.store.tombstones import WORDS
from redshank.tables import BETWEEN

RECORD_AREAS = ("records", "resends", *ROW_AREAS)


def rewritten(store: Store, found: Known) -> tuple[Manifest, dict[str, int]]:
    """A manifest without these records, to be built on, and how many rows went from where. Its new files are put already.

    Of the state of the last night only the ledgers and what tells the next which id was whose are kept for the run that
    follows in the same commit; replays go whole, since each holds findings of its own.
    """
    keys = pa.array(sorted(found.keys), pa.string())
    manifest = store.manifest.copy()
    told: dict[str, int] = {}
    rows_of = _places(store, keys)
    for area in RECORD_AREAS:
        told[area] = _without(
            store, manifest, area, lambda rows: pc.is_in(rows["record_key"], value_set=keys)
        )
    told["quarantine"] = _without(
        store, manifest, "quarantine", lambda rows: _of_records(rows, found, rows_of)
    )
    told["judgements"] = _unnamed_judgements(store, manifest, found)
    replays: dict[str, Any] = manifest.other.pop("replays", {})
    told["replays"] = len(replays)
    for name in list(manifest.tables):
        if name.split(".", 1)[0] in replays or name.startswith("state.epoch."):
            del manifest.tables[name]
    return manifest, {k: n for k, n in told.items() if n}


def _without(store: Store, manifest: Manifest, area: str, which: Any) -> int:
    """Replaces the files of an area that hold such rows; returns how many rows went."""
    kept, gone = [], 0
    for ref in manifest.tables.get(area, []):
        rows = store.get(ref)
        mask = which(rows)
        count = pc.sum(mask).as_py() or 0
        gone += count
        if not count:
            kept.append(ref)
        elif count < rows.num_rows:
            kept.append(store.put(area, rows.filter(pc.invert(mask))))
    if gone:
        manifest.tables[area] = kept
        if not kept:
            del manifest.tables[area]
    return gone


def _places(store: Store, keys: pa.Array) -> set[tuple[str, str, int]]:
    """Delivery, file and row of everything that was taken of these records."""
    files = {
        (d["name"], t): told.get("file", t)
        for d in store.manifest.deliveries
        for t, told in d["tables"].items()
    }
    out = set()
    for area, table in (("records", ""), *((a, brought) for a, (_, _, _, brought) in ROW_AREAS.items())):
        for ref in store.manifest.tables.get(area, []):
            rows = store.get(ref)
            rows = rows.filter(pc.is_in(rows["record_key"], value_set=keys))
            for r in rows.select(["record_key", "delivery", "row"]).to_pylist():
                brought = table or r["record_key"].partition(":")[0]
                out.add((r["delivery"], files.get((r["delivery"], brought), brought), r["row"]))
    return out


def _of_records(rows: pa.Table, found: Known, taken: set[tuple[str, str, int]]) -> pa.Array:
    """Rows of quarantine that are of these records: by their row where it was kept with a neutral code, by the key that
    they hold, or by words that nothing else holds. What holds a cell of a refused row alone does not say whose it is."""
    refs = {k.partition(":")[2] for k in found.keys} | set(found.keys)
    words = set(found.words)
    mask = []
    for r in rows.to_pylist():
        by_row = r["kept"] and (r["delivery"], r["file"], r["row"]) in taken
        value = r["value"] or ""
        mask.append(by_row or value.strip() in refs or not words.isdisjoint(tokens(value)))
    return pa.array(mask, pa.bool_())


def _unnamed_judgements(store: Store, manifest: Manifest, found: Known) -> int:
    """What people judged stays, without the reference: the tombstone stands in its place, and no night finds it again."""
    refs = manifest.tables.get(judgements.AREA, [])
    if not refs:
        return 0
    rows, changed = judgements.read(store).to_pylist(), 0
    for row in rows:
        before = dict(row)
        for side in ("a", "b"):
            key = f"{row[f'{side}_record_type']}:{row[f'{side}_record_ref']}"
            if key in found.keys:
                row[f"{side}_record_type"], row[f"{side}_record_ref"] = WORDS, found.keys[key]
        if line := found.keys.get(f"county_lines:{row['line_ref']}"):
            row["line_ref"] = f"{WORDS}:{line}"
        changed += row != before
    if changed:
        manifest.tables[judgements.AREA] = [store.put(judgements.AREA, pa.Table.from_pylist(rows, schema=judgements.SCHEMA))]  # fmt: skip
    return changed


def without_ledger_rows(
    tables: dict[str, pa.Table], gone: pa.Array, groups_of_it: set[str]
) -> tuple[dict[str, pa.Table], dict[str, int]]:
    """Ledgers without what rests on the erased rows alone.

    ``gone``: erased appearance ids. ``groups_of_it``: ids of groups that stood with the records and stand no more. An id
    that was merged keeps leading to the one that took it over, from an anchor that is still there.
    """
    people = tables["person_ledger"].to_pylist()
    lost = set(gone.to_pylist())
    anchor = {r["person_id"]: r["anchor"] for r in people if r["anchor"] not in lost}
    into = {r["person_id"]: r["merged_into"] for r in people}
    kept = []
    for row in people:
        if row["anchor"] in lost:
            at = _end(row["person_id"], into)
            if at == row["person_id"] or at not in anchor:
                continue
            row["anchor"] = anchor[at]
        kept.append(row)
    left = {r["person_id"] for r in kept}
    for row in kept:
        if row["split_from"] not in left:
            row["split_from"] = None
    removed = {r["person_id"] for r in people} - left
    standing = set(tables["group_members"]["group_id"].to_pylist())
    entries, dropped = [], 0
    for row in tables["group_ledger"].to_pylist():
        suspects = set((row["suspects"] or "").split("|"))
        if row["group_id"] not in standing and (row["group_id"] in groups_of_it or suspects & removed):
            dropped += 1
        else:
            entries.append(row)
    left_groups = {r["group_id"] for r in entries}
    for row in entries:
        if row["merged_into"] not in left_groups:
            row["merged_into"] = None
    out = {
        "person_ledger": BETWEEN["person_ledger"].build(kept).cast(tables["person_ledger"].schema),
        "group_ledger": BETWEEN["group_ledger"].build(entries).cast(tables["group_ledger"].schema),
    }
    return out, {"person_ledger": len(removed), "group_ledger": dropped}


def _end(person: str, into: dict[str, Any]) -> str:
    seen: set[str] = set()
    while into.get(person) and person not in seen:
        seen.add(person)
        person = into[person]
    return person
