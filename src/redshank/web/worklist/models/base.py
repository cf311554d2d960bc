"""What every row about an item shares: of what it is, and who may see it."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.policy.sight import VisibleManager

#: What stands instead of words that rest on a record which its reader may not see.
RESTRICTED = "the reason is restricted: ask the safeguarding lead"
#: What an item can be about, and the kind of head whose sight it needs.
ABOUT = {"child": "children", "group": "groups", "place": "places", "record": "records"}


class OfItem(models.Model):
    """A row about an item. ``closed``: it rests on handling C, so that only cleared roles learn of it (practice rule 12)."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "items"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        ("group", "group_id"),
        ("person", "person_id"),
        ("child", "person_id"),
        ("record", "record_key"),
        ("place", "ident"),
    )

    about = models.CharField(max_length=10, choices=[(a, a) for a in ABOUT])
    ident = models.CharField(max_length=200)
    group_id = models.CharField(max_length=80, default="", blank=True)
    person_id = models.CharField(max_length=80, default="", blank=True)
    record_key = models.CharField(max_length=200, default="", blank=True)
    title = models.CharField(max_length=300)
    closed = models.BooleanField(default=False)

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return of_seen_things(rows if user.as_role.cleared else rows.filter(closed=False), user)


def of_seen_things(rows: Any, user: Any) -> Any:
    """Rows about kinds that the role sees; of places those that it may see (practice rule 10)."""
    from redshank.web.heads.models import Place

    role = user.as_role
    rows = rows.filter(about__in=[a for a, kind in ABOUT.items() if role.allows(f"see.{kind}")])
    if role.allows("see.places") and not role.small:
        cells = Place.objects.visible_to(user, role.purpose).values("cell")
        rows = rows.exclude(models.Q(about="place") & ~models.Q(ident__in=cells))
    return rows


class Kept(models.Model):
    """A row that a person added: who, when, why, and the token that makes a form sent twice act once. Never changed."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    why = models.TextField(default="", blank=True)
    once = models.CharField(max_length=80, unique=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("what a person did is added to, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("what a person did is withdrawn, never removed")

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "null")
