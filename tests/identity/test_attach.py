"""Rows that hardly say more than a name go to the one whom they fit, or stay alone; fast, slow and nightly alike."""

from __future__ import annotations

import random
from collections import defaultdict

import pyarrow as pa
import pytest
from identity_people import make, row

from redshank.identity import new_epoch, resolve
from redshank.oracle import identity as oracle
from redshank.tables import BETWEEN

NONE = BETWEEN["judgements"].empty(), BETWEEN["person_ledger"].empty()


def sparse(seed: int) -> tuple[pa.Table, pa.Table]:
    """Rows with most facts struck out, several of them in each record; and where the records happened."""
    rng = random.Random(seed)
    rows = make(110, seed, noise=2.0)[0].to_pylist()
    for r in rows:
        if rng.random() < 0.5:
            for name in ("phone", "online_handle", "date_of_birth"):
                r[name] = None
            r["address_std"] = ""
        if rng.random() < 0.1:
            r["first_std"] = r["fore_std"] = r["first_std"][:1]
        if rng.random() < 0.5:
            r["local_key"] = ""
        if r["date_of_birth"] and rng.random() < 0.1:
            r |= {"date_of_birth": r["date_of_birth"].replace(month=1, day=1), "dob_placeholder": True}
        r["role"] = rng.choice(["parent", "subject", "missing"])
        r["record_key"] = f"crimes:{rng.randrange(len(rows) // 3)}"
    places = [
        {"record_key": f"crimes:{k}", "postcode": rng.choice(rows)["postcode"]} for k in range(len(rows) // 3)
    ]
    return BETWEEN["appearances"].build(rows), pa.Table.from_pylist(places)


def sides(pairs) -> set[frozenset[int]]:
    out: dict = defaultdict(set)
    for appearance, person in pairs:
        out[person].add(appearance)
    return {frozenset(s) for s in out.values()}


def found(tables: dict[str, pa.Table]) -> set[frozenset[int]]:
    rows = tables["person_of"]
    return sides(zip(rows["appearance_id"].to_pylist(), rows["person_id"].to_pylist(), strict=True))


@pytest.mark.parametrize("seed", [5, 6])
def test_attaching_equals_the_oracle(engine, seed: int) -> None:
    appearances, records = sparse(seed)
    epoch = new_epoch(appearances, engine)
    ours = resolve(appearances, None, None, epoch, *NONE, 1, engine, records).tables
    assert sum(m >= 0 for m in ours["profile_of"]["margin"].to_pylist()) > 5
    weights = oracle.Weights(*(epoch[k].to_pylist() for k in ("terms", "levels", "meta")))
    places = dict(zip(records["record_key"].to_pylist(), records["postcode"].to_pylist(), strict=True))
    theirs = oracle.resolve(appearances.to_pylist(), weights, set(), set(), places)
    assert found(ours) == sides(theirs["person"].items())


@pytest.mark.parametrize("seed", [7, 8])
def test_attaching_night_by_night_equals_everything_at_once(engine, seed: int) -> None:
    appearances, records = sparse(seed)
    epoch = new_epoch(appearances, engine)
    rng, state, ledger = random.Random(seed), None, NONE[1]
    for run in (1, 2, 3):
        here = pa.array(
            sorted(rng.sample(range(appearances.num_rows), appearances.num_rows * (6 + run) // 10))
        )
        now = appearances.take(here)
        full = resolve(now, None, state, epoch, NONE[0], ledger, run, engine, records)
        some = resolve(now, pa.array([], pa.int64()), state, epoch, NONE[0], ledger, run, engine, records)
        for name, table in full.tables.items():
            assert some.tables[name].equals(table), name
        state, ledger = some.tables, some.tables["person_ledger"]


KNOWN = row("crimes:1", "ZEBEDIAH", "TATTERSALL", "1999-03-12", "M", known=1)
NAMED = row("crimes:2", "ZEBEDIAH", "TATTERSALL", known=2)
AGAIN = [row(f"crimes:{k}", "ZEBEDIAH", "TATTERSALL", "1999-03-12", "M", known=k) for k in (3, 4, 5)]
OTHER = [row(f"crimes:{k}", "ZEBEDIAH", "TATTERSALL", "1971-09-30", "M", known=k) for k in (6, 7, 8)]


@pytest.mark.parametrize(
    ("rows", "people"), [([KNOWN, *AGAIN, NAMED], 1), ([KNOWN, *AGAIN, *OTHER, NAMED], 3)]
)
def test_a_name_goes_to_the_only_one_and_to_none_of_two(engine, rows: list[dict], people: int) -> None:
    others = make(60, 9)[0]
    appearances = pa.concat_tables([others, BETWEEN["appearances"].build(rows)])
    tables = resolve(appearances, None, None, new_epoch(others, engine), *NONE, 1, engine).tables
    mine = {r["appearance_id"] for r in rows}
    assert len([s for s in found(tables) if s & mine]) == people
