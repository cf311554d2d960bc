"""What Operation Makesafe puts on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from redshank.web.makesafe.models import Acknowledged, Business, Order, Visit
from redshank.web.makesafe.settings import DATA
from redshank.web.makesafe.standing import Standing, standing
from redshank.web.pages import waits, words
from redshank.web.pages.today import SHOWN, Block, Told


def _place(s: Standing) -> str:
    return ", ".join(x for x in (s.business.district, s.business.where) if x)


def _line(s: Standing, due: Any) -> Told:
    return Told(s.business.name, reverse("makesafe-business", args=[s.business.pk]), f"by {words.day(due)}; {_place(s)}")  # fmt: skip


def visits(user: Any, purpose: str) -> Block:
    """Where and by when, never why (practice rule 24)."""
    today = timezone.localdate()
    found = sorted((s for s in standing(user) if s.visit_is_due(today)), key=lambda s: (s.visit_due, s.business.pk))  # fmt: skip
    more = reverse("makesafe") + "?show=visit"
    return Block("Makesafe visits due", [_line(s, s.visit_due) for s in found[:SHOWN]], len(found), more)


def training(user: Any, purpose: str) -> Block:
    today = timezone.localdate()
    found = sorted((s for s in standing(user) if s.training_is_due(today)), key=lambda s: (s.training_due, s.business.pk))  # fmt: skip
    more = reverse("makesafe") + "?show=training"
    return Block("Makesafe training due", [_line(s, s.training_due) for s in found[:SHOWN]], len(found), more)


def _unchecked(user: Any, purpose: str) -> list[Visit]:
    """Visits with a cadet of whom nobody has asked since how they are; a visit that was struck out had none."""
    inside = Business.objects.visible_to(user, purpose)
    rows = Visit.objects.filter(
        business__in=inside, with_cadet=True, welfare__isnull=True, struck__isnull=True
    )
    return list(rows.select_related("business", "by").order_by("on", "id"))


def welfare(user: Any, purpose: str) -> Block:
    """A welfare check is overdue from the visit until it is recorded."""
    found = _unchecked(user, purpose)
    lines = [
        Told(f"Cadet on the test visit of {words.day(v.on)}", reverse("makesafe-visited", args=[v.pk]), f"recorded by {v.by.name}; no welfare check since")
        for v in found[:SHOWN]
    ]  # fmt: skip
    return Block("Welfare checks of cadets missing", lines, len(found))


def welfare_bare(user: Any, purpose: str) -> Block:
    """For a supervisor: that it is missing, and with whom; not where the visit was (practice rules 24 and 25)."""
    found = _unchecked(user, purpose)
    lines = [
        Told("A cadet was on a test visit and no welfare check is recorded", "", f"visit of {words.day(v.on)}, recorded by {v.by.name}")
        for v in found[:SHOWN]
    ]  # fmt: skip
    return Block("Welfare checks of cadets missing", lines, len(found))


def order(user: Any, purpose: str) -> Block:
    """The order in force, until this member of the teams has acknowledged it."""
    found = Order.objects.visible_to(user, purpose).filter(state="adopted").first()
    is_due = (
        found is not None
        and user.role in DATA["order"]["acknowledged_by"]
        and not Acknowledged.objects.visible_to(user, purpose).filter(order=found, by=user).exists()
    )
    lines = []
    if found is not None and is_due:
        adopted = found.steps.filter(kind="adopted").order_by("-at", "-id").values_list("at", flat=True).first() or found.at  # fmt: skip
        since = max(adopted, user.created_at)
        lines = [Told(f"Version {found.number} of the operational order", reverse("makesafe-order", args=[found.number]), f"read and acknowledge it, {waits.by('makesafe_order', since)}")]  # fmt: skip
    return Block("Makesafe order to acknowledge", lines, len(lines), reverse("makesafe-orders"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "makesafe_visits": visits,
    "makesafe_training": training,
    "makesafe_welfare": welfare,
    "makesafe_welfare_bare": welfare_bare,
    "makesafe_order": order,
}
