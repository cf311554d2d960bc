"""A question about an item to a person or a role, and its answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from redshank.web.policy.sight import VisibleManager
from redshank.web.worklist.models.acts import Act
from redshank.web.worklist.models.base import RESTRICTED, Kept, OfItem


def asked_of(user: Any) -> models.Q:
    """Questions to this person, by name or by role."""
    return models.Q(to_user=user) | models.Q(to_user=None, to_role=user.role)


class Question(OfItem):
    """To one person (``to_user``) or to whoever of a role answers first (``to_role``). Its words are the act's ``why``."""

    SEEN_AS: ClassVar[str] = "questions"

    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="question")
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    to_role = models.CharField(max_length=40, default="", blank=True)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Who works the list reads all; anybody else what they asked, or were asked."""
        rows = rows.filter(act__undone_by__isnull=True)
        if not user.as_role.allows("see.items"):
            rows = rows.filter(models.Q(act__by=user) | asked_of(user))
        return super().further(rows, user)

    def narrow(self, user: Any) -> None:
        self.act.narrow(user)
        if self.act.is_narrowed and self.answered_at:
            self.answer.why = RESTRICTED


class Answer(Kept):
    """The answer is ``why``. There is one: who comes second reads the first's. ``read_at``: when the asker had it."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "questions"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="answer")
    read_at = models.DateTimeField(null=True)

    objects = VisibleManager()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(question__in=Question.objects.visible_to(user, user.as_role.purpose))

    def narrow(self, user: Any) -> None:
        self.question.act.narrow(user)
        if self.question.act.is_narrowed:
            self.why = RESTRICTED
