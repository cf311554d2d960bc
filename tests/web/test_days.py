"""The London day of a time, worked out by the database, is the one that Python gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redshank.web.pages import days
from redshank.web.pages.words import LONDON

HOURS = [
    datetime(2025, 3, 29, 23, 59, 59, tzinfo=UTC), datetime(2025, 3, 30, 0, 59, 59, tzinfo=UTC), datetime(2025, 3, 30, 1, tzinfo=UTC),
    datetime(2025, 6, 30, 22, 59, 59, tzinfo=UTC), datetime(2025, 6, 30, 23, tzinfo=UTC), datetime(2025, 6, 30, 23, 0, 0, 250_000, tzinfo=UTC),
    datetime(2025, 10, 25, 23, 30, tzinfo=UTC), datetime(2025, 10, 26, 0, 59, 59, 999_999, tzinfo=UTC), datetime(2025, 10, 26, 1, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC),
]  # fmt: skip


@pytest.mark.databases
def test_the_day_that_the_database_says_is_londons(sign_in):
    from redshank.web.heads.models import Record

    sign_in("analyst")
    rows = list(Record.objects.visible_to(_reader(), "analysis").order_by("pk")[: len(HOURS)])
    for row, at in zip(rows, HOURS, strict=True):
        Record.objects.filter(pk=row.pk).update(known_at=at)
    chosen = Record.objects.filter(pk__in=[r.pk for r in rows])
    said = chosen.annotate(day=days.london_day("known_at", min(HOURS), max(HOURS))).values_list("pk", "day")
    assert dict(said) == {r.pk: at.astimezone(LONDON).date() for r, at in zip(rows, HOURS, strict=True)}


def _reader():
    from redshank.web.products.catalogue import command_line

    return command_line("analyst")


CHANGES = days.changes(1965, 2041)


@given(st.datetimes(datetime(1965, 1, 1), datetime(2040, 12, 31)))
def test_the_latest_change_before_a_time_says_how_far_ahead_london_is(at):
    said = f"{at:%Y-%m-%d %H:%M:%S}"
    minutes = next(m for since, m in CHANGES if said >= since)
    assert timedelta(minutes=minutes) == (
        at.replace(tzinfo=UTC).astimezone(LONDON).utcoffset() or timedelta()
    )
