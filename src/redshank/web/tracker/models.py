"""A report, its recommendations, and what people did about them. Acts and evidence are added and never changed.

A recommendation keeps what its last acts said (acceptance, date, owner, position, status), so that lists need no history; the text
of the original, and each date that stood before, stay.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.web.policy.sight import VisibleManager
from redshank.web.tracker.settings import ACCEPTANCE, KINDS, QUALITY, SETTINGS, STATUS, TEXT_IS
from redshank.web.worklist.models.base import Kept

USER = settings.AUTH_USER_MODEL
ACTS = {
    "accepted": "Acceptance recorded", "owned": "Owner", "position": "Position", "redated": "Another date", "checked": "Text checked against the original",
    "evidence": "Evidence added", "struck": "Evidence withdrawn", "asked": "Asked of others", "answered": "Answer of others",
    "again": "To be asked again", "planned": "Action planned", "done": "Action done", "moved": "Action moved to another day", "dropped": "Action given up",
    "complete": "Called complete", "closed": "Closed", "returned": "Sent back", "reopened": "Opened again",
}  # fmt: skip
REPORT_ACTS = {
    "published": "Response published",
    "dated": "Day of publication checked",
    "imported": "Report imported",
}
KINDS_OF_EVIDENCE = {
    "page": "a page of Redshank", "figure": "a figure of Redshank, read again each time", "product": "a product, with its figure read from what was signed",
    "document": "a document",
}  # fmt: skip
ANSWERS = {"open": "no answer yet", "agreed": "agreed", "partly": "agreed in part", "declined": "declined", "settled": "settled, nothing more is asked"}  # fmt: skip
DEEDS = {"planned": "planned", "done": "done", "dropped": "given up"}


class Seen(models.Model):
    """Seen by the role alone: nothing in it is about a person whom the police have to do with."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "tracker"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows


class Report(Seen):
    """An inspection's report, cited by publisher, title and date (practice rule 28)."""

    key = models.CharField(max_length=80, unique=True)
    publisher = models.CharField(max_length=120)
    title = models.CharField(max_length=400)
    published = models.DateField()
    published_words = models.CharField(max_length=80)
    published_note = models.CharField(max_length=300, default="", blank=True)  # empty once it was checked
    source = models.CharField(max_length=500, default="", blank=True)
    shipped = models.BooleanField(default=False)
    responded_on = models.DateField(null=True)
    responded_where = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        ordering = ("published", "id")

    def __str__(self) -> str:
        return f"{self.publisher}, {self.title}, {self.published_words}"

    @property
    def respond_by(self) -> date:
        return SETTINGS.respond_by(self.published)

    @property
    def is_unanswered(self) -> bool:
        return self.responded_on is None and self.respond_by < timezone.localdate()


class Recommendation(Seen):
    """One recommendation or area for improvement. ``deadline`` is the report's own and stays; ``due`` is the date that stands."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="recommendations")
    kind = models.CharField(max_length=16, choices=list(KINDS.items()), default="recommendation")
    number = models.CharField(max_length=12)
    place = models.IntegerField()  # in the report's own order
    addressees = models.CharField(max_length=400)
    for_forces = models.BooleanField()
    text = models.TextField()
    text_is = models.CharField(max_length=10, choices=list(TEXT_IS.items()))
    deadline = models.DateField(null=True)
    deadline_words = models.CharField(max_length=200, default="", blank=True)
    assessed = models.CharField(max_length=12, default="", blank=True, choices=list(STATUS.items()))
    assessed_source = models.CharField(max_length=400, default="", blank=True)
    # What the last acts said.
    due = models.DateField(null=True)
    acceptance = models.CharField(max_length=6, choices=list(ACCEPTANCE.items()), default="none")
    accepted_by = models.CharField(max_length=120, default="", blank=True)
    accepted_on = models.DateField(null=True)
    owner = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=list(STATUS.items()), default="open")
    position = models.TextField(default="", blank=True)
    constraint = models.TextField(default="", blank=True)
    completed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("report__published", "report_id", "place", "id")
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "number"], name="recommendation_once")
        ]
        indexes = [models.Index(fields=["status", "due"])]

    @property
    def name(self) -> str:
        return f"{KINDS[self.kind]} {self.number}"

    @property
    def status_words(self) -> str:
        return STATUS[self.status]

    @property
    def acceptance_words(self) -> str:
        return ACCEPTANCE[self.acceptance]

    @property
    def text_is_words(self) -> str:
        return TEXT_IS[self.text_is]

    @property
    def assessed_words(self) -> str:
        return STATUS.get(self.assessed, "")

    @property
    def is_late(self) -> bool:
        """Past the date that stands; of what is addressed to others no date of ours is missed."""
        return bool(
            self.for_forces and self.status != "closed" and self.due and self.due < timezone.localdate()
        )


class Evidence(Seen, Kept):
    """What shows it, with how well. ``why`` says what it shows; a cited figure keeps the value of that day."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=list(KINDS_OF_EVIDENCE.items()))
    quality = models.CharField(max_length=10, choices=list(QUALITY.items()))
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300, default="", blank=True)  # a page of ours, from "/" on
    figure = models.CharField(max_length=40, default="", blank=True)  # a name of figures.FIGURES
    value = models.CharField(max_length=120, default="", blank=True)
    product = models.ForeignKey(
        "products.Product", null=True, on_delete=models.PROTECT, related_name="+"
    )  # a signed edition
    part = models.CharField(max_length=300, default="", blank=True)  # which figure of it (editions.py)
    as_at = models.DateField()
    struck_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("as_at", "id")

    def strike(self) -> None:
        """Withdrawn: it counts no more and stays readable. The act beside it says who and why."""
        self.struck_at = timezone.now()
        models.Model.save(self, update_fields=["struck_at"])

    @property
    def kind_words(self) -> str:
        return KINDS_OF_EVIDENCE[self.kind]

    @property
    def quality_words(self) -> str:
        return QUALITY[self.quality]


class Ask(Seen):
    """What was asked of somebody on whom it depends, and when they are asked again; ``answer`` is the last one."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="asks")
    of = models.CharField(max_length=160)
    what = models.TextField()
    asked_on = models.DateField()
    state = models.CharField(max_length=10, choices=list(ANSWERS.items()), default="open")
    answer = models.TextField(default="", blank=True)
    answered_on = models.DateField(null=True)
    next_on = models.DateField(null=True)

    class Meta:
        ordering = ("asked_on", "id")

    @property
    def state_words(self) -> str:
        return ANSWERS[self.state]

    @property
    def is_late(self) -> bool:
        return self.state != "settled" and self.next_on is not None and self.next_on < timezone.localdate()


class Deed(Seen):
    """An action: planned for a day, done on one, or given up. ``action``: a task of a meeting, where there is one."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="deeds")
    what = models.TextField()
    who = models.CharField(max_length=160, default="", blank=True)
    state = models.CharField(max_length=8, choices=list(DEEDS.items()), default="planned")
    on = models.DateField()  # for which it is planned, or on which it was done
    words = models.CharField(max_length=80, default="", blank=True)  # "summer 2024", where no day is known
    action = models.ForeignKey("meetings.Action", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("on", "id")

    @property
    def state_words(self) -> str:
        return DEEDS[self.state]

    @property
    def is_late(self) -> bool:
        return self.state == "planned" and self.on < timezone.localdate()


class Act(Seen, Kept):
    """One act, as it was made: ``why`` in words, and what it set. Of the report where it names no recommendation."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="acts")
    recommendation = models.ForeignKey(
        Recommendation, null=True, on_delete=models.PROTECT, related_name="acts"
    )
    kind = models.CharField(max_length=10, choices=[*ACTS.items(), *REPORT_ACTS.items()])
    said = models.TextField(default="", blank=True)  # what it set, in words
    was = models.TextField(default="", blank=True)  # what stood before, in words
    evidence = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")
    ask = models.ForeignKey(Ask, null=True, on_delete=models.PROTECT, related_name="acts")
    deed = models.ForeignKey(Deed, null=True, on_delete=models.PROTECT, related_name="acts")

    class Meta:
        ordering = ("at", "id")

    @property
    def kind_words(self) -> str:
        return ACTS.get(self.kind) or REPORT_ACTS[self.kind]
