"""A concern as its author wrote it, the steps that followed, and what was begun and not sent. Steps are only added."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from redshank.web.concerns.routing import ROUTING
from redshank.web.policy.names import fold, names_hidden
from redshank.web.policy.sight import VisibleManager, sight_of

STATES = {
    "waiting": "Waits for an answer",
    "taken_up": "Taken up",
    "nothing_follows": "Nothing follows",
    "passed_outside": "Passed to another body",
}
STEPS = {"passed_on": "Passed on", "added": "More was added"} | {
    k: v for k, v in STATES.items() if k != "waiting"
}
DANGER = {"yes": "Yes", "no": "No", "unsure": "I do not know"}


class Kept(models.Model):
    """What is added to and never changed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError("what was written is added to, never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("what was written stays")


class Concern(models.Model):
    """Who, what, where and when, in the author's words; ``queue``, ``state`` and ``due`` say where it stands now."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "concerns"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = (("user", "author_id"),)
    HIDDEN_BY: ClassVar[
        tuple[tuple[str, str], ...]
    ] = ()  # see further(): its author keeps sight of the wording

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    agency = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=timezone.now)
    child_name = models.CharField(max_length=120, blank=True)
    child_age = models.CharField(max_length=40, blank=True)
    person_id = models.CharField(
        max_length=80, blank=True, db_index=True
    )  # raised from a child's or person's page
    others = models.TextField(blank=True)
    what = models.TextField()
    child_words = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    when_day = models.DateField(null=True, blank=True)
    when_words = models.CharField(max_length=120, blank=True)
    danger = models.CharField(max_length=6, choices=list(DANGER.items()))
    folded = models.TextField()  # every word of it, for names that must not show
    queue = models.CharField(max_length=20, db_index=True)
    state = models.CharField(max_length=16, choices=list(STATES.items()), default="waiting")
    due = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    once = models.CharField(max_length=40, unique=True)  # a form sent twice raises one concern

    objects = VisibleManager()

    class Meta:
        indexes = [models.Index(fields=["queue", "state", "due"]), models.Index(fields=["author", "-at"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Its author and the roles of its queue; not those of whose family or colleagues it speaks (rule 13)."""
        mine = models.Q(author=user)
        rows = rows.filter(mine | models.Q(queue__in=ROUTING.of_role(user.role)))
        return rows.exclude(models.Q(pk__in=cls.hidden_from(rows, user)) & ~mine)

    @classmethod
    def hidden_from(cls, rows: Any, user: Any) -> list[int]:
        """Those that name, or were raised about, somebody who is hidden from this user."""
        persons = sight_of(user).hidden.get("person", set())
        if not persons:
            return []
        hidden = names_hidden(user)
        pairs = rows.values_list("pk", "person_id", "folded")
        return [pk for pk, person, text in pairs if person in persons or hidden.named_in(text)]

    @classmethod
    def counted(cls, user: Any) -> list[Concern]:
        """All of them for a count: a role answers some queues alone, and a number of the force holds them all. Nothing of
        their wording is loaded, and those about somebody who is hidden from this user are not there (practice rule 13)."""
        rows = cls.objects.all()
        rows = rows.exclude(pk__in=cls.hidden_from(rows, user)).order_by("at", "id")
        return list(rows.only("pk", "state", "role", "agency", "at"))

    @classmethod
    def late_without_names(cls, user: Any) -> list[Concern]:
        """Overdue ones as a supervisor reads them: nothing of their wording is loaded (practice rule 25)."""
        rows = cls.objects.filter(state="waiting", due__lt=timezone.now())
        rows = rows.exclude(pk__in=cls.hidden_from(rows, user)).order_by("due", "id")
        return list(rows.only("pk", "queue", "role", "agency", "at", "due"))

    def gather(self) -> str:
        words = (self.child_name, self.others, self.what, self.child_words, self.place, self.when_words)
        return fold(" ".join(words))

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def queue_words(self) -> str:
        return ROUTING.queues[self.queue].title

    @property
    def danger_words(self) -> str:
        return DANGER[self.danger]

    @property
    def is_late(self) -> bool:
        return self.state == "waiting" and self.due < timezone.now()


class Step(Kept):
    """What happened to a concern: passed on, answered, more added; its author reads every one."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "concerns"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = (("user", "concern__author_id"),)
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=list(STEPS.items()))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()
    passed_to = models.CharField(max_length=120, blank=True)  # a queue's title, or the other body
    due = models.DateTimeField()  # the clock as it stood after this step
    once = models.CharField(max_length=40, unique=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """With its concern; an author whose own family or colleague it is reads no answer here (rule 13)."""
        concerns = Concern.objects.visible_to(user, "steps of a concern")
        return rows.filter(concern__in=concerns.exclude(pk__in=Concern.hidden_from(concerns, user)))

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]


class Draft(models.Model):
    """What somebody began to write: one a person, for that person alone, emptied when it is sent."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "concerns"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = (("user", "author_id"),)
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    author = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    typed = models.TextField(default="{}")

    objects = VisibleManager()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(author=user)
