"""Who stands in which record, how old they were then, and what the record's own fields say.

Everything after this works on two small tables: *presence* (a person in a record, by a row or by the text)
and *records*. Both hold only what was known at ``as_of``. Ethnicity, nationality, disability and names are
not even read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.assessment.config import Config
from redshank.engine import Engine
from redshank.tables import BETWEEN

DAY = 86_400_000_000  # microseconds
HOUR = 3_600_000_000
UNKNOWN_AGE = -1
PRESENCE = pa.schema(
    [
        ("record_key", pa.string()),
        ("person_id", pa.string()),
        ("role", pa.string()),  # as recorded, or 'mentioned'
        ("relationship", pa.string()),  # lower case, empty where none
        ("care_status", pa.string()),  # lower case
        ("home", pa.string()),  # postcode|address, empty unless both are recorded
        ("postcode", pa.string()),
        ("address", pa.string()),
        ("start", pa.int64()),  # offset of a mention
        ("end", pa.int64()),
        ("record_type", pa.string()),
        ("event", pa.int64()),  # microseconds
        ("known", pa.int64()),  # microseconds
        ("birth", pa.date32()),
        ("age", pa.int64()),  # whole years at the event; -1 where not known
    ]
)


class View(Protocol):
    """The current view at a time, as ``redshank.records`` gives it."""

    @property
    def records(self) -> pa.Table: ...
    @property
    def appearances(self) -> pa.Table: ...
    @property
    def vehicles(self) -> pa.Table: ...
    @property
    def phones(self) -> pa.Table: ...


def micros(at: datetime) -> int:
    """Microseconds since 1970, UTC; a time without a zone is refused rather than guessed."""
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    delta = at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def whole(column: pa.ChunkedArray | pa.Array, missing: int = 0) -> np.ndarray:
    """A time or whole-number column as int64, nulls as ``missing``."""
    return pc.fill_null(column.cast(pa.int64()), missing).to_numpy(zero_copy_only=False)


def strings(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    return pc.fill_null(column, "")


def years_between(birth: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Whole years from ``birth`` to ``on`` (datetime64[D]); 29 February ages on 1 March outside leap years."""

    def parts(d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        year = d.astype("datetime64[Y]").astype(np.int64)
        month = d.astype("datetime64[M]")
        day = (d - month.astype("datetime64[D]")).astype(np.int64)
        return year, (month.astype(np.int64) - year * 12) * 32 + day

    y1, md1 = parts(birth)
    y2, md2 = parts(on)
    return y2 - y1 - (md2 < md1)


def known_records(view: View, as_of: datetime) -> pa.Table:
    """Records known at ``as_of``; a record without a known time (premises) is known always."""
    rows = view.records
    late = pc.fill_null(pc.greater(rows["known_at"], pa.scalar(as_of, rows["known_at"].type)), False)
    return rows.filter(pc.invert(late)) if pc.any(late).as_py() else rows


def records_of(
    touched: Iterable[str] | None, person_of: pa.Table, mention_links: pa.Table | None
) -> pa.Array | None:
    """Keys of all records in which the touched persons stand; None means all."""
    if touched is None:
        return None
    wanted = pa.array(sorted(set(touched)), pa.string())
    keys = [
        person_of.filter(pc.is_in(person_of["person_id"], value_set=wanted))["record_key"].combine_chunks()
    ]
    if mention_links is not None:
        linked = mention_links.filter(pc.is_in(mention_links["person_id"], value_set=wanted))
        keys.append(linked["record_key"].combine_chunks())
    return pc.unique(pa.chunked_array(keys, pa.string()))


def with_companions(
    touched: Iterable[str] | None,
    view: View,
    person_of: pa.Table,
    mention_links: pa.Table | None,
    config: Config,
) -> list[str] | None:
    """The touched persons and everybody who stands in a record with one of them: what changes about a person
    (a birth date, an earlier suspicion) changes what a shared record says about the others. Those who stand
    there by their calling or as family change nothing for others, so a social worker does not touch a whole caseload.
    """
    if touched is None:
        return None
    asked = sorted(set(touched))
    quiet = pa.array(config["patterns"]["family"]["roles"])
    rows = view.appearances
    by_calling = rows.filter(pc.is_in(rows["role"], value_set=quiet))["appearance_id"].combine_chunks()
    active = person_of.filter(pc.invert(pc.is_in(person_of["appearance_id"], value_set=by_calling)))
    keys = records_of(asked, active, mention_links)
    found = [pa.array(asked, pa.string())]
    tables = [t for t in (active, mention_links) if t is not None]
    found += [
        t.filter(pc.is_in(t["record_key"], value_set=keys))["person_id"].combine_chunks() for t in tables
    ]
    return sorted(pc.unique(pa.chunked_array(found, pa.string())).to_pylist())


@dataclass(frozen=True)
class Facts:
    """Presence and records known at ``as_of``, and classes of offences."""

    as_of: datetime
    presence: pa.Table
    records: pa.Table
    offences: dict[str, np.ndarray]  # class → mask over records
    births: pa.Table  # person_id, birth (recorded, or the latest that a record allows)

    @property
    def now(self) -> int:
        return micros(self.as_of)


def build(
    view: View,
    person_of: pa.Table,
    persons: pa.Table,
    as_of: datetime,
    config: Config,
    *,
    mention_links: pa.Table | None = None,
    mentions: pa.Table | None = None,
    keys: pa.Array | None = None,
    engine: Engine | None = None,
) -> Facts:
    """Join rows, persons and records once. ``keys`` limits to some records (for touched persons).

    Patterns, children, lines, places and what cannot wait look at the same facts of the same night, so the last whole
    answer is kept and given again, or the part asked for, for the very same tables (Arrow tables never change).
    """
    inputs = (view.records, view.appearances, person_of, persons, mention_links, mentions, config)
    if _LAST and _LAST[0] == as_of and all(a is b for a, b in zip(_LAST[1], inputs, strict=True)):
        return _LAST[2] if keys is None else part_of(_LAST[2], keys)
    facts = _build(view, person_of, persons, as_of, config, mention_links, mentions, keys)
    if keys is None:
        _LAST[:] = [as_of, inputs, facts]
    return facts


def part_of(facts: Facts, keys: pa.Array) -> Facts:
    """The facts of some records; birth dates stay those that all records tell."""
    mask = flat(pc.is_in(facts.records["record_key"], value_set=keys))
    inside = mask.to_numpy(zero_copy_only=False)
    return Facts(
        facts.as_of,
        facts.presence.filter(pc.is_in(facts.presence["record_key"], value_set=keys)),
        facts.records.filter(mask),
        {name: flags[inside] for name, flags in facts.offences.items()},
        facts.births,
    )


_LAST: list[Any] = []  # as_of, inputs, facts of the last call for all records


def _build(
    view: View,
    person_of: pa.Table,
    persons: pa.Table,
    as_of: datetime,
    config: Config,
    mention_links: pa.Table | None,
    mentions: pa.Table | None,
    keys: pa.Array | None,
) -> Facts:
    records = known_records(view, as_of)
    links = mention_links if mention_links is not None else BETWEEN["mention_links"].empty()
    dated = _recorded_births(view.appearances, person_of, persons, as_of, config)
    wider = _with_undated(keys, person_of, links, dated) if keys is not None else None
    if wider is not None:
        records = records.filter(pc.is_in(records["record_key"], value_set=wider))
        person_of = person_of.filter(pc.is_in(person_of["record_key"], value_set=wider))
    records = in_order(records)
    rows = _joined(view.appearances, person_of, records, links, as_of)
    births = _births(rows, dated, mentions, config)
    if keys is not None:
        records = records.filter(pc.is_in(records["record_key"], value_set=keys))
        rows = rows.filter(pc.is_in(rows["record_key"], value_set=keys))
    return Facts(as_of, _aged(rows, births), records, _offence_masks(records, config), births)


def in_order(records: pa.Table) -> pa.Table:
    """Records by key; the view gives them so already, and moving all columns for nothing costs more than looking."""
    keys = flat(records["record_key"])
    sorted_already = len(keys) < 2 or pc.all(pc.less_equal(keys[:-1], keys[1:])).as_py()
    return records if sorted_already else records.sort_by("record_key")


def _recorded_births(
    appearances: pa.Table, person_of: pa.Table, persons: pa.Table, as_of: datetime, config: Config
) -> pa.Table:
    """person_id, date_of_birth: the person's, unless most of their dated rows say child where it says adult; without
    one, the most frequent of the rows, 1 January included.

    Many children are recorded as born on 1 January because nobody knows the day; and a row of an adult that was
    wrongly taken for the same person must not turn a child into an adult.
    """
    first = pa.scalar(config["patterns"]["child"]["born_from"], pa.date32())
    late = pc.fill_null(
        pc.greater(appearances["known_at"], pa.scalar(as_of, appearances["known_at"].type)), False
    )
    usable = pc.and_(
        pc.invert(late), pc.fill_null(pc.greater_equal(appearances["date_of_birth"], first), False)
    )
    rows = appearances.filter(usable)
    known = persons.filter(pc.is_valid(persons["date_of_birth"]))
    people, dates = flat(known["person_id"]), flat(known["date_of_birth"])
    at = flat(pc.index_in(rows["appearance_id"], value_set=flat(person_of["appearance_id"])))
    person = flat(person_of["person_id"]).take(at)
    own = rows["date_of_birth"].cast(pa.int32()).to_numpy().astype("datetime64[D]")
    on = (whole(rows["known_at"]) // DAY).astype("datetime64[D]")
    theirs = dates.take(pc.index_in(person, value_set=people))
    has = pc.is_valid(theirs).to_numpy(zero_copy_only=False)
    said = pc.fill_null(theirs.cast(pa.int32()), 0).to_numpy(zero_copy_only=False).astype("datetime64[D]")
    years = config["patterns"]["child"]["years"]
    child = years_between(own, on) < years
    doubt = person.filter(pa.array(~has | (child & (years_between(said, on) >= years))))
    chosen = flat(pc.is_in(person, value_set=pc.unique(doubt).drop_null())).to_numpy(zero_copy_only=False)
    by_person: dict[str, list[tuple[bool, int]]] = {}
    days = own.astype(np.int64)[chosen].tolist()
    for who, young, day in zip(
        person.filter(pa.array(chosen)).to_pylist(), child[chosen].tolist(), days, strict=True
    ):
        by_person.setdefault(who, []).append((young, day))
    settled = set(
        people.filter(pc.is_in(people, value_set=pa.array(sorted(by_person), pa.string()))).to_pylist()
    )
    births: dict[str, int] = {}
    for who, seen in by_person.items():
        young = [day for is_child, day in seen if is_child]
        if who not in settled or 2 * len(young) > len(seen):
            of = [day for _, day in seen] if who not in settled else young
            births[who] = max(of, key=lambda day: (of.count(day), day))
    keep = pc.invert(pc.is_in(people, value_set=pa.array(sorted(births), pa.string())))
    names = sorted(births)
    more = pa.array([births[n] for n in names], pa.int32()).cast(pa.date32())
    return pa.table(
        {
            "person_id": pa.concat_arrays([people.filter(keep), pa.array(names, pa.string())]),
            "date_of_birth": pa.concat_arrays([dates.filter(keep), more]),
        }
    )


def flat(a: pa.ChunkedArray | pa.Array) -> pa.Array:
    return a.combine_chunks() if isinstance(a, pa.ChunkedArray) else a


def _with_undated(keys: pa.Array, person_of: pa.Table, links: pa.Table, persons: pa.Table) -> pa.Array:
    """The keys, and all records of those who stand in them without a birth date (another record may say child)."""
    dated = persons.filter(pc.is_valid(persons["date_of_birth"]))["person_id"].combine_chunks()
    found = [keys]
    for table in (person_of, links):
        ids = pc.unique(table.filter(pc.is_in(table["record_key"], value_set=keys))["person_id"])
        undated = ids.filter(pc.invert(pc.is_in(ids, value_set=dated)))
        for other in (person_of, links):
            more = other.filter(pc.is_in(other["person_id"], value_set=undated))["record_key"]
            found.append(more.combine_chunks())
    return pc.unique(pa.chunked_array([f.cast(pa.string()) for f in found]))


def _joined(
    appearances: pa.Table,
    person_of: pa.Table,
    records: pa.Table,
    links: pa.Table,
    as_of: datetime,
) -> pa.Table:
    late = pc.fill_null(
        pc.greater(appearances["known_at"], pa.scalar(as_of, appearances["known_at"].type)), False
    )
    event = pc.coalesce(records["event_at"], records["own_at"], records["known_at"])
    heads = {
        "record_type": flat(records["record_type"]),
        "event": pa.array(whole(event)),
        "known": pa.array(whole(records["known_at"])),
    }
    rows = appearances.filter(pc.invert(late)).select(
        ["appearance_id", "role", "relationship", "care_status", "postcode", "address_std"]
    )
    at = flat(pc.index_in(rows["appearance_id"], value_set=flat(person_of["appearance_id"])))
    rows = rows.filter(pc.is_valid(at))
    at = at.drop_null()
    for name in ("record_key", "person_id"):
        rows = rows.append_column(name, flat(person_of[name]).take(at))
    by_row, place = _with_record(rows, records, heads)
    by_text, place_of_text = _with_record(
        links.select(["record_key", "person_id", "start", "end"]), records, heads
    )
    address, postcode = strings(by_row["address_std"]), strings(by_row["postcode"])
    both = pc.and_(pc.not_equal(address, ""), pc.not_equal(postcode, ""))
    home = pc.if_else(both, pc.binary_join_element_wise(postcode, address, "|"), "")
    n, m = by_row.num_rows, by_text.num_rows
    first = pa.table(
        {
            "record_key": by_row["record_key"],
            "person_id": by_row["person_id"],
            "role": strings(by_row["role"]),
            "relationship": pc.utf8_lower(strings(by_row["relationship"])),
            "care_status": pc.utf8_lower(strings(by_row["care_status"])),
            "home": home,
            "postcode": postcode,
            "address": address,
            "start": pa.nulls(n, pa.int64()),
            "end": pa.nulls(n, pa.int64()),
            "record_type": by_row["record_type"],
            "event": by_row["event"],
            "known": by_row["known"],
        }
    )
    blank = pa.array([""] * m, pa.string())
    second = pa.table(
        {
            "record_key": by_text["record_key"],
            "person_id": by_text["person_id"],
            "role": pa.array(["mentioned"] * m, pa.string()),
            "relationship": blank,
            "care_status": blank,
            "home": blank,
            "postcode": blank,
            "address": blank,
            "start": by_text["start"],
            "end": by_text["end"],
            "record_type": by_text["record_type"],
            "event": by_text["event"],
            "known": by_text["known"],
        }
    )
    both_kinds = pa.concat_tables([first.cast(second.schema), second])
    # Every later step relies on this order: by record, person, role, start, relationship, home and care status. Sorted
    # are the ranks of the different values, since there are far fewer of them than rows.
    both_kinds = both_kinds.combine_chunks()
    ranks = [ranked(both_kinds[c]) for c in ("person_id", "role", "relationship", "home", "care_status")]
    person, role, relationship, home, care = ranks
    start = whole(both_kinds["start"], np.iinfo(np.int64).max)
    order = np.lexsort(
        (care, home, relationship, start, role, person, np.concatenate([place, place_of_text]))
    )
    return both_kinds.take(pa.array(order))


def _with_record(
    rows: pa.Table, records: pa.Table, heads: dict[str, pa.Array]
) -> tuple[pa.Table, np.ndarray]:
    """Rows of the records at hand with what their record says, and the place of each one's record."""
    at = flat(pc.index_in(rows["record_key"], value_set=flat(records["record_key"])))
    rows, at = rows.filter(pc.is_valid(at)), at.drop_null()
    for name, column in heads.items():
        rows = rows.append_column(name, column.take(at))
    return rows, at.to_numpy()


def ranked(column: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Rank of each text among the different ones, in their order."""
    coded = flat(column).dictionary_encode()
    rank = np.empty(len(coded.dictionary), dtype=np.int64)
    rank[pc.sort_indices(coded.dictionary).to_numpy()] = np.arange(len(coded.dictionary))
    return rank[coded.indices.to_numpy()]


def _births(rows: pa.Table, persons: pa.Table, mentions: pa.Table | None, config: Config) -> pa.Table:
    """Birth date of each person; without one, the latest that a record allows which calls them a child."""
    child = config["patterns"]["child"]
    known = persons.filter(pc.is_valid(persons["date_of_birth"]))
    unknown = rows.filter(
        pc.invert(pc.is_in(rows["person_id"], value_set=known["person_id"].combine_chunks()))
    )
    guessed: dict[str, tuple[int, int]] = {}
    said = _mention_ages(unknown, mentions, child["years"])
    words = tuple(child["care_status_words"])
    columns = (unknown[c].to_pylist() for c in ("person_id", "care_status", "event"))
    for i, (person, care, event) in enumerate(zip(*columns, strict=True)):
        age = said.get(i)
        if age is None and any(w in care for w in words):
            age = UNKNOWN_AGE
        if age is None:
            continue
        years = child["age_when_only_called_child"] if age == UNKNOWN_AGE else age
        # An age in figures beats the word child; among equals the earliest birth, so that nobody stays a
        # child for ever.
        rank = (int(age == UNKNOWN_AGE), _years_before(event // DAY, years))
        guessed[person] = min(guessed.get(person, rank), rank)
    extra = sorted(guessed)
    return pa.table(
        {
            "person_id": pa.chunked_array(
                [known["person_id"].combine_chunks(), pa.array(extra, pa.string())]
            ),
            "birth": pa.chunked_array(
                [
                    known["date_of_birth"].combine_chunks(),
                    pa.array([guessed[p][1] for p in extra], pa.int32()).cast(pa.date32()),
                ]
            ),
        }
    )


def _mention_ages(unknown: pa.Table, mentions: pa.Table | None, years: int) -> dict[int, int]:
    """Row of ``unknown`` → age that the text gives the linked mention; -1 where it only says child."""
    if mentions is None or unknown.num_rows == 0:
        return {}
    people = mentions.filter(pc.is_in(mentions["kind"], value_set=pa.array(["person", "described"])))
    at: dict[tuple[str, int], int] = {}
    names = ("record_key", "start", "age", "near_role")
    for key, start, age, near in zip(*(people[c].to_pylist() for c in names), strict=True):
        if age is not None and age < years:
            at[(key, start)] = age
        elif age is None and near == "child":
            at[(key, start)] = UNKNOWN_AGE
    out = {}
    for i, (key, start) in enumerate(
        zip(unknown["record_key"].to_pylist(), unknown["start"].to_pylist(), strict=True)
    ):
        if start is not None and (key, start) in at:
            out[i] = at[(key, start)]
    return out


def _years_before(day: int, years: int) -> int:
    d = np.datetime64(int(day), "D")
    month = d.astype("datetime64[M]")
    moved = (month - np.timedelta64(12 * years, "M")).astype("datetime64[D]") + (
        d - month.astype("datetime64[D]")
    )
    return int(moved.astype(np.int64))


def _aged(rows: pa.Table, births: pa.Table) -> pa.Table:
    where = pc.index_in(rows["person_id"], value_set=births["person_id"].combine_chunks())
    birth = births["birth"].combine_chunks().take(where.combine_chunks())
    has = pc.is_valid(birth).to_numpy(zero_copy_only=False)
    days = pc.fill_null(birth.cast(pa.int32()), 0).to_numpy(zero_copy_only=False).astype("datetime64[D]")
    on = (rows["event"].to_numpy() // DAY).astype("datetime64[D]")
    age = np.where(has, years_between(days, on), UNKNOWN_AGE)
    age = np.where(has & (age < 0), 0, age)
    return rows.append_column("birth", birth).append_column("age", pa.array(age, pa.int64())).cast(PRESENCE)


_CLASS = re.compile(r"0*([0-9]+[A-Za-z]?)")


def offence_class(code: str | None, title: str | None, config: Config) -> frozenset[str]:
    """Classes of an offence by its code and title; see ``patterns.toml`` [offences]."""
    found = _CLASS.match((code or "").strip())
    head = found.group(1).upper() if found else ""
    words = (title or "").lower()
    return frozenset(
        name
        for name, rule in config["patterns"]["offences"].items()
        if head in rule["codes"] or any(w in words for w in rule["words"])
    )


def _offence_masks(records: pa.Table, config: Config) -> dict[str, np.ndarray]:
    pairs = pc.binary_join_element_wise(strings(records["offence_code"]), strings(records["offence"]), "\x1f")
    coded = (
        pairs.combine_chunks().dictionary_encode()
        if pairs.num_chunks != 1
        else pairs.chunk(0).dictionary_encode()
    )
    split = [v.partition("\x1f") for v in coded.dictionary.to_pylist()]
    classes = [offence_class(code, title, config) for code, _, title in split]
    index = coded.indices.to_numpy(zero_copy_only=False)
    out: dict[str, Any] = {}
    for name in config["patterns"]["offences"]:
        flags = np.array([name in c for c in classes], bool)
        out[name] = flags[index] if len(index) else np.zeros(0, bool)
    return out
