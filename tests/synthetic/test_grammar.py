"""The templates: enough of them, all fillable, half of them withheld, none graphic."""

from __future__ import annotations

import re
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from redshank.synthetic import grammar
from redshank.synthetic.cast import Words, about_child
from redshank.synthetic.decoys import specs
from redshank.synthetic.ordinary import Columns, about
from redshank.synthetic.write import people_of

INDICATORS = [
    "missing_episode",
    "repeat_missing",
    "return_interview_overdue",
    "older_associate",
    "unexplained_gifts",
    "hotel_or_premises",
    "taxi_or_vehicle",
    "multiple_phones",
    "online_contact",
    "transported",
    "substance_supply",
    "school_absence",
    "concern_by_business",
    "associates_with_known_suspect",
    "county_lines",
    "disclosure",
    "multiple_suspects",
    "coercion_or_control",
    "unexplained_injury",
    "debt_or_threat",
]
TEMPLATES = [t for by in grammar.signals().values() for ts in by.values() for t in ts]
TEMPLATES += [t for ts in grammar.language().values() for t in ts]


@pytest.fixture(scope="module")
def people():
    return people_of("small", 3)[0]


@pytest.mark.parametrize("indicator", INDICATORS)
def test_each_indicator_has_a_dozen_ways_and_every_status(indicator):
    by = grammar.signals()[indicator]
    assert len(by["affirmed"]) >= 12
    assert all(len(by[s]) >= 3 for s in grammar.STATUSES)
    assert all(t.also[0] == (indicator, s) for s in grammar.STATUSES for t in by[s])


def test_no_other_indicator_or_status_is_named():
    assert sorted(grammar.signals()) == sorted(INDICATORS)
    for t in TEMPLATES + [line.template for spec in specs().values() for line in spec["lines"]]:
        assert all(name in INDICATORS and status in grammar.STATUSES for name, status in t.also)


def test_about_half_is_withheld():
    assert 0.4 < sum(t.withheld for t in TEMPLATES) / len(TEMPLATES) < 0.6


def test_every_template_fills_both_ways_without_a_hole(people):
    rng, py = np.random.default_rng(1), Random(1)
    child = int(people.ages["child"][0])
    for t in TEMPLATES:
        slots = Words(people, 0, py)
        about_child(slots, people, child, people.today * 86400, py)
        slots["c"] = "the child"
        columns = Columns(3, np.zeros(3, np.int64), people, rng)
        about(columns, people.ages["child"][:3], np.full(3, people.today * 86400), rng)
        for text in [grammar.fill(t, slots, py), *grammar.fill_many(t, 3, columns, rng).to_pylist()]:
            plain, _ = grammar.extract(text)
            assert plain
            assert not re.search(r"[{}\[\]<>|~\ue000\ue001]|  ", plain), plain


def test_a_template_gives_many_variants(people):
    py = Random(1)
    texts = set()
    for _ in range(300):
        t = py.choice(grammar.signals()["unexplained_gifts"]["affirmed"])
        texts.add(grammar.fill(t, Words(people, 0, py), py))
    assert len(texts) > 150


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("a[ b]", {"A", "A b"}),
        ("(x|y) z", {"X z", "Y z"}),
        ("(only one)", {"(only one)"}),
        ("a[ (b|c)]", {"A", "A b", "A c"}),
        ("x|y", {"X", "Y"}),
    ],
)
def test_the_little_language(line, texts):
    t, py = grammar.parse(line), Random(1)
    assert {grammar.fill(t, {}, py) for _ in range(60)} == texts
    assert set(grammar.fill_many(t, 60, {}, np.random.default_rng(1)).to_pylist()) == texts


def test_marks_of_a_phrase_are_taken_out_and_counted():
    text = grammar.fill(grammar.parse('He <ran away>. Mum: "he <does> it".'), {}, Random(1))
    plain, spans = grammar.extract(text)
    assert plain == 'He ran away. Mum: "he does it".'
    assert [(plain[a:b], q) for a, b, q in spans] == [("ran away", False), ("does", True)]


def test_an_unknown_slot_is_an_error():
    with pytest.raises(KeyError):
        grammar.fill(grammar.parse("{nobody}"), {}, Random(1))
    with pytest.raises(KeyError):
        grammar.fill_many(grammar.parse("{nobody}"), 1, {"x": pa.array(["y"])}, np.random.default_rng(1))
