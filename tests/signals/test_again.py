"""The second reading: a text about somebody whom only other records show to be a child."""

import datetime as dt

import pyarrow as pa
import pytest

from redshank.publish.editions import _known_without
from redshank.publish.second_reading import known_from
from redshank.signals import KNOWN_CHILD, children_known, read_again, scan
from redshank.tables import BETWEEN

T = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
CHILD, ADULT = dt.date(2013, 5, 6), dt.date(1985, 5, 6)
TEXT = "Kayleigh was picked up outside the takeaway by an unknown male in a silver Vauxhall."


def records(**texts: str) -> pa.Table:
    rows = [
        {"record_key": f"incidents:{ref}", "record_type": "incidents", "record_ref": ref, "own_at": T, "event_at": T, "text": text}
        for ref, text in texts.items()
    ]  # fmt: skip
    return BETWEEN["records"].build(rows)


def rows(*people: tuple[str, str, dt.date | None], placeholder: bool = False) -> pa.Table:
    return BETWEEN["appearances"].build(
        [
            {"appearance_id": n, "record_key": f"incidents:{ref}", "role": role, "date_of_birth": born, "dob_placeholder": placeholder}
            for n, (ref, role, born) in enumerate(people)
        ]
    )  # fmt: skip


def who(*pairs: tuple[int, str, str]) -> pa.Table:
    return BETWEEN["person_of"].build(
        [{"appearance_id": n, "record_key": f"incidents:{ref}", "person_id": p} for n, ref, p in pairs]
    )


def persons(**born: dt.date | None) -> pa.Table:
    return BETWEEN["persons"].build([{"person_id": p, "date_of_birth": b} for p, b in born.items()])


def links(*pairs: tuple[str, str]) -> pa.Table:
    return BETWEEN["mention_links"].build(
        [{"record_key": f"incidents:{ref}", "start": 0, "end": 8, "person_id": p, "probability": 0.9} for ref, p in pairs]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("people", "born", "named", "known"),
    [
        ((("A", "subject", None),), {"p": CHILD}, (), True),
        ((("A", "subject", None),), {"p": ADULT}, (), False),
        ((("A", "subject", None),), {"p": None}, (), False),
        ((("A", "informant", None),), {"p": CHILD}, (), False),  # who rings is not whom it is about
        ((("A", "subject", ADULT),), {"p": CHILD}, (), False),  # the row's own birth date goes first
        ((), {"p": CHILD}, (("A", "p"),), True),
        ((), {"p": ADULT}, (("A", "p"),), False),
    ],
)
def test_who_is_known_as_a_child_from_another_record(people, born, named, known):
    view = rows(*people)
    got = children_known(records(A=TEXT), view, who((0, "A", "p")), persons(**born), links(*named))
    assert got == (["incidents:A"] if known else [])


def test_a_placeholder_birth_date_leaves_it_to_the_other_records():
    view = rows(("A", "subject", dt.date(1900, 1, 1)), placeholder=True)
    assert children_known(records(A=TEXT), view, who((0, "A", "p")), persons(p=CHILD), links()) == [
        "incidents:A"
    ]


def test_eighteen_on_the_day_is_no_child():
    view, day = rows(("A", "subject", None)), dt.date(2008, 3, 1)
    assert children_known(records(A=TEXT), view, who((0, "A", "p")), persons(p=day), links()) == []


def test_what_waited_for_a_child_is_found_once_one_is_known_and_says_by_what():
    some = records(A=TEXT, B=TEXT)
    first = scan(some)["signals"]
    assert "taxi_or_vehicle" not in first["indicator"].to_pylist()
    found = read_again(some, ["incidents:A"], first)
    assert set(found["record_key"].to_pylist()) == {"incidents:A"}
    assert "taxi_or_vehicle" in found["indicator"].to_pylist()
    assert all(r.startswith(KNOWN_CHILD) for r in found["rule"].to_pylist())
    (hit,) = (r for r in found.to_pylist() if r["indicator"] == "taxi_or_vehicle")
    assert TEXT[hit["start"] : hit["end"]] == hit["text"]


def test_what_the_first_reading_found_is_not_found_twice():
    some = records(
        A="The girl, 13, was picked up outside the takeaway by an unknown male in a silver Vauxhall."
    )
    first = scan(some)["signals"]
    assert "taxi_or_vehicle" in first["indicator"].to_pylist()
    assert read_again(some, ["incidents:A"], first).num_rows == 0


def test_each_hit_has_one_id_and_it_differs_from_the_first_reading_s():
    some = records(A=TEXT)
    again = read_again(some, ["incidents:A"], BETWEEN["signals"].empty())
    known = scan(some, children=["incidents:A"])["signals"]
    assert again.num_rows == known.num_rows > 0
    assert not set(again["signal_id"].to_pylist()) & set(known["signal_id"].to_pylist())


# ---- what it rests on -------------------------------------------------------------------------------


def test_it_rests_on_the_record_that_gives_the_birth_date_and_on_one_without_handling_c_where_there_is_one():
    again = read_again(records(A=TEXT), ["incidents:A"], BETWEEN["signals"].empty())
    people = pa.table(
        {
            "record_key": ["intelligence:C", "crimes:K", "incidents:A"],
            "person_id": ["p", "p", "p"],
            "date_of_birth": [CHILD, CHILD, None],
        }
    )
    handling = {"intelligence:C": "C", "crimes:K": ""}
    got = known_from(again, people, links(), {"p": CHILD}, handling)
    assert {key for _, key in got} == {"crimes:K"}
    assert {name for name, _ in got} == set(again["signal_id"].to_pylist())
    only_c = people.filter(pa.array([True, False, True]))
    assert {k for _, k in known_from(again, only_c, links(), {"p": CHILD}, handling)} == {"intelligence:C"}


def test_where_only_a_report_of_handling_c_gives_the_age_the_open_edition_has_no_such_signal():
    some = records(A=TEXT)
    first = scan(records(B="The girl, 13, has two phones."))["signals"]
    found = pa.concat_tables([first, read_again(some, ["incidents:A"], BETWEEN["signals"].empty())])
    assert _known_without(found, ["incidents:A"]).num_rows == found.num_rows
    assert _known_without(found, []).equals(first)
