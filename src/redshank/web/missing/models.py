"""A look at a missing child that a trigger asked for. What is proposed to MACE stands before the meetings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.policy.sight import VisibleManager, sight_of


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
