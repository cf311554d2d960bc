"""The kinds of a child's file, read from ``kinds.toml``, and what a birthday asks for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Kind:
    key: str
    name: str
    asks: str
    help: str
    none: str


def _read() -> tuple[dict[str, Kind], dict[str, Any]]:
    data = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text(encoding="utf-8"))
    return {k["key"]: Kind(**k) for k in data["kinds"]}, data["transition"]


KINDS, TRANSITION = _read()


@dataclass(frozen=True)
class Birthday:
    """The 18th birthday, where it is near or past."""

    on: date
    is_past: bool


def eighteenth(born: date) -> date:
    """Who is born on 29 February turns 18 on 1 March where there is none (local default)."""
    try:
        return born.replace(year=born.year + 18)
    except ValueError:
        return date(born.year + 18, 3, 1)


def near_eighteen(born: date | None, as_of: datetime | None) -> Birthday | None:
    """The birthday that asks for a transition plan: within the months before, or past (practice rule 8)."""
    if born is None or as_of is None:
        return None
    on, today = eighteenth(born), as_of.date()
    if on <= today:
        return Birthday(on, True)
    months = (on.year - today.year) * 12 + on.month - today.month - (on.day < today.day)
    return Birthday(on, False) if months < TRANSITION["months_before"] else None
