"""Months from a day, as clocks of months count them.

>>> later(date(2024, 2, 29), 12), later(date(2024, 8, 31), 6)
(datetime.date(2025, 2, 28), datetime.date(2025, 2, 28))
"""

from __future__ import annotations

import calendar
from datetime import date


def later(day: date, months: int) -> date:
    """The same day so many months later or, with a minus, earlier; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
