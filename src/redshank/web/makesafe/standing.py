"""What is due at a business: training, and for the teams a visit, as a date alone.

A visit is due for one of three causes: nobody has been there for long, a test visit was not passed, or somebody who
sees findings asked. The earliest date counts, and the cause is told to nobody (practice rule 24: where, never why).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from redshank.web.makesafe.models import TEAM, Ask, Business, Training, Visit
from redshank.web.makesafe.settings import DATA, later

SOON = timedelta(days=DATA["visit"]["soon_days"])


@dataclass
class Standing:
    """One business with its dates; ``visit_due`` is None for whoever is not of the teams."""

    business: Business
    training: Training | None
    training_due: date
    visit_due: date | None = None

    def training_is_due(self, today: date) -> bool:
        return self.training_due <= today

    def visit_is_due(self, today: date) -> bool:
        return self.visit_due is not None and self.visit_due <= today + SOON

    @property
    def is_trained(self) -> bool:
        return self.training is not None and not self.training_is_due(timezone.localdate())

    @property
    def training_late(self) -> bool:
        return self.training_is_due(timezone.localdate())

    @property
    def visit_late(self) -> bool:
        return self.visit_due is not None and self.visit_due < timezone.localdate()


def visit_due(taken: date, visits: list[Visit], asks: list[tuple[date, date]]) -> date:
    """The earliest date by which somebody goes there; ``visits`` in their order, ``asks`` as (asked on, due)."""
    if not visits:
        causes = [taken + timedelta(days=DATA["visit"]["first_days"])]
    else:
        causes = [later(visits[-1].on, DATA["visit"]["months"])]
        if visits[-1].again_by is not None:
            causes.append(visits[-1].again_by)
    last = visits[-1].on if visits else date.min
    causes += [due for asked, due in asks if last < asked]
    return min(causes)


def of(user: Any, rows: Iterable[Business]) -> list[Standing]:
    """Where each of these businesses stands, in their order."""
    some = list(rows)
    numbers = [b.pk for b in some]
    trained: dict[int, Training] = {}
    for t in Training.objects.filter(business__in=numbers, struck__isnull=True).select_related("message"):
        trained[t.business_id] = t  # the last one stays
    visits: dict[int, list[Visit]] = {}
    asks: dict[int, list[tuple[date, date]]] = {}
    is_team = user.as_role.allows(TEAM)
    if is_team:
        for v in Visit.objects.filter(business__in=numbers, struck__isnull=True).order_by("on", "id"):
            visits.setdefault(v.business_id, []).append(v)
        # Dates alone leave the table: why it was asked is not loaded for the teams.
        for business, at, due in Ask.objects.filter(business__in=numbers).values_list("business", "at", "due"):  # fmt: skip
            asks.setdefault(business, []).append((timezone.localdate(at), due))
    out = []
    for b in some:
        last, taken = trained.get(b.pk), timezone.localdate(b.at)
        due = later(last.on, DATA["training"]["months"]) if last else taken
        there = visit_due(taken, visits.get(b.pk, []), asks.get(b.pk, [])) if is_team else None
        out.append(Standing(b, last, due, there))
    return out


def standing(user: Any) -> list[Standing]:
    """Every business of the operation in this reader's sight."""
    return of(user, Business.objects.visible_to(user, user.as_role.purpose).filter(state="open"))
