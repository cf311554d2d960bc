"""What each rule looks for, as it was published with the run. No record and no person stands here."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from redshank.web.policy.sight import VisibleManager


class Rule(models.Model):
    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "rules"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    rule = models.CharField(max_length=120, unique=True)
    indicator = models.CharField(max_length=60)
    version = models.IntegerField()
    doc = models.TextField()
    source = models.TextField()
    must = models.TextField(default="[]")
    must_not = models.TextField(default="[]")
    standing = models.BooleanField(default=True)  # false: the rules in force hold it no more

    objects = VisibleManager()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name))


class Labelled(models.Model):
    """One span of a text that people marked, outside the work with records: whether it states the indicator, and which rules found it,
    each with the version that did. Its text is not kept: ``mark`` is a hash of it."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "rules"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    mark = models.CharField(max_length=64, unique=True)
    indicator = models.CharField(max_length=60, db_index=True)
    is_so = models.BooleanField()
    found = models.TextField(default="[]")
    by_words = models.CharField(max_length=120)  # who says so, as the file names them
    at = models.DateTimeField(default=timezone.now)

    objects = VisibleManager()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows
