"""The pairs of appearances next to the threshold of identity: what the night is least sure of, for people to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

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
    here = {
        i: (key, person)
        for i, key, person in zip(
            *(a[c].to_pylist() for c in ("appearance_id", "record_key", "person_id")), strict=True
        )
    }
    pairs = zip(*(heads.e.pairs[c].to_pylist() for c in ("a", "b", "score")), strict=True)
    near = sorted((abs(score - accept), x, y) for x, y, score in pairs if x in here and y in here)
    out, seen = [], set()
    for _, x, y in near:
        (record_a, person_a), (record_b, person_b) = here[x], here[y]
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
