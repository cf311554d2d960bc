"""What people ask for, and how an account stands. Looks of a line manager are added and never changed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

WHAT = {"sight": "Sight of something", "own": "A matter of my own"}


class Ask(models.Model):
    """Somebody asks for sight, or declares a matter of family, colleague or self. Words only: whether what they speak of
    exists here is not told to them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=list(WHAT.items()))
    words = models.CharField(max_length=300)
    why = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    @property
    def what_words(self) -> str:
        return WHAT[self.what]


class Standing(models.Model):
    """What an account needs beside its role: training, vetting, a line manager who looks each quarter."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    trained_on = models.DateField(null=True)
    vetting = models.CharField(max_length=20, blank=True)
    vetted_until = models.DateField(null=True)
    left_on = models.DateField(null=True)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    certified_on = models.DateField(
        null=True
    )  # when the line manager, or whoever made the account, last said so


class Look(models.Model):
    """A line manager said that somebody still needs the access, or no longer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    role = models.CharField(max_length=40)
    keeps = models.BooleanField()
    reason = models.CharField(max_length=300)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("a look is added, never changed")
        super().save(*args, **kwargs)
