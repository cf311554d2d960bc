"""Clocks of what the force answers for: recommendations of inspections with their asks and actions, events of learning, reviews of
policies, requests for access and disclosures, accesses that lapse, second looks. To whoever each is of; what is past goes up to the safeguarding leads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from redshank.web.access import standing
from redshank.web.access.models import Standing
from redshank.web.accounts.roles import ROLES
from redshank.web.flags.definition import IN_FORCE
from redshank.web.judgements import blind
from redshank.web.learning.models import Event
from redshank.web.meetings.raising import present
from redshank.web.notices.kinds import REMINDERS
from redshank.web.notices.steps import horizon, steps
from redshank.web.notices.write import Told, leads
from redshank.web.policies import acts as policies
from redshank.web.register import review
from redshank.web.rights.models import OPEN, Case
from redshank.web.tracker.models import Ask, Deed, Recommendation


def of(today: date) -> Iterator[Told]:
    yield from _recommendations(today)
    yield from _beside_them(today)
    yield from _events(today)
    yield from _policies(today)
    yield from _cases(today)
    yield from _accesses(today)
    yield from _flags_again()
    yield from _pairs(today)


def _days(name: str) -> list[int]:
    """So many days before as everything, and the earlier warning that this kind of thing has."""
    return [REMINDERS[f"{name}_days_before"], *REMINDERS["days_before"]]


def _recommendations(today: date) -> Iterator[Told]:
    days, up = _days("tracker"), leads()
    # Of what nobody owns nobody in person is asked anything: it stands on the first page of the leads.
    rows = Recommendation.objects.filter(for_forces=True, owner__isnull=False, due__lte=horizon(today, days))
    for pk, due, owner in rows.exclude(status="closed").values_list("pk", "due", "owner"):
        yield from steps("tracker", "tracker", pk, due, today, owner, None, up, days)


def _beside_them(today: date) -> Iterator[Told]:
    """Whom to ask again, and what was planned: one reminder each, told apart by its own number."""
    asks = Ask.objects.exclude(state="settled").filter(next_on__lte=horizon(today))
    for pk, number, due, owner in asks.values_list(
        "pk", "recommendation", "next_on", "recommendation__owner"
    ):
        if owner:
            for told in steps("ask", "tracker", number, due, today, owner, None, ()):
                yield _of(told, pk)
    deeds = Deed.objects.filter(state="planned", on__lte=horizon(today))
    for pk, number, due, owner in deeds.values_list("pk", "recommendation", "on", "recommendation__owner"):
        if owner:
            for told in steps("deed", "tracker", number, due, today, owner, None, ()):
                yield _of(told, pk)


def _of(told: Told, number: int) -> Told:
    return Told(told.user, told.kind, told.thing, told.number, f"{number}:{told.key}", told.on)


def _events(today: date) -> Iterator[Told]:
    """Before its day, and after it until somebody says whether it was held."""
    rows = Event.objects.filter(state="planned", on__lte=horizon(today))
    for pk, on, owner in rows.values_list("pk", "on", "course__owner"):
        yield from steps("event", "event", pk, on, today, owner, None, ())


def _policies(today: date) -> Iterator[Told]:
    days, up = _days("policy"), leads()
    for due in policies.all_due():
        if due.on <= horizon(today, days):
            policy = due.version.policy
            yield from steps("policy", "policy", policy.pk, due.on, today, policy.owner_id, None, up, days)


def _cases(today: date) -> Iterator[Told]:
    days, up = _days("rights"), leads()
    rows = Case.objects.filter(state__in=OPEN, due__lte=horizon(today, days))
    for pk, due, by in rows.values_list("pk", "due", "by"):
        yield from steps("rights", "rights", pk, due, today, by, None, up, days)


def _accesses(today: date) -> Iterator[Told]:
    """The line manager, and before the day also whose access it is: afterwards that account opens nothing."""
    days = _days("access")
    rows = Standing.objects.filter(
        certified_on__lte=horizon(today, days) - standing.NEEDS.certified, user__in=present()
    )
    for s in rows.filter(Q(left_on=None) | Q(left_on__gt=today), user__demonstration=False):
        ends = standing.due(s)
        if s.manager_id is not None and ends is not None:
            yield from steps("look", "standing", s.pk, ends, today, s.manager_id, None, (), days)
        if ends is not None and ends >= today:
            yield from steps("lapse", "standing", s.pk, ends, today, s.user_id, None, (), days)


def _flags_again() -> Iterator[Told]:
    """Once a definition: who proposed it may propose it again."""
    for act in review.outdated():
        yield Told(act.flag.proposed_by_id, "flag_again", "flag", act.flag_id, IN_FORCE.version[:40])


def _pairs(today: date) -> Iterator[Told]:
    """The judgement that waited longest past its day, at most one a week to each who looks blind: there is always a next pair."""
    year, week, _ = today.isocalendar()
    may = [key for key, role in ROLES.items() if role.allows("review.blind")]
    for user in present().filter(role__in=may).order_by("pk"):
        late = next((j for j in blind.unlooked(user) if j.look_by.date() <= today), None)
        if late is not None:
            yield Told(user.pk, "pair_waits", "judgement", late.decision, f"{year}-{week}")
