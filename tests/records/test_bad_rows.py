"""Every rule a row can break: file, row, column, reason; the rest is taken."""

from __future__ import annotations

import pytest
from records_tools import quarantined

from redshank.errors import DeliveryRefused, Exit, StoreBusy, UsageError
from redshank.records import current, load
from redshank.records.view import QUARANTINE
from redshank.store import Store

AT = "2026-03-14T22:05:00+00:00"
GOOD = {"crimes": {"crime_ref": "C1", "recorded_at": AT}}


def of_crime(**more):
    return {"record_type": "crimes", "record_ref": "C1", "role": "victim"} | more


# (table, the row, failing column or None, kept)
ROWS = [
    ("crimes", {"crime_ref": "", "recorded_at": AT}, "crime_ref", False),
    ("crimes", {"crime_ref": "  ", "recorded_at": AT}, "crime_ref", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": "never"}, "recorded_at", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": "14/03/2026 22:05"}, "recorded_at", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": "2026-02-30T00:00:00Z"}, "recorded_at", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": "2026-03-14T25:00:00Z"}, "recorded_at", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": "9999-12-31T00:00:00Z"}, "recorded_at", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": "0001-01-01T00:00:00Z"}, "recorded_at", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": AT, "latitude": "512"}, "latitude", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": AT, "longitude": "-181"}, "longitude", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": AT, "latitude": "51,5"}, "latitude", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": AT, "latitude": "nan"}, "latitude", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": AT, "latitude": "1e999"}, "latitude", False),
    ("crimes", {"crime_ref": "C2", "recorded_at": AT, "latitude": "54.9", "longitude": "3.2"}, None, False),
    ("crimes", {"crime_ref": "=1+1", "recorded_at": AT, "status": "@SUM(A1)"}, None, False),
    ("crimes", {"crime_ref": "C2", "recorded_at": "x", "latitude": "y"}, "recorded_at", False),
    ("intelligence", {"report_ref": "R", "submitted_at": AT, "handling": "Z"}, "handling", False),
    (
        "intelligence",
        {"report_ref": "R", "submitted_at": AT, "source_evaluation": "7"},
        "source_evaluation",
        False,
    ),
    ("vulnerability_entries", {"entry_ref": "E", "list": "watch"}, "list", False),
    ("county_lines", {"line_ref": "L", "status": "paused"}, "status", False),
    ("county_lines", {"line_ref": "L", "opened_on": "2026-13-01"}, "opened_on", False),
    ("county_lines", {"line_ref": "L", "force_score": "high"}, "force_score", False),
    ("premises", {"premises_ref": "P", "kind": "spaceport"}, "kind", False),
    ("premises", {"premises_ref": "P", "kind": " Taxi Operator "}, None, False),
    ("missing_episodes", {"episode_ref": "M", "reported_at": AT, "risk": "severe"}, "risk", True),
    ("missing_episodes", {"episode_ref": "M", "reported_at": "x", "risk": "severe"}, "reported_at", False),
    ("people", of_crime(role="ringleader"), "role", True),
    ("people", of_crime(role="ringleader", sex="Q"), "sex", False),
    ("people", of_crime(role=""), None, False),
    ("people", of_crime(sex=" f"), None, False),
    ("people", of_crime(date_of_birth="2010-02-30"), "date_of_birth", False),
    ("people", of_crime(date_of_birth="1st May"), "date_of_birth", False),
    ("people", of_crime(date_of_birth="1801-01-01"), "date_of_birth", False),
    ("people", of_crime(date_of_birth="2026-03-15"), "date_of_birth", False),
    ("people", of_crime(date_of_birth="2026-03-14"), None, False),
    ("people", of_crime(record_ref="C404"), "record_ref", False),
    ("people", of_crime(record_ref="C404", date_of_birth="x"), "record_ref", False),
    ("people", of_crime(record_ref=""), "record_ref", False),
    ("people", of_crime(record_type="weather"), "record_type", False),
    ("people", of_crime(record_type=" Crimes "), None, False),
    ("vehicles", {"record_type": "crimes", "record_ref": "C404", "vrm": "AB12CDE"}, "record_ref", False),
    ("phones", {"record_type": "crimes", "record_ref": "C404", "number": "0770"}, "record_ref", False),
]


@pytest.mark.parametrize(("table", "row", "column", "kept"), ROWS)
def test_one_row(store, deliver, here, table, row, column, kept):
    tables = {name: [dict(r)] for name, r in GOOD.items()}
    tables.setdefault(table, []).append(row)
    report = load(store, deliver("d", **tables))
    number = 2 if table == "crimes" else 1
    expected = [] if column is None else [("d", f"{table}.csv", number, column, kept)]
    assert quarantined(store) == expected
    entries = store.area("quarantine", schema=QUARANTINE).to_pylist()
    assert all(e["problem"] and len(e["problem"]) > 8 for e in entries)
    assert all(e["value"] == ((row[column].strip() and row[column]) or e["value"]) for e in entries)
    counts = {t.table: t for t in report.tables}[table]
    assert counts.quarantined == (column is not None and not kept)
    assert counts.kept == kept
    assert "crimes:C1" in current(store)["records"]["record_key"].to_pylist()


def test_kept_rows_have_a_neutral_code(store, deliver, here):
    load(
        store,
        deliver(
            "d",
            missing_episodes=[{"episode_ref": "M", "reported_at": AT, "risk": "severe"}],
            people=[{"record_type": "missing_episodes", "record_ref": "M", "role": "ward"}],
        ),
    )
    view = current(store)
    assert view["records"]["risk"].to_pylist() == ["not stated"]
    assert view["appearances"]["role"].to_pylist() == ["other"]


def test_a_row_of_a_refused_record_is_set_aside(store, deliver, here):
    load(
        store,
        deliver(
            "d",
            crimes=[{"crime_ref": "C1", "recorded_at": AT}, {"crime_ref": "C2", "recorded_at": "x"}],
            people=[of_crime(record_ref="C2"), of_crime()],
        ),
    )
    assert quarantined(store) == [
        ("d", "crimes.csv", 2, "recorded_at", False),
        ("d", "people.csv", 1, "record_ref", False),
    ]


def test_a_key_twice_in_one_delivery(store, deliver, here):
    """The first row that can be taken stands; identical ones are ignored, later differing ones set aside."""
    rows = [("x", "bad first"), (AT, "one"), (AT, "one"), (AT, "two"), (AT, "one"), (AT, "three")]
    crimes = [{"crime_ref": "C1", "recorded_at": at, "narrative": text} for at, text in rows]
    report = load(store, deliver("d", crimes=crimes, people=[of_crime()]))
    assert [q[2:4] for q in quarantined(store)] == [(1, "recorded_at"), (4, "crime_ref"), (6, "crime_ref")]
    assert current(store)["records"]["text"].to_pylist() == ["one"]
    assert current(store)["appearances"].num_rows == 1
    counts = report.tables[0]
    assert (counts.rows, counts.taken, counts.repeated, counts.quarantined) == (6, 1, 2, 3)


def test_rows_are_numbered_as_a_parser_counts_them(store, deliver, here):
    text = (
        f'crime_ref,recorded_at,narrative\r\nC1,{AT},"two\r\nlines"\r\n\r\nC2,never,x\r\nC3\r\nC4,{AT},"cut'
    )
    load(store, deliver("d", crimes=text))
    assert [(q[2], q[3]) for q in quarantined(store)] == [(2, "recorded_at"), (3, None), (4, None)]


def test_nothing_but_headers(store, deliver, here):
    report = load(store, deliver("d", crimes=[], people=[], premises=[]))
    assert [(t.table, t.rows) for t in report.tables] == [("crimes", 0), ("premises", 0), ("people", 0)]
    assert current(store)["records"].num_rows == 0


def test_a_refused_delivery_leaves_the_store_as_it_was(store, deliver):
    load(store, deliver("d", crimes=[GOOD["crimes"]]))
    before = Store.open(store.home).manifest
    bad = deliver("e", crimes=[GOOD["crimes"]])
    (bad / "weather.csv").write_text("x\n")
    with pytest.raises(DeliveryRefused):
        load(store, bad)
    assert Store.open(store.home).manifest == before


def test_the_same_delivery_twice_and_the_same_name_with_other_content(store, deliver, tmp_path):
    folder = deliver("d", crimes=[GOOD["crimes"]])
    assert load(store, folder).new
    before = Store.open(store.home).manifest
    again = load(store, folder)
    assert not again.new
    assert again.messages
    assert Store.open(store.home).manifest == before
    (folder / "crimes.csv").write_text(f"crime_ref,recorded_at\nC2,{AT}\n")
    with pytest.raises(DeliveryRefused, match="named d") as error:
        load(store, folder)
    assert "--name" in error.value.advice
    assert error.value.exit == Exit.REFUSED
    assert load(store, folder, name="other").number == 2
    with pytest.raises(UsageError):
        load(store, folder, name="two\nlines")


def test_two_loads_at_once(store, deliver):
    folder = deliver("d", crimes=[GOOD["crimes"]])
    other = Store.open(store.home)
    with store.writing(), pytest.raises(StoreBusy):
        load(other, folder, wait_seconds=0.2)


def test_messages_hold_no_personal_data(store, deliver, here):
    people = [of_crime(forenames="Secretname", date_of_birth="Secretdate", sex="Secretsex")]
    report = load(store, deliver("d", crimes=[GOOD["crimes"]], people=people))
    assert "Secret" not in repr(report)
    assert "Secretsex" in repr(store.area("quarantine", schema=QUARANTINE).to_pylist())
