"""What the sample of reads puts on the first page of whoever supervises them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse

from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.searching import reasons


def reads_to_check(user: Any, purpose: str) -> Block:
    """Sampled reads that nobody looked at: who read and why; of whom stands on the page."""
    rows = reasons.sampled(user, purpose).filter(checks__isnull=True).select_related("entry__user")
    within = timedelta(days=reasons.CHECKED_WITHIN)
    lines = [
        Told(f"{a.entry.user.name} gave as reason: {reasons.CHOICES[a.code]}", reverse("reads"), f"{words.moment(a.entry.at)}; to be looked at by {words.day(a.entry.at + within)}")
        for a in rows.order_by("entry__at", "id")[:SHOWN]
    ]  # fmt: skip
    return Block("Sampled reads", lines, rows.count(), reverse("reads"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {"reads_to_check": reads_to_check}
