"""What people do about a missing child: a look that a trigger asked for, a proposed referral to MACE and its way."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.policy.sight import VisibleManager, sight_of

STATES = {"open": "Open", "closed": "Closed"}
KINDS = {"raised": "Raised", "handed_on": "Handed on", "closed": "Closed"}


class Written(models.Model):
    """What is written once and stays."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("it is added to, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("what was written stays")


def _without_older(rows: Any, user: Any) -> Any:
    """An id of an older run may have gone into a person who is hidden now."""
    persons = sight_of(user).hidden.get("person", set())
    if not persons:
        return rows
    from redshank.web.heads.models import Moved

    older = Moved.objects.filter(kind="person", now__in=persons).values_list("was", flat=True)
    return rows.exclude(person_id__in=list(older))


class Look(Written):
    """A supervisor looked at what a trigger asked for; a later episode asks anew."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "mace"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("person", "person_id"), ("record", "episode_key"))

    person_id = models.CharField(max_length=80, db_index=True)
    trigger = models.CharField(max_length=40)
    says = models.CharField(max_length=120)
    episode_key = models.CharField(max_length=200)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(fields=["person_id", "trigger", "episode_key"], name="looked_once")
        ]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return _without_older(rows, user)


class Referral(models.Model):
    """A proposed referral to MACE: raised by a person with why. Open, it has one owner and one next date (rule 21)."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "mace"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("person", "person_id"),)

    person_id = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=200)
    why = models.TextField()
    shown = models.TextField(default="{}")  # the episodes and triggers that stood before the person (rule 6)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="open")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateField()
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("state", "next_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=models.Q(state="open"), name="one_open_referral"
            )
        ]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return _without_older(rows, user)

    @classmethod
    def late_without_names(cls, user: Any) -> list[Referral]:
        """Overdue ones of others: whose they are and since when, nothing about whom they are (practice rule 25)."""
        rows = cls.objects.visible_to(user, "overdue referrals, without names").filter(state="open")
        rows = rows.filter(next_on__lt=timezone.localdate()).exclude(owner=user)
        return list(
            rows.select_related("owner").only("pk", "owner", "next_on", "state").order_by("next_on", "id")
        )

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "null")

    @property
    def is_late(self) -> bool:
        return self.state == "open" and self.next_on < timezone.localdate()


class ReferralAct(Written):
    """What happened to a referral, in its order."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "mace"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateField(null=True)
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(referral__in=Referral.objects.visible_to(user, "acts on a referral"))

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]
