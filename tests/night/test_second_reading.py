"""A call that names somebody without an age is read again on the night that another record says she is a child."""

from __future__ import annotations

from .conftest import findings, load, run

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


def deliver(folder, **tables: str):
    folder.mkdir()
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
    people = {r["person_id"] for r in nights["people"].to_pylist()}
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
