"""Kinds of notices with their words, and the days of reminders, read once from ``notices.toml`` and refused where not understood."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from redshank.web.pages import words


@dataclass(frozen=True)
class Kind:
    words: str
    urgent: bool

    def says(self, on: date | None, today: date) -> str:
        """In words, as on this day; ``on`` is the day of what is due."""
        return self.words.replace("{when}", when(on, today) if on else "")


def when(on: date, today: date) -> str:
    days = (on - today).days
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days, f"on {words.day(on)}")


def read(text: str) -> tuple[dict[str, Kind], dict[str, Any], dict[str, Any]]:
    """Kinds, reminders and sending.

    Raises:
        ValueError: naming what is not understood.
    """
    told = tomllib.loads(text)
    kinds = {k: Kind(**v) for k, v in told["kinds"].items()}
    for key, kind in kinds.items():
        of_day = key.endswith(("_due", "_overdue", "_supervised", "_escalated"))
        if of_day != ("{when}" in kind.words) or kind.words.replace("{when}", "").count("{"):
            raise ValueError(f"notices.toml, {key}: only what has a day says when")
        if kind.urgent != (of_day and not key.endswith("_due")):
            raise ValueError(f"notices.toml, {key}: what is overdue or escalated is urgent, and nothing else")
    days = told["reminders"]["days_before"]
    if not days or min(days) < 0 or not isinstance(told["sending"]["daily_from"], time):
        raise ValueError("notices.toml: days_before counts days, daily_from is a time")
    return kinds, told["reminders"], told["sending"]


KINDS, REMINDERS, SENDING = read((Path(__file__).parent / "notices.toml").read_text(encoding="utf-8"))
