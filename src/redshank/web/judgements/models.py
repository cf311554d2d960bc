"""Judgements and their withdrawals, the blind second answers, and the doubtful pairs that a night found."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.heads.models import Head
from redshank.web.policy.sight import VisibleManager

KINDS = {
    "same": "The same person",
    "not_same": "Not the same person",
    "unsure": "Unsure",
    "dismiss_group": "Proposal dismissed",
    "confirm_group": "Proposal confirmed",
}
IDENTITY = ("same", "not_same", "unsure")


class Added(models.Model):
    """A row that is added and never changed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("a judgement is added to, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("a judgement is withdrawn, never removed")

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "null")


class Decision(Added):
    """One judgement of one person, with what stood before them when they made it (practice rule 6)."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "persons"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        ("person", "person_a"),
        ("person", "person_b"),
        ("group", "group_id"),
    )

    kind = models.CharField(max_length=16, choices=list(KINDS.items()))
    person_a = models.CharField(max_length=80, default="", blank=True, db_index=True)
    person_b = models.CharField(max_length=80, default="", blank=True, db_index=True)  # empty for a split
    group_id = models.CharField(max_length=80, default="", blank=True, db_index=True)
    label = models.CharField(max_length=420)
    closed = models.BooleanField(default=False)  # rests on handling C: for cleared roles only
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    run = models.IntegerField()
    as_of = models.DateTimeField()  # up to when the person had seen: later records are new evidence
    reason = models.TextField()
    shown = models.TextField(default="{}")
    opened = models.TextField(default="{}")
    once = models.CharField(max_length=40, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        rows = rows if user.as_role.cleared else rows.filter(closed=False)
        return rows if user.as_role.allows("see.groups") else rows.filter(group_id="")

    @property
    def kind_words(self) -> str:
        if self.kind == "not_same" and not self.person_b:
            return "Taken apart"
        return KINDS[self.kind]


class Pair(Added):
    """Two appearances of a judgement: the record and row that name somebody, and the appearance's own id, which stays
    the same when a later delivery brings the row again under another number."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="pairs")
    kind = models.CharField(max_length=16)
    a_uid = models.CharField(max_length=40)
    a_record = models.CharField(max_length=200)
    a_row = models.IntegerField()
    b_uid = models.CharField(max_length=40)
    b_record = models.CharField(max_length=200)
    b_row = models.IntegerField()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["a_uid"]), models.Index(fields=["b_uid"])]


class Withdrawal(Added):
    """A judgement taken back: both stay in view."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    as_of = models.DateTimeField()
    reason = models.TextField()
    once = models.CharField(max_length=40, unique=True)


class Review(Added):
    """A second person's answer about two appearances, given without sight of the first."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "persons"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("record", "a_record"), ("record", "b_record"))

    a_uid = models.CharField(max_length=40)
    a_record = models.CharField(max_length=200)
    b_uid = models.CharField(max_length=40)
    b_record = models.CharField(max_length=200)
    source = models.CharField(max_length=10)  # judged by a person, or proposed by the machine
    first = models.CharField(max_length=16)  # the first answer, kept when the second was given
    answer = models.CharField(max_length=16)
    reason = models.TextField(default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=40, unique=True)

    objects = VisibleManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["a_uid", "b_uid", "by"], name="reviewed_once")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows


class Doubt(Head):
    """Two appearances of which the night is not sure: the pairs next to its threshold. No score is copied."""

    SEEN_AS = "persons"
    SHARED_BY = ()
    HIDDEN_BY = (
        ("record", "a_record"),
        ("record", "b_record"),
        ("person", "a_person"),
        ("person", "b_person"),
    )
    a_uid = models.CharField(max_length=40)
    a_record = models.CharField(max_length=200)
    a_person = models.CharField(max_length=80)
    b_uid = models.CharField(max_length=40)
    b_record = models.CharField(max_length=200)
    b_person = models.CharField(max_length=80)
    together = models.BooleanField()  # the night takes them for one person

    class Meta:
        indexes = [
            models.Index(fields=["a_person", "valid_to"]),
            models.Index(fields=["b_person", "valid_to"]),
        ]
