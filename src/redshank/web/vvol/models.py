"""An entry of a list, and what people did to it. Acts are added and never changed; an entry keeps its last act for lists."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.web.disruption.models import About, Later
from redshank.web.vvol.settings import LISTS

KINDS = {"added": "Added", "kept": "Kept", "handed": "Handed on", "removed": "Removed"}
#: Kind of thing → the kind of head whose sight an entry about it needs.
NEEDS = {"person": "persons", "place": "places"}
USER = settings.AUTH_USER_MODEL


class Entry(About):
    """A person or a place on one list. A role sees it only where it sees the person or place."""

    SEEN_AS: ClassVar[str] = "vvol"
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (*About.HIDDEN_BY, ("child", "person_id"))

    on = models.CharField(max_length=16, choices=list(LISTS.items()))
    is_child = models.BooleanField(default=False)  # or nobody knows the age: a child first
    category = models.CharField(max_length=200)  # the records' own, when it was added (practice rule 7)
    finding = models.CharField(max_length=120, default="", blank=True)  # "group:g-…": what else it rests on
    finding_words = models.CharField(max_length=200, default="", blank=True)
    group_id = models.CharField(max_length=80, default="", blank=True)
    considered = models.TextField(
        default="", blank=True
    )  # of a child on the offender list: the defence, the referral
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # What rests on handling C stands apart, so that nobody learns of it by adding the same.
            models.UniqueConstraint(
                fields=["on", "kind", "ident", "closed"], condition=models.Q(removed_at__isnull=True), name="on_a_list_once"
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["removed_at", "review_on"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        kinds = [k for k, needs in NEEDS.items() if user.as_role.allows(f"see.{needs}")]
        return super().further(rows.filter(kind__in=kinds), user)

    @property
    def on_words(self) -> str:
        return f"{LISTS[self.on]} list"

    @property
    def is_due(self) -> bool:
        return (
            self.removed_at is None and self.review_on is not None and self.review_on <= timezone.localdate()
        )

    @property
    def is_late(self) -> bool:
        return self.is_due and self.review_on != timezone.localdate()

    def due_by(self, day: date) -> bool:
        return self.removed_at is None and self.review_on is not None and self.review_on <= day


class Act(Later):
    """Added, kept at a review, or removed: by whom, why, until when."""

    SEEN_AS: ClassVar[str] = "vvol"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    why = models.TextField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField(null=True)

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(entry__in=Entry.objects.visible_to(user, "acts on a list"))

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]
