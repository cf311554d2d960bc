"""Deliveries made to break the program: a clear refusal or a quarantine row, and a store as it was."""

import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .tools import CRIMES, PEOPLE, SECRET, raw, rows, state, table

GOOD = [["C1", "2026-03-01T10:00:00", f"{SECRET} at the hotel."]]


def _zip(folder, part):
    folder.mkdir()
    with zipfile.ZipFile(folder / "crimes.xlsx", "w") as out:
        out.writestr(part, "<x")
    return folder


def _cut_parquet(folder):
    folder.mkdir()
    path = folder / "crimes.parquet"
    pq.write_table(pa.table({"crime_ref": [f"C{i}" for i in range(3000)]}), path)
    path.write_bytes(path.read_bytes()[:-500])
    return folder


def _nested_parquet(folder):
    folder.mkdir()
    pq.write_table(pa.table({"crime_ref": [["C1"]]}), folder / "crimes.parquet")
    return folder


def _empty(folder):
    folder.mkdir()
    return folder


def _file(folder):
    folder.write_text("x")
    return folder


REFUSED = {
    "empty folder": (_empty, "is empty"),
    "a file instead of a folder": (_file, "is no folder"),
    "unknown table": (lambda f: table(f, "cremes.csv", CRIMES, GOOD), "cremes.csv is unknown"),
    "wrong header": (lambda f: table(f, "crimes.csv", "a b c", GOOD), "no column crime_ref"),
    "no header": (lambda f: raw(f, "crimes.csv", f"C1,2026-01-01,{SECRET}\n".encode()), "no column crime_ref"),
    "no bytes": (lambda f: raw(f, "crimes.csv", b""), "is empty"),
    "only line ends": (lambda f: raw(f, "crimes.csv", b"\n\n"), "no header row"),
    "UTF-16 without a mark": (lambda f: table(f, "crimes.csv", CRIMES, GOOD, "utf-16-le"), "no text in utf-8"),
    "Windows-1252": (lambda f: table(f, "crimes.csv", CRIMES, [["C1", "", "Café"]], "cp1252"), "no text in utf-8"),
    "a ZIP named .xlsx": (lambda f: _zip(f, "a.txt"), "ZIP archive"),
    "a broken workbook": (lambda f: _zip(f, "xl/workbook.xml"), "no XLSX workbook"),
    "bytes named .xlsx": (lambda f: raw(f, "crimes.xlsx", b"PK\x03\x04junk"), "no XLSX workbook"),
    "a Parquet cut short": (_cut_parquet, "no whole Parquet file"),
    "a Parquet of lists": (_nested_parquet, "lists or structures"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_refused_with_advice_and_the_store_as_it_was(what, program, home, tmp_path):
    make, words = REFUSED[what]
    folder, before = make(tmp_path / "delivery"), state(home)
    done = program("load", folder, home=home)
    assert done.code == 10
    assert words in done.told
    assert len(done.told.splitlines()) == 2  # what is so, and what to do
    assert state(home) == before


def test_a_missing_folder_is_wrong_usage(program, home, tmp_path):
    assert program("load", tmp_path / "nothing", home=home).code == 2


BAD_ROWS = {
    "three styles of dates": (
        [["D1", "2026-03-01", "a"], ["D2", "01/03/2026", "a"], ["D3", "1 March 2026", "a"]], {2: "recorded_at", 3: "recorded_at"},
    ),
    "the years 1 and 9999": (
        [["D1", "0001-01-01", "a"], ["D2", "9999-12-31T23:59:59", "a"], ["D3", "0001-01-01T00:00:00+14:00", "a"],
         ["D4", "9999-12-31T23:59:59-12:00", "a"], ["D5", "2026-03-01T10:00:00+14:00", "a"]],
        dict.fromkeys((1, 2, 3, 4), "recorded_at"),
    ),
    "a key that differs and one that repeats": (
        [["D1", "2026-03-01", "a"], ["D1", "2026-03-01", "a"], ["D1", "2026-03-01", "b"]], {3: "crime_ref"},
    ),
    "a NUL byte": ([["D1", "2026-03-01", "a"], ["D2", "2026-03-01", "a\0b"], ["D3", "2026-03-01", "a"]], {2: "narrative"}),
    "formulas and blanks": ([["=1+1", "2026-03-01", "@SUM(A1)"], ["+D2", "2026-03-01", " \t "]], {}),
    "a cell of ten megabytes": ([["D1", "2026-03-01", "at the hotel. " * 750_000]], {}),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_is_in_quarantine_and_the_others_are_taken(what, program, tmp_path):
    given, expected = BAD_ROWS[what]
    done = program("load", table(tmp_path / "d", "crimes.csv", CRIMES, given), home=tmp_path / "home")
    assert done.code == 0
    assert _quarantine(tmp_path / "home") == expected
    assert ("in quarantine" in done.out) == bool(expected)  # and where to read why


def _quarantine(home):
    from redshank.night.publish import quarantined
    from redshank.store import Store

    return {r["row"]: r["column"] for r in quarantined(Store.open(home)).to_pylist()}


def test_coordinates_and_people_that_cannot_be(program, tmp_path):
    folder = table(
        tmp_path / "d", "crimes.csv", CRIMES + " latitude longitude",
        [["C1", "2026-03-01", "a", "51.5", "0"], ["C2", "2026-03-01", "a", "512", "0"], ["C3", "2026-03-01", "a", "1e400", "nan"]],
    )  # fmt: skip
    table(
        folder, "people.csv", "record_type record_ref role date_of_birth",
        [["crimes", "C1", "victim", "2027-01-01"], ["crimes", "NONE", "victim", ""], ["crimes", "C2", "victim", ""],
         ["crimes", "C1", "victim", "2012-01-01"]],
    )  # fmt: skip
    home = tmp_path / "home"
    assert program("load", folder, home=home).code == 0
    from redshank.night.publish import quarantined
    from redshank.store import Store

    found = {(r["file"], r["row"]): r["column"] for r in quarantined(Store.open(home)).to_pylist()}
    assert found == {
        ("crimes.csv", 2): "latitude", ("crimes.csv", 3): "latitude", ("people.csv", 1): "date_of_birth",
        ("people.csv", 2): "record_ref", ("people.csv", 3): "record_ref",
    }  # fmt: skip


def test_a_file_cut_off_in_a_cell(program, tmp_path):
    data = b'crime_ref,recorded_at,narrative\nC1,2026-03-01,fine\nC2,2026-03-01,"she was se'
    assert program("load", raw(tmp_path / "d", "crimes.csv", data), home=tmp_path / "home").code == 0
    assert list(_quarantine(tmp_path / "home")) == [2]


def test_utf_16_that_declares_itself_is_read(program, tmp_path):
    folder = table(tmp_path / "d", "crimes.csv", CRIMES, [["C1", "2026-03-01", "Łódź"]], "utf-16")
    assert program("load", folder, home=tmp_path / "home").code == 0
    assert _quarantine(tmp_path / "home") == {}


def test_a_typed_time_that_no_calendar_knows_goes_to_quarantine(program, tmp_path):
    (tmp_path / "d").mkdir()
    times = pa.array([10**18, -(10**18), 1_772_000_000_000_000], pa.timestamp("us"))
    pq.write_table(
        pa.table({"crime_ref": [1, 2, 3], "recorded_at": times}), tmp_path / "d" / "crimes.parquet"
    )
    assert program("load", tmp_path / "d", home=tmp_path / "home").code == 0
    assert _quarantine(tmp_path / "home") == {1: "recorded_at", 2: "recorded_at"}


def test_the_same_again_changes_nothing_and_other_content_is_refused(program, tmp_path):
    home, folder = tmp_path / "home", table(tmp_path / "d", "crimes.csv", CRIMES, GOOD)
    assert program("load", folder, home=home).code == 0
    before = state(home)
    assert program("load", folder, home=home).code == 0
    table(folder, "crimes.csv", CRIMES, [["C2", "2026-03-01", "b"]])
    refused = program("load", folder, home=home)
    assert refused.code == 10
    assert "--name" in refused.told
    assert state(home) == before


@pytest.mark.parametrize("name", ["", "  ", "a\x1b[31mb", "a\nb", "x" * 201])
def test_a_name_that_is_none_is_wrong_usage(name, program, home, tmp_path):
    folder = table(tmp_path / "d", "crimes.csv", CRIMES, GOOD)
    assert program("load", folder, "--name", name, home=home).code == 2


def test_markup_in_a_delivery_name_is_shown(program, tmp_path):
    folder = table(tmp_path / "d", "crimes.csv", CRIMES, GOOD)
    done = program("load", folder, "--name", "[bold]x[/bold]", home=tmp_path / "home")
    assert "Delivery [bold]x[/bold]" in done.out


def test_crowds_a_shared_phone_and_a_record_that_names_itself(program, tmp_path):
    """5,000 people in one record tie nobody; a phone of 300 members, too; and it stays quick."""
    home = tmp_path / "home"
    crowd = [["crimes", "C1", ("victim", "suspect")[i % 2], f"Fn{i}", f"Sn{i}", ("2011-01-01", "1980-01-01")[i % 2], "", ""]
             for i in range(5000)]  # fmt: skip
    line = [
        ["county_lines", "L1", "line_member", f"Fn{i}", f"Lm{i}", "1990-01-01", "07700900555", ""]
        for i in range(300)
    ]
    folder = table(tmp_path / "d", "people.csv", PEOPLE, crowd + line)
    table(
        folder,
        "crimes.csv",
        CRIMES,
        [["C1", "2026-03-01", "A crowd."], ["C2", "2026-03-02", "C2 refers to C2."]],
    )
    table(
        folder,
        "county_lines.csv",
        "line_ref name status opened_on phone",
        [["L1", "Alpha", "active", "2026-01-01", "07700900555"]],
    )
    assert program("load", folder, home=home).code == 0
    assert program("night", home=home).code == 0
    assert program("findings", "export", tmp_path / "out", home=home).code == 0
    assert rows(tmp_path / "out" / "groups.csv") == []
    assert len(rows(tmp_path / "out" / "people.csv")) == 5300


def test_bytes_that_are_no_text_in_an_unknown_column_are_told(program, tmp_path):
    data = b"crime_ref,recorded_at,typist\nC1,2026-03-01,a\nC2,2026-03-01,\xe9\nC3,2026-03-01,b\n"
    assert program("load", raw(tmp_path / "d", "crimes.csv", data), home=tmp_path / "home").code == 0
    assert list(_quarantine(tmp_path / "home")) == [2]
