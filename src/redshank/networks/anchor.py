"""Which records speak of the same person whom nobody could name.

A description ("man, thirties, grey jacket") or a street name fits many people, so the words alone join no
records. Two records that use the same words speak of one person where they also share somebody known who is no
bystander, or a number, vehicle, online name, e-mail address or premises; over a third record likewise.

A full name that stands in texts only is one person's under the same conditions, and in ``named_records`` records
at least: one such record alone says nothing.

Each such set of records is a node of its own. Its id tells nothing and rests on its own records only, so a
night that touches none of them leaves it as it was.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.networks.concern import flat, strings

WORDS_ALONE = "^unidentified-(described|nickname|name)-"
NAME = "unidentified-name-"
_SHARED = ("phone", "vehicle", "handle", "email", "premises")


def anchored(links: pa.Table, named_records: int = 2) -> pa.Table:
    """The same links, each described person and street name parted into the people that the records tell apart.

    Idempotent only before parting: give it the links of :func:`redshank.networks.links.make_links`.
    """
    nameless = np.flatnonzero(
        flat(pc.starts_with(links["node"], "unidentified-")).to_numpy(zero_copy_only=False)
    )
    vague = flat(pc.match_substring_regex(links["node"].take(pa.array(nameless)), WORDS_ALONE))
    rows = nameless[vague.to_numpy(zero_copy_only=False)]
    if not len(rows):
        return links
    own = links.take(pa.array(rows)).select(["node", "record_key"])
    anchors = _anchors(links, pc.unique(flat(own["record_key"])))
    records: dict[str, set[str]] = defaultdict(set)
    pairs = list(zip(own["node"].to_pylist(), own["record_key"].to_pylist(), strict=True))
    for node, record in pairs:
        records[node].add(record)
    name: dict[tuple[str, str], str | None] = {}
    for node, named in records.items():
        for part in _parts(sorted(named), anchors):
            ending = hashlib.blake2s(part[0].encode(), digest_size=3).hexdigest()
            alone = node.startswith(NAME) and len(part) < named_records
            name.update({(node, record): None if alone else f"{node}-{ending}" for record in part})
    nodes = flat(links["node"])
    here = np.zeros(len(links), dtype=bool)
    here[rows] = True
    new = pc.replace_with_mask(nodes, pa.array(here), pa.array([name[p] for p in pairs], pa.string()))
    return links.set_column(links.schema.get_field_index("node"), "node", new).filter(pc.is_valid(new))


def _anchors(links: pa.Table, records: pa.Array) -> dict[str, set[str]]:
    """By record: the known people who are no bystanders there, and the things that tell records together."""
    near = links.filter(pc.is_in(links["record_key"], value_set=records))
    known = pc.and_(
        pc.invert(pc.starts_with(near["node"], "unidentified-")),
        pc.invert(pc.starts_with(near["role"], "bystander")),
    )
    thing = pa.array(np.isin(strings(near["context_kind"]), _SHARED))
    out: dict[str, set[str]] = defaultdict(set)
    for column, chosen in (("node", known), ("context", thing)):
        found = near.filter(chosen)
        for record, anchor in zip(found["record_key"].to_pylist(), found[column].to_pylist(), strict=True):
            out[record].add(anchor)
    return out


def _parts(records: list[str], anchors: dict[str, set[str]]) -> list[list[str]]:
    """Records joined by shared anchors; each part sorted."""
    parts: list[tuple[list[str], set[str]]] = []
    for record in records:
        mine = ([record], set(anchors.get(record, ())))
        apart = []
        for part in parts:
            if part[1] & mine[1]:
                mine = (sorted([*mine[0], *part[0]]), mine[1] | part[1])
            else:
                apart.append(part)
        parts = [*apart, mine]
    return sorted(part for part, _ in parts)
