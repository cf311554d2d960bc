"""The worklist's settings, read once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


SETTINGS = _read("worklist.toml")
WAITING = _read("waiting.toml")
LISTED: tuple[str, ...] = tuple(SETTINGS["listed"])
