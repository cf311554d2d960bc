"""The flag as a row of acts: proposed, decided, withdrawn. Acts are added and never changed."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.policy.sight import VisibleManager, sight_of

STATES = {
    "proposed": "Proposed",
    "confirmed": "Confirmed",
    "not_proven": "Not proven",
    "need_more": "Need more",
    "withdrawn": "Withdrawn",
}
#: What an act can be: each state, and that more was given after it was asked for.
KINDS = STATES | {"more": "More given"}
#: Acts that hold the answers, the axes and all records relied on; the last of them is what a decision is about.
PROPOSING = ("proposed", "more")
ABOUT = {"group": "a group", "person": "a child or person", "record": "a record"}


class Flag(models.Model):
    """What is flagged, and where it stands now (the last act's state, kept for lists)."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "register"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        ("group", "group_id"),
        ("person", "person_id"),
        ("record", "record_key"),
    )

    about = models.CharField(max_length=10, choices=list(ABOUT.items()))
    ident = models.CharField(max_length=200, db_index=True)
    group_id = models.CharField(max_length=80, default="", blank=True)
    person_id = models.CharField(max_length=80, default="", blank=True)
    record_key = models.CharField(max_length=200, default="", blank=True)
    label = models.CharField(max_length=300)
    closed = models.BooleanField(default=False)  # rests on handling C: for cleared roles only
    state = models.CharField(max_length=12, choices=list(STATES.items()))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decide_by = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    more_at = models.DateTimeField(null=True)  # when more was given, after somebody asked for it
    district = models.CharField(max_length=80, default="", blank=True)

    objects = VisibleManager()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        if not user.as_role.cleared:
            rows = rows.filter(closed=False)
        hidden = sight_of(user).hidden.get("record")
        return rows.exclude(pk__in=_resting_on(hidden)) if hidden else rows

    @property
    def state_words(self) -> str:
        if self.state == "proposed" and self.more_at is not None:
            return "Proposed, more given"
        return STATES[self.state]


def _resting_on(hidden: set[str]) -> list[int]:
    """Flags of which a proposal relies on one of these records: they are hidden with it."""
    rows = Act.objects.filter(kind__in=PROPOSING).values_list("flag_id", "evidence")
    return sorted({flag for flag, evidence in rows if hidden & set(json.loads(evidence))})


class Act(models.Model):
    """One act on a flag, with all that was seen and shown when it was made (practice rule 6)."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "register"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    definition = models.CharField(max_length=40)
    answers = models.TextField(default="{}")
    axes = models.TextField(default="{}")
    confidence = models.CharField(max_length=10, default="", blank=True)
    rationale = models.TextField()
    evidence = models.TextField(default="[]")  # record keys relied on
    opened = models.TextField(default="[]")  # what of it this person had opened, with when
    seconds = models.IntegerField(default=0)  # from the page's opening to the act
    run = models.IntegerField()
    shown = models.TextField(default="")
    once = models.CharField(max_length=40, unique=True)  # a form sent twice acts once

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(flag__in=Flag.objects.visible_to(user, "register"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("a decision is added to, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("a decision is withdrawn, never removed")

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "null")


class Taken(models.Model):
    """Somebody took what could not wait; a new reason for the same child waits anew (practice rule 16).

    Given back, it may be taken again: ``turn`` counts from nought, so that of two who press at once one is first.
    """

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "urgent"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("person", "person_id"),)

    person_id = models.CharField(max_length=80)
    since_run = models.IntegerField()
    turn = models.IntegerField(default=0)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = VisibleManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "since_run", "turn"], name="taken_once_a_turn")
        ]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows


class GivenBack(models.Model):
    """Whoever took it gives it back, with a reason; both acts stay, and it escalates as if it had never been taken."""

    taken = models.OneToOneField(Taken, on_delete=models.PROTECT, related_name="given_back")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    why = models.TextField()
    once = models.CharField(max_length=40, unique=True)  # a form sent twice acts once

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("what was given back is taken anew, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("what was given back stays in the history")
