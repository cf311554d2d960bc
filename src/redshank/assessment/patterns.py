"""Signals that need identity: computed at the start of the assessment and appended to ``signals``.

In: the current view, who is who, persons, links of persons named only in texts. Out: rows of
``between.signals`` whose ``rule`` begins with ``pattern:``. Rules, thresholds and their sources: ``patterns.toml``.

The text of a pattern row says what it rests on (a count, an earlier record); it never changes by the mere
passing of time, so that a night recomputes only what is touched, or whose clock of 72 hours ran out
(:func:`clocks`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.assessment.config import Config
from redshank.assessment.facts import (
    DAY,
    HOUR,
    Facts,
    View,
    build,
    known_records,
    micros,
    records_of,
    strings,
    whole,
    years_between,
)
from redshank.engine import Engine
from redshank.signals.scan import signal_id
from redshank.tables import BETWEEN

SIGNALS = BETWEEN["signals"]
PREFIX = "pattern:"


def pattern_signals(
    view: View,
    person_of: pa.Table,
    persons: pa.Table,
    as_of: datetime,
    config: Config,
    *,
    signals: pa.Table | None = None,
    mention_links: pa.Table | None = None,
    mentions: pa.Table | None = None,
    touched: Iterable[str] | None = None,
    engine: Engine | None = None,
) -> pa.Table:
    """Pattern rows of every record in which a touched person stands (None: of all records).

    ``signals`` are the rows found by texts and fields: an episode that already has a field hit gets no second
    ``missing_episode``. Rows replace the earlier pattern rows of the same records.
    """
    keys = records_of(touched, person_of, mention_links)
    wide = None
    if keys is not None:
        # The history of everybody in those records decides, so their other records are read too.
        inside = person_of.filter(pc.is_in(person_of["record_key"], value_set=keys))["person_id"]
        named = [] if mention_links is None else _inside(mention_links, keys)
        wide = records_of([*inside.to_pylist(), *named], person_of, mention_links)
    facts = build(
        view, person_of, persons, as_of, config,
        mention_links=mention_links, mentions=mentions, keys=wide, engine=engine,
    )  # fmt: skip
    found = {
        "missing_episode": _missing(facts, config, signals),
        "repeat_missing": _repeat(facts, config),
        "return_interview_overdue": _overdue(facts, config),
        "older_associate": _older(facts, config),
        "associates_with_known_suspect": _known_suspects(facts, config),
        "multiple_suspects": _several(facts, config),
    }
    rows = [(key, code, text) for code, by_key in found.items() for key, text in by_key.items()]
    wanted = None if keys is None else set(keys.to_pylist())
    rows = sorted(r for r in rows if wanted is None or r[0] in wanted)
    return SIGNALS.build([_signal(*r) for r in rows])


def _inside(table: pa.Table, keys: pa.Array) -> list[str]:
    return table.filter(pc.is_in(table["record_key"], value_set=keys))["person_id"].to_pylist()


def _signal(key: str, indicator: str, text: str) -> dict[str, object]:
    kind, _, ref = key.partition(":")
    rule = PREFIX + indicator
    return {
        "record_key": key,
        "record_type": kind,
        "record_ref": ref,
        "indicator": indicator,
        "status": "affirmed",
        "text": text,
        "rule": rule,
        "signal_id": signal_id(key, indicator, None, None, rule),
    }


def clocks(view: View, as_of: datetime, config: Config) -> pa.Table:
    """Records whose pattern rows change by time alone: ``record_key``, ``stale_at`` (72 hours after a return)."""
    limit = config["patterns"]["return_interview_overdue"]["hours"] * HOUR
    records = known_records(view, as_of)
    records = records.filter(pc.equal(records["record_type"], "missing_episodes"))
    now = micros(as_of)
    due = whole(records["returned_at"], now + 1) + limit
    held = whole(records["return_interview_at"], now + 1)
    waits = (whole(records["returned_at"], now + 1) <= now) & (held > now) & (due >= now)
    rows = records.filter(pa.array(waits))
    # One microsecond past the term, since overdue means more than 72 hours.
    at = pa.array(due[waits] + 1, pa.int64()).cast(pa.timestamp("us", tz="UTC"))
    return pa.table({"record_key": rows["record_key"], "stale_at": at}).sort_by("record_key")


def _children_missing(facts: Facts, config: Config) -> pa.Table:
    p = facts.presence
    mask = pc.and_(pc.equal(p["record_type"], "missing_episodes"), pc.equal(p["role"], "missing"))
    return p.filter(pc.and_(mask, _is_child(p, config)))


def _is_child(p: pa.Table, config: Config) -> pa.Array | pa.ChunkedArray:
    years = config["patterns"]["child"]["years"]
    return pc.and_(pc.greater_equal(p["age"], 0), pc.less(p["age"], years))


def _missing(facts: Facts, config: Config, signals: pa.Table | None) -> dict[str, str]:
    rows = _children_missing(facts, config)
    keys = pc.unique(rows["record_key"])
    if signals is not None:
        hit = pc.and_(
            pc.equal(signals["indicator"], "missing_episode"), pc.starts_with(signals["rule"], "field")
        )
        keys = keys.filter(
            pc.invert(pc.is_in(keys, value_set=signals.filter(hit)["record_key"].combine_chunks()))
        )
    return dict.fromkeys(keys.to_pylist(), "")


def _repeat(facts: Facts, config: Config) -> dict[str, str]:
    rule = config["patterns"]["repeat_missing"]
    n, span = rule["episodes"], rule["days"] * DAY
    rows = _children_missing(facts, config).select(["person_id", "event", "record_key"])
    rows = rows.group_by(["person_id", "event", "record_key"]).aggregate([])
    rows = rows.sort_by([(c, "ascending") for c in ("person_id", "event", "record_key")])
    if rows.num_rows < n:
        return {}
    person = rows["person_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    event = rows["event"].to_numpy()
    first, last = slice(None, len(event) - n + 1), slice(n - 1, None)
    hit = np.flatnonzero((person[first] == person[last]) & (event[last] - event[first] <= span)) + n - 1
    keys = rows["record_key"].to_pylist()
    out: dict[str, str] = {}
    for i in hit:
        back = i
        while back > 0 and person[back - 1] == person[i] and event[i] - event[back - 1] <= span:
            back -= 1
        out[keys[i]] = f"{i - back + 1} episodes in {rule['days']} days"
    return out


def _overdue(facts: Facts, config: Config) -> dict[str, str]:
    hours = config["patterns"]["return_interview_overdue"]["hours"]
    limit, now = hours * HOUR, facts.now
    children = pc.unique(_children_missing(facts, config)["record_key"])
    rows = facts.records.filter(pc.is_in(facts.records["record_key"], value_set=children))
    back = whole(rows["returned_at"], now + 1)
    held = whole(rows["return_interview_at"], now + 1)
    out: dict[str, str] = {}
    for key, b, h in zip(rows["record_key"].to_pylist(), back.tolist(), held.tolist(), strict=True):
        if b > now:  # not back yet, or back later than what we may see
            continue
        if h > now and now - b > limit:
            out[key] = f"no interview recorded {hours} hours after the return"
        elif h <= now and h - b > limit:
            out[key] = f"held {(h - b) // HOUR} hours after the return"
    return out


def _is_family(p: pa.Table, config: Config) -> pa.ChunkedArray:
    family = config["patterns"]["family"]
    flags = pc.is_in(p["role"], value_set=pa.array(family["roles"]))
    for word in family["words"]:
        flags = pc.or_(flags, pc.match_substring(p["relationship"], word))
    return flags


def _pairs(facts: Facts, left: pa.Array, right: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Rows of presence (child, other) that share a record and are different persons; presence is sorted by record."""
    p = facts.presence
    record = p["record_key"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    left_rows = np.flatnonzero(left.to_numpy(zero_copy_only=False))
    r = np.flatnonzero(right.to_numpy(zero_copy_only=False))
    lo = np.searchsorted(record[r], record[left_rows], "left")
    hi = np.searchsorted(record[r], record[left_rows], "right")
    count = hi - lo
    a = np.repeat(left_rows, count)
    b = r[np.repeat(lo, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)]
    person = p["person_id"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    keep = person[a] != person[b]
    return a[keep], b[keep]


def _whole_mask(mask: pa.ChunkedArray | pa.Array) -> pa.Array:
    out = mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask
    return pc.fill_null(out, False)


def _companions(facts: Facts, config: Config, rule: dict) -> tuple[np.ndarray, np.ndarray]:
    """(child, other) where the other is neither family nor carer nor professional by role, word or household."""
    p = facts.presence
    child = pc.and_(_is_child(p, config), pc.is_in(p["role"], value_set=pa.array(rule["child_roles"])))
    other = pc.and_(
        pc.is_in(p["role"], value_set=pa.array(rule["other_roles"])), pc.invert(_is_family(p, config))
    )
    return _pairs(facts, _whole_mask(child), _whole_mask(other))


def _older(facts: Facts, config: Config) -> dict[str, str]:
    rule = config["patterns"]["older_associate"]
    p = facts.presence
    a, b = _companions(facts, config, rule)
    age = p["age"].to_numpy()
    # By birth dates where both are known, since two ages in whole years may hide a year.
    birth = whole(p["birth"].cast(pa.int32()).cast(pa.int64()))
    has = pc.is_valid(p["birth"]).to_numpy(zero_copy_only=False)
    gap = years_between(birth[b].astype("datetime64[D]"), birth[a].astype("datetime64[D]"))
    keep = has[a] & has[b] & (gap >= rule["years_older"]) & (age[b] >= rule["adult_years"])
    if rule["same_household_is_family"]:
        home = p["home"].combine_chunks().dictionary_encode()
        index = home.indices.to_numpy(zero_copy_only=False)
        empty = pc.equal(p["home"], "").to_numpy(zero_copy_only=False)
        keep &= ~((index[a] == index[b]) & ~empty[a])
    keys = p["record_key"].take(pa.array(a[keep], pa.int64())).to_pylist()
    widest: dict[str, int] = {}
    for key, years in zip(keys, gap[keep].tolist(), strict=True):
        widest[key] = max(widest.get(key, 0), years)
    return {key: f"{years} years older" for key, years in widest.items()}


def _suspicions(facts: Facts, config: Config) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Rows of presence in which a person is a suspect, offender-listed or detained for a relevant offence."""
    p, records = facts.presence, facts.records
    relevant = np.zeros(records.num_rows, bool)
    for name in config["patterns"]["associates_with_known_suspect"]["relevant_offences"]:
        relevant |= facts.offences[name]
    keys = records["record_key"].combine_chunks()
    serious = pc.is_in(p["record_key"], value_set=keys.filter(pa.array(relevant)))
    named = pc.is_in(p["role"], value_set=pa.array(["suspect", "detained"]))
    listed_keys = keys.filter(_whole_mask(pc.equal(strings(records["list"]), "offender")))
    listed = pc.and_(
        pc.is_in(p["record_key"], value_set=listed_keys),
        pc.is_in(p["role"], value_set=pa.array(["subject", "suspect", "other", "detained"])),
    )
    rows = np.flatnonzero(_whole_mask(pc.or_(pc.and_(serious, named), listed)).to_numpy(zero_copy_only=False))
    return rows, p["known"].to_numpy()[rows], p["record_key"].take(pa.array(rows, pa.int64())).to_pylist()


def _known_suspects(facts: Facts, config: Config) -> dict[str, str]:
    rule = config["patterns"]["associates_with_known_suspect"]
    p = facts.presence
    rows, known, keys = _suspicions(facts, config)
    persons = p["person_id"].take(pa.array(rows, pa.int64())).to_pylist()
    first: dict[str, tuple[int, str]] = {}
    for person, at, key in zip(persons, known.tolist(), keys, strict=True):
        first[person] = min(first.get(person, (at, key)), (at, key))
    if not first:
        return {}
    _, b = _companions(facts, config, rule)
    suspected = pc.is_in(p["person_id"], value_set=pa.array(sorted(first)))
    keep = _whole_mask(suspected).to_numpy(zero_copy_only=False)[b]
    b = b[keep]
    take = pa.array(b, pa.int64())
    out: dict[str, tuple[int, str]] = {}
    for person, key, at in zip(
        p["person_id"].take(take).to_pylist(), p["record_key"].take(take).to_pylist(), p["known"].take(take).to_pylist(),
        strict=True,
    ):  # fmt: skip
        earlier = first[person]
        if earlier[0] < at and earlier[1] != key:
            out[key] = min(out.get(key, earlier), earlier)
    return {key: f"known from {earlier[1]}" for key, earlier in out.items()}


def _several(facts: Facts, config: Config) -> dict[str, str]:
    p = facts.presence
    crime = pc.equal(p["record_type"], "crimes")
    child = pc.and_(pc.and_(crime, pc.equal(p["role"], "victim")), _is_child(p, config))
    with_child = pc.unique(p.filter(child)["record_key"])
    suspects = p.filter(
        pc.and_(pc.equal(p["role"], "suspect"), pc.is_in(p["record_key"], value_set=with_child.combine_chunks()
                if isinstance(with_child, pa.ChunkedArray) else with_child))
    )  # fmt: skip
    counted = suspects.group_by("record_key").aggregate([("person_id", "count_distinct")])
    least = config["patterns"]["multiple_suspects"]["suspects"]
    rows = counted.filter(pc.greater_equal(counted["person_id_count_distinct"], least))
    return {
        key: f"{n} suspects recorded"
        for key, n in zip(
            rows["record_key"].to_pylist(), rows["person_id_count_distinct"].to_pylist(), strict=True
        )
    }


__all__ = ["clocks", "pattern_signals"]
