"""The review programmes of ``programmes.toml``, read once and refused where a line is not understood."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

STRATA = ("kind", "district", "unit", "origin", "scan")
ABOUT = ("quality", "language", "missed", "shadow")
KINDS = ("answer", "words", "phrases", "features")


@dataclass(frozen=True)
class Question:
    """One question of a form. ``finds``: the answer that says a group shows in the record."""

    key: str
    asks: str
    kind: str
    required: bool = True
    finds: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Frame:
    """What a sample is drawn from: records of these kinds, so many days back, with somebody under 18 in this part."""

    kinds: tuple[str, ...]
    days: int
    role: str


@dataclass(frozen=True)
class Programme:
    key: str
    title: str
    aim: str
    about: str
    provenance: str
    owner: str
    draws: frozenset[str]
    reads: frozenset[str]
    results: frozenset[str]
    size: int
    every: timedelta
    second: float
    strata: str
    frame: Frame
    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(q for s in self.sections for q in s.questions)

    @property
    def finding(self) -> Question | None:
        """The question whose answer says that something was missed."""
        return next((q for q in self.questions if q.finds), None)

    @property
    def has_phrases(self) -> bool:
        return any(q.kind == "phrases" for q in self.questions)


@dataclass(frozen=True)
class Feature:
    """What shows a group, and the indicator whose rules would have found it; else ``grouping`` or ``definition``."""

    key: str
    words: str
    indicator: str = ""
    rule: str = "grouping"


@dataclass(frozen=True)
class Limits:
    size: int
    text: int


def read_programmes(text: str) -> dict[str, Programme]:
    """The programmes of a configuration; a ``ValueError`` says which line is not understood."""
    data = tomllib.loads(text)
    return {p.key: p for p in (_programme(d) for d in data["programme"])}


def _programme(d: dict[str, Any]) -> Programme:
    from redshank.web.accounts.roles import ROLES

    who = f"programmes.toml, {d['key']}"
    roles = {k: frozenset(d[k]) for k in ("draws", "reads", "results")}
    if unknown := (frozenset([d["owner"]]).union(*roles.values()) - set(ROLES)):
        raise ValueError(f"{who}: no such roles {sorted(unknown)}")
    if d["strata"] not in STRATA or d["about"] not in ABOUT or not 0 <= d["second"] <= 1:
        raise ValueError(f"{who}: strata, about or the share for a second reader is not understood")
    sections = tuple(Section(s["title"], tuple(Question(**q) for q in s["question"])) for s in d["section"])
    asked = [q for s in sections for q in s.questions]
    if wrong := [q.key for q in asked if q.kind not in KINDS]:
        raise ValueError(f"{who}: no such kind of question at {wrong}; there are {', '.join(KINDS)}")
    if len({q.key for q in asked}) != len(asked):
        raise ValueError(f"{who}: a question stands twice")
    if (d["strata"] == "scan") != (d["about"] == "shadow"):
        raise ValueError(f"{who}: a shadow run, and no other, is drawn by which scan named a record")
    if (d["about"] in ("missed", "shadow")) != any(q.finds for q in asked):
        raise ValueError(f"{who}: a review of what was missed has one question that finds it, no other has")
    f = d["frame"]
    return Programme(
        d["key"], d["title"], d["aim"], d["about"], d["provenance"], d["owner"], roles["draws"], roles["reads"], roles["results"],
        d["size"], timedelta(days=d["every"]), d["second"], d["strata"], Frame(tuple(f["kinds"]), f["days"], f["role"]), sections,
    )  # fmt: skip


_TEXT = (Path(__file__).parent / "programmes.toml").read_text(encoding="utf-8")
_DATA = tomllib.loads(_TEXT)
VERSION: str = _DATA["version"]
ANSWERS: dict[str, str] = _DATA["answers"]
VERDICTS: dict[str, str] = _DATA["verdicts"]
BESIDE_RULES: dict[str, str] = _DATA["rules"]
LINE_MANAGERS: tuple[str, ...] = tuple(_DATA["feedback"]["roles"])  # by their role
LIMITS = Limits(**_DATA["limits"])
FEATURES: dict[str, Feature] = {f["key"]: Feature(**f) for f in _DATA["feature"]}
PROGRAMMES = read_programmes(_TEXT)
SHADOW = next(p for p in PROGRAMMES.values() if p.about == "shadow")
