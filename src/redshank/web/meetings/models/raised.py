"""What was raised to a body: at every time one owner and one next date, or a closing decision with a name (practice rule 21)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models.about import AboutThing
from redshank.web.policy.sight import VisibleManager
from redshank.web.worklist.models.base import RESTRICTED, Kept

#: What becomes of a thing. Those of :data:`ENDS` close it.
KINDS = {
    "moved": "goes on with an owner and a date", "deferred": "deferred to the next sitting", "taken": "taken up", "passed": "passed on",
    "returned": "not taken up", "again": "raised again", "unheard": "not reached", "cancelled": "the sitting was cancelled or moved",
    "split": "split", "merged": "merged into another", "closed": "closed",
    "withdrawn": "the agency withdrew it: the chair decides whether it leaves", "united": "united with another: the records hold one person",
}  # fmt: skip
ENDS = ("merged", "closed")
#: What a person decides at a sitting; the others come of what is done to a sitting, or of raising it again.
DECISIONS = ("deferred", "taken", "passed", "returned", "moved", "closed")


class Raised(AboutThing):
    """One thing before one body. Owner, date and body are those of its last move, kept here for lists."""

    act = models.OneToOneField(
        "worklist.Act", null=True, on_delete=models.PROTECT, related_name="raised"
    )  # where it came from the worklist; undone with it
    origin = models.CharField(max_length=60, default="", blank=True)  # from which page else
    part_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    why = models.TextField()
    shown = models.TextField(default="{}")  # what stood before whoever raised it (practice rule 6)
    once = models.CharField(max_length=80, unique=True)
    meeting = models.CharField(max_length=20)
    began = models.CharField(max_length=20)  # the body that it was raised to first
    district = models.CharField(max_length=80, default="", blank=True)  # where the body sits by district
    grade = models.CharField(max_length=20, default="", blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["meeting", "closed_at", "next_on"]),
            models.Index(fields=["about", "ident"]),
        ]
        constraints = [
            # What is raised twice stands once: the second word is added to it. What rests on handling C stands apart.
            models.UniqueConstraint(
                fields=["meeting", "about", "ident", "closed"],
                condition=Q(closed_at__isnull=True),
                name="open_once_a_body",
            )
        ]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Of the bodies that the role sits in, and what is the reader's own; not what was taken back."""
        rows = rows.filter(Q(act__isnull=True) | Q(act__undone_by__isnull=True))
        sits = [b.key for b in BODIES.values() if user.role in b.roles]
        stood = Move.objects.filter(meeting__in=sits).values("raised")
        rows = rows.filter(Q(meeting__in=sits) | Q(owner=user) | Q(by=user) | Q(pk__in=stood))
        return super().further(rows, user)

    def narrow(self, user: Any) -> None:
        """Why, only for whoever may see what it was raised with; a partner reads what was said where partners sit."""
        if self.act is not None:
            self.act.narrow(user)
            if self.act.is_narrowed:
                self.why = RESTRICTED
        if user.as_role.scope == "shared" and not BODIES[self.began].partners and self.by_id != user.pk:
            self.why = "raised by the police"

    @property
    def is_late(self) -> bool:
        return self.closed_at is None and self.next_on < timezone.now()


class Move(Kept):
    """What became of it, with who and why: another owner, date or body, or the closing decision."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "raised"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        ("child", "raised__person_id"),
        ("group", "raised__group_id"),
        ("record", "raised__record_key"),
        ("place", "raised__ident"),
    )
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    raised = models.ForeignKey(Raised, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in KINDS])
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateTimeField(null=True)
    meeting = models.CharField(max_length=20)  # the body before which it was decided
    passed_to = models.CharField(max_length=20, default="", blank=True)
    into = models.ForeignKey(Raised, null=True, on_delete=models.PROTECT, related_name="taken_in")
    sitting = models.ForeignKey(
        "meetings.Sitting", null=True, on_delete=models.PROTECT, related_name="decisions"
    )
    dissent = models.TextField(default="", blank=True)
    gateway = models.CharField(max_length=20, default="", blank=True)
    toolkit = models.TextField(
        default="", blank=True
    )  # options considered, or "none, because" (practice rule 23)
    told = models.TextField(default="", blank=True)  # what goes back to whoever raised it
    shown = models.TextField(
        default="{}"
    )  # what stood before who decided: records, run, as of (practice rule 6)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @property
    def as_of(self) -> datetime | None:
        """As recorded when: of what stood before who decided."""
        return parse_datetime(self.parsed("shown").get("as_of") or "")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """With what it is about; of a body with partners, a partner reads what was decided there."""
        if user.as_role.scope == "shared":
            rows = rows.filter(meeting__in=[b.key for b in BODIES.values() if b.partners])
        return rows.filter(raised__in=Raised.objects.visible_to(user, user.as_role.purpose).values("pk"))

    def narrow(self, user: Any) -> None:
        if self.raised.act is not None:
            self.raised.act.narrow(user)
            if self.raised.act.is_narrowed:
                self.why = self.dissent = self.told = self.toolkit = RESTRICTED


class View(Kept):
    """What one agency thinks of a thing before it sees what the others think."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "raised"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = Move.SHARED_BY
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    raised = models.ForeignKey(Raised, on_delete=models.PROTECT, related_name="views")
    agency = models.CharField(max_length=80)  # the police are one too
    concern = models.CharField(max_length=12)  # of bodies' words: most at risk, at risk, not
    step = models.CharField(max_length=12)  # up, stay or down

    objects = VisibleManager()

    class Meta:
        ordering = ("agency", "id")
        constraints = [models.UniqueConstraint(fields=["raised", "agency"], name="one_view_an_agency")]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """One's own agency's; the others' only after one's own was written."""
        seen = Raised.objects.visible_to(user, user.as_role.purpose).values("pk")
        mine = cls.objects.filter(agency=agency_of(user)).values("raised")
        return rows.filter(raised__in=seen).filter(Q(agency=agency_of(user)) | Q(raised__in=mine))


def agency_of(user: Any) -> str:
    return user.agency or "Police"
