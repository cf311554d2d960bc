"""By when what waits is to be decided, where it has no day of its own: so many days after it began to wait (``waits.toml``)."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from redshank.web.pages import words

DAYS: dict[str, int] = tomllib.loads((Path(__file__).parent / "waits.toml").read_text(encoding="utf-8"))["days"]  # fmt: skip


def by(source: str, since: datetime | date) -> str:
    """In words, as they stand behind a line of the first page."""
    began = timezone.localdate(since) if isinstance(since, datetime) else since
    ends = began + timedelta(days=DAYS[source])
    return f"{'was to be' if ends < timezone.localdate() else 'to be'} decided by {words.day(ends)}"
