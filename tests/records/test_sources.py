"""What a delivery leaves in counts, and the report on sources that compares them; a rehearsal against a load."""

from __future__ import annotations

import datetime as dt

import pytest

from redshank import records
from redshank.records.quality import sources
from redshank.records.rehearse import rehearse
from redshank.sources.mapping import parse_mapping
from redshank.store import tombstones

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


def crimes(day: int, count: int = 30, **cells: str) -> list[dict]:
    return [
        {
            "crime_ref": f"C{day}-{n}",
            "recorded_at": f"2026-03-{day:02}T10:00:00Z",
            "offence": "Theft",
            "district": "Ashdene",
        }
        | cells
        for n in range(count)
    ]


def report(store, now=NOW) -> dict:
    return {s["table"]: s for s in sources(store, now)}


def test_a_nightly_source_is_late_when_a_night_and_a_half_is_gone(store, deliver, here):
    for day in (1, 2, 3, 4):
        records.load(store, deliver(f"n{day}", crimes=crimes(day)))
    said = report(store, dt.datetime(2026, 3, 5, 20, tzinfo=dt.UTC))["crimes"]
    assert (said["usual_hours"], said["usual_from"], said["late"]) == (24.0, "its last 3 gaps", False)
    said = report(store, dt.datetime(2026, 3, 5, 23, tzinfo=dt.UTC))["crimes"]
    assert said["late"]
    assert said["due_by"] == dt.datetime(2026, 3, 5, 22, tzinfo=dt.UTC)


def test_a_weekly_source_is_not_late_after_two_days(store, deliver, here):
    for day in (1, 8, 15):
        records.load(store, deliver(f"n{day}", crimes=crimes(day)))
    assert not report(store, dt.datetime(2026, 3, 17, tzinfo=dt.UTC))["crimes"]["late"]
    assert report(store, dt.datetime(2026, 3, 30, tzinfo=dt.UTC))["crimes"]["late"]


def test_two_deliveries_show_no_rhythm_yet(store, deliver, here):
    for day in (1, 2):
        records.load(store, deliver(f"n{day}", crimes=crimes(day)))
    said = report(store)["crimes"]
    assert (said["usual_hours"], said["due_by"], said["late"]) == (None, None, False)


def test_a_mapping_says_how_often_its_source_delivers(store, deliver, here):
    mapping = parse_mapping("every_hours = 48\n[tables.crimes]", "two_days.toml")
    records.load(store, deliver("n1", crimes=crimes(1)), mapping=mapping)
    (said,) = sources(store, NOW)
    assert (said["source"], said["usual_hours"], said["usual_from"], said["late"]) == (
        "two_days",
        48.0,
        "its mapping",
        True,
    )


@pytest.mark.parametrize("value", ["'daily'", "-1", "true", "1.5"])
def test_how_often_is_a_whole_number_of_hours(value):
    with pytest.raises(records.loading.UsageError, match="every_hours"):
        parse_mapping(f"every_hours = {value}\n[tables.crimes]", "mine.toml")


def test_a_column_that_is_no_longer_filled_is_told(store, deliver, here):
    records.load(store, deliver("n1", crimes=crimes(1)))
    records.load(store, deliver("n2", crimes=crimes(2, district="")))
    columns = {c["column"]: c for c in report(store)["crimes"]["columns"]}
    assert (columns["district"]["filled"], columns["district"]["before"], columns["district"]["fell"]) == (
        0.0,
        1.0,
        True,
    )
    assert columns["district"]["trend"] == [1.0, 0.0]
    assert not columns["offence"]["fell"]


def test_few_rows_show_no_fall(store, deliver, here):
    records.load(store, deliver("n1", crimes=crimes(1)))
    records.load(store, deliver("n2", crimes=crimes(2, count=5, district="")))
    assert not any(c["fell"] for c in report(store)["crimes"]["columns"])


def test_recording_of_ethnicity_by_part_and_not_stated_is_not_recorded(store, deliver, here):
    who = [
        ("suspect", "W1", "", "British"),
        ("suspect", "NS", "1", ""),
        ("suspect", "", "", ""),
        ("victim", "", "3", "Irish"),
    ]
    people = [
        {"record_type": "crimes", "record_ref": "C1-0", "role": role, "surname": f"S{n}", "ethnicity_self_defined": own,
         "ethnicity_officer_defined": officer, "nationality": nation}
        for n, (role, own, officer, nation) in enumerate(who)
    ]  # fmt: skip
    records.load(store, deliver("n1", crimes=crimes(1), people=people))
    said = {r["part"]: r for r in report(store)["people"]["recording"]}
    assert said["all"] == {"part": "all", "rows": 4, "ethnicity_self_defined": 1, "ethnicity_officer_defined": 2, "nationality": 2,
                           "ethnicity_either": 3}  # fmt: skip
    assert (said["suspect"]["rows"], said["suspect"]["ethnicity_either"]) == (3, 2)
    assert said["missing"]["rows"] == 0


def test_duplicates_quarantine_and_unknown_codes_are_counted(store, deliver, here):
    rows = crimes(1, count=3)
    rows += [
        rows[0],
        rows[1] | {"offence": "Assault"},
        rows[2] | {"crime_ref": "X", "recorded_at": "yesterday"},
    ]
    mapping = parse_mapping("[tables.crimes]\n[tables.crimes.codes.offence]\nTheft = 'theft'", "mine.toml")
    records.load(store, deliver("n1", crimes=rows), mapping=mapping)
    said = report(store)["crimes"]
    assert (said["rows"], said["taken"], said["repeated"], said["twice"]) == (6, 3, 1, 1)
    assert {(q["column"], q["rows"]) for q in said["quarantine"]} == {("crime_ref", 1), ("recorded_at", 1)}
    assert {c["column"]: c["unknown"] for c in said["columns"]}["offence"] == 1


def test_the_newest_record_and_how_far_it_is_behind(store, deliver, here):
    records.load(
        store,
        deliver(
            "n1", crimes=crimes(1), incidents=[{"incident_ref": "I1", "received_at": "2026-03-04T10:00:00Z"}]
        ),
    )
    said = report(store)
    assert (said["crimes"]["behind_hours"], said["incidents"]["behind_hours"]) == (72.0, 0.0)


def test_a_code_may_say_that_nothing_was_recorded(store, deliver, here):
    mapping = parse_mapping(
        "[tables.crimes]\n[tables.people]\n[tables.people.codes.sex]\nUnknown = ''", "mine.toml"
    )
    people = [
        {
            "record_type": "crimes",
            "record_ref": "C1-0",
            "role": "victim",
            "surname": "Barker",
            "sex": "UNKNOWN ",
        }
    ]
    said = records.load(store, deliver("n1", crimes=crimes(1), people=people), mapping=mapping)
    assert {t.table: t.quarantined for t in said.tables} == {"crimes": 0, "people": 0}
    assert store.area("appearances", ["sex"], schema=records.view.APPEARANCES)["sex"].to_pylist() == [None]


# ---- a rehearsal ------------------------------------------------------------------------------------


def test_a_rehearsal_says_what_a_load_then_does_and_writes_nothing(store, deliver, here):
    records.load(store, deliver("n0", crimes=crimes(1)))
    people = [
        {"record_type": "crimes", "record_ref": "C1-0", "role": "victim", "surname": "Barker"},
        {"record_type": "crimes", "record_ref": "C2-0", "role": "stranger", "surname": "Barker"},
        {"record_type": "crimes", "record_ref": "nowhere", "role": "victim", "surname": "Barker"},
    ]
    rows = [*crimes(2), crimes(2)[0] | {"offence": "Other"}, {"crime_ref": "X", "latitude": "512"}]
    folder = deliver("n1", crimes=rows, people=people)
    before = store.manifest.encode({})
    said = rehearse(folder, parse_mapping("[tables.crimes]\n[tables.people]", "mine.toml"), store)
    assert store.manifest.encode({}) == before
    loaded = records.load(store, folder)
    assert said.tables == loaded.tables
    listed = store.area("quarantine", schema=records.view.QUARANTINE).to_pylist()
    assert sum(p.count for p in said.problems) == len([q for q in listed if q["delivery"] == "n1"]) == 4
    assert {(p.file, p.column, tuple(p.rows), p.kept) for p in said.problems} == {
        ("crimes.csv", "crime_ref", (31,), False), ("crimes.csv", "latitude", (32,), False), ("people.csv", "role", (2,), True),
        ("people.csv", "record_ref", (3,), False),
    }  # fmt: skip
    assert [(c.column, c.code, c.count) for c in said.codes] == [("role", "stranger", 1)]


def test_a_rehearsal_names_everything_that_would_be_refused(deliver, tmp_path):
    folder = deliver(
        "n1",
        crimes=crimes(1),
        incidents=[{"call": "I1", "received_at": "2026-03-04T10:00:00Z"}],
        weather="a,b\n1,2\n",
    )
    (folder / "crimes_2.csv").write_text("crime_ref\nC\n")
    text = "[tables.crimes]\nfile = 'crimes*'\n[tables.incidents.columns]\nincident_ref = 'job'\nreceived_at = 'received_at'"
    said = rehearse(folder, parse_mapping(text, "mine.toml"))
    assert len(said.refused) == 3
    assert {m["likely"] for m in said.missing} == {"call"}
    assert "weather.csv" in " ".join(said.refused)
    assert "crimes.csv and crimes_2.csv" in " ".join(said.refused)
    assert [t.table for t in said.tables] == ["crimes"]


def test_a_rehearsal_names_ours_without_a_source_and_a_missing_own_time(deliver):
    folder = deliver("n1", crimes=crimes(1))
    said = rehearse(folder, parse_mapping("[tables.crimes.columns]\ncrime_ref = 'crime_ref'", "mine.toml"))
    assert "recorded_at" in said.unmapped["crimes"]
    assert said.needed == ["crimes: no column for recorded_at, by which a record is known in time"]
    assert said.unused == {"crimes.csv": ["recorded_at", "offence", "district"]}


def test_a_load_reports_a_column_that_is_gone_and_its_look_alike(store, deliver):
    text = "[tables.crimes.columns]\ncrime_ref = 'crime_ref'\nrecorded_at = 'recorded'\noffence = 'offence'\nflags = 'marks'"
    said = records.load(store, deliver("n1", crimes=crimes(1)), mapping=parse_mapping(text, "mine.toml"))
    gone = {m["ours"]: (m["likely"], m["line"]) for m in said.as_dict()["missing_columns"]["crimes.csv"]}
    assert gone == {
        "recorded_at": ("recorded_at", '[tables.crimes.columns] recorded_at = "recorded_at"'),
        "flags": ("", ""),
    }


def test_a_rehearsal_and_the_counts_know_what_was_erased(store, deliver, here):
    with store.writing():
        manifest = store.manifest.copy()
        told = tombstones.of(manifest)
        for n in (1, 2):
            told["marks"][tombstones.mark(told["salt"], f"crimes:C1-{n}")] = f"e-{n}"
        told["acts"] = [{"at": "2026-02-01T10:00:00Z", "tombstones": ["e-1", "e-2"]}]
        store.commit(manifest)
    folder = deliver("n1", crimes=crimes(1))
    (said,) = rehearse(folder, parse_mapping("[tables.crimes]", "mine.toml"), store).problems
    assert (said.problem, said.count) == ("it was erased before and is not taken again", 2)
    records.load(store, folder)
    (kept,) = report(store)["crimes"]["quarantine"]
    assert (kept["problem"], kept["rows"]) == (said.problem, 2)


def test_recording_doubles_and_unknown_codes_are_followed_over_deliveries(store, deliver, here):
    head = "record_type,record_ref,role,surname,sex,ethnicity_self_defined,nationality\n"
    first = "crimes,C1-0,suspect,Merriweather,F,W1,Irish\ncrimes,C1-1,suspect,Tolliver,M,NS,\n"
    second = "crimes,C2-0,suspect,Merriweather,zz,NS,\ncrimes,C2-1,suspect,Tolliver,M,,\n"
    records.load(store, deliver("n1", crimes=crimes(1), people=head + first))
    records.load(store, deliver("n2", crimes=[*crimes(2), crimes(2)[0]], people=head + second))
    said = report(store)
    assert [t["twice"] for t in said["crimes"]["trend"]] == [0, 1]
    assert [t["ethnicity"] for t in said["crimes"]["trend"]] == [None, None]
    people = said["people"]["trend"]
    assert [t["ethnicity"] for t in people] == [0.5, 0.0]
    assert [t["nationality"] for t in people] == [0.5, 0.0]
    assert [t["unknown"] for t in people] == [0, 1]
