"""The fast stage gives the same pairs, scores and people as plain Python over dictionaries."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
import pytest
from identity_people import make

from redshank.identity import new_epoch, resolve
from redshank.oracle import identity as oracle
from redshank.tables import BETWEEN

NONE = BETWEEN["judgements"].empty(), BETWEEN["person_ledger"].empty()


def partition(person_of: pa.Table) -> set[frozenset[int]]:
    sides: dict[str, set[int]] = defaultdict(set)
    for appearance, person in zip(
        person_of["appearance_id"].to_pylist(), person_of["person_id"].to_pylist(), strict=True
    ):
        sides[person].add(appearance)
    return {frozenset(s) for s in sides.values()}


@pytest.mark.parametrize("seed", [3, 4])
def test_pairs_scores_and_people_equal_the_oracles(engine, seed: int) -> None:
    appearances, _ = make(120, seed, noise=2.5)
    epoch = new_epoch(appearances, engine)
    ours = resolve(appearances, None, None, epoch, *NONE, 1, engine).tables
    weights = oracle.Weights(*(epoch[k].to_pylist() for k in ("terms", "levels", "meta")))
    theirs = oracle.resolve(appearances.to_pylist(), weights, set(), set())
    assert {(p["a"], p["b"]): (p["score"], p["why"]) for p in ours["pairs"].to_pylist()} == theirs["pairs"]
    sides: dict[int, set[int]] = defaultdict(set)
    for appearance, person in theirs["person"].items():
        sides[person].add(appearance)
    assert partition(ours["person_of"]) == {frozenset(s) for s in sides.values()}


def test_small_caps_run_the_rare_path_too(engine, monkeypatch) -> None:
    from redshank.identity.model import model_data

    low = dict.fromkeys(model_data()["caps"], 3)
    monkeypatch.setitem(model_data(), "caps", low)
    monkeypatch.setitem(oracle.MODEL, "caps", low)
    appearances, _ = make(80, 5, noise=2.0)
    epoch = new_epoch(appearances, engine)
    ours = resolve(appearances, None, None, epoch, *NONE, 1, engine).tables
    assert ours["capped_blocks"].num_rows > 5
    weights = oracle.Weights(*(epoch[k].to_pylist() for k in ("terms", "levels", "meta")))
    theirs = oracle.resolve(appearances.to_pylist(), weights, set(), set())
    assert {(p["a"], p["b"]): p["score"] for p in ours["pairs"].to_pylist()} == {
        k: v[0] for k, v in theirs["pairs"].items()
    }
