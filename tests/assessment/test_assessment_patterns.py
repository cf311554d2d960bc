"""Pattern signals, drawn as small tables: who is who decides, not what one row says."""

from __future__ import annotations

import pytest
from assessment_world import CONFIG, when, world

from redshank.assessment import clocks, pattern_signals
from redshank.oracle import assessment as oracle

NOW = when("2026-04-01")

CASES = {
    "three episodes in ninety days, the child known by another row's birth date": (
        """
        key                 | at         | returned_at
        missing_episodes:M1 | 2026-01-01 | 2026-01-02
        missing_episodes:M2 | 2026-02-01 | 2026-02-02
        missing_episodes:M3 | 2026-03-31 | 2026-04-01
        """,
        """
        key                 | who | role    | born
        missing_episodes:M1 | a   | missing |
        missing_episodes:M2 | a   | missing | 2012-05-05
        missing_episodes:M3 | a   | missing |
        """,
        {
            ("missing_episodes:M1", "missing_episode"),
            ("missing_episodes:M1", "return_interview_overdue"),
            ("missing_episodes:M2", "missing_episode"),
            ("missing_episodes:M2", "return_interview_overdue"),
            ("missing_episodes:M3", "missing_episode"),
            ("missing_episodes:M3", "repeat_missing"),
        },
    ),
    "a day more than ninety is no repetition": (
        """
        key                 | at         | returned_at | return_interview_at
        missing_episodes:M1 | 2025-12-31 | 2026-01-02  | 2026-01-03
        missing_episodes:M2 | 2026-02-01 | 2026-02-02  | 2026-02-03
        missing_episodes:M3 | 2026-04-01 | 2026-04-01  |
        """,
        """
        key                 | who | role    | born
        missing_episodes:M1 | a   | missing | 2012-05-05
        missing_episodes:M2 | a   | missing |
        missing_episodes:M3 | a   | missing |
        """,
        {(f"missing_episodes:M{i}", "missing_episode") for i in (1, 2, 3)},
    ),
    "an adult, and somebody of unknown age, are no missing child": (
        """
        key                 | at         | returned_at
        missing_episodes:M1 | 2026-01-01 | 2026-01-02
        missing_episodes:M2 | 2026-01-01 | 2026-01-02
        """,
        """
        key                 | who | role    | born
        missing_episodes:M1 | a   | missing | 1980-05-05
        missing_episodes:M2 | b   | missing |
        """,
        set(),
    ),
    "unknown age, but the record says looked after": (
        """
        key                 | at         | returned_at | return_interview_at
        missing_episodes:M1 | 2026-01-01 | 2026-01-02  | 2026-01-04
        """,
        """
        key                 | who | role    | care_status
        missing_episodes:M1 | a   | missing | Looked after child
        """,
        {("missing_episodes:M1", "missing_episode")},
    ),
    "an interview held late stays on the episode": (
        """
        key                 | at         | returned_at | return_interview_at
        missing_episodes:M1 | 2026-01-01 | 2026-01-02  | 2026-01-08
        """,
        """
        key                 | who | role    | born
        missing_episodes:M1 | a   | missing | 2012-05-05
        """,
        {("missing_episodes:M1", "missing_episode"), ("missing_episodes:M1", "return_interview_overdue")},
    ),
    "an older associate; five years to the day": (
        """
        key          | at
        incidents:I1 | 2026-01-01
        incidents:I2 | 2026-01-01
        """,
        """
        key          | who | role      | born
        incidents:I1 | a   | subject   | 2009-05-05
        incidents:I1 | b   | associate | 2004-05-05
        incidents:I2 | a   | subject   |
        incidents:I2 | c   | associate | 2004-05-06
        """,
        {("incidents:I1", "older_associate")},
    ),
    "family, carer, professional and household are no associates": (
        """
        key          | at
        incidents:I1 | 2026-01-01
        incidents:I2 | 2026-01-01
        incidents:I3 | 2026-01-01
        """,
        """
        key          | who | role         | born       | relationship   | address_std | postcode
        incidents:I1 | a   | subject      | 2011-05-05 |                | 1 HIGH ST   | ZZ1 1AA
        incidents:I1 | b   | associate    | 1990-05-05 | Step-father    | 9 LOW ST    | ZZ1 1AB
        incidents:I2 | a   | subject      |            |                | 1 HIGH ST   | ZZ1 1AA
        incidents:I2 | c   | associate    | 1990-05-05 |                | 1 HIGH ST   | ZZ1 1AA
        incidents:I3 | a   | subject      |            |                |             |
        incidents:I3 | d   | professional | 1990-05-05 |                |             |
        """,
        set(),
    ),
    "a person suspected in an earlier record, and the same the other way round in time": (
        """
        key             | at         | offence
        crimes:C1       | 2026-01-01 | Sexual activity with a child
        intelligence:N1 | 2026-02-01 |
        intelligence:N0 | 2025-12-01 |
        """,
        """
        key             | who | role      | born
        crimes:C1       | x   | suspect   | 1999-01-01
        crimes:C1       | v   | victim    | 2011-01-01
        intelligence:N1 | x   | associate |
        intelligence:N1 | a   | subject   | 2011-05-05
        intelligence:N0 | x   | other     |
        intelligence:N0 | a   | subject   | 2011-05-05
        """,
        {("intelligence:N1", "associates_with_known_suspect"), ("intelligence:N1", "older_associate")},
    ),
    "a suspect in a theft is nobody already suspected of this; the offender list is": (
        """
        key                      | at         | offence | list
        crimes:C1                | 2026-01-01 | Theft   |
        vulnerability_entries:V1 | 2026-01-01 |         | offender
        intelligence:N1          | 2026-02-01 |         |
        intelligence:N2          | 2026-02-01 |         |
        """,
        """
        key                      | who | role    | born
        crimes:C1                | x   | suspect |
        vulnerability_entries:V1 | y   | subject |
        intelligence:N1          | x   | associate |
        intelligence:N1          | a   | subject | 2011-05-05
        intelligence:N2          | y   | associate |
        intelligence:N2          | a   | subject | 2011-05-05
        """,
        {("intelligence:N2", "associates_with_known_suspect")},
    ),
    "a child who saw what a suspect did was in nobody's company, nor with whoever stands there as other": (
        """
        key             | at         | offence
        crimes:C1       | 2026-01-01 | Sexual activity with a child
        crimes:C2       | 2026-02-01 | Theft
        intelligence:N1 | 2026-02-01 |
        intelligence:N2 | 2026-02-01 |
        """,
        """
        key             | who | role      | born
        crimes:C1       | x   | suspect   |
        crimes:C2       | x   | suspect   |
        crimes:C2       | a   | witness   | 2011-05-05
        intelligence:N1 | x   | other     |
        intelligence:N1 | a   | subject   | 2011-05-05
        intelligence:N2 | x   | associate |
        intelligence:N2 | a   | other     | 2011-05-05
        """,
        set(),
    ),
    "two suspects of a crime with a child victim; with an adult victim none": (
        """
        key       | at         | offence
        crimes:C1 | 2026-01-01 | Assault
        crimes:C2 | 2026-01-01 | Assault
        """,
        """
        key       | who | role    | born
        crimes:C1 | a   | victim  | 2011-05-05
        crimes:C1 | x   | suspect |
        crimes:C1 | y   | suspect |
        crimes:C2 | b   | victim  | 1981-05-05
        crimes:C2 | x   | suspect |
        crimes:C2 | y   | suspect |
        """,
        {("crimes:C1", "multiple_suspects")},
    ),
}


def found(w, **kw):
    return pattern_signals(w.view, w.person_of, w.persons, NOW, CONFIG, mention_links=w.mention_links, **kw)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("engine", ["oracle", "ours"])
def test_specification(name, engine):
    records, people, expected = CASES[name]
    w = world(records, people)
    rows = found(w).to_pylist() if engine == "ours" else oracle.pattern_signals(w.rows, NOW, CONFIG)
    assert {(r["record_key"], r["indicator"]) for r in rows} == expected


@pytest.mark.parametrize("name", CASES)
def test_words_and_ids_equal_the_oracle(name):
    w = world(*CASES[name][:2])
    ours = {(r["record_key"], r["rule"], r["text"], r["signal_id"]) for r in found(w).to_pylist()}
    theirs = oracle.pattern_signals(w.rows, NOW, CONFIG)
    assert ours == {(r["record_key"], r["rule"], r["text"], r["signal_id"]) for r in theirs}


def test_a_field_hit_is_not_said_twice():
    w = world(
        "key|at\nmissing_episodes:M1|2026-03-31",
        "key|who|role|born\nmissing_episodes:M1|a|missing|2012-05-05",
        "key|indicator|rule\nmissing_episodes:M1|missing_episode|field:missing-child",
    )
    assert found(w).num_rows == 1
    assert found(w, signals=w.signals).num_rows == 0


def test_touched_persons_give_the_rows_of_their_records_alone():
    records, people, _ = CASES[
        "a person suspected in an earlier record, and the same the other way round in time"
    ]
    w = world(records, people)
    full = found(w).to_pylist()
    for person, keys in {"v": {"crimes:C1"}, "a": {"intelligence:N1", "intelligence:N0"}}.items():
        part = found(w, touched=[person]).to_pylist()
        assert part == [r for r in full if r["record_key"] in keys]


def test_the_clock_of_72_hours():
    w = world(
        "key|at|returned_at\nmissing_episodes:M1|2026-03-28|2026-03-30T06:00",
        "key|who|role|born\nmissing_episodes:M1|a|missing|2012-05-05",
    )
    assert [r["indicator"] for r in found(w).to_pylist()] == ["missing_episode"]
    at = clocks(w.view, NOW, CONFIG)["stale_at"][0].as_py()
    assert at == when("2026-04-02T06:00:00.000001")
    later = pattern_signals(w.view, w.person_of, w.persons, at, CONFIG)
    assert "return_interview_overdue" in later["indicator"].to_pylist()
    sooner = pattern_signals(w.view, w.person_of, w.persons, when("2026-04-02T06:00"), CONFIG)
    assert "return_interview_overdue" not in sooner["indicator"].to_pylist()
