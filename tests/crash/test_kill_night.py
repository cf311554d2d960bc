"""kill -9 at any write of a night: the old findings or the new ones, and the same command again gives the new.

Ten points here; `make assurance-full` goes through every one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from redshank import synthetic

ROOT = Path(__file__).resolve().parents[2]
POINTS = int(os.environ.get("REDSHANK_KILL_POINTS", "10"))


@pytest.mark.slow
def test_a_night_killed_at_any_write_is_old_or_new_and_repeats(tmp_path):
    synthetic.write(tmp_path / "force", scale="small", seed=4)
    command = [
        sys.executable,
        "-m",
        "tests.crash.killing_night",
        str(tmp_path / "force"),
        str(tmp_path / "work"),
    ]
    (tmp_path / "work").mkdir()
    step = _step(command)
    done = subprocess.run([*command, str(step)], capture_output=True, text=True, cwd=ROOT, check=True)
    *points, totals = [json.loads(line) for line in done.stdout.splitlines()]
    assert totals["old"]["findings"] != totals["new"]["findings"]
    assert len(points) >= min(POINTS, totals["total"]) - 1
    for point in points:
        assert point["signal"] == signal.SIGKILL, point
        assert point["left"]["problems"] == []
        assert point["left"]["findings"] in (totals["old"]["findings"], totals["new"]["findings"]), point
        # Nobody is told that a killed night still runs, nor that it cannot be read how far it is.
        assert point["left"]["told"] in ("ended", "broke_off"), point
        assert point["again"]["told"] == "ended", point
        assert point["again"]["findings"] == totals["new"]["findings"], point
        assert point["again"]["problems"] == []


def _step(command: list[str]) -> int:
    """Every how many writes a point lies, from a first count (a step past the end kills once, at the first)."""
    trial = [*command[:-1], command[-1] + "-count"]
    Path(trial[-1]).mkdir()
    done = subprocess.run([*trial, "1000000"], capture_output=True, text=True, cwd=ROOT, check=True)
    total = json.loads(done.stdout.splitlines()[-1])["total"]
    return max(1, total // POINTS)
