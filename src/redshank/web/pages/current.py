"""Which data are not current, in a sentence: on the frame of every page, and frozen into what is made meanwhile (practice rule 15).

It speaks of tables and days of deliveries, never of a record: every reader reads the same.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from redshank.web.pages import words


def said(now: datetime | None = None) -> str:
    """For example "Missing-person data not current since Monday 9 March 2026."; empty where everything is current."""
    from redshank.publish.sources import not_current

    found, wrong = not_current(settings.HOME, now or timezone.now())
    if wrong:
        return "Whether the data are current cannot be told: redshank doctor says why."
    told = "; ".join(
        f"{words.WORDS['data'][table]} not current since {weekday(since)}" for table, since in found
    )
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def weekday(at: datetime) -> str:
    """The day of a time in London, with its name: "Monday 9 March 2026"."""
    return f"{at.astimezone(words.LONDON):%A} {words.day(at)}"
