"""What must not change a group: order of rows, names, dates, a delivery twice, unrelated records."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from plants import whole
from run import groups, night


def told(out):
    """Groupings with all that is told of them, ids and days of detection left out."""
    rows = out["group_members"].drop_columns(["group_id", "detected_on"]).to_pylist()
    return sorted(map(repr, rows))


@pytest.fixture(scope="module")
def base():
    return night(whole()[0])


def test_shuffled_rows_give_the_same_tables(base):
    for seed in (1, 2):
        again = night(whole()[0].view(random.Random(seed)))
        for name in ("links", "ties", "group_members", "group_evidence", "group_ledger"):
            assert again[name].equals(base[name]), name


def test_renamed_people_are_the_same_groups(base):
    w, _, _ = whole(rename="z")
    found = groups(night(w))

    def plain(ids):
        return frozenset(i if i.startswith("unidentified-") else i.replace("p-z", "p-", 1) for i in ids)

    assert {(plain(a), plain(b)) for a, b in found.values()} == set(groups(base).values())


def test_dates_moved_by_a_hundred_days_are_the_same_groups(base):
    w, _, _ = whole(shift=100)
    assert sorted(map(repr, groups(night(w)).values())) == sorted(map(repr, groups(base).values()))


def test_another_first_day_finds_the_same_groups(base):
    """Nothing hangs on which weekday or month things fell."""
    w, _, _ = whole(seed=11)
    assert set(groups(night(w)).values()) == set(groups(base).values())


def test_rows_that_stand_twice_tell_no_more(base):
    view = whole()[0].view()
    for name in ("vehicles", "phones"):
        view[name] = pa.concat_tables([view[name], view[name]])
    again = night(view)
    assert told(again) == told(base)
