"""Runs a program as a child, one at a time, and says how long it took and how much memory it held."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).parent / "redshank"
# A machine that writes no compiled code compiles all of it at every start, which an installation never does.
SURROUNDINGS = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Ran:
    """``seconds`` of wall clock, ``cpu`` seconds of all cores, ``peak`` bytes resident (of the largest process)."""

    seconds: float
    cpu: float
    peak: int
    out: str

    def __add__(self, other: Ran) -> Ran:
        return Ran(self.seconds + other.seconds, self.cpu + other.cpu, max(self.peak, other.peak), other.out)


def run(*words: str | Path) -> Ran:
    """One child to its end. Raises ``RuntimeError`` with its last words where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        child = subprocess.Popen([str(w) for w in words], stdout=out, stderr=err, cwd=ROOT, env=SURROUNDINGS)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            raise RuntimeError(
                f"{' '.join(map(str, words))}: exit {child.returncode}\n{err.read()[-2000:].decode()}"
            )
        return Ran(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, out.read().decode())


def redshank(home: Path, *words: str | Path) -> Ran:
    return run(PROGRAM, "--home", home, *words)


def python(*words: str | Path) -> Ran:
    return run(sys.executable, "-m", *words)
