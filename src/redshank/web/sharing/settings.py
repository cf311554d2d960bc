"""States, answers and clocks, read once from ``sharing.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WAITS = ("threshold", "strategy", "outcome")


@dataclass(frozen=True)
class Answer:
    """An answer of the front door, and what the referral waits for then; nothing where it is over."""

    key: str
    words: str
    then: str


@dataclass(frozen=True)
class Settings:
    ask_days: int
    days: dict[str, int]  # what a referral waits for → working days
    sources: dict[str, str]
    answers: dict[str, Answer]


def read(data: dict[str, Any]) -> Settings:
    mash = data["mash"]
    answers = {a["key"]: Answer(a["key"], a["words"], a["then"]) for a in mash["threshold"]}
    if unknown := {a.then for a in answers.values()} - {"", *WAITS[1:]}:
        raise ValueError(f"sharing.toml: a threshold answer leads to {sorted(unknown)}, which is no step")
    return Settings(
        data["asking"]["days"],
        {w: mash[f"{w}_days"] for w in WAITS},
        {w: mash[f"{w}_source"] for w in WAITS},
        answers,
    )


_DATA = tomllib.loads((Path(__file__).parent / "sharing.toml").read_text(encoding="utf-8"))
SETTINGS = read(_DATA)
MARKING: str = _DATA["paper"]["marking"]
