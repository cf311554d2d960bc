"""An explanation goes down to the records, says what is not known, and its picture needs nothing else."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from plants import GROUPS
from run import night
from world import World

from redshank.errors import UsageError
from redshank.networks import Explainer, chart_html, chart_svg


def told(w, **more):
    view = w.view()
    out = night(view)
    group_id = out["group_members"]["group_id"][0].as_py()
    found = Explainer(
        out["group_members"], out["group_evidence"], out["links"], view["persons"], view, **more
    )
    return found.explain(group_id)


def grown(kind):
    w = World()
    GROUPS[kind](w, "g", 5)
    return w


def test_members_carry_our_word_and_the_records_own_category():
    people = {m["person_id"]: m for m in told(grown("recorded_crimes"))["members"]}
    assert people["p-g-a"]["role_words"] == "proposed person of concern"
    assert people["p-g-a"]["category"] == "suspect in a crime"
    assert people["p-g-x"]["category"] == "victim in a crime"
    people = {m["person_id"]: m for m in told(grown("hotel"))["members"]}
    assert people["p-g-k"]["category"] == "named in intelligence"
    assert people["p-g-k"]["part"] == "premises"


def test_every_tie_ends_in_records_with_their_grade():
    found = told(grown("shared_phone_and_car"))
    assert all(t["records"] for t in found["ties"])
    grades = {r["record"]: r["grade"] for t in found["ties"] for r in t["records"]}
    assert grades["intelligence report g-I1"] == "2B"
    assert grades["missing episode g-M1"] == ""


def test_what_is_not_known_is_said():
    gaps = " ".join(told(grown("unknown_driver"))["gaps"])
    assert "One of the members is not identified." in gaps
    assert "No crime is recorded." in gaps
    assert "No return is recorded in missing episode g-M1, missing episode g-M2." in gaps
    assert "No crime is recorded." not in told(grown("recorded_crimes"))["gaps"]


def test_a_child_named_as_suspect_is_shown_with_what_the_law_asks_to_consider():
    people = {m["person_id"]: m for m in told(grown("peers"))["members"]}
    assert people["p-g-p0"]["role_words"] == "child"
    assert any("s.45" in p for p in people["p-g-p0"]["prompts"])
    assert people["p-g-x"]["prompts"] == []


def test_without_handling_c_no_trace_of_it_is_told():
    w = grown("shared_phone_and_car")
    for r in w.rows["records"]:
        r["handling"] = "C" if r["record_ref"] == "g-I2" else None
    assert "g-I2" in repr(told(w))
    open_part = told(w, open_only=True)
    assert "g-I2" not in repr(open_part)
    assert "g-I2" not in chart_html(open_part)


def test_where_nothing_is_left_without_handling_c_the_group_is_unknown():
    w = grown("no_crime_weak")
    for r in w.rows["records"]:
        r["handling"] = "C" if r["record_ref"] == "g-I1" else None
    with pytest.raises(UsageError):
        told(w, open_only=True)


def test_the_picture_is_one_accessible_file_without_script():
    found = told(grown("unknown_driver"))
    svg = chart_svg(found)
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    title, desc = root[0], root[1]
    assert title.attrib["id"] in root.attrib["aria-labelledby"]
    assert desc.text == found["sentence"]
    page = chart_html(found)
    for word in ("<script", "http-equiv", "src=", "href="):
        assert word not in page
    assert page.count("<tr>") == 2 + len(found["members"]) + len(found["ties"])


def test_names_cannot_break_the_page():
    w = grown("recorded_crimes")
    for p in w.people.values():
        p.surname = "<b>&\"'"
    assert "<b>&" not in chart_html(told(w))
    ElementTree.fromstring(chart_svg(told(w)))


def test_a_report_graded_low_is_not_among_the_records_that_matter_most_while_others_are_there():
    """It stood there, "9 of 9", above the line that says how little it weighs (practice rule 11)."""
    w = World()
    GROUPS["shared_phone_and_car"](w, "g", 5)
    phone, car = w.rows["phones"][0]["number"], w.rows["vehicles"][0]["vrm"]
    everybody = {n: "subject" for n in w.people}
    w.record("LOW", "intelligence", 70, everybody, phones=[phone], vehicles=[car], source_evaluation="3", intelligence_assessment="D")  # fmt: skip
    found = told(w)
    assert "intelligence:LOW" in {r["record_key"] for t in found["ties"] for r in t["records"]}
    most = found["matter_most"]
    assert len(most) == 3
    assert "intelligence:LOW" not in {m["record_key"] for m in most}
    assert [m["ties"] for m in most] == sorted((m["ties"] for m in most), reverse=True)


@pytest.mark.parametrize(
    ("first", "surname", "born", "said"),
    [
        ("X", "same", None, True),
        ("X", "same", 44, False),
        ("X", "other", None, False),
        ("Y", "same", None, False),
    ],
)
def test_it_says_that_two_members_may_be_one_person(first, surname, born, said):
    w = World()
    grown, _ = GROUPS["shared_phone_and_car"](w, "g", 5)
    one, two, *_ = sorted(grown)
    double = w.person(
        "double", born, surname=w.people[one].surname if surname == "same" else "ELSEWHERE", first=first
    )
    phone, car = w.rows["phones"][0]["number"], w.rows["vehicles"][0]["vrm"]
    w.record(
        "D1",
        "incidents",
        50,
        {double: "associate", two: "associate"},
        phones=[phone],
        signals=["older_associate"],
    )
    w.record(
        "D2", "custody", 60, {double: "associate", one: "associate"}, vehicles=[car], signals=["transported"]
    )
    found = told(w)
    assert double in {m["person_id"] for m in found["members"]}
    gaps = " ".join(found["gaps"])
    assert ("the name of another member" in gaps) is said


def test_a_name_in_the_text_takes_nothing_from_the_role_in_the_row():
    from redshank.networks.explain import _gravity

    assert min("other", "detained", key=_gravity) == min("detained", "other", key=_gravity) == "detained"
    assert min("suspect", "detained", key=_gravity) == "suspect"
