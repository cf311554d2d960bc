"""Ties: two people who share a context that few others share.

A tie is a pure function of its context's links, so a night draws again only the contexts that it touched.
A context touched by more people than its cap ties nobody, and one that has nothing to do with a child ties
only those who stand in a concern record already.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.engine import Engine
from redshank.networks.anchor import WORDS_ALONE
from redshank.networks.concern import RecordFacts, days, flat, strings
from redshank.networks.config import rarity
from redshank.networks.links import unidentified_id
from redshank.tables import BETWEEN

TIES = BETWEEN["ties"]
GROWN = ("concern", "peer", "unidentified")
_THINGS = ("phone", "vehicle", "handle", "email")
_OWNED = ("bystander/witness", "bystander/professional")


@dataclass(frozen=True)
class Near:
    """What a night touched of the links: rows of touched records, and rows whose described person goes by another id.

    ``now`` and ``before`` are masks over the links of tonight and of the last night.
    """

    now: np.ndarray
    before: np.ndarray

    @classmethod
    def of(cls, links: pa.Table, before: pa.Table, touched: pa.Array) -> Near:
        inside = flat(touched)
        masks = [_mask(pc.is_in(t["record_key"], value_set=inside)) for t in (links, before)]
        # Described people are told apart by all records together, so a row may be renamed in a record that nobody touched.
        vague = [_vague(t["node"]) for t in (links, before)]
        rows = [np.flatnonzero(v) for v in vague]
        named = [_lines(t.take(pa.array(r))) for t, r in zip((links, before), rows, strict=True)]
        for i, other in ((0, 1), (1, 0)):
            if len(rows[i]):
                same = _mask(pc.is_in(named[i], value_set=named[other]))
                masks[i][rows[i][~same]] = True
        return cls(*masks)


def _lines(links: pa.Table) -> pa.Array:
    return flat(pc.binary_join_element_wise(links["context"], links["node"], links["record_key"], "\x1f"))


def _vague(nodes: pa.ChunkedArray) -> np.ndarray:
    """Nodes that stand for a description, a street name or a name without a person."""
    out = _mask(pc.starts_with(nodes, "unidentified-"))
    rows = np.flatnonzero(out)
    out[rows] = _mask(pc.match_substring_regex(nodes.take(pa.array(rows)), WORDS_ALONE))
    return out


def _mask(values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    return flat(pc.fill_null(values, False)).to_numpy(zero_copy_only=False).copy()


def touched_contexts(
    links: pa.Table, before: pa.Table, near: Near, facts: RecordFacts, config: dict[str, Any]
) -> pa.Array:
    """Contexts whose ties may differ from the last night's: those of the rows at hand, and all contexts of a node of
    which they may have changed what every tie of it asks. That is whether it stands in a concern record anywhere,
    whether the user of its number is known, and in how many records its description stands.

    ``facts`` covers the records of all links of nodes that stand in touched rows.
    """
    now, was = links.filter(pa.array(near.now)), before.filter(pa.array(near.before))
    contexts = pc.unique(pa.concat_arrays([flat(now["context"]), flat(was["context"])]))
    nodes = [_unsettled(links, before, near, facts, config)]
    pairs = [t.filter(pc.is_in(t["context"], value_set=contexts)) for t in (links, before)]
    used = [set(_used_contexts(t).to_pylist()) for t in pairs]
    nodes.append(pa.array([unidentified_id(c) for c in sorted(used[0] ^ used[1])], pa.string()))
    here = pc.unique(pa.concat_arrays([flat(now["node"]), flat(was["node"])]))
    here = here.filter(pc.starts_with(here, "unidentified-"))
    common = [
        set(_commonplace(t.filter(pc.is_in(t["node"], value_set=here)), config).to_pylist())
        for t in (links, before)
    ]
    nodes.append(pa.array(sorted(common[0] ^ common[1]), pa.string()))
    changed = pc.unique(pa.concat_arrays(nodes))
    more = [flat(t["context"].filter(pc.is_in(t["node"], value_set=changed))) for t in (links, before)]
    return pc.unique(pa.concat_arrays([contexts, *more])).sort()


def _unsettled(
    links: pa.Table, before: pa.Table, near: Near, facts: RecordFacts, config: dict[str, Any]
) -> pa.Array:
    """Nodes that touched rows name as of concern, but for those whom an untouched concern record names so, too, now as
    before: what they are does not hang on tonight."""
    sides = ((links, near.now), (before, near.before))
    asked = []
    for table, mask in sides:
        rows = table.select(["node", "role"]).filter(pa.array(mask))
        asked.append(flat(rows["node"]).filter(pa.array(np.isin(_stand(rows), GROWN))))
    nodes = pc.unique(pa.concat_arrays(asked))
    firm = []
    for table, mask in sides:
        rest = pc.and_(pa.array(~mask), flat(pc.is_in(table["node"], value_set=nodes)))
        rows = table.filter(rest)
        around = table.filter(pc.is_in(table["record_key"], value_set=pc.unique(flat(rows["record_key"]))))
        sure = np.isin(_stand(rows), GROWN) & _of_concern(rows, around, facts, config)
        firm.append(pc.unique(flat(rows["node"]).filter(pa.array(sure))))
    settled = firm[0].filter(pc.is_in(firm[0], value_set=firm[1]))
    return nodes.filter(pc.invert(pc.is_in(nodes, value_set=settled)))


def drawn(
    links: pa.Table, contexts: pa.Array | None, busy_premises: set[str], config: dict[str, Any]
) -> pa.Table:
    """The links of some contexts (all where None) without those of contexts that more people touch than may be tied."""
    rows = links if contexts is None else links.filter(pc.is_in(links["context"], value_set=flat(contexts)))
    if not len(rows):
        return rows
    coded = flat(rows["context"]).dictionary_encode()
    names = coded.dictionary.to_pylist()
    people = _different(coded.indices.to_numpy(), flat(rows["node"]), ~_unidentified(rows), len(names))
    cap = np.array([_spec(name, busy_premises, config)[0] for name in names])
    return rows.filter(pa.array((people <= cap)[coded.indices.to_numpy()]))


def _unidentified(links: pa.Table) -> np.ndarray:
    return flat(pc.starts_with(links["node"], "unidentified-")).to_numpy(zero_copy_only=False)


def _different(context: np.ndarray, node: pa.Array, chosen: np.ndarray, contexts: int) -> np.ndarray:
    """How many different nodes of the chosen rows touch each context."""
    index = node.dictionary_encode().indices.to_numpy().astype(np.int64)
    size = int(index.max(initial=0)) + 1
    return np.bincount(
        np.unique(context[chosen].astype(np.int64) * size + index[chosen]) // size, minlength=contexts
    )


def _spec(context: str, busy_premises: set[str], config: dict[str, Any]) -> tuple[int, int, int, int]:
    """Cap, share, window and weight of a context by its kind; busy premises are passed by everybody."""
    head, _, value = context.partition(":")
    spec = config["kind"][head]
    if head == "premises" and value in busy_premises:
        return config["busy"]["cap"], config["busy"]["share"], spec["window"], spec["weight"]
    return spec["cap"], 1000, spec["window"], spec["weight"]


def make_ties(
    links: pa.Table,
    rows: pa.Table,
    facts: RecordFacts,
    busy_premises: set[str],
    config: dict[str, Any],
    engine: Engine,
) -> pa.Table:
    """Ties of the contexts of ``rows`` (what :func:`drawn` gave), in a total order. ``links`` are all links, ``facts``
    cover the records of everybody in the rows."""
    if not len(rows):
        return TIES.empty()
    # Whoever stands in a context must be judged by all of their links, and unknown users by all of the number's.
    around = links.filter(pc.is_in(links["node"], value_set=pc.unique(flat(rows["node"]))))
    concerned = _standing(around, links, facts, config)
    known = pa.concat_arrays([_known_users(links, rows), _commonplace(around, config)])
    usable = _usable(rows, links, facts, concerned, known, busy_premises, config)
    if not len(usable):
        return TIES.empty()
    pairs = engine.arrow(_pairs(engine.table(usable)))
    return _collect(pairs, _direct(usable), usable)


def _standing(links: pa.Table, around: pa.Table, facts: RecordFacts, config: dict[str, Any]) -> pa.Array:
    """Nodes that stand as of concern in a concern record, anywhere."""
    grown = np.isin(_stand(links), GROWN)
    concern = _of_concern(links, around, facts, config)
    return pc.unique(flat(links["node"]).filter(pa.array(grown & concern)))


def _of_concern(links: pa.Table, around: pa.Table, facts: RecordFacts, config: dict[str, Any]) -> np.ndarray:
    """Links of records that speak of exploitation, or name a child with an unrelated, clearly older person."""
    level = np.append(facts.exploitation, 0)[facts.at(links["record_key"])]
    beside = pc.unique(flat(around["record_key"]).filter(flat(pc.equal(around["context_kind"], "child"))))
    named = pc.is_in(links["record_key"], value_set=beside)
    return (level >= config["threshold"]["concern"]) | flat(named).to_numpy(zero_copy_only=False)


def _stand(links: pa.Table) -> np.ndarray:
    coded = flat(links["role"]).dictionary_encode()
    heads = np.array([r.partition("/")[0] for r in coded.dictionary.to_pylist()], dtype=object)
    return heads[coded.indices.to_numpy()] if len(links) else np.zeros(0, dtype=object)


def _used_contexts(links: pa.Table) -> pa.Array:
    """Numbers, vehicles, handles and e-mail addresses of which these links tell a known user."""
    kinds = flat(pc.is_in(links["context_kind"], value_set=pa.array(_THINGS)))
    links = links.select(["context", "role"]).filter(kinds)
    role = flat(links["role"])
    user = np.isin(_stand(links), ("concern", "peer")) | np.isin(strings(role), _OWNED)
    user |= pc.ends_with(role, "/own").to_numpy(zero_copy_only=False)
    return pc.unique(flat(links["context"]).filter(pa.array(user)))


def _known_users(links: pa.Table, rows: pa.Table) -> pa.Array:
    """Unidentified nodes whose number, vehicle or handle has a known user in any record."""
    asked = pc.unique(flat(rows["node"]))
    asked = asked.filter(pc.starts_with(asked, "unidentified-"))
    if not len(asked):
        return asked
    # The user of a thing stands in its own contexts; which these are, the links of the nodes asked for tell.
    own = pc.unique(flat(links["context"].filter(pc.is_in(links["node"], value_set=asked))))
    contexts = _used_contexts(links.filter(pc.is_in(links["context"], value_set=own)))
    ids = pa.array([unidentified_id(c) for c in contexts.to_pylist()], pa.string())
    return asked.filter(pc.is_in(asked, value_set=ids))


def _commonplace(links: pa.Table, config: dict[str, Any]) -> pa.Array:
    """Descriptions and street names that stand in too many records, or unidentified nodes in too few."""
    rows = links.filter(pc.starts_with(links["node"], "unidentified-"))
    need = config["threshold"]
    records = rows.group_by("node").aggregate([("record_key", "count_distinct")])
    count = records["record_key_count_distinct"]
    shared = pc.match_substring_regex(records["node"], WORDS_ALONE)
    out = pc.or_(
        pc.less(count, need["unidentified_records"]),
        pc.and_(shared, pc.greater(count, need["unidentified_most"])),
    )
    return flat(records["node"]).filter(flat(out))


def _somebody_elses(links: pa.Table) -> np.ndarray:
    """Links to a number or handle that stands in the record because its owner, named there too, does."""
    role = flat(links["role"])
    is_own = pc.and_(
        pc.ends_with(role, "/own"), pc.is_in(links["context_kind"], value_set=pa.array(["phone", "handle"]))
    )
    pairs = pc.binary_join_element_wise(links["context"], links["node"], "\x1f")
    owner = pc.is_in(pairs, value_set=pc.unique(flat(pairs.filter(is_own))))
    places = pc.binary_join_element_wise(links["context"], links["record_key"], "\x1f")
    beside = pc.is_in(places, value_set=pc.unique(flat(places.filter(owner))))
    return flat(pc.and_(beside, pc.invert(owner))).to_numpy(zero_copy_only=False)


def _usable(
    links: pa.Table,
    around: pa.Table,
    facts: RecordFacts,
    concerned: pa.Array,
    known: pa.Array,
    busy_premises: set[str],
    config: dict[str, Any],
) -> pa.Table:
    """Links that may tie, with ``value`` (weight by kind and rarity), ``day``, ``window`` and ``tie``."""
    coded = flat(links["context"]).dictionary_encode()
    index, names = coded.indices.to_numpy(), coded.dictionary.to_pylist()
    stands, node = _stand(links), flat(links["node"])
    unknown = _unidentified(links)

    # Children whom a number or vehicle reaches do not make it common: they are what it is asked about.
    kind = strings(links["context_kind"])
    grown_users = ~unknown & ~((stands == "child") & np.isin(kind, _THINGS))
    users = _different(index, node, grown_users, len(names))

    concern = _of_concern(links, around, facts, config)
    relevant = np.zeros(len(names), dtype=bool)
    relevant[index[concern]] = True

    base, window = (np.zeros(len(names), dtype=np.int64) for _ in range(2))
    for i, name in enumerate(names):
        _, share, window[i], worth = _spec(name, busy_premises, config)
        base[i] = worth * rarity(config, int(users[i])) // 1000 * share // 1000

    both_concerned = pc.is_in(node, value_set=concerned).to_numpy(zero_copy_only=False)
    is_known = pc.is_in(node, value_set=known).to_numpy(zero_copy_only=False)
    is_grown = np.isin(stands, GROWN)
    fit = (stands != "bystander") & ~is_known
    fit &= relevant[index] | (is_grown & both_concerned)
    # Being at a place says something only where the record does, or where it is the person's own home: whoever
    # stole from the shop where others met a child is not of their company.
    place = np.isin(kind, ("premises", "address"))
    fit &= ~place | concern | pc.ends_with(links["role"], "/own").to_numpy(zero_copy_only=False)
    fit &= ~_somebody_elses(links)
    # A child's link to their own context says how the record names them and ties nobody.
    mine = pc.equal(links["context"], pc.binary_join_element_wise("child", links["node"], ":"))
    fit &= ~flat(mine).to_numpy(zero_copy_only=False)
    weight = links["weight"].to_numpy()
    keep = pa.array(fit)
    return pa.table(
        {
            "context": links["context"], "tie": links["context_kind"], "node": links["node"],
            "record_key": links["record_key"], "at": links["at"], "day": pa.array(days(links["at"])),
            "grown": pa.array(is_grown), "value": pa.array(base[index] * weight // 1000),
            "window": pa.array(window[index]),
        }
    ).filter(keep)  # fmt: skip


def _pairs(rows: ibis.Table) -> ibis.Table:
    """Two links of one context, by different people, near in time; at least one of concern.

    ``first`` and ``second`` are the two records (often the same one).
    """
    a, b = rows, rows.view()
    near = (a.day < 0) | (b.day < 0) | (ibis.greatest(a.day, b.day) - ibis.least(a.day, b.day) <= a.window)
    joined = a.join(b, [a.context == b.context, a.node < b.node])
    return joined.filter(near & (a.grown | b.grown)).select(
        a=a.node, b=b.node, tie=a.tie, context=a.context, weight=ibis.least(a.value, b.value),
        first=a.record_key, second=b.record_key,
    )  # fmt: skip


def _direct(rows: pa.Table) -> pa.Table:
    """The tie of a person of concern with the child of a concern record."""
    chosen = rows.filter(pc.equal(rows["tie"], "child"))
    child = [c.partition(":")[2] for c in chosen["context"].to_pylist()]
    node = chosen["node"].to_pylist()
    ordered = [(min(n, c), max(n, c)) for n, c in zip(node, child, strict=True)]
    return pa.table(
        {
            "a": pa.array([o[0] for o in ordered], pa.string()),
            "b": pa.array([o[1] for o in ordered], pa.string()),
            "tie": chosen["tie"], "context": chosen["context"], "weight": chosen["value"],
            "first": chosen["record_key"], "second": chosen["record_key"],
        }
    )  # fmt: skip


def _collect(pairs: pa.Table, direct: pa.Table, rows: pa.Table) -> pa.Table:
    """One row per pair and context. ``records`` lists record keys two by two: the one that shows ``a`` in the
    context, the one that shows ``b``; so what removing a record would break can be told from the tie alone."""
    at = dict(zip(rows["record_key"].to_pylist(), rows["at"].to_pylist(), strict=True))
    best: dict[tuple[str, str, str, str], int] = {}
    records: dict[tuple[str, str, str, str], set[tuple[str, str]]] = {}
    for table in (pairs, direct):
        columns = [table[c].to_pylist() for c in ("a", "b", "tie", "context", "weight", "first", "second")]
        for a, b, tie, context, weight, first, second in zip(*columns, strict=True):
            key = (a, b, tie, context)
            best[key] = max(best.get(key, 0), weight)
            records.setdefault(key, set()).add((first, second))
    out: dict[str, list[Any]] = {name: [] for name in TIES.schema.names}
    for key in sorted(best):
        shown = [r for pair in sorted(records[key]) for r in pair]
        times = [at[r] for r in shown if at[r] is not None]
        for name, value in zip(
            TIES.schema.names,
            (key[0], key[1], key[2], key[3], best[key], min(times) if times else None, json.dumps(shown)),
            strict=True,
        ):
            out[name].append(value)
    return pa.table(out, schema=TIES.schema)
