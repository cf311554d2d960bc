"""Entries of a child's file. Each stands as it was written; a later one corrects an earlier one beside it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.childfile.kinds import KINDS, Kind
from redshank.web.policy.sight import VisibleManager


class Entry(models.Model):
    """One thing that a practitioner recorded about a child: what, who, when, and whether it rests on handling C."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "children"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = (("child", "person_id"),)
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("person", "person_id"),)

    person_id = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=12, choices=[(k, v.name) for k, v in KINDS.items()])
    text = models.TextField()
    closed = models.BooleanField(default=False)  # rests on handling C: for cleared roles only
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    agency = models.CharField(max_length=80, default="", blank=True)
    at = models.DateTimeField(default=timezone.now)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    once = models.CharField(max_length=40, unique=True)  # a form sent twice acts once

    objects = VisibleManager()

    class Meta:
        indexes = [models.Index(fields=["person_id", "kind", "-at"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """A partner sees of a shared child's file what their own agency recorded."""
        rows = rows if user.as_role.cleared else rows.filter(closed=False)
        return rows.filter(agency=user.agency) if user.as_role.scope == "shared" else rows

    @property
    def about(self) -> Kind:
        return KINDS[self.kind]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("an entry of a child's file is added to, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("an entry of a child's file is corrected by a later one, never removed")
