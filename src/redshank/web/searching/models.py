"""The index of the search: rows that stand from run to run like the heads, in the same two editions.

A row that gathers several records lists them; which of them a reader may see is asked of the same limits as everything
else (:func:`redshank.web.searching.find.within`), and a row none of whose records is in sight is not found.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.heads.models import Head
from redshank.web.policy.sight import VisibleManager


class Indexed(Head):
    """What the engine keeps words of: ``words`` in the table, their index beside it."""

    words = models.TextField(default="")
    indexed = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True


class Named(Indexed):
    """One name that records use for one person."""

    SEEN_AS = "persons"
    SHARED_BY = (("person", "person_id"),)
    HIDDEN_BY = (("person", "person_id"),)
    person_id = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    how = models.CharField(max_length=20)  # recorded, also known as, or in the text
    records = models.TextField(default="[]")
    total = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["valid_to"]), models.Index(fields=["person_id", "valid_to"])]


class Told(Indexed):
    """The words of one record's text, of records with signals or in a child's file."""

    SEEN_AS = "records"
    SHARED_BY = (("record", "record_key"),)
    HIDDEN_BY = (("record", "record_key"),)
    record_key = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["valid_to"]), models.Index(fields=["record_key", "valid_to"])]


class Address(Indexed):
    """One address or place in words."""

    SEEN_AS = "records"
    SHARED_BY: ClassVar[Any] = None  # its records decide, one by one
    HIDDEN_BY = ()
    said = models.CharField(max_length=300)
    records = models.TextField(default="[]")
    total = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["valid_to"])]


class Key(Head):
    """One number, mark, postcode, online name or e-mail address, and the records that hold it."""

    SEEN_AS = "records"
    SHARED_BY: ClassVar[Any] = None  # its records decide, one by one
    HIDDEN_BY = ()
    kind = models.CharField(max_length=12)  # phone, vehicle, postcode, handle, email
    value = models.CharField(max_length=120, db_index=True)
    tail = models.CharField(max_length=6, default="", blank=True)
    said = models.CharField(max_length=160)
    records = models.TextField(default="[]")  # [record, how, person] each
    total = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["valid_to"]),
            models.Index(fields=["kind", "value"]),
            models.Index(fields=["kind", "tail", "value"]),
        ]


WORDED: tuple[type[Indexed], ...] = (Named, Told, Address)
INDEX: tuple[type[Head], ...] = (*WORDED, Key)


class Asked(models.Model):
    """A reason that was asked for before a child's page or restricted record opened, with the read that it was for."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "trail"
    SHARED_BY: ClassVar[Any] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("person", "person_id"), ("record", "record_key"))

    entry = models.OneToOneField("trail.Entry", on_delete=models.PROTECT, related_name="asked")
    person_id = models.CharField(max_length=80)
    record_key = models.CharField(max_length=200, default="", blank=True)
    code = models.CharField(max_length=20)
    words = models.CharField(max_length=300)
    sampled = models.BooleanField(default=False, db_index=True)

    objects = VisibleManager()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("a reason that was given stays")


class Checked(models.Model):
    """What the supervisor says of a sampled read: fine, or to be asked about. Said anew, never changed."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "trail"
    SHARED_BY: ClassVar[Any] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    asked = models.ForeignKey(Asked, on_delete=models.PROTECT, related_name="checks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=10, choices=[("fine", "Fine"), ("to_ask", "To be asked about")])
    why = models.CharField(max_length=500)
    once = models.CharField(max_length=40, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(asked__in=Asked.objects.visible_to(user, "supervision"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("a check is added to, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("a check is added to, never removed")
