"""What holds for any findings: order of rows changes nothing, perfect findings score one, figures are shares."""

from __future__ import annotations

import csv
import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.evaluate import evaluate

from .conftest import build, member, planted_group
from .test_figures import planted_signal, signal, span

NAMES = "ABCDEFGH"


@st.composite
def worlds(draw):
    """(found rows by table, truth rows by file): appearances, groups, signals and language, unrelated to each other."""
    n = draw(st.integers(1, 12))
    at = [
        {"delivery": "first", "record_type": "crimes", "record_ref": f"C{i // 2}", "row": i + 1}
        for i in range(n)
    ]
    people = [{**a, "person_id": f"p{draw(st.integers(0, 4))}", "probability": 1.0} for a in at]
    truth_people = [{"true_person": draw(st.sampled_from(NAMES)), **a} for a in at]
    groups = {
        (f"g{draw(st.integers(0, 2))}", f"p{draw(st.integers(0, 4))}") for _ in range(draw(st.integers(0, 8)))
    }
    planted = []
    for i in range(draw(st.integers(1, 3))):
        planted += planted_group(
            f"T{i}", " ".join(sorted(draw(st.sets(st.sampled_from(NAMES), min_size=1, max_size=4))))
        )
    kinds = st.tuples(
        st.sampled_from(["C1", "C2"]),
        st.sampled_from(["disclosure", "transported"]),
        st.sampled_from(["affirmed", "negated", "historic"]),
    )
    spans = st.tuples(st.sampled_from(["C1", "C2"]), st.integers(0, 9), st.integers(1, 5), st.booleans())
    found = {
        "people": people,
        "groups": [member(g, p) for g, p in sorted(groups)],
        "signals": [signal(*x) for x in draw(st.lists(kinds, max_size=6))],
        "language": [span(r, s, s + n, q) for r, s, n, q in draw(st.lists(spans, max_size=5))],
    }
    truth = {
        "people": truth_people,
        "groups": planted,
        "signals": [planted_signal(*x) for x in draw(st.lists(kinds, min_size=1, max_size=6))],
        "language": [span(r, s, s + n, q) for r, s, n, q in draw(st.lists(spans, min_size=1, max_size=5))],
    }
    return found, truth


def report_of(found, truth):
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in truth.items():
            with (Path(folder) / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        return evaluate(build(**found), Path(folder))


@given(worlds(), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_changes_nothing(world, seed):
    found, truth = world
    rng = random.Random(seed)
    shuffled = [{k: rng.sample(v, len(v)) for k, v in side.items()} for side in (found, truth)]
    assert report_of(*shuffled).as_dict() == report_of(found, truth).as_dict()


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_findings_that_are_the_truth_score_one(world):
    _, truth = world
    found = {
        "people": [{**r, "person_id": f"id-{r['true_person']}", "probability": 1.0} for r in truth["people"]],
        "groups": [
            member(f"g-{r['true_group']}", f"id-{r['true_person']}", role=r["role"]) for r in truth["groups"]
        ],
        "signals": [{**r, "rule": "x"} for r in truth["signals"]],
        "language": [{**r} for r in truth["language"]],
    }
    for r in found["signals"]:
        del r["withheld"], r["source"]
    f = report_of(found, truth).figures
    assert f["persons"]["f1"] in (1.0, None)
    assert f["signals"]["affirmed"]["f1"] in (1.0, None)
    assert f["signals"]["negated_as_affirmed"] in (0.0, None)
    assert (f["language"]["precision"], f["language"]["recall"], f["language"]["quoted"] is not None) == (
        1.0,
        1.0,
        True,
    )
    seen = {r["true_person"] for r in truth["people"]}
    if all(r["true_person"] in seen for r in truth["groups"]):
        assert (f["groups"]["share_found"], f["groups"]["share_false"]) == (1.0, 0.0)
        assert (f["groups"]["suspects_precision"], f["groups"]["suspects_recall"]) == (1.0, 1.0)


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_pairs_equal_counting_every_pair(world):
    found, truth = world
    who = {r["row"]: r["person_id"] for r in found["people"]}
    true = {r["row"]: r["true_person"] for r in truth["people"]}
    pairs = [(a, b) for a in who for b in who if a < b]
    said = {p for p in pairs if who[p[0]] == who[p[1]]}
    right = {p for p in pairs if true[p[0]] == true[p[1]]}
    f = report_of(found, truth).figures["persons"]
    assert (f["right"], f["wrong"], f["missed"]) == (len(said & right), len(said - right), len(right - said))


@given(worlds())
@settings(max_examples=40, deadline=None)
def test_every_share_lies_between_nought_and_one(world):
    for bar in report_of(*world).bars:
        assert bar.measured is None or 0 <= bar.measured <= 1
