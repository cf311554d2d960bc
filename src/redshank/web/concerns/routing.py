"""Where a concern lands, and by when its author is answered: read once from ``concerns.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from redshank.web.accounts.roles import ROLES

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Queue:
    """Who answers: a set of roles with a name that its author can read."""

    key: str
    title: str
    roles: frozenset[str]
    lands: str


@dataclass(frozen=True)
class Routing:
    queues: dict[str, Queue]
    working_days: int
    closes: int
    danger: timedelta
    duplicate_days: int
    near_days: int
    draft_days: int
    holidays: frozenset[date]

    def of_role(self, role: str) -> list[str]:
        """The queues that a role answers."""
        return [q.key for q in self.queues.values() if role in q.roles]

    def lands(self, *, danger: bool, named: bool) -> str:
        """Danger first; then a named child; then everything else."""
        if danger:
            return "duty"
        return "exploitation" if named else "analysts"

    def answer_by(self, at: datetime, *, danger: bool) -> datetime:
        """The end of the last working day, on the clock of the wall; where somebody may be in danger, minutes."""
        if danger:
            return at.astimezone(UTC) + self.danger
        return self.working_days_on(at, self.working_days)

    def working_days_on(self, at: datetime, days: int) -> datetime:
        """The end of the working day so many working days later; weekends and bank holidays do not count."""
        day = at.astimezone(LONDON).date()
        while days:
            day += timedelta(days=1)
            days -= day.weekday() < 5 and day not in self.holidays
        return datetime(day.year, day.month, day.day, self.closes, tzinfo=LONDON)


def read(data: dict[str, Any]) -> Routing:
    queues = {q["key"]: Queue(q["key"], q["title"], frozenset(q["roles"]), q["lands"]) for q in data["queue"]}
    if unknown := {r for q in queues.values() for r in q.roles} - set(ROLES):
        raise ValueError(f"concerns.toml names roles that do not exist: {sorted(unknown)}")
    if absent := {"duty", "exploitation", "analysts"} - set(queues):
        raise ValueError(f"concerns.toml lacks a queue in which concerns land: {sorted(absent)}")
    answer = data["answer"]
    return Routing(
        queues,
        answer["working_days"],
        answer["closes"],
        timedelta(minutes=answer["danger_minutes"]),
        data["duplicates"]["days"],
        data["duplicates"]["near_days"],
        data["drafts"]["days"],
        frozenset(data["bank_holidays"]["days"]),
    )


ROUTING = read(tomllib.loads((Path(__file__).parent / "concerns.toml").read_text(encoding="utf-8")))
