"""The values of ``rules.toml``, read once."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Rules:
    earliest: dt.date
    latest: dt.date
    placeholder_days: frozenset[str]
    placeholder_dates: frozenset[dt.date]
    origins: dict[str, str]
    street_words: dict[str, str]
    late_times: float
    late_hours: int
    rhythm_gaps: int
    rhythm_least: int


@cache
def rules() -> Rules:
    body = tomllib.loads((resources.files("redshank.records") / "rules.toml").read_text("utf-8"))
    return Rules(
        earliest=body["dates"]["earliest"],
        latest=body["dates"]["latest"],
        placeholder_days=frozenset(body["birth_dates"]["placeholder_days"]),
        placeholder_dates=frozenset(
            dt.date.fromisoformat(d) for d in body["birth_dates"]["placeholder_dates"]
        ),
        origins=body["origins"],
        street_words=body["addresses"]["words"],
        late_times=body["late"]["times"],
        late_hours=body["late"]["hours"],
        rhythm_gaps=body["late"]["gaps"],
        rhythm_least=body["late"]["least_gaps"],
    )
