"""The London day of a time in a query.

SQLite has no time zones: Django asks a Python function for each row, which takes minutes over a million of them several times a product.
The hours by which London is ahead change twice a year, so that they are worked out once and the database adds them itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import DateField, Func
from django.db.models.functions import TruncDate

from redshank.web.pages.words import LONDON

Change = tuple[str, int]  # from when on, minutes ahead of UTC


@cache
def changes(first: int, last: int) -> tuple[Change, ...]:
    """When London changed its clocks in these years, latest first, times as SQLite keeps them."""
    day, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    was = _minutes(day)
    found: list[Change] = [("", was)]
    while day < end:
        if _minutes(day + timedelta(days=1)) != was:
            for hour in range(1, 25):
                at = day + timedelta(hours=hour)
                if (now := _minutes(at)) != was:
                    was = now
                    found.append((f"{at:%Y-%m-%d %H:%M:%S}", now))
        day += timedelta(days=1)
    return tuple(reversed(found))


def _minutes(at: datetime) -> int:
    offset = at.astimezone(LONDON).utcoffset()
    return int(offset.total_seconds()) // 60 if offset else 0


class _Day(Func):
    output_field = DateField()

    def __init__(self, expression: Any, since: tuple[Change, ...]) -> None:
        super().__init__(expression)
        self.since = since

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        said, given = compiler.compile(self.source_expressions[0])
        # Latest first: most records are of the last two years, and each is compared until one fits.
        whens = [f"WHEN {said} >= '{a}' THEN date({said}, '{m:+d} minutes')" for a, m in self.since]
        return f"CASE {' '.join(whens)} END", [*given] * (2 * len(whens))


def london_day(expression: Any, first: datetime | None, last: datetime | None) -> Any:
    """The day of a time, for rows whose times lie between these two."""
    if connection.vendor != "sqlite" or first is None or last is None:
        return TruncDate(expression, tzinfo=LONDON)
    return _Day(expression, changes(first.year, last.year))
