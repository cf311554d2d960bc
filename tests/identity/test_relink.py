"""Asking only the texts that a delta may concern gives the links that asking all of them gives."""

from __future__ import annotations

import random

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from test_attach import sparse
from test_mentions import WHEN, named

from redshank.identity import link_mentions, new_epoch, records_to_relink, resolve
from redshank.tables import BETWEEN

NOBODY = BETWEEN["judgements"].empty(), BETWEEN["person_ledger"].empty()


@pytest.mark.parametrize("seed", range(21, 29))
def test_asking_some_equals_asking_all(engine, seed: int) -> None:
    rng = random.Random(seed)
    everything, _ = sparse(seed)
    epoch = new_epoch(everything, engine)
    rows = everything.to_pylist()
    keys = sorted({r["record_key"] for r in rows})
    said = []
    for key in keys:
        who = rng.choice(rows)
        said.append(named(who["first_std"], who["sur_std"] or "", key))
    mentions = BETWEEN["mentions"].build(said)
    records = BETWEEN["records"].build(
        [
            {"record_key": k, "own_at": WHEN, "known_at": WHEN, "district": rng.choice(["N", "S"])}
            for k in keys
        ]
    )
    cars = [{"record_key": k, "vrm": f"XA{rng.randrange(12)}", "known_at": WHEN} for k in keys]
    vehicles, phones = BETWEEN["vehicles"].build(cars), BETWEEN["phones"].empty()

    def known(share: float) -> pa.Table:
        return everything.filter(pa.array([rng.random() < share for _ in rows]))

    before = known(0.95)
    first = resolve(before, None, None, epoch, *NOBODY, 1, engine)
    links = link_mentions(
        mentions,
        before,
        first.tables["person_of"],
        first.tables["persons"],
        epoch,
        vehicles,
        phones,
        records,
        engine,
    )
    gone = set(rng.sample(before["appearance_id"].to_pylist(), 6))
    fresh = [r for r in rows if r["appearance_id"] not in set(before["appearance_id"].to_pylist())][:6]
    stays = pc.invert(pc.is_in(before["appearance_id"], value_set=pa.array(sorted(gone))))
    now = pa.concat_tables([before.filter(stays), BETWEEN["appearances"].build(fresh)])
    moved = gone | {r["appearance_id"] for r in fresh}
    changed = pa.array(sorted({r["record_key"] for r in rows if r["appearance_id"] in moved}), pa.string())
    after = resolve(
        now,
        pa.array([], pa.int64()),
        first.tables,
        epoch,
        NOBODY[0],
        first.tables["person_ledger"],
        2,
        engine,
    )
    people = after.tables["person_of"], after.tables["persons"]
    asked = records_to_relink(
        mentions,
        changed,
        after.changed_people,
        now,
        vehicles,
        phones,
        records,
        links,
        epoch,
        engine,
        before=first.tables,
        now=after.tables,
    )
    some = link_mentions(mentions, now, *people, epoch, vehicles, phones, records, engine, only=asked)
    kept = links.filter(pc.invert(pc.is_in(links["record_key"], value_set=asked)))
    full = link_mentions(mentions, now, *people, epoch, vehicles, phones, records, engine)
    order = [("record_key", "ascending"), ("start", "ascending")]
    assert full.num_rows
    assert pa.concat_tables([kept, some]).sort_by(order).to_pylist() == full.sort_by(order).to_pylist()
