"""Feedback that a line manager was told and has not acted on yet goes on when they leave: to their own line manager, else a successor."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from redshank.web.access import standing
from redshank.web.accounts.models import User
from redshank.web.audits.models import Feedback, Handed
from redshank.web.heads.models import Record
from redshank.web.meetings.acts import leads
from redshank.web.meetings.raising import present


def _open() -> Any:
    """What nobody has spoken about yet, with whom it is for."""
    return Feedback.held(Feedback.objects.all()).filter(heard__isnull=True)


def holders(gone: set[int]) -> set[int]:
    """Who of these still holds some."""
    return set(_open().filter(holder__in=gone).values_list("holder", flat=True))


def hand_on_all(by: Any, leaver: Any, why: str, once: str) -> int:
    """Each goes to the first who may open its record and did not write the feedback; where nobody is, it stays and is told."""
    done = 0
    some = _heirs(leaver)
    for f in _open().filter(holder=leaver.pk).select_related("item").order_by("pk"):
        heir = next((u for u in some if u.pk != f.by_id and _opens(u, f.item.record_key)), None)
        if heir is not None:
            done += _hand(f, heir, by, why, f"{once[:60]}:{f.pk}:{f.handed.count()}"[:80])
    return done


def _heirs(leaver: Any) -> list[User]:
    """Their line manager, their deputy, whoever has the same role, then a safeguarding lead."""
    there = {u.pk: u for u in present().order_by("name", "username") if u.pk != leaver.pk}
    manager = standing.of(leaver).manager
    own = [there[pk] for pk in (manager.pk if manager else None, leaver.deputy_id) if pk in there]
    return [*own, *(u for u in there.values() if u.role == leaver.role), *(u for u in leads() if u.pk in there)]  # fmt: skip


def _opens(user: Any, key: str) -> bool:
    return bool(Record.objects.visible_to(user, user.as_role.purpose).filter(key=key).exists())


def _hand(feedback: Feedback, to: Any, by: Any, why: str, once: str) -> int:
    try:
        with transaction.atomic():
            Handed(feedback=feedback, to=to, by=by, why=why, once=once).save(force_insert=True)
    except IntegrityError:  # another process handed it on in this very moment
        return 0
    return 1
