"""The model is a Splink model, and the night's whole-number scores are Splink's match weights."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from identity_people import make
from splink import DuckDBAPI, SettingsCreator
from splink.internals.realtime import compare_records

from redshank.identity import new_epoch, read_epoch, splink_settings
from redshank.identity.features import TERMS, described, profiles
from redshank.identity.model import comparisons, model_data
from redshank.identity.score import score


def test_splink_loads_the_settings() -> None:
    settings = SettingsCreator.from_path_or_dict(splink_settings({}, -13000)).get_settings("duckdb")
    assert [c.output_column_name for c in settings.comparisons] == list(comparisons())


@pytest.mark.parametrize("seed", [1, 2])
def test_scores_equal_splinks_match_weights(engine, seed: int) -> None:
    appearances, _ = make(60, seed, noise=3.0)
    epoch = read_epoch(new_epoch(appearances, engine))
    who = profiles(appearances)
    n = min(len(who.rep), 150)
    left, right = zip(*((i, j) for i in range(n) for j in range(i + 1, n)), strict=True)
    ours = score(who, np.array(left), np.array(right), epoch, engine, None).to_pylist()

    rows = described(who.table.slice(0, n), epoch.bits, epoch.rarest)
    rows = rows.set_column(0, "id", pa.array(range(n)))
    for name in TERMS:
        share = pa.array([None if b is None else 2 ** (-b / 1000) for b in rows[f"bits_{name}"].to_pylist()])
        rows = rows.append_column(f"tf_{name}", share)
    theirs = _splink(rows, epoch)
    assert len(theirs) == len(ours)
    rounding = 1 + len(comparisons())  # milli-bits: each weight is rounded once
    for row in ours:
        weight, gammas = theirs[row["l"], row["r"]]
        assert gammas == {name: row[f"g_{name}"] for name in comparisons()}
        assert abs(row["score"] - 1000 * weight) <= rounding


def _splink(rows: pa.Table, epoch) -> dict:
    api = DuckDBAPI()
    found = compare_records(
        rows, rows, splink_settings(epoch.u, epoch.prior), api, join_condition="l.id < r.id"
    ).as_duckdbpyrelation()
    return {
        (r["id_l"], r["id_r"]): (r["match_weight"], {n: r[f"gamma_{n}"] for n in comparisons()})
        for r in found.to_arrow_table().to_pylist()
    }


def test_every_cap_belongs_to_a_rule_and_every_level_has_words() -> None:
    from redshank.identity.blocks import rules

    appearances, _ = make(5)
    assert {r.name for r in rules(profiles(appearances))} == set(model_data()["caps"])
    assert all(level.words for levels in comparisons().values() for level in levels)


def test_the_model_reads_no_protected_characteristic() -> None:
    text = str(model_data()["comparison"]).lower()
    assert not any(word in text for word in ("ethnic", "national", "disab", "religion"))
