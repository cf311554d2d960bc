"""What a force may set: ``rights.toml``, read once."""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "rights.toml").read_text(encoding="utf-8"))
KINDS: dict[str, str] = _DATA["kinds"]
BASES: dict[str, dict[str, str]] = _DATA["bases"]
RULINGS: dict[str, dict[str, str]] = _DATA["rulings"]
EXEMPTIONS: dict[str, dict[str, str]] = _DATA["exemptions"]
STEPS: dict[str, str] = _DATA["steps"]
ITEMS: dict[str, str] = _DATA["items"]
SOON_DAYS: int = _DATA["clock"]["soon_days"]
MONTHS: int = _DATA["clock"]["months"]
CLOCK_SOURCE: str = _DATA["clock"]["source"]
#: Codes of recorded ethnicity in words; used for counts alone.
ETHNICITY: dict[str, dict[str, str]] = {k: _DATA[k] for k in ("ethnicity_self", "ethnicity_officer")}
STANDING_WORDS: str = _DATA["access"]["standing_words"]


@dataclass(frozen=True)
class Held:
    """How a model that may name somebody is told: what it is called, of which fields its text is, which is its day."""

    label: str
    title: str
    texts: tuple[str, ...]
    day: str
    facts: bool  # a record or what a person observed; else an assessment (Data Protection Act 2018 s.38)


HELD: dict[str, Held] = {
    name: Held(
        h["label"], h.get("title", ""), tuple(h.get("texts", ())), h.get("day", ""), h.get("facts", False)
    )
    for name, h in _DATA["held"].items()
}
LEFT_OUT: dict[str, str] = _DATA["left_out"]


def month_on(day: date, months: int = MONTHS) -> date:
    """The corresponding day of the month after; its last day where there is none.

    >>> month_on(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
