"""A sitting that somebody kept, cancelled or moved; one that nobody touched is told by the rhythm alone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from redshank.web.meetings.bodies import BODIES
from redshank.web.policy.sight import VisibleManager

STATES = {"planned": "Planned", "open": "Sitting", "held": "Held", "cancelled": "Cancelled", "moved": "Moved"}


class Sitting(models.Model):
    """One sitting of one body. ``at`` is when it sits; what is decided at it names it."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "raised"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...] | None] = (
        None  # that it sits is no secret; its body says to whom
    )
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    meeting = models.CharField(max_length=20)
    district = models.CharField(max_length=80, default="", blank=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="planned")
    why = models.TextField(default="", blank=True)  # it was cancelled or moved
    early_why = models.TextField(default="", blank=True)  # the chair was taken before its date
    moved_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="moved_from")
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # who took the chair
    note = models.TextField(default="", blank=True)  # minutes beside the decisions
    as_of = models.DateTimeField(null=True)  # of the extracts when it was held
    not_current = models.TextField(default="", blank=True)  # which data were not, when it was held
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["meeting", "district", "at"], name="sits_once")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(meeting__in=[b.key for b in BODIES.values() if user.role in b.roles])

    @property
    def state_words(self) -> str:
        return STATES[self.state]


class Present(models.Model):
    """Who was there, who sent apologies, and who left the room for an item that is their own matter."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "raised"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...] | None] = None
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="present")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    there = models.BooleanField()
    conflict = models.CharField(max_length=300, default="", blank=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("user__name", "id")
        constraints = [models.UniqueConstraint(fields=["sitting", "user"], name="there_once")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """What somebody declared as their own matter, that person, the chair and the clerk read."""
        return rows.filter(sitting__in=Sitting.objects.visible_to(user, user.as_role.purpose))

    def narrow(self, user: Any) -> None:
        if self.user_id != user.pk and not BODIES[self.sitting.meeting].runs(user.role):
            self.conflict = ""
