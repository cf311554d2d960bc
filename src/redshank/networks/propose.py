"""One night of networks: ties of what was touched, groups of what the ties touched, ids from the ledger."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.engine import Engine
from redshank.identity.cluster import components as components_of
from redshank.networks.anchor import anchored
from redshank.networks.assemble import Group, Material, Node, Record, Tie, components, find_groups
from redshank.networks.concern import RecordFacts, flat, record_facts, strings
from redshank.networks.config import default_config
from redshank.networks.ledger import Entry, Verdict, assign, read_ledger, verdicts, write_ledger
from redshank.networks.parts import parts
from redshank.networks.places import Premises, address_key, premises_kinds
from redshank.networks.remembered import Remembered, digest
from redshank.networks.ties import Near, drawn, make_ties, touched_contexts
from redshank.networks.who import ACCUSED, word_pattern
from redshank.networks.wording import (
    day_words,
    hangs_on,
    listed,
    record_words,
    sentence,
    still_stands,
    strength,
)
from redshank.stage import Counts, replace_rows
from redshank.tables import BETWEEN

MEMBERS, EVIDENCE = BETWEEN["group_members"], BETWEEN["group_evidence"]


@dataclass
class Context:
    """What the groups of a night are told from, looked up by record and person."""

    times: dict[str, datetime | None]
    known: dict[str, datetime | None]
    handled_c: frozenset[str]
    texts: dict[str, str]
    spans: dict[tuple[str, str], list[int]]
    roles: dict[tuple[str, str], str]
    line_members: dict[str, set[str]]
    premises: dict[str, str]


def propose(
    links: pa.Table,
    persons: pa.Table,
    view: dict[str, pa.Table],
    state: dict[str, pa.Table] | None,
    touched: pa.Array | None,
    ledger: pa.Table,
    judgements: pa.Table,
    as_of: datetime,
    run_no: int,
    engine: Engine,
    config: dict[str, Any] | None = None,
    people: Iterable[str] = (),
) -> dict[str, Any]:
    """Ties, candidate groups and their evidence, and the ledger brought up to date.

    ``links`` are all links of the night; ``state`` holds last night's ``links``, ``ties``, ``group_members`` and
    ``group_evidence``; ``touched`` the keys of records whose links were made anew (None: compute everything);
    ``people`` those who gained or lost an appearance.
    Returns ``ties``, ``group_members``, ``group_evidence``, ``group_ledger``, ``group_inputs`` (what is remembered for the
    next night) and ``counts``.
    """
    config = config or default_config()
    if state is None:
        touched = None
    before = state or {
        "links": links.slice(0, 0),
        "ties": BETWEEN["ties"].empty(),
        "group_members": MEMBERS.empty(),
        "group_evidence": EVIDENCE.empty(),
    }
    least = config["threshold"]["named_records"]
    links = anchored(links, least)
    contexts = near = None
    if touched is not None:
        were = before["links"].select(["context", "context_kind", "node", "record_key", "role"])
        before = before | {"links": anchored(were, least)}
        near = Near.of(links, before["links"], touched)
        contexts = touched_contexts(links, before["links"], near, _facts_near(links, before["links"], near, view, config), config)  # fmt: skip
    ties = _ties(links, contexts, before["ties"], view, config, engine)

    entries = read_ledger(ledger)
    said = verdicts(judgements, entries, as_of)
    memory = Remembered(before.get("group_inputs"))
    parts_touched = None
    if touched is not None and near is not None and contexts is not None:
        seeds = _seeds(ties, before, links, near, contexts, view, touched, set(said)) | set(people)
        parts_touched = Touched(reached(seeds, [ties, before["ties"]]))
    carried_members = _carried(before["group_members"], parts_touched)
    carried = set(carried_members["group_id"].to_pylist())

    members: list[dict[str, Any]] = []
    evidence: list[dict[str, Any]] = []
    if parts_touched is None or parts_touched.nodes:
        materials = _materials(ties, links, persons, view, parts_touched, config)
        found = [(g, m) for m in materials for g in find_groups(m, config)]
        told = _context(found, links, view)
        kept = [(g, m, _line(g, m, told, config)) for g, m in found]
        kept = [(g, m, kind) for g, m, kind in kept if kind]
        kept.sort(key=lambda item: (item[0].core, item[0].attached))
        ids = assign([_suspects(g) for g, _, _ in kept], entries, carried, as_of.date(), run_no)
        for group_id, (group, material, kind) in sorted(
            zip(ids, kept, strict=True), key=lambda item: item[0]
        ):
            entry = entries[group_id]
            rows = _rows(group, material, kind, entry, said.get(group_id, Verdict()), told, config, memory)
            if rows:
                members += rows
                evidence += _evidence(group, group_id)
    new_members, new_evidence = MEMBERS.build(members), EVIDENCE.build(evidence)
    kept_evidence = before["group_evidence"].filter(
        pc.is_in(before["group_evidence"]["group_id"], value_set=pa.array(sorted(carried), pa.string()))
    )
    counts = Counts(
        read=len(links)
        if contexts is None
        else int(pc.sum(pc.is_in(links["context"], value_set=contexts)).as_py() or 0),
        written=len(new_members) + len(new_evidence),
        carried=len(carried_members) + len(kept_evidence),
        retracted=len(before["group_members"]) - len(carried_members),
    )
    return {
        "ties": ties,
        "group_members": pa.concat_tables([carried_members, new_members]).sort_by(
            [("group_id", "ascending"), ("person_id", "ascending")]
        ),
        "group_evidence": pa.concat_tables([kept_evidence, new_evidence]).sort_by(
            [(c, "ascending") for c in EVIDENCE.schema.names]
        ),
        "group_ledger": write_ledger(entries),
        "group_inputs": memory.table(carried),
        "counts": counts,
    }


def _facts_near(links: pa.Table, before: pa.Table, near: Near, view: dict, config: dict) -> RecordFacts:
    """Facts of every record in which a node of the rows at hand stands."""
    sides = ((links, near.now), (before, near.before))
    nodes = pc.unique(pa.concat_arrays([flat(t["node"].filter(pa.array(m))) for t, m in sides]))
    keys = [flat(t["record_key"].filter(pc.is_in(t["node"], value_set=nodes))) for t, _ in sides]
    return _facts(pc.unique(pa.concat_arrays(keys)), view, config)


def _facts(keys: pa.Array, view: dict, config: dict) -> RecordFacts:
    records, signals = (
        view[name].filter(pc.is_in(view[name]["record_key"], value_set=keys))
        for name in ("records", "signals")
    )
    return record_facts(records, signals, config)


def _ties(
    links: pa.Table, contexts: pa.Array | None, before: pa.Table, view: dict, config: dict, engine: Engine
) -> pa.Table:
    """All ties: those of touched contexts drawn again, the others carried."""
    busy = {ref for ref, kind in premises_kinds(view["records"]).items() if kind in config["busy"]["kinds"]}
    rows = drawn(links, contexts, busy, config)
    used = links["record_key"].filter(pc.is_in(links["node"], value_set=pc.unique(flat(rows["node"]))))
    new = make_ties(links, rows, _facts(pc.unique(flat(used)), view, config), busy, config, engine)
    ties = new if contexts is None else replace_rows(before, "context", contexts, new)
    return ties.sort_by([(c, "ascending") for c in ("a", "b", "context")])


@dataclass
class Touched:
    """People of the components that this night must look at again, and everybody touched."""

    nodes: set[str]


def _seeds(
    ties: pa.Table,
    before: dict[str, pa.Table],
    links: pa.Table,
    near: Near,
    contexts: pa.Array,
    view: dict[str, pa.Table],
    touched: pa.Array,
    judged: set[str],
) -> set[str]:
    """Whoever has a tie that came, went or changed, stands in a touched row or record, or in a judged group."""
    seeds: set[str] = set()
    redrawn = (t.filter(pc.is_in(t["context"], value_set=contexts)) for t in (ties, before["ties"]))
    for rows in differing(*redrawn):
        seeds.update(rows["a"].to_pylist(), rows["b"].to_pylist())
    for table, mask in ((links, near.now), (before["links"], near.before)):
        seeds.update(pc.unique(flat(table["node"].filter(pa.array(mask)))).to_pylist())
    who = view["person_of"]
    seeds.update(who["person_id"].filter(pc.is_in(who["record_key"], value_set=flat(touched))).to_pylist())
    rows = before["group_members"]
    asked = rows.filter(pc.is_in(rows["group_id"], value_set=pa.array(sorted(judged), pa.string())))
    seeds.update(asked["person_id"].to_pylist())
    return seeds


def differing(now: pa.Table, before: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The rows of each table that the other has not."""
    lines = [
        flat(pc.binary_join_element_wise(*(pc.fill_null(t[c].cast(pa.string()), "") for c in t.schema.names), "\x1f"))
        for t in (now, before)
    ]  # fmt: skip
    new, old = (
        t.filter(pc.invert(pc.is_in(mine, value_set=other)))
        for t, mine, other in zip((now, before), lines, reversed(lines), strict=True)
    )
    return new, old


def reached(seeds: set[str], ties: list[pa.Table]) -> set[str]:
    """The seeds and whoever is tied to them, over any number of steps: those who stood in a group beside a touched
    person are looked at again with them."""
    ends = [pa.chunked_array([c for t in ties for c in t[side].chunks], pa.string()) for side in ("a", "b")]
    coded = pa.chunked_array([c for e in ends for c in e.chunks], pa.string()).combine_chunks()
    if not len(coded):
        return seeds
    coded = coded.dictionary_encode()
    index = coded.indices.to_numpy()
    a, b = index[: len(ends[0])], index[len(ends[0]) :]
    hit = flat(pc.is_in(coded.dictionary, value_set=pa.array(sorted(seeds), pa.string()))).to_numpy(
        zero_copy_only=False
    )
    part = components_of(len(coded.dictionary), a, b)
    inside = np.zeros(len(hit), dtype=bool)
    inside[part[hit]] = True
    return seeds | set(coded.dictionary.filter(pa.array(inside[part])).to_pylist())


def _carried(members: pa.Table, touched: Touched | None) -> pa.Table:
    """Rows of groups none of whose members was touched."""
    if touched is None:
        return members.slice(0, 0)
    hit = pc.is_in(members["person_id"], value_set=pa.array(sorted(touched.nodes), pa.string()))
    gone = pc.unique(flat(members["group_id"].filter(hit)))
    return members.filter(pc.invert(pc.is_in(members["group_id"], value_set=gone)))


def _materials(
    ties: pa.Table, links: pa.Table, persons: pa.Table, view: dict, touched: Touched | None, config: dict
) -> list[Material]:
    """The plain material of each component with at least two persons of concern."""
    if touched is not None:
        inside = pa.array(sorted(touched.nodes), pa.string())
        ties = ties.filter(pc.is_in(ties["a"], value_set=inside))
    rows = [
        Tie(r["a"], r["b"], r["tie"], r["context"], r["weight"], _pairs(r["records"]))
        for r in ties.to_pylist()
    ]
    people = {n for t in rows for n in (t.a, t.b)}
    records = _records({r for t in rows for r in t.records}, view, config)
    nodes = _nodes(people, rows, links, persons, view, config)
    by_node: dict[str, int] = {}
    for i, part in enumerate(components([(t.a, t.b) for t in rows])):
        by_node.update(dict.fromkeys(part, i))
    split: dict[int, list[Tie]] = defaultdict(list)
    for t in rows:
        split[by_node[t.a]].append(t)
    out = []
    for i in sorted(split):
        tied = split[i]
        inside_part = {n for t in tied for n in (t.a, t.b)}
        if sum(nodes[n].of_concern for n in inside_part) >= 2 and any(nodes[n].child for n in inside_part):
            shown = {r for t in tied for r in t.records}
            out.append(Material({n: nodes[n] for n in inside_part}, {r: records[r] for r in shown}, tied))
    return out


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    keys = json.loads(text)
    return frozenset(zip(keys[::2], keys[1::2], strict=True))


def _records(keys: set[str], view: dict, config: dict) -> dict[str, Record]:
    wanted = pa.array(sorted(keys), pa.string())
    rows = view["records"].filter(pc.is_in(view["records"]["record_key"], value_set=wanted))
    facts = record_facts(
        rows, view["signals"].filter(pc.is_in(view["signals"]["record_key"], value_set=wanted)), config
    )
    minutes = [-1 if t is None else int(t.timestamp()) // 60 for t in rows["event_at"].to_pylist()]
    return {
        key: Record(str(kind), minute, int(grade), int(level))
        for key, kind, minute, grade, level in zip(
            facts.keys.to_pylist(), facts.types, minutes, facts.grade, facts.exploitation, strict=True
        )
    }


def _nodes(
    people: set[str], ties: list[Tie], links: pa.Table, persons: pa.Table, view: dict, config: dict
) -> dict[str, Node]:
    """What is known of each person: child or not in the records at hand, homes, surnames, kin."""
    shown: dict[str, set[str]] = defaultdict(set)
    for t in ties:
        for n in (t.a, t.b):
            shown[n].update(t.records)
    asked = pa.array(sorted(people), pa.string())
    own = links.filter(pc.is_in(links["node"], value_set=asked)).select(["node", "record_key", "role"])
    # Each record is asked once how it names the person: child, peer (a child named as suspect) or of concern.
    stands: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    accused = set()
    for n, r, role in zip(*(own[c].to_pylist() for c in ("node", "record_key", "role")), strict=True):
        if r in shown[n]:
            how, _, recorded = role.partition("/")
            stands[n][how].add(r)
            if recorded in ACCUSED:
                accused.add(n)
    homes: dict[str, set[str]] = defaultdict(set)
    surnames: dict[str, set[str]] = defaultdict(set)
    kin: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    born = _of_appearances(people, view, config, homes, surnames, kin, names)
    born |= set(persons.filter(pc.is_valid(persons["date_of_birth"]))["person_id"].to_pylist()) & people
    out = {}
    for n in people:
        young = len(stands[n]["child"] | stands[n]["peer"])
        # Without any birth date, one record that says a child outweighs those that say nothing of the age.
        child = young > 0 and (n not in born or young >= len(stands[n]["concern"]))
        out[n] = Node(
            child=child,
            named_as_suspect=bool(stands[n]["peer"]) or (child and n in accused),
            identified=not n.startswith("unidentified-"),
            homes=frozenset(homes[n]), surnames=frozenset(surnames[n]), kin=frozenset(kin[n]), names=frozenset(names[n]),
            aged=n in born, accused=n in accused,
        )  # fmt: skip
    return out


def _of_appearances(
    people: set[str],
    view: dict,
    config: dict,
    homes: dict[str, set],
    surnames: dict[str, set],
    kin: dict[str, set],
    names: dict[str, set],
) -> set[str]:
    """Fills homes, surnames, kin and names from all records that name the people; gives those whose birth date one shows."""
    linked = view["person_of"].filter(
        pc.is_in(view["person_of"]["person_id"], value_set=pa.array(sorted(people), pa.string()))
    )
    rows = view["appearances"]
    rows = rows.filter(pc.is_in(rows["appearance_id"], value_set=flat(linked["appearance_id"])))
    who = dict(zip(linked["appearance_id"].to_pylist(), linked["person_id"].to_pylist(), strict=True))
    family = word_pattern(config["words"]["family"])
    per_record: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    shows = pc.and_(
        pc.is_valid(rows["date_of_birth"]), pc.invert(pc.fill_null(rows["dob_placeholder"], False))
    )
    born = {who[a] for a in rows.filter(shows)["appearance_id"].to_pylist()}
    columns = (
        "appearance_id",
        "record_key",
        "role",
        "relationship",
        "address_std",
        "postcode",
        "sur_std",
        "first_std",
    )
    for a, key, role, relationship, address, postcode, surname, first in zip(
        *(rows[c].to_pylist() for c in columns), strict=True
    ):
        n = who[a]
        home = address_key(address or "", postcode or "")
        if home:
            homes[n].add(home)
        if surname:
            surnames[n].add(surname)
            if first:
                names[n].add(f"{first} {surname}")
        per_record[key].append((n, role in ("parent", "carer") or bool(family.search(relationship or ""))))
    for named in per_record.values():
        for n, is_kin in named:
            if is_kin:
                kin[n].update(other for other, _ in named if other != n)
    return born


def _context(found: list[tuple[Group, Material]], links: pa.Table, view: dict) -> Context:
    """Times, texts, handling, roles and places in the text for the records of the groups found."""
    keys = pa.array(sorted({r for g, _ in found for r in g.records}), pa.string())
    people = pa.array(sorted({n for g, _ in found for n in g.members}), pa.string())
    rows = view["records"].filter(pc.is_in(view["records"]["record_key"], value_set=keys))
    names = rows["record_key"].to_pylist()
    spans: dict[tuple[str, str], list[int]] = defaultdict(list)
    mentioned = view["mention_links"]
    for r in mentioned.filter(pc.is_in(mentioned["record_key"], value_set=keys)).to_pylist():
        spans[r["record_key"], r["person_id"]].append(r["start"] or 0)
    roles: dict[tuple[str, str], str] = {}
    lines: dict[str, set[str]] = defaultdict(set)
    own = links.filter(pc.is_in(links["node"], value_set=people))
    for n, r, role, context in sorted(
        zip(*(own[c].to_pylist() for c in ("node", "record_key", "role", "context")), strict=True)
    ):
        roles.setdefault((r, n), role.split("/")[1])
        if context.startswith("line:"):
            lines[n].add(context)
    return Context(
        dict(zip(names, rows["event_at"].to_pylist(), strict=True)),
        dict(zip(names, rows["known_at"].to_pylist(), strict=True)),
        frozenset(
            rows.filter(pc.fill_null(pc.equal(rows["handling"], "C"), False))["record_key"].to_pylist()
        ),
        dict(zip(names, strings(rows["text"]).tolist(), strict=True)),
        {k: sorted(v) for k, v in spans.items()},
        roles,
        dict(lines),
        Premises(view["records"]).words if found else {},
    )


def _line(group: Group, material: Material, told: Context, config: dict) -> str:
    """``candidate``; ``registered_line`` where most are members of one known line; empty where nothing else ties them."""
    people = [*group.core, *group.attached]
    count: dict[str, int] = defaultdict(int)
    for n in people:
        for line in told.line_members.get(n, ()):
            count[line] += 1
    if not count or 2 * max(count.values()) <= len(people):
        return "candidate"
    register = {r for r in group.records if r.startswith("county_lines:")}
    left = still_stands(group, material.without(register, group.members), config)
    return "registered_line" if left is not None else ""


def _suspects(group: Group) -> frozenset[str]:
    return frozenset((*group.core, *group.attached))


def _basis(group: Group, material: Material, verdict: Verdict, config: dict) -> str:
    """``confirmed`` by a person; ``recorded`` where one record names two of them in recorded exploitation."""
    if verdict.kind == "confirm_group":
        return "confirmed"
    for t in group.ties:
        if t.kind == "record" and any(
            material.records[r].exploitation >= config["threshold"]["recorded_concern"] for r in t.records
        ):
            return "recorded"
    return "proposed"


def _rows(
    group: Group, material: Material, kind: str, entry: Entry, verdict: Verdict, told: Context, config: dict,
    memory: Remembered,
) -> list[dict[str, Any]]:  # fmt: skip
    """One row per member, or none while a person's dismissal stands without new evidence."""
    entry.dismissed = False
    said = sentence(group, material, told.times, told.premises)
    again = ""
    if verdict.kind == "dismiss_group":
        new = [
            r
            for r in sorted(group.records)
            if verdict.at and (k := told.known[r]) is not None and k > verdict.at
        ]
        if not new:
            entry.dismissed = True
            return []
        at = day_words(verdict.at) if verdict.at else "an earlier day"
        again = f" It was dismissed on {at} and is proposed again on new evidence: {{}}."
        said += again.format(listed([record_words(r) for r in new[:5]]))
    if kind == "registered_line":
        lines = sorted({x for n in _suspects(group) for x in told.line_members.get(n, ())})
        said += f" Most of them are registered members of {listed([f'line {x[5:]}' for x in lines])}."
    open_part = still_stands(group, material.without(told.handled_c & group.records, group.members), config)
    if not group.records & told.handled_c:
        without_c = said
    else:
        # Without handling C even the fact that more is known must not show (practice rule 12).
        without_c = sentence(open_part, material, told.times, told.premises) if open_part else ""
    took = parts(group, material, told.texts, told.spans, told.roles, config)
    first = min((t for r in group.records if (t := told.times[r]) is not None), default=None)
    shared = {
        "group_id": entry.group_id, "strength": strength(group, material, config), "first_evidence_at": first,
        "detected_on": entry.detected_on, "basis": _basis(group, material, verdict, config), "kind": kind,
        "sentence": said, "sentence_without_c": without_c, "hangs_on": _hangs_on(group, material, entry, told, config, memory),
    }  # fmt: skip
    return [
        {
            **shared, "person_id": n, "role": "child" if material.nodes[n].child else "suspect", "part": took[n],
            "identified": material.nodes[n].identified,
            "also_named_as_suspect": material.nodes[n].child and material.nodes[n].named_as_suspect,
        }
        for n in sorted(group.members)
    ]  # fmt: skip


def _hangs_on(
    group: Group, material: Material, entry: Entry, told: Context, config: dict, memory: Remembered
) -> str:
    """What the group hangs on: as remembered where nothing that it rests on has changed."""
    key = digest(group, material, told.premises)
    answer = memory.known.get(key) or hangs_on(group, material, config, told.premises)
    memory.keep(entry.group_id, key, answer)
    return answer


def _evidence(group: Group, group_id: str) -> list[dict[str, Any]]:
    """Each pair, what ties them, and each record that shows it, once."""
    rows = {
        (t.a, t.b, t.context if t.kind != "record" else "record", r) for t in group.ties for r in t.records
    }
    return [
        {
            "group_id": group_id, "person_a": a, "person_b": b, "tie": tie,
            "record_type": r.partition(":")[0], "record_ref": r.partition(":")[2],
        }
        for a, b, tie, r in sorted(rows)
    ]  # fmt: skip
