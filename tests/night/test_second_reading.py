"""A call that names somebody without an age is read again on the night that another record says she is a child."""

from __future__ import annotations

import pytest

from .conftest import findings, load
from .conftest import run as night

TEXT = "Kayleigh Thornbury was picked up outside the takeaway by an unknown male in a silver Vauxhall."
CALLS = f"incident_ref,received_at,log\nI1,2026-03-01T10:00:00Z,{TEXT}\n"
CALLED = "record_type,record_ref,role,local_person_id,forenames,surname\nincidents,I1,subject,N77,Kayleigh,THORNBURY\n"
LATER = (
    "incident_ref,received_at,log\nI2,2026-03-05T10:00:00Z,A statement was taken about a stolen bicycle.\n"
)
#: The same person by the control room's own number: it is the later call that gives a birth date.
BORN = (
    "record_type,record_ref,role,local_person_id,forenames,surname,date_of_birth\n"
    "incidents,I2,subject,N77,Kayleigh,THORNBURY,2012-09-03\n"
)


#: Enough others that a few rows more renew no epoch: the nights that follow compute only what the delta touches.
CROWD = range(40)


def run(home, **options):
    report = night(home, **options)
    if not options and report["run"] > 1:
        assert report["full"] == "", report["full"]
    return report


def deliver(folder, **tables: str):
    folder.mkdir()
    if folder.name == "one":
        tables["crimes"] = "crime_ref,recorded_at,narrative\n" + "".join(
            f"K{n},2025-06-01T10:00:00Z,A shed was broken into.\n" for n in CROWD
        )
        columns = tables["people"].partition("\n")[0].split(",")
        row = {"record_type": "crimes", "role": "victim", "forenames": "Jo"}
        for n in CROWD:
            one = row | {
                "record_ref": f"K{n}",
                "local_person_id": f"V{n}",
                "surname": f"NEIGHBOUR{chr(65 + n // 26)}{chr(65 + n % 26)}",
            }
            tables["people"] += ",".join(one.get(c, "") for c in columns) + "\n"
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def second(tables) -> list[tuple[str, str]]:
    return sorted(
        (r["record_ref"], r["indicator"])
        for r in tables["signals"].to_pylist()
        if r["rule"].startswith("pattern:child/")
    )


def test_an_older_call_is_read_again_and_the_nights_add_up_to_the_full_run(tmp_path):
    home = tmp_path / "home"
    load(home, deliver(tmp_path / "one", incidents=CALLS, people=CALLED))
    run(home)
    assert second(findings(home)) == []
    load(home, deliver(tmp_path / "two", incidents=LATER, people=BORN))
    run(home)
    nights = findings(home)
    assert ("I1", "taxi_or_vehicle") in second(nights)
    people = {r["person_id"] for r in nights["people"].to_pylist() if r["record_type"] == "incidents"}
    assert len(people) == 1
    assert {r["person_id"] for r in nights["children"].to_pylist()} == people
    assert "I1" in nights["children"]["reasons"][0].as_py()
    run(home, full=True)
    full = findings(home)
    for name in nights:
        assert full[name].equals(nights[name]), name


def test_a_birth_date_that_is_corrected_takes_the_second_reading_back(tmp_path):
    home = tmp_path / "home"
    load(home, deliver(tmp_path / "one", incidents=CALLS, people=CALLED))
    load(home, deliver(tmp_path / "two", incidents=LATER, people=BORN))
    run(home)
    assert second(findings(home))
    load(home, deliver(tmp_path / "three", incidents=LATER, people=BORN.replace("2012-09-03", "1982-09-03")))
    run(home)
    nights = findings(home)
    assert second(nights) == []
    run(home, full=True)
    full = findings(home)
    for name in nights:
        assert full[name].equals(nights[name]), name


@pytest.mark.parametrize(
    "third",
    [
        {
            "premises": "premises_ref,name,kind\nPR1,Amber Grill,takeaway\n"
        },  # all texts are read again for its name
        {"crimes": "crime_ref,recorded_at,narrative\nX1,2026-03-07T10:00:00Z,A bicycle was stolen.\n"},
    ],
    ids=lambda third: next(iter(third)),
)
def test_a_night_about_something_else_leaves_the_second_reading_as_it_was(tmp_path, third):
    home = tmp_path / "home"
    load(home, deliver(tmp_path / "one", incidents=CALLS, people=CALLED))
    load(home, deliver(tmp_path / "two", incidents=LATER, people=BORN))
    run(home)
    before = second(findings(home))
    assert before
    load(home, deliver(tmp_path / "three", **third))
    run(home)
    nights = findings(home)
    assert second(nights) == before
    run(home, full=True)
    assert all(findings(home)[name].equals(nights[name]) for name in nights)


def test_somebody_else_in_the_call_hears_of_it_too(tmp_path):
    """Rhys has no birth date anywhere, but a record gives him a care status: what the call now says counts for him as well."""
    home = tmp_path / "home"
    calls = (
        CALLS.replace("Kayleigh Thornbury was", "They were")
        + "I3,2026-03-02T10:00:00Z,A key was handed in at the front desk.\n"
    )
    people = (
        "record_type,record_ref,role,local_person_id,forenames,surname,care_status\n"
        "incidents,I1,subject,N77,Kayleigh,THORNBURY,\n"
        "incidents,I1,subject,N78,Rhys,OAKLEY,\n"
        "incidents,I3,subject,N78,Rhys,OAKLEY,looked after\n"
    )
    load(home, deliver(tmp_path / "one", incidents=calls, people=people))
    run(home)
    load(home, deliver(tmp_path / "two", incidents=LATER, people=BORN))
    run(home)
    nights = findings(home)
    rhys = next(r["person_id"] for r in nights["people"].to_pylist() if r["record_ref"] == "I3")
    (reasons,) = (r["reasons"] for r in nights["children"].to_pylist() if r["person_id"] == rhys)
    assert "taxi_or_vehicle" in reasons
    run(home, full=True)
    assert all(findings(home)[name].equals(nights[name]) for name in nights)


def test_it_rests_on_the_record_that_says_how_old_she_is(tmp_path):
    from redshank.publish.editions import read
    from redshank.publish.heads import Heads
    from redshank.store import Store

    home = tmp_path / "home"
    load(home, deliver(tmp_path / "one", incidents=CALLS, people=CALLED))
    load(home, deliver(tmp_path / "two", incidents=LATER, people=BORN))
    run(home)
    found = {
        r["signal_id"]
        for r in findings(home)["signals"].to_pylist()
        if r["rule"].startswith("pattern:child/")
    }
    assert found
    edition = read(Store.open(home))
    heads = Heads(edition, edition.full)
    rests = [r for r in heads.behind_rows().to_pylist() if r["kind"] == "signal" and r["ident"] in found]
    assert {r["record_key"] for r in rests} == {"incidents:I2"}
    assert {r["ident"] for r in rests} == found
    # One rule to the reader, in whichever reading it found something.
    assert not [r for r in heads.signal_rows()["rule"].to_pylist() if "/" in r]
