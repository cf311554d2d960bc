"""What one record's own fields show."""

import datetime as dt

from redshank.signals import children_of, field_signals
from redshank.tables import BETWEEN

T = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def record(kind: str, **more) -> dict:
    return {
        "record_key": f"{kind}:1",
        "record_type": kind,
        "record_ref": "1",
        "own_at": T,
        "event_at": T,
        **more,
    }


def person(kind: str, role: str, born: dt.date | None, placeholder: bool = False) -> dict:
    return {
        "appearance_id": 1,
        "record_key": f"{kind}:1",
        "role": role,
        "date_of_birth": born,
        "dob_placeholder": placeholder,
    }


def found(records, people=(), numbers=()):
    rows = field_signals(
        BETWEEN["records"].build(list(records)),
        BETWEEN["appearances"].build(list(people)),
        BETWEEN["phones"].build([{"record_key": k, "number": n} for k, n in numbers]),
        BETWEEN["vehicles"].empty(),
    ).to_pylist()
    assert all(r["rule"].startswith("field:") and r["start"] is None for r in rows)
    return {r["indicator"] for r in rows}


def test_a_missing_child():
    assert found(
        [record("missing_episodes")], [person("missing_episodes", "missing", dt.date(2008, 3, 2))]
    ) == {"missing_episode"}


def test_eighteen_on_the_day_is_no_child():
    assert (
        found([record("missing_episodes")], [person("missing_episodes", "missing", dt.date(2008, 3, 1))])
        == set()
    )


def test_a_placeholder_birth_date_says_nothing():
    people = [person("missing_episodes", "missing", dt.date(2015, 1, 1), True)]
    assert (
        children_of(
            BETWEEN["records"].build([record("missing_episodes")]), BETWEEN["appearances"].build(people)
        )
        == []
    )


def test_a_late_return_interview():
    late = record("missing_episodes", returned_at=T, return_interview_at=T + dt.timedelta(hours=73))
    due = record("missing_episodes", returned_at=T, return_interview_at=T + dt.timedelta(hours=72))
    people = [person("missing_episodes", "missing", dt.date(2011, 5, 5))]
    assert "return_interview_overdue" in found([late], people)
    assert "return_interview_overdue" not in found([due], people)


def test_a_detained_child_with_two_phones_and_a_supply_offence():
    people = [person("custody", "detained", dt.date(2010, 5, 5))]
    row = record("custody", offence="Possession with intent to supply a controlled drug of class A")
    assert found([row], people, [("custody:1", "+447700900123"), ("custody:1", "+447700900124")]) == {
        "multiple_phones",
        "county_lines",
    }
    assert found([row], people, [("custody:1", "+447700900123")] * 2) == {"county_lines"}
    assert found([record("custody", offence="Theft")], people) == set()


def test_codes_that_quote_makesafe():
    assert found([record("incidents", closing_code="OP MAKESAFE")]) == {"concern_by_business"}
    assert found([record("incidents", closing_code="Make-safe")]) == {"concern_by_business"}
