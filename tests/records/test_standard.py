"""Standard forms: specification tables, and the same under every clock and composition."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.records import fold, fold_text, standard
from redshank.records.times import NO_DATE, OK, OUT_OF_RANGE, parse_dates, parse_times


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("O'Brien", "OBRIEN"),
        ("O’Brien", "OBRIEN"),
        ("Smith-Jones", "SMITH JONES"),
        ("  Anne   Marie ", "ANNE MARIE"),
        ("St. John", "ST JOHN"),
        ("José", "JOSE"),
        ("straße", "STRASSE"),
        ("Łukasz Żółć", "LUKASZ ZOLC"),
        ("Ольга", "OLGA"),
        ("محمد", "MHMD"),
        ("Smith (née Jones)", "SMITH NEE JONES"),
        ("4711", None),
        ("-", None),
        ("", None),
    ],
)
def test_fold(name, folded):
    assert fold_text(name) == folded


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=12))
def test_folding_knows_no_composition_and_is_its_own_fold(name):
    folded = fold_text(name)
    assert (
        folded
        == fold_text(unicodedata.normalize("NFD", name))
        == fold_text(unicodedata.normalize("NFC", name))
    )
    assert folded is None or set(folded) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    assert folded is None or fold_text(folded) == folded


def test_a_column_is_folded_with_its_nulls():
    assert fold(pa.chunked_array([["b", None], ["b", ""]])).to_pylist() == ["B", None, "B", None]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07700 900001", "+447700900001"),
        ("(0770) 090-0001", "+447700900001"),
        ("+44 7700 900001", "+447700900001"),
        ("+44 (0)7700 900001", "+447700900001"),
        ("0044 7700 900001", "+447700900001"),
        ("7700900001", "+447700900001"),
        ("020 7946 0001", "+442079460001"),
        ("+353 1 234 5678", "+35312345678"),
        ("0770", "0770"),
        ("unknown", None),
    ],
)
def test_phone(text, number):
    assert standard.phone(text) == number


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["0", "+44", "0044"]), st.from_regex(r"[1-9][0-9]{7,10}", fullmatch=True))
def test_the_short_way_for_phones_equals_the_library(prefix, rest):
    assert standard.phone(prefix + rest) == standard.phone_by_library(prefix + rest)


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        (standard.postcode, "ab12cd", "AB1 2CD"),
        (standard.postcode, " SW1A  1aa ", "SW1A 1AA"),
        (standard.postcode, "AB1", "AB1"),
        (standard.postcode, "n/a", "N A"),
        (standard.postcode, " - ", None),
        (standard.vrm, "ab12 cde", "AB12CDE"),
        (standard.vrm, "??", None),
        (standard.handle, " @Fox_99 ", "fox_99"),
        (standard.handle, "@", None),
        (standard.address, "14 High St, Townville", "14 HIGH STREET"),
        (standard.address, "14, High Street", "14 HIGH STREET"),
        (standard.address, "Flat 2, 14 High Rd.", "FLAT 2 14 HIGH ROAD"),
        (standard.address, "Apt 2 14 High Rd", "FLAT 2 14 HIGH ROAD"),
        (standard.address, "12A St Mary's Ave\nTownville", "12A ST MARYS AVENUE"),
        (standard.address, "The Old Mill, Mill Ln", "THE OLD MILL"),
        (standard.address, ",", None),
        (standard.other_names, "Fox|fóx| |Big Al", "FOX|BIG AL"),
        (standard.first_name, "ANNE MARIE", "ANNE"),
    ],
)
def test_other_standard_forms(function, text, expected):
    assert function(text) == expected


def test_placeholder_birthdays():
    days = pa.array([dt.date(1900, 1, 1), dt.date(2001, 1, 1), dt.date(2001, 1, 2), None])
    assert standard.placeholder(days).to_pylist() == [True, True, False, None]


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.timezone.utc)  # noqa: UP017


TIMES = [
    ("2026-03-14T22:05:00+00:00", ("ISO",), "2026-03-14T22:05:00"),
    ("2026-03-14T22:05:00Z", ("ISO",), "2026-03-14T22:05:00"),
    ("2026-07-14T22:05:00+0530", ("ISO",), "2026-07-14T16:35:00"),
    ("2026-01-14 22:05", ("ISO",), "2026-01-14T22:05:00"),
    ("2026-07-14 22:05", ("ISO",), "2026-07-14T21:05:00"),
    ("2026-07-14T22:05:00.1234567", ("ISO",), "2026-07-14T21:05:00.123456"),
    ("2026-07-14", ("ISO",), "2026-07-13T23:00:00"),
    ("2026-10-25T01:30:00", ("ISO",), "2026-10-25T00:30:00"),  # comes twice: the first
    ("2026-03-29T01:30:00", ("ISO",), "2026-03-29T01:30:00"),  # left out: by the clock before
    ("1941-07-01T12:00:00", ("ISO",), "1941-07-01T10:00:00"),  # double summer time
    ("14/03/2026 22:05", ("%d/%m/%Y %H:%M",), "2026-03-14T22:05:00"),
    ("1-Jul-2026 00:00:01", ("%d-%b-%Y %H:%M:%S",), "2026-06-30T23:00:01"),
    ("3 july 2026", ("ISO", "%d %B %Y"), "2026-07-02T23:00:00"),
    ("14/03/2026 22:05", ("ISO",), NO_DATE),
    ("2026-03-14T22:05:00Z", ("%d/%m/%Y",), NO_DATE),
    ("31/02/2026", ("%d/%m/%Y",), NO_DATE),
    ("2026-03-14T24:00:00Z", ("ISO",), NO_DATE),
    ("2026-03-14T22:05:00+25:00", ("ISO",), NO_DATE),
    ("1899-12-31T23:59:59Z", ("ISO",), OUT_OF_RANGE),
    ("2100-01-01T00:00:00Z", ("ISO",), OUT_OF_RANGE),
]


@pytest.mark.parametrize(("text", "formats", "expected"), TIMES)
@pytest.mark.parametrize("beside", [None, "x"])
def test_times(text, formats, expected, beside):
    """Each alone (all at once) and beside a cell that is none (one by one)."""
    values, codes = parse_times(pa.array([text, None, beside]), formats)
    if isinstance(expected, int):
        assert (values[0].as_py(), codes[0]) == (None, expected)
    else:
        assert (values[0].as_py(), codes[0]) == (utc(expected), OK)
    assert (values[1].as_py(), codes[1]) == (None, OK)


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        ("2010-02-28", ("ISO",), dt.date(2010, 2, 28)),
        ("2010-02-28T00:00:00", ("ISO",), dt.date(2010, 2, 28)),
        ("2010-02-28T07:00:00", ("ISO",), None),
        ("2010-02-29", ("ISO",), None),
        ("28.02.2010", ("%d.%m.%Y",), dt.date(2010, 2, 28)),
        ("28 February 2010", ("%d.%m.%Y", "%d %B %Y"), dt.date(2010, 2, 28)),
        (dt.date(2010, 2, 28), ("ISO",), dt.date(2010, 2, 28)),
        (dt.datetime(2010, 2, 28), ("%d.%m.%Y",), dt.date(2010, 2, 28)),
        (dt.datetime(2010, 2, 28, 7), ("ISO",), None),
    ],
)
def test_dates(cell, formats, expected):
    values, codes = parse_dates(pa.array([cell]), formats)
    assert values[0].as_py() == expected
    assert (codes[0] == OK) == (expected is not None)


def test_naive_typed_times_are_london_s():
    values, _ = parse_times(pa.array([dt.datetime(2026, 7, 1, 12)], pa.timestamp("us")), ("ISO",))
    assert values[0].as_py() == utc("2026-07-01T11:00:00")


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/Los_Angeles"])
def test_the_machine_s_zone_and_locale_play_no_part(zone, tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "crimes.csv").write_text(
        "crime_ref,recorded_at,narrative\nC1,2026-07-01T12:00:00,x\nC2,2026-10-25T01:30:00,y\n"
    )
    code = (
        "import sys; from redshank.store import Store; from redshank.records import load, current\n"
        "store = Store.open(sys.argv[1], create=True); load(store, sys.argv[2])\n"
        "print(current(store)['records'].to_pylist())\n"
    )
    out = []
    for number, env in enumerate(({"TZ": "UTC"}, {"TZ": zone, "LC_ALL": "C", "PYTHONHASHSEED": "7"})):
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path / f"h{number}", tmp_path / "d"],
            capture_output=True,
            text=True,
            env={**os.environ, **env},
        )
        assert done.returncode == 0, done.stderr[-500:]
        out.append(done.stdout)
    assert out[0] == out[1]
