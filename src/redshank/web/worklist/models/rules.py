"""What each rule looks for, as it was published with the run. No record and no person stands here."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models

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
