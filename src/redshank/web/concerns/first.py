"""What concerns put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils import timezone

from redshank.web.accounts.roles import ROLES
from redshank.web.concerns.models import Concern
from redshank.web.concerns.routing import ROUTING
from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told


def _subject(c: Concern) -> str:
    return f"About {c.child_name}" if c.child_name else "About somebody whose name is not known"


def _line(c: Concern) -> Told:
    late = "overdue since" if c.is_late else "answer by"
    hint = f"raised by {c.author.name} on {words.moment(c.at)}; {late} {words.moment(c.due)}"
    return Told(_subject(c), reverse("concern", args=[c.pk]), hint)


def _block(title: str, rows: Any, show: str = "queue") -> Block:
    some = list(rows.select_related("author")[:SHOWN])
    more = reverse("concerns") + f"?show={show}"
    return Block(title, [_line(c) for c in some], rows.count(), more, [f"concern {c.pk}" for c in some])


def _waiting(user: Any, purpose: str) -> Any:
    rows = Concern.objects.visible_to(user, purpose).exclude(author=user)
    return rows.filter(state="waiting", queue__in=ROUTING.of_role(user.role)).order_by("due", "id")


def waiting(user: Any, purpose: str) -> Block:
    rows = _waiting(user, purpose).exclude(queue="duty")
    return _block("Concerns that wait for an answer", rows)


def danger(user: Any, purpose: str) -> Block:
    rows = _waiting(user, purpose).filter(queue="duty")
    block = _block("Concerns that say somebody may be in danger", rows)
    return replace(block, face="This list replaces no emergency call.")


def late(user: Any, purpose: str) -> Block:
    rows = _waiting(user, purpose).filter(due__lt=timezone.now())
    return _block("Concerns without an answer in time", rows)


def late_without_names(user: Any, purpose: str) -> Block:
    """For a supervisor: that something waits too long, and with whom, without a word of what it says (rule 25)."""
    rows = Concern.late_without_names(user)
    lines = [
        Told(
            f"A concern from {c.agency or ROLES[c.role].title} waits: {c.queue_words}",
            "",
            f"raised {words.moment(c.at)}, to be answered by {words.moment(c.due)}",
        )
        for c in rows[:SHOWN]
    ]
    return Block("Concerns without an answer in time", lines, len(rows))


def mine(user: Any, purpose: str) -> Block:
    """One's own concerns with their answers, the latest answer first."""
    rows = Concern.objects.visible_to(user, purpose).filter(author=user)
    hidden = set(Concern.hidden_from(rows, user))
    some = sorted(rows, key=lambda c: c.answered_at or c.at, reverse=True)
    lines = []
    for c in some[:SHOWN]:
        if c.state == "waiting" or c.pk in hidden:
            hint = f"with {c.queue_words}, answer by {words.moment(c.due)}"
        else:
            hint = f"{c.state_words.lower()}, answered {words.moment(c.answered_at)}"
        lines.append(Told(_subject(c), reverse("concern", args=[c.pk]), hint))
    more = reverse("concerns") + "?show=mine"
    return Block("Your concerns", lines, len(some), more, [f"concern {c.pk}" for c in some[:SHOWN]])


def answered(user: Any, purpose: str) -> Block:
    """One's own that were answered since the last visit."""
    rows = Concern.objects.visible_to(user, purpose).filter(author=user, answered_at__isnull=False)
    if user.before_at is not None:
        rows = rows.filter(answered_at__gt=user.before_at)
    hidden = set(Concern.hidden_from(rows, user))
    some = [c for c in rows.exclude(state="waiting").order_by("-answered_at", "-id") if c.pk not in hidden]
    lines = [
        Told(_subject(c), reverse("concern", args=[c.pk]), f"{c.state_words.lower()}, answered {words.moment(c.answered_at)}")
        for c in some[:SHOWN]
    ]  # fmt: skip
    more = reverse("concerns") + "?show=mine"
    return Block(
        "Answers to your concerns", lines, len(some), more, [f"concern {c.pk}" for c in some[:SHOWN]]
    )


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "concerns_danger": danger,
    "concerns_waiting": waiting,
    "concerns_overdue": late,
    "concerns_overdue_bare": late_without_names,
    "my_concerns": mine,
    "my_concerns_answered": answered,
}
