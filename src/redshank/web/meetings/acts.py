"""What becomes of a thing before a body. Open, it has one owner and one next date; closed, a decision with a name (rule 21)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.concerns.routing import ROUTING
from redshank.web.meetings import beside, sittings
from redshank.web.meetings.bodies import BODIES, GATEWAYS, Body
from redshank.web.meetings.models import Move, Raised, Sitting
from redshank.web.meetings.models.about import folded
from redshank.web.meetings.models.raised import DECISIONS, ENDS
from redshank.web.meetings.raising import (
    NotAllowed,
    Subject,
    can_own,
    check_the_chair,
    owner_by_default,
    present,
    raise_to,
)

LONGEST = 4_000
#: After these a thing is no longer before the body that decided.
LEAVES = ("passed", "returned", "merged", "closed")


@dataclass(frozen=True)
class Decision:
    """What a person decides. ``seen``: the last move that their page showed."""

    kind: str
    why: str
    once: str
    seen: int = 0
    owner: User | None = None
    next_on: datetime | None = None
    to: str = ""
    district: str = ""
    into: int = 0
    dissent: str = ""
    gateway: str = ""
    toolkit: str = ""
    told: str = ""
    sitting: Sitting | None = None
    shown: dict[str, Any] = field(default_factory=dict)  # what stood before who decides


def lacks(body: Body, raised: Raised, d: Decision) -> dict[str, str]:
    """What a decision still needs before this body, by field."""
    out: dict[str, str] = {}
    if "gateway" in body.needs and d.gateway not in GATEWAYS:
        out["gateway"] = "Name the gateway by which information is shared"
    if "toolkit" in body.needs and d.kind in LEAVES and not d.toolkit:
        out["toolkit"] = "Write which options were considered, or “none, because”: nothing leaves without it"
    if "views" in body.needs and d.kind == "taken" and raised.views.values("agency").count() < 2:
        out["kind"] = "Two agencies write their view before it is agreed"
    if raised.about == "concern" and d.kind in ("returned", "closed", "taken") and not d.told:
        out["told"] = "Write what whoever raised the concern may read"
    return out


def decide(user: Any, number: int, d: Decision) -> Move:
    """One decision. Who comes second reads what the first decided.

    Raises:
        NotAllowed: it is closed, somebody was first, or the body needs more.
    """
    if d.kind not in DECISIONS:
        raise NotAllowed("Choose what becomes of it")
    with transaction.atomic():
        raised = Raised.objects.select_for_update().get(pk=number)
        if (first := _before(user, raised, d)) is not None:
            return first
        body = BODIES[raised.meeting]
        _check(user, raised, body, d)
        return _keep(user, raised, d, *_follows(raised, body, d))


def _check(user: Any, raised: Raised, body: Body, d: Decision) -> None:
    """What the body needs, and whose decision it is."""
    if missing := lacks(body, raised, d):
        raise NotAllowed(" ".join(missing.values()))
    if d.kind in LEAVES and user.role not in body.chair and (why := beside.for_the_chair(user, raised)):
        raise NotAllowed(f"{why}: whether it leaves is the chair's decision")


def _before(user: Any, raised: Raised, d: Decision) -> Move | None:
    """The move that this form made before; refused where it is closed or somebody else was first."""
    if (first := Move.objects.filter(once=d.once).first()) is not None:
        return first
    last = raised.moves.order_by("pk").last()
    if last is not None and last.pk > d.seen and last.by_id != user.pk:
        last.narrow(user)
        raise NotAllowed(f"{last.by.name} was first: {last.why}. Your text is kept below")
    if raised.closed_at is not None:
        raise NotAllowed("It is closed; raise it anew from its page if something is new")
    return None


def _follows(raised: Raised, body: Body, d: Decision) -> tuple[User, datetime | None, str, str]:
    """Owner, next date, body and district after a decision."""
    now = timezone.now()
    owner, to, district = d.owner or raised.owner, raised.meeting, raised.district
    if d.kind == "passed":
        if d.to not in body.passes:
            raise NotAllowed("Choose a body that it can be passed to")
        target = BODIES[d.to]
        if raised.about not in target.about:
            raise NotAllowed(f"The {target.short} does not take this kind of thing")
        if target.by_district and not d.district:
            raise NotAllowed("Choose the district whose meeting takes it")
        check_the_chair(target, raised)
        to, district = target.key, d.district if target.by_district else ""
        return owner, sittings.next_time(target, now, district), to, district
    if d.kind == "returned":
        passed = raised.moves.filter(kind="passed", passed_to=raised.meeting).order_by("pk").last()
        back = BODIES[passed.meeting] if passed else BODIES[raised.began]
        if back.key != raised.meeting:
            to, district = back.key, raised.district if back.by_district else ""
        due = ROUTING.working_days_on(now, body.answer_days)
        return owner_by_default(raised.by, back, raised), due, to, district
    if d.kind == "deferred":
        after = max(now, d.sitting.at if d.sitting else now)
        return owner, sittings.next_time(body, after, raised.district), to, district
    if d.kind == "closed":
        return owner, None, to, district
    if d.next_on is None or d.next_on < now:
        raise NotAllowed("Give a date that is still to come")
    return owner, d.next_on, to, district


def _keep(
    user: Any, raised: Raised, d: Decision, owner: User, next_on: datetime | None, to: str, district: str, into: Raised | None = None
) -> Move:  # fmt: skip
    if d.kind in DECISIONS and d.kind not in ENDS and not owner.is_active:
        raise NotAllowed("Its owner has left: choose another")
    move = Move(
        raised=raised, kind=d.kind, by=user, role=user.role, why=d.why, once=d.once, owner=owner, next_on=next_on, meeting=raised.meeting,
        passed_to=to if to != raised.meeting else "", into=into, sitting=d.sitting, dissent=d.dissent, gateway=d.gateway, toolkit=d.toolkit, told=d.told, shown=json.dumps(d.shown, default=str),
    )  # fmt: skip
    if to != raised.meeting:
        _make_room(user, raised, to, district, d)
    raised.owner, raised.meeting, raised.district = owner, to, district
    raised.folded += folded(d.why, d.dissent, d.told, d.toolkit)
    if d.kind in ENDS:
        raised.closed_at = move.at
    else:
        raised.next_on = next_on
    raised.save(update_fields=["owner", "meeting", "district", "next_on", "closed_at", "folded"])
    move.save(force_insert=True)  # last: who is told of it sees what was raised where it stands now
    return move


def _make_room(user: Any, raised: Raised, to: str, district: str, d: Decision) -> None:
    """Where the same thing stands before the body that takes it, that one is merged into this: one thing, one owner."""
    same = Raised.objects.select_for_update().filter(
        meeting=to, about=raised.about, ident=raised.ident, closed=raised.closed, closed_at__isnull=True
    )
    for other in same.exclude(pk=raised.pk):
        why = "It came to this body on another way, and goes on there"
        gone = Decision("merged", why, f"{d.once[:60]}:m{other.pk}")
        _keep(user, other, gone, other.owner, None, other.meeting, other.district, raised)


def merge(user: Any, number: int, d: Decision) -> Move:
    """Closes one thing into another that goes on; what was said of it stays with it and is named there."""
    with transaction.atomic():
        both = {
            r.pk: r for r in Raised.objects.select_for_update().filter(pk__in=[number, d.into]).order_by("pk")
        }
        raised, into = both[number], both.get(d.into)
        if (first := _before(user, raised, d)) is not None:
            return first
        if into is None or into.pk == raised.pk or into.closed_at is not None or into.closed != raised.closed:
            raise NotAllowed("Choose another open thing that it goes into")
        body = BODIES[raised.meeting]
        _check(user, raised, body, d)
        made = _keep(user, raised, d, raised.owner, None, raised.meeting, raised.district, into)
        kind = "united" if beside.are_one(raised, into) else "again"
        again = Decision(kind, f"{raised.title} was merged into this: {d.why}", f"{d.once[:60]}:i")
        # The nearer of the two dates holds: nothing is put off by being united.
        soonest = min(into.next_on, raised.next_on)
        _keep(user, into, again, into.owner, soonest, into.meeting, into.district, raised)
    return made


def split(user: Any, number: int, parts: list[Subject], d: Decision) -> list[Raised]:
    """Parts of a thing that go on by themselves before the same body; the whole stays where it is."""
    with transaction.atomic():
        raised = Raised.objects.select_for_update().get(pk=number)
        if _before(user, raised, d) is not None:
            return list(raised.parts.order_by("pk"))
        body = BODIES[raised.meeting]
        if not parts or any(p.about not in body.about for p in parts):
            raise NotAllowed("Choose what goes on by itself")
        if any((p.about, p.ident) == (raised.about, raised.ident) for p in parts):
            raise NotAllowed("A part is something else than the whole")
        out = []
        for n, part in enumerate(parts):
            if raised.closed and not part.closed:
                part = Subject(
                    part.about, part.ident, part.title, True, part.person_id, part.records, part.shown
                )
            made, _ = raise_to(
                user, part, body, d.why, f"{d.once[:60]}:p{n}", owner=raised.owner if can_own(raised.owner, part) else None,
                district=raised.district, part_of=raised,
            )  # fmt: skip
            out.append(made)
        _keep(user, raised, d, raised.owner, raised.next_on, raised.meeting, raised.district)
    return out


def agency_withdraws(user: Any, number: int, why: str, once: str, seen: int) -> Move:
    """An agency takes its referral back. It stays on its way with the reason, its owner and its date: the chair decides.

    Raises:
        NotAllowed: somebody was first, it is closed, or this person neither raised it nor keeps the body.
    """
    with transaction.atomic():
        raised = Raised.objects.select_for_update().get(pk=number)
        d = Decision("withdrawn", why, once, seen)
        if (first := _before(user, raised, d)) is not None:
            return first
        if user.pk != raised.by_id and not BODIES[raised.meeting].runs(user.role):
            raise NotAllowed(
                "Who raised it withdraws it, or whoever keeps the meeting writes it down for the agency"
            )
        return _keep(user, raised, d, raised.owner, raised.next_on, raised.meeting, raised.district)


def withdraw(user: Any, raised: Raised, once: str) -> None:
    """What a person raised from the worklist and took back: closed by the same name."""
    if raised.closed_at is None:
        d = Decision("closed", "Taken back by whoever raised it", f"{once[:60]}:w")
        _keep(user, raised, d, raised.owner, None, raised.meeting, raised.district)


def hand_on_all(by: Any, leaver: Any, why: str, once: str) -> int:
    """Everything open that somebody who leaves owns goes to the deputy, else to whoever works for the body, else to a
    safeguarding lead; where none of them may have it, it stays, and first pages say that nobody owns it."""
    count = 0
    with transaction.atomic():
        for raised in Raised.objects.select_for_update().filter(owner=leaver, closed_at__isnull=True):
            body = BODIES[raised.meeting]
            some = [leaver.deputy, *_workers(body), *leads(), by]
            heir = next((u for u in some if u and u.pk != leaver.pk and can_own(u, raised)), None)
            if heir is None:  # it stays, and first pages say that nobody owns it
                continue
            d = Decision("moved", why, f"{once[:60]}:{raised.pk}")
            _keep(by, raised, d, heir, raised.next_on, raised.meeting, raised.district)
            count += 1
    return count


def leads() -> list[User]:
    """Safeguarding leads: to whom goes what nobody else can have."""
    return list(present().filter(role="safeguarding_lead").order_by("name", "username"))


def last_heirs(meeting: str) -> list[User]:
    """To whom something of a body goes that has nobody else: a safeguarding lead, else its chair; never an administrator, who
    sees no record and could do nothing about it."""
    chairs = BODIES[meeting].chair if meeting in BODIES else ()
    return [*leads(), *present().filter(role__in=chairs).order_by("name", "username")]


def _workers(body: Body) -> list[User]:
    return list(present().filter(role__in=(*body.chair, *body.clerk)).order_by("name", "username"))
