"""The register's rows and the steps that are added to them; the parts of things, proposed and confirmed; toolkit lines."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.web.disruption.options import TOOLKIT, today
from redshank.web.missing.models import Written
from redshank.web.policy.names import names_hidden
from redshank.web.policy.sight import VisibleManager, sight_of

DECISIONS = {
    "considered": "Considered, not decided yet",
    "used": "Used",
    "refused": "Applied for and refused",
    "not_used": "Not used",
}
STEPS = DECISIONS | {
    "reviewed": "Reviewed",
    "breach": "Breach",
    "outcome": "Outcome",
    "view": "The victim's or child's view",
}
STATES = {
    "proposed": "Proposed",
    "confirmed": "Confirmed",
    "not_proven": "Not proven",
    "need_more": "Need more",
    "ended": "Taken back",
}
WHAT_WORDS = {
    "premises": "premises where children are exploited", "business": "a business where children are exploited",
    "area": "a public area where children are exploited", "line": "a line that exploits children",
    "vehicle": "a vehicle used to exploit children", "number": "a number used to exploit children",
}  # fmt: skip
USER = settings.AUTH_USER_MODEL


def _older(kind: str, idents: set[str]) -> list[str]:
    """An id of an older run may have gone into somebody, or a group, that is hidden now."""
    from redshank.web.heads.models import Moved

    return list(Moved.objects.filter(kind=kind, now__in=idents).values_list("was", flat=True))


class About(models.Model):
    """What is said of one subject, as far as it is for a reader: what rests on what is hidden goes with it."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "disruption"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()  # a partner sees nothing here
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        ("person", "person_id"),
        ("place", "cell"),
        ("line", "line_ref"),
    )

    kind = models.CharField(max_length=10)
    ident = models.CharField(max_length=120, db_index=True)
    person_id = models.CharField(max_length=80, default="", blank=True)
    cell = models.CharField(max_length=20, default="", blank=True)
    line_ref = models.CharField(max_length=80, default="", blank=True)
    name = models.CharField(max_length=200)
    closed = models.BooleanField(default=False)  # rests on handling C: for cleared roles only
    small = models.BooleanField(default=False)  # a place with fewer than three children: the analytical roles
    evidence = models.TextField(default="[]")  # records that it rests on
    folded = models.TextField(default="")  # every word that was typed, for names that must not show
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        if not user.as_role.cleared:
            rows = rows.filter(closed=False)
        if not user.as_role.small:
            rows = rows.filter(small=False).exclude(cell__in=_small_cells(user))
        hidden = sight_of(user).hidden
        if persons := hidden.get("person"):
            rows = rows.exclude(person_id__in=_older("person", persons))
        if hidden.get("record") or hidden.get("person"):
            rows = rows.exclude(pk__in=cls._resting_on(rows, user, hidden.get("record", set())))
        return rows

    @classmethod
    def _resting_on(cls, rows: Any, user: Any, records: set[str]) -> list[int]:
        """Rows that rest on a hidden record, are about a thing of which no record is in sight, or name a hidden person."""
        names = names_hidden(user)
        unseen = _things_out_of_sight(user)
        found = rows.values_list("pk", "kind", "ident", "evidence", "folded")
        return [pk for pk, kind, ident, evidence, text in found if records & set(json.loads(evidence)) or (kind, ident) in unseen or names.named_in(text)]  # fmt: skip

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "null")


def _small_cells(user: Any) -> Any:
    """Places that now have fewer than three children (practice rule 10)."""
    from redshank.web.heads.models import Place

    run = sight_of(user).run
    return Place.objects.filter(children__lt=3, valid_from__lte=run, in_open=True).exclude(valid_to__lte=run).values("cell")  # fmt: skip


def _things_out_of_sight(user: Any) -> set[tuple[str, str]]:
    """Vehicles and numbers of which every record is hidden from this reader."""
    from redshank.web.heads.models import Use

    records = sight_of(user).hidden.get("record", set())
    near = set(Use.objects.filter(record_key__in=records, kind__in=["vehicle", "phone"]).values_list("kind", "ident"))  # fmt: skip
    seen = Use.objects.visible_to(user, "things in sight").filter(ident__in=[i for _, i in near])
    return near - set(seen.values_list("kind", "ident"))


class Part(About):
    """What a place, line, vehicle or number is said to be in the exploitation of children, and where that stands."""

    what = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=list(STATES.items()))
    district = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "ident"], condition=models.Q(state__in=["proposed", "need_more", "confirmed"]), name="one_part_stands"
            )
        ]  # fmt: skip

    @property
    def what_words(self) -> str:
        return WHAT_WORDS[self.what]

    @property
    def state_words(self) -> str:
        return STATES[self.state]


class Later(Written):
    """An act on a row: seen with its row."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "disruption"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    shown = models.TextField(default="{}")  # what stood before the person (practice rule 6)
    once = models.CharField(max_length=60, unique=True)  # a form sent twice acts once

    objects = VisibleManager()

    class Meta:
        abstract = True
        ordering = ("at", "id")

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "null")


class PartAct(Later):
    """A part proposed by one person and confirmed by another, who opened the records."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=10, choices=list(STATES.items()))
    why = models.TextField()
    evidence = models.TextField(default="[]")
    opened = models.TextField(default="[]")  # what of it this person had opened, with when

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(part__in=Part.objects.visible_to(user, "acts on a part"))

    @property
    def kind_words(self) -> str:
        return STATES[self.kind]


class Measure(About):
    """One option of the toolkit for one subject; what stands here is the last step's, kept for lists."""

    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        *About.HIDDEN_BY,
        ("person", "child_id"),
        ("place", "place_cell"),
        ("group", "group_id"),
    )

    is_child = models.BooleanField(default=False)  # the subject was under 18
    district = models.CharField(max_length=80, default="", blank=True)
    option = models.CharField(max_length=10, db_index=True)
    option_name = models.CharField(max_length=200)
    place_in_order = models.IntegerField()  # the toolkit's
    toolkit = models.CharField(max_length=40)
    by_hand = models.BooleanField(default=False)  # it was not offered for this subject
    decision = models.CharField(max_length=10, choices=list(DECISIONS.items()))
    lead = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    granted_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    conditions = models.TextField(default="", blank=True)
    outcome = models.CharField(max_length=12, default="", blank=True)
    child_id = models.CharField(max_length=80, default="", blank=True)
    place_cell = models.CharField(max_length=20, default="", blank=True)
    vehicle = models.CharField(max_length=120, default="", blank=True)
    group_id = models.CharField(max_length=80, default="", blank=True)
    linked = models.TextField(default="{}")  # kind → what it was called

    class Meta:
        ordering = ("place_in_order", "id")
        indexes = [models.Index(fields=["decision", "expires_on"]), models.Index(fields=["review_on"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        rows = super().further(rows, user)
        if not user.as_role.small:
            rows = rows.exclude(place_cell__in=_small_cells(user))
        hidden = sight_of(user).hidden
        for kind, column in (("person", "child_id"), ("group", "group_id")):
            if idents := hidden.get(kind):
                rows = rows.exclude(**{f"{column}__in": _older(kind, idents)})
        if hidden.get("record") and (out := [i for k, i in _things_out_of_sight(user) if k == "vehicle"]):
            rows = rows.exclude(vehicle__in=out)
        return rows

    @classmethod
    def late_without_names(cls, user: Any) -> list[Measure]:
        """Overdue reviews of others: whose they are and since when, nothing of whom or what (practice rule 25)."""
        rows = cls.objects.visible_to(user, "overdue reviews, without names").filter(review_on__lt=today())
        rows = rows.exclude(lead=user).select_related("lead").order_by("review_on", "id")
        return list(rows.only("pk", "lead", "review_on"))

    @property
    def decision_words(self) -> str:
        return DECISIONS[self.decision]

    @property
    def outcome_words(self) -> str:
        return TOOLKIT.outcomes.get(self.outcome, self.outcome)

    @property
    def is_late(self) -> bool:
        return self.review_on is not None and self.review_on < today()

    @property
    def is_open(self) -> bool:
        """Somebody has to look at it again."""
        return self.decision == "considered" or (
            self.decision == "used" and self.outcome in ("", "too_early")
        )

    @property
    def was_used(self) -> bool:
        return self.steps.filter(kind="used").exists()

    @property
    def is_expiring(self) -> bool:
        return self.decision == "used" and self.expires_on is not None and today() <= self.expires_on <= today() + TOOLKIT.soon  # fmt: skip

    @property
    def has_expired(self) -> bool:
        return self.decision == "used" and self.expires_on is not None and self.expires_on < today()


class Step(Later):
    """A decision, a review, a breach, an outcome, somebody's view: added, never changed."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(STEPS.items()))
    text = models.TextField()  # the rationale of a decision; what was broken; what was said
    lead = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    advice = models.BooleanField(null=True)  # legal advice was sought
    advice_on = models.DateField(null=True)
    granted_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    conditions = models.TextField(default="", blank=True)
    day = models.DateField(null=True)  # of a breach
    outcome = models.CharField(max_length=12, default="", blank=True)
    measured = models.TextField(default="", blank=True)  # by what the outcome was measured

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(measure__in=Measure.objects.visible_to(user, "steps of the register"))

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]

    @property
    def outcome_words(self) -> str:
        return TOOLKIT.outcomes.get(self.outcome, self.outcome)


class ToolkitLine(Written, About):
    """What an item of a meeting points at: options of the register that were considered, or none, because (rule 23)."""

    measures = models.ManyToManyField(Measure, related_name="lines")
    because = models.TextField(default="", blank=True)  # why none
    role = models.CharField(max_length=40)
    shown = models.TextField(default="{}")  # what was offered when it was written
    once = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """A line goes with any of its options that is out of sight: half of it would tell that there is more."""
        seen = Measure.objects.visible_to(user, "a toolkit line").values("pk")
        return super().further(rows, user).exclude(measures__in=Measure.objects.exclude(pk__in=seen))

    def says(self) -> str:
        if self.because:
            return f"None, because: {self.because}"
        return "; ".join(f"{m.option_name} ({m.decision_words.lower()})" for m in self.measures.all())
