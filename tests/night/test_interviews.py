"""Interviews owed come first, the latest return first; what was held late is told for four weeks, then counted."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from redshank.night.interviews import owed
from redshank.night.summary import _rose

NOW = datetime(2026, 3, 31, 6, tzinfo=UTC)


def ago(days):
    return NOW - timedelta(days=days)


def world(episodes):
    """(reference, days since the return, days since the interview or None)"""
    keys = [f"missing_episodes:{e[0]}" for e in episodes]
    patterns = pa.table(
        {
            "record_key": keys,
            "record_ref": [e[0] for e in episodes],
            "text": ["held late" if e[2] is not None else "no interview" for e in episodes],
            "signal_id": [f"s-{e[0]}" for e in episodes],
            "indicator": ["return_interview_overdue"] * len(episodes),
        }
    )
    time = pa.timestamp("us", tz="UTC")
    records = pa.table(
        {
            "record_key": keys,
            "returned_at": pa.array([ago(e[1]) for e in episodes], time),
            "return_interview_at": pa.array([None if e[2] is None else ago(e[2]) for e in episodes], time),
        }
    )
    ids = [f"a{i}" for i in range(len(episodes))]
    appearances = pa.table({"record_key": keys, "appearance_id": ids, "role": ["missing"] * len(ids)})
    person_of = pa.table({"appearance_id": ids, "person_id": [f"p{i}" for i in range(len(ids))]})
    return patterns, {"records": records, "appearances": appearances}, person_of


def test_owed_first_then_held_late_within_four_weeks_then_counted():
    found = owed(
        *world([("M1", 300, None), ("M2", 10, 2), ("M3", 200, 190), ("M4", 5, None)]),
        {"p3": "Grace (15)"},
        NOW,
    )
    assert [e["record_ref"] for e in found["episodes"]] == ["M4", "M1", "M2"]
    assert (found["count"], found["open"], found["held_late_before"]) == (4, 2, 1)
    assert found["episodes"][0]["name"] == "Grace (15)"
    assert found["episodes"][1]["name"] == "name not recorded"


def test_nothing_owed():
    found = owed(*world([]), {}, NOW)
    assert (found["count"], found["open"], found["episodes"]) == (0, 0, [])


def test_a_rise_is_told_on_the_morning_after_it_and_not_for_four_weeks():
    def scores(**rows):
        return pa.table(
            {
                "person_id": pa.array(list(rows), pa.string()),
                "score": pa.array(list(rows.values()), pa.int64()),
            }
        )

    assert _rose(scores(a=40, b=20, c=10), scores(a=40, b=30, c=8, d=5)) == {"b", "d"}
    assert _rose(scores(), scores(a=0)) == {"a"}
