"""What is kept of Operation Makesafe. Whatever happened is added and never changed; a business's row says how it stands.

Practice rule 24 is held here: a test visit, and every step that would tell of one, is visible to the teams alone (the
roles that record), and an ask for a visit, with its reason, to those alone who see findings. The numbers that others get
come from :mod:`~redshank.web.makesafe.figures`, the dates that the teams get from :mod:`~redshank.web.makesafe.standing`.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from redshank.web.concerns.models import Kept
from redshank.web.makesafe.settings import ANSWERS, CATEGORIES, DATA, MATERIALS, RESULTS, TOLD
from redshank.web.policy.sight import VisibleManager, sight_of
from redshank.web.versions import Version, VersionStep

TEAM = "makesafe.record"
FINDINGS = "makesafe.coverage"
STATES = {"open": "In the operation", "closed": "Left the operation"}
STEPS = {
    "taken": "Taken from the premises register",
    "added": "Added by hand",
    "changed": "Changed",
    "closed": "Left the operation",
    "opened": "In the operation again",
    "trained": "Training recorded",
    "visited": "Visit recorded",
    "tested": "Test visit recorded",
    "struck": "Struck out",
    "struck_test": "Test visit struck out",
}
#: Steps that would tell of a test visit.
OF_A_TEST = ("tested", "struck_test")
VISITS = {"ordinary": "Ordinary visit", "test": "Test visit"}
CALL_STATES = {"linked": "Linked to a business", "set_aside": "Not of the operation"}
CALL_STEPS = {
    "linked": "Linked to a business",
    "set_aside": "Set aside: not of the operation",
    "response": "Response noted",
    "follow_up": "Followed up",
    "feedback": "Told the business",
}


def _user(name: str = "+") -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name=name)


def _once() -> Any:
    return models.CharField(max_length=60, unique=True)  # a form sent twice acts once


class Seen(models.Model):
    """How the policy sees all of these: by the role, not by what was shared; no row here is a record."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "makesafe"
    SHARED_BY: ClassVar[Any] = None
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows


class OfABusiness(Seen):
    """What goes with its business: out of sight where the business is."""

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(business__in=Business.objects.visible_to(user, "what is kept of a business"))


class Business(Seen):
    """A business as it stands now; its steps say how it came to stand so."""

    HIDDEN_BY = (("record", "premises_key"),)

    premises_key = models.CharField(
        max_length=200, blank=True
    )  # in the premises register; empty where added by hand
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=20)  # of makesafe.toml
    district = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    latitude = models.FloatField(null=True, blank=True)  # WGS 84, decimal degrees
    longitude = models.FloatField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="open")
    by = _user()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["premises_key"], condition=~models.Q(premises_key=""), name="makesafe_premises_once"
            )
        ]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("a business leaves the operation; what was recorded of it stays")

    @property
    def category_words(self) -> str:
        return CATEGORIES.get(self.category, "Other business")

    @property
    def where(self) -> str:
        return ", ".join(x for x in (self.address, self.postcode) if x) or "no address recorded"


class Step(OfABusiness, Kept):
    """What was done to a business, in its order."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=list(STEPS.items()))
    told = models.TextField(default="{}")  # label → what stands now
    text = models.TextField(blank=True)
    by = _user()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        rows = super().further(rows, user)
        return rows if user.as_role.allows(TEAM) else rows.exclude(kind__in=OF_A_TEST)

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]

    @property
    def changes(self) -> list[tuple[str, str]]:
        return list(json.loads(self.told).items())


class Message(Seen, Kept):
    """One version of the message that businesses are given, in force from a day on."""

    number = models.IntegerField(unique=True)
    text = models.TextField()
    from_day = models.DateField()
    by = _user()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("number",)


def in_force(messages: list[Message], day: date) -> Message | None:
    """The version in force on a day, of all versions in their order."""
    return next((m for m in reversed(messages) if m.from_day <= day), None)


class Given(OfABusiness, Kept):
    """What a training and a visit share: the message that was given, what was left, and that it may be struck out."""

    on = models.DateField()
    who = models.CharField(max_length=120)  # who trained or visited
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")
    materials = models.CharField(max_length=200, blank=True)  # between pipes
    text = models.TextField(blank=True)
    by = _user()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        abstract = True

    @property
    def left(self) -> list[str]:
        return [MATERIALS.get(m, m.replace("_", " ")) for m in self.materials.split("|") if m]


class Training(Given):
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="trainings")
    trained = models.IntegerField()  # members of staff
    staff = models.IntegerField()  # members of staff there are

    class Meta:
        ordering = ("on", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(trained__gte=1) & models.Q(staff__gte=models.F("trained")),
                name="makesafe_trained_of_staff",
            )
        ]


#: What must stand before a test visit with a cadet can be kept (practice rule 24): the database refuses it too.
_CADET = (
    models.Q(cadet_age__isnull=False) & ~models.Q(consent="") & ~models.Q(inspector="") & ~models.Q(risk="")
)


class Visit(Given):
    """An ordinary visit, or a test visit with its three results; seldom with a cadet, never without what protects them."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(max_length=8, choices=list(VISITS.items()))
    challenged = models.CharField(max_length=3, blank=True, choices=list(ANSWERS.items()))
    identified = models.CharField(max_length=3, blank=True, choices=list(ANSWERS.items()))
    called = models.CharField(max_length=3, blank=True, choices=list(ANSWERS.items()))
    again_by = models.DateField(null=True)  # a visit is due by then, as configured on the day
    with_cadet = models.BooleanField(default=False)  # the cadet's name is not kept here
    cadet_age = models.IntegerField(null=True)
    consent = models.CharField(max_length=200, blank=True)  # which parent or carer consented, and when
    inspector = models.CharField(max_length=120, blank=True)  # who authorised it
    risk = models.CharField(max_length=300, blank=True)  # where the risk assessment is kept

    class Meta:
        ordering = ("on", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(with_cadet=False) | (models.Q(kind="test") & _CADET), name="makesafe_cadet"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="ordinary", challenged="", identified="", called="", again_by=None)
                | (models.Q(kind="test") & ~models.Q(challenged="") & ~models.Q(identified="") & ~models.Q(called="")),
                name="makesafe_three_results",
            ),
        ]  # fmt: skip

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """A test visit is in nobody's sight but the teams' (practice rule 24)."""
        rows = super().further(rows, user)
        return rows if user.as_role.allows(TEAM) else rows.filter(kind="ordinary")

    @property
    def kind_words(self) -> str:
        return VISITS[self.kind]

    @property
    def is_fail(self) -> bool:
        return self.kind == "test" and any(getattr(self, r) == "no" for r in DATA["revisit"]["fails"])

    @property
    def results(self) -> list[tuple[str, str]]:
        return [(TOLD[r], ANSWERS[getattr(self, r)]) for r in RESULTS] if self.kind == "test" else []


class Welfare(Seen, Kept):
    """How the cadet was after a test visit; until it stands, it is overdue."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="welfare")
    on = models.DateField()
    text = models.TextField()
    by = _user()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(visit__in=Visit.objects.visible_to(user, "welfare of a cadet"))


class Struck(OfABusiness, Kept):
    """A training or visit that was recorded wrongly: it stays to be seen, struck through, and counts nowhere."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    training = models.OneToOneField(Training, null=True, on_delete=models.PROTECT, related_name="struck")
    visit = models.OneToOneField(Visit, null=True, on_delete=models.PROTECT, related_name="struck")
    text = models.TextField()
    by = _user()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        rows = super().further(rows, user)
        return rows if user.as_role.allows(TEAM) else rows.exclude(visit__kind="test")


class Ask(OfABusiness, Kept):
    """Somebody who sees findings asks that a business be visited. The teams get the date and nothing else of it."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    why = models.TextField()
    by = _user()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("due", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return super().further(rows, user) if user.as_role.allows(FINDINGS) else rows.none()


class Call(Seen):
    """A call that quotes the operation, as a person placed it; in sight with its record.

    Whoever sees calls need not see the operation: a duty inspector reads what followed one, with the business by its name alone.
    """

    SEEN_AS = "calls"
    HIDDEN_BY = (("record", "record_key"),)

    record_key = models.CharField(max_length=200, unique=True)
    business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="calls")
    state = models.CharField(max_length=10, choices=list(CALL_STATES.items()))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("what was done about a call stays")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        from redshank.web.heads.models import Record

        held = Record.objects.visible_to(user, "calls that quote the operation")
        hidden = rows.filter(business__premises_key__in=sight_of(user).hidden.get("record", set()))
        return rows.filter(record_key__in=held.values("key")).exclude(pk__in=hidden.values("pk"))

    @property
    def state_words(self) -> str:
        return CALL_STATES[self.state]

    @property
    def url(self) -> str:
        kind, _, ref = self.record_key.partition(":")
        return reverse("makesafe-call", args=[kind, ref])


class CallStep(Seen, Kept):
    SEEN_AS = "calls"

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(CALL_STEPS.items()))
    business = models.ForeignKey(Business, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    on = models.DateField(null=True)  # when the business was told
    by = _user()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(call__in=Call.objects.visible_to(user, "steps of a call"))

    @property
    def kind_words(self) -> str:
        return CALL_STEPS[self.kind]


class Order(Seen, Version):
    """One version of the operational order."""

    number = models.IntegerField(unique=True)

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="adopted"), name="makesafe_one_order")
        ]  # fmt: skip


class OrderStep(Seen, VersionStep, Kept):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="steps")

    class Meta:
        ordering = ("at", "id")


class Acknowledged(Seen, Kept):
    """A member of the teams has read the order that was in force."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="acknowledged")
    by = _user()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["order", "by"], name="makesafe_acknowledged_once")]
