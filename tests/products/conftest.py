"""Two forces of two seeds, each made in a process of its own and once for all workers of a run."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from .making import DELIVERIES
from .recompute.world import Source, World

ROOT = Path(__file__).parents[2]
SEEDS = (7, 8)


@dataclass
class Force:
    """What :mod:`making` left in a folder."""

    folder: Path

    def __post_init__(self) -> None:
        self.told = json.loads((self.folder / "made.json").read_text(encoding="utf-8"))
        out = {name: self.folder / "out" / name for name in DELIVERIES}
        self.source = Source(out, self.folder / "findings", self.folder / "home" / "web" / "redshank.sqlite3")

    def paper(self, name: str) -> bytes:
        return (self.folder / f"{name}.csv").read_bytes()

    def world(self, name: str) -> World:
        """Of a draft: its period, for the force or its district."""
        start, end = map(date.fromisoformat, self.told["month" if name.endswith("month") else "year"])
        return World(self.source, start, end, self.told["district"] if name.startswith("district") else "")


@pytest.fixture(scope="session")
def forces(tmp_path_factory: pytest.TempPathFactory) -> list[Force]:
    """Both at once; with several workers the first that comes makes them and the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "product-forces"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folders = [shared / str(seed) for seed in SEEDS]
        if not all((f / "made.json").exists() for f in folders):
            _made(folders)
    return [Force(f) for f in folders]


def _made(folders: list[Path]) -> None:
    asked = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "DJANGO"))}
    asked["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    running = []
    for seed, folder in zip(SEEDS, folders, strict=True):
        folder.mkdir()
        words = [sys.executable, "-m", "tests.products.making", str(folder), str(seed)]
        running.append(subprocess.Popen(words, cwd=ROOT, env=asked, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))  # fmt: skip
    for one in running:
        said, _ = one.communicate(timeout=1200)
        assert one.returncode == 0, said[-4000:]


@pytest.fixture(scope="session")
def force(forces: list[Force]) -> Force:
    return forces[0]
