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

Span = tuple[str, str, int]  # from, to before, minutes ahead


@cache
def ahead(first: int, last: int) -> tuple[Span, ...]:
    """The spans of these years in which London is not at UTC, times as SQLite keeps them."""
    found: list[Span] = []
    began, was = f"{first}-01-01 00:00:00", _minutes(datetime(first, 1, 1, tzinfo=UTC))
    day = datetime(first, 1, 1, tzinfo=UTC)
    end = datetime(last + 1, 1, 1, tzinfo=UTC)
    while day < end:
        if _minutes(day + timedelta(days=1)) != was:
            for hour in range(1, 25):
                at = day + timedelta(hours=hour)
                if (now := _minutes(at)) != was:
                    if was:
                        found.append((began, f"{at:%Y-%m-%d %H:%M:%S}", was))
                    began, was = f"{at:%Y-%m-%d %H:%M:%S}", now
        day += timedelta(days=1)
    return (*found, (began, f"{last + 1}-01-01 00:00:00", was)) if was else tuple(found)


def _minutes(at: datetime) -> int:
    offset = at.astimezone(LONDON).utcoffset()
    return int(offset.total_seconds()) // 60 if offset else 0


class _Day(Func):
    output_field = DateField()

    def __init__(self, expression: Any, spans: tuple[Span, ...]) -> None:
        super().__init__(expression)
        self.spans = spans

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        said, given = compiler.compile(self.source_expressions[0])
        whens = [
            f"WHEN {said} >= '{a}' AND {said} < '{b}' THEN date({said}, '{m:+d} minutes')"
            for a, b, m in self.spans
        ]
        sql = f"CASE {' '.join(whens)} ELSE date({said}) END" if whens else f"date({said})"
        return sql, [*given] * (3 * len(whens) + 1)


def london_day(expression: Any, first: datetime | None, last: datetime | None) -> Any:
    """The day of a time, for rows whose times lie between these two."""
    if connection.vendor != "sqlite" or first is None or last is None:
        return TruncDate(expression, tzinfo=LONDON)
    return _Day(expression, ahead(first.year, last.year))
