"""Words, clocks and the rule of the risk, read once from ``tracker.toml``; a condition that nobody knows is refused."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KINDS = {"recommendation": "Recommendation", "area": "Area for improvement"}
#: What is asked of whom stands as it was read: word for word, or in short and to be checked.
TEXT_IS = {"verbatim": "word for word", "summary": "summary, to be checked"}
ACCEPTANCE = {"none": "not recorded yet", "full": "accepted in full", "part": "accepted in part", "not": "not accepted"}  # fmt: skip
STATUS = {
    "open": "open", "in_progress": "in progress", "incomplete": "incomplete", "awaiting": "complete, awaiting verification",
    "closed": "closed",
}  # fmt: skip
#: How well a piece of evidence shows it; the weakest first.
QUALITY = {"policy": "a policy exists", "activity": "activity is shown", "outcome": "an outcome is shown"}
SHOWS = ("activity", "outcome")
LEVELS = {"missed": "date missed", "high": "high", "some": "some", "low": "low", "closed": "closed"}
CONDITIONS = frozenset(
    ["days_at_most", "days_at_least", "no_date", "status", "quality", "acceptance", "asks_late_at_least", "declined_at_least", "no_owner",
     "actions_late_at_least"]
)  # fmt: skip


@dataclass(frozen=True)
class RiskRule:
    level: str
    when: dict[str, Any]
    words: str


@dataclass(frozen=True)
class Settings:
    response_days: int
    response_source: str
    again: timedelta
    risk: tuple[RiskRule, ...]

    def respond_by(self, published: date) -> date:
        """The last day of the comments under section 55; the day of publication is the first.

        >>> SETTINGS.respond_by(date(2024, 1, 1))
        datetime.date(2024, 2, 25)
        """
        return published + timedelta(days=self.response_days - 1)


def read(data: dict[str, Any]) -> Settings:
    rules = tuple(RiskRule(r["level"], r["when"], r["words"]) for r in data["risk"])
    for r in rules:
        if r.level not in LEVELS or not r.when or set(r.when) - CONDITIONS:
            raise ValueError(f"tracker.toml: the rule “{r.words}” has a level or a condition that is none")
    return Settings(
        data["response"]["days"], data["response"]["source"], timedelta(days=data["asking"]["again_days"]), rules
    )  # fmt: skip


SETTINGS = read(tomllib.loads((HERE / "tracker.toml").read_text(encoding="utf-8")))
