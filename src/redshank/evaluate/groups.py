"""Groups: which planted ones were proposed, how purely, how early, and what was proposed that is none.

Rules of the comparison, all of it on sets of *true* people:
- A planted group's suspects are its people whose role is not ``child`` or ``victim``. A found person counts as the true
  person of most of its appearances; one without any counts as a wrong suspect.
- A planted suspect who stands in no row of people.csv is unidentified: no table names them, so ids cannot agree. They are
  compared by number: where a candidate shares an identified suspect, or two of the children (all, where there are
  fewer), each of its unidentified members (a described person, a vehicle, a number, a handle) stands for one of
  them. Those it has beyond that are left out, for and against: one man may be known by his car and by his phone.
- A planted group is found by the candidate with the best Jaccard of suspects, from 0.5 on; ties go to the smaller id.
- A candidate is false unless it shares with one planted group at least two of its suspects (all, where it has fewer),
  and they are at least 0.3 of its suspects. Where it has no identified suspect its children decide alike.
- A decoy counts as proposed when a false candidate holds at least two of its people as suspects.
- A planted group that becomes recognisable only after the run's day is left out and counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

import pyarrow as pa

from redshank.evaluate.persons import Identity, Run, ratio
from redshank.evaluate.truth import Truth

FOUND = 0.5  # Jaccard from which a planted group counts as found
OVERLAP = 0.3  # share of a candidate's suspects below which it matches none
CHILD_ROLES = ("child", "victim")


@dataclass
class Group:
    """A planted or proposed group, as sets of true people."""

    name: str
    suspects: set[str] = field(default_factory=set)  # identified
    unidentified: int = 0
    children: set[str] = field(default_factory=set)
    kind: str = ""
    strength: str = ""
    day: date | None = None  # recognisable, or detected

    @property
    def size(self) -> int:
        return len(self.suspects) + self.unidentified


def measure(
    found: pa.Table, truth: Truth, identity: Identity | None, run: Run
) -> tuple[dict[str, Any], list[str]]:
    assert identity is not None
    planted = _planted(truth.groups or [], identity.known)
    proposed = _proposed(found, identity)
    candidates = [g for g in proposed if g.kind != "registered_line"]
    notes = []
    empty = [g for g in planted if not g.size]
    if empty:
        notes.append(f"{len(empty)} planted groups have no suspect and are not counted")
    later = [g for g in planted if g.size and run.day and g.day and g.day > run.day]
    counted = [g for g in planted if g.size and g not in later]
    best = {g.name: _best(g, candidates) for g in counted}
    hits = [g for g in counted if best[g.name][1] >= FOUND]
    strong = [g for g in counted if g.strength == "strong"]
    false = [g for g in candidates if _is_false(g, planted)]
    inside = nameless = proposed_in = planted_in = 0
    for g in hits:
        match = best[g.name][0]
        assert match is not None
        inside += len(g.suspects & match.suspects)
        nameless += _nameless(g, match)
        proposed_in += len(match.suspects)
        planted_in += g.size
    lead = _lead(hits, best, run)
    figures = {
        "planted": len(planted),
        "counted": len(counted),
        "not_yet_recognisable": len(later),
        "found": len(hits),
        "share_found": ratio(len(hits), len(counted)),
        "strong_found": sum(g in hits for g in strong),
        "strong": len(strong),
        "share_strong_found": ratio(sum(g in hits for g in strong), len(strong)),
        "suspects_precision": ratio(inside, proposed_in) if hits or not counted else 0.0,
        "suspects_recall": ratio(inside + nameless, planted_in),
        "proposed": len(candidates),
        "registered_lines": len(proposed) - len(candidates),
        "false": len(false),
        "share_false": ratio(len(false), len(candidates)),
        "by_kind_and_strength": _table(counted, hits),
        "decoys": _decoys(truth.decoys, false),
        "lead": lead,
        "each": [
            {
                "true_group": g.name,
                "kind": g.kind,
                "strength": g.strength,
                "group_id": match.name if match else None,
                "jaccard": round(value, 4),
                "found": value >= FOUND,
            }
            for g in counted
            for match, value in [best[g.name]]
        ],
    }
    return figures, notes


def _planted(rows: list[dict[str, Any]], known: set[str]) -> list[Group]:
    nameless: dict[str, set[str]] = defaultdict(set)
    out: dict[str, Group] = {}
    for row in rows:
        g = out.setdefault(row["true_group"], Group(row["true_group"]))
        if row["role"].casefold() in CHILD_ROLES:
            g.children.add(row["true_person"])
        elif row["true_person"] in known:
            g.suspects.add(row["true_person"])
        else:
            nameless[g.name].add(row["true_person"])
            g.unidentified = len(nameless[g.name])
        # The group's own columns repeat on its rows; should they differ, the smallest wins, whatever the order.
        g.kind = min(filter(None, (g.kind, row["kind"])), default="")
        g.strength = min(filter(None, (g.strength, row["strength"])), default="")
        g.day = min(filter(None, (g.day, row["recognisable_on"])), default=None)
    return [out[name] for name in sorted(out)]


def _proposed(found: pa.Table, identity: Identity) -> list[Group]:
    out: dict[str, Group] = {}
    columns = ("group_id", "person_id", "role", "detected_on", "kind", "identified")
    for gid, person, role, day, kind, identified in zip(
        *(found[c].to_pylist() for c in columns), strict=True
    ):
        g = out.setdefault(gid, Group(gid))
        g.kind = min(filter(None, (g.kind, kind)), default="")
        g.day = min(filter(None, (g.day, day)), default=None)
        if identified is False or person.startswith("unidentified-"):
            g.unidentified += role != "child"
            continue
        true = identity.true_of.get(person, f"not in the truth: {person}")
        (g.children if role == "child" else g.suspects).add(true)
    return [out[name] for name in sorted(out)]


def _best(planted: Group, candidates: list[Group]) -> tuple[Group | None, float]:
    best: tuple[Group | None, float] = (None, 0.0)
    for g in candidates:  # in order of id, so that a tie goes to the smaller
        shared = len(planted.suspects & g.suspects) + _nameless(planted, g)
        if shared:
            value = shared / (len(planted.suspects | g.suspects) + planted.unidentified)
            if value > best[1]:
                best = (g, value)
    return best


def _nameless(planted: Group, g: Group) -> int:
    """Unidentified members of a candidate that stand for planted ones."""
    children = len(planted.children & g.children)
    if planted.suspects & g.suspects or (children and children >= min(2, len(planted.children))):
        return min(planted.unidentified, g.unidentified)
    return 0


def _is_false(g: Group, planted: list[Group]) -> bool:
    mine, side = (g.suspects, "suspects") if g.suspects else (g.children, "children")
    for other in planted:
        shared = len(mine & getattr(other, side))
        if shared and shared >= min(2, len(mine)) and shared / len(mine) >= OVERLAP:
            return False
    return True


def _table(counted: list[Group], hits: list[Group]) -> list[dict[str, Any]]:
    of = Counter((g.kind, g.strength) for g in counted)
    found = Counter((g.kind, g.strength) for g in hits)
    return [{"kind": k, "strength": s, "found": found[k, s], "of": of[k, s]} for k, s in sorted(of)]


def _decoys(rows: list[dict[str, Any]] | None, false: list[Group]) -> list[dict[str, Any]]:
    people: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, str] = {}
    for row in rows or []:
        people[row["decoy"]] |= {row["true_person"]} - {None}
        kinds[row["decoy"]] = min(kinds.get(row["decoy"], row["kind"]), row["kind"])
    of = Counter(kinds.values())
    proposed: Counter[str] = Counter()
    for decoy, members in people.items():
        proposed[kinds[decoy]] += any(len(members & g.suspects) >= 2 for g in false)
    return [{"kind": k, "proposed": proposed[k], "of": of[k]} for k in sorted(of)]


def _lead(hits: list[Group], best: dict[str, tuple[Group | None, float]], run: Run) -> dict[str, Any]:
    """Days from recognisable to detected, below zero where the night was earlier. Only a replay's nights saw no
    more than their past; elsewhere ``detected_on`` is the day of loading. Groups recognisable before the replay began
    could not be proposed in time and are left out."""
    days = []
    for g in hits:
        match = best[g.name][0]
        if g.day and match and match.day and (run.replay_from is None or g.day >= run.replay_from):
            days.append((match.day - g.day).days)
    honest = run.replay_from is not None
    says = (
        "days between recognisable and detected, each night seeing only its past"
        if honest
        else "not a replay: these days say when the data were loaded, not how early a group could be seen"
    )
    return {
        "median_days": median(days) if days else None,
        "worst_days": max(days, default=None),
        "groups": len(days),
        "meaningful": honest,
        "says": says,
    }
