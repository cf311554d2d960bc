"""A return of a year: its versions and what people did. A version's content is written once and never changes."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.products.returns.content import Return as Counted
from redshank.products.returns.content import from_text
from redshank.web.policy.sight import VisibleManager
from redshank.web.worklist.models.base import Kept

KINDS = {"full": "full return", "partial": "partial return", "nil": "nil return"}
STEPS = {
    "opened": "Opened", "owner": "Handed to a new owner", "drafted": "Drafted from the records", "signed": "Signed", "refused": "Refused",
    "frozen": "Frozen", "submitted": "Submitted", "settled": "Settled without a return", "reopened": "Taken up again",
}  # fmt: skip
WAYS = {"in": "received", "out": "sent"}


class Return(models.Model):
    """The return of a year under a specification. ``salt``: its rows have pseudonyms that no other return has."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "returns"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    code = models.CharField(max_length=40)
    year = models.CharField(max_length=7)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    salt = models.CharField(max_length=64)
    opened_at = models.DateTimeField(default=timezone.now)
    frozen_at = models.DateTimeField(null=True)  # of the last version that was frozen
    settled_at = models.DateTimeField(null=True)  # without a return

    objects = VisibleManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="a_return_once_a_year")]
        ordering = ("-year", "code")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows

    @property
    def is_open(self) -> bool:
        return self.frozen_at is None and self.settled_at is None


class Of(Kept):
    """What belongs to a return, seen with it."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "returns"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows


class Version(Of):
    """A draft as it was made, with the specification that made it; ``why`` it is partial, nil or made anew."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    spec = models.TextField()  # the specification, whole
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    run = models.IntegerField()
    as_of = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="a_version_has_its_number")]
        ordering = ("number",)

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]

    @cached_property
    def whole(self) -> Counted:
        return from_text(self.content)


class Step(Of):
    """Something that a person did to a return or to one version of it."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="steps")
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(STEPS.items()))
    place = models.CharField(
        max_length=20, default="", blank=True
    )  # of "signed" and "refused": the step of the chain
    details = models.TextField(default="{}")

    class Meta:
        ordering = ("at", "id")

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads(self.details))


class Statement(Of):
    """The force's position on a year's return; a new text is a new version of it."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="statements")
    number = models.IntegerField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="a_statement_has_its_number")]
        ordering = ("number",)


class Letter(Of):
    """A line of the correspondence: when, with whom, which way, what."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="letters")
    on = models.DateField()
    who = models.CharField(max_length=200)
    way = models.CharField(max_length=3, choices=list(WAYS.items()))
    what = models.TextField()
    reference = models.CharField(max_length=100, default="", blank=True)

    class Meta:
        ordering = ("on", "id")

    @property
    def way_words(self) -> str:
        return WAYS[self.way]
