"""Ids of groups that survive the night, the day of first proposal, and what people decided.

A group inherits the id of the predecessor of which it keeps the largest part of the suspects, at least a
half; ties go to the older id. An id that found no group of its own, but whose suspects mostly stand in one,
is recorded as merged into that one. The ledger never shrinks and is input to every night.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from redshank.tables import BETWEEN

LEDGER = BETWEEN["group_ledger"]


@dataclass
class Entry:
    group_id: str
    suspects: frozenset[str]
    detected_on: date
    since_run: int
    merged_into: str | None = None
    dismissed: bool = False


def read_ledger(ledger: pa.Table) -> dict[str, Entry]:
    """Entries by id."""
    return {
        r["group_id"]: Entry(
            r["group_id"], frozenset(filter(None, (r["suspects"] or "").split("|"))), r["detected_on"],
            r["since_run"], r["merged_into"], bool(r["dismissed"]),
        )
        for r in ledger.to_pylist()
    }  # fmt: skip


def write_ledger(entries: dict[str, Entry]) -> pa.Table:
    """The ledger as a table, by id."""
    return LEDGER.build(
        [
            {
                "group_id": e.group_id, "suspects": "|".join(sorted(e.suspects)), "detected_on": e.detected_on,
                "since_run": e.since_run, "merged_into": e.merged_into, "dismissed": e.dismissed,
            }
            for e in (entries[k] for k in sorted(entries))
        ]
    )  # fmt: skip


def new_id(suspects: frozenset[str], taken: set[str]) -> str:
    """An id derived from the suspects; where an old group had it and died, the next one in a fixed series."""
    for turn in range(1000):
        seed = "|".join(sorted(suspects)) + (f"#{turn}" if turn else "")
        found = "g-" + hashlib.blake2s(seed.encode(), digest_size=6).hexdigest()
        if found not in taken:
            return found
    raise ValueError("a thousand groups of the same people have come and gone; the ledger is damaged")


def assign(
    found: list[frozenset[str]], entries: dict[str, Entry], carried: set[str], today: date, run_no: int
) -> list[str]:
    """An id for each group found (by its suspects); ``entries`` is brought up to date in place.

    ``carried`` are ids of groups that this night did not touch: they keep their own.
    """
    open_ids = [e for e in entries.values() if e.merged_into is None and e.group_id not in carried]
    claims = []
    by_member: dict[str, list[int]] = {}
    for i, suspects in enumerate(found):
        for s in suspects:
            by_member.setdefault(s, []).append(i)
    for e in open_ids:
        near = {i for s in e.suspects for i in by_member.get(s, ())}
        for i in near:
            both = len(e.suspects & found[i])
            if 2 * both >= len(e.suspects):
                share = both * 1000 // len(e.suspects)
                claims.append((e.suspects != found[i], -share, -both, e.since_run, e.group_id, i))
    ids: dict[int, str] = {}
    given: set[str] = set()
    best_for: dict[str, int] = {}
    for _, _, _, _, group_id, i in sorted(claims):
        best_for.setdefault(group_id, i)
        if i not in ids and group_id not in given:
            ids[i] = group_id
            given.add(group_id)
    for i in sorted(range(len(found)), key=lambda i: sorted(found[i])):
        if i not in ids:
            ids[i] = new_id(found[i], set(entries))
            entries[ids[i]] = Entry(ids[i], found[i], today, run_no)
        else:
            entries[ids[i]].suspects = found[i]
    for group_id, i in sorted(best_for.items()):
        if group_id not in given:
            entries[group_id].merged_into = ids[i]
    return [ids[i] for i in range(len(found))]


@dataclass(frozen=True)
class Verdict:
    """The last judgement on a group that nobody took back: ``confirm_group``, ``dismiss_group`` or none."""

    kind: str = ""
    at: datetime | None = None


def verdicts(judgements: pa.Table, entries: dict[str, Entry], as_of: datetime) -> dict[str, Verdict]:
    """The standing verdict per group id; one on an id that was merged counts for the id that took it over."""
    out: dict[str, Verdict] = {}
    rows = [
        r
        for r in judgements.to_pylist()
        if r["kind"] in ("confirm_group", "dismiss_group")
        # Which judgements a night knows of, the night has settled; people judge after the last record came in.
        and (r["withdrawn_at"] is None or r["withdrawn_at"] > as_of)
    ]
    for r in sorted(rows, key=lambda r: (r["at"] is not None, r["at"] or as_of, r["judgement_id"])):
        out[living(r["group_id"], entries)] = Verdict(r["kind"], r["at"])
    return out


def living(group_id: str, entries: dict[str, Entry]) -> str:
    """The id that stands for an id today."""
    seen = set()
    while group_id in entries and entries[group_id].merged_into and group_id not in seen:
        seen.add(group_id)
        group_id = entries[group_id].merged_into or group_id
    return group_id


def strength_word(strength: int, config: dict[str, Any]) -> str:
    """``weak``, ``moderate`` or ``strong`` for a strength per mille."""
    table = config["strength"]
    return (
        "weak"
        if strength < table["weak_below"]
        else "strong"
        if strength >= table["strong_from"]
        else "moderate"
    )
