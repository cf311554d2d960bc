"""The definitions of ``definitions.toml``: the one in force, and those before it with their own questions.

An act is told under the definition that it was made under (practice rule 6), never under today's.
"""

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

    def questions(self, answers: dict[str, str]) -> list[tuple[str, str]]:
        """Every question with its key, as this definition words it; an answer that it has no question for by its key."""
        asked = [(s.key, s.question) for s in self.steps]
        asked += [("group", self.group["question"])] if self.group else []
        return asked + [(k, _bare(k)) for k in answers if k not in dict(asked)]

    def told(self, answers: dict[str, str]) -> list[tuple[str, str]]:
        """The questions that were answered, each with its answer in words."""
        return [
            (q, self.answers.get(answers[k], _bare(answers[k])))
            for k, q in self.questions(answers)
            if k in answers
        ]

    def kinds(self, axes: dict[str, str]) -> list[tuple[str, str]]:
        """The axes that were chosen, each with what was chosen in words."""
        by_key = {a["key"]: a for a in self.axes}
        return [
            (by_key[k]["question"], by_key[k]["options"].get(v, _bare(v)))
            if k in by_key
            else (_bare(k), _bare(v))
            for k, v in axes.items()
        ]

    def reads(self, answers: dict[str, str]) -> str:
        """What the answers add up to under this definition, in words; a person still decides."""
        told = [answers.get(s.key, "not_established") for s in self.steps]
        if not told:  # its text is not kept here
            return ""
        if "no" in told[:4]:
            return "One of the first four steps is answered no: by this definition it is not child sexual exploitation."
        if told == ["yes"] * 5:
            return "All five steps are met."
        if told[:4] == ["yes"] * 4:
            return "Steps one to four are met and the exchange is not established: to be reviewed, never downgraded by itself."
        if told[2:3] == ["yes"]:
            return "Coercion, control, manipulation or deceit is stated: possible, to be reviewed; some steps are not established."
        return "Not all steps are established."


def _bare(key: str) -> str:
    """A key as words, where no definition that is kept here words it."""
    return key.replace("_", " ").capitalize()


PARTS = (
    "version",
    "name",
    "valid_from",
    "sources",
    "steps",
    "group",
    "axes",
    "answers",
    "confidence",
    "outcomes",
)


def _one(d: dict[str, Any]) -> Definition:
    if missing := [p for p in PARTS if p not in d]:
        raise ValueError(
            f"definitions.toml, {d.get('version', 'a definition')}: {', '.join(missing)} missing; keep it whole, as it was in force"
        )
    steps = tuple(Step(s["key"], s["question"], s["help"], tuple(s["indicators"])) for s in d["steps"])
    return Definition(
        d["version"], d["name"], tuple(d["sources"]), steps, d["group"], tuple(d["axes"]), d["answers"], d["confidence"], d["outcomes"],
        d["valid_from"],
    )  # fmt: skip


def read(text: str) -> tuple[Definition, tuple[dict[str, Any], ...]]:
    """The definition in force, and the tables of those before it, each whole and with what changed after it.

    Raises:
        ValueError: a definition lacks a part; an earlier one is kept with all its questions, options and words.
    """
    data = tomllib.loads(text)
    beside = {p: data[p] for p in ("axes", "answers", "confidence", "outcomes")}
    return _one(data["definition"] | beside), tuple(data.get("earlier", ()))


IN_FORCE, EARLIER = read((Path(__file__).parent / "definitions.toml").read_text(encoding="utf-8"))
#: Version → definition, of all that were ever in force.
KNOWN = {d.version: d for d in (*map(_one, EARLIER), IN_FORCE)}


def of(version: str) -> Definition:
    """The definition of that version; where its text is not kept here, one that words nothing."""
    return KNOWN.get(version) or Definition(version, "Definition that is not kept here", (), (), {}, (), {}, {}, {}, date.min)  # fmt: skip
