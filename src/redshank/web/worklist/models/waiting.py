"""Who has seen what cannot wait. To have seen it is not to have taken it: it escalates until somebody takes it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.web.policy.sight import VisibleManager


class Acknowledged(models.Model):
    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "urgent"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("person", "person_id"),)

    person_id = models.CharField(max_length=80)
    since_run = models.IntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = VisibleManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "since_run", "by"], name="acknowledged_once")
        ]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows
