"""kill -9 at any write of an erasure: the state before or the state after, and the same command again leaves nothing behind.

A few points here; `make assurance-full` goes through many.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from redshank import night, records
from redshank.store import Store
from tests.erasure import force

ROOT = Path(__file__).resolve().parents[2]


def killed(folder: Path, points: list[int]) -> tuple[list[dict], dict]:
    command = [sys.executable, "-m", "tests.crash.killing_erasure", str(folder), ",".join(map(str, points))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    *told, totals = [json.loads(line) for line in done.stdout.splitlines()]
    return told, totals


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    store = Store.open(folder / "base", create=True)
    records.load(store, force.first(folder / "first"))
    with store.writing():
        night.run(store)
    return folder


def _looked_at(base: Path, points: list[int]) -> None:
    told, totals = killed(base, points)
    old, new = totals["old"], totals["new"]
    assert old["findings"] != new["findings"]
    assert (old["stones"], new["stones"]) == (0, 2)
    assert old["marked"] > 0
    assert new["marked"] == 0
    assert len(told) > len(points) // 2
    for t in told:
        left = t["left"]
        assert t["signal"] == signal.SIGKILL, t
        assert left["problems"] == [], t
        assert (left["findings"], left["stones"]) in [(w["findings"], w["stones"]) for w in (old, new)], t
        assert (t["again"]["findings"], t["again"]["stones"], t["again"]["marked"], t["again"]["problems"]) == (new["findings"], 2, 0, []), t  # fmt: skip


@pytest.mark.slow
def test_an_erasure_killed_at_a_write_is_old_or_new_and_repeats(base):
    """Late in the first commit, and before the last file is swept."""
    _looked_at(base, [800, 999])


@pytest.mark.long
def test_an_erasure_killed_at_many_writes_is_old_or_new_and_repeats(base):
    _looked_at(base, list(range(1, 1001, 7)))
