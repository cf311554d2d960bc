"""A task: one owner, one supervisor, a day by which it is due, and what came of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models.about import AboutThing
from redshank.web.meetings.models.raised import Raised
from redshank.web.policy.sight import VisibleManager
from redshank.web.worklist.models.base import Kept

STRANDS = {"pursue": "Pursue", "prevent": "Prevent", "protect": "Protect", "prepare": "Prepare"}
STATES = {"open": "Open", "started": "Under way", "complete": "Complete", "failed": "Could not be done", "withdrawn": "Withdrawn"}  # fmt: skip
ENDED = ("complete", "failed", "withdrawn")
STEPS = {
    "given": "given", "taken": "taken on", "reported": "reported", "handed": "handed on", "dated": "another day", "complete": "complete",
    "failed": "could not be done", "withdrawn": "withdrawn",
}  # fmt: skip


class Action(AboutThing):
    """A task as it was given. Its words are written for whoever does it; the title of what it is about is not shown to an
    owner who may not see that thing."""

    SEEN_AS: ClassVar[str] = "actions"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = (("user", "owner_id"), ("user", "supervisor_id"), ("user", "by_id"), ("audience", "team"))  # fmt: skip

    raised = models.ForeignKey(Raised, null=True, on_delete=models.PROTECT, related_name="actions")
    sitting = models.ForeignKey(
        "meetings.Sitting", null=True, on_delete=models.PROTECT, related_name="actions"
    )
    meeting = models.CharField(max_length=20, default="", blank=True)
    task = models.CharField(max_length=300)
    strand = models.CharField(max_length=8, choices=list(STRANDS.items()))
    tactic = models.CharField(max_length=120, default="", blank=True)
    where = models.CharField(max_length=200, default="", blank=True)
    cell = models.CharField(max_length=20, default="", blank=True)  # a place of the map
    resources = models.CharField(max_length=300, default="", blank=True)
    rationale = models.TextField()
    authority = models.CharField(
        max_length=200, default="", blank=True
    )  # what has to be authorised, or nothing
    child_view = models.TextField(default="", blank=True)
    child_risk = models.TextField(default="", blank=True)
    measure = models.CharField(max_length=300)  # by what it will be seen whether it helped
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=80, unique=True)
    team = models.CharField(
        max_length=80, default="", blank=True
    )  # whose people may take it: a role or an agency
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="open")
    result = models.TextField(default="", blank=True)

    class Meta:
        ordering = ("due", "id")
        indexes = [models.Index(fields=["owner", "state", "due"]), models.Index(fields=["about", "ident"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """One's own and one's team's; of the bodies that one sits in, as far as what they are about is in sight."""
        if user.as_role.scope == "shared":
            return rows  # narrowed by SHARED_BY to just these
        mine = Q(owner=user) | Q(supervisor=user) | Q(by=user) | Q(team=user.audience)
        sits = [b.key for b in BODIES.values() if user.role in b.roles]
        seen = super().further(cls.objects.filter(meeting__in=sits), user).values("pk")
        rows = rows if user.as_role.cleared else rows.filter(Q(closed=False) | Q(owner=user))
        return rows.filter(mine | Q(pk__in=seen))

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_late(self) -> bool:
        return not self.ended and self.due < timezone.localdate()

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def strand_words(self) -> str:
        return STRANDS[self.strand]


class ActionStep(Kept):
    """What was done about a task, with who and when."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "actions"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...] | None] = None  # with its task: see further()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(STEPS.items()))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(action__in=Action.objects.visible_to(user, user.as_role.purpose))

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]
