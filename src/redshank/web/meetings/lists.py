"""What stands before the bodies, as addresses ask for it; first pages count with the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Raised, Sitting

FILTERS = ("meeting", "closed", "mine", "by", "due")


def asked_for(user: Any, asked: dict[str, str]) -> Any:
    now = timezone.now()
    rows = Raised.objects.visible_to(user, user.as_role.purpose)
    rows = rows.filter(closed_at__isnull=asked.get("closed") != "1")
    if asked.get("meeting") in BODIES:
        rows = rows.filter(meeting=asked["meeting"])
    if asked.get("mine"):
        rows = rows.filter(owner=user)
    if asked.get("by"):
        rows = rows.filter(by=user)
    if asked.get("due") in ("past", "soon"):
        rows = rows.filter(next_on__lt=now if asked["due"] == "past" else now + timedelta(days=1))
    return rows.select_related("owner", "by", "act")


def sits_now(user: Any, raised: Raised) -> Sitting | None:
    """The sitting that is open, before which a decision is made now."""
    rows = Sitting.objects.visible_to(user, user.as_role.purpose)
    return rows.filter(meeting=raised.meeting, district=raised.district, state="open").order_by("-at").first()


def may_settle(user: Any, raised: Raised) -> bool:
    """Whether this person decides what becomes of it: its owner, and whoever of its body settles things."""
    if raised.closed_at is not None or not user.as_role.allows("raised.settle"):
        return False
    return bool(raised.owner_id == user.pk or user.role in BODIES[raised.meeting].roles)
