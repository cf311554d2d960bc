from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from redshank.synthetic import write

Rows = list[dict[str, str]]


class Written:
    """A written force, read back as a plain CSV reader reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, Rows] = {}

    def rows(self, part: str, name: str) -> Rows:
        path = self.folder / part / f"{name}.csv"
        if not path.exists():
            return []
        if path not in self._read:
            text = path.read_bytes().decode("utf-8", "replace")
            self._read[path] = list(csv.DictReader(io.StringIO(text, newline="")))
        return self._read[path]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("small")
    write(folder, "small", seed=1)
    return Written(folder)


@pytest.fixture(scope="session")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("medium")
    write(folder, "medium", seed=2)
    return Written(folder)
