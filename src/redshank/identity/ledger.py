"""Ids of people that last: given once, looked up ever after, never given to somebody else.

The ledger holds for each id the person's earliest appearance (``anchor``). When two people turn out to be
one, the older id lives and the other points to it. When one turns out to be two, the part with the earliest
appearance keeps the id; the other gets a new one and remembers where it came from.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from redshank.tables import BETWEEN

ID_DIGITS = 12


@dataclass(frozen=True)
class Group:
    """A resolved person before an id is known: members, and the text from which a new id would be made."""

    members: tuple[int, ...]  # appearance_ids in order of (known_at, record_key, appearance_id)
    seed: str  # "known_at|record_key|appearance_id" of the first; sorts by time


def new_id(seed: str, taken: set[str]) -> str:
    """A short id from the seed that nobody has had."""
    turn = 0
    while True:
        text = seed if not turn else f"{seed}|{turn}"
        found = "p-" + hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]
        if found not in taken:
            return found
        turn += 1


def assign(
    groups: list[Group], ledger: pa.Table, before: dict[int, str], run_no: int
) -> tuple[list[str], pa.Table]:
    """The id of each group, and the ledger with what became of all ids.

    ``before`` gives the id that an appearance had in the last run. It is needed only where an id's anchor is
    gone (its row was replaced; the earliest appearance left takes its place), and to tell a split.
    """
    where = {m: i for i, g in enumerate(groups) for m in g.members}
    rank = {m: (g.seed, k) for g in groups for k, m in enumerate(g.members)}
    rows = _touched(ledger, where, before)
    claims: dict[int, list[str]] = {}
    home: dict[str, int] = {}  # earliest member left of an id whose anchor is gone
    for member, person in before.items():
        row = rows.get(person)
        if member in where and row and not row["merged_into"] and row["anchor"] not in where:
            home[person] = min((home.get(person, member), member), key=lambda m: rank[m])
    for person, row in rows.items():
        speaks = row["anchor"] if row["anchor"] in where else home.get(person)
        if speaks is not None and not row["merged_into"]:
            claims.setdefault(where[speaks], []).append(person)
    taken = set(ledger["person_id"].to_pylist())
    out = [""] * len(groups)
    for i in sorted(range(len(groups)), key=lambda i: groups[i].seed):
        first = groups[i].members[0]
        found = sorted(claims.get(i, []), key=lambda p: (rows[p]["since_run"], p))
        if found:
            person = found[0]
            for other in found[1:]:
                rows[other] = {**rows[other], "merged_into": person}
            rows[person] = {**rows[person], "anchor": first}
        else:
            person = new_id(groups[i].seed, taken)
            taken.add(person)
            parents = sorted({before[m] for m in groups[i].members if m in before})
            rows[person] = {
                "person_id": person,
                "anchor": first,
                "since_run": run_no,
                "merged_into": None,
                "split_from": parents[0] if parents else None,
            }
        out[i] = person
    fresh = BETWEEN["person_ledger"].build(list(rows.values()))
    kept = ledger.filter(
        pc.invert(pc.is_in(ledger["person_id"], value_set=fresh["person_id"].combine_chunks()))
    )
    table = pa.concat_tables([kept.cast(fresh.schema), fresh])
    return out, table.take(pc.sort_indices(table, [("person_id", "ascending")]))


def _touched(ledger: pa.Table, where: dict[int, int], before: dict[int, str]) -> dict[str, dict]:
    """Rows of the ledger that these appearances may concern."""
    anchors = pa.array(list(where), pa.int64())
    people = pa.array(sorted({p for m, p in before.items() if m in where}), pa.string())
    mask = pc.or_(
        pc.is_in(ledger["anchor"], value_set=anchors), pc.is_in(ledger["person_id"], value_set=people)
    )
    return {row["person_id"]: row for row in ledger.filter(mask).to_pylist()}
