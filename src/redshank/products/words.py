"""Days and counts as a reader says them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def long_day(value: date | datetime) -> str:
    """
    >>> long_day(date(2026, 3, 1))
    '1 March 2026'
    """
    if isinstance(value, datetime):
        at = value.astimezone(LONDON)
        return f"{at.day} {at:%B %Y}, {at:%H:%M}"
    return f"{value.day} {value:%B %Y}"


def counted_day(n: int) -> str:
    return "one day" if n == 1 else f"{n:,} days"
