"""What is one person's own: what they have read, and the views that they saved."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.web.policy.sight import VisibleManager

LONGEST_FILTER = 600  # letters of a filter that is kept


class Own(models.Model):
    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "items"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(user=user)


class Seen(Own):
    """A line as this person last read it. It is unread again when it holds a record that was not there."""

    about = models.CharField(max_length=10)
    ident = models.CharField(max_length=200)
    records = models.TextField(default="[]")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "about", "ident"], name="seen_once")]

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name))


class View(Own):
    """A filter of the worklist under a name."""

    name = models.CharField(max_length=60)
    query = models.CharField(max_length=LONGEST_FILTER)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="named_once")]
