"""Nights: a delta gives what a full run gives, ids survive, people's decisions are honoured."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plants import DECOYS, GROUPS, whole
from run import engine, groups, night
from world import AS_OF, START, World

from redshank.networks import make_links, propose
from redshank.stage import replace_rows
from redshank.tables import BETWEEN

PER_RECORD = (
    "records",
    "appearances",
    "vehicles",
    "phones",
    "person_of",
    "mention_links",
    "mentions",
    "signals",
)


def part_of(view, keys):
    wanted = pa.array(sorted(keys), pa.string())
    return {
        n: t.filter(pc.is_in(t["record_key"], value_set=wanted)) if n in PER_RECORD else t
        for n, t in view.items()
    }


def nights(view, batches, judgements=None):
    """Night after night, each with one batch more; the last night's tables."""
    state, ledger, seen, out = None, BETWEEN["group_ledger"].empty(), set(), {}
    links = BETWEEN["links"].empty()
    for number, batch in enumerate(batches, 1):
        seen |= set(batch)
        now = part_of(view, seen)
        touched = pa.array(sorted(batch), pa.string())
        links = replace_rows(links, "record_key", touched, make_links(now, touched, engine=engine()))
        out = propose(
            links, now["persons"], now, state, touched, ledger,
            judgements if judgements is not None else BETWEEN["judgements"].empty(), AS_OF + timedelta(days=number), number, engine(),
        )  # fmt: skip
        ledger = out["group_ledger"]
        state = {"links": links, **{n: out[n] for n in ("ties", "group_members", "group_evidence")}}
    return out, links


def without(table, *columns):
    return sorted(map(repr, table.drop_columns(list(columns)).to_pylist()))


@settings(max_examples=6, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 5))
def test_any_order_of_batches_gives_what_one_full_night_gives(rng, batches):
    w = World()
    names = sorted(GROUPS)
    for i, name in enumerate(rng.sample(names, 3)):
        GROUPS[name](w, f"g{i}", 3 + i)
    for i, name in enumerate(rng.sample(sorted(DECOYS), 3)):
        DECOYS[name](w, f"d{i}", 4 + i)
    view = w.view()
    keys = view["records"]["record_key"].to_pylist()
    rng.shuffle(keys)
    # Premises are known always and come with the first batch, as a register does.
    keys.sort(key=lambda k: not k.startswith("premises:"))
    cut = sorted(rng.sample(range(1, len(keys)), batches - 1))
    parts = [keys[a:b] for a, b in zip([0, *cut], [*cut, len(keys)], strict=True)]
    step, links = nights(view, parts)
    whole_run = night(view, ledger=step["group_ledger"])
    key = [
        ("context", "ascending"),
        ("node", "ascending"),
        ("record_key", "ascending"),
        ("role", "ascending"),
    ]
    assert links.sort_by(key).equals(whole_run["links"].sort_by(key))
    assert step["ties"].equals(whole_run["ties"])
    for name in ("group_members", "group_evidence"):
        assert step[name].equals(whole_run[name]), name
    for column in ("group_id", "suspects", "detected_on"):
        assert step["group_ledger"][column].equals(whole_run["group_ledger"][column])


def test_a_night_of_unrelated_records_looks_at_no_group():
    w, _, _ = whole()
    view = w.view()
    first = set(view["records"]["record_key"].to_pylist())
    a, b = w.adult("late-a"), w.adult("late-b")
    key = w.record("late", "crimes", 200, {a: "suspect", b: "victim"})
    out, _ = nights(w.view(), [first, {key}])
    assert out["counts"].written == 0
    assert out["counts"].carried == len(out["group_members"]) + len(out["group_evidence"])


def test_an_id_survives_growth_and_keeps_its_day():
    w = World()
    GROUPS["no_crime_weak"](w, "g", 5)
    first = night(w)
    ((old, _),) = groups(first).items()
    c = w.adult("g-late")
    for i in range(3):
        w.record(
            f"g-L{i}",
            "intelligence",
            60 + 9 * i,
            {c: "subject", "p-g-a": "subject", "p-g-c": "associate"},
            signals=["transported"],
            source_evaluation="1",
            intelligence_assessment="A",
        )
    second = night(w, first["group_ledger"], as_of=AS_OF + timedelta(days=9), run_no=2)
    ((new, (suspects, _)),) = groups(second).items()
    assert new == old
    assert c in suspects
    assert set(second["group_members"]["detected_on"].to_pylist()) == {AS_OF.date()}


def test_two_groups_that_become_one_leave_a_trace():
    w = World()
    GROUPS["recorded_crimes"](w, "g", 5)
    GROUPS["recorded_crimes"](w, "h", 9)
    first = night(w)
    assert len(groups(first)) == 2
    for i in range(3):
        w.record(
            f"x{i}",
            "crimes",
            70 + 20 * i,
            {"p-g-a": "suspect", "p-h-a": "suspect", "p-g-x": "victim"},
            flags="CSE",
        )
    second = night(w, first["group_ledger"], run_no=2)
    ((kept, _),) = groups(second).items()
    ledger = {r["group_id"]: r["merged_into"] for r in second["group_ledger"].to_pylist()}
    assert ledger == {kept: None, **{g: kept for g in groups(first) if g != kept}}


def judged(kind, group_id, at, **more):
    return BETWEEN["judgements"].build(
        [
            {
                "judgement_id": "j1",
                "kind": kind,
                "group_id": group_id,
                "by": "a person",
                "at": at,
                "reason": "looked",
                **more,
            }
        ]
    )


@pytest.fixture
def weak():
    w = World()
    GROUPS["no_crime_weak"](w, "g", 5)
    return w


def test_a_dismissed_group_stays_away_until_something_new_is_known_and_then_says_what(weak):
    first = night(weak)
    (group_id,) = groups(first)
    decision = judged("dismiss_group", group_id, START + timedelta(days=100))
    second = night(weak, first["group_ledger"], decision, run_no=2)
    assert groups(second) == {}
    assert second["group_ledger"]["dismissed"].to_pylist() == [True]
    weak.record(
        "g-NEW",
        "intelligence",
        120,
        {"p-g-a": "subject", "p-g-c": "associate"},
        signals=["transported"],
        source_evaluation="1",
        intelligence_assessment="A",
    )
    third = night(weak, second["group_ledger"], decision, run_no=3)
    assert list(groups(third)) == [group_id]
    assert (
        "proposed again on new evidence: intelligence report g-NEW"
        in third["group_members"]["sentence"][0].as_py()
    )
    assert third["group_ledger"]["dismissed"].to_pylist() == [False]


def test_a_dismissal_taken_back_is_none(weak):
    first = night(weak)
    (group_id,) = groups(first)
    at = START + timedelta(days=100)
    decision = judged("dismiss_group", group_id, at, withdrawn_at=at + timedelta(days=1))
    assert list(groups(night(weak, first["group_ledger"], decision, run_no=2))) == [group_id]


def test_a_confirmed_group_says_so(weak):
    first = night(weak)
    (group_id,) = groups(first)
    out = night(
        weak, first["group_ledger"], judged("confirm_group", group_id, START + timedelta(days=100)), run_no=2
    )
    assert set(out["group_members"]["basis"].to_pylist()) == {"confirmed"}
    assert set(first["group_members"]["basis"].to_pylist()) == {"proposed"}
