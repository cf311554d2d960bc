"""Sittings as iCalendar (RFC 5545): when which body sits. No word of what stands before it leaves this way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from redshank.web.meetings.bodies import LONDON, Body
from redshank.web.meetings.models import Sitting

#: How long a sitting is entered for; the calendar needs an end, the meeting does not.
LASTS = timedelta(hours=1)


def of(body: Body, sittings: Iterable[Sitting]) -> bytes:
    """The calendar of a body. A cancelled or moved sitting says so, so that the calendars of members let go of it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Redshank//meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", body.title)
    for s in sittings:
        event = Event()
        of = f"{body.key}|{s.district}|{s.at.astimezone(UTC).isoformat()}"
        event.add("uid", f"{hashlib.sha256(of.encode()).hexdigest()[:32]}@redshank")
        revised = s.closed_at or datetime.combine(
            body.first, body.at, LONDON
        )  # the rhythm was set, or this sitting changed
        event.add("dtstamp", revised.astimezone(UTC))
        event.add("dtstart", s.at.astimezone(UTC))
        event.add("dtend", (s.at + LASTS).astimezone(UTC))
        event.add("summary", f"{body.title}{f', {s.district}' if s.district else ''}")
        event.add("class", "PRIVATE")
        event.add("status", "CANCELLED" if s.state in ("cancelled", "moved") else "CONFIRMED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
