"""The returns of a demonstration home: one partial return with its reason, signed by its chain and frozen."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.pages.around import publication
from redshank.web.returns import acts, settings
from redshank.web.returns.models import Return

CODE = "adr149"
WHY = "Made for the demonstration: a newcomer's force has confirmed one flag, so that the year is not counted in full."


def seed() -> None:
    """Makes it where the home has none and its accounts are there."""
    who = {u.role: u for u in User.objects.filter(demonstration=True).order_by("-username")}
    if not who or Return.objects.exists():
        return
    one = settings.specification(CODE)
    as_of = timezone.localdate(publication().as_of)
    first = as_of.year - (as_of.month < 4)  # the financial year of the extract
    year = f"{first}-{(first + 1) % 100:02}"
    if one.of(year) is None:
        year = one.requirements[-1].year
    with transaction.atomic():
        of = acts.start(who["analyst"], CODE, year, "seed")
        version = acts.draft(who["analyst"], of, "partial", WHY, of.steps.count(), "seed")
        for step in settings.CHAIN:
            acts.sign(who[min(step.roles)], version, version.sha256, of.steps.count(), f"seed {step.key}")
        acts.freeze(who[min(settings.CHAIN[-1].roles)], version, of.steps.count(), "seed")
