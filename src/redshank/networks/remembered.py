"""What a group hangs on, remembered from night to night.

Finding it means leaving out one record after another and putting the group together again: most of a night's work on
groups. It is a pure function of the group's own ties and of what is known of the people and records in them, so a
digest of just that tells whether last night's answer still stands. A changed rule or weight changes the stage's
version, and the next night starts without any memory.
"""

from __future__ import annotations

import hashlib

import pyarrow as pa

from redshank.networks.assemble import Group, Material

INPUTS = pa.schema([("group_id", pa.string()), ("digest", pa.string()), ("hangs_on", pa.string())])


def digest(group: Group, material: Material, premises: dict[str, str]) -> str:
    """A hash of everything that :func:`redshank.networks.wording.hangs_on` reads."""
    members = group.members
    inside = [t for t in material.ties if t.a in members and t.b in members]
    contexts = {t.context for t in inside}
    # A tie over a child also asks who is family to that child, member or not; a tie over a place, whose home it is.
    about = members | {c.partition(":")[2] for c in contexts if c.startswith("child:")}
    homes = {h for n in material.nodes.values() if n.child for h in n.homes}
    homes |= {"address:|" + h.rpartition("|")[2] for h in homes}
    nodes = {
        n: (k.child, k.named_as_suspect, k.identified, sorted(k.homes), sorted(k.surnames), sorted(k.kin))
        for n, k in material.nodes.items()
        if n in about
    }
    records = {r: material.records[r] for t in inside for r in t.records}
    told = (
        group.core, group.attached, group.children,
        sorted((t.a, t.b, t.kind, t.context, t.weight, sorted(t.pairs)) for t in inside),
        sorted((t.a, t.b, t.context) for t in group.ties),
        sorted(nodes.items()),
        sorted((r, f.kind, f.minute, f.grade, f.exploitation) for r, f in records.items()),
        sorted(homes & contexts),
        sorted((c, premises.get(c.partition(":")[2], "")) for c in contexts if c.startswith("premises:")),
    )  # fmt: skip
    return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()


class Remembered:
    """Last night's answers by digest, and tonight's to be kept."""

    def __init__(self, before: pa.Table | None) -> None:
        rows = [] if before is None else before.to_pylist()
        self.known = {r["digest"]: r["hangs_on"] for r in rows}
        self.carried = {r["group_id"]: r for r in rows}
        self.now: dict[str, dict[str, str]] = {}

    def keep(self, group_id: str, told: str, answer: str) -> None:
        self.now[group_id] = {"group_id": group_id, "digest": told, "hangs_on": answer}

    def table(self, carried: set[str]) -> pa.Table:
        """Rows of tonight's groups: those told again, and those that nothing touched."""
        rows = {g: self.carried[g] for g in carried if g in self.carried} | self.now
        return pa.Table.from_pylist([rows[g] for g in sorted(rows)], schema=INPUTS)
