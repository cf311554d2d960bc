"""What is raised to a meeting or held for one (practice rules 20 and 21): one owner and one next date, or closed by a name."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from redshank.web.worklist.acts import NotAllowed
from redshank.web.worklist.config import SETTINGS
from redshank.web.worklist.models import Act, Move, Raised
from redshank.web.worklist.models.meetings import MEETINGS

LONDON = ZoneInfo("Europe/London")
#: Which act puts something before which meeting.
MEETING = {"raise": "daily", "hold": "four_weekly"}


def next_time(meeting: str, now: datetime) -> datetime:
    """The next time that this meeting sits, by its rhythm."""
    told = SETTINGS["meetings"][meeting]
    first, every = told["from"], told["every_days"]
    at = time.fromisoformat(told["at"])
    day: date = now.astimezone(LONDON).date()
    ahead = (
        (first - day).days if day < first else -(-(day - first).days // every) * every - (day - first).days
    )
    sits = datetime.combine(day + timedelta(days=ahead), at, LONDON)
    return sits if sits > now else datetime.combine(sits.date() + timedelta(days=every), at, LONDON)


def asked_for(user: Any, asked: dict[str, str]) -> Any:
    """What stands before a meeting, as an address asks for it; first pages count with the same."""
    now = timezone.now()
    rows = Raised.objects.visible_to(user, user.as_role.purpose)
    rows = rows.filter(closed_at__isnull=asked.get("closed") != "1")
    if asked.get("meeting") in MEETINGS:
        rows = rows.filter(meeting=asked["meeting"])
    if asked.get("mine"):
        rows = rows.filter(owner=user)
    if asked.get("by"):
        rows = rows.filter(act__by=user)
    if asked.get("due") in ("past", "soon"):
        rows = rows.filter(next_on__lt=now if asked["due"] == "past" else now + timedelta(days=1))
    return rows.select_related("owner", "act__by")


def put_before(act: Act, grade: str, owner: Any) -> Raised:
    """The row of what an act raised or held."""
    meeting = MEETING[act.kind]
    names = ("about", "ident", "group_id", "person_id", "record_key", "title", "closed")
    return Raised.objects.create(
        **{n: getattr(act, n) for n in names}, act=act, meeting=meeting, grade=grade, owner=owner,
        next_on=next_time(meeting, timezone.now()),
    )  # fmt: skip


def settle(
    user: Any, number: int, kind: str, why: str, once: str, *, owner: Any = None, next_on: datetime | None = None, seen: int = 0
) -> Move:  # fmt: skip
    """A move to another owner or date, or the closing decision. Who comes second reads what the first decided."""
    with transaction.atomic():
        raised = Raised.objects.select_for_update().get(pk=number)
        if (first := Move.objects.filter(once=once).first()) is not None:
            return first
        last = raised.moves.order_by("pk").last()
        if last is not None and last.pk > seen and last.by_id != user.pk:
            last.narrow(user)
            raise NotAllowed(f"{last.by.name} was first: {last.why}. Your text is kept below")
        if raised.closed_at is not None:
            raise NotAllowed("It is closed; raise it anew from its page if something is new")
        move = Move(raised=raised, kind=kind, by=user, role=user.role, why=why, once=once)
        move.owner, move.next_on = owner or raised.owner, next_on
        move.save(force_insert=True)
        raised.owner = move.owner
        if kind == "closed":
            raised.closed_at = move.at
        elif next_on is not None:
            raised.next_on = next_on
        raised.save(update_fields=["owner", "next_on", "closed_at"])
    return move
