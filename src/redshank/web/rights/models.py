"""A case (a request for access, or a disclosure to the prosecution), what was gathered for it, and its steps.

What was gathered and every step are written once. A case keeps what its last step said, for lists.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.web.missing.models import Written
from redshank.web.policy.names import names_hidden
from redshank.web.policy.sight import VisibleManager, sight_of
from redshank.web.rights.settings import BASES, ITEMS, KINDS, STEPS

USER = settings.AUTH_USER_MODEL
STATES = {
    "open": "being prepared", "submitted": "waits for a second person", "released": "released", "refused": "refused",
    "closed": "sent and closed",
}  # fmt: skip
OPEN = ("open", "submitted", "released")


class Case(models.Model):
    """One request about one person, or one disclosure about a crime or a group."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "rights"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        ("person", "person_id"),
        ("group", "group_id"),
        ("record", "record_key"),
    )

    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    person_id = models.CharField(max_length=80, default="", blank=True, db_index=True)
    group_id = models.CharField(max_length=80, default="", blank=True)
    record_key = models.CharField(max_length=200, default="", blank=True)
    name = models.CharField(max_length=300)
    reference = models.CharField(max_length=60, unique=True)
    basis = models.CharField(max_length=20)
    asked_by = models.CharField(max_length=300)
    authority = models.CharField(max_length=500, default="", blank=True)  # of somebody who asks for another
    asked_on = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=10, default="open", choices=list(STATES.items()))
    folded = models.TextField(default="", blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        indexes = [models.Index(fields=["state", "due"])]

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
    def basis_words(self) -> str:
        return BASES[self.basis]["words"]

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def is_late(self) -> bool:
        return self.state in OPEN and self.due < timezone.localdate()

    @property
    def is_access(self) -> bool:
        return self.kind == "access"


class OfCase(Written):
    """A row of a case: seen with it."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "rights"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(case__in=Case.objects.visible_to(user, "rows of a case").values("pk"))

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "null")


class Item(OfCase):
    """One thing that is held, as it stood when it was gathered. ``text`` is what may go out, ``stored`` the row exactly."""

    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("record", "record_key"),)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=20, choices=list(ITEMS.items()))
    key = models.CharField(max_length=240)
    label = models.CharField(max_length=200)
    title = models.CharField(max_length=400)
    text = models.TextField(default="", blank=True)
    day = models.DateField(null=True)
    record_key = models.CharField(max_length=200, default="", blank=True)
    closed = models.BooleanField(default=False)  # of handling C, or rests on it
    facts = models.BooleanField(default=False)
    stored = models.TextField(default="{}")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key", "digest"], name="gathered_once")]
        ordering = ("kind", "day", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        rows = super().further(rows, user)
        return rows if user.as_role.cleared else rows.filter(closed=False)

    @property
    def kind_words(self) -> str:
        return ITEMS[self.kind]


class Step(OfCase):
    """What somebody did: added, never changed. A ruling is about one item."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=list(STEPS.items()))
    value = models.CharField(max_length=200, default="", blank=True)  # a ruling, a word, a recipient
    exemption = models.CharField(max_length=20, default="", blank=True)
    why = models.TextField(default="", blank=True)
    text = models.TextField(default="", blank=True)  # what goes out instead of a report of handling C
    on = models.DateField(null=True)
    terms = models.TextField(default="[]")  # of gathering: words proposed for redaction, and why each
    content = models.TextField(default="", blank=True)  # of a release: exactly what goes out
    sha256 = models.CharField(max_length=64, default="", blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ("at", "id")

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]
