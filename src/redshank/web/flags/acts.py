"""Proposing and deciding: every rule of the flag in one place. A view asks the policy first and then calls these.

Acts are append-only. A flag is decided by somebody who did not propose it, and confirmed only by one who opened the
records that it relies on (practice rule 1).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from redshank.web.access import standing
from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import PROPOSING, Act, Flag
from redshank.web.policy.matters import moved
from redshank.web.policy.sight import current_run
from redshank.web.trail.models import Entry

WORKING_DAYS = 2  # in which a second person decides; local default
OPEN = ("proposed", "need_more")


class NotAllowed(Exception):
    """A rule of the flag is in the way; the text says which."""


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, act: Act) -> None:
        self.act = act
        super().__init__("decided meanwhile")


@dataclass(frozen=True)
class Given:
    """What a form brought, checked."""

    answers: dict[str, str]
    axes: dict[str, str]
    confidence: str
    rationale: str
    evidence: tuple[str, ...]
    once: str
    seconds: int = 0


def decide_by(at: datetime) -> datetime:
    """The end of the second working day."""
    day = at.astimezone(ZoneInfo("Europe/London"))
    left = WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day.replace(hour=17, minute=0, second=0, microsecond=0)


def opened(user: Any, keys: list[str] | tuple[str, ...], since: datetime | None = None) -> dict[str, str]:
    """Which of these records this person opened, and when last."""
    rows = Entry.objects.filter(user=user, kind="record", action="consultation", ident__in=keys)
    if since is not None:
        rows = rows.filter(at__gte=since)
    out: dict[str, str] = {}
    for ident, at in rows.order_by("at").values_list("ident", "at"):
        out[ident] = at.isoformat()
    return out


def _act(
    flag: Flag,
    kind: str,
    user: Any,
    given: Given,
    run: int,
    shown: dict[str, Any],
    since: datetime | None = None,
) -> Act:
    seen = opened(user, given.evidence, since)
    act = Act(
        flag=flag, kind=kind, by=user, role=user.role, definition=IN_FORCE.version, answers=json.dumps(given.answers),
        axes=json.dumps(given.axes), confidence=given.confidence, rationale=given.rationale,
        evidence=json.dumps(list(given.evidence)), opened=json.dumps(seen), seconds=given.seconds, run=run,
        shown=json.dumps(shown, default=str), once=given.once,
    )  # fmt: skip
    act.save(force_insert=True)
    return act


def done_before(once: str) -> Flag | None:
    """The flag on which the same form acted when it was sent the first time."""
    act = Act.objects.filter(once=once).select_related("flag").first()
    return act.flag if act else None


def propose(
    user: Any,
    about: str,
    ident: str,
    label: str,
    given: Given,
    *,
    run: int,
    shown: dict[str, Any],
    closed: bool,
    district: str,
) -> Flag:
    """A new flag. :class:`NotAllowed` where an open one stands, or nothing of the evidence was opened."""
    if not opened(user, given.evidence):
        raise NotAllowed("Open at least one of the records that you rely on")
    with transaction.atomic():
        # Under every id that a night made one with this, whoever may see it: one thing has one open flag.
        same = moved(about, {ident}, current_run())
        if Flag.objects.filter(about=about, ident__in=same, state__in=OPEN).exists():
            raise NotAllowed("A flag on this is open already; it is in the register")
        now = timezone.now()
        where = {
            "group_id": ident if about == "group" else "",
            "person_id": ident if about == "person" else "",
        }
        flag = Flag.objects.create(
            about=about, ident=ident, record_key=ident if about == "record" else "", label=label, closed=closed, state="proposed",
            proposed_by=user, proposed_at=now, decide_by=decide_by(now), district=district, **where,
        )  # fmt: skip
        _act(flag, "proposed", user, given, run, shown)
    return flag


def evidence_of(flag: Flag) -> list[str]:
    """Records that it relies on: those of the proposal and of what was given since."""
    last = proposal_of(flag)
    return last.parsed("evidence") if last else []


def proposal_of(flag: Flag) -> Act | None:
    """The act that a decision is about: the proposal, or the last that gave more to it."""
    return flag.acts.filter(kind__in=PROPOSING).order_by("-at", "-id").first()


def is_gone(user: Any) -> bool:
    """Whether nothing can come from this person any more: closed, left the role, or in one that does not propose."""
    left = standing.of(user).left_on
    away = left is not None and left <= standing.today()
    return away or not user.is_active or not user.as_role.allows("flag.propose")


def _speaks_for(user: Any, flag: Flag) -> bool:
    """Whoever proposed it; once they are gone, anybody who may propose, so that nothing is stuck with a leaver."""
    if flag.proposed_by_id == user.pk:
        return True
    return user.as_role.allows("flag.propose") and is_gone(flag.proposed_by)


def may_give_more(user: Any, flag: Flag) -> bool:
    return flag.state == "need_more" and _speaks_for(user, flag)


def may_withdraw(user: Any, flag: Flag) -> bool:
    return flag.state in OPEN and _speaks_for(user, flag)


def may_decide(user: Any, flag: Flag) -> str:
    """Why this person may not decide, or nothing."""
    if flag.state != "proposed":
        return "This flag does not wait for a decision."
    if flag.acts.filter(kind__in=PROPOSING, by=user).exists():
        return "You proposed it: another person decides."
    return ""


def decide(
    user: Any, flag_id: int, kind: str, given: Given, *, run: int, shown: dict[str, Any], seen_acts: int
) -> Act:
    """Confirmed, not proven, or need more, by a second person; :class:`Meanwhile` where somebody was first."""
    with transaction.atomic():
        flag = Flag.objects.select_for_update().get(pk=flag_id)
        if flag.acts.count() != seen_acts:
            raise Meanwhile(flag.acts.order_by("-at", "-id").first())
        if reason := may_decide(user, flag):
            raise NotAllowed(reason)
        proposal = flag.acts.filter(kind="proposed").order_by("-at", "-id").first()
        missing = set(given.evidence) - set(opened(user, given.evidence, proposal.at))
        if kind == "confirmed" and missing:
            raise NotAllowed(
                f"Open the records that it relies on first: {len(missing)} not opened since it was proposed"
            )
        act = _act(flag, kind, user, given, run, shown, proposal.at)
        flag.state, flag.decided_at = kind, act.at
        flag.save(update_fields=["state", "decided_at"])
    return act


def give_more(user: Any, flag_id: int, given: Given, *, run: int, shown: dict[str, Any], closed: bool) -> Act:
    """What a second person asked for: the test as it is answered now, and further records that the giver opened.

    The act holds all records relied on, those of before included, and whoever asked may decide again.
    """
    with transaction.atomic():
        flag = Flag.objects.select_for_update().get(pk=flag_id)
        if not may_give_more(user, flag):
            raise NotAllowed("Nobody waits for more from you: look at what was done meanwhile")
        before = evidence_of(flag)
        further = [k for k in given.evidence if k not in before]
        unopened = set(further) - set(opened(user, further))
        if unopened:
            raise NotAllowed(f"Open the records that you add first: {len(unopened)} not opened by you")
        act = _act(flag, "more", user, replace(given, evidence=(*before, *further)), run, shown)
        flag.state, flag.decided_at, flag.more_at = "proposed", None, act.at
        flag.decide_by = decide_by(act.at)
        flag.closed = flag.closed or closed  # what was added may rest on handling C
        flag.save(update_fields=["state", "decided_at", "more_at", "decide_by", "closed"])
    return act


def withdraw(user: Any, flag_id: int, rationale: str, once: str, run: int) -> Act:
    """Taken back by whoever proposed it, or for them once they are gone; it stays in the register as withdrawn."""
    with transaction.atomic():
        flag = Flag.objects.select_for_update().get(pk=flag_id)
        if not may_withdraw(user, flag):
            raise NotAllowed("Only who proposed it can withdraw it, and only before it is decided")
        given = Given({}, {}, "", rationale, (), once)
        act = _act(flag, "withdrawn", user, given, run, {})
        flag.state, flag.decided_at = "withdrawn", act.at
        flag.save(update_fields=["state", "decided_at"])
    return act
