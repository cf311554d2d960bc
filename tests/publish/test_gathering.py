"""Columns gathered at once say what a loop over the rows would."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redshank.publish.gathering import Gathered, first_of, json_of, mapped, numbered
from redshank.web.searching import folding

ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=40
)
TEXTS = pa.array([json.dumps(x) for x in ('r"0', "ré1", "r2", "r3", "r4", "r5", "r6")])


def looped(rows, most):
    """Each group's different places, highest first, in the order in which the groups were first met."""
    found: dict[str, set[int]] = {}
    for group, place, _ in rows:
        found.setdefault(group, set()).add(place)
    return [(sorted(places, reverse=True)[:most], len(places)) for places in found.values()]


@given(ROWS, st.integers(1, 8))
def test_each_group_lists_its_different_records_newest_first(rows, most):
    of = numbered(pa.array([r[0] for r in rows]))
    found = Gathered(of, np.array([r[1] for r in rows]))
    listed, wanted = found.listed(TEXTS, most).to_pylist(), looped(rows, most)
    assert listed == [json.dumps([json.loads(TEXTS[p].as_py()) for p in places]) for places, _ in wanted]
    assert found.totals().to_pylist() == [total for _, total in wanted]


@given(ROWS)
def test_of_rows_that_agree_in_everything_the_first_stands(rows):
    of = numbered(pa.array([r[0] for r in rows]))
    found = Gathered(of, *(np.array([r[n] for r in rows]) for n in (1, 2)))
    by_row = pa.array([str(n) for n in range(len(rows))])
    firsts: dict[tuple[str, int, int], int] = {}
    for n, row in enumerate(rows):
        firsts.setdefault(row, n)
    groups = list(dict.fromkeys(r[0] for r in rows))
    wanted = [[n for (g, _, _), n in sorted(firsts.items(), key=lambda x: (-x[0][1], -x[0][2])) if g == group] for group in groups]  # fmt: skip
    assert found.listed(by_row, 100, of_rows=True).to_pylist() == [
        f"[{', '.join(map(str, w))}]" for w in wanted
    ]


@given(ROWS)
def test_the_first_of_each_group_has_the_lowest_rank_and_stood_first(rows):
    of, rank = numbered(pa.array([r[0] for r in rows])), np.array([r[1] for r in rows])
    groups = list(dict.fromkeys(r[0] for r in rows))
    wanted = [min((r[1], n) for n, r in enumerate(rows) if r[0] == group)[1] for group in groups]
    assert first_of(of, rank).tolist() == wanted
    assert first_of(of).tolist() == [[r[0] for r in rows].index(group) for group in groups]


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=30))
def test_rows_have_one_number_where_both_texts_agree(rows):
    of = numbered(*(pa.chunked_array([pa.array([r[n] for r in rows], pa.string())]) for n in (0, 1)))
    different = list(dict.fromkeys(rows))
    assert of.tolist() == [different.index(r) for r in rows]


def test_a_group_without_rows_lists_nothing():
    found = Gathered(np.array([2]), np.array([0]), groups=4)
    assert found.joined(TEXTS, 5, " ").to_pylist() == ["", "", TEXTS[0].as_py(), ""]
    assert found.totals().to_pylist() == [0, 0, 1, 0]


def test_what_is_not_recorded_stays_so():
    assert mapped(pa.chunked_array([["a", None], ["a"]]), str.upper).to_pylist() == ["A", None, "A"]
    assert json_of(pa.array(['"', None])).to_pylist() == ['"\\""', None]


@pytest.mark.parametrize("third", "0123456789")
@given(st.text("0123456789", min_size=8, max_size=8))
def test_a_mobile_number_is_said_as_the_library_says_it(third, rest):
    import phonenumbers

    digits = f"447{third}{rest}"
    parsed = phonenumbers.parse(f"+{digits}", "GB")
    said = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    assert folding.number_words(digits) == (said if phonenumbers.is_possible_number(parsed) else digits)
