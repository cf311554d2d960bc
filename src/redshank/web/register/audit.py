"""The quality audit: a sample that can be drawn again, looks without the first outcome, and how far they agree."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction

from redshank.agreement import Agreement, agreement, draw
from redshank.web.flags.models import Act, Flag
from redshank.web.register.models import Drawn, Look, Sample
from redshank.web.register.review import DECIDED
from redshank.web.trail.models import Entry

__all__ = ["Agreement", "NotAllowed", "agreement", "draw", "had_part", "look", "make", "opened_before"]


class NotAllowed(Exception):
    """A rule of the audit is in the way; the text says which."""


def make(user: Any, seed: str, size: int, once: str) -> Sample:
    """Draws a sample of the decided flags that this person sees."""
    decided = Flag.objects.visible_to(user, user.as_role.purpose).filter(state__in=DECIDED)
    outcomes = dict(decided.values_list("pk", "state"))
    if not outcomes:
        raise NotAllowed("No flag is decided yet: there is nothing to draw from")
    with transaction.atomic():
        sample = Sample(by=user, seed=seed, size=size, of=json.dumps(sorted(outcomes)), once=once)
        sample.save(force_insert=True)
        for number in draw(sorted(outcomes), seed, size):
            Drawn.objects.create(sample=sample, flag_id=number, first=outcomes[number])
    return sample


def had_part(user: Any, flag: Flag) -> bool:
    """Who proposed or decided on it does not look at it a second time."""
    return flag.acts.filter(by=user).exists()


def opened_before(user: Any, flag: Flag) -> bool:
    """Whether this person opened the flag's own page, which shows the outcome, after it was decided."""
    reads = Entry.objects.filter(user=user, action="consultation", kind="flag", ident=str(flag.pk))
    decided = Act.objects.filter(flag=flag, kind__in=DECIDED).order_by("at", "id").last()
    return reads.filter(at__gte=decided.at).exists() if decided else reads.exists()


def look(user: Any, drawn: Drawn, outcome: str, rationale: str, once: str, seconds: int) -> Look:
    """Keeps a second look; :class:`NotAllowed` where this person had part in the flag or somebody looked first."""
    with transaction.atomic():
        # The row is locked, so that of two people at once the second meets the first's look.
        locked = Drawn.objects.select_for_update().get(pk=drawn.pk)
        if had_part(user, locked.flag):
            raise NotAllowed("You proposed or decided on this flag: another person looks at it")
        if Look.objects.filter(drawn=locked).exists():
            raise NotAllowed("Somebody looked at it first: one second look stands")
        made = Look(
            drawn=locked, by=user, outcome=outcome, rationale=rationale, once=once, seconds=seconds, was_blind=not opened_before(user, locked.flag),
        )  # fmt: skip
        made.save(force_insert=True)
    return made
