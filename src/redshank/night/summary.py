"""What the morning reads first: a pure function of the state before and after the night.

The order is the order of need (practice: what cannot wait goes first). A night asks at most
``ITEMS`` decisions of a person; what is held back is counted, with the reason. Local default, to be
measured against what a daily meeting can read.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.night.interviews import owed

ITEMS = 60
SHOWN_PLACES = 5


class Labels:
    """Person id → "Forename SURNAME (age)" as recorded most often; made only for those who are named."""

    def __init__(self, persons: pa.Table, as_of: datetime) -> None:
        self.persons = persons.select(["forenames", "surname", "date_of_birth"])
        self.row = {person: row for row, person in enumerate(persons["person_id"].to_pylist())}
        self.as_of = as_of

    def get(self, person: str, default: str) -> str:
        if person not in self.row:
            return default
        row = self.persons.slice(self.row[person], 1).to_pylist()[0]
        name = (
            " ".join(x for x in (row["forenames"], (row["surname"] or "").upper()) if x)
            or "name not recorded"
        )
        born = row["date_of_birth"]
        if born:
            then = (self.as_of.month, self.as_of.day)
            name += f" ({self.as_of.year - born.year - (then < (born.month, born.day))})"
        return name


def groups_by_id(members: pa.Table) -> dict[str, dict[str, Any]]:
    """Group id → its facts and members, suspects before children."""
    out: dict[str, dict[str, Any]] = {}
    for row in members.sort_by(
        [("group_id", "ascending"), ("role", "descending"), ("person_id", "ascending")]
    ).to_pylist():
        group = out.setdefault(
            row["group_id"],
            {
                k: row[k]
                for k in (
                    "group_id",
                    "strength",
                    "detected_on",
                    "first_evidence_at",
                    "basis",
                    "kind",
                    "sentence",
                    "hangs_on",
                )
            }
            | {"suspects": [], "children": []},
        )
        group["suspects" if row["role"] == "suspect" else "children"].append(row["person_id"])
    return out


def _urgent(items: list[dict[str, Any]], label: Labels) -> list[dict[str, Any]]:
    """One item a child, with every reason and the records of each, in the order in which they came."""
    by_child: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        by_child.setdefault(item["person_id"], []).append(item)
    return [
        {
            "person_id": person_id,
            "name": label.get(person_id, "name not recorded"),
            "codes": list(dict.fromkeys(i["code"] for i in mine)),
            "reason": "; ".join(dict.fromkeys(i["text"] for i in mine)),
            "records": list(dict.fromkeys(r for i in mine for r in (i["record_a"], i["record_b"]))),
            "group_ids": list(dict.fromkeys(i["group_id"] for i in mine if i["group_id"])),
            "open": f"redshank explain child {person_id}",
        }
        for person_id, mine in by_child.items()
    ]


def _group_item(group: dict[str, Any], label: Labels) -> dict[str, Any]:
    def people(ids: list[str]) -> list[dict[str, str]]:
        return [{"person_id": i, "name": label.get(i, "not identified")} for i in ids]

    return {
        "group_id": group["group_id"],
        "strength": group["strength"] / 1000,
        "kind": group["kind"],
        "basis": group["basis"],
        "sentence": group["sentence"],
        "hangs_on": group["hangs_on"],
        "persons_of_concern": people(group["suspects"]),
        "children": people(group["children"]),
        "open": f"redshank explain group {group['group_id']}",
    }


def _groups(before: pa.Table, after: pa.Table, label: Labels) -> dict[str, list[dict]]:
    old, new = groups_by_id(before), groups_by_id(after)
    ranked = sorted(new.values(), key=lambda g: (g["kind"] != "candidate", -g["strength"], g["group_id"]))
    fresh, grown, same = [], [], []
    for group in ranked:
        item = _group_item(group, label)
        was = old.get(group["group_id"])
        if was is None:
            fresh.append(item)
            continue
        added = (set(group["suspects"]) - set(was["suspects"])) | (
            set(group["children"]) - set(was["children"])
        )
        if added:
            grown.append(
                item
                | {"added": [{"person_id": i, "name": label.get(i, "not identified")} for i in sorted(added)]}
            )
        else:
            same.append(item)
    gone = sorted(set(old) - set(new))
    return {"new": fresh, "grown": grown, "standing": same, "no_longer": [{"group_id": g} for g in gone]}


def _children(after: pa.Table, rising: dict[str, str], label: Labels) -> list[dict]:
    """Those whose concern rose, the highest first."""
    rows = []
    rose = after.filter(pc.is_in(after["person_id"], value_set=pa.array(sorted(rising), pa.string())))
    for row in rose.sort_by([("score", "descending"), ("person_id", "ascending")]).to_pylist():
        reasons = json.loads(row["reasons"])
        rows.append(
            {
                "person_id": row["person_id"],
                "name": label.get(row["person_id"], "name not recorded"),
                "band": row["band"],
                "sexual_exploitation": row["sexual_exploitation"],
                "criminal_exploitation": row["criminal_exploitation"],
                "rising": rising[row["person_id"]],
                "reasons": reasons[:3],
                "open": f"redshank explain child {row['person_id']}",
            }
        )
    return rows


def _rose(before: pa.Table, after: pa.Table) -> set[str]:
    """Children who stand higher than at the last run, or are new: a rise is told once, not for four weeks."""
    was = dict(zip(before["person_id"].to_pylist(), before["score"].to_pylist(), strict=True))
    now = zip(after["person_id"].to_pylist(), after["score"].to_pylist(), strict=True)
    return {person for person, score in now if score > was.get(person, -1)}


def _counted(rows: pa.Table, columns: list[str]) -> list[dict]:
    if not rows.num_rows:
        return []
    counts = rows.group_by(columns).aggregate([([], "count_all")]).to_pylist()
    return sorted(
        ({**{c: r[c] for c in columns}, "count": r["count_all"]} for r in counts),
        key=lambda r: (-r["count"], *[str(r[c]) for c in columns]),
    )


def build(
    *,
    before: dict[str, pa.Table],
    after: dict[str, pa.Table],
    quarantine: pa.Table,
    cannot_wait: list[dict],
    rising: dict[str, str],
    as_of: datetime,
    touched: pa.Array,
    view: dict[str, pa.Table],
    limit: int = ITEMS,
) -> dict[str, Any]:
    """The morning's summary. ``before`` and ``after`` are states; ``rising`` maps a child to the reason its
    concern rose; ``touched`` are the record keys this night read; ``view`` the current records. Every item says how
    to open it."""
    label = Labels(after["persons"], as_of)
    groups = _groups(before["group_members"], after["group_members"], label)
    children = _children(after["children"], rising, label)
    rose = _rose(before["children"], after["children"])
    changed = [c for c in children if c["person_id"] in rose]
    told = len(children) - len(changed)
    waiting = _urgent(cannot_wait, label)
    asked = len(waiting) + len(groups["new"]) + len(groups["grown"])
    room = max(0, limit - asked)
    interviews = owed(after["patterns"], view, after["person_of"], label, as_of)
    tonight = after["language"].filter(pc.is_in(after["language"]["record_key"], value_set=touched))
    lines = after["lines"].sort_by([("score", "descending"), ("line_ref", "ascending")]).to_pylist()
    places = after["places"].sort_by([("score", "descending"), ("h3", "ascending")]).to_pylist()
    held: dict[str, int] = defaultdict(int)
    if len(changed) > room:
        held["children whose concern rose, beyond what one morning can read"] = len(changed) - room
    if told:
        word = "child" if told == 1 else "children"
        held[f"{word} whose concern rose within 28 days, with nothing more tonight"] = told
    steady = after["children"].num_rows - len(children)
    if steady:
        word = "child" if steady == 1 else "children"
        held[f"{word} in the matrix whose concern did not rise"] = steady
    if interviews["held_late_before"]:
        word = "interview" if interviews["held_late_before"] == 1 else "interviews"
        held[f"return {word} held late, more than 28 days ago"] = interviews["held_late_before"]
    if groups["standing"]:
        word = "group" if len(groups["standing"]) == 1 else "groups"
        held[f"{word} proposed before, without anything new"] = len(groups["standing"])
    return {
        "as_of": as_of.isoformat(),
        "cannot_wait": waiting,
        "groups": groups,
        "children_rising": changed[:room],
        "children_in_matrix": after["children"].num_rows,
        "places": places[:SHOWN_PLACES],
        "lines": [
            {k: r[k] for k in ("line_ref", "band", "uses_sexual_exploitation")}
            | {"reasons": json.loads(r["reasons"])[:2], "open": f"redshank explain line {r['line_ref']}"}
            for r in lines
            if r["uses_sexual_exploitation"] != "not known"
        ],
        "lines_total": len(lines),
        "returned_without_interview": interviews | {"episodes": interviews["episodes"][:limit]},
        "language": _counted(tonight, ["record_type"]),
        "language_phrases": Counter(
            " ".join(text.casefold().split()) for text in sorted(tonight["text"].to_pylist())
        ).most_common(5),
        "quarantine": _counted(quarantine, ["delivery", "file", "problem"]),
        "decisions_asked": asked + min(room, len(changed)),
        "held_back": [{"what": k, "count": v} for k, v in held.items()],
    }
