"""What notices put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.notices.models import Round, Way
from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told


def mail_failing(user: Any, purpose: str) -> Block:
    """For who keeps the accounts: what the mail server refused, and that it cannot be reached."""
    lines = []
    state = Round.objects.filter(pk=1).exclude(failure="").first()
    if state is not None:
        lines.append(
            Told(state.failure, "", f"since {words.moment(state.since)}; what waits is kept and tried again")
        )
    rows = Way.objects.exclude(failure="").select_related("user").order_by("failed_at", "pk")
    lines += [
        Told(f"E-mail to {w.user.name}: {w.failure}", reverse("account", args=[w.user.username]), f"last tried {words.moment(w.failed_at)}, {words.counted(w.tries, 'try,tries')}")
        for w in rows[:SHOWN]
    ]  # fmt: skip
    return Block("E-mail that could not be sent", lines[:SHOWN], len(lines), reverse("people"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {"mail_failing": mail_failing}
