"""Notices and the way of each person's e-mail. A notice says what kind of thing waits and where it opens; it holds no name
and no word of a record, so that it can be shown, counted and sent without telling of anybody."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.web.notices.kinds import KINDS

#: How somebody wants e-mail. What is overdue or escalated goes out by each of them.
HOWS = {
    "each": "When it comes: one message for all that waits",
    "daily": "Once a day, in the morning",
    "none": "Only what is overdue or was escalated",
}


class Notice(models.Model):
    """One thing that waits for one person. ``thing`` and ``number`` lead to it: what is out of sight takes its notice with it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # of notices.toml
    thing = models.CharField(max_length=10)
    number = models.BigIntegerField()
    on = models.DateField(null=True)  # of what has a day: when it is or was due
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=120, unique=True)  # the same is told once
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)  # the mail server took the message that holds it

    class Meta:
        app_label = "notices"
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["user", "read_at", "sent_at"])]

    def says(self, today: date | None = None) -> str:
        return KINDS[self.kind].says(self.on, today or timezone.localdate())

    @property
    def is_urgent(self) -> bool:
        return KINDS[self.kind].urgent


class Way(models.Model):
    """Where and how e-mail reaches a person, and how the last try went. ``failure`` is ours: no word of the mail server's."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mail")
    address = models.EmailField(max_length=200, blank=True, default="")
    how = models.CharField(max_length=6, choices=list(HOWS.items()), default="each")
    sent_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)  # that failed, since the last message that was taken
    failure = models.CharField(max_length=200, blank=True, default="")
    failed_at = models.DateTimeField(null=True)
    next_try = models.DateTimeField(null=True)

    class Meta:
        app_label = "notices"


class Round(models.Model):
    """One row: when the outbox was last looked through, and what kept all of it from being sent."""

    at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True, default="")
    since = models.DateTimeField(null=True)

    class Meta:
        app_label = "notices"
