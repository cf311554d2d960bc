"""Rules of safe practice that bind groups: grades, handling C, children first, known lines, what a group hangs on."""

from __future__ import annotations

import random

import pyarrow.compute as pc
import pytest
from plants import GROUPS
from run import groups, night
from world import World


def grown(kind, name="g"):
    w = World()
    GROUPS[kind](w, name, 5)
    return w


def one(out):
    rows = out["group_members"].to_pylist()
    assert len({r["group_id"] for r in rows}) == 1
    return rows


def leave_out(w, ref):
    for rows in w.rows.values():
        rows[:] = [r for r in rows if not r["record_key"].endswith(f":{ref}")]
    return w


def test_sentences_say_proposed_person_of_concern_and_never_suspect():
    for kind in GROUPS:
        rows = one(night(grown(kind)))
        said = rows[0]["sentence"]
        if any(r["role"] == "suspect" for r in rows):
            assert "proposed person" in said
            assert "suspect" not in said.replace("records also name", "").lower() or kind == "peers"
        assert "p-g" not in said


def test_who_is_under_18_is_a_child_also_when_named_as_suspect():
    rows = one(night(grown("peers")))
    assert {r["role"] for r in rows} == {"child"}
    assert {r["person_id"] for r in rows if r["also_named_as_suspect"]} == {"p-g-p0", "p-g-p1", "p-g-p2"}
    assert "also name" in rows[0]["sentence"]


def test_an_unknown_driver_is_a_member_until_the_driver_is_known():
    w = grown("unknown_driver")
    unknown = [r for r in one(night(w)) if not r["identified"]]
    assert [r["person_id"].startswith("unidentified-vehicle-") for r in unknown] == [True]
    assert "one is not identified" in unknown[0]["sentence"]
    car = w.rows["vehicles"][0]["vrm"]
    b = w.adult("g-driver")
    w.record("g-C9", "incidents", 30, {b: "suspect"}, vehicles=[f"used={car}"])
    rows = one(night(w))
    assert all(r["identified"] for r in rows)
    assert b in {r["person_id"] for r in rows}


def test_strength_never_falls_with_more_evidence():
    w = grown("no_crime_weak")
    before = one(night(w))[0]["strength"]
    for i, grade in enumerate(("1A", "2C", "3E", "1A")):
        w.record(
            f"g-N{i}",
            "intelligence",
            40 + 11 * i,
            {"p-g-a": "subject", "p-g-b": "subject", "p-g-c": "associate"},
            signals=["transported"],
            source_evaluation=grade[0],
            intelligence_assessment=grade[1],
        )
        now = one(night(w))[0]["strength"]
        assert now >= before
        before = now
    assert before > 700


@pytest.mark.parametrize("grade", ["3A", "1D", "2E"])
def test_the_same_group_on_low_graded_reports_is_none(grade):
    def planted(source, assessment):
        w = World()
        a, b, x = w.adult("a"), w.adult("b"), w.child("x")
        for i in range(5):
            w.record(
                f"I{i}",
                "intelligence",
                9 * i,
                {a: "subject", b: "subject", x: "associate"},
                vehicles=["AA11AAA"],
                signals=["transported"],
                source_evaluation=source,
                intelligence_assessment=assessment,
            )
        return w

    assert len(groups(night(planted("1", "B")))) == 1
    assert groups(night(planted(*grade))) == {}


def test_without_handling_c_the_second_sentence_tells_nothing_of_it():
    w = grown("shared_phone_and_car")
    plain = one(night(w))[0]
    assert plain["sentence_without_c"] == plain["sentence"]
    for r in w.rows["records"]:
        r["handling"] = "C" if r["record_ref"] == "g-I2" else None
    row = one(night(w))[0]
    assert "g-I2" in row["sentence"]
    assert row["sentence_without_c"]
    assert "g-I2" not in row["sentence_without_c"]
    # The sentence is the one that would have been written had the record never been there.
    assert row["sentence_without_c"] == one(night(leave_out(w, "g-I2")))[0]["sentence"]


def test_where_nothing_is_left_without_handling_c_the_second_sentence_is_empty():
    w = grown("no_crime_weak")
    for r in w.rows["records"]:
        r["handling"] = "C" if r["record_ref"] == "g-I1" else None
    row = one(night(w))[0]
    assert row["sentence"]
    assert row["sentence_without_c"] == ""


@pytest.mark.parametrize("kind", sorted(GROUPS))
def test_what_a_group_hangs_on_is_so(kind):
    """Every record said to carry the group does; where none is said to, none does."""
    w = grown(kind)
    out = night(w)
    row = one(out)[0]
    refs = {r["record_ref"] for r in out["group_evidence"].to_pylist()}
    falls = {ref for ref in refs if not groups(night(leave_out(grown(kind), ref)))}
    first = row["hangs_on"].split(",")[0].split(" ")[-1]
    if row["hangs_on"].startswith("no single record"):
        assert not falls
    else:
        assert first in falls
        said = {ref for ref in refs if ref in row["hangs_on"]}
        assert said <= falls


def test_members_of_a_registered_line_alone_are_no_group():
    w = World()
    members = {w.adult(f"m{i}"): "line_member" for i in range(4)}
    x = w.child("x")
    w.record(
        "L1",
        "county_lines",
        1,
        {**members, x: "line_member"},
        name="Blue",
        status="active",
        phone="+447700900555",
    )
    assert groups(night(w)) == {}


def test_a_proposal_that_is_a_registered_line_says_so():
    w = grown("shared_phone_and_car")
    w.record(
        "L1", "county_lines", 1, {f"p-g-a{i}": "line_member" for i in range(3)}, name="Blue", status="active"
    )
    rows = one(night(w))
    assert {r["kind"] for r in rows} == {"registered_line"}
    assert "line L1" in rows[0]["sentence"]


def test_a_place_is_no_context_when_it_is_the_childs_own_home():
    def planted(home):
        w = World()
        own = {"address": "7 OAK ROAD", "postcode": "AA11 1AA"} if home else {}
        a, b, x = w.adult("a"), w.adult("b"), w.child("x", **own)
        at = {"location": "7 Oak Road", "postcode": "AA11 1AA"}
        w.record(
            "M1",
            "missing_episodes",
            1,
            {x: "missing", a: "associate"},
            signals=["older_associate"],
            found_at_location=at["location"],
            found_postcode=at["postcode"],
        )
        w.record("I1", "incidents", 20, {b: "suspect", x: "victim"}, signals=["hotel_or_premises"], **at)
        w.record("I2", "incidents", 33, {b: "suspect"}, signals=["hotel_or_premises"], **at)
        return w

    assert len(groups(night(planted(home=False)))) == 1
    assert groups(night(planted(home=True))) == {}


def test_no_finding_depends_on_ethnicity_nationality_or_disability():
    w = grown("shared_phone_and_car")
    before = night(w)
    rng = random.Random(4)
    for r in w.rows["appearances"]:
        r |= {
            c: rng.choice(["A1", "B2", "W1", "4", None])
            for c in ("ethnicity_self_defined", "ethnicity_officer_defined", "nationality", "disability")
        }
    assert night(w)["group_members"].equals(before["group_members"])


def test_every_piece_of_evidence_is_one_pair_one_tie_one_record():
    rows = night(grown("hotel"))["group_evidence"]
    assert all(a < b for a, b in zip(rows["person_a"].to_pylist(), rows["person_b"].to_pylist(), strict=True))
    assert len(rows.group_by(rows.schema.names).aggregate([])) == len(rows)
    assert pc.all(pc.is_valid(rows["record_ref"])).as_py()


@pytest.mark.parametrize(
    ("first", "surname", "age", "role", "proposed"),
    [
        ("x", "same", None, "associate", False),  # most likely the child
        ("", "same", None, "associate", False),  # by a surname alone: the child, or the child's family
        ("y", "same", None, "associate", True),
        ("x", "other", None, "associate", True),
        ("x", "same", 40, "associate", True),  # an age says that it is somebody else
        ("x", "same", None, "suspect", True),  # whom a record accuses stays
    ],
)
def test_a_childs_namesake_without_an_age_is_no_proposed_person_of_concern(
    first, surname, age, role, proposed
):
    """A child whom hurried records name without a birth date stood in the group twice, once as a person of concern."""
    w = World()
    grown, children = GROUPS["shared_phone_and_car"](w, "g", 5)
    for n in children:
        w.people[n].first = "x"
    for row in w.rows["appearances"]:
        row["first_std"] = w.people[next(p["person_id"] for p in w.rows["person_of"] if p["appearance_id"] == row["appearance_id"])].first or None  # fmt: skip
    name = w.people[min(children)].surname if surname == "same" else "ELSEWHERE"
    double = w.person("double", age, surname=name, first=first)
    phone = next(r["number"] for r in w.rows["phones"])
    car = next(r["vrm"] for r in w.rows["vehicles"])
    one, two, *_ = sorted(grown)
    w.record(
        "D1", "incidents", 50, {double: role, one: "associate"}, phones=[phone], signals=["older_associate"]
    )
    w.record("D2", "custody", 60, {double: role, two: "associate"}, vehicles=[car], signals=["transported"])
    ((suspects, _),) = groups(night(w)).values()
    assert (double in suspects) is proposed
    assert grown <= suspects


def test_a_namesake_of_a_child_in_other_company_is_somebody_else():
    """Two groups that one person ties together: the child of the first has the name of somebody without an age in the second."""
    w = World()
    GROUPS["shared_phone_and_car"](w, "g", 5)
    grown, children = GROUPS["no_crime_weak"](w, "h", 5)
    far = w.person("far", None, surname=w.people["p-g-c0"].surname)
    one, two = sorted(grown)
    (child,) = children
    car = next(r["vrm"] for r in w.rows["vehicles"] if r["vrm"].startswith("WK"))
    w.record(
        "F1",
        "incidents",
        50,
        {far: "associate", one: "associate"},
        vehicles=[car],
        signals=["older_associate"],
    )
    w.record(
        "F2",
        "missing_episodes",
        60,
        {far: "associate", child: "missing"},
        vehicles=[car],
        signals=["transported"],
    )
    # A bridge, so that all of them stand in one component.
    w.record("B1", "crimes", 70, {"p-g-a0": "suspect", two: "suspect"}, vehicles=["BR1DGE"])
    assert any(far in suspects for suspects, _ in groups(night(w)).values())
