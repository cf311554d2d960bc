"""A policy, its versions, who has read them; a review with its measures and its survey. What people did is only added.

The survey is anonymous by how it is kept: that somebody answered is one row, what was answered is a number that grows, and
nothing ties the one to the other, in no table and in no order.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.concerns.models import Kept
from redshank.web.policies.settings import DATA, KINDS, LEAST
from redshank.web.policy.sight import VisibleManager
from redshank.web.versions import Version as AnyVersion
from redshank.web.versions import VersionStep as AnyStep

STATES = {"planned": "Planned", "fixed": "Measures fixed", "open": "Open", "closed": "Closed"}
STEPS = {
    "planned": "Planned, with its terms of reference",
    "terms": "Terms of reference written anew",
    "measure": "Measure chosen",
    "withdrawn": "Measure withdrawn",
    "fixed": "Measures fixed",
    "open": "Opened, with its survey",
    "implementation": "Finding on implementation",
    "understanding": "Finding on understanding",
    "benefits": "Finding on benefits",
    "result": "A measure was taken",
    "closed": "Closed",
}
FINDINGS = ("implementation", "understanding", "benefits")
MET = {"yes": "Met", "partly": "Met in part", "no": "Not met", "unknown": "Could not be measured"}
USER = settings.AUTH_USER_MODEL


def _by() -> Any:
    return models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")


def _once() -> Any:
    return models.CharField(max_length=60, unique=True)  # a form sent twice acts once


class Seen(models.Model):
    """Everybody who signs in reads policies; no row here is a record of anybody."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "policies"
    SHARED_BY: ClassVar[Any] = None
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows


class Policy(Seen):
    """What the versions are versions of, and who answers for it."""

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)  # of policies.toml
    owner = _by()
    by = _by()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("title", "id")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("a policy is superseded, never removed")

    @property
    def kind_words(self) -> str:
        return KINDS.get(self.kind, "Policy")


class Handed(Seen, Kept):
    """Somebody else answers for the policy from now on."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="handed")
    owner = _by()
    text = models.TextField()
    by = _by()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("at", "id")


class Version(Seen, AnyVersion):
    """One version of a policy's text."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    adopted_on = models.DateField(null=True)  # from here the months to its review are counted

    class Meta:
        ordering = ("policy", "-number")
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policies_number_once"),
            models.UniqueConstraint(fields=["policy"], condition=models.Q(state="adopted"), name="policies_one_in_force"),
            models.CheckConstraint(condition=~models.Q(state="adopted") | models.Q(adopted_on__isnull=False), name="policies_adopted_on"),
        ]  # fmt: skip

    @property
    def title(self) -> str:
        return f"{self.policy.title}, version {self.number}"


class VersionStep(Seen, AnyStep, Kept):
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="steps")

    class Meta:
        ordering = ("at", "id")


class Acknowledged(Seen, Kept):
    """Somebody has read the version that was in force."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="acknowledged")
    by = _by()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["version", "by"], name="policies_acknowledged_once")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Who has read it is for learning and development, for the line manager, and one's own; others see counts."""
        from redshank.web.access.models import Standing

        if user.as_role.allows("learning.names"):
            return rows
        team = Standing.objects.filter(manager=user).values("user")
        return rows.filter(models.Q(by=user) | models.Q(by__in=team))


class Review(Seen):
    """The review of a version: terms and measures first, then it opens, then it is closed with what was found."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    due = models.DateField()
    terms = models.TextField()  # purpose, scope, who does it and how; what stood before is in the steps
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="planned")
    questions = models.TextField(default="{}")  # what the survey asks, as it was when the review opened
    answers = models.TextField(default="{}")
    survey_until = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    by = _by()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("-due", "-id")
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=~models.Q(state="closed"), name="policies_one_review_at_a_time")
        ]  # fmt: skip

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("a review is closed, never removed")

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def asks(self) -> dict[str, str]:
        return dict(json.loads(self.questions))

    @property
    def offers(self) -> dict[str, str]:
        return dict(json.loads(self.answers))

    @property
    def survey_is_open(self) -> bool:
        until = self.survey_until
        return self.state == "open" and until is not None and timezone.localdate() <= until

    @property
    def survey_is_over(self) -> bool:
        return self.survey_until is not None and not self.survey_is_open

    @property
    def is_late(self) -> bool:
        return self.state != "closed" and self.due < timezone.localdate()


class Measure(Seen, Kept):
    """By what a benefit will be told, chosen before anybody looks. Once the measures are fixed none joins and none goes."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="measures")
    title = models.CharField(max_length=200)
    how = models.TextField()  # what is counted, where, by whom
    before = models.CharField(max_length=200)  # how it stood before the policy, or that nobody counted it
    aim = models.CharField(max_length=200)  # what would be a benefit
    by = _by()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("at", "id")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.review.state != "planned":
            raise ValidationError("measures are chosen before the review opens")
        super().save(*args, **kwargs)


class Result(Seen, Kept):
    """What a measure told; the last one counts, those before it stay."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="results")
    value = models.CharField(max_length=200)
    met = models.CharField(max_length=8, choices=list(MET.items()))
    text = models.TextField()  # from where, and what else may have moved it
    by = _by()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("at", "id")

    @property
    def met_words(self) -> str:
        return MET[self.met]


class ReviewStep(Seen, Kept):
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="steps")
    measure = models.ForeignKey(Measure, null=True, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=14, choices=list(STEPS.items()))
    text = models.TextField()
    by = _by()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("at", "id")

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]


class Answered(Seen, Kept):
    """That somebody answered a survey, so that nobody does twice. Not what, and not when."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="answered")
    by = _by()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "by"], name="policies_answered_once")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(by=user)


class Tally(Seen):
    """How often an answer was given to a question. It stands from the opening on, so that the order of rows tells nothing."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="tallies")
    question = models.CharField(max_length=40)
    answer = models.CharField(max_length=20)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "question", "answer"], name="policies_tally_once")]  # fmt: skip

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Nobody sees a number before the survey is over, nor where fewer answered than can be told: each new answer
        would be told by what changed."""
        reviews = Review.objects.annotate(n=models.Count("answered", distinct=True)).filter(n__gte=LEAST)
        return rows.filter(review__in=[r.pk for r in reviews if r.survey_is_over])


def coming(due: date) -> bool:
    """Whether a review that is due then shows as coming."""
    return due <= timezone.localdate() + timedelta(days=DATA["review"]["soon_days"])
