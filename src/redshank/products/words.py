"""Days and counts as a reader says them."""

from __future__ import annotations

import re
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


_MONTH = re.compile(r"(\d{4})-(\d{2})")


def month_said(label: str) -> str:
    """
    >>> month_said("2026-03"), month_said("13 to 15")
    ('March 2026', '13 to 15')
    """
    found = _MONTH.fullmatch(label)
    return f"{date(int(found[1]), int(found[2]), 1):%B %Y}" if found else label


#: What is counted, and what it does, of many and of one.
_ONE = {
    "actions": "action", "children": "child", "concerns": "concern", "crimes": "crime", "episodes": "episode", "flags": "flag", "groups": "group",
    "interviews": "interview", "lines": "line", "months": "month", "options": "option", "people": "person", "persons": "person", "places": "place",
    "records": "record", "referrals": "referral", "rows": "row", "things": "thing", "times": "time", "trainings": "training", "visits": "visit",
}  # fmt: skip
_DOES = {
    "are": "is", "were": "was", "have": "has", "come": "comes", "count": "counts", "hold": "holds", "span": "spans", "stand": "stands", "tell": "tells",
    "tie": "ties", "wait": "waits",
}  # fmt: skip
_NOUN = re.compile(rf"^( (?:(?:county|flagged|proposed) )?)({'|'.join(_ONE)})\b")
_VERB = re.compile(rf"\b({'|'.join(_DOES)})\b")


def after_one(words: str) -> str:
    """The words after a one, up to the next stop.

    >>> after_one(" groups stand proposed, two of them"), after_one(" of them are overdue."), after_one(" from partners' referrals.")
    (' group stands proposed, two of them', ' of them is overdue.', " from partners' referrals.")
    """
    stop = next((n for n, c in enumerate(words) if c in ",;:."), len(words))
    first, rest = words[:stop], words[stop:]
    first = _NOUN.sub(lambda m: m[1] + _ONE[m[2]], first, count=1)
    return _VERB.sub(lambda m: _DOES[m[1]], first, count=1) + rest
