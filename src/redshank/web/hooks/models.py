"""Addresses that are told that something waits, and every delivery. Nothing of a record, a person or a number of things is in it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

STATES = {
    "proposed": "Proposed: another administrator switches it on",
    "on": "On",
    "refused": "Refused",
    "off": "Ended",
}


class Hook(models.Model):
    """One address. The secret that signs is derived from the home's own and ``salt``, and kept nowhere."""

    name = models.CharField(max_length=80)
    address = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="proposed")
    salt = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    after = models.BigIntegerField(default=0)  # the last notice of which it was told

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            # The database too refuses one that a single person switched on.
            models.CheckConstraint(
                condition=~Q(state="on") | (Q(second__isnull=False) & ~Q(second=F("by"))),
                name="hook_on_by_two",
            )
        ]

    @property
    def state_words(self) -> str:
        return STATES[self.state]


class Delivery(models.Model):
    """One event to one address: what kind of thing waits, under a name that says nothing, and how the last try went."""

    hook = models.ForeignKey(Hook, on_delete=models.PROTECT, related_name="deliveries")
    event = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=20)  # of notices.toml
    at = models.DateTimeField(default=timezone.now)
    tries = models.IntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=120, blank=True)  # in words of ours

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["done_at", "given_up_at", "next_try"], name="hook_delivery_due")]
