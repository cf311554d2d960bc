"""Terms of reference: which version is in force on a day, and a new one beside those that stand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.web.meetings import sittings
from redshank.web.meetings.bodies import Body
from redshank.web.meetings.models import Sitting, Terms
from redshank.web.pages import words

LONGEST = 40_000
#: What such a text holds; local default.
HEADINGS = (
    "purpose", "scope and thresholds", "membership", "chair", "quorum", "basis for sharing information", "how things are raised", "agenda",
    "how risk is told", "when something leaves the agenda", "escalation", "transition to adulthood", "minutes and actions", "data that is returned", "review",
)  # fmt: skip


class NotAllowed(Exception):
    """A rule is in the way; the text says which."""


def in_force(meeting: str, on: date | None = None) -> Terms | None:
    """The version by which the body works on a day; of two from the same day the later one. None where there is none."""
    rows = Terms.objects.filter(meeting=meeting, valid_from__lte=on or timezone.localdate())
    return rows.select_related("agreed_at", "by").order_by("-valid_from", "-number").first()


def versions(user: Any, meeting: str) -> list[Terms]:
    """All of them, the newest first, for whoever sits in the body."""
    rows = Terms.objects.visible_to(user, user.as_role.purpose).filter(meeting=meeting)
    return list(rows.select_related("agreed_at", "by").order_by("-number"))


def keep(
    user: Any, body: Body, text: str, why: str, valid_from: date, review_on: date, agreed_at: Sitting, once: str
) -> Terms:  # fmt: skip
    """A new version. It never begins before the one that stood, so that what was in force on a past day stays as it was.

    Raises:
        NotAllowed: the days or the sitting do not hold together.
    """
    if review_on <= valid_from:
        raise NotAllowed("The review comes after the day on which they begin")
    with transaction.atomic():
        sits = sittings.kept(agreed_at)
        if (before := Terms.objects.filter(once=once).first()) is not None:
            return before
        if sits.meeting != body.key or sits.state not in ("open", "held"):
            raise NotAllowed("Choose a sitting of this body that is held, or was")
        last = Terms.objects.filter(meeting=body.key).order_by("-number").first()
        if last is not None and valid_from < max(last.valid_from, timezone.localdate()):
            raise NotAllowed(f"Version {last.number} stands from {words.day(last.valid_from)}: a new one begins today or later, and not before it")  # fmt: skip
        made = Terms(
            meeting=body.key, number=last.number + 1 if last else 1, text=text, why=why, valid_from=valid_from, review_on=review_on, agreed_at=sits,
            by=user, role=user.role, once=once,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise NotAllowed("Somebody kept a version meanwhile: read it first. Your text is kept below") from error  # fmt: skip
    return made


def says(meeting: str, on: date) -> str:
    """One sentence for minutes and packs: by which terms the body worked on a day."""
    found = in_force(meeting, on)
    if found is None:
        return "No terms of reference are kept for this body."
    said = f"Version {found.number} of the terms of reference, in force from {words.day(found.valid_from)}, agreed at the sitting of {words.day(found.agreed_at.at)}."
    return said + (f" They were to be reviewed on {words.day(found.review_on)}." if found.review_on < on else "")  # fmt: skip


def lacks(meeting: str) -> str:
    """What is to be done about a body's terms today; nothing where they stand and are not past their review."""
    found = in_force(meeting)
    if found is None:
        return "no terms of reference are kept"
    if found.review_on < timezone.localdate():
        return f"the terms of reference were to be reviewed on {words.day(found.review_on)}"
    return ""
