"""A record that names a child does not make every sentence in it one about the child."""

import datetime as dt

import pyarrow as pa
import pytest

from redshank.signals import adults_of
from redshank.signals.ready import signal_engine

DAY = dt.date(2026, 3, 1)
OTHERS = """
Informant had just bought a new phone and did not know the number.
Witness was staying at the hotel for work.
£300 in cash and a bank card were handed in separately, not connected.
Taxi paid for by the force to get witness home.
Passed to volume crime desk for allocation.
18:35 Youths kicking a ball against garages.
Tenant was threatened by his landlord over the rent.
""".strip().splitlines()
CHILD = """
Informant says the girl has a new phone and could not say where it came from.
Found at a hotel with two unknown males.
Has a second handset that staff had not seen before.
Caller states she was threatened by an older male.
""".strip().splitlines()


@pytest.mark.parametrize("text", OTHERS)
def test_somebody_else_or_a_thing_is_no_sign(text):
    assert not signal_engine().read(text, "incidents", DAY, names_child=True)


@pytest.mark.parametrize("text", CHILD)
def test_a_child_or_no_subject_is_one(text):
    assert signal_engine().read(text, "incidents", DAY, names_child=True)


def test_a_record_of_adults_needs_a_stated_child():
    said = "Has not been seen since Tuesday."
    assert signal_engine().read(said, "missing_episodes", DAY)
    assert not signal_engine().read(said, "missing_episodes", DAY, names_child=False)
    assert signal_engine().read("The boy has not been seen since Tuesday.", "crimes", DAY, names_child=False)


def test_a_condition_reaches_over_its_clauses():
    text = "If the girl is not home by ten, the carer will report her missing."
    hits = signal_engine().read(text, "incidents", DAY, names_child=True)
    assert {h.status for h in hits} == {"hypothetical"}


def test_adults_are_known_by_birth_date_only():
    at = [dt.datetime(2026, 3, 1, tzinfo=dt.UTC)] * 3
    records = pa.table(
        {"record_key": ["a", "b", "c"], "record_type": ["crimes"] * 3, "event_at": at, "own_at": at}
    )
    people = pa.table(
        {
            "record_key": ["a", "b", "b", "c"],
            "role": ["victim", "victim", "suspect", "victim"],
            "date_of_birth": [dt.date(1980, 1, 1), dt.date(2012, 1, 1), dt.date(1980, 1, 1), None],
            "dob_placeholder": [False, False, False, False],
        }
    )
    assert adults_of(records, people) == ["a"]
