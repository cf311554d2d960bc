"""A question to a colleague or a role, answered once; the answer comes back to who asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.concerns.routing import ROUTING
from redshank.web.worklist.acts import NotAllowed
from redshank.web.worklist.config import SETTINGS
from redshank.web.worklist.models import Act, Answer, Question


def answer_by(at: datetime) -> datetime:
    """The end of the working day some working days on."""
    return ROUTING.working_days_on(at, SETTINGS["question"]["working_days"])


def ask(act: Act, to_user: Any, to_role: str) -> Question:
    names = ("about", "ident", "group_id", "person_id", "record_key", "title", "closed")
    return Question.objects.create(
        **{n: getattr(act, n) for n in names}, act=act, to_user=to_user, to_role="" if to_user else to_role,
        answer_by=answer_by(act.at),
    )  # fmt: skip


def answer(user: Any, number: int, text: str, once: str) -> Answer:
    """The one answer; who comes second reads the first's."""
    with transaction.atomic():
        question = Question.objects.select_for_update().get(pk=number)
        if (first := Answer.objects.filter(question=question).select_related("by").first()) is not None:
            if first.once == once and first.by_id == user.pk:
                return first
            first.narrow(user)
            raise NotAllowed(f"{first.by.name} answered first: {first.why}. Your text is kept below")
        asked = question.to_user_id == user.pk or (
            question.to_user_id is None and question.to_role == user.role
        )
        if not asked:
            raise NotAllowed("Only who was asked answers")
        made = Answer(question=question, by=user, role=user.role, why=text, once=once)
        made.save(force_insert=True)
        question.answered_at = made.at
        question.save(update_fields=["answered_at"])
    return made


def has_read(user: Any, question: Question) -> None:
    """The asker has the answer; it leaves their first page."""
    if question.act.by_id == user.pk:
        Answer.objects.filter(question=question, read_at__isnull=True).update(read_at=timezone.now())
