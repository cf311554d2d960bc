"""Versions, people and what is known when: examples from the contract, and random deliveries against the oracle."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records_tools import quarantined

from redshank.oracle.records import KEYS, Archive
from redshank.records import changed_keys, current, last_record_time, load, premises
from redshank.store import Store

UTC = dt.timezone.utc  # noqa: UP017
DAY = dt.datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> dt.datetime:
    return DAY + dt.timedelta(days=number)


def crime(ref: str, at: float, **more) -> dict:
    return {"crime_ref": ref, "recorded_at": day(at).isoformat()} | more


def person(ref: str, name: str, table: str = "crimes", **more) -> dict:
    return {"record_type": table, "record_ref": ref, "role": "victim", "forenames": name} | more


def texts(view) -> dict[str, str]:
    return dict(
        zip(view["records"]["record_ref"].to_pylist(), view["records"]["text"].to_pylist(), strict=True)
    )


def people(view) -> list[tuple]:
    rows = view["appearances"].to_pylist()
    return [(r["record_ref"], r["forenames"], r["delivery"], r["row"]) for r in rows]


@pytest.fixture
def loaded(store, deliver, here):
    load(store, deliver("first", crimes=[crime("C1", 1, narrative="one")], people=[person("C1", "Ana")]))
    return store


def test_a_record_that_comes_again_replaces_its_version_and_its_people(loaded, deliver):
    again = [crime("C1", 1, narrative="two"), crime("C2", 9)]
    report = load(loaded, deliver("second", crimes=again, people=[person("C1", "Bea")]))
    assert (report.tables[0].taken, report.tables[0].replaced) == (1, 1)
    assert texts(current(loaded)) == {"C1": "two", "C2": None}
    assert people(current(loaded)) == [("C1", "Bea", "second", 1)]
    # known from its delivery's time: the latest own time in it
    before = current(loaded, day(8))
    assert texts(before) == {"C1": "one"}
    assert people(before) == [("C1", "Ana", "first", 1)]
    assert texts(current(loaded, day(0.5))) == {}
    assert texts(current(loaded, day(1))) == {"C1": "one"}


def test_without_a_people_table_the_people_stay_and_with_an_empty_one_they_go(loaded, deliver):
    load(loaded, deliver("second", crimes=[crime("C1", 1, narrative="two"), crime("C2", 5)]))
    assert people(current(loaded)) == [("C1", "Ana", "first", 1)]
    load(loaded, deliver("third", crimes=[crime("C1", 1, narrative="two"), crime("C3", 6)], people=[]))
    assert people(current(loaded)) == []
    assert people(current(loaded, day(5.5))) == [("C1", "Ana", "first", 1)]


def test_a_row_for_an_earlier_record_is_added_once(loaded, deliver):
    rows = [person("C1", "Bea"), person("C1", "Ana"), person("C404", "Eve")]
    report = load(loaded, deliver("second", crimes=[crime("C2", 5)], people=rows))
    counts = {t.table: t for t in report.tables}["people"]
    assert (counts.taken, counts.unchanged, counts.quarantined) == (1, 1, 1)
    assert people(current(loaded)) == [("C1", "Ana", "first", 1), ("C1", "Bea", "second", 1)]
    assert people(current(loaded, day(4))) == [("C1", "Ana", "first", 1)]
    assert quarantined(loaded) == [("second", "people.csv", 3, "record_ref", False)]


def test_a_row_for_an_earlier_record_whose_row_here_was_refused(loaded, deliver):
    bad = {"crime_ref": "C1", "recorded_at": "never"}
    load(loaded, deliver("second", crimes=[bad, crime("C2", 5)], people=[person("C1", "Bea")]))
    assert people(current(loaded)) == [("C1", "Ana", "first", 1)]
    assert [q[1:4] for q in quarantined(loaded)] == [
        ("crimes.csv", 1, "recorded_at"),
        ("people.csv", 1, "record_ref"),
    ]


def test_a_birth_date_later_than_the_stored_record_s_time(loaded, deliver):
    load(loaded, deliver("second", people=[person("C1", "Bea", date_of_birth="2026-01-03")]))
    assert [q[3] for q in quarantined(loaded)] == ["date_of_birth"]


def test_the_same_row_again_has_the_same_id(loaded, deliver):
    first = current(loaded)["appearances"]["appearance_id"].to_pylist()
    twice = [person("C1", "Ana"), person("C1", "Ana")]
    load(loaded, deliver("second", crimes=[crime("C1", 1, narrative="one")], people=twice))
    ids = current(loaded)["appearances"]["appearance_id"].to_pylist()
    assert ids[0] == first[0]
    assert len(set(ids)) == 2
    assert all(0 <= i < 1 << 63 for i in ids)


def test_an_unchanged_record_is_no_new_version(loaded, deliver):
    report = load(loaded, deliver("second", crimes=[crime("C1", 1, narrative="one")]))
    assert report.tables[0].unchanged == 1
    assert current(loaded)["records"]["delivery"].to_pylist() == ["first"]


def test_received_sets_the_time_of_a_delivery(loaded, deliver):
    load(loaded, deliver("second", crimes=[crime("C1", 1, narrative="two")]), received=day(50))
    assert texts(current(loaded, day(49))) == {"C1": "one"}
    assert texts(current(loaded, day(50))) == {"C1": "two"}


def test_premises_are_known_always_and_records_without_own_time_from_their_delivery_s(store, deliver, here):
    tables = {
        "premises": [{"premises_ref": "P1", "name": "Inn", "address": "1 High St"}],
        "crimes": [{"crime_ref": "C1", "recorded_at": ""}, crime("C2", 3)],
        "county_lines": [{"line_ref": "L1", "opened_on": "2026-07-01", "origin": "Town"}],
    }
    load(store, deliver("first", **tables))
    seen = current(store, day(-9999))["records"]["record_key"].to_pylist()
    assert seen == ["premises:P1"]
    assert premises(store)["location"].to_pylist() == ["1 High St"]
    known = dict(
        zip(
            current(store)["records"]["record_key"].to_pylist(),
            current(store)["records"]["known_at"].to_pylist(),
            strict=True,
        )
    )
    assert known["county_lines:L1"] == dt.datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert known["crimes:C1"] == known["county_lines:L1"], "the latest own time in the delivery"
    assert last_record_time(store) == known["county_lines:L1"]
    assert last_record_time(store, day(10)) == day(3)


def test_a_time_later_than_as_of_reads_as_empty_and_its_outcome_with_it(store, deliver, here):
    episode = {
        "episode_ref": "M1",
        "reported_at": day(1).isoformat(),
        "missing_from_at": day(0).isoformat(),
        "returned_at": day(5).isoformat(),
        "found_at_location": "Station",
        "found_latitude": "51",
        "return_interview_at": day(7).isoformat(),
        "narrative": "as received",
    }
    custody = {"custody_ref": "K1", "arrested_at": day(1).isoformat(), "released_at": day(2).isoformat()}
    late = crime("C1", 1, occurred_to=day(3).isoformat(), outcome="16")
    load(store, deliver("d", missing_episodes=[episode], custody=[custody], crimes=[late]))

    def seen(at):
        rows = {r["record_type"]: r for r in current(store, at)["records"].to_pylist()}
        m, k, c = rows["missing_episodes"], rows["custody"], rows["crimes"]
        return (
            m["returned_at"] is not None,
            m["found_at_location"],
            m["return_interview_at"] is not None,
            k["released_at"] is not None,
            c["outcome"],
            m["text"],
        )

    assert seen(day(1)) == (False, None, False, False, None, "as received")
    assert seen(day(4)) == (False, None, False, True, "16", "as received")
    assert seen(day(5)) == (True, "Station", False, True, "16", "as received")
    assert seen(None) == (True, "Station", True, True, "16", "as received")
    points = [{"delivery_no": 1, "as_of": day(n).isoformat()} for n in (4, 5)]
    assert changed_keys(store, *points).to_pylist() == ["missing_episodes:M1"]


def test_one_file_may_hold_two_tables(store, tmp_path):
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "episodes_2026.csv").write_text(
        "EpisodeId|ReportedTime|RiskGrade|PersonId|GivenNames|FamilyName|BirthDate|Gender|Wing\n"
        "E1|14.03.2026 22:05|H|P1|Ana|Ash|03.02.2010|Female|x\n"
        "E2|14.03.2026 22:05\n"
        "E3|2026-03-15T09:00:00|zz|P2|Bo|Birch|3 February 2011|male|x\n"
    )
    report = load(store, folder, mapping="misper_export")
    assert quarantined(store) == [
        ("d", "episodes_2026.csv", 2, None, False),
        ("d", "episodes_2026.csv", 3, "risk", True),
    ]
    assert report.unknown_columns == {"episodes_2026.csv": ["Wing"]}
    view = current(store)
    assert view["records"]["risk"].to_pylist() == ["high", "not stated"]
    rows = view["appearances"].to_pylist()
    assert [(r["role"], r["sex"], r["date_of_birth"].year, r["local_key"]) for r in rows] == [
        ("missing", "F", 2010, "missing_episodes|P1"),
        ("missing", "M", 2011, "missing_episodes|P2"),
    ]


def test_exports_of_three_systems(store, tmp_path):
    rms, cad = tmp_path / "rms", tmp_path / "cad"
    rms.mkdir()
    cad.mkdir()
    (rms / "CRIME_20260314.csv").write_bytes(
        "CRIME_NO;DT_REC;INV_STATUS;MO_TEXT\r\nC1;14/03/2026 22:05;01;caf\u00e9 \u2013 seen\r\n".encode(
            "cp1252"
        )
    )
    (rms / "NOMINAL_20260314.csv").write_bytes(
        b"LINK_TYPE;LINK_NO;ROLE_CD;SURNAME;SEX;DOB\r\ncrm;C1;VIC;Ash;2;03/02/2010\r\n"
    )
    (cad / "STORM_INCIDENTS.csv").write_bytes(
        "Incident Number\tCall Received\tLog Text\nI1\t01-Jul-2026 12:00:00\ta \u201clog\u201d\n".encode(
            "utf-16"
        )
    )
    (cad / "STORM_CALLERS.csv").write_bytes("Incident Number\tCaller CLI\nI1\t07700900001\n".encode("utf-16"))
    load(store, rms, mapping="rms_export")
    load(store, cad, mapping="cad_export")
    view = current(store)
    records = {r["record_key"]: r for r in view["records"].to_pylist()}
    assert records["crimes:C1"]["text"] == "caf\u00e9 \u2013 seen"
    assert records["crimes:C1"]["status"] == "open"
    assert records["incidents:I1"]["own_at"] == dt.datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert records["incidents:I1"]["source_origin"] == "public"
    assert view["appearances"]["role"].to_pylist() == ["victim"]
    assert view["appearances"]["date_of_birth"].to_pylist() == [dt.date(2010, 2, 3)]
    assert view["phones"]["number"].to_pylist() == ["+447700900001"]
    assert quarantined(store) == []


def test_a_birth_date_is_not_held_against_the_time_of_a_version_that_was_replaced(here, tmp_path):
    """The loader looked at the earlier version's time where the new version has none; the oracle does not."""
    store, archive = Store.open(tmp_path / "home", create=True), Archive()
    crime = {"crime_ref": "K1", "recorded_at": None, "occurred_to": None, "outcome": None, "narrative": "a"}
    born = {"forenames": "p", "date_of_birth": dt.date(2026, 1, 4)}
    victim = {"record_type": "crimes", "record_ref": "K1", "role": "victim", **born}
    tables = [{"crimes": [crime | {"recorded_at": day(0)}]}, {"crimes": [crime], "people": [victim]}]
    for number, content in enumerate(tables, start=1):
        write(tmp_path / f"d{number}", content)
        load(store, tmp_path / f"d{number}")
        archive.load({"received": None, "tables": content})
        view = compare(store, archive, None)
    assert len(view["appearances"]) == 1
    assert quarantined(store) == []


# ---- random deliveries against the oracle ---------------------------------------------------------------

MOMENTS = st.integers(0, 8).map(day)
OPTIONAL = st.none() | MOMENTS
CRIMES = st.fixed_dictionaries(
    {
        "crime_ref": st.sampled_from(["K1", "K2"]),
        "recorded_at": OPTIONAL,
        "occurred_to": OPTIONAL,
        "outcome": st.sampled_from([None, "x"]),
        "narrative": st.sampled_from(["a", "b"]),
    }
)
EPISODES = st.fixed_dictionaries(
    {
        "episode_ref": st.sampled_from(["K1", "K3"]),
        "reported_at": OPTIONAL,
        "returned_at": OPTIONAL,
        "found_at_location": st.sampled_from([None, "y"]),
    }
)
PREMISES = st.fixed_dictionaries({"premises_ref": st.just("K4"), "name": st.sampled_from(["n", "m"])})
OF = {
    "record_type": st.sampled_from(["crimes", "missing_episodes", "premises"]),
    "record_ref": st.sampled_from(["K1", "K2", "K3", "K4"]),
}
PEOPLE = st.fixed_dictionaries(
    {
        **OF,
        "role": st.just("victim"),
        "forenames": st.sampled_from(["p", "q"]),
        "date_of_birth": st.sampled_from([None, dt.date(2000, 1, 2), dt.date(2026, 1, 4)]),
    }
)
PHONES = st.fixed_dictionaries({**OF, "role": st.just("caller"), "number": st.sampled_from(["0771", "0772"])})
TABLES = st.fixed_dictionaries(
    {"crimes": st.lists(CRIMES, max_size=4)},
    optional={
        "missing_episodes": st.lists(EPISODES, max_size=3),
        "premises": st.lists(PREMISES, max_size=2),
        "people": st.lists(PEOPLE, max_size=5),
        "phones": st.lists(PHONES, max_size=3),
    },
)
DELIVERIES = st.lists(st.fixed_dictionaries({"received": OPTIONAL, "tables": TABLES}), min_size=1, max_size=4)
HEADERS = {
    "crimes": ["crime_ref", "recorded_at", "occurred_to", "outcome", "narrative"],
    "missing_episodes": ["episode_ref", "reported_at", "returned_at", "found_at_location"],
    "premises": ["premises_ref", "name"],
    "people": ["record_type", "record_ref", "role", "forenames", "date_of_birth"],
    "phones": ["record_type", "record_ref", "role", "number"],
}


def write(folder: Path, tables: dict) -> None:
    folder.mkdir()
    for table, rows in tables.items():
        lines = [",".join(HEADERS[table])]
        for row in rows:
            cells = [row.get(c) for c in HEADERS[table]]
            lines.append(
                ",".join("" if c is None else c if isinstance(c, str) else c.isoformat() for c in cells)
            )
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n")


def compare(store: Store, archive: Archive, as_of: dt.datetime | None) -> dict:
    view, truth = current(store, as_of), archive.view(as_of)
    records = {(r["record_type"], r["record_ref"]): r for r in view["records"].to_pylist()}
    assert set(records) == set(truth["records"])
    for key, version in truth["records"].items():
        found = records[key]
        assert found["delivery_no"] == version["delivery"]
        assert found["row"] == version["row"]
        assert (found["known_at"], found["own_at"]) == (version["known_at"], version["own_at"])
        for name, value in version["content"].items():
            if name in found and name not in ("name",):
                assert found[name] == value, name
    for table, area in (("people", "appearances"), ("phones", "phones")):
        names = ("forenames", "date_of_birth") if table == "people" else ("number",)
        got = sorted(
            (r["record_key"], r["delivery_no"], r["known_at"], *(repr(r[n]) for n in names))
            for r in view[area].to_pylist()
        )
        expected = sorted(
            (":".join(r["key"]), r["delivery"], r["known_at"], *(repr(r["content"][n]) for n in names))
            for r in truth[table]
        )
        assert got == expected, table
    return {name: view[name].to_pylist() for name in view}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DELIVERIES, st.lists(MOMENTS, min_size=2, max_size=2))
def test_any_deliveries_give_what_the_oracle_gives(here, deliveries, moments):
    folder = Path(tempfile.mkdtemp())
    try:
        store, archive = Store.open(folder / "home", create=True), Archive()
        views = {}
        points = [None, *moments]
        for number, delivery in enumerate(deliveries, start=1):
            write(folder / f"d{number}", delivery["tables"])
            load(store, folder / f"d{number}", received=delivery["received"])
            archive.load(delivery)
            for at in points:
                views[number, at] = compare(store, archive, at)
        places = [(q[0], q[1].split(".")[0], q[2], q[3]) for q in quarantined(store)]
        assert sorted(places) == sorted((f"d{n}", t, row, column) for n, t, row, column in archive.quarantine)
        everything = pa.array(sorted({":".join(k) for k in archive.arrivals}), pa.string())
        for key in everything:
            one = current(store, None, pa.array([key.as_py()]))
            for name, rows in views[len(deliveries), None].items():
                assert one[name].to_pylist() == [r for r in rows if r["record_key"] == key.as_py()]
        check_changed(store, views)
    finally:
        shutil.rmtree(folder)


def check_changed(store: Store, views: dict) -> None:
    """No key whose view differs between two points is left out."""
    points = list(views.items())
    for ((n, a), before), ((m, b), after) in zip(points, [*points[1:], points[0]], strict=True):
        since = {"delivery_no": n, "as_of": a and a.isoformat()}
        now = {"delivery_no": m, "as_of": b and b.isoformat()}
        named = set(changed_keys(store, since, now).to_pylist())
        differing = set()
        for name in before:
            was, is_now = ({repr(r): r["record_key"] for r in v[name]} for v in (before, after))
            differing |= {was.get(r) or is_now.get(r) for r in was.keys() ^ is_now.keys()}
        assert differing <= named, (since, now)


def test_the_oracle_knows_every_keyed_table():
    from redshank.tables.extracts import RECORD_TABLES

    assert tuple(KEYS) == RECORD_TABLES
