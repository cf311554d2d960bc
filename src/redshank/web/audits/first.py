"""What reviews put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.audits import lists
from redshank.web.audits.models import Feedback
from redshank.web.audits.programmes import PROGRAMMES
from redshank.web.pages import waits, words
from redshank.web.pages.today import SHOWN, Block, Told


def due(user: Any, purpose: str) -> Block:
    """Programmes whose cadence passed without a sample: to the owner's role and who oversees."""
    lines = []
    for p in PROGRAMMES.values():
        if user.role == p.owner or user.role in lists.OVERSEE:
            at = lists.standing(user, p)
            if at.is_overdue:
                lines.append(
                    Told(f"{p.title}: draw a sample", reverse("audit-programme", args=[p.key]), at.words)
                )
    return Block("Reviews whose sample is overdue", lines[:SHOWN], len(lines), reverse("audits"))


def to_read(user: Any, purpose: str) -> Block:
    """One line for each sample in which something waits for this reader."""
    by: dict[Any, int] = {}
    for item, _ in lists.waiting(user):
        by[item.sample] = by.get(item.sample, 0) + 1
    lines = [Told(s.name, reverse("audit-sample", args=[s.pk]), words.counted(n, "record to read,records to read")) for s, n in by.items()]  # fmt: skip
    return Block("Samples to read", lines[:SHOWN], sum(by.values()), reverse("audits"))


def flags_owed(user: Any, purpose: str) -> Block:
    found = lists.flags_owed(user)
    lines = [Told(f"Propose the flag: {words.record_words(i.record_key)}", reverse("audit-item", args=[i.pk]), f"{i.sample.name}; found by {by}, {waits.by('audits_flags_owed', i.sample.at)}") for i, by in found]  # fmt: skip
    return Block(
        "A review found a group, and no flag is proposed yet", lines[:SHOWN], len(lines), reverse("audits")
    )


def feedback(user: Any, purpose: str) -> Block:
    rows = lists.feedback_to_hear(user)
    lines = [Told(f"{words.record_words(f.item.record_key)}: speak with who wrote it", reverse("audit-feedback"), f"from {f.by.name}, {words.day(f.at)}, {waits.by('audits_feedback', f.at)}{_before(user, f)}") for f in rows]  # fmt: skip
    return Block(
        "Feedback from a review, for you as a line manager",
        lines[:SHOWN],
        len(lines),
        reverse("audit-feedback"),
    )


def _before(user: Any, f: Feedback) -> str:
    return "" if f.to_id == user.pk else f"; first for {f.to.name}, who left"


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "audits_due": due, "audits_to_read": to_read, "audits_flags_owed": flags_owed, "audits_feedback": feedback,
}  # fmt: skip
