"""Samples, their items, what people read in them, and what came of it. All of it is added and never changed.

An item is seen by whoever sees its record, so handling C, restrictions and matters of somebody's own hold here without a
rule of their own. A reading is its author's until the item is complete: the second reader does not see the first.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from redshank.web.audits.programmes import BESIDE_RULES, FEATURES, PROGRAMMES, VERDICTS, Programme
from redshank.web.missing.models import Written
from redshank.web.policy.names import names_hidden
from redshank.web.policy.sight import VisibleManager

USER = settings.AUTH_USER_MODEL
TURNS = {1: "First reading", 2: "Second reading, blind", 3: "Settled, with both before them"}


def rule_words(rule: str) -> str:
    """What missed it, as a reader says it."""
    from redshank.web.pages.words import word

    return BESIDE_RULES.get(rule) or f"the rules for “{word(rule, 'indicator')}”"


class Kept(Written):
    """What all rows here share."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "audits"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=80, unique=True)  # a form sent twice acts once

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name))


def _in_results(user: Any) -> list[str]:
    return [k for k, p in PROGRAMMES.items() if user.role in p.results]


class Sample(Kept):
    """What was drawn: by whom, with which seed, from how many records of which strata, of which days."""

    programme = models.CharField(max_length=20, db_index=True)
    version = models.CharField(max_length=20)  # of the programmes' configuration
    seed = models.CharField(max_length=40)
    size = models.IntegerField()
    since = models.DateField()
    until = models.DateField()
    frame = models.TextField()  # stratum → how many records it held, for whoever drew
    frame_digest = models.CharField(max_length=64)
    cleared = models.BooleanField()  # whoever drew it sees handling C: its counts are for those who do
    as_of = models.DateTimeField(null=True)
    run = models.IntegerField()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        known = [k for k, p in PROGRAMMES.items() if user.role in p.reads | p.draws | p.results]
        return rows.filter(programme__in=known)

    @property
    def of(self) -> Programme:
        return PROGRAMMES[self.programme]

    @property
    def name(self) -> str:
        return f"{self.of.title}, {_days(self.since, self.until)}"


def _days(since: Any, until: Any) -> str:
    from redshank.web.pages.words import day

    return f"{day(since)} to {day(until)}"


class Item(Written):
    """One record of a sample, in the order in which it is read."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "audits"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("record", "record_key"),)

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="items")
    record_key = models.CharField(max_length=200, db_index=True)
    stratum = models.CharField(max_length=120)
    twice = models.BooleanField()  # a second person reads it too
    found = models.CharField(
        max_length=80, default="", blank=True
    )  # "flag", "night", "old" (the existing scan): what knew of it when drawn

    objects = VisibleManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "record_key"], name="audited_once_a_sample")]
        ordering = ("sample", "record_key")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        from redshank.web.heads.models import Record

        # Asked of each of the few: a list of all that is in sight would be made anew for every question.
        seen = Record.objects.visible_to(user, user.as_role.purpose).filter(key=OuterRef("record_key"))
        samples = Sample.objects.visible_to(user, user.as_role.purpose).values("pk")
        return rows.filter(Exists(seen), sample__in=samples)

    @property
    def was_found(self) -> frozenset[str]:
        return frozenset(self.found.split())


class Reading(Kept):
    """What one person read in one record, by the form that was in force."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="readings")
    turn = models.IntegerField(choices=list(TURNS.items()))
    role = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    answers = models.TextField()  # question → answer, or words, or a list of features
    seconds = models.IntegerField(default=0)
    opened_at = models.DateTimeField()  # when they last opened the record before
    shown = models.TextField(
        default="{}"
    )  # the run and the record's version that stood before them (practice rule 6)
    folded = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "turn"], name="one_reading_a_turn")]
        ordering = ("item", "turn")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        second = cls._base_manager.filter(item=OuterRef("item"), turn=2)
        complete = Q(item__twice=False) | Q(Exists(second))
        rows = rows.filter(item__in=Item.objects.visible_to(user, "readings of a sample"))
        rows = rows.filter(Q(by=user) | (complete & Q(item__sample__programme__in=_in_results(user))))
        names = names_hidden(user)
        if not names.pairs:
            return rows
        return rows.exclude(
            pk__in=[pk for pk, text in rows.values_list("pk", "folded") if names.named_in(text)]
        )

    @property
    def turn_words(self) -> str:
        return TURNS[self.turn]


class Verdict(Written):
    """What one phrase is, by one reading: it counts for the precision of the rule that found it."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "audits"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("record", "record_key"),)

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="verdicts")
    record_key = models.CharField(max_length=200)
    start = models.IntegerField()
    end = models.IntegerField()
    text = models.TextField()
    rule = models.CharField(max_length=40, db_index=True)
    verdict = models.CharField(max_length=16, choices=list(VERDICTS.items()))

    objects = VisibleManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reading", "start", "end"], name="one_verdict_a_phrase")
        ]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(reading__in=Reading.objects.visible_to(user, "verdicts on phrases"))

    @property
    def verdict_words(self) -> str:
        return VERDICTS[self.verdict]


class Miss(Written):
    """What did not find what a review found: the rules of an indicator, the proposing of groups, or the definition.

    Made once an item is complete.
    """

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "audits"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="misses")
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="misses")
    feature = models.CharField(max_length=20)
    rule = models.CharField(max_length=60, db_index=True)  # an indicator, "grouping" or "definition"
    definition = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    objects = VisibleManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "feature"], name="missed_once")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(reading__in=Reading.objects.visible_to(user, "what was missed"))

    @property
    def feature_words(self) -> str:
        return FEATURES[self.feature].words if self.feature in FEATURES else self.feature

    @property
    def rule_words(self) -> str:
        return rule_words(self.rule)


class Led(Written):
    """The flag that a review proposed."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "audits"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="led")
    flag = models.ForeignKey("flags.Flag", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = VisibleManager()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(item__in=Item.objects.visible_to(user, "flags that a review led to"))


class Feedback(Kept):
    """What a line manager is told of one record. Nobody but who wrote it and whom it is for reads it.

    A line manager need have no part in a review; they see the record that it is about. Where they left before they spoke with
    whoever wrote it, it is for whom it was handed to (``holder``).
    """

    SEEN_AS: ClassVar[str] = "records"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="feedback")
    to = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    folded = models.TextField(default="")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        from redshank.web.heads.models import Record

        seen = Record.objects.visible_to(user, user.as_role.purpose).filter(key=OuterRef("item__record_key"))
        rows = cls.held(rows).filter(Q(by=user) | Q(holder=user.pk), Exists(seen))
        names = names_hidden(user)
        return rows.exclude(
            pk__in=[pk for pk, text in rows.values_list("pk", "folded") if names.named_in(text)]
        )

    @classmethod
    def held(cls, rows: Any) -> Any:
        """With ``holder``: whom each is for now."""
        last = Handed.objects.filter(feedback=OuterRef("pk")).order_by("-pk").values("to")[:1]
        return rows.annotate(holder=Coalesce(Subquery(last), "to_id", output_field=models.BigIntegerField()))

    @classmethod
    def mine(cls, user: Any) -> Any:
        """What is for this reader now; nothing for a role that opens no record."""
        rows = cls.objects.visible_to(user, user.as_role.purpose)
        return cls.held(rows).filter(holder=user.pk)

    @property
    def last_handed(self) -> Handed | None:
        return self.handed.select_related("to").last()


class Handed(Written):
    """Feedback whose line manager left goes to somebody who is there; whom it was for before stays to be seen."""

    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="handed")
    to = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")  # who recorded the leaving
    why = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ("id",)


class Heard(Written):
    """The line manager has spoken with whoever wrote the record."""

    feedback = models.OneToOneField(Feedback, on_delete=models.PROTECT, related_name="heard")
    at = models.DateTimeField(default=timezone.now)


class System(Written):
    """Another system that may ask the linter, by a token of which only a hash is kept. No record and no text stands here."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)


class Ended(Written):
    """A token that opens nothing any more."""

    system = models.OneToOneField(System, on_delete=models.PROTECT, related_name="ended")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
