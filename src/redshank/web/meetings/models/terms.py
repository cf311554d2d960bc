"""Terms of reference of a body: each version is added and none is changed, so that what was in force on a day can be read again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models.sittings import Sitting
from redshank.web.policy.sight import VisibleManager
from redshank.web.worklist.models.base import Kept


class Terms(Kept):
    """One version. ``why`` says what it changes, ``by`` and ``at`` who kept it here and when."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "raised"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...] | None] = (
        None  # whoever sits in the body reads by which terms
    )
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    meeting = models.CharField(max_length=20)
    number = models.IntegerField()  # the version, from one on
    text = models.TextField()
    valid_from = models.DateField()
    review_on = models.DateField()
    agreed_at = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="terms")

    objects = VisibleManager()

    class Meta:
        ordering = ("meeting", "number")
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="terms_numbered_once")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(meeting__in=[b.key for b in BODIES.values() if user.role in b.roles])
