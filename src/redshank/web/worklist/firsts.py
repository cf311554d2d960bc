"""What of the worklist stands on first pages. Which role has which of these is data (``accounts/roles.toml``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from redshank.web.pages import waits, words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.worklist import registrar, waiting
from redshank.web.worklist.models import Question, Sweep
from redshank.web.worklist.models.asking import asked_of


def _urgent_line(user: Any, w: waiting.Waits) -> Told:
    steps = w.reached
    now_with = f"; since {words.clock(steps[-1].at)} with {steps[-1].words}" if steps else ""
    role = user.as_role
    return Told(
        w.item.name, reverse("child", args=[w.item.person_id]) if role.allows("see.children") else "",
        f"{w.item.reason}. Waits since {words.moment(w.since)}{now_with}.",
        reverse("urgent-take", args=[w.item.person_id]) if w.taken is None and role.allows("urgent.take") else "",
        f"taken by {w.taken.by.name} on {words.moment(w.taken.at)}" if w.taken else "",
    )  # fmt: skip


def _urgent(user: Any, purpose: str) -> Block:
    found = waiting.waits(user)
    lines = [_urgent_line(user, w) for w in found]
    keys = [w.item.person_id for w in found]
    # What somebody took stays in view, and is counted no more: as on the page that the number opens.
    untaken = sum(w.taken is None for w in found)
    return Block("For the duty inspector", lines, untaken, reverse("urgent"), keys, waiting.FACE)


def _urgent_untaken(user: Any, purpose: str) -> Block:
    """What went past its first step and that nobody has taken."""
    late = [w for w in waiting.waits(user) if w.is_late]
    return Block("Nobody has taken", [_urgent_line(user, w) for w in late], len(late), reverse("urgent"))


def _question_line(q: Question, said: str) -> Told:
    return Told(q.act.why[:200], reverse("question", args=[q.pk]), said)


def _questions_to_me(user: Any, purpose: str) -> Block:
    rows = Question.objects.visible_to(user, purpose).filter(asked_of(user), answered_at__isnull=True)
    rows = rows.exclude(act__by=user).select_related("act__by").order_by("answer_by", "pk")
    lines = [
        _question_line(q, f"{q.act.by.name} asks about {q.title}, by {words.moment(q.answer_by)}")
        for q in rows[:SHOWN]
    ]
    return Block("Questions to you", lines, rows.count(), reverse("questions"))


def _answers_to_me(user: Any, purpose: str) -> Block:
    rows = Question.objects.visible_to(user, purpose).filter(
        act__by=user, answer__read_at__isnull=True, answered_at__isnull=False
    )
    rows = rows.select_related("act", "answer__by").order_by("-answered_at")
    lines = [_question_line(q, f"answered by {q.answer.by.name}: {q.answer.why[:200]}") for q in rows[:SHOWN]]
    return Block("Answers to your questions", lines, rows.count(), reverse("questions"))


def _referral_lines(rows: Any) -> list[Told]:
    now = timezone.now()
    return [
        Told(
            r.title, reverse("referral", args=[r.pk]),
            f"sent by {r.act.by.name}; {'overdue since' if r.due_at < now else 'to be decided by'} {words.moment(r.due_at)}",
        )
        for r in rows[:SHOWN]
    ]  # fmt: skip


def _referrals(user: Any, title: str, **asked: str) -> Block:
    rows = registrar.asked_for(user, asked)
    more = reverse("registrar") + (f"?{urlencode(asked)}" if asked else "")
    return Block(title, _referral_lines(rows), rows.count(), more)


def _registrar_queue(user: Any, purpose: str) -> Block:
    return _referrals(user, "Possible unrecorded crimes", state="waiting")


def _registrar_overdue(user: Any, purpose: str) -> Block:
    return _referrals(user, "Possible unrecorded crimes past their hour", late="1")


def _registrar_asks(user: Any, purpose: str) -> Block:
    return _referrals(user, "The registrar needs more from you", state="need_more", by="me")


def _sweeps_to_decide(user: Any, purpose: str) -> Block:
    rows = (
        Sweep.objects.visible_to(user, purpose)
        .filter(second__isnull=True)
        .exclude(by=user)
        .select_related("by")
        .order_by("at", "pk")
    )
    lines = [
        Told(
            f"{words.counted(len(s.parsed('hits')), 'hit,hits')} of “{s.words[:80]}”", reverse("sweep", args=[s.pk]),
            f"proposed for dismissal by {s.by.name}; you look at a sample, {waits.by('sweeps_to_decide', s.at)}",
        )
        for s in rows[:SHOWN]
    ]  # fmt: skip
    return Block("Bulk dismissals that wait for a second person", lines, rows.count(), reverse("sweeps"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "urgent": _urgent,
    "urgent_untaken": _urgent_untaken,
    "questions_to_me": _questions_to_me,
    "answers_to_me": _answers_to_me,
    "registrar_queue": _registrar_queue,
    "registrar_overdue": _registrar_overdue,
    "registrar_asks": _registrar_asks,
    "sweeps_to_decide": _sweeps_to_decide,
}
