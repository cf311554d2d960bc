"""The lines matrix: known is not suspected. Places: never where a child lives, is placed or goes to school."""

from __future__ import annotations

import json

import h3
import pyarrow as pa
import pytest
from assessment_world import CONFIG, when, world

from redshank.assessment import (
    assess_lines,
    assess_places,
    explain_line,
    explain_place,
    line_figures,
    lines,
    places,
    words_on_lines,
)
from redshank.assessment.lines import says_so

NOW = when("2026-06-01")
SIGNS = CONFIG["lines"]["sexual_exploitation"]["signs"]
PEOPLE = """
key               | who | role        | born
county_lines:L1   | m   | line_member | 1990-01-01
county_lines:L1   | kid | line_member | 2011-01-01
incidents:I1      | kid | subject     |
incidents:I1      | m   | associate   |
"""


def one_line(register="", text="", narrative="", status="active", **extra):
    return [
        {"key": "county_lines:L1", "at": "2026-03-01", "name": "Tulip line", "phone": "+447700900001", "status": status,
         "known_sexual_exploitation": register, "text": text, **extra},
        {"key": "incidents:I1", "at": "2026-05-20", "text": narrative, "district": "North"},
    ]  # fmt: skip


def result(records, people=PEOPLE, signals="", **kw):
    w = world(records, people, signals)
    return lines(w.view, w.signals, w.person_of, w.persons, NOW, CONFIG, **kw).to_pylist()[0]


CASES = {
    "the register says known": (one_line(register="known"), "", "known", "high"),
    "the register says suspected": (one_line(register="suspected"), "", "suspected", "medium"),
    "a text says so, the register nothing: suspected, never known": (
        one_line(text="The line also sexually exploits children."), "", "suspected", "medium",
    ),
    "a text that confirms is still a text": (
        one_line(text="Confirmed by enquiries: sexual exploitation of children."), "", "suspected", "medium",
    ),
    "a text denies": (one_line(text="Sexual exploitation: nothing known."), "", "not known", "medium"),
    "a record that names the line says so": (
        one_line(narrative="Runs for the Tulip line. Sexual exploitation suspected, not yet proven."), "",
        "suspected", "medium",
    ),
    "two signs in a member's record with a child": (
        one_line(), "key|indicator\nincidents:I1|hotel_or_premises\nincidents:I1|older_associate",
        "suspected", "medium",
    ),
    "one sign alone is none": (one_line(), "key|indicator\nincidents:I1|hotel_or_premises", "not known", "medium"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_known_suspected_not_known(name):
    records, signals, use, band = CASES[name]
    row = result(records, signals=signals)
    assert (row["uses_sexual_exploitation"], row["band"]) == (use, band)


def test_only_what_is_known_adds_to_the_score():
    """One number is said once: a suspicion adds nothing until the register or a person says that it is so."""
    known, suspected, none = (result(one_line(register=r)) for r in ("known", "suspected", "not known"))
    assert known["score"] == none["score"] + CONFIG["lines"]["sexual_exploitation"]["known"]
    assert suspected["score"] == none["score"]
    assert "asks to be confirmed" in suspected["reasons"]


def test_a_persons_word_makes_a_line_known_and_stands_in_the_reasons_as_such():
    row, by_register = result(one_line(), confirmed=["L1"]), result(one_line(register="known"))
    assert (row["uses_sexual_exploitation"], row["band"]) == ("known", "high")
    assert row["score"] == by_register["score"]
    codes = {r["code"] for r in json.loads(row["reasons"])}
    assert "sexual_exploitation_by_word" in codes
    assert "sexual_exploitation_known" not in codes
    assert "a person says" in json.loads(row["reasons"])[0]["text"]


def test_a_refuted_suspicion_is_suspected_again_only_by_a_record_that_came_later():
    records = one_line(narrative="Runs for the Tulip line. Sexual exploitation suspected, not yet proven.")
    seen = result(records, refuted={"L1": when("2026-05-30")})
    assert seen["uses_sexual_exploitation"] == "not known"
    assert "a person refuted" in seen["reasons"]
    later = result(records, refuted={"L1": when("2026-05-01")})
    assert later["uses_sexual_exploitation"] == "suspected"
    assert "county_lines" not in {r["record_type"] for r in json.loads(later["reasons"]) if r["code"] == "sexual_exploitation_suspected"}  # fmt: skip


def test_no_word_refutes_what_the_register_knows():
    row = result(one_line(register="known"), refuted={"L1": when("2026-05-30")})
    assert (row["uses_sexual_exploitation"], row["band"]) == ("known", "high")


def test_the_pages_keep_how_a_line_stands_without_the_word():
    w = world(one_line(register="suspected"), PEOPLE, "")
    args = (w.view, w.signals, w.person_of, w.persons, NOW, CONFIG)
    plain, said = line_figures(assess_lines(*args)[0], CONFIG), line_figures(assess_lines(*args, confirmed=["L1"])[0], CONFIG)  # fmt: skip
    assert plain["unsaid"] == "{}"
    assert said["score"] == said["score_known"] == plain["score_known"]
    kept = json.loads(said["unsaid"])
    assert kept == {k: plain[k] for k in ("score", "band", "rule")} | {"use": "suspected"}


def judged(kind, at, number, **more):
    row = {
        "judgement_id": f"j{number}",
        "kind": kind,
        "line_ref": "L1",
        "by": "a",
        "at": when(at),
        "reason": "r",
    }
    return row | more


@pytest.mark.parametrize(
    ("rows", "full", "opened"),
    [
        ([judged("line_known", "2026-05-01", 1)], "known", "known"),
        ([judged("line_known", "2026-05-01", 1), judged("line_refuted", "2026-05-01", 2)], "refuted", "refuted"),
        ([judged("line_known", "2026-05-02", 1), judged("line_refuted", "2026-05-01", 2)], "known", "known"),
        ([judged("line_known", "2026-05-01", 1, handling="C")], "known", ""),
        ([judged("line_known", "2026-05-01", 1), judged("line_refuted", "2026-05-02", 2, handling="C")], "refuted", "known"),
    ],
)  # fmt: skip
def test_the_last_word_counts_and_one_that_rests_on_handling_c_only_where_it_may_be_read(rows, full, opened):
    from redshank.night.judgements import SCHEMA

    table = pa.Table.from_pylist([{n: None for n in SCHEMA.names} | r for r in rows], schema=SCHEMA)
    for open_only, expected in ((False, full), (True, opened)):
        words = words_on_lines(table, open_only=open_only)
        said = "known" if "L1" in words.known else "refuted" if "L1" in words.refuted else ""
        assert said == expected, open_only


def test_the_override_is_shown_and_the_forces_own_score_stands_beside():
    row = result(one_line(register="known", force_score="12", force_band="low"))
    reasons = {r["code"]: r for r in json.loads(row["reasons"])}
    assert row["band"] == "high"
    assert "top band, whatever else is known" in reasons["override"]["text"]
    assert reasons["force_assessment"]["text"] == "the force's own assessment: band low, a figure of 12"
    assert row["score"] != 12


def test_a_linked_child_missing_now_is_top_of_the_matrix():
    records = [*one_line(), {"key": "missing_episodes:M1", "at": "2026-05-31"}]
    row = result(records, PEOPLE + "missing_episodes:M1|kid|missing|")
    assert row["band"] == "high"
    assert json.loads(row["reasons"])[0]["record_ref"] == "M1"


@pytest.mark.parametrize("text", SIGNS["must"])
def test_must_match(text):
    assert says_so(text, SIGNS)


@pytest.mark.parametrize("text", SIGNS["must_not"])
def test_must_not_match(text):
    assert not says_so(text, SIGNS)


def test_a_bare_forename_is_no_name_of_a_line():
    records = one_line(narrative="She was with Tulip and others.")
    w = world(records, PEOPLE)
    found = assess_lines(w.view, w.signals, w.person_of, w.persons, NOW, CONFIG)
    assert list(explain_line("L1", found, CONFIG)["tied_records"]) == ["county_lines:L1"]


def test_explain_adds_up():
    w = world(one_line(register="suspected", narrative="Seen with the phone of the Tulip line."), PEOPLE)
    row = lines(w.view, w.signals, w.person_of, w.persons, NOW, CONFIG).to_pylist()[0]
    why = explain_line("L1", assess_lines(w.view, w.signals, w.person_of, w.persons, NOW, CONFIG), CONFIG)
    assert sum(p["points"] for p in why["parts"]) == why["score"] == row["score"]
    assert all(p["records"] for p in why["parts"])
    assert why["tied_records"]["incidents:I1"] == "its name"


def test_what_comes_later_changes_nothing():
    before = result(one_line())
    later = [*one_line(), {"key": "crimes:C1", "at": "2026-06-02", "offence": "Rape of a child"}]
    assert result(later, PEOPLE + "crimes:C1|kid|victim|\ncrimes:C1|m|suspect|") == before


# ---- places ----------------------------------------------------------------------------------------

HERE = (55.0, 2.0)
HOTEL = {"key": "premises:P1", "name": "Lantern Hotel", "kind": "hotel", "location": "3 Quay Street",
         "postcode": "ZZ1 1AA", "latitude": "55.0", "longitude": "2.0"}  # fmt: skip


def cell(lat=HERE[0], lon=HERE[1]):
    return h3.latlng_to_cell(lat, lon, 9)


def found_places(records, people, signals="", mentions=None):
    w = world(
        records,
        people,
        signals or f"key|indicator\n{records[-1]['key']}|hotel_or_premises",
        mentions=mentions,
    )
    return places(w.view, w.signals, w.person_of, w.persons, NOW, CONFIG, mentions=w.mentions).to_pylist()


WHO = "key|who|role|born|address_std|postcode\n{}|a|{}|2012-01-01|7 LOW ROAD|ZZ9 9ZZ"
INCIDENT = {
    "key": "incidents:I1",
    "at": "2026-05-20",
    "latitude": "55.0",
    "longitude": "2.0",
    "district": "North",
}
EPISODE = {
    "key": "missing_episodes:M1",
    "at": "2026-05-20",
    "found_latitude": "55.0",
    "found_longitude": "2.0",
}


@pytest.mark.parametrize(
    ("records", "role", "mentions"),
    [
        ([INCIDENT], "subject", None),
        ([EPISODE], "missing", None),
        ([HOTEL, {"key": "incidents:I1", "at": "2026-05-20", "location": "Lantern Hotel"}], "subject", None),
        ([HOTEL, {"key": "incidents:I1", "at": "2026-05-20", "location": "3 Quay Street"}], "subject", None),
        ([HOTEL, {"key": "incidents:I1", "at": "2026-05-20", "postcode": "ZZ1 1AA"}], "subject", None),
        (
            [HOTEL, {"key": "incidents:I1", "at": "2026-05-20", "text": "by the Lantern"}], "subject",
            [{"record_key": "incidents:I1", "kind": "premises", "value": "P1", "start": 7, "end": 14, "negated": False}],
        ),
        ([{**INCIDENT, "location": "School Lane"}], "subject", None),
    ],
)  # fmt: skip
def test_a_place_is_made(records, role, mentions):
    rows = found_places(records, WHO.format(records[-1]["key"], role), mentions=mentions)
    assert [(r["h3"], r["records"], r["children"]) for r in rows] == [(cell(), 1, 1)]


HOME = {"address_std": "7 LOW ROAD", "postcode": "ZZ9 9ZZ"}
NEVER = {
    "the child's postcode": [{**INCIDENT, "postcode": "ZZ9 9ZZ"}],
    "the child's address": [{**INCIDENT, "location": "7 Low Road, Northtown"}],
    "found at home": [{**EPISODE, "found_postcode": "ZZ9 9ZZ"}],
    "found at the home address, in words": [{**EPISODE, "found_at_location": "returned to home address"}],
    "a school": [{**INCIDENT, "location": "Northtown Primary School"}],
    "a placement": [{**INCIDENT, "location": "Oak House children's home"}],
    "a few steps from where another record puts the home": [
        {
            "key": "incidents:I0",
            "at": "2026-01-01",
            "postcode": "ZZ9 9ZZ",
            "latitude": "55.0001",
            "longitude": "2.0001",
        },
        INCIDENT,
    ],
    "a residential entry of the register that is the home": [
        {
            **HOTEL,
            "kind": "residential",
            "name": "Oak House",
            "postcode": "ZZ9 9ZZ",
            "location": "7 Low Road",
        },
        {"key": "incidents:I1", "at": "2026-05-20", "location": "Oak House"},
    ],
}


@pytest.mark.parametrize("name", NEVER)
def test_never_at_home_placement_or_school(name):
    records = NEVER[name]
    role = "missing" if records[-1]["key"].startswith("missing") else "subject"
    assert found_places(records, WHO.format(records[-1]["key"], role)) == []


def test_a_hotel_at_the_childs_postcode_is_no_home():
    records = [
        {**HOTEL, "postcode": "ZZ9 9ZZ"},
        {**INCIDENT, "location": "Lantern Hotel", "postcode": "ZZ9 9ZZ"},
    ]
    assert len(found_places(records, WHO.format("incidents:I1", "subject"))) == 1


def test_the_home_of_one_child_of_the_record_is_a_home():
    people = WHO.format("incidents:I1", "subject") + "\nincidents:I1|b|subject|2012-01-01|1 HIGH ROAD|ZZ8 8ZZ"
    assert found_places([{**INCIDENT, "postcode": "ZZ8 8ZZ"}], people) == []


def test_numbers_of_a_place_add_up_and_the_district_is_the_most_frequent():
    records = [
        {**INCIDENT, "key": f"incidents:I{i}", "district": d}
        for i, d in enumerate(("South", "North", "North"))
    ]
    people = "key|who|role|born" + "".join(f"\nincidents:I{i}|k{i % 2}|subject|2012-01-01" for i in range(3))
    signals = "key|indicator" + "".join(f"\nincidents:I{i}|hotel_or_premises" for i in range(3))
    row = found_places(records, people, signals)[0]
    assert (row["district"], row["records"], row["children"]) == ("North", 3, 2)
    w = world(records, people, signals)
    why = explain_place(
        row["h3"], assess_places(w.view, w.signals, w.person_of, w.persons, NOW, CONFIG), CONFIG
    )
    parts = sum(r["adds_thousandths"] for r in why["records"]) // 1000
    assert parts + why["for_further_children"] + why["for_further_records"] == why["score"] == row["score"]


def test_negated_signals_and_adults_make_no_place():
    assert found_places([INCIDENT], WHO.format("incidents:I1", "subject"),
                        "key|indicator|status\nincidents:I1|hotel_or_premises|negated") == []  # fmt: skip
    assert found_places([INCIDENT], "key|who|role|born\nincidents:I1|a|subject|1980-01-01") == []
