"""Commissioning a product: the question, the decision that it informs, by when; unanswered until delivered and read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.meetings.acts import last_heirs
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Commission, CommissionMove, Raised
from redshank.web.meetings.models.about import folded
from redshank.web.meetings.raising import NotAllowed, owners


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


def hand_on_all(leaver: Any, by: Any, why: str, once: str) -> int:
    """What somebody who leaves was asked for and has not answered goes to another of the body who may answer it, else to its
    chair or a safeguarding lead; whose it was stays beside it. Where nobody may have it, it stays."""
    count = 0
    with transaction.atomic():
        rows = Commission.objects.select_for_update().filter(to=leaver, answered_at__isnull=True)
        for found in rows:
            able = [u for u in owners(BODIES[found.meeting], found.about) if u.as_role.allows("commission.answer")]  # fmt: skip
            clerk = BODIES[found.meeting].clerk
            able.sort(key=lambda u: (u.pk != leaver.deputy_id, u.role not in clerk))
            some = [u for u in (*able, *last_heirs(found.meeting)) if u.pk not in (leaver.pk, found.by_id)]
            heir = next((u for u in some if _sees(u, found)), None)
            if heir is not None:
                found.to, found.was_to = heir, found.was_to or leaver
                found.save(update_fields=["to", "was_to"])
                key = f"{once[:50]}:q{found.pk}:{found.moves.count()}"
                move = CommissionMove(commission=found, was_to=leaver, to=heir, by=by, role=by.role, why=why, once=key)  # fmt: skip
                move.save(force_insert=True)
                count += 1
    return count


def _sees(user: User, found: Commission) -> bool:
    raised = found.raised
    return raised is None or Raised.objects.visible_to(user, user.as_role.purpose).filter(pk=raised.pk).exists()  # fmt: skip


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
