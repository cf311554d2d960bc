"""A preservation notice and its steps. A notice is lifted, never removed; every step is written once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from redshank.web.concerns.models import Kept
from redshank.web.policy.names import names_hidden
from redshank.web.policy.sight import VisibleManager, sight_of
from redshank.web.retention.settings import KINDS, WIDE

USER = settings.AUTH_USER_MODEL
STATES = {
    "in_force": "In force",
    "proposed": "In force; lifting it is proposed",
    "lifted": "Lifted",
}
COVERS = {**WIDE, "person": "One person", "group": "One group", "record": "One record"}
STEPS = {
    "made": "Made",
    "lift_proposed": "Lifting it proposed",
    "lift_withdrawn": "The proposal withdrawn",
    "lift_refused": "Lifting it refused",
    "lift_confirmed": "Lifting it confirmed: lifted",
}


class Notice(models.Model):
    """What must be kept, and why. ``state`` says what the last step made of it, for lists."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "rights"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        ("person", "person_id"),
        ("group", "group_id"),
        ("record", "record_key"),
    )

    kind = models.CharField(max_length=16, choices=list(KINDS.items()))
    title = models.CharField(max_length=200)
    covers = models.CharField(max_length=12, choices=list(COVERS.items()))
    person_id = models.CharField(max_length=80, default="", blank=True)
    group_id = models.CharField(max_length=80, default="", blank=True)
    record_key = models.CharField(max_length=200, default="", blank=True)
    name = models.CharField(max_length=300, default="", blank=True)  # of the person, group or record, then
    authority = models.CharField(max_length=300)  # who asks for it, with its reference
    why = models.TextField()
    since = models.DateField()
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="in_force")
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, default="", blank=True)
    at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    folded = models.TextField(default="", blank=True)
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("-since", "-id")
        indexes = [models.Index(fields=["state"], name="retention_state")]
        constraints = [
            # The database too refuses a notice that one person alone has lifted.
            models.CheckConstraint(
                condition=~Q(state="lifted") | (Q(proposed_by__isnull=False) & Q(lifted_by__isnull=False) & ~Q(proposed_by=F("lifted_by"))),
                name="retention_lifted_by_two",
            ),
            models.CheckConstraint(condition=Q(kind="standing") | Q(by__isnull=False), name="retention_made_by_somebody"),
        ]  # fmt: skip

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("a preservation notice is lifted, never removed")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Nothing of somebody whose matter is hidden from the reader: by an id of an older run, or by name (practice rule 13)."""
        from redshank.web.heads.models import Moved

        persons = sight_of(user).hidden.get("person", set())
        if not persons:
            return rows
        older = Moved.objects.filter(kind="person", now__in=persons).values_list("was", flat=True)
        rows = rows.exclude(person_id__in=list(older))
        names = names_hidden(user)
        named = [pk for pk, text in rows.values_list("pk", "folded") if names.named_in(text)]
        return rows.exclude(pk__in=named)

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def covers_words(self) -> str:
        return self.name or COVERS[self.covers]

    @property
    def is_in_force(self) -> bool:
        """Until a second person has confirmed that it is lifted."""
        return self.state != "lifted"


class Step(Kept):
    """What somebody did: by whom, in which role, when, why."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "rights"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=list(STEPS.items()))
    why = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(notice__in=Notice.objects.visible_to(user, "steps of a preservation notice"))

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]
