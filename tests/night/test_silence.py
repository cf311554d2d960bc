"""Marked names reach no log: not the audit, not a report, not standard error."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

CANARY = "Zzyxcanary"


def redshank(home: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", "from redshank.cli import main; main()", "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "REDSHANK_HOME"},
        check=False,
    )


def marked(folder: Path) -> Path:
    """A delivery in which everything personal holds the canary, some of it in rows that cannot be taken."""
    folder.mkdir()
    crimes = [
        ["crime_ref", "recorded_at", "offence", "narrative"],
        [
            "C1",
            "2026-03-01T10:00:00",
            "Theft",
            f"{CANARY} Smith, 14, was with an older male at the hotel. {CANARY} absconded.",
        ],
        ["C2", f"{CANARY}", "Theft", f"{CANARY}"],
        ["C3", "2026-03-02T10:00:00", f"{CANARY}"],
    ]
    people = [
        ["record_type", "record_ref", "role", "forenames", "surname", "date_of_birth", "phone", "address"],
        ["crimes", "C1", "victim", CANARY, CANARY, "2012-04-05", "07700900123", f"1 {CANARY} Road"],
        ["crimes", "C9", "victim", CANARY, CANARY, f"{CANARY}", "", ""],
        ["crimes", "C1", CANARY, CANARY, CANARY, "", "", ""],
    ]
    for name, rows in (("crimes", crimes), ("people", people)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def test_marked_names_reach_no_log(tmp_path):
    home = tmp_path / "home"
    delivery = marked(tmp_path / "delivery")
    said = [redshank(home, "load", str(delivery)), redshank(home, "night"), redshank(home, "doctor")]
    (delivery / "strange.csv").write_text(f"{CANARY}\n", encoding="utf-8")
    said.append(redshank(home, "load", str(delivery), "--name", "other"))
    said.append(redshank(home, "explain", "person", CANARY.lower()))
    assert [s.returncode for s in said] == [0, 0, 0, 10, 2], [s.stderr for s in said]
    for result in said[:4]:
        assert CANARY.lower() not in result.stderr.lower()
    logs = [p for p in home.rglob("*") if p.is_file() and p.suffix != ".parquet"]
    assert any("audit" in str(p) for p in logs)
    for path in logs:
        assert CANARY.lower().encode() not in path.read_bytes().lower(), path


def test_a_defect_reports_places_in_the_code_and_nothing_else(tmp_path, monkeypatch):
    from redshank import cli

    monkeypatch.setenv("REDSHANK_HOME", str(tmp_path))
    try:
        raise ValueError(f"{CANARY} was born 2012-04-05")
    except ValueError as error:
        where = cli._report_defect(error)
    report = Path(where.removeprefix("the report lies in "))
    assert report.read_text(encoding="utf-8").startswith("ValueError\n")
    assert CANARY not in report.read_text(encoding="utf-8")
