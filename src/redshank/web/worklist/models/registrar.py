"""A possible unrecorded crime before the force crime registrar (practice rule 17)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from redshank.web.policy.sight import VisibleManager
from redshank.web.worklist.models.acts import Act
from redshank.web.worklist.models.base import Kept, OfItem

STATES = ("waiting", "need_more", "recorded", "no_crime")
WAITING = ("waiting", "need_more")


class Referral(OfItem):
    """One record that may hold an unrecorded crime. ``state`` is that of the last step; the clock never stops for ``need_more``.
    Its title speaks of the record, since the registrar's role sees records and persons, not the matrix."""

    SEEN_AS: ClassVar[str] = "referrals"

    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="referral")
    state = models.CharField(max_length=10, choices=[(s, s) for s in STATES], default="waiting")
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        rows = rows.filter(act__undone_by__isnull=True)
        return rows if user.as_role.cleared else rows.filter(closed=False)

    def narrow(self, user: Any) -> None:
        self.act.narrow(user)


class Step(Kept):
    """A ruling of the registrar, or more from who sent it; ``why`` is the because."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "referrals"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in (*STATES[1:], "more")])
    crime_ref = models.CharField(max_length=80, default="", blank=True)  # where it was recorded

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(referral__in=Referral.objects.visible_to(user, user.as_role.purpose))
