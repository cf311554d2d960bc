"""What people do with the programme, its events and publications: every rule in one place."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.learning import coverage, reading
from redshank.web.learning.models import (
    EVENT_STEPS,
    WAY,
    Attendance,
    Audience,
    Course,
    CourseStep,
    Evaluation,
    Event,
    EventStep,
    File,
    InPost,
    Piece,
    Reach,
    Size,
    Struck,
    Unread,
)
from redshank.web.meetings.raising import present
from redshank.web.versions import Meanwhile, NotAllowed, mark

LABELS = {
    "title": "Title", "subject": "Subject", "origin": "From", "posts": "For", "outside": "For, outside the force", "due_by": "Reached by",
    "repeat_months": "Repeated after months", "recommendation": "Recommendation",
}  # fmt: skip


def _once_only(model: Any, once: str, make: Any) -> tuple[Any, bool]:
    """Makes a row; the one that is there where the form came twice."""
    if before := model.objects.filter(once=once).first():
        return before, False
    try:
        with transaction.atomic():
            return make(), True
    except IntegrityError:
        if before := model.objects.filter(once=once).first():
            return before, False
        raise


def _saved(row: Any) -> Any:
    row.save()
    return row


# ---- the programme ---------------------------------------------------------------------------------------------


def add_course(user: Any, given: dict[str, Any], once: str) -> tuple[Course, bool]:
    """A line of the programme; whoever adds it answers for it until it is handed on."""
    key = mark(user, once)
    return _once_only(Course, key, lambda: Course.objects.create(**given, owner=user, by=user, once=key))


def course_step(user: Any, number: int, kind: str, on: date, text: str, paper: str, kept: str, once: str, seen: int) -> CourseStep:  # fmt: skip
    """What happened with a course."""
    once = mark(user, once)
    with transaction.atomic():
        course = Course.objects.select_for_update(of=("self",)).get(pk=number)
        if before := course.steps.filter(once=once).first():
            return before
        if course.steps.count() != seen:
            raise Meanwhile(course.steps.select_related("by").last())
        if kind not in (*WAY, "paper"):
            raise NotAllowed("Choose what happened")
        if course.state == "ended" and kind != "paper":
            raise NotAllowed("It is no longer offered: add a new line to the programme instead")
        step = CourseStep(
            course=course, kind=kind, on=on, text=text, paper=paper, kept=kept, by=user, once=once
        )
        step.save()
        if kind in WAY:
            course.state = kind
            course.save(update_fields=["state"])
    return step


def change_course(user: Any, number: int, given: dict[str, Any], why: str, once: str, seen: int) -> CourseStep | None:  # fmt: skip
    """Other particulars; what they were stands in the step. None where nothing differs."""
    once = mark(user, once)
    with transaction.atomic():
        course = Course.objects.select_for_update(of=("self",)).get(pk=number)
        if before := course.steps.filter(once=once).first():
            return before
        if course.steps.count() != seen:
            raise Meanwhile(course.steps.select_related("by").last())
        was = {k: getattr(course, k) for k, v in given.items() if getattr(course, k) != v}
        if not was:
            return None
        said = "; ".join(f"{LABELS[k].lower()} was {_said(course, k, v)}" for k, v in was.items())
        for name in was:
            setattr(course, name, given[name])
        course.save(update_fields=list(was))
        step = CourseStep(course=course, kind="changed", on=timezone.localdate(), text=f"{why.rstrip('.')}. Before: {said}", by=user, once=once)  # fmt: skip
        step.save()
    return step


def _said(course: Course, name: str, value: Any) -> str:
    from redshank.web.learning.settings import ORIGINS, POSTS, SUBJECTS

    if name == "posts":
        return ", ".join(POSTS[p] for p in value.split("|") if p in POSTS) or "nobody of the force"
    known = {"subject": SUBJECTS, "origin": ORIGINS}.get(name, {})
    return f"“{known.get(value, value)}”" if value not in ("", None) else "empty"


def hand(user: Any, course: Course, owner: Any, why: str, once: str) -> None:
    with transaction.atomic():
        held = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
        if held.steps.filter(once=once).exists():
            return
        held.owner = owner
        held.save(update_fields=["owner"])
        CourseStep(course=held, kind="handed", on=timezone.localdate(), text=f"{why.rstrip('.')}. To {owner.name}", by=user, once=once).save()  # fmt: skip


def holders(gone: set[int]) -> set[int]:
    """Who of these still answers for a line of the programme."""
    return set(Course.objects.filter(owner__in=gone).exclude(state="ended").values_list("owner", flat=True))


def hand_on_all(by: Any, leaver: Any, why: str, once: str) -> int:
    """What somebody who leaves answers for goes to the deputy, where the deputy may, else to whoever else records."""
    some = [leaver.deputy, *owners()]
    heir = next((u for u in some if u and u.pk != leaver.pk and u.is_active and may_own(u)), None)
    rows = list(Course.objects.filter(owner=leaver).exclude(state="ended")) if heir is not None else []
    for c in rows:
        hand(by, c, heir, why, f"{once[:40]}:c{c.pk}"[:60])
    return len(rows)


def may_own(user: Any) -> bool:
    return bool(user.as_role.allows("learning.record"))


def owners() -> list[User]:
    some = [u for u in present().order_by("name", "username") if may_own(u)]
    return sorted(some, key=lambda u: u.role != "learning")


# ---- events and who attended -----------------------------------------------------------------------------------


def add_event(user: Any, course: Course, given: dict[str, Any], once: str) -> tuple[Event, bool]:
    key = mark(user, once)
    if course.state == "ended":
        raise NotAllowed("The course is no longer offered")
    return _once_only(Event, key, lambda: Event.objects.create(course=course, by=user, once=key, **given))


def event_step(user: Any, number: int, kind: str, on: date, text: str, once: str, seen: int) -> EventStep:
    """Held, cancelled, or moved to another day."""
    once = mark(user, once)
    with transaction.atomic():
        event = Event.objects.select_for_update(of=("self",)).get(pk=number)
        if before := event.steps.filter(once=once).first():
            return before
        if event.steps.count() != seen:
            raise Meanwhile(event.steps.select_related("by").last())
        if kind not in EVENT_STEPS:
            raise NotAllowed("Choose what happened")
        if event.state != "planned":
            raise NotAllowed(f"It is {event.state_words.lower()} already")
        if kind == "held" and on > timezone.localdate():
            raise NotAllowed("It is held on a day that has been")
        step = EventStep(event=event, kind=kind, on=on, text=text, by=user, once=once)
        step.save()
        if kind != "cancelled":
            event.on = on
        event.state = {"held": "held", "cancelled": "cancelled"}.get(kind, "planned")
        event.save(update_fields=["on", "state"])
    return step


def take_attendance(user: Any, event: Event, name: str, data: bytes, once: str) -> tuple[File, bool]:
    """The rows of a file of attendance; those that cannot be read are kept beside them with the reason.

    A person who stands with the event already is left out with that reason. Role and district of a reference that is in
    post are those of the establishment, where the file names none.
    """
    key = mark(user, once)
    if before := File.objects.filter(once=key).first():
        return before, False
    taken = reading.read(data, "attendance")
    with transaction.atomic():
        held = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
        if before := File.objects.filter(once=key).first():
            return before, False
        if held.state != "held":
            raise NotAllowed("Record first that the event was held, and on which day")
        if held.files.filter(sha256=taken.sha256).exists():
            raise NotAllowed("This very file was taken for this event before")
        there = {r.casefold() for r in held.attendance.filter(struck__isnull=True).exclude(staff_ref="").values_list("staff_ref", flat=True)}  # fmt: skip
        posts = {p.ref.casefold(): p for p in coverage.in_post(held.on).people}
        rows, left = [], list(taken.left)
        for r in taken.rows:
            if r.staff_ref.casefold() in there:
                left.append(reading.Left(r.row, "staff reference", f"“{r.staff_ref}” stands with this event already", list(r.line)))  # fmt: skip
            else:
                rows.append(r)
        made = _file(user, "attendance", name, taken.sha256, held.on, len(rows), left, key, event=held)
        names = {a.name.casefold(): a for a in Audience.objects.all()}
        made_rows: list[Attendance] = []
        for r in rows:
            known = posts.get(r.staff_ref.casefold()) if r.staff_ref else None
            audience = None
            if r.audience:
                audience = names.get(r.audience.casefold())
                if audience is None:
                    audience = _saved(Audience(name=r.audience, by=user, once=f"{key[:40]}:{r.row}"))
                    names[r.audience.casefold()] = audience
            made_rows.append(Attendance(
                event=held, file=made, staff_ref=r.staff_ref, post=r.post or (known.post if known else ""), district=r.district or (known.district if known else ""),
                audience=audience, number=r.number, by=user, once=f"{key[:40]}#{r.row}",
            ))  # fmt: skip
        Attendance.objects.bulk_create(made_rows)
    return made, True


def _file(user: Any, kind: str, name: str, sha256: str, as_at: date, taken: int, left: list[reading.Left], once: str, **more: Any) -> File:  # fmt: skip
    made: File = _saved(
        File(
            kind=kind, name=name[:200], sha256=sha256, as_at=as_at, rows=taken + len(left), taken=taken, by=user, once=once, **more
        )
    )  # fmt: skip
    Unread.objects.bulk_create(
        Unread(file=made, row=x.row, column=x.column[:60], reason=x.reason[:300], line=json.dumps(x.line, ensure_ascii=False)) for x in left
    )  # fmt: skip
    return made


def add_heads(user: Any, event: Event, given: dict[str, Any], once: str) -> tuple[Attendance, bool]:
    """So many of a post, or of an audience outside the force, by hand."""
    key = mark(user, once)
    if event.state != "held":
        raise NotAllowed("Record first that the event was held, and on which day")
    return _once_only(Attendance, key, lambda: _saved(Attendance(event=event, by=user, once=key, **given)))


def strike(user: Any, attendance: Attendance, text: str) -> tuple[Struck, bool]:
    """Recorded wrongly: it stays to be seen and counts nowhere."""
    try:
        with transaction.atomic():
            return _saved(Struck(attendance=attendance, text=text, by=user, once=f"struck {attendance.pk}")), True  # fmt: skip
    except IntegrityError:
        return Struck.objects.select_related("by").get(attendance=attendance), False


def strike_file(user: Any, file: File, text: str) -> int:
    """Everything that one file brought: the wrong file was taken. How many rows."""
    with transaction.atomic():
        rows = list(Attendance.objects.select_for_update(of=("self",)).filter(file=file, struck__isnull=True))
        return sum(strike(user, a, text)[1] for a in rows)


def take_establishment(user: Any, name: str, data: bytes, as_at: date, source: str, once: str) -> tuple[File, bool]:  # fmt: skip
    """People in post as at a day; from then on coverage is told of these."""
    key = mark(user, once)
    if before := File.objects.filter(once=key).first():
        return before, False
    taken = reading.read(data, "establishment")
    if not taken.rows:
        raise NotAllowed(f"No row could be read. Row {taken.left[0].row}, {taken.left[0].column}: {taken.left[0].reason}")  # fmt: skip
    try:
        with transaction.atomic():
            made = _file(user, "establishment", name, taken.sha256, as_at, len(taken.rows), taken.left, key, source=source)  # fmt: skip
            InPost.objects.bulk_create(
                InPost(file=made, post=r.post, district=r.district, staff_ref=r.staff_ref, number=r.number) for r in taken.rows
            )  # fmt: skip
        return made, True
    except IntegrityError:
        return File.objects.get(once=key), False


def evaluate(user: Any, event: Event, forms: int, told: dict[str, int], text: str, once: str) -> tuple[Evaluation, bool]:  # fmt: skip
    """What the forms that came back say; later ones are added."""
    key = mark(user, once)
    if event.state != "held":
        raise NotAllowed("Only what was held is evaluated")
    return _once_only(Evaluation, key, lambda: _saved(Evaluation(event=event, forms=forms, told=json.dumps(told), text=text, by=user, once=key)))  # fmt: skip


# ---- audiences and publications --------------------------------------------------------------------------------


def size(user: Any, name: str, number: int, source: str, as_at: date, once: str) -> tuple[Size, bool]:
    """How many an audience outside the force has."""
    key = mark(user, once)

    def make() -> Size:
        held = Audience.objects.filter(name__iexact=name).first() or _saved(Audience(name=name, by=user, once=key))  # fmt: skip
        made: Size = _saved(Size(audience=held, number=number, source=source, as_at=as_at, by=user, once=key))
        return made

    try:
        return _once_only(Size, key, make)
    except IntegrityError:  # somebody named the same audience in this very moment
        return _once_only(Size, key, make)


def publish(user: Any, given: dict[str, Any], once: str) -> tuple[Piece, bool]:
    key = mark(user, once)
    return _once_only(Piece, key, lambda: _saved(Piece(by=user, once=key, **given)))


def reach(user: Any, publication: Piece, number: int, source: str, as_at: date, once: str) -> bool:
    """How many were reached, and from where that is known; whether it was said now."""
    key = mark(user, once)
    row = Reach(publication=publication, number=number, source=source, as_at=as_at, by=user, once=key)
    return _once_only(Reach, key, lambda: _saved(row))[1]
