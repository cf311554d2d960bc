"""From pieces to a whole number: decay by steps, repetition, things that weigh more together, groups.

A score is the sum over counted pieces of thousandths of points, each rounded down, divided by 1000 and
rounded down; at least 1 where anything counts. The same pieces give the same number on any machine, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.assessment.config import Config
from redshank.assessment.evidence import PIECES, known_by
from redshank.assessment.facts import DAY, strings, whole


@dataclass(frozen=True)
class Counted:
    """Pieces that count at a time, with the thousandths each adds (``counts``)."""

    rows: pa.Table
    counts: np.ndarray

    def totals(self) -> dict[str, int]:
        """person_id → score."""
        coded = _flat(self.rows["person_id"]).dictionary_encode()
        index = coded.indices.to_numpy(zero_copy_only=False)
        names = coded.dictionary.to_pylist()
        sums = np.zeros(len(names), np.int64)
        np.add.at(sums, index, self.counts)
        return {name: max(1, int(total) // 1000) for name, total in zip(names, sums, strict=True)}


def _flat(a: pa.ChunkedArray | pa.Array) -> pa.Array:
    return a.combine_chunks() if isinstance(a, pa.ChunkedArray) else a


def decayed(fresh: np.ndarray, event: np.ndarray, at: int, config: Config) -> np.ndarray:
    """Thousandths left of each piece at a time; see ``weights.toml`` [decay]."""
    decay = config["weights"]["decay"]
    steps = np.array(decay["per_mille"], np.int64)
    k = np.clip((at - event) // (decay["step_days"] * DAY), 0, len(steps) - 1)
    return fresh * steps[k] // 1000


def count(pieces: pa.Table, groups: pa.Table | None, at: int, config: Config) -> Counted:
    """What counts at ``at`` (microseconds), seeing only pieces and groups known by then."""
    seen = known_by(pieces, at)
    parts = [seen, _together(seen, config)]
    if groups is not None:
        parts.append(_in_groups(groups, at, config))
    rows = pa.concat_tables(parts)
    value = decayed(rows["fresh"].to_numpy(), rows["event"].to_numpy(), at, config)
    # Total order: person, code, strongest first, newest first, record.
    order = np.lexsort(
        (
            _rank(rows["record_key"]),
            -rows["event"].to_numpy(),
            -value,
            _rank(rows["code"]),
            _rank(rows["person_id"]),
        )
    )
    rows, value = rows.take(pa.array(order)), value[order]
    return Counted(rows, _repeated(rows, value, config))


def _rank(column: pa.ChunkedArray | pa.Array) -> np.ndarray:
    return pc.rank(column, tiebreaker="dense").to_numpy(zero_copy_only=False).astype(np.int64)


def _repeated(rows: pa.Table, value: np.ndarray, config: Config) -> np.ndarray:
    steps = np.array(config["weights"]["repeats"]["per_mille"], np.int64)
    n = rows.num_rows
    if n == 0:
        return value
    pair = _rank(rows["person_id"]) * (int(_rank(rows["code"]).max()) + 1) + _rank(rows["code"])
    starts = np.concatenate([[0], np.flatnonzero(pair[1:] != pair[:-1]) + 1])
    begin = np.repeat(starts, np.diff(np.concatenate([starts, [n]])))
    place = np.minimum(np.arange(n) - begin, len(steps) - 1)
    return value * steps[place] // 1000


def _together(seen: pa.Table, config: Config) -> pa.Table:
    """Extra pieces where several things were seen of one child within so many days (``weights.toml`` [together])."""
    rules = config["weights"]["together"]
    codes = {c for r in rules.values() for group in r["all_of"] for c in group}
    rows = seen.filter(
        pc.and_(
            pc.is_in(seen["code"], value_set=pa.array(sorted(codes))),
            pc.not_equal(seen["status"], "historic"),
        )
    )
    least = config["weights"]["together_least_per_mille"]
    by_person: dict[str, list[tuple[int, str, str, int]]] = {}
    names = ("person_id", "event", "record_key", "code", "fresh")
    for person, event, key, code, fresh in zip(*(rows[c].to_pylist() for c in names), strict=True):
        by_person.setdefault(person, []).append((event, key, code, fresh))
    weak = config["weights"]["indicators"] | config["weights"]["fields"]
    out = []
    for person, items in by_person.items():
        items.sort()
        for code, rule in rules.items():
            found = _latest(items, rule, weak, least)
            if found is not None:
                event, key, share = found
                out.append(
                    _piece(
                        person,
                        code,
                        key,
                        event,
                        rule["points"] * share,
                        rule["kind"] == "harm",
                        rule["domains"],
                    )
                )
    return pa.Table.from_pylist(sorted(out, key=lambda r: (r["person_id"], r["code"])), schema=PIECES)


def _latest(
    items: list[tuple[int, str, str, int]], rule: dict, weak: dict, least: int
) -> tuple[int, str, int] | None:
    """Latest time and record at which the rule holds, and how much it counts per mille: as much as the weakest of
    its needed parts, and not at all below ``together_least_per_mille``: a report graded 3, D or E carries nothing
    by the back door.
    """
    span = rule["days"] * DAY
    needed = [set(group) for group in rule["all_of"]]
    for event, key, _, _ in reversed(items):
        if rule.get("same_record"):
            near = [i for i in items if i[1] == key]
        else:
            near = [i for i in items if event - span <= i[0] <= event]
        strongest = [
            max((fresh // weak[code]["points"] for _, _, code, fresh in near if code in group), default=0)
            for group in needed
        ]
        if min(strongest) >= least:
            return event, key, min(1000, *strongest)
    return None


def _piece(
    person: str, code: str, key: str, event: int, fresh: int, harm: bool, domains: list[str], known: int = 0
) -> dict[str, object]:
    return {
        "person_id": person, "code": code, "record_key": key, "record_type": key.partition(":")[0], "status": "affirmed",
        "signal_id": code, "event": event, "known": known, "fresh": fresh, "harm": harm,
        "sexual": "sexual" in domains, "criminal": "criminal" in domains,
    }  # fmt: skip


def group_times(groups: pa.Table) -> np.ndarray:
    """When each membership was known: the day it was proposed, else its first evidence (microseconds)."""
    first = whole(groups["first_evidence_at"])
    day = groups["detected_on"]
    proposed = pc.fill_null(day.cast(pa.int32()).cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    return np.where(proposed >= 0, proposed * DAY, first)


def group_strength(groups: pa.Table) -> np.ndarray:
    """Strength per mille, whether given as a share (findings) or per mille (between)."""
    strength = groups["strength"]
    if pa.types.is_floating(strength.type):
        return np.rint(pc.fill_null(strength, 0.0).to_numpy(zero_copy_only=False) * 1000).astype(np.int64)
    return whole(strength)


def _in_groups(groups: pa.Table, at: int, config: Config) -> pa.Table:
    """One piece for each proposed group that a child is tied to. A group that stands is a matter of today: no decay."""
    rule = config["weights"]["group"]
    out = []
    times, strengths = group_times(groups), group_strength(groups)
    columns = (groups[c].to_pylist() for c in ("group_id", "person_id", "role", "kind"))
    for i, (group, person, role, kind) in enumerate(zip(*columns, strict=True)):
        if role == "child" and times[i] <= at and strengths[i] > 0:
            domains = rule.get(kind or "candidate", [])
            fresh = rule["points"] * int(strengths[i])
            out.append(_piece(person, "group", f"groups:{group}", at, fresh, False, domains, int(times[i])))
    return pa.Table.from_pylist(out, schema=PIECES)


def band_of(score: int, harm: bool, config: Config) -> str:
    """Band of a score; signs of harm stand at least in the band that the configuration names."""
    bands = config["weights"]["bands"]
    if score >= bands["critical"]:
        return "critical"
    if score >= bands["significant"]:
        return "significant"
    return bands["harm_at_least"] if harm else "contextual"


__all__ = ["Counted", "band_of", "count", "decayed", "group_strength", "group_times", "strings"]
