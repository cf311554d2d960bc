"""The years that a return is for."""

from __future__ import annotations

import re
from datetime import date

from redshank.products.rows import Period

KINDS = {"financial": "financial year, 1 April to 31 March", "calendar": "calendar year"}


def period(kind: str, year: str) -> Period:
    """
    >>> period("financial", "2025-26")
    Period(start=datetime.date(2025, 4, 1), end=datetime.date(2026, 3, 31))

    Raises:
        ValueError: it is no such year.
    """
    if kind == "financial":
        found = re.fullmatch(r"(20\d\d)-(\d\d)", year)
        if not found or (int(found[1]) + 1) % 100 != int(found[2]):
            raise ValueError("a financial year is written as 2025-26")
        return Period(date(int(found[1]), 4, 1), date(int(found[1]) + 1, 3, 31))
    if not re.fullmatch(r"20\d\d", year):
        raise ValueError("a calendar year is written as 2025")
    return Period(date(int(year), 1, 1), date(int(year), 12, 31))


def of_day(kind: str, day: date) -> str:
    """The year in which a day lies.

    >>> of_day("financial", date(2026, 3, 31)), of_day("financial", date(2026, 4, 1)), of_day("calendar", date(2026, 3, 31))
    ('2025-26', '2026-27', '2026')
    """
    if kind == "calendar":
        return str(day.year)
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"
