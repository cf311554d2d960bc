"""Replay: each night sees only its past, the current run stays as it was, and the last night equals a night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from redshank import night, records
from redshank.errors import UsageError
from redshank.store import Store

from .conftest import findings
from .test_full_equals_nights import groupings


def replayed(home, days: int, every: int) -> dict:
    store = Store.open(home)
    start = records.last_record_time(store) - timedelta(days=days)
    with store.writing():
        return night.replay(store, start, every=every, progress=lambda *_: None)


def test_a_replay_leaves_the_current_run_alone_and_is_kept_beside_it(home):
    before = findings(home)
    report = replayed(home, days=30, every=10)
    assert report["name"] == "replay-1"
    assert report["nights"] == 4
    assert all(findings(home)[n].equals(before[n]) for n in before)
    told = findings(home, "replay-1")
    assert told["people"].num_rows == before["people"].num_rows
    # The replay's statistics were frozen on other days, so a few people on the edge fall otherwise.
    same = groupings(told) & groupings(before)
    assert len(same) >= 0.95 * len(groupings(before))


def test_detected_on_is_the_night_that_first_proposed_the_group(home):
    replayed(home, days=60, every=6)
    rows = findings(home, "replay-1")["groups"].to_pylist()
    days = {r["group_id"]: r["detected_on"] for r in rows}
    last = records.last_record_time(Store.open(home)).date()
    assert len(days) >= 3
    assert any(day < last - timedelta(days=20) for day in days.values())
    for row in rows:
        assert row["first_evidence_at"].date() <= row["detected_on"] <= last


def test_a_replay_that_starts_after_the_last_record_is_refused(home):
    store = Store.open(home)
    start = records.last_record_time(store) + timedelta(days=1)
    with store.writing(), pytest.raises(UsageError, match="after the last record"):
        night.replay(store, start, every=1, progress=lambda *_: None)


def test_a_run_that_does_not_exist_is_named_with_those_that_do(home):
    with pytest.raises(UsageError, match="no such run"):
        findings(home, "replay-9")
