"""What a night asks of a person: how many decisions, how many of the first twenty are about what was planted, and
whether every planted group that was found stands among them."""

from __future__ import annotations

from typing import Any

from redshank.evaluate.persons import Identity, ratio
from redshank.evaluate.truth import Truth

FIRST = 20


def morning(
    summary: dict[str, Any], truth: Truth, identity: Identity, groups: dict[str, Any]
) -> dict[str, Any]:
    """Figures of one night's summary (``redshank night --json``), its items in the order in which they are read.

    An item about a child counts as planted where the truth names the child; one about a group where it matches a
    planted group or names a person of one. ``groups``: the figures of the groups of the same run.
    """
    children = {r["true_person"] for r in truth.children or []}
    in_groups = {r["true_person"] for r in truth.groups or []}
    found = {row["group_id"] for row in groups["each"] if row["found"]}
    shown = [*summary["groups"]["new"], *summary["groups"]["grown"]]
    planted = [identity.true_of.get(i["person_id"]) in children for i in summary["cannot_wait"]]
    for group in shown:
        people = [p["person_id"] for p in [*group["persons_of_concern"], *group["children"]]]
        planted.append(
            group["group_id"] in found or any(identity.true_of.get(p) in in_groups for p in people)
        )
    planted += [identity.true_of.get(i["person_id"]) in children for i in summary["children_rising"]]
    listed = {g["group_id"] for g in [*shown, *summary["groups"]["standing"]]}
    first = planted[:FIRST]
    return {
        "asked": summary["decisions_asked"],
        "first": len(first),
        "first_planted": sum(first),
        "share_first_planted": ratio(sum(first), len(first)),
        "groups_found": len(found),
        "groups_listed": len(found & listed),
    }
