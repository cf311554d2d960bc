"""An edition, its rows, and what people did to it. Rows and acts are written once; an edition changes by being frozen."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.policy.names import names_hidden
from redshank.web.policy.sight import VisibleManager, sight_of

KINDS = {
    "prepared": "Prepared", "added": "Added by hand", "moved": "Moved", "taken_off": "Taken off", "put_back": "Put back",
    "judged": "Judgement", "comment": "Comment", "signed": "Signed", "frozen": "Frozen",
}  # fmt: skip
#: What makes the edition: a signature and the freezing cover these.
CONTENT = ("prepared", "added", "moved", "taken_off", "put_back", "judged", "comment")


class Written(models.Model):
    """What is written once and stays."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("an edition is added to, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("what stood in an edition stays")

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "null")


class Edition(models.Model):
    """What a researcher prepares for one meeting, from one published run."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "matrix"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    meeting_on = models.DateField()
    run = models.IntegerField()
    as_of = models.DateTimeField()
    not_current = models.TextField(default="", blank=True)  # which data were not, when it was made
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(default=timezone.now)
    before = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    frozen_at = models.DateTimeField(null=True)
    checksum = models.CharField(max_length=64, blank=True)
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("-meeting_on", "-id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows


class Row(Written):
    """One child as the run found it, or as a person added it; a child who differs without handling C stands twice."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "matrix"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("person", "person_id"),)

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="rows")
    ident = models.CharField(max_length=80)  # the person's id, or one made for a name by hand
    person_id = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=300)
    born = models.DateField(null=True)
    place = models.IntegerField()  # in the order of the run; those added by hand stand before it
    sexual = models.CharField(max_length=40)
    criminal = models.CharField(max_length=40)
    change = models.CharField(max_length=40, blank=True)
    rising = models.TextField(blank=True)
    reasons = models.TextField(default="[]")
    standing = models.CharField(max_length=200)  # proposed, or confirmed by whom
    suspect = models.TextField(default="[]")  # records that also name the child as suspect (practice rule 8)
    in_full = models.BooleanField()
    in_open = models.BooleanField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(null=True)
    added_why = models.TextField(blank=True)

    objects = VisibleManager()

    class Meta:
        indexes = [models.Index(fields=["edition", "place"]), models.Index(fields=["edition", "ident"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """The edition with handling C for cleared roles, else the other; and nobody's own family (rules 12, 13)."""
        rows = rows.filter(in_full=True) if user.as_role.cleared else rows.filter(in_open=True)
        persons = sight_of(user).hidden.get("person", set())
        if not persons:
            return rows
        from redshank.web.heads.models import Moved

        # An id of an older run may have gone into one that is hidden now.
        older = Moved.objects.filter(kind="person", now__in=persons).values_list("was", flat=True)
        rows = rows.exclude(person_id__in=list(older))
        hidden = names_hidden(user)
        by_hand = rows.filter(person_id="").values_list("pk", "folded")
        return rows.exclude(pk__in=[pk for pk, text in by_hand if hidden.named_in(text)])

    @property
    def by_hand(self) -> bool:
        return self.added_by_id is not None


class Act(Written):
    """What somebody did to an edition, with the reason."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "matrix"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="acts")
    ident = models.CharField(max_length=80, blank=True)  # of the row, where it is about one
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(blank=True)
    details = models.TextField(default="{}")
    closed = models.BooleanField(default=False)  # rests on handling C: for cleared roles only
    once = models.CharField(max_length=60, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["edition", "ident"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        rows = rows if user.as_role.cleared else rows.filter(closed=False)
        seen = Row.objects.visible_to(user, "acts on an edition").filter(edition=models.OuterRef("edition"))
        about = models.Exists(seen.filter(ident=models.OuterRef("ident")))
        return rows.filter(models.Q(ident="") | about)

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]
