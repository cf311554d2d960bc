"""What is due of the programme: from dates that are kept, never from a guess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from redshank.web.learning import coverage
from redshank.web.learning.models import Attendance, Course, Event, Piece
from redshank.web.learning.settings import DATA
from redshank.web.pages import words


@dataclass(frozen=True)
class Due:
    """One thing: what, by when, whose, and where it opens."""

    on: date
    text: str
    hint: str
    url: str
    owner: int


def due(day: date) -> list[Due]:
    """The earliest first."""
    found = [*_reach(day), *_next_steps(day), *_events(day), *_publications(day)]
    return sorted(found, key=lambda d: (d.on, d.text))


def _open() -> list[Course]:
    return list(Course.objects.exclude(state="ended").select_related("owner"))


def _reach(day: date) -> list[Due]:
    """Those whom a course is for are to be reached by its day."""
    soon = day + timedelta(days=DATA["due"]["soon_days"])
    posts, out = coverage.in_post(day), []
    for c in _open():
        if c.due_by is not None and c.due_by <= soon and c.post_keys:
            told = coverage.of_course(c, day, posts)
            if told.missing or not told.of:
                said = f"{told.missing:,} of {told.of:,} people in post not reached yet" if told.of else "nobody is recorded as in post"  # fmt: skip
                out.append(Due(c.due_by, c.title, f"{said}, by {words.day(c.due_by)}", reverse("learning-course", args=[c.pk]), c.owner_id))  # fmt: skip
    return out


def _next_steps(day: date) -> list[Due]:
    """Asked for or received, and nothing since."""
    out = []
    waiting = ("asked", "received", "adapted")
    for c in Course.objects.filter(state__in=waiting).select_related("owner"):
        last = c.steps.filter(kind__in=waiting).last()
        if last is not None:
            by = last.on + timedelta(days=DATA["due"]["next_step_days"])
            if by <= day:
                out.append(Due(by, c.title, f"{c.state_words.lower()} on {words.day(last.on)}, and no further step", reverse("learning-course", args=[c.pk]), c.owner_id))  # fmt: skip
    return out


def _events(day: date) -> list[Due]:
    out = []
    late = timedelta(days=DATA["due"]["attendance_days"])
    rows = Event.objects.filter(on__lt=day).exclude(state="cancelled").select_related("course")
    for e in rows.annotate(attended=Exists(Attendance.objects.filter(event=OuterRef("pk")))):
        where, title = reverse("learning-event", args=[e.pk]), f"{e.course.title}, {words.day(e.on)}"
        if e.state == "planned":
            out.append(Due(e.on, title, "its day is past: was it held?", where, e.course.owner_id))
        elif e.on + late <= day and not e.attended:
            out.append(
                Due(e.on + late, title, "held, and no attendance is recorded", where, e.course.owner_id)
            )
    return out


def _publications(day: date) -> list[Due]:
    by = timedelta(days=DATA["due"]["reach_days"])
    rows = Piece.objects.filter(on__lte=day - by, reaches__isnull=True)
    return [Due(p.on + by, p.title, f"{p.kind_words} of {words.day(p.on)}: no reach is recorded", reverse("publication", args=[p.pk]), p.by_id) for p in rows]  # fmt: skip


def today() -> list[Due]:
    return due(timezone.localdate())
