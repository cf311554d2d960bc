"""What would be left of a group without a record or a tie: proposed again from its own ties, nothing kept.

The same rules and weights as the night's, on the ties between the members alone. It answers "what hangs on this?",
for one record or several, and changes nothing: a person's dismissal or a judgement does that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank import records
from redshank.networks import default_config
from redshank.networks.anchor import anchored
from redshank.networks.assemble import Group, Material, find_groups
from redshank.networks.ledger import strength_word
from redshank.networks.propose import Touched, _materials
from redshank.networks.wording import hangs_on, still_stands, strength
from redshank.publish.heads import say
from redshank.store import Store
from redshank.tables import BETWEEN

_TABLES = ("ties", "links", "persons", "person_of", "signals", "group_members")
TieName = tuple[str, str, str]  # a member, the other, by what (as the group's story holds it)


@dataclass(frozen=True)
class Standing:
    """A group as its own ties propose it."""

    members: frozenset[str]
    strength: str
    hangs_on: str


@dataclass(frozen=True)
class Left:
    """Before and after; ``before`` is None where the members' own ties alone do not make the group."""

    before: Standing | None
    after: Standing | None
    ties: int  # ties that are gone

    @property
    def gone(self) -> frozenset[str]:
        return self.before.members - self.after.members if self.before and self.after else frozenset()


def left(home: Path, group_id: str, without: set[str], ties: set[TieName], *, open_only: bool) -> Left:
    """The group before and after some records and ties are set aside.

    ``open_only`` starts without any report of handling C, as the edition does that its reader sees (practice rule 12).
    """
    store = Store.open(home)
    tables = {name: _read(store, name) for name in _TABLES}
    config = default_config()
    rows = tables["group_members"].filter(pc.equal(tables["group_members"]["group_id"], group_id)).to_pylist()
    people = {r["person_id"] for r in rows}
    material = _material(store, tables, people, config)
    if material is None:
        return Left(None, None, 0)
    secret = _secret(store, material) if open_only else frozenset()
    inside = material.without(secret, frozenset(people))
    core = sorted(r["person_id"] for r in rows if r["role"] != "child" or r["also_named_as_suspect"])
    now = _largest(inside, set(core), config)
    if now is None:
        return Left(None, None, 0)
    fewer = Material(inside.nodes, inside.records, [t for t in inside.ties if _name(t) not in ties])
    fewer = fewer.without(frozenset(without))
    after = still_stands(now, fewer, config)
    premises = _premises(store, inside)
    return Left(
        _standing(now, inside, config, premises),
        _standing(after, fewer, config, premises) if after else None,
        len(now.ties) - (len(after.ties) if after else 0),
    )


def _read(store: Store, name: str) -> pa.Table:
    refs = store.manifest.tables.get(f"state.{name}", [])
    return store.get(refs) if refs else BETWEEN[name].empty()


def _material(
    store: Store, tables: dict[str, pa.Table], people: set[str], config: dict[str, Any]
) -> Material | None:
    """The ties among these people as plain material, read with no more of the store than that needs."""
    members = pa.array(sorted(people), pa.string())
    ties = tables["ties"]
    ties = ties.filter(
        pc.and_(pc.is_in(ties["a"], value_set=members), pc.is_in(ties["b"], value_set=members))
    )
    keys = set(_keys(ties["records"]))
    own = tables["person_of"].filter(pc.is_in(tables["person_of"]["person_id"], value_set=members))
    keys.update(own["record_key"].to_pylist())
    view = records.current(store, as_of=_limit(store), keys=pa.array(sorted(keys), pa.string()))
    view |= {"signals": tables["signals"], "person_of": tables["person_of"]}
    links = tables["links"]
    if any(node.startswith("unidentified-") for node in people):  # told apart by what all links share
        links = anchored(links, config["threshold"]["named_records"])
    else:
        links = links.filter(pc.is_in(links["node"], value_set=members))
    found = _materials(ties, links, tables["persons"], view, Touched(people), config)
    if not found:
        return None
    nodes: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    all_ties: list[Any] = []
    for material in found:
        nodes |= material.nodes
        facts |= material.records
        all_ties += material.ties
    return Material(nodes, facts, all_ties)


def _keys(column: pa.ChunkedArray) -> set[str]:
    return {key for text in column.to_pylist() for key in json.loads(text)}


def _limit(store: Store) -> datetime | None:
    limit = (store.manifest.run or {}).get("point", {}).get("as_of")
    return datetime.fromisoformat(limit) if limit else None


def _secret(store: Store, material: Material) -> frozenset[str]:
    keys = pa.array(sorted(material.records), pa.string())
    rows = records.current(store, as_of=_limit(store), keys=keys)["records"]
    return frozenset(
        rows.filter(pc.fill_null(pc.equal(rows["handling"], "C"), False))["record_key"].to_pylist()
    )


def _premises(store: Store, material: Material) -> dict[str, str]:
    keys = sorted({t.context for t in material.ties if t.context.startswith("premises:")})
    rows = records.current(store, as_of=_limit(store), keys=pa.array(keys, pa.string()))["records"]
    names = zip(rows["record_ref"].to_pylist(), rows["name"].to_pylist(), strict=True)
    return {ref: name for ref, name in names if name}


def _name(tie: Any) -> TieName:
    return tie.a, tie.b, tie.context if tie.kind != "record" else "record"


def _largest(material: Material, core: set[str], config: dict[str, Any]) -> Group | None:
    """Of the groups that these ties make, the one with most of the members."""
    found = find_groups(material, config)
    return max(
        found, key=lambda g: (len(core & {*g.core, *g.attached}), len(g.members), g.core), default=None
    )


def _standing(group: Group, material: Material, config: dict[str, Any], premises: dict[str, str]) -> Standing:
    return Standing(
        group.members,
        strength_word(strength(group, material, config), config),
        say(hangs_on(group, material, config, premises), premises),
    )
