"""Loading one delivery: everything that can be taken is taken, everything else is in quarantine, and the
store has all of it or is as it was.

- The same name and content (files and mapping) again: nothing happens. The same name otherwise: refused.
- A key stands once in a delivery: an identical row is ignored, one that differs from the first row that could
  be taken goes to quarantine.
- A record that has been delivered before *replaces* its earlier version, or is *unchanged*.
- A row of people, vehicles or phones belongs to a record of this delivery or of an earlier one. In the second
  case it is added, unless it stands there already. If its record was set aside in this delivery, so is it.
- A key that was erased is not taken again: its rows go to quarantine as ``erased``, without their value.
- A delivery's time is the latest own time of its records, or ``received``. Without either it is the latest time
  of earlier deliveries, or 1970: the clock of the machine plays no part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.errors import DeliveryRefused, UsageError
from redshank.records.check import Checked, check
from redshank.records.hashing import content_hashes, row_ids
from redshank.records.invented import is_synthetic, refuse_in_demonstration
from redshank.records.measures import measure
from redshank.records.report import LoadReport, TableReport
from redshank.records.shape import shape_records, shape_rows
from redshank.records.times import as_utc, utc_to_london_days
from redshank.records.view import QUARANTINE, RECORDS, RESENDS, ROW_AREAS, of_keys, standing_rows
from redshank.sources import Limits, Mapping, load_mapping, open_delivery, read
from redshank.store import Store, tombstones
from redshank.tables.extracts import EXTRACTS, RECORD_TABLES
from redshank.tables.model import TEXT, TIME

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
Progress = Callable[[str, int, int], None]
AREA_OF = {brought: area for area, (_, _, _, brought) in ROW_AREAS.items()}


def load(
    store: Store,
    delivery: Path | str,
    *,
    mapping: str | Path | Mapping = "standard",
    name: str | None = None,
    received: dt.datetime | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
    wait_seconds: float = 60,
    pulled: dict[str, Any] | None = None,
) -> LoadReport:
    """Loads a delivery folder. ``name`` is its folder's name unless given; ``received`` sets its time;
    ``progress(what, done, of)`` is told how far it is; ``pulled`` is kept with the delivery (:mod:`redshank.records.pulling`), and one that
    brings nothing then leaves no trace. Raises :class:`UsageError`, :class:`DeliveryRefused`,
    and what the store raises; the store is then as it was.
    """
    known = mapping if isinstance(mapping, Mapping) else load_mapping(mapping)
    with open_delivery(Path(delivery), known) as folder, store.writing(wait_seconds):
        name = folder.folder.resolve().name if name is None else name.strip()
        if not name or not name.isprintable() or len(name) > 200:
            raise UsageError("A delivery's name is plain text of up to 200 signs.", "Give another --name.")
        for earlier in store.manifest.deliveries:
            if earlier["name"] == name:
                if earlier["content_hash"] == folder.content_hash:
                    message = f"{name} has been loaded before with the same content; nothing was changed."
                    return LoadReport(name, earlier["number"], False, messages=[message])
                raise DeliveryRefused(
                    f"A delivery named {name} has been loaded before with other content or mapping.",
                    "Give this one another name: --name NAME.",
                )
        refuse_in_demonstration(store, folder)
        sources = read(folder, limits, progress)
        checked = {}
        for done, (table, source) in enumerate(sources.items()):
            if progress:
                progress(f"checking {source.file}", done, len(sources))
            checked[table] = check(source)
        set_erased_aside(store, checked)
        job = Job(store, name, checked, known, received, pulled)
        report = job.run(folder.content_hash, synthetic=is_synthetic(folder))
        if progress:
            progress("loaded", len(sources), len(sources))
        return report


class Job:
    """One delivery on its way into the store."""

    def __init__(
        self,
        store: Store,
        name: str,
        checked: dict[str, Checked],
        mapping: Mapping,
        received: dt.datetime | None,
        pulled: dict[str, Any] | None = None,
    ) -> None:
        self.pulled = pulled
        self.store = store
        self.name = name
        self.number = 1 + max((d["number"] for d in store.manifest.deliveries), default=0)
        self.checked = checked
        self.mapping = mapping
        self.received = None if received is None else as_utc(received)
        self.counts: dict[str, dict[str, int]] = {
            t: dict.fromkeys(("taken", "replaced", "unchanged", "repeated"), 0) for t in checked
        }

    def run(self, content_hash: str, *, synthetic: bool = False) -> LoadReport:
        written = self.prepare()
        if self.pulled is not None and self._is_known(content_hash):
            return LoadReport(self.name, self.number, False, messages=["Nothing has changed since."])
        return self._commit(written, content_hash, synthetic)

    def prepare(self) -> dict[str, pa.Table]:
        """What would be written, area by area; nothing is."""
        records, refused = self._records()
        time = self._time(records)
        keys = self._keys_of_interest(records)
        earlier = self.store.area("resends", schema=RESENDS, where=of_keys(keys))
        versions = self.store.area(
            "records",
            ["record_key", "delivery_no", "content_hash", "own_at"],
            schema=RECORDS,
            where=of_keys(keys),
        )
        versions = versions.sort_by("delivery_no")
        records, resends = self._arrivals(records, earlier, versions, time)
        self.time = time
        written: dict[str, pa.Table] = {
            "records": records.filter(resends["changed"]).select(RECORDS.names),
            "resends": resends.select(RESENDS.names),
        }
        for table, area in AREA_OF.items():
            if table in self.checked:
                written[area] = self._rows(table, area, records, resends, refused, earlier, versions, time)
        entries: list[dict[str, Any]] = []
        files: set[str] = set()
        listed: dict[str, list[dict[str, Any]]] = {}
        for table, checked in self.checked.items():
            # Of a file that holds two tables, a row that cannot be read is one row.
            listed[table] = checked.quarantine(self.name, unreadable=checked.source.file not in files)
            entries += listed[table]
            files.add(checked.source.file)
        written["measures"] = measure(self.checked, listed, self.name, self.number)
        written["quarantine"] = pa.Table.from_pylist(entries, schema=QUARANTINE)
        return written

    # ---- records -----------------------------------------------------------------------------------

    def _records(self) -> tuple[pa.Table, pa.Array]:
        """All records of the delivery that can be taken, once each, and the keys of those set aside."""
        taken, refused = [], []
        for table, checked in self.checked.items():
            if table not in RECORD_TABLES:
                continue
            key = EXTRACTS[table].key[0]
            hashes = content_hashes(checked.rows, checked.names)
            self._duplicates(checked, key, hashes)
            good = pa.array(checked.good & ~self._repeated)
            self.counts[table]["repeated"] = int((checked.good & self._repeated).sum())
            shaped = shape_records(
                table, checked.rows, hashes, self.mapping.tables[table].origin, self.name, self.number
            )
            taken.append(shaped.filter(good))
            bad = shaped["record_key"].filter(pa.array(~checked.good))
            refused.extend(bad.combine_chunks().drop_null().to_pylist())
        records = pa.concat_tables(taken) if taken else RECORDS.empty_table()
        records = records.sort_by("record_key")
        refused_keys = pa.array(sorted(set(refused)), TEXT)
        stands = pc.is_in(refused_keys, value_set=records["record_key"].combine_chunks())
        return records, refused_keys.filter(pc.invert(stands))

    def _duplicates(self, checked: Checked, key: str, hashes: pa.Array) -> None:
        """Fails rows whose key stands earlier with other content; marks identical ones."""
        good = checked.good
        keys = checked.rows[key].combine_chunks().dictionary_encode()
        codes = keys.indices.fill_null(-1).to_numpy()
        self._repeated = np.zeros(len(codes), dtype=bool)
        places = np.flatnonzero(good & (codes >= 0))
        if len(places) == len(np.unique(codes[places])):
            return
        first = np.full(len(keys.dictionary), len(codes), dtype=np.int64)
        np.minimum.at(first, codes[places], places)
        later = places[first[codes[places]] != places]
        if not len(later):
            return
        earlier = first[codes[later]]
        same = pc.equal(hashes.take(pa.array(later)), hashes.take(pa.array(earlier))).to_numpy(
            zero_copy_only=False
        )
        self._repeated[later[same]] = True
        numbers = checked.rows["row"].to_numpy()
        mask = np.zeros(len(codes), dtype=bool)
        why = np.full(len(codes), None, dtype=object)
        for place, other in zip(later[~same].tolist(), earlier[~same].tolist(), strict=True):
            mask[place] = True
            why[place] = f"the same key stands in row {numbers[other]} with other content"
        checked.fail(mask, key, why)

    def _time(self, records: pa.Table) -> dt.datetime:
        if self.received is not None:
            return self.received
        latest = pc.max(records["own_at"]).as_py()
        if latest is not None:
            return latest
        times = [dt.datetime.fromisoformat(d["time"]) for d in self.store.manifest.deliveries]
        return max(times, default=EPOCH)

    def _keys_of_interest(self, records: pa.Table) -> pa.Array:
        named = [_record_keys(self.checked[t].rows).drop_null() for t in AREA_OF if t in self.checked]
        parts = [records["record_key"].combine_chunks(), *named]
        return pc.unique(pa.chunked_array(parts, TEXT))

    def _arrivals(
        self, records: pa.Table, earlier: pa.Table, versions: pa.Table, time: dt.datetime
    ) -> tuple[pa.Table, pa.Table]:
        """Records with their ``known_at``, and one resends row for each."""
        keys = records["record_key"]
        known_before = pc.is_in(keys, value_set=earlier["record_key"].combine_chunks())
        before = _last(keys, versions, "content_hash")
        changed = pc.fill_null(pc.not_equal(records["content_hash"], before), True)
        stamp = pa.scalar(time, TIME)
        is_premises = pc.equal(records["record_type"], "premises")
        known = pc.if_else(known_before, stamp, pc.coalesce(records["own_at"], stamp))
        known = pc.if_else(is_premises, pa.scalar(EPOCH, TIME), known)
        records = records.set_column(records.schema.get_field_index("known_at"), "known_at", known)
        for table in RECORD_TABLES:
            if table in self.checked:
                here = pc.equal(records["record_type"], table)
                new = pc.and_(here, pc.invert(known_before))
                again = pc.and_(pc.and_(here, known_before), changed)
                self.counts[table]["taken"] = _count(new)
                self.counts[table]["replaced"] = _count(again)
                self.counts[table]["unchanged"] = _count(here) - _count(new) - _count(again)
        count = records.num_rows
        resends = pa.table(
            {
                "record_key": keys,
                "delivery_no": pa.repeat(pa.scalar(self.number, pa.int64()), count),
                "known_at": known,
                "changed": changed,
                **{t: pa.repeat(t in self.checked, count) for t in AREA_OF},
                "known_before": known_before,
            }
        )
        return records, resends

    # ---- people, vehicles, phones ------------------------------------------------------------------

    def _rows(
        self,
        table: str,
        area: str,
        records: pa.Table,
        resends: pa.Table,
        refused: pa.Array,
        earlier: pa.Table,
        versions: pa.Table,
        time: dt.datetime,
    ) -> pa.Table:
        checked = self.checked[table]
        rows = checked.rows
        keys = _record_keys(rows)
        place = pc.index_in(keys, value_set=records["record_key"].combine_chunks())
        here = pc.is_valid(place).to_numpy(zero_copy_only=False)
        set_aside = pc.is_in(keys, value_set=refused).to_numpy(zero_copy_only=False)
        stored = pc.is_in(keys, value_set=earlier["record_key"].combine_chunks()).to_numpy(
            zero_copy_only=False
        )
        named = pc.is_valid(keys).to_numpy(zero_copy_only=False)
        checked.fail(named & set_aside, "record_ref", "its record was set aside in this delivery")
        nowhere = named & ~here & ~set_aside & ~stored
        checked.fail(nowhere, "record_ref", "its record is in no delivery")
        if table == "people":
            own = records["own_at"].combine_chunks().take(place)
            # A record that this delivery brings has this delivery's time, also where that is none.
            own = pc.if_else(pc.is_valid(place), own, _last(keys, versions, "own_at"))
            self._born_later(checked, own)
        good = checked.good
        chosen = pa.array(np.flatnonzero(good))
        rows, keys, place = rows.take(chosen), keys.take(chosen), place.take(chosen)
        here = here[good]
        content = [n for n in checked.names if n not in ("record_type", "record_ref")]
        ids = row_ids(keys, rows, content)
        standing = self._standing(area, keys, earlier)
        stands = np.isin(ids, standing)
        known_before = resends["known_before"].combine_chunks().take(place)
        first_time = pc.fill_null(pc.invert(known_before), False).to_numpy(zero_copy_only=False)
        counts = self.counts[table]
        counts["unchanged"] = int(stands.sum())
        counts["replaced"] = int((here & ~first_time & ~stands).sum())
        counts["taken"] = len(ids) - counts["unchanged"] - counts["replaced"]
        known = pc.coalesce(records["known_at"].combine_chunks().take(place), pa.scalar(time, TIME))
        shaped = shape_rows(area, rows, keys, ids, known, self.name, self.number)
        return shaped.filter(pa.array(here | ~stands)).sort_by(
            [("record_key", "ascending"), ("row", "ascending")]
        )

    def _standing(self, area: str, keys: pa.Array, earlier: pa.Table) -> np.ndarray:
        """Ids of the rows that stand now on the records of interest."""
        stored, _, id_name, _ = ROW_AREAS[area]
        wanted = pc.unique(keys)
        wanted = wanted.filter(pc.is_in(wanted, value_set=earlier["record_key"].combine_chunks()))
        names = ["record_key", "delivery_no", "row", id_name]
        rows = self.store.area(area, names, schema=stored, where=of_keys(wanted))
        return standing_rows(rows, area, pa.chunked_array([wanted]), earlier)[id_name].to_numpy()

    def _born_later(self, checked: Checked, own: pa.Array) -> None:
        born = checked.rows["date_of_birth"].combine_chunks()
        both = pc.and_(pc.is_valid(born), pc.is_valid(own)).to_numpy(zero_copy_only=False)
        days = born.cast(pa.int32()).fill_null(0).to_numpy()
        later = both & (days > utc_to_london_days(own))
        checked.fail(later, "date_of_birth", "the birth date is later than its record's time")

    # ---- into the store ----------------------------------------------------------------------------

    def reports(self) -> list[TableReport]:
        """A row per table; every row of a file is in one of its figures."""
        tables = []
        for table, checked in self.checked.items():
            source = checked.source
            tables.append(
                TableReport(
                    table,
                    source.file,
                    source.count,
                    quarantined=len(source.bad) + int((~checked.good).sum()),
                    kept=int((checked.good & (checked.kept >= 0)).sum()),
                    **self.counts[table],
                )
            )
        for t in tables:
            if t.rows != t.taken + t.replaced + t.unchanged + t.quarantined + t.repeated:
                raise RuntimeError(f"rows of {t.file} are unaccounted for: {t}")
        return tables

    def _is_known(self, content_hash: str) -> bool:
        """Whether a pull gave nothing but what stands already: the same answer as before, or rows that all are as they were."""
        before = [e for e in self.store.manifest.deliveries if e.get("pulled", {}).get("source") == self.pulled["source"]]  # type: ignore[index]  # fmt: skip
        if before and before[-1]["content_hash"] == content_hash:
            return True
        return not any(t.taken or t.replaced or t.quarantined for t in self.reports())

    def _commit(self, written: dict[str, pa.Table], content_hash: str, synthetic: bool) -> LoadReport:
        tables = self.reports()
        sources = [c.source for c in self.checked.values()]
        unknown = {s.file: s.unknown for s in sources if s.unknown}
        missing: dict[str, list[dict[str, str]]] = {}
        for s in sources:
            missing.setdefault(s.file, []).extend(
                {**vars(m), "line": m.line if m.likely else ""} for m in s.missing
            )
        missing = {file: columns for file, columns in missing.items() if columns}
        manifest = self.store.manifest.copy()
        for area, rows in written.items():
            if rows.num_rows:
                manifest.tables.setdefault(area, []).append(self.store.put(area, rows))
        entry: dict[str, Any] = {
            "name": self.name,
            "number": self.number,
            "content_hash": content_hash,
            "mapping": self.mapping.name,
            "received": None if self.received is None else self.received.isoformat(),
            "time": self.time.isoformat(),
            "tables": {t.table: {k: v for k, v in vars(t).items() if k != "table"} for t in tables},
            "missing_columns": {s.table: sorted(m.ours for m in s.missing) for s in sources if s.missing},
        }
        if synthetic:
            entry["synthetic"] = True
        if self.pulled is not None:
            entry["pulled"] = self.pulled
        if self.mapping.every_hours:
            entry["every_hours"] = self.mapping.every_hours
        manifest.deliveries.append(entry)
        self.store.commit(manifest)
        messages = [
            f"{file}: unknown columns ignored: {', '.join(names)}." for file, names in sorted(unknown.items())
        ]
        return LoadReport(self.name, self.number, True, tables, unknown, messages, missing)


def set_erased_aside(store: Store, checked: dict[str, Checked]) -> None:
    """Fails every row of a record that was erased, and forgets what stood in it."""
    for table, one in checked.items():
        column = EXTRACTS[table].key[0] if table in RECORD_TABLES else "record_ref"
        refs = one.rows[column].combine_chunks()
        keys = _record_keys(one.rows) if table in AREA_OF else pc.binary_join_element_wise(table, refs, ":")
        listed = keys.to_pylist()
        known = tombstones.erased_among(store.manifest, {k for k in listed if k})
        if known:
            why = {
                i: f"erased on {tombstones.day_of(store.manifest, t)}, tombstone {t}: not taken again"
                for i, k in enumerate(listed)
                if (t := known.get(k or ""))
            }
            one.erase(why, column)


def _record_keys(rows: pa.Table) -> pa.Array:
    """``record_type:record_ref`` of rows that name a record; null where they do not."""
    return pc.binary_join_element_wise(
        rows["record_type"].combine_chunks(), rows["record_ref"].combine_chunks(), ":"
    )


def _last(keys: pa.Array | pa.ChunkedArray, versions: pa.Table, column: str) -> pa.Array:
    """A column of each key's last version (``versions`` in order of delivery); null where there is none."""
    values = versions[column].combine_chunks()
    if not len(values):
        return pa.nulls(len(keys), values.type)
    coded = versions["record_key"].combine_chunks().dictionary_encode()
    last = np.empty(len(coded.dictionary), dtype=np.int64)
    last[coded.indices.to_numpy()] = np.arange(len(values))
    place = pc.index_in(keys, value_set=coded.dictionary)
    place = place.combine_chunks() if isinstance(place, pa.ChunkedArray) else place
    return values.take(pa.array(last).take(place))


def _count(mask: Any) -> int:
    return pc.sum(mask).as_py() or 0
