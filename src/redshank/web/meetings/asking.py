"""Commissioning a product: the question, the decision that it informs, by when; unanswered until delivered and read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.meetings.models import Commission, Raised
from redshank.web.meetings.models.about import folded
from redshank.web.meetings.raising import NotAllowed


def ask(user: Any, raised: Raised, question: str, purpose: str, terms: str, to: User, due: date, once: str) -> Commission:  # fmt: skip
    names = ("about", "ident", "group_id", "person_id", "record_key", "title", "closed")
    with transaction.atomic():
        if (before := Commission.objects.filter(once=once).first()) is not None:
            return before
        if due < timezone.localdate():
            raise NotAllowed("Give a day that is still to come")
        made = Commission(
            **{n: getattr(raised, n) for n in names}, raised=raised, meeting=raised.meeting, question=question, purpose=purpose, terms=terms,
            by=user, role=user.role, to=to, due=due, once=once, folded=folded(raised.title, question, purpose, terms),
        )  # fmt: skip
        made.save(force_insert=True)
    return made


def answer(user: Any, number: int, text: str) -> Commission:
    """What was asked for, delivered; it waits to be read by somebody else."""
    with transaction.atomic():
        found = Commission.objects.select_for_update().get(pk=number)
        if found.answered_at is not None:
            if (found.answered_by_id, found.answer) == (user.pk, text):
                return found
            raise NotAllowed(f"{found.answered_by.name} answered it meanwhile. Your text is kept below")
        if user.pk != found.to_id:
            raise NotAllowed(f"{found.to.name} answers it")
        found.answer, found.answered_at, found.answered_by = text, timezone.now(), user
        found.folded += folded(text)
        found.save(update_fields=["answer", "answered_at", "answered_by", "folded"])
    return found


def read(user: Any, number: int) -> Commission:
    """Who asked, or another of the body, says that it was read; who wrote it does not."""
    with transaction.atomic():
        found = Commission.objects.select_for_update().get(pk=number)
        if found.read_at is not None:
            return found
        if found.answered_at is None or found.answered_by_id == user.pk:
            raise NotAllowed("Somebody else than who wrote it says that it was read")
        found.read_at, found.read_by = timezone.now(), user
        found.save(update_fields=["read_at", "read_by"])
    return found
