"""The definition in force, read from ``definitions.toml``: the five steps, the group's wording, the axes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Step:
    """One question of the guided test. ``indicators``: signals that speak to it, offered as evidence, never as answer."""

    key: str
    question: str
    help: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    version: str
    name: str
    sources: tuple[dict[str, Any], ...]
    steps: tuple[Step, ...]
    group: dict[str, Any]
    axes: tuple[dict[str, Any], ...]
    answers: dict[str, str]
    confidence: dict[str, str]
    outcomes: dict[str, str]
    valid_from: date

    def reads(self, answers: dict[str, str]) -> str:
        """What the answers add up to under this definition, in words; a person still decides."""
        told = [answers.get(s.key, "not_established") for s in self.steps]
        if "no" in told[:4]:
            return "One of the first four steps is answered no: by this definition it is not child sexual exploitation."
        if told == ["yes"] * 5:
            return "All five steps are met."
        if told[:4] == ["yes"] * 4:
            return "Steps one to four are met and the exchange is not established: to be reviewed, never downgraded by itself."
        if told[2] == "yes":
            return "Coercion, control, manipulation or deceit is stated: possible, to be reviewed; some steps are not established."
        return "Not all steps are established."


def _read() -> Definition:
    data = tomllib.loads((Path(__file__).parent / "definitions.toml").read_text(encoding="utf-8"))
    d = data["definition"]
    steps = tuple(Step(s["key"], s["question"], s["help"], tuple(s["indicators"])) for s in d["steps"])
    return Definition(
        d["version"], d["name"], tuple(d["sources"]), steps, d["group"], tuple(data["axes"]), data["answers"],
        data["confidence"], data["outcomes"], d["valid_from"],
    )  # fmt: skip


def _earlier() -> tuple[dict[str, Any], ...]:
    """Versions that were in force before, each with what changed: what was decided under one is looked at again."""
    data = tomllib.loads((Path(__file__).parent / "definitions.toml").read_text(encoding="utf-8"))
    return tuple(data.get("earlier", ()))


IN_FORCE = _read()
EARLIER = _earlier()
