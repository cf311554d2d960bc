"""When a body sits. The rhythm says it; a sitting that was cancelled or moved is a row, and what stood before it goes on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.meetings.bodies import BODIES, LONDON, Body
from redshank.web.meetings.models import Move, Present, Raised, Sitting
from redshank.web.pages import current

AWAY = ("cancelled", "moved")
#: Three years without a sitting that stands: a rhythm that is cancelled for longer is a body that no longer meets.
FURTHEST = timedelta(days=3 * 365)


class NotAllowed(Exception):
    """A rule is in the way; the text says which."""


def next_time(body: Body, after: datetime, district: str = "") -> datetime:
    """The next sitting after a moment, without those that were cancelled or moved and with those moved to."""
    rows = list(Sitting.objects.filter(meeting=body.key, district=district, at__gt=after).order_by("at"))
    away = {r.at for r in rows if r.state in AWAY}
    extra = [r.at for r in rows if r.state not in AWAY]
    last = after + FURTHEST
    by_rhythm = next(t for t in body.times(after) if t not in away or t > last)
    return min([by_rhythm, *extra])


def around(body: Body, now: datetime, district: str = "", before: int = 6, ahead: int = 6) -> list[Sitting]:
    """The last and the next sittings in their order; those that nobody touched are not kept as rows yet."""
    start = max(now - body.every * before, datetime.combine(body.first, body.at, LONDON) - timedelta(days=1))
    end = now + body.every * ahead
    kept = {
        s.at: s for s in Sitting.objects.filter(meeting=body.key, district=district, at__gt=start, at__lt=end)
    }
    for at in body.times(start):
        if at >= end:
            break
        kept.setdefault(at, Sitting(meeting=body.key, district=district, at=at))
    return [kept[at] for at in sorted(kept)]


def on_day(body: Body, day: str, district: str = "") -> Sitting | None:
    """The sitting of a day written as 2026-03-31, kept or by the rhythm; the one that stands where two fall on a day."""
    try:
        start = datetime.combine(datetime.fromisoformat(day).date(), datetime.min.time(), LONDON)
    except ValueError:
        return None
    end = datetime.combine(start.date() + timedelta(days=1), datetime.min.time(), LONDON)
    rows = list(
        Sitting.objects.filter(meeting=body.key, district=district, at__gte=start, at__lt=end).select_related(
            "chair", "closed_by", "moved_to"
        )
    )
    if standing := [r for r in rows if r.state not in AWAY] or rows:
        return standing[0]
    if start.date() < body.first:
        return None
    at = body.next(start - timedelta(seconds=1))
    return Sitting(meeting=body.key, district=district, at=at) if at < end else None


def kept(sitting: Sitting) -> Sitting:
    """The row of a sitting, locked; made where the rhythm alone had told of it. Call it inside a transaction."""
    row, _ = Sitting.objects.get_or_create(meeting=sitting.meeting, district=sitting.district, at=sitting.at)
    return Sitting.objects.select_for_update().get(pk=row.pk)


def agenda_rows(sitting: Sitting) -> Any:
    """What stands before a sitting: everything open whose next date is not after that day."""
    end = datetime.combine(
        sitting.at.astimezone(LONDON).date() + timedelta(days=1), datetime.min.time(), LONDON
    )
    rows = Raised.objects.filter(meeting=sitting.meeting, closed_at__isnull=True, next_on__lt=end)
    return rows.filter(district=sitting.district)


def is_early(sitting: Sitting) -> bool:
    """Its date, by the clock of the wall, is still to come."""
    return sitting.at.astimezone(LONDON).date() > timezone.now().astimezone(LONDON).date()


def begin(user: Any, sitting: Sitting, early_why: str = "") -> Sitting:
    """Somebody takes the chair. Before its date only with a reason, which is kept: what is decided then is decided before
    others have come, or the extracts of the day are there."""
    early_why = early_why.strip() if is_early(sitting) else ""
    if is_early(sitting) and not early_why and sitting.state == "planned":
        raise NotAllowed("It sits on another day: write why it is held before its date")
    with transaction.atomic():
        row = kept(sitting)
        if row.state in AWAY or row.state == "held":
            raise NotAllowed(f"This sitting is {row.state_words.lower()}")
        if row.chair_id not in (None, user.pk):
            raise NotAllowed(f"{row.chair.name} has taken the chair")
        row.early_why = row.early_why or early_why
        row.state, row.chair = "open", user
        row.save(update_fields=["state", "chair", "early_why"])
        Present.objects.update_or_create(sitting=row, user=user, defaults={"there": True})
    return row


def attend(sitting: Sitting, user: Any, there: bool, conflict: str = "") -> Present:
    """Who was there, who sent apologies, and for what somebody leaves the room."""
    with transaction.atomic():
        row = kept(sitting)
        if row.state == "held":
            raise NotAllowed("It is closed: who was there stands as it was kept")
        told, _ = Present.objects.update_or_create(
            sitting=row, user=user, defaults={"there": there, "conflict": conflict}
        )
    return told


def cancel(user: Any, sitting: Sitting, why: str, once: str) -> tuple[Sitting, int]:
    """It does not sit: everything before it gets the next date, and says why. Gives the sitting and how many went on."""
    with transaction.atomic():
        row = kept(sitting)
        if row.state in AWAY:
            return row, 0
        if row.state == "held":
            raise NotAllowed("It was held")
        row.state, row.why, row.closed_by, row.closed_at = "cancelled", why, user, timezone.now()
        row.save()
        later = next_time(BODIES[row.meeting], max(row.at, timezone.now()), row.district)
        return row, _goes_on(user, row, "cancelled", f"The sitting was cancelled: {why}", later, once)


def move(user: Any, sitting: Sitting, to: datetime, why: str, once: str) -> tuple[Sitting, int]:
    """It sits at another time: everything before it goes there."""
    if to <= timezone.now():
        raise NotAllowed("Choose a time that is still to come")
    with transaction.atomic():
        row = kept(sitting)
        if row.state == "moved":
            return row, 0
        if row.state in ("held", "cancelled"):
            raise NotAllowed(f"This sitting is {row.state_words.lower()}")
        if to == row.at:
            raise NotAllowed("Choose another time than the one it has")
        there, made = Sitting.objects.get_or_create(meeting=row.meeting, district=row.district, at=to)
        if not made and there.state != "planned":
            raise NotAllowed("Something else became of the sitting at that time: choose another")
        row.state, row.why, row.moved_to, row.closed_by, row.closed_at = (
            "moved",
            why,
            there,
            user,
            timezone.now(),
        )
        row.save()
        return row, _goes_on(user, row, "cancelled", f"The sitting was moved: {why}", to, once)


def close(
    user: Any, sitting: Sitting, note: str, unheard: str, as_of: datetime | None, once: str
) -> tuple[Sitting, int]:
    """The sitting is over. What it did not reach goes to the next one, with the reason; nothing stays behind."""
    with transaction.atomic():
        row = kept(sitting)
        if row.state == "held":
            return row, 0
        if row.state != "open":
            raise NotAllowed("Nobody has taken the chair yet")
        heard = set(Move.objects.filter(sitting=row).values_list("raised", flat=True))
        left = [r for r in agenda_rows(row) if r.pk not in heard]
        if left and not unheard:
            raise NotAllowed(
                f"{len(left)} of the agenda were not reached: say why they wait for the next sitting"
            )
        row.not_current = current.said()
        row.state, row.note, row.as_of, row.closed_by, row.closed_at = (
            "held",
            note,
            as_of,
            user,
            timezone.now(),
        )
        row.save()
        later = next_time(BODIES[row.meeting], max(row.at, timezone.now()), row.district)
        return row, _goes_on(user, row, "unheard", unheard, later, once, heard)


def _goes_on(
    user: Any, row: Sitting, kind: str, why: str, to: datetime, once: str, heard: Collection[int] = ()
) -> int:
    """Everything open before a sitting gets another date; the owner stays."""
    count = 0
    for raised in agenda_rows(row).select_for_update():
        if raised.pk in heard:
            continue
        Move(
            raised=raised, kind=kind, by=user, role=user.role, why=why, once=f"{once[:50]}:{raised.pk}", owner=raised.owner, next_on=to,
            meeting=row.meeting, sitting=row,
        ).save(force_insert=True)  # fmt: skip
        raised.next_on = to
        raised.save(update_fields=["next_on"])
        count += 1
    return count


def held_by_nobody(now: datetime) -> list[Sitting]:
    """Sittings whose time passed without anybody closing, cancelling or moving them, while something stood before them."""
    out = []
    late = Raised.objects.filter(closed_at__isnull=True, next_on__lt=now)
    stands = set(late.values_list("meeting", "district", "next_on"))
    for body in BODIES.values():
        before = now - body.close
        for district in sorted({d for key, d, on in stands if key == body.key and on < before}):
            past = [
                s
                for s in around(body, now, district, 2, 0)
                if s.at < now - body.close and s.state in ("planned", "open")
            ]
            out += [s for s in past[-1:] if agenda_rows(s).exists()]
    return out
