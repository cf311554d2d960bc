"""How far one record speaks of exploitation, and how much its grade lets it weigh.

Both are pure functions of one record and its own signals, so a night asks them of changed records only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class RecordFacts:
    """Arrays in step with ``keys``. ``day``: days since 1970, -1 where no time is recorded. Levels per mille."""

    keys: pa.Array
    types: np.ndarray
    day: np.ndarray
    grade: np.ndarray
    exploitation: np.ndarray

    def at(self, keys: pa.Array | pa.ChunkedArray) -> np.ndarray:
        """Positions of the given record keys; -1 where a key is no record."""
        found = pc.fill_null(pc.index_in(flat(keys), value_set=self.keys), -1)
        return found.to_numpy(zero_copy_only=False).astype(np.int64)


def flat(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One plain array, whether it came in chunks or not."""
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def strings(values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """A text column as an object array with empty strings for nulls."""
    return flat(pc.fill_null(values, "")).to_numpy(zero_copy_only=False)


def days(values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Whole days since 1970 of a time column (UTC), -1 for null."""
    micro = pc.fill_null(flat(values).cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    return np.where(micro < 0, -1, micro // 86_400_000_000)


def any_word(values: np.ndarray, words: list[str]) -> np.ndarray:
    """True where an upper-case text holds one of the words; asked once per different text."""
    seen = {text: any(w in text.upper() for w in words) for text in set(values.tolist())}
    return np.array([seen[text] for text in values.tolist()], dtype=bool)


def grade_of(source: str, assessment: str, config: dict[str, Any]) -> int:
    """Per mille that an intelligence report weighs: the lower of source and assessment (practice rule 11)."""
    grades = config["grade"]
    if not source and not assessment:
        return grades["other"]["ungraded_intelligence"]
    ungraded = grades["other"]["ungraded_intelligence"]
    first = grades["source"].get(source, ungraded) if source else ungraded
    second = grades["intelligence"].get(assessment, ungraded) if assessment else ungraded
    return min(first, second)


def signal_levels(signals: pa.Table, config: dict[str, Any]) -> pa.Table:
    """``record_key``, ``level``: each indicator of a record counted once at its strongest status, summed."""
    weights = {
        (indicator, status): weight * share // 1000
        for indicator, weight in config["signal"].items()
        for status, share in config["status"].items()
    }
    names, states = strings(signals["indicator"]), strings(signals["status"])
    level = np.fromiter(
        (weights.get(pair, 0) for pair in zip(names, states, strict=True)), np.int64, count=len(names)
    )
    rows = pa.table(
        {"record_key": signals["record_key"], "indicator": signals["indicator"], "level": pa.array(level)}
    )
    best = rows.group_by(["record_key", "indicator"]).aggregate([("level", "max")])
    return (
        best.group_by("record_key").aggregate([("level_max", "sum")]).rename_columns(["record_key", "level"])
    )


def record_facts(records: pa.Table, signals: pa.Table, config: dict[str, Any]) -> RecordFacts:
    """Facts of the given records. ``signals`` may hold more records than asked for."""
    keys = flat(records["record_key"])
    types = strings(records["record_type"])
    structure, n = config["structure"], len(keys)

    grade = np.full(n, config["grade"]["other"]["not_intelligence"], dtype=np.int64)
    reports = np.flatnonzero(types == "intelligence")
    sources, assessed = strings(records["source_evaluation"]), strings(records["intelligence_assessment"])
    for i in reports:
        grade[i] = grade_of(sources[i], assessed[i], config)

    levels = signal_levels(signals, config)
    position = pc.index_in(keys, value_set=flat(levels["record_key"]))
    found = pc.fill_null(position, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    level = np.concatenate([levels["level"].to_numpy(), [0]]).astype(np.int64)
    exploitation = level[found] if n else np.zeros(0, dtype=np.int64)

    offences, codes, flags = (
        strings(records["offence"]),
        strings(records["offence_code"]),
        strings(records["flags"]),
    )
    relevant = set(structure["offence_codes"])
    bare = {code: code.strip().upper().split("/")[0].lstrip("0") for code in set(codes.tolist())}
    by_code = np.array([bare[c] in relevant for c in codes.tolist()], dtype=bool)
    offence = by_code | any_word(offences, structure["offence_words"])
    exploitation = np.maximum(exploitation, np.where(offence, structure["offence"], 0))
    exploitation = np.maximum(
        exploitation, np.where(any_word(flags, structure["flags"]), structure["flag"], 0)
    )
    lists = strings(records["list"])
    exploitation = np.maximum(
        exploitation,
        np.where(lists == "offender", np.minimum(structure["offender_list"], level_floor(exploitation)), 0),
    )
    return RecordFacts(keys, types, days(records["event_at"]), grade, np.minimum(exploitation, 1000))


def level_floor(exploitation: np.ndarray) -> np.ndarray:
    """An entry of the offender list counts in full only where its words say something of exploitation, too."""
    return np.where(exploitation > 0, 1000, 0)
