"""Homes that are damaged, full, held by others or interrupted: the right code, and a store that stays whole."""

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from .tools import CRIMES, PROGRAM, child, rows, state, table


@pytest.fixture
def small(tmp_path) -> Path:
    return table(tmp_path / "small", "crimes.csv", CRIMES, [["S1", "2026-03-20", "a"]])


def _newest(home: Path) -> Path:
    return max((home / "manifests").iterdir())


def _cut_all(home: Path) -> None:
    for path in home.glob("data/*/*.parquet"):
        path.write_bytes(path.read_bytes()[:40])


def _flip_all(home: Path) -> None:
    for path in home.glob("data/*/*.parquet"):
        data = bytearray(path.read_bytes())
        data[-6] ^= 255  # in the length of the footer
        path.write_bytes(data)


def _other_version(home: Path) -> None:
    pointer = json.loads((home / "CURRENT").read_text())
    (home / "CURRENT").write_text(json.dumps(pointer | {"format": 99}))


DAMAGE = {
    "CURRENT is no JSON": lambda home: (home / "CURRENT").write_text("junk"),
    "CURRENT is a list": lambda home: (home / "CURRENT").write_text("[]"),
    "CURRENT is no text": lambda home: (home / "CURRENT").write_bytes(b"\xff\xfe"),
    "CURRENT is gone": lambda home: (home / "CURRENT").unlink(),
    "of another version": _other_version,
    "manifest cut": lambda home: _newest(home).write_bytes(_newest(home).read_bytes()[:99]),
    "manifest gone": lambda home: _newest(home).unlink(),
    "Parquet cut": _cut_all,
    "Parquet changed": _flip_all,
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_store_is_11_with_advice_and_nothing_is_written(what, program, home, small, tmp_path):
    DAMAGE[what](home)
    before = state(home)
    for args in (["night", "--full"], ["findings", "export", tmp_path / "out"], ["explain", "line", "L1"]):
        done = program(*args, home=home)
        assert done.code == 11, args
        assert "redshank doctor" in done.told or "Use the Redshank" in done.told
    doctor = program("doctor", home=home)
    assert doctor.code == 11
    assert "BAD   store" in doctor.out  # told as a check, not as an error
    assert state(home) == before


def test_a_damaged_audit_stops_before_anything_is_taken(program, home, small):
    for path in (home / "audit").iterdir():
        if path.is_file() and path.stat().st_size:
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)
    before = state(home)
    for args in (["load", small], ["night", "--full"]):
        done = program(*args, home=home)
        assert done.code == 11
        assert "audit verify" in done.told
    assert program("audit", "verify", home=home).code == 1
    assert program("doctor", home=home).code == 1
    assert state(home) == before


@pytest.mark.parametrize(
    ("number", "args", "moment"),
    [
        (signal.SIGINT, ["load"], "reading"),
        (signal.SIGTERM, ["load"], "checking"),
        (signal.SIGINT, ["night", "--full"], "signals"),
        (signal.SIGTERM, ["night", "--full"], "identity"),
    ],
)
def test_interrupted_is_14_and_the_same_command_runs_again(number, args, moment, program, home, small):
    before = state(home)
    args = [*args, str(small)] if args == ["load"] else args
    running = subprocess.Popen(
        [*PROGRAM, "--home", str(home), *args], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    guard = threading.Timer(60, running.kill)
    guard.start()
    told = []
    for line in running.stderr:
        told.append(line)
        if line.startswith(moment) and line.rstrip().endswith("…"):
            running.send_signal(number)
    guard.cancel()
    code = running.wait(60)
    assert code in (0, 14)  # the last blink of a run may be over before the signal
    if code == 14:
        assert told[-1].startswith("redshank: interrupted; the store is whole")
        assert state(home).get("CURRENT") == before["CURRENT"]
    assert program("doctor", home=home).code == 0
    assert program(*args, home=home).code == 0


@pytest.mark.parametrize(
    ("limit", "args"), [(0, ["load"]), (8, ["night", "--full"]), (0, ["findings", "export"])]
)
def test_a_full_disk_is_16_and_the_store_as_it_was(limit, args, home, small, tmp_path):
    before = state(home)
    more = {"load": [small], "findings": [tmp_path / "out"]}
    done = child(*args, *more.get(args[0], []), home=home, before=f"ulimit -f {limit}")
    assert done.returncode == 16, done.stderr
    assert "Traceback" not in done.stderr
    assert state(home) == before


@pytest.mark.parametrize("args", [["load"], ["night", "--full"], ["explain", "signal"]])
def test_a_home_without_the_right_to_write_is_16(args, program, home, small, tmp_path):
    """Root writes everywhere; it gives up that power first."""
    drop = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    program("findings", "export", tmp_path / "out", home=home)
    more = {"load": [str(small)], "explain": [rows(tmp_path / "out" / "signals.csv")[0]["signal_id"]]}
    everything = [home, *home.rglob("*")]
    before = state(home)
    for path in everything:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        done = subprocess.run(
            [*drop, *PROGRAM, "--home", str(home), *args, *more.get(args[0], [])],
            capture_output=True,
            text=True,
            timeout=120,
        )
    finally:
        for path in everything:
            path.chmod(0o700 if path.is_dir() else 0o600)
    assert done.returncode == 16, done.stderr
    assert "Traceback" not in done.stderr
    assert state(home) == before


def test_loads_and_a_night_at_once_all_end_well(program, home, small, tmp_path):
    """They wait for one another; the same delivery twice counts once."""
    other = table(tmp_path / "other", "crimes.csv", CRIMES, [["S2", "2026-03-21", "b"]])
    commands = [["load", small], ["load", small], ["load", other], ["night"]]
    running = [
        subprocess.Popen(
            [*PROGRAM, "--home", str(home), *map(str, c)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for c in commands
    ]
    for process in running:
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
    names = [d["name"] for d in json.loads(_newest(home).read_text())["deliveries"]]
    assert sorted(names) == ["hostile", "other", "small"]
    assert program("doctor", home=home).code == 0
