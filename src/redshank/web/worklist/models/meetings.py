"""What was raised to a meeting or held for one: at every time one owner and one next date, or a closing decision."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from redshank.web.policy.sight import VisibleManager
from redshank.web.worklist.models.acts import Act
from redshank.web.worklist.models.base import RESTRICTED, Kept, OfItem

MEETINGS = ("daily", "four_weekly")


class Raised(OfItem):
    """One thing before one meeting. Owner and next date are those of its last move, kept here for lists."""

    SEEN_AS: ClassVar[str] = "raised"

    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="raised")
    meeting = models.CharField(max_length=12, choices=[(m, m) for m in MEETINGS])
    grade = models.CharField(max_length=20, default="", blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["meeting", "closed_at", "next_on"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return super().further(rows.filter(act__undone_by__isnull=True), user)

    def narrow(self, user: Any) -> None:
        self.act.narrow(user)


class Move(Kept):
    """A new owner, a new date or the closing decision, with who and why."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "raised"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    raised = models.ForeignKey(Raised, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in ("moved", "closed")])
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateTimeField(null=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(raised__in=Raised.objects.visible_to(user, user.as_role.purpose))

    def narrow(self, user: Any) -> None:
        self.raised.act.narrow(user)
        if self.raised.act.is_narrowed:
            self.why = RESTRICTED
