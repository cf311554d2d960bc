"""A product that a meeting commissions: it shows as unanswered until it is delivered and read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models.about import AboutThing
from redshank.web.meetings.models.raised import Raised
from redshank.web.policy.sight import VisibleManager
from redshank.web.worklist.models.base import Kept


class Commission(AboutThing):
    """What is asked, what decision it is to inform, by when; and the answer with who read it."""

    SEEN_AS: ClassVar[str] = "raised"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    raised = models.ForeignKey(Raised, null=True, on_delete=models.PROTECT, related_name="commissions")
    meeting = models.CharField(max_length=20)
    question = models.TextField()
    purpose = models.TextField()  # the decision that it informs
    terms = models.TextField(
        default="", blank=True
    )  # period, sources, limits, as agreed before the work begins
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=80, unique=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    was_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # who was asked and has left since
    due = models.DateField()
    answer = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("due", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        sits = [b.key for b in BODIES.values() if user.role in b.roles]
        return super().further(rows.filter(Q(meeting__in=sits) | Q(to=user) | Q(by=user)), user)

    @property
    def state_words(self) -> str:
        if self.answered_at is None:
            return "waits for its answer"
        return "answered and read" if self.read_at else "answered, and not yet read"

    @property
    def is_late(self) -> bool:
        return self.read_at is None and self.due < timezone.localdate()


class CommissionMove(Kept):
    """Whose it was, whose it became, and why: a commission that was handed on shows each step."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "raised"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="moves")
    was_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(
            commission__in=Commission.objects.visible_to(user, user.as_role.purpose).values("pk")
        )
