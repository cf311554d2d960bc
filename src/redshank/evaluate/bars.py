"""The project's bars: data in bars.toml, judged against the figures."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

COMPARE: dict[str, Callable[[float, float], bool]] = {">=": operator.ge, "<": operator.lt, "<=": operator.le}


@dataclass(frozen=True)
class Bar:
    """A bar and what was measured. ``holds`` is None where nothing was there to measure."""

    name: str
    measure: str
    sense: str
    bar: float
    measured: float | None
    holds: bool | None

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "measure": self.measure,
            "is": self.sense,
            "bar": self.bar,
            "measured": self.measured,
            "holds": self.holds,
        }


@cache
def declared() -> tuple[dict[str, Any], ...]:
    data = tomllib.loads((files("redshank.evaluate") / "bars.toml").read_text(encoding="utf-8"))
    return tuple(data["bar"])


def judge(figures: dict[str, Any]) -> list[Bar]:
    """Every bar, in its order in bars.toml."""
    out = []
    for d in declared():
        value: Any = figures
        for part in d["measure"].split("."):
            value = value.get(part) if isinstance(value, dict) else None
        holds = None if value is None else COMPARE[d["is"]](value, d["bar"])
        out.append(Bar(d["name"], d["measure"], d["is"], d["bar"], value, holds))
    return out
