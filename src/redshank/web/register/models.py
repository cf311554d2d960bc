"""Samples of decided flags, each flag's blind second look, and the texts that went elsewhere with what came back."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.flags.models import STATES, Flag
from redshank.web.policy.sight import VisibleManager

SYSTEMS = {
    "intelligence": "Intelligence report (3x5x2)",
    "mash": "Referral to the MASH",
    "nrm": "Referral to the National Referral Mechanism",
}


class Kept(models.Model):
    """What is added and never changed."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "register"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=40, unique=True)  # a form sent twice acts once

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("this is added to, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("this is never removed")


class Sample(Kept):
    """Which flags were drawn: by the seed, the number and the decided flags of that moment, so that it can be drawn again."""

    seed = models.CharField(max_length=40)
    size = models.IntegerField()
    of = models.TextField()  # numbers of all decided flags that it was drawn from

    @property
    def parsed_of(self) -> list[int]:
        return list(json.loads(self.of))


class Drawn(models.Model):
    """One flag of a sample with the outcome that stood when it was drawn."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "register"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="drawn")
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="+")
    first = models.CharField(max_length=12, choices=list(STATES.items()))

    objects = VisibleManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "flag"], name="drawn_once")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(flag__in=Flag.objects.visible_to(user, user.as_role.purpose))


class Look(Kept):
    """The second look at one drawn flag, by somebody who had no part in it and was not shown the outcome."""

    drawn = models.OneToOneField(Drawn, on_delete=models.PROTECT, related_name="look")
    outcome = models.CharField(max_length=12, choices=list(STATES.items()))
    rationale = models.TextField()
    seconds = models.IntegerField(default=0)
    was_blind = models.BooleanField()  # they had not opened the flag's own page since it was decided

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(drawn__in=Drawn.objects.visible_to(user, user.as_role.purpose))


class Sent(Kept):
    """A text that went to another system, as it was, with the reference that came back."""

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="sent")
    system = models.CharField(max_length=12, choices=list(SYSTEMS.items()))
    reference = models.CharField(max_length=80)
    text = models.TextField()
    closed = models.BooleanField(
        default=False
    )  # what it was drafted from holds handling C: for cleared roles only

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        rows = rows if user.as_role.cleared else rows.filter(closed=False)
        return rows.filter(flag__in=Flag.objects.visible_to(user, user.as_role.purpose))

    @property
    def system_words(self) -> str:
        return SYSTEMS[self.system]
