"""CSV: every way in which a file can be broken, and the two readers against each other."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.sources import csvfile
from redshank.sources.refuse import Refused

HEAD = b"a,b,c\n"


def read(data: bytes, encoding: str = "utf-8", delimiter: str = ","):
    return csvfile.read_csv(data, "t.csv", encoding, delimiter, ["a", "b", "c"])


def rows(got) -> list[tuple]:
    return [tuple(r.values()) for r in got.rows.to_pylist()]


def problems(got) -> dict[int, str]:
    return {row: why for row, _, why, _ in got.bad}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"1,2,3\n", [("1", "2", "3", 1)]),
        (b"1,2,3", [("1", "2", "3", 1)]),
        (b"1,2,3\r\n4,5,6\r\n", [("1", "2", "3", 1), ("4", "5", "6", 2)]),
        (b'"x\ny","a ""b""",3\n\n4,5,6\n', [("x\ny", 'a "b"', "3", 1), ("4", "5", "6", 2)]),
        (b'"x\r\ny",,\n', [("x\r\ny", "", "", 1)]),
        (b'5\' 10",a "nick" b,3\n', [("5' 10\"", 'a "nick" b', "3", 1)]),
        (b"=1+1,@SUM(A1),-2\n", [("=1+1", "@SUM(A1)", "-2", 1)]),
        (b"", []),
        ("\u00e9,\U0001f600,e\u0301\n".encode(), [("\u00e9", "\U0001f600", "e\u0301", 1)]),
    ],
)
def test_rows_that_can_be_read(data, expected):
    got = read(HEAD + data)
    assert rows(got) == expected
    assert got.bad == []
    assert got.count == len(expected)


@pytest.mark.parametrize(
    ("data", "bad", "good"),
    [
        (b"1,2\n1,2,3\n", {1: "too few cells: 2 where the header has 3"}, [2]),
        (b"1,2,3,4\n1,2,3\n", {1: "too many cells: 4 where the header has 3"}, [2]),
        (b"1,2,3\n1,2", {2: "the file ends in the middle of this row"}, [1]),
        (b"1,2,3\n1,2\n", {2: "too few cells: 2 where the header has 3"}, [1]),
        (b'1,2,3\n1,"2', {2: "the file ends inside a quoted cell"}, [1]),
        (b'1,2,3\n"1"x,2,3\n4,5,6\n', {2: "a quoted cell goes on after its quote"}, [1, 3]),
        (b"1,2,3\n1,caf\xe9,3\n4,5,6\n", {2: "bytes that are no text in utf-8"}, [1, 3]),
        (b"1,2,3\n1,x\0y,3\n4,5,6\n", {2: "a NUL byte, which no text holds"}, [1, 3]),
        (b'"1\n2\n3",,\n1\n5,6,7\n', {2: "too few cells: 1 where the header has 3"}, [1, 3]),
    ],
)
def test_rows_that_cannot_be_read_are_named_and_the_others_taken(data, bad, good):
    got = read(HEAD + data)
    assert problems(got) == bad
    assert [r[-1] for r in rows(got)] == good
    assert got.count == len(bad) + len(good)


def test_a_row_of_no_text_names_its_first_column_and_what_was_there():
    got = read(HEAD + b"1,caf\xe9,\xff\n1,2,3\n")
    assert got.bad == [(1, "b", "bytes that are no text in utf-8", "caf\ufffd")]


def test_half_of_the_rows_may_be_bad_and_no_more():
    bad, good = b"1,\xe9,3\n", b"1,2,3\n"
    assert len(read(HEAD + bad * 2 + good * 2).bad) == 2
    with pytest.raises(Refused) as error:
        read(HEAD + bad * 3 + good * 2)
    assert "encoding" in error.value.advice
    assert "mapping" in error.value.advice


@pytest.mark.parametrize(
    "encode",
    [
        lambda t: b"\xef\xbb\xbf" + t.encode(),
        lambda t: t.encode("utf-16"),
        lambda t: b"\xfe\xff" + t.encode("utf-16-be"),
        lambda t: t.encode("utf-32"),
    ],
)
def test_a_byte_order_mark_declares_the_encoding(encode):
    assert rows(read(encode("a,b,c\ncafé,2,3\n"))) == [("café", "2", "3", 1)]


def test_windows_1252_is_read_when_the_mapping_says_so():
    data = "a;b;c\ncafé – €;2;3\n".encode("cp1252")
    assert rows(read(data, "cp1252", ";")) == [("café – €", "2", "3", 1)]
    undefined = b"a;b;c\n1;\x81;3\n1;2;3\n"
    assert problems(read(undefined, "cp1252", ";")) == {1: "bytes that are no text in cp1252"}


def test_utf_16_that_does_not_declare_itself_is_refused_with_advice():
    with pytest.raises(Refused, match="no text in utf-8") as error:
        read("a,b,c\n1,2,3\n".encode("utf-16-le"))
    assert "encoding" in error.value.advice


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\n\n", "no header"),
        (b",,\n1,2,3\n", "no header"),
        (b"a,b,a\n1,2,3\n", "Columns 1 and 3"),
        (b'"a\n', "header"),
    ],
)
def test_headers_that_cannot_be_used(data, words):
    with pytest.raises(Refused, match=words):
        read(data)


def test_an_error_about_the_header_shows_no_cell_of_it():
    with pytest.raises(Refused) as error:
        read(b"Secretname,Secretname\n1,2\n")
    assert "Secretname" not in str(error.value) + error.value.advice


def test_a_cell_of_ten_megabytes():
    big = "x" * 10_000_000
    assert rows(read(f"a,b,c\n{big},2,3\n".encode()))[0][0] == big
    got = read(f'a,b,c\n"{big}"z,2,3\n1,2,3\n'.encode())
    assert len(got.bad[0][3]) < 2000
    assert len(got.rows) == 1


CELL = st.text(st.sampled_from('ab",;\n\r é\U0001f600=\t'), max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_writes_comes_back(table, newline):
    out = io.StringIO()
    # Python before 3.13 does not quote a lone \r by itself.
    writer = csv.writer(out, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b", "c"])
    writer.writerows(table)
    got = read(out.getvalue().encode())
    assert [r[:3] for r in rows(got)] == table
    assert got.bad == []


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([b"a", b"b", b",", b'"', b"\n", b"\r", b"\xc3\xa9", b"\xe9", b"\0", b" "])))
def test_the_fast_reader_equals_the_plain_one_or_stands_back(parts):
    """On random bytes: whatever the fast way accepts, the plain way reads the same."""
    data = memoryview(HEAD + b"".join(parts))
    fast = csvfile.read_fast(data, "t.csv", "utf-8", ",", ["a", "c"])
    if fast is not None:
        plain = csvfile.read_plain(data, "t.csv", "utf-8", ",", ["a", "c"])
        assert plain.bad == []
        assert fast.count == plain.count
        assert fast.rows.to_pylist() == plain.rows.to_pylist()


def test_the_fast_reader_is_used_for_clean_files():
    data = memoryview(HEAD + b'"x, ""y""\nz",2,3\n' * 50)
    assert csvfile.read_fast(data, "t.csv", "utf-8", ",", ["a"]).count == 50
