"""Bulk dismissal of the hits of one rule in one known-wrong pattern (practice rule 5)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from redshank.web.policy.sight import VisibleManager
from redshank.web.worklist.models.base import Kept

STATES = ("waiting", "agreed", "refused", "withdrawn")


class Sweep(Kept):
    """Proposed by one person: the hits that it would dismiss, and the sample that a second person looks at."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "items"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    rule = models.CharField(max_length=120)
    words = models.TextField()
    hits = models.TextField()  # JSON: [signal_id, record_key]
    sample = models.TextField()  # JSON: signal_ids
    run = models.IntegerField()

    objects = VisibleManager()

    class Meta:
        ordering = ("-at", "-id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Its hits may rest on handling C: for the cleared roles that may sweep."""
        return rows if user.as_role.cleared and user.as_role.allows("item.sweep") else rows.none()

    @property
    def state(self) -> str:
        return self.second.outcome if hasattr(self, "second") else "waiting"


class Second(Kept):
    """What the second person found in the sample. One hit read rightly refuses the whole."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "items"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    sweep = models.OneToOneField(Sweep, on_delete=models.PROTECT, related_name="second")
    outcome = models.CharField(max_length=10, choices=[(s, s) for s in STATES[1:]])
    verdicts = models.TextField(default="{}")  # JSON: signal_id → right or wrong
    dismissed = models.IntegerField(default=0)

    objects = VisibleManager()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(sweep__in=Sweep.objects.visible_to(user, user.as_role.purpose))
