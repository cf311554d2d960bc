"""Real threads on a real database: of those who act at once one acts, and a form sent four times acts once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def test_of_those_who_press_at_once_one_acts_and_the_others_read_it(tmp_path):
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, str(HERE / "worklist_race.py"), str(tmp_path / "home")],
        capture_output=True, text=True, timeout=300, env=keep, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert sorted(told["two decide"]) == [302, 409]
    assert told["one form four times"] == [302] * 4
    assert sorted(told["two answer"]) in ([302, 409], [302, 404])
    assert told["stands"] == {"acts on ada": 1, "raised": 1, "answers": 1, "standings of ada": 1}
