"""Making a notice, and lifting one: proposed by one named person, confirmed by another. Every rule in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.web.policy.names import fold
from redshank.web.retention.models import Notice, Step
from redshank.web.retention.settings import MADE, WIDE

MAKE, LIFT = "preservation.make", "preservation.lift"
#: In which state each step of lifting may be taken, and what it makes of the notice.
WHILE = {
    "lift_proposed": ("in_force", "proposed"),
    "lift_withdrawn": ("proposed", "in_force"),
    "lift_refused": ("proposed", "in_force"),
    "lift_confirmed": ("proposed", "lifted"),
}


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str = "kind") -> None:
        self.field = field
        super().__init__(text)


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__("changed meanwhile")


@dataclass(frozen=True)
class Asked:
    """What the form of a new notice brought, checked for its form. ``ident`` is empty where it covers no single thing."""

    kind: str
    title: str
    covers: str
    ident: str
    name: str
    authority: str
    why: str
    since: date
    once: str


def _once(user: Any, once: str) -> str:
    return f"{user.pk}:{once}"[:60]


def make(user: Any, asked: Asked) -> Notice:
    """A notice that is in force at once; the same form sent twice makes one.

    Raises:
        NotAllowed: a rule is in the way.
    """
    if not user.as_role.allows(MAKE):
        raise NotAllowed("Your role does not do this")
    once = _once(user, asked.once)
    if before := Notice.objects.filter(once=once).first():
        return before
    if asked.kind not in MADE:
        raise NotAllowed("Choose what it is made for", "kind")
    if asked.covers not in (*WIDE, "person", "group", "record"):
        raise NotAllowed("Choose what it covers", "covers")
    if asked.since > timezone.localdate():
        raise NotAllowed("The day is in the future", "since")
    notice = Notice(
        kind=asked.kind, title=asked.title, covers=asked.covers, name=asked.name[:300], authority=asked.authority, why=asked.why, since=asked.since,
        person_id=asked.ident if asked.covers == "person" else "", group_id=asked.ident if asked.covers == "group" else "",
        record_key=asked.ident if asked.covers == "record" else "", by=user, role=user.role, once=once,
        folded=fold(f"{asked.name} {asked.title} {asked.authority} {asked.why}"),
    )  # fmt: skip
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
            _step(notice, user, "made", asked.why, once)
    except IntegrityError:
        if before := Notice.objects.filter(once=once).first():
            return before
        raise
    return notice


def _step(notice: Notice, user: Any, kind: str, why: str, once: str) -> Step:
    made = Step(notice=notice, kind=kind, why=why, by=user, role=user.role, once=once)
    made.save(force_insert=True)
    return made


def lift(user: Any, number: int, kind: str, why: str, once: str, seen: int) -> Step:
    """One step of lifting a notice. It is in force until the second person's.

    Raises:
        NotAllowed: a rule is in the way.
        Meanwhile: somebody acted on it since the page was opened.
    """
    once = _once(user, once)
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=number)
        if before := Step.objects.filter(once=once).first():
            return before
        if not user.as_role.allows(LIFT):
            raise NotAllowed("Your role does not do this")
        steps = list(notice.steps.select_related("by"))
        if len(steps) != seen and steps:
            raise Meanwhile(steps[-1])
        if kind not in WHILE:
            raise NotAllowed("Choose what you do")
        was, now = WHILE[kind]
        if notice.state != was:
            raise NotAllowed(f"{notice.state_words}: that is not done now")
        if not why:
            raise NotAllowed("Write why, in your own words", "why")
        is_own = notice.proposed_by_id == user.pk
        if kind in ("lift_confirmed", "lift_refused") and is_own:
            raise NotAllowed("Somebody else decides about it: you proposed it")
        if kind == "lift_withdrawn" and not is_own:
            raise NotAllowed("Whoever proposed it withdraws it; you may refuse it")
        made = _step(notice, user, kind, why, once)
        notice.state = now
        if kind == "lift_proposed":
            notice.proposed_by = user
        elif kind == "lift_confirmed":
            notice.lifted_by, notice.lifted_at = user, made.at
        else:
            notice.proposed_by = None  # who proposed it stands in the steps
        notice.folded += fold(f" {why}")
        notice.save(update_fields=["state", "proposed_by", "lifted_by", "lifted_at", "folded"])
    return made


def offered(user: Any, notice: Notice) -> list[str]:
    """Steps that this person may take now."""
    if not user.as_role.allows(LIFT):
        return []
    own = notice.proposed_by_id == user.pk
    whose = {"lift_confirmed": not own, "lift_refused": not own, "lift_withdrawn": own}
    return [k for k, (was, _) in WHILE.items() if notice.state == was and whose.get(k, True)]
