"""The pairs of appearances next to the threshold of identity: what the night is least sure of, for people to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.identity.model import model_data

if TYPE_CHECKING:
    from redshank.publish.heads import Heads

MOST = 400  # local default
DOUBT = pa.schema(
    [(n, pa.string()) for n in ("uid", "a_uid", "a_record", "a_person", "b_uid", "b_record", "b_person")]
    + [("together", pa.bool_())]
)


def rows(heads: Heads) -> pa.Table:
    """At most one pair of two persons, and one within a person, nearest to the threshold first."""
    accept = int(model_data()["decide"]["accept"])
    a = heads.appearances
    ids, pairs = a["appearance_id"].combine_chunks(), heads.e.pairs
    at = [pc.index_in(pairs[side], value_set=ids) for side in ("a", "b")]
    rows = pa.table({"a": pairs["a"], "b": pairs["b"], "at_a": at[0], "at_b": at[1], "off": pc.abs(pc.subtract(pairs["score"], accept))})  # fmt: skip
    rows = rows.filter(pc.and_(pc.is_valid(rows["at_a"]), pc.is_valid(rows["at_b"])))
    near = rows.take(pc.sort_indices(rows, [(n, "ascending") for n in ("off", "a", "b")]))
    out, seen = [], set()
    for r in _rows(near):
        x, y = r["a"], r["b"]
        (record_a, person_a), (record_b, person_b) = (
            (a["record_key"][r[side]].as_py(), a["person_id"][r[side]].as_py()) for side in ("at_a", "at_b")
        )
        both = (min(person_a, person_b), max(person_a, person_b))
        if both in seen or record_a == record_b:
            continue
        seen.add(both)
        out.append({
            "uid": f"{x}|{y}", "a_uid": str(x), "a_record": record_a, "a_person": person_a, "b_uid": str(y), "b_record": record_b,
            "b_person": person_b, "together": person_a == person_b,
        })  # fmt: skip
        if len(out) == MOST:
            break
    return pa.Table.from_pylist(out, schema=DOUBT)


def _rows(near: pa.Table) -> Iterator[dict[str, Any]]:
    """In parts: the first hundreds are enough, of millions."""
    for batch in near.to_batches(max_chunksize=10 * MOST):
        yield from batch.to_pylist()
