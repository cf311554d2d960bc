"""A delivery folder through the reading child: what is refused, what is typed, what the child cannot do."""

from __future__ import annotations

import os
import zipfile
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from redshank.errors import DeliveryRefused, UsageError
from redshank.sources import Limits, load_mapping, open_delivery, read

CRIMES = b"crime_ref,recorded_at\nC1,2026-01-01T00:00:00Z\n"


def reading(folder, mapping="standard", limits=None):
    with open_delivery(folder, load_mapping(mapping)) as delivery:
        return read(delivery, limits)


def refused(folder, *words, mapping="standard", limits=None) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as error:
        reading(folder, mapping, limits)
    for word in words:
        assert word in str(error.value), str(error.value)
    assert error.value.advice
    return error.value


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "delivery"
    folder.mkdir()
    return folder


def test_an_empty_folder_and_none(folder):
    refused(folder, "empty")
    with pytest.raises(UsageError):
        reading(folder / "none")
    (folder / "crimes.csv").write_bytes(CRIMES)
    refused(folder / "crimes.csv", "no folder")


@pytest.mark.parametrize(
    "name", ["weather.csv", "notes.txt", ".DS_Store", "crimes", "crimes.csv.gz", ".crimes.csv"]
)
def test_an_unknown_file_refuses_the_delivery_by_name(folder, name):
    (folder / "crimes.csv").write_bytes(CRIMES)
    (folder / name).write_bytes(CRIMES)
    refused(folder, name)


def test_a_folder_inside_and_a_name_that_is_no_text(folder):
    (folder / "more").mkdir()
    refused(folder, "more")
    (folder / "more").rmdir()
    (folder / "crimes.csv").mkdir()
    refused(folder, "crimes.csv")
    (folder / "crimes.csv").rmdir()
    (folder / os.fsdecode(b"crim\xff\n.csv")).write_bytes(CRIMES)
    refused(folder, "crim", "\\n")


def test_two_files_for_one_table(folder):
    (folder / "crimes.csv").write_bytes(CRIMES)
    pq.write_table(pa.table({"crime_ref": ["C2"]}), folder / "crimes.parquet")
    refused(folder, "crimes.csv", "crimes.parquet")


def test_a_missing_key_column_refuses_without_showing_the_header(folder):
    (folder / "crimes.csv").write_bytes(b"Secretname,1999-01-01\nx,y\n")
    assert "Secretname" not in str(refused(folder, "crimes.csv", "crime_ref"))


def test_missing_and_unknown_columns(folder):
    (folder / "crimes.csv").write_bytes(b"weather,crime_ref,\nx,C1,\n")
    source = reading(folder)["crimes"]
    assert source.unknown == ["weather", "(no name)"]
    assert source.rows.to_pylist() == [{"crime_ref": "C1", "row": 1}]


def test_a_header_alone_is_a_table_without_rows(folder):
    (folder / "crimes.csv").write_bytes(b"crime_ref,recorded_at\n")
    source = reading(folder)["crimes"]
    assert (source.count, source.rows.num_rows) == (0, 0)
    (folder / "crimes.csv").write_bytes(b"")
    refused(folder, "crimes.csv is empty")


def test_typed_parquet(folder):
    zoned = timezone(timedelta(hours=1))
    table = pa.table(
        {
            "episode_ref": pa.array([7, 8]),
            "reported_at": pa.array(
                [datetime(2026, 7, 1, 12, tzinfo=zoned), None], pa.timestamp("ns", "UTC")
            ),
            "returned_at": pa.array([datetime(2026, 7, 1, 12), None], pa.timestamp("ms")),
            "risk": pa.array(["low", "high"]).dictionary_encode(),
            "found_latitude": pa.array([Decimal("51.5"), None]),
            "narrative": pa.array(["é", "x"], pa.large_string()),
        }
    )
    pq.write_table(table, folder / "missing_episodes.parquet")
    rows = reading(folder)["missing_episodes"].rows
    assert rows["episode_ref"].to_pylist() == ["7", "8"]
    assert rows["reported_at"].to_pylist()[0] == datetime(2026, 7, 1, 11, tzinfo=timezone.utc)  # noqa: UP017
    assert rows["found_latitude"].to_pylist() == ["51.5", None]
    assert rows["risk"].to_pylist() == ["low", "high"]


def test_parquet_that_cannot_be_taken(folder):
    path = folder / "crimes.parquet"
    pq.write_table(pa.table({"crime_ref": [f"C{i}" for i in range(5000)]}), path)
    whole = path.read_bytes()
    for part in (whole[: len(whole) // 2], b"nonsense", whole[:-4]):
        path.write_bytes(part)
        refused(folder, "crimes.parquet", "no whole Parquet")
    pq.write_table(pa.table({"crime_ref": [["a"]]}), path)
    refused(folder, "crime_ref", "lists")


def test_parquet_text_that_is_none_is_a_bad_row(folder):
    bad = pa.array([b"C1", b"C\xff", b"C\x003"], pa.binary())
    pq.write_table(pa.table({"crime_ref": bad}), folder / "crimes.parquet")
    source = reading(folder)["crimes"]
    assert [b[:3] for b in source.bad] == [
        (2, "crime_ref", "bytes that are no text in utf-8"),
        (3, "crime_ref", "a NUL byte, which no text holds"),
    ]
    assert source.rows["row"].to_pylist() == [1]


def sheet(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_typed_xlsx(folder):
    sheet(
        folder / "crimes.xlsx",
        ["crime_ref", "recorded_at", "latitude", "status"],
        [123, datetime(2026, 1, 1, 3, 4), 51.5, "@SUM(A1)"],
        [None, None, None, None],
        ["x", date(2026, 1, 2), 51, "'=1+1"],
    )
    rows = reading(folder)["crimes"].rows.to_pylist()
    assert rows == [
        {
            "crime_ref": "123",
            "recorded_at": "2026-01-01 03:04:00",
            "latitude": "51.5",
            "status": "@SUM(A1)",
            "row": 1,
        },
        {
            "crime_ref": "x",
            "recorded_at": "2026-01-02 00:00:00",
            "latitude": "51",
            "status": "'=1+1",
            "row": 3,
        },
    ]


def test_a_zip_and_a_bomb_named_xlsx(folder):
    path = folder / "crimes.xlsx"
    path.write_bytes(b"PK nonsense")
    refused(folder, "no XLSX")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    refused(folder, "ZIP archive")
    sheet(path, ["crime_ref"], ["C1"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b"0" * 9_000_000)
    refused(folder, "unpack")
    sheet(path, ["crime_ref"], ["C1"])
    path.write_bytes(path.read_bytes()[:-200])
    refused(folder, "crimes.xlsx")


def test_a_link_is_not_followed(folder):
    (folder / "crimes.csv").symlink_to("/etc/passwd")
    refused(folder, "crimes.csv", "Links are not followed")


def test_a_pipe_does_not_hang(folder):
    os.mkfifo(folder / "crimes.csv")
    refused(folder, "no plain file")


@pytest.mark.parametrize(
    "name",
    ["crimes.csv'); COPY (SELECT 1) TO '.csv", "read_csv('..').csv", "$(cat passwd).csv", "file:passwd.csv"],
)
def test_a_crafted_name_is_only_an_unknown_name(folder, name):
    (folder / name).write_bytes(CRIMES)
    refused(folder, "unknown")


def test_crafted_content_reads_no_other_file(folder):
    """An XLSX whose sheet includes an external entity, and cells that look like paths and queries."""
    sheet(folder / "crimes.xlsx", ["crime_ref"], ["/etc/passwd"], ["=WEBSERVICE(A1)"], ["file:///etc/passwd"])
    path = folder / "crimes.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {i: archive.read(i) for i in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    parts[name] = entity + parts[name].replace(b"file:///etc/passwd", b"&e;")
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    with open("/etc/passwd", encoding="utf-8") as file:
        secret = file.readline().strip()
    try:
        seen = repr(reading(folder)["crimes"].rows.to_pylist())
    except DeliveryRefused as error:
        seen = str(error)
    assert secret not in seen


def test_the_child_can_open_nothing_and_start_nothing(tmp_path):
    """The lock itself: after it, every way out of the process is shut."""
    import subprocess
    import sys

    code = f"""
import socket, subprocess, os
from redshank.sources.child import seal
seal(1 << 34, 60)
done = []
for name, way in {{
    "open": lambda: open("/etc/passwd"),
    "write": lambda: open({str(tmp_path / "x")!r}, "w"),
    "os.open": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "list": lambda: os.listdir("/etc"),
    "run": lambda: subprocess.run(["true"]),
    "system": lambda: os.system("true"),
    "fork": lambda: os.fork(),
    "socket": lambda: socket.socket(),
    "import": lambda: __import__("antigravity"),
}}.items():
    try:
        way()
        done.append(name)
    except PermissionError:
        pass
print(done)
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert out.stdout.strip() == "[]", out.stdout + out.stderr[-500:]


def test_too_little_memory_or_time_is_a_refusal(folder):
    (folder / "crimes.csv").write_bytes(b"crime_ref,narrative\n" + b"C1," + b"x" * 60_000_000 + b"\n")
    refused(folder, "crimes.csv", "REDSHANK_READER_MEMORY_MB", limits=Limits(memory_mb=300))


def test_limits_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("REDSHANK_READER_SECONDS", "7")
    assert Limits.from_environment().seconds == 7
    monkeypatch.setenv("REDSHANK_READER_SECONDS", "soon")
    with pytest.raises(UsageError, match="REDSHANK_READER_SECONDS"):
        Limits.from_environment()
