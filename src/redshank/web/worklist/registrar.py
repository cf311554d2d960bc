"""Possible unrecorded crimes before the force crime registrar, with a clock (practice rule 17).

A disclosure in a note, a referral or a return interview may be a crime that nobody recorded. Local default: it is
decided within 24 hours, weekends included, and the clock runs on while more is awaited.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.heads.models import Record
from redshank.web.pages import words
from redshank.web.worklist.acts import NotAllowed
from redshank.web.worklist.config import SETTINGS
from redshank.web.worklist.models import Act, Referral, Step
from redshank.web.worklist.models.registrar import WAITING

RULINGS = ("recorded", "no_crime", "need_more")


def due(at: datetime) -> datetime:
    return at + timedelta(hours=SETTINGS["registrar"]["hours"])


def asked_for(user: Any, asked: dict[str, str]) -> Any:
    """Referrals as an address asks for them; first pages count with the same."""
    rows = Referral.objects.visible_to(user, user.as_role.purpose).select_related("act__by")
    if asked.get("decided"):
        return rows.exclude(state__in=WAITING).order_by("-decided_at", "pk")
    rows = rows.filter(state__in=WAITING)
    if asked.get("state") in WAITING:
        rows = rows.filter(state=asked["state"])
    if asked.get("by"):
        rows = rows.filter(act__by=user)
    if asked.get("late"):
        rows = rows.filter(due_at__lt=timezone.now())
    return rows.order_by("due_at", "pk")


def refer(act: Act, record: Record) -> Referral:
    """The referral that an act makes: of one record, told by the record alone."""
    if Referral.objects.filter(
        record_key=record.key, state__in=WAITING, act__undone_by__isnull=True
    ).exists():
        raise NotAllowed("This record is before the registrar already")
    return Referral.objects.create(
        about=act.about, ident=act.ident, group_id=act.group_id, person_id=act.person_id, record_key=record.key,
        title=f"{words.record_words(record.key)}: {record.headline}"[:300], closed=act.closed or record.handling == "C",
        act=act, due_at=due(act.at),
    )  # fmt: skip


def step(
    user: Any, number: int, kind: str, why: str, once: str, *, crime_ref: str = "", seen: int = 0
) -> Step:
    """A ruling, or more from who sent it."""
    with transaction.atomic():
        referral = Referral.objects.select_for_update().get(pk=number)
        if (first := Step.objects.filter(once=once).first()) is not None:
            return first
        last = referral.steps.order_by("pk").last()
        if last is not None and last.pk > seen and last.by_id != user.pk:
            raise NotAllowed(f"{last.by.name} was first: {last.why}. Your text is kept below")
        if referral.state not in WAITING:
            raise NotAllowed("It was decided already")
        if kind == "more" and referral.act.by_id != user.pk:
            raise NotAllowed("Only who sent it adds to it")
        made = Step(
            referral=referral, kind=kind, by=user, role=user.role, why=why, once=once, crime_ref=crime_ref
        )
        made.save(force_insert=True)
        referral.state = "waiting" if kind == "more" else kind
        referral.decided_at = made.at if kind in ("recorded", "no_crime") else None
        referral.save(update_fields=["state", "decided_at"])
    return made
