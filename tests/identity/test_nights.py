"""Night after night equals everything at once: pairs, people, ids, ledger."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from identity_people import make, pair_scores, row

from redshank.identity import new_epoch, resolve
from redshank.identity.model import model_data
from redshank.tables import BETWEEN

NO_JUDGEMENTS, NO_LEDGER = BETWEEN["judgements"].empty(), BETWEEN["person_ledger"].empty()
TABLES = ("pairs", "person_of", "persons", "person_ledger", "profile_of", "capped_blocks")


def partition(person_of: pa.Table) -> set[frozenset[int]]:
    sides: dict[str, set[int]] = defaultdict(set)
    for appearance, person in zip(
        person_of["appearance_id"].to_pylist(), person_of["person_id"].to_pylist(), strict=True
    ):
        sides[person].add(appearance)
    return {frozenset(s) for s in sides.values()}


def person(result, appearance: dict) -> str:
    rows = result.tables["person_of"].to_pylist()
    return next(r["person_id"] for r in rows if r["appearance_id"] == appearance["appearance_id"])


@pytest.fixture(scope="module")
def world(engine):
    appearances, truth = make(90, 21, noise=2.0)
    return appearances, truth, new_epoch(appearances, engine)


nights = st.lists(
    st.tuples(st.sets(st.integers(0, 59), max_size=12), st.booleans()), min_size=2, max_size=5
)  # which rows arrive (or, where they are there, go), and whether a judgement is made


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(nights=nights, cap=st.sampled_from([3, 60]))
def test_any_sequence_of_nights_equals_the_full_run(engine, world, monkeypatch, nights, cap) -> None:
    monkeypatch.setitem(model_data(), "caps", dict.fromkeys(model_data()["caps"], cap))
    everything, _, epoch = world
    few = everything.slice(0, 60)
    here: set[int] = set()
    state, ledger, judged = None, NO_LEDGER, []
    for run, (rows, judge) in enumerate(nights, 1):
        here ^= rows
        now = few.take(pa.array(sorted(here), pa.int64())) if here else few.slice(0, 0)
        if judge and len(here) > 1:
            a, b = (few.slice(i, 1).to_pylist()[0] for i in sorted(here)[:2])
            judged.append(judgement(a, b, "same" if run % 2 else "not_same", run))
        judgements = BETWEEN["judgements"].build(judged)
        full = resolve(now, None, state, epoch, judgements, ledger, run, engine)
        some = resolve(now, pa.array([], pa.int64()), state, epoch, judgements, ledger, run, engine)
        for name in TABLES:
            assert some.tables[name].equals(full.tables[name]), name
        again = resolve(now, None, some.tables, epoch, judgements, some.tables["person_ledger"], run, engine)
        assert again.tables["person_of"].equals(full.tables["person_of"])
        assert again.tables["person_ledger"].equals(full.tables["person_ledger"])
        fresh = resolve(now, None, None, epoch, judgements, NO_LEDGER, run, engine)
        assert partition(fresh.tables["person_of"]) == partition(some.tables["person_of"])
        state, ledger = some.tables, some.tables["person_ledger"]


def judgement(a: dict, b: dict, kind: str, number: int, withdrawn: bool = False) -> dict:
    at = dt.datetime(2025, 6, 1, tzinfo=dt.UTC) + dt.timedelta(hours=number)
    ends = {f"{s}_{k}": r[k] for s, r in (("a", a), ("b", b)) for k in ("record_type", "record_ref", "row")}
    return {"judgement_id": f"j{number}", "kind": kind, "by": "x", "at": at, "reason": "seen",
            "withdrawn_at": at if withdrawn else None, **ends}  # fmt: skip


def test_the_order_of_rows_changes_nothing(engine, world) -> None:
    appearances, _, epoch = world
    shuffled = appearances.take(pa.array(np.random.default_rng(5).permutation(appearances.num_rows)))
    one = resolve(appearances, None, None, epoch, NO_JUDGEMENTS, NO_LEDGER, 1, engine).tables
    two = resolve(shuffled, None, None, epoch, NO_JUDGEMENTS, NO_LEDGER, 1, engine).tables
    assert all(one[name].equals(two[name]) for name in TABLES)
    assert all(new_epoch(shuffled, engine)[k].equals(epoch[k]) for k in epoch)


def test_a_small_night_reads_little(engine) -> None:
    appearances, _ = make(700, 8)
    epoch = new_epoch(appearances, engine)
    first = resolve(appearances.slice(10), None, None, epoch, NO_JUDGEMENTS, NO_LEDGER, 1, engine)
    ten = appearances["appearance_id"].slice(0, 10).combine_chunks()
    night = resolve(
        appearances, ten, first.tables, epoch, NO_JUDGEMENTS, first.tables["person_ledger"], 2, engine
    )
    assert 0 < night.clustered < 0.15 * appearances.num_rows
    assert night.scored < 0.05 * first.scored
    assert night.counts.carried + night.clustered == appearances.num_rows


def test_protected_characteristics_change_nothing(engine, world) -> None:
    appearances, _, epoch = world
    swapped = appearances
    for name in ("ethnicity_self_defined", "ethnicity_officer_defined", "nationality", "disability"):
        place = swapped.column_names.index(name)
        values = pa.array([f"{name}{i % 7}" for i in range(appearances.num_rows)])
        swapped = swapped.set_column(place, name, values)
    assert all(new_epoch(swapped, engine)[k].equals(epoch[k]) for k in epoch)
    one = resolve(appearances, None, None, epoch, NO_JUDGEMENTS, NO_LEDGER, 1, engine).tables
    two = resolve(swapped, None, None, epoch, NO_JUDGEMENTS, NO_LEDGER, 1, engine).tables
    assert all(one[name].equals(two[name]) for name in TABLES)


@pytest.mark.parametrize("noise", [1.0, 2.0])
def test_most_pairs_are_found_and_few_are_wrong(engine, noise: float) -> None:
    appearances, truth = make(1500, 77, noise)
    epoch = new_epoch(appearances, engine)
    rows = resolve(appearances, None, None, epoch, NO_JUDGEMENTS, NO_LEDGER, 1, engine).tables["person_of"]
    found = dict(zip(rows["appearance_id"].to_pylist(), rows["person_id"].to_pylist(), strict=True))
    precision, recall, f1 = pair_scores(truth, found)
    print(f"noise {noise}: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}")
    assert precision > 0.985
    assert f1 > (0.97 if noise == 1.0 else 0.92)


# ---- ids that last ---------------------------------------------------------------------------------------
def rows_of_one() -> list[dict]:
    return [
        row("crimes:1", "KAYLEIGH", "WINTERS", "2009-03-12", "F", known=1),
        row("crimes:2", "KAYLEIGH", "WINTERS", None, "F", "+447700900001", known=2),
        row("crimes:3", "KAYLEIGH", "WINTERS", "2009-03-12", "F", "+447700900001", known=3),
    ]


@pytest.fixture
def run(engine, world):
    others, _, epoch = world

    def go(rows, before=None, judged=(), number=1):
        appearances = pa.concat_tables([others, BETWEEN["appearances"].build(rows)])
        state = before.tables if before else None
        ledger = state["person_ledger"] if state else NO_LEDGER
        changed = pa.array([r["appearance_id"] for r in rows], pa.int64())
        return resolve(
            appearances, changed if before else None, state, epoch, BETWEEN["judgements"].build(list(judged)),
            ledger, number, engine,
        )  # fmt: skip

    return go


def ledger_row(result, person_id: str) -> dict:
    table = result.tables["person_ledger"]
    return table.filter(pc.equal(table["person_id"], person_id)).to_pylist()[0]


def test_when_two_become_one_the_older_id_lives(run) -> None:
    a, b, _ = rows_of_one()
    b = {**b, "first_std": "ZAYNEB", "fore_std": "ZAYNEB", "appearance_id": 5}  # somebody else for now
    first = run([a, b])
    second = run([a, b], first, [judgement(a, b, "same", 1)], 2)
    old, younger = sorted([person(first, a), person(first, b)])
    assert person(second, a) == person(second, b) == old
    assert ledger_row(second, younger)["merged_into"] == old
    third = run([a, b], second, [judgement(a, b, "same", 1, withdrawn=True)], 3)
    apart = {person(third, a), person(third, b)}
    assert person(third, a) == old
    assert len(apart) == 2
    assert younger not in apart, "an id that was given up is never given again"
    assert ledger_row(third, person(third, b))["split_from"] == old
    assert person(third, a) in third.changed_people.to_pylist()


def test_judgements_win_over_scores(run) -> None:
    a, b, c = rows_of_one()
    assert len({person(run([a, b, c]), r) for r in (a, b, c)}) == 1
    told = run([a, b, c], None, [judgement(a, c, "not_same", 1)])
    assert person(told, a) != person(told, c)


def test_a_replaced_row_does_not_cost_the_id(run) -> None:
    a, b, c = rows_of_one()
    first = run([a, b, c])
    corrected = row("crimes:1", "KAYLEIGH", "WINTERS", "2009-03-12", "F", address="1 NEW RD", known=4)
    second = run([corrected, b, c], first, number=2)
    assert person(second, corrected) == person(first, a)


def test_an_unchanged_night_changes_nobody(run) -> None:
    first = run(rows_of_one())
    second = run(rows_of_one(), first, number=2)
    assert second.changed_people.to_pylist() == []
    assert second.tables["person_ledger"].equals(first.tables["person_ledger"])


def test_what_is_known_of_a_person_is_the_most_frequent_spelling(run) -> None:
    a, b, c = rows_of_one()
    typed = row("crimes:4", "KAYLIEGH", "WINTERS", "2009-12-03", "F", "+447700900001", known=5)
    result = run([a, b, c, typed])
    known = next(p for p in result.tables["persons"].to_pylist() if p["person_id"] == person(result, a))
    assert known["forenames"] == "Kayleigh"
    assert known["date_of_birth"] == dt.date(2009, 3, 12)
    assert known["appearances"] == 4


def test_explanations_add_up(run, world) -> None:
    from redshank.identity import explain

    others, _, epoch = world
    rows = rows_of_one()
    result = run(rows)
    appearances = pa.concat_tables([others, BETWEEN["appearances"].build(rows)])
    t = result.tables
    told = explain(
        person(result, rows[0]), appearances, t["person_of"], t["pairs"], epoch, t["person_ledger"]
    )
    assert len(told["appearances"]) == 3
    assert len(told["held_together_by"]) == 2
    for pair in told["held_together_by"]:
        assert sum(c["bits"] for c in pair["because"]) == pytest.approx(pair["bits"])
        assert all(c["words"] for c in pair["because"])


def test_nobody_at_all(engine, world) -> None:
    nobody = BETWEEN["appearances"].empty()
    epoch = new_epoch(nobody, engine)
    result = resolve(nobody, None, None, epoch, NO_JUDGEMENTS, NO_LEDGER, 1, engine)
    assert all(result.tables[name].num_rows == 0 for name in TABLES)
