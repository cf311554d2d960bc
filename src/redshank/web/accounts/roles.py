"""The roles, read once from ``roles.toml`` and refused where a line of it is not understood."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEE = frozenset(
    [
        "records",
        "persons",
        "children",
        "groups",
        "places",
        "lines",
        "language",
        "quarantine",
        "urgent",
        "items",
        "raised",
        "referrals",
        "questions",
        "rules",
        "register",
        "trail",
        "concerns",
        "matrix",
        "mace",
        "actions",
        "makesafe",
        "calls",
        "disruption",
        "vvol",
        "sharing",
        "mash",
        "products",
        "tracker",
        "audits",
        "rights",
        "learning",
        "policies",
        "returns",
    ]
)
#: What is no record of anybody and everybody reads, also a role without records.
EVERYBODYS = frozenset(["policies"])
MAY = frozenset(
    [
        "flag.propose",
        "flag.decide",
        "flag.texts",
        "register.export",
        "urgent.take",
        "item.verdict",
        "item.raise",
        "item.refer",
        "item.ask",
        "item.bulk",
        "item.sweep",
        "raised.settle",
        "meeting.raise",
        "meeting.run",
        "action.make",
        "action.report",
        "commission.make",
        "commission.answer",
        "question.answer",
        "registrar.decide",
        "handover",
        "people.manage",
        "search",
        "reads.supervise",
        "judge.identity",
        "judge.group",
        "review.blind",
        "concern.raise",
        "concern.answer",
        "sight.manage",
        "sight.share",
        "matrix.edit",
        "matrix.sign",
        "matrix.raise",
        "matrix.export",
        "missing.look",
        "missing.refer",
        "chart.export",
        "child.note",
        "map.export",
        "register.audit",
        "night.watch",
        "sources.watch",
        "makesafe.record",
        "makesafe.order",
        "makesafe.export",
        "makesafe.coverage",
        "disruption.record",
        "disruption.confirm",
        "disruption.export",
        "disruption.fairness",
        "line.decide",
        "line.export",
        "vvol.edit",
        "sharing.ask",
        "sharing.export",
        "mash.record",
        "product.write",
        "product.sign",
        "tracker.edit",
        "tracker.add",
        "tracker.close",
        "audit.draw",
        "audit.read",
        "rights.prepare",
        "rights.release",
        "rights.closed",
        "rights.fairness",
        "rights.record",
        "preservation.make",
        "preservation.lift",
        "erasure.propose",
        "erasure.confirm",
        "erasure.review",
        "learning.record",
        "learning.import",
        "learning.names",
        "policies.manage",
        "returns.draft",
        "returns.sign",
        "returns.record",
        "returns.export",
    ]
)
BLOCKS = ("cannot_wait", "decide", "overdue", "new", "rest")
SCOPES = ("all", "shared", "none")


@dataclass(frozen=True)
class Role:
    """One role: what it sees, what it may do, and what its first page holds."""

    key: str
    title: str
    scope: str
    cleared: bool
    small: bool
    purpose: str
    see: frozenset[str]
    may: frozenset[str]
    first: dict[str, tuple[str, ...]]

    def allows(self, permission: str) -> bool:
        """``see.KIND`` or an act; the empty permission is anybody's who signed in."""
        kind = permission.removeprefix("see.")
        if permission == "":
            return True
        return kind in self.see if permission.startswith("see.") else permission in self.may


def _role(key: str, data: dict[str, Any]) -> Role:
    see, may = frozenset(data["see"]), frozenset(data["may"])
    if unknown := (see - SEE) | (may - MAY):
        raise ValueError(f"roles.toml, {key}: unknown {sorted(unknown)}")
    if data["scope"] not in SCOPES or tuple(data["first"]) != BLOCKS:
        raise ValueError(f"roles.toml, {key}: scope or first page is not as the others'")
    if data["scope"] == "none" and see - EVERYBODYS:
        raise ValueError(f"roles.toml, {key}: a role without records sees none")
    first = {block: tuple(sources) for block, sources in data["first"].items()}
    return Role(
        key, data["title"], data["scope"], data["cleared"], data["small"], data["purpose"], see, may, first
    )


def _read() -> dict[str, Role]:
    data = tomllib.loads((Path(__file__).parent / "roles.toml").read_text(encoding="utf-8"))
    return {key: _role(key, role) for key, role in data.items()}


ROLES = _read()
