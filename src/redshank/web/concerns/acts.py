"""Raising, passing on, answering: every rule of a concern in one place. A view asks the policy and then calls these."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.web.concerns.models import Concern, Draft, Step
from redshank.web.concerns.routing import ROUTING
from redshank.web.policy.names import fold

ANSWERS = ("taken_up", "nothing_follows", "passed_outside")
DRAFT_LONGEST = 20_000  # more than the form takes: what is too long is still not lost


def keep_draft(user: Any, given: dict[str, str]) -> None:
    """Keeps what was typed so far, for its author alone."""
    if any(v for k, v in given.items() if k not in ("danger", "person_id")):
        kept = json.dumps({k: v[:DRAFT_LONGEST] for k, v in given.items()})
        Draft.objects.update_or_create(author=user, defaults={"typed": kept, "at": timezone.now()})


def drop_draft(user: Any) -> None:
    """What was sent is no draft any more."""
    Draft.objects.filter(author=user).update(typed="{}")


class NotAllowed(Exception):
    """A rule is in the way; the text says which."""


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__("answered meanwhile")


@dataclass(frozen=True)
class Written:
    """What the form brought, checked."""

    child_name: str
    child_age: str
    person_id: str
    others: str
    what: str
    child_words: str
    place: str
    when_day: date | None
    when_words: str
    danger: str


def raise_concern(user: Any, written: Written, once: str) -> tuple[Concern, bool]:
    """A new concern where it lands, with its clock; the first one where the same form was sent before."""
    now = timezone.now()
    in_danger = written.danger != "no"
    named = bool(written.child_name or written.person_id)
    concern = Concern(
        author=user, role=user.role, agency=user.agency, at=now, queue=ROUTING.lands(danger=in_danger, named=named),
        due=ROUTING.answer_by(now, danger=in_danger), once=f"{user.pk}:{once}"[:40], **vars(written),
    )  # fmt: skip
    concern.folded = concern.gather()
    try:
        with transaction.atomic():
            concern.save(force_insert=True)
    except IntegrityError:
        return Concern.objects.visible_to(user, "a form sent twice").get(once=concern.once), False
    return concern, True


def alike(user: Any, written: Written) -> list[Concern]:
    """Recent concerns in this person's sight that may be about the same: the child's name, or the place and day."""
    since = timezone.now() - timedelta(days=ROUTING.duplicate_days)
    rows = Concern.objects.visible_to(user, "looking for the same concern").filter(at__gte=since)
    name = set(fold(written.child_name).split())
    where = fold(written.place).strip()
    out = []
    for concern in rows.select_related("author").order_by("-at"):
        theirs = set(fold(concern.child_name).split())
        same_name = bool(name and theirs) and (name <= theirs or theirs <= name)
        same_place = bool(where) and where == fold(concern.place).strip()
        if same_name or (same_place and _near(written.when_day, concern.when_day)):
            out.append(concern)
    return out[:5]


def _near(a: date | None, b: date | None) -> bool:
    """No further apart than configured; a day that nobody gave rules nothing out."""
    return a is None or b is None or abs((a - b).days) <= ROUTING.near_days


def why_not(user: Any, concern: Concern) -> str:
    """Why this person may not answer, or nothing."""
    if not user.as_role.allows("concern.answer") or user.role not in ROUTING.queues[concern.queue].roles:
        return f"It waits for: {concern.queue_words}."
    if concern.author_id == user.pk:
        return "You raised it: another person answers."
    return "" if concern.state == "waiting" else "It has been answered."


def step(user: Any, number: int, kind: str, text: str, passed_to: str, once: str, seen: int) -> Step:
    """Passed on or answered; :class:`Meanwhile` where somebody was first. The clock runs on when it is passed on."""
    with transaction.atomic():
        rows = Concern.objects.visible_to(user, "answering a concern")
        # The lock is on the row alone: PostgreSQL takes none on what a filter of the policy joined.
        concern = Concern.objects.select_for_update().get(pk=rows.get(pk=number).pk)
        if concern.steps.count() != seen:
            last = concern.steps.select_related("by").last()
            if last is not None and last.once == once and last.by_id == user.pk:
                return last  # the same form, sent twice
            if last is None:
                raise NotAllowed("Open the page again, and answer from there")
            raise Meanwhile(last)
        if reason := why_not(user, concern):
            raise NotAllowed(reason)
        to = passed_to
        if kind == "passed_on":
            if passed_to not in ROUTING.queues or passed_to == concern.queue:
                raise NotAllowed("Choose another queue than the one it waits in")
            concern.queue, to = passed_to, ROUTING.queues[passed_to].title
        else:
            concern.state, concern.answered_at = kind, timezone.now()
        made = _keep(user, concern, kind, text, to, once)
        concern.save(update_fields=["queue", "state", "answered_at"])
    return made


def done_before(user: Any, once: str) -> bool:
    """Whether this form was kept already, also where the concern has gone out of this person's sight since."""
    return bool(once) and Step.objects.filter(once=once, by=user).exists()


def add(user: Any, number: int, text: str, once: str) -> Step:
    """The author adds something. What was answered waits again, with a new clock."""
    with transaction.atomic():
        found = Concern.objects.visible_to(user, "adding to a concern").filter(author=user).get(pk=number)
        concern = Concern.objects.select_for_update().get(pk=found.pk)
        before = concern.steps.filter(once=once).first()
        if before is not None:
            return before
        if concern.state != "waiting":
            concern.state, concern.answered_at = "waiting", None
            concern.due = ROUTING.answer_by(timezone.now(), danger=False)
        concern.folded = concern.folded.rstrip() + fold(text)
        made = _keep(user, concern, "added", text, "", once)
        concern.save(update_fields=["state", "answered_at", "due", "folded"])
    return made


def _keep(user: Any, concern: Concern, kind: str, text: str, to: str, once: str) -> Step:
    made = Step(
        concern=concern,
        kind=kind,
        by=user,
        role=user.role,
        text=text,
        passed_to=to,
        due=concern.due,
        once=once,
    )
    made.save(force_insert=True)
    return made
