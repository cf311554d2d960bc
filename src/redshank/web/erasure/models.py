"""One erasure: asked for, decided, done; and what the certificate says. Its steps are written once."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from redshank.web.concerns.models import Kept
from redshank.web.policy.sight import VisibleManager

USER = settings.AUTH_USER_MODEL
STATES = {
    "proposed": "Proposed; a second person decides",
    "confirmed": "Confirmed; the next night does it",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "stopped": "Stopped: a preservation notice covers it",
    "done": "Done",
}
STEPS = {
    "proposed": "Proposed",
    "confirmed": "Confirmed by a second person",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "stopped": "Stopped by a preservation notice",
    "done": "Done",
}


class Erasure(models.Model):
    """A record that is to go, or is gone. ``record_key`` is the tombstone's once it is; ``told`` is the certificate."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "rights"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("record", "record_key"),)

    record_key = models.CharField(max_length=200, default="", blank=True)
    why = models.TextField()
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="proposed")
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    by_words = models.CharField(max_length=200, default="", blank=True)  # of the command line
    second = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    second_words = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField(default=timezone.now)
    number = models.IntegerField(null=True, unique=True)  # of the act in the store
    done_at = models.DateTimeField(null=True)
    told = models.TextField(default="{}")
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["state"], name="erasure_state")]
        constraints = [
            # The database too refuses one that a single person confirmed on the pages.
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "done"]) | Q(by__isnull=True) | (Q(second__isnull=False) & ~Q(by=F("second"))),
                name="erasure_by_two",
            ),
            models.UniqueConstraint(fields=["record_key"], condition=Q(state__in=["proposed", "confirmed"]), name="erasure_open_once"),
        ]  # fmt: skip

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("what was asked stays, with what became of it")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def who(self) -> str:
        """Whoever asked for it."""
        return self.by.name if self.by else self.by_words

    @property
    def who_second(self) -> str:
        return self.second.name if self.second else self.second_words

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "{}")


class Step(Kept):
    """What somebody did, and when; the machine's own steps are by nobody."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "rights"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(STEPS.items()))
    why = models.TextField(default="", blank=True)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, default="", blank=True)
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(erasure__in=Erasure.objects.visible_to(user, "steps of an erasure"))

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]


class Reviewed(Kept):
    """Somebody looked at a record that was due, and it is kept: by which group of which version, why, and until when."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "rights"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("record", "record_key"),)

    record_key = models.CharField(max_length=200)
    group = models.CharField(max_length=4)
    version = models.IntegerField()
    why = models.TextField()
    next_on = models.DateField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["record_key", "next_on"], name="erasure_reviewed_until")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows
