"""The current view: which versions and rows are known at a time.

Rules (contract, *When something is known*; the oracle in :mod:`redshank.oracle.records` says them in plain
Python):

- of a record's versions known by then, the one of the last delivery stands;
- its rows of people, vehicles and phones are those of the last delivery (known by then) that re-sent the record
  *and* brought that table, and of later deliveries that added rows; without such a delivery, all of them;
- a time field later than then is empty. The outcome goes with it: what was found out by the return
  (``found_…``) goes with ``returned_at``, and ``outcome`` is empty on a row of which a time field is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.records.times import as_utc
from redshank.store import Among, Store
from redshank.tables.between import BETWEEN
from redshank.tables.model import TEXT, TIME, WHOLE

RECORDS, APPEARANCES = BETWEEN["records"].schema, BETWEEN["appearances"].schema
VEHICLES, PHONES = BETWEEN["vehicles"].schema, BETWEEN["phones"].schema
RESENDS, QUARANTINE = BETWEEN["resends"].schema, BETWEEN["quarantine"].schema
STORED_VEHICLES = VEHICLES.append(pa.field("delivery", TEXT)).append(pa.field("row", WHOLE))
STORED_VEHICLES = STORED_VEHICLES.append(pa.field("row_id", WHOLE))
STORED_PHONES = PHONES.append(pa.field("delivery", TEXT)).append(pa.field("row", WHOLE))
STORED_PHONES = STORED_PHONES.append(pa.field("row_id", WHOLE))

ROW_AREAS = {
    # area: (what is stored, what is shown, the id of a row, the table of the delivery that brings it)
    "appearances": (APPEARANCES, APPEARANCES, "appearance_id", "people"),
    "vehicles": (STORED_VEHICLES, VEHICLES, "row_id", "vehicles"),
    "phones": (STORED_PHONES, PHONES, "row_id", "phones"),
}
BLANKED = (
    "occurred_from",
    "occurred_to",
    "missing_from_at",
    "returned_at",
    "return_interview_offered_at",
    "return_interview_at",
    "released_at",
)
_WITH_RETURN = ("found_at_location", "found_postcode", "found_latitude", "found_longitude")


def current(
    store: Store,
    as_of: dt.datetime | None = None,
    keys: pa.Array | None = None,
    areas: Iterable[str] | None = None,
) -> dict[str, pa.Table]:
    """``records``, ``appearances``, ``vehicles``, ``phones`` as known at ``as_of`` (nothing: everything), sorted
    by record. With ``keys`` (record keys) only those records are read; with ``areas`` only these beside the records.
    """
    where = of_keys(keys)
    resends = _known(store.area("resends", schema=RESENDS, where=where), as_of)
    records = _known(store.area("records", schema=RECORDS, where=where), as_of)
    records = _last_by_key(records)
    if as_of is not None:
        records = _blank(records, as_utc(as_of))
    out = {"records": records}
    for area in ROW_AREAS if areas is None else areas:
        stored, shown, _, _ = ROW_AREAS[area]
        rows = _known(store.area(area, schema=stored, where=where), as_of)
        out[area] = standing_rows(rows, area, records["record_key"], resends).select(shown.names)
    return out


def of_keys(keys: pa.Array | pa.ChunkedArray | None) -> Among | None:
    """A filter on record keys that row groups can be skipped by."""
    if keys is None:
        return None
    return Among("record_key", keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys)


def standing_rows(rows: pa.Table, area: str, records: pa.ChunkedArray, resends: pa.Table) -> pa.Table:
    """Of known rows those that stand, sorted by record, delivery and row. ``records`` are the keys that are
    seen, sorted; ``resends`` the arrivals known.
    """
    _, _, id_name, brought = ROW_AREAS[area]
    place = pc.index_in(rows["record_key"], value_set=records).fill_null(-1).to_numpy()
    replacing = resends.filter(resends[brought])
    at = pc.index_in(replacing["record_key"], value_set=records).fill_null(-1).to_numpy()
    since = np.zeros(len(records) + 1, dtype=np.int64)  # one more, which -1 falls into
    np.maximum.at(since, at, replacing["delivery_no"].to_numpy())
    numbers = rows["delivery_no"].to_numpy()
    keep = np.flatnonzero((place >= 0) & (numbers >= since[place]))
    order = np.lexsort((rows["row"].to_numpy()[keep], numbers[keep], place[keep]))
    keep = keep[order]
    # A row that was delivered again, on its own, is the row it was: the first of equal ids stands.
    _, first = np.unique(rows[id_name].to_numpy()[keep], return_index=True)
    return rows.take(pa.array(keep[np.sort(first)]))


def _known(rows: pa.Table, as_of: dt.datetime | None) -> pa.Table:
    if as_of is None:
        return rows
    return rows.filter(pc.less_equal(rows["known_at"], pa.scalar(as_utc(as_of), TIME)))


def _last_by_key(records: pa.Table) -> pa.Table:
    """Of each record the version of the last delivery, sorted by key."""
    if not records.num_rows:
        return records
    order = np.argsort(records["delivery_no"].to_numpy(), kind="stable")
    coded = records["record_key"].combine_chunks().dictionary_encode()
    last = np.empty(len(coded.dictionary), dtype=np.int64)
    last[coded.indices.to_numpy()[order]] = order  # the last assignment wins
    by_key = pc.sort_indices(coded.dictionary)
    return records.take(pa.array(last[by_key.to_numpy()]))


def _blank(records: pa.Table, as_of: dt.datetime) -> pa.Table:
    """Empties time fields later than ``as_of`` and what goes with them."""
    limit = pa.scalar(as_of, TIME)
    later = {name: pc.fill_null(pc.greater(records[name], limit), False) for name in BLANKED}
    hidden: dict[str, Any] = dict(later)
    for name in _WITH_RETURN:
        hidden[name] = later["returned_at"]
    anything = later[BLANKED[0]]
    for name in BLANKED[1:]:
        anything = pc.or_(anything, later[name])
    hidden["outcome"] = anything
    for name, mask in hidden.items():
        if pc.any(mask).as_py():
            empty = pa.scalar(None, records.schema.field(name).type)
            column = pc.if_else(mask, empty, records[name])
            records = records.set_column(records.schema.get_field_index(name), name, column)
    event = pc.coalesce(records["occurred_from"], records["missing_from_at"], records["own_at"])
    return records.set_column(records.schema.get_field_index("event_at"), "event_at", event)


def changed_keys(store: Store, since: dict[str, Any] | None, now: dict[str, Any]) -> pa.Array:
    """Keys, sorted, of records whose view may differ between two points ``{"delivery_no", "as_of"}`` (``as_of`` an
    ISO time, or nothing for no limit); everything when there is no earlier point. It may name a key whose view
    is the same, never leave one out whose view is not.
    """
    areas = {"records": RECORDS, "resends": RESENDS}
    areas |= {area: stored for area, (stored, _, _, _) in ROW_AREAS.items()}
    if since is None:
        return _sorted_keys([store.area("resends", ["record_key"], schema=RESENDS)["record_key"]])
    first, last = sorted((int(since["delivery_no"]), int(now["delivery_no"])))
    times = [p.get("as_of") for p in (since, now)]
    limits = [None if t is None else pa.scalar(as_utc(dt.datetime.fromisoformat(t)), TIME) for t in times]
    low, high = _ordered(limits)
    found = []
    for area, schema in areas.items():
        rows = store.area(area, ["record_key", "delivery_no", "known_at"], schema=schema)
        numbers = rows["delivery_no"]
        touched = pc.and_(pc.greater(numbers, first), pc.less_equal(numbers, last))
        if high is not None:
            touched = pc.and_(touched, pc.less_equal(rows["known_at"], high))
        touched = pc.or_(touched, _between(rows["known_at"], low, high))
        found.append(rows["record_key"].filter(touched))
    if low is not None:
        rows = store.area("records", ["record_key", *BLANKED], schema=RECORDS)
        found += [rows["record_key"].filter(_between(rows[name], low, high)) for name in BLANKED]
    return _sorted_keys(found)


def _ordered(limits: list[pa.Scalar | None]) -> tuple[pa.Scalar | None, pa.Scalar | None]:
    """The earlier and the later limit; none is later than all."""
    first, second = limits
    if first is None or (second is not None and second.as_py() < first.as_py()):
        first, second = second, first
    return first, second


def _between(times: pa.ChunkedArray, low: pa.Scalar | None, high: pa.Scalar | None) -> pa.ChunkedArray:
    if low is None:
        return pa.chunked_array([pa.repeat(False, len(times))])
    inside = pc.greater(times, low)
    if high is not None:
        inside = pc.and_(inside, pc.less_equal(times, high))
    return pc.fill_null(inside, False)


def _sorted_keys(parts: list[pa.ChunkedArray]) -> pa.Array:
    chunks = [c for part in parts for c in part.chunks]
    keys = pc.unique(pa.chunked_array(chunks, TEXT))
    return keys.take(pc.sort_indices(keys))


def last_record_time(store: Store, as_of: dt.datetime | None = None) -> dt.datetime | None:
    """The latest own time among record versions known at ``as_of``; nothing without records."""
    rows = _known(store.area("records", ["own_at", "known_at"], schema=RECORDS), as_of)
    return pc.max(rows["own_at"]).as_py()


def premises(store: Store) -> pa.Table:
    """The current premises, sorted by key, in the schema of ``records``."""
    where = Among("record_type", pa.array(["premises"]))
    return _last_by_key(store.area("records", schema=RECORDS, where=where))
