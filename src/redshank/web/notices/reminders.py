"""What is due, and what is overdue and goes up (practice rule 25). Days are those of the clock of the wall; a run that was
missed is made up for by the next, and a second run on the same day tells nothing again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone

from redshank.web.disruption.models import Measure
from redshank.web.meetings import terms
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Action, Commission
from redshank.web.notices import clocks
from redshank.web.notices.kinds import REMINDERS
from redshank.web.notices.steps import horizon, steps
from redshank.web.notices.write import Told, leads, of_roles, tell


def sweep(now: datetime | None = None) -> int:
    """Tells of everything that is due or overdue at this moment and was not told of yet; how many notices are new."""
    today = timezone.localdate(now or timezone.now())
    return tell([*_actions(today), *_products(today), *_reviews(today), *_terms(today), *clocks.of(today)])


def _actions(today: date) -> Iterator[Told]:
    up = leads()
    rows = Action.objects.filter(state__in=("open", "started"), due__lte=horizon(today))
    for pk, due, owner, supervisor in rows.values_list("pk", "due", "owner", "supervisor"):
        yield from steps("action", "action", pk, due, today, owner, supervisor, up)


def _products(today: date) -> Iterator[Told]:
    up = leads()
    rows = Commission.objects.filter(answered_at__isnull=True, due__lte=horizon(today))
    for pk, due, to, by in rows.values_list("pk", "due", "to", "by"):
        yield from steps("product", "commission", pk, due, today, to, by, up)


def _reviews(today: date) -> Iterator[Told]:
    up = leads()
    rows = Measure.objects.filter(review_on__lte=horizon(today))
    for pk, due, lead in rows.values_list("pk", "review_on", "lead"):
        yield from steps("review", "measure", pk, due, today, lead, None, up)


def _terms(today: date) -> Iterator[Told]:
    for body in BODIES.values():
        found = terms.in_force(body.key, today)
        if found is not None:
            for user in of_roles(body.chair):
                yield from steps("terms", "terms", found.pk, found.review_on, today, user, None, (), [REMINDERS["terms_days_before"]])  # fmt: skip
