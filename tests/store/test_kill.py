"""kill -9 at any write: the store is whole, old or new, and doing it again gives the same."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CRIMES = "crime_ref,recorded_at,narrative\n"
PEOPLE = "record_type,record_ref,role,forenames,surname\n"


def deliver(folder: Path) -> None:
    for name, refs in (("first", ("C1", "C2")), ("night", ("C2", "C3"))):
        (folder / name).mkdir()
        crimes = [f"{r},2026-03-1{n}T10:00:00Z,text {name}\n" for n, r in enumerate(refs)]
        (folder / name / "crimes.csv").write_text(CRIMES + "".join(crimes) + "C9,never,x\n")
        people = [f"crimes,{r},victim,Ana,{name}\n" for r in refs]
        (folder / name / "people.csv").write_text(PEOPLE + "".join(people))
        (folder / name / "phones.csv").write_text(f"record_type,record_ref,number\ncrimes,{refs[0]},0770\n")


def points(folder: Path, step: int) -> tuple[list[dict], dict]:
    deliver(folder)
    script = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, script, folder, str(step)], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *lines, last = [json.loads(line) for line in done.stdout.splitlines()]
    return lines, last


def judge(lines: list[dict], last: dict) -> None:
    seen = set()
    for line in lines:
        left = line["left"]
        assert line["signal"] == signal.SIGKILL, line
        assert left["problems"] == [], line
        assert left in (last["old"], last["new"]), line
        again = line["again"]
        assert again.pop("left") == [] or left == last["new"], line
        assert again == last["new"], line
        seen.add(left == last["new"])
    assert False in seen


def test_killed_at_a_sample_of_writes(tmp_path):
    lines, last = points(tmp_path, step=17)
    assert len(lines) >= 8
    judge(lines, last)


@pytest.mark.long
def test_killed_at_every_write(tmp_path):
    lines, last = points(tmp_path, step=1)
    assert len(lines) == last["total"] >= 80
    judge(lines, last)
    assert any(line["left"] == last["new"] for line in lines), "some points come after the state has changed"
