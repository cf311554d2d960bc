"""Tokens: each of one person, for some scopes, until a day. Of the token itself only a hash is kept."""

from __future__ import annotations

import json

from django.conf import settings
from django.db import models
from django.utils import timezone


class Token(models.Model):
    """Made by its owner, or for them on the server; ended by the owner, an administrator, or with the owner's leaving."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)  # of the owner when it was made: another role ends it
    name = models.CharField(max_length=80)  # what it is for, in the owner's words
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_why = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    @property
    def may(self) -> frozenset[str]:
        return frozenset(json.loads(self.scopes))

    @property
    def scope_words(self) -> list[str]:
        from redshank.web.api.scopes import SCOPES

        return [words for key, (words, _) in SCOPES.items() if key in self.may]

    @property
    def is_past(self) -> bool:
        return self.until <= timezone.now()

    @property
    def stands(self) -> bool:
        return self.ended_at is None and not self.is_past
