"""The programme and what came of it. Whatever happened is added and never changed; a row's ``state`` says how it stands.

Nothing here is a record of a child. Who attended is told by name to learning and development and to the line manager alone;
everybody else sees numbers, which come from :mod:`~redshank.web.learning.coverage`.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.concerns.models import Kept
from redshank.web.learning.settings import EVALUATED, KINDS, ORIGINS, POSTS, SUBJECTS
from redshank.web.policy.sight import VisibleManager

NAMES = "learning.names"
#: What is recorded of a course, in the order of its way; the last three say nothing of how far it is.
STEPS = {
    "asked": "Asked for",
    "received": "Received",
    "adapted": "Adapted",
    "planned": "Planned",
    "delivered": "Delivered",
    "ended": "No longer offered",
    "paper": "A paper was added",
    "changed": "Changed",
    "handed": "Handed to somebody else",
}
WAY = ("asked", "received", "adapted", "planned", "delivered", "ended")
STATES = {"new": "Nothing recorded yet"} | {k: STEPS[k] for k in WAY}
EVENT_STATES = {"planned": "Planned", "held": "Held", "cancelled": "Cancelled"}
EVENT_STEPS = {"held": "Held", "cancelled": "Cancelled", "moved": "Moved"}
FILES = {"establishment": "People in post", "attendance": "Attendance"}
USER = settings.AUTH_USER_MODEL


def _by() -> Any:
    return models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")


def _once() -> Any:
    return models.CharField(max_length=60, unique=True)  # a form sent twice acts once


class Seen(models.Model):
    """Seen by the role: no row here is a record of anybody."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "learning"
    SHARED_BY: ClassVar[Any] = None
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows


class Stays(Seen):
    """What is ended or cancelled, never removed."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("it is ended or cancelled, never removed")


class Added(Seen, Kept):
    """Written down by somebody, once, and never changed."""

    by = _by()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        abstract = True


class Named(Added):
    """A row that says who: for learning and development alone; see the module."""

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows if user.as_role.allows(NAMES) else rows.filter(staff_ref__in=refs_for(user))


def refs_for(user: Any) -> list[str]:
    """Staff references of which this reader may know the person: one's own, and the own team's."""
    from redshank.web.access.models import Standing

    team = Standing.objects.filter(manager=user, user__is_active=True)
    return [user.username, *team.values_list("user__username", flat=True)]


class Course(Stays):
    """One line of the programme: for which posts, by when, to be repeated after how long; ``state`` is its last step."""

    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=20)
    origin = models.CharField(max_length=10)
    posts = models.CharField(max_length=300, blank=True)  # between pipes: whom of the force it is for
    outside = models.CharField(max_length=200, blank=True)  # whom outside it is for, in words
    due_by = models.DateField(null=True)  # by when those whom it is for are to be reached
    repeat_months = models.IntegerField(default=0)  # 0: once is enough
    recommendation = models.CharField(max_length=120, blank=True)
    owner = _by()
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="new")
    by = _by()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("title", "id")

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def subject_words(self) -> str:
        return SUBJECTS.get(self.subject, "Another subject")

    @property
    def origin_words(self) -> str:
        return ORIGINS.get(self.origin, "Another body")

    @property
    def post_keys(self) -> list[str]:
        return [p for p in self.posts.split("|") if p in POSTS]

    @property
    def for_words(self) -> str:
        inside = [POSTS[p] for p in self.post_keys]
        return "; ".join([*inside, *([self.outside] if self.outside else [])]) or "nobody named yet"


class CourseStep(Added):
    """What happened with a course on a day, and the paper that shows it."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(STEPS.items()))
    on = models.DateField()
    text = models.TextField()
    paper = models.CharField(max_length=200, blank=True)  # what it is called
    kept = models.CharField(max_length=200, blank=True)  # where it is kept

    class Meta:
        ordering = ("at", "id")

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]


class Event(Stays):
    """An input, a day, a session: planned, then held or cancelled."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="events")
    on = models.DateField()
    where = models.CharField(max_length=200)
    who = models.CharField(max_length=200)  # who gives it
    audience = models.CharField(max_length=200)  # for whom, in words
    state = models.CharField(max_length=10, choices=list(EVENT_STATES.items()), default="planned")
    by = _by()
    at = models.DateTimeField(default=timezone.now)
    once = _once()

    class Meta:
        ordering = ("-on", "-id")

    @property
    def state_words(self) -> str:
        return EVENT_STATES[self.state]


class EventStep(Added):
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(EVENT_STEPS.items()))
    on = models.DateField()  # the day on which it was held, or to which it was moved
    text = models.TextField()

    class Meta:
        ordering = ("at", "id")

    @property
    def kind_words(self) -> str:
        return EVENT_STEPS[self.kind]


class Audience(Added):
    """An audience outside the force: who it is."""

    name = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ("name", "id")


class Size(Added):
    """How many an outside audience has, from where that is known, as at a day; the last one counts."""

    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="sizes")
    number = models.IntegerField()
    source = models.CharField(max_length=200)
    as_at = models.DateField()

    class Meta:
        ordering = ("as_at", "id")


class File(Added):
    """A file that was taken: what it is, by its hash, how many rows it had and how many could be read."""

    kind = models.CharField(max_length=14, choices=list(FILES.items()))
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_at = models.DateField()
    rows = models.IntegerField()
    taken = models.IntegerField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-as_at", "-id")

    @property
    def kind_words(self) -> str:
        return FILES[self.kind]

    @property
    def left(self) -> int:
        return self.rows - self.taken


class Unread(Seen, Kept):
    """A row of a file that could not be read: where, in which column, why, and the row as it came."""

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="unread")
    row = models.IntegerField()  # as a spreadsheet counts them: the head is row 1
    column = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    line = models.TextField()

    class Meta:
        ordering = ("row", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """The row may hold a name."""
        return rows if user.as_role.allows(NAMES) else rows.none()

    @property
    def cells(self) -> list[str]:
        return list(json.loads(self.line))


class InPost(Seen, Kept):
    """One person in post by a reference without a name, or so many of a post in a district."""

    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="in_post")
    post = models.CharField(max_length=20)
    district = models.CharField(max_length=80, blank=True)
    staff_ref = models.CharField(max_length=60, blank=True)
    number = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["file", "post"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows if user.as_role.allows(NAMES) else rows.filter(staff_ref__in=refs_for(user))


class Attendance(Named):
    """Somebody attended, by a reference; or so many of a post, or of an audience outside the force."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="attendance")
    file = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="attendance")
    staff_ref = models.CharField(max_length=60, blank=True)
    post = models.CharField(max_length=20, blank=True)
    district = models.CharField(max_length=80, blank=True)
    audience = models.ForeignKey(Audience, null=True, on_delete=models.PROTECT, related_name="attendance")
    number = models.IntegerField(default=1)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["event", "staff_ref"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(number__gte=1) & (models.Q(staff_ref="") | models.Q(number=1)), name="learning_one_person"),
            models.CheckConstraint(condition=models.Q(audience__isnull=True) | models.Q(post="", staff_ref=""), name="learning_in_or_out"),
        ]  # fmt: skip


class Struck(Added):
    """An attendance that was recorded wrongly: it stays to be seen and counts nowhere."""

    attendance = models.OneToOneField(Attendance, on_delete=models.PROTECT, related_name="struck")
    text = models.TextField()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(attendance__in=Attendance.objects.visible_to(user, user.as_role.purpose))


class Evaluation(Added):
    """What the forms that came back say, in numbers."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="evaluations")
    forms = models.IntegerField()
    told = models.TextField(default="{}")  # of learning.toml → how many
    text = models.TextField(blank=True)  # what is to be changed

    class Meta:
        ordering = ("at", "id")

    @property
    def counts(self) -> list[tuple[str, int]]:
        told = json.loads(self.told)
        return [(w, told[k]) for k, w in EVALUATED.items() if k in told]


class Piece(Added):
    """An article, a briefing, work with the media."""

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    on = models.DateField()
    audience = models.CharField(max_length=200)
    where = models.CharField(max_length=200, blank=True)  # where it can be read
    recommendation = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-on", "-id")

    @property
    def kind_words(self) -> str:
        return KINDS.get(self.kind, "Publication")


class Reach(Added):
    """How many were reached, as somebody counted it; the last one counts, those before it stay."""

    publication = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="reaches")
    number = models.IntegerField()
    source = models.CharField(max_length=200)
    as_at = models.DateField()

    class Meta:
        ordering = ("as_at", "id")
