"""What cannot wait for the daily meeting, with its reason and both records."""

from __future__ import annotations

import pytest
from assessment_world import CONFIG, groups, when, world

from redshank.assessment import STAGE, cannot_wait, children
from redshank.tables import BETWEEN, FINDINGS

NOW = when("2026-06-01T05:00")
RECORDS = """
key                 | at               | returned_at | location
missing_episodes:M1 | 2026-05-31T20:00 |             |
incidents:I1        | 2026-04-01       |             |
incidents:I2        | 2026-06-01T01:00 |             | 4 Quay Street
"""
PEOPLE = """
key                 | who | role      | born
missing_episodes:M1 | a   | missing   | 2012-01-01
incidents:I1        | x   | subject   | 1990-01-01
"""
GROUP = {"group_id": "g1", "strength": 0.8, "kind": "candidate", "detected_on": when("2026-05-01").date(),
         "first_evidence_at": when("2026-04-01")}  # fmt: skip
EVIDENCE = [
    {"group_id": "g1", "person_a": "a", "person_b": "x", "record_type": "incidents", "record_ref": "I1"}
]


def items(records=RECORDS, people=PEOPLE, members=(), signals="", now=NOW, mentions=None):
    w = world(records, people, signals, mentions=mentions)
    given = groups([{**GROUP, "person_id": p, "role": r} for p, r in members])
    rows = children(w.signals, w.view, w.person_of, w.persons, None, given, now, CONFIG).rows
    evidence = FINDINGS["group_evidence"].build(EVIDENCE)
    found = cannot_wait(
        rows, given, w.view, w.person_of, w.persons, now, CONFIG, group_evidence=evidence, mentions=w.mentions
    )
    return [(r["code"], r["person_id"], r["record_a"], r["record_b"]) for r in found.to_pylist()]


def test_missing_now_and_in_a_proposed_group():
    assert items(members=[("a", "child"), ("x", "suspect")]) == [
        ("missing_in_group", "a", "missing_episodes:M1", "incidents:I1")
    ]


def test_the_episode_names_a_proposed_person_of_concern():
    people = PEOPLE + "missing_episodes:M1 | x | associate |"
    assert items(people=people, members=[("x", "suspect")]) == [
        ("missing_with_member", "a", "missing_episodes:M1", "incidents:I1")
    ]


def test_the_episode_names_premises_of_a_proposed_group():
    said = {"kind": "premises", "value": "P1", "start": 0, "end": 3, "negated": False}
    both = [{**said, "record_key": "missing_episodes:M1"}, {**said, "record_key": "incidents:I1"}]
    assert items(members=[("x", "suspect")], mentions=both) == [
        ("missing_at_group_place", "a", "missing_episodes:M1", "incidents:I1")
    ]
    denied = [both[0], {**both[1], "negated": True}]
    assert items(members=[("x", "suspect")], mentions=denied) == []


def test_a_record_since_then_names_an_address():
    people = PEOPLE + "incidents:I2 | a | subject |"
    assert items(people=people) == [("missing_known_address", "a", "missing_episodes:M1", "incidents:I2")]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("2026-05-31T20:00 |             |", "2026-05-31T20:00 | 2026-06-01T04:00 |"), "back already"),
        (("2012-01-01", "2008-01-01"), "no child any more"),
    ],
)
def test_not_listed(change, why):
    records, people = RECORDS.replace(*change), PEOPLE.replace(*change)
    assert items(records, people, members=[("a", "child"), ("x", "suspect")]) == [], why


def test_a_return_after_as_of_is_not_known_yet():
    records = RECORDS.replace("2026-05-31T20:00 |             |", "2026-05-31T20:00 | 2026-06-01T06:00 |")
    assert len(items(records, members=[("a", "child"), ("x", "suspect")])) == 1


@pytest.mark.parametrize(
    ("born", "at", "expected"),
    [("2014-01-01", "2026-05-20", 1), ("2012-01-01", "2026-05-20", 0), ("2014-01-01", "2026-03-01", 0)],
)
def test_under_thirteen_with_recent_signs_of_harm(born, at, expected):
    found = items(
        f"key|at\npartner_referrals:R1|{at}",
        f"key|who|role|born\npartner_referrals:R1|a|subject|{born}",
        signals="key|indicator\npartner_referrals:R1|disclosure",
    )
    assert found == [("under_13_harm", "a", "partner_referrals:R1", "partner_referrals:R1")] * expected


def test_the_stage_declares_tables_that_exist():
    known = set(BETWEEN) | {f"findings.{name}" for name in FINDINGS}
    assert set(STAGE.reads) | set(STAGE.writes) <= known
    assert set(STAGE.keys) == set(STAGE.writes)
