"""What requests for access and disclosures put on the first page. Without names: a case is called by its reference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.rights.models import OPEN, Case
from redshank.web.rights.settings import SOON_DAYS


def _told(c: Case, hint: str) -> Told:
    return Told(f"{c.kind_words} {c.reference}", reverse("rights-case", args=[c.pk]), hint)


def _rows(user: Any, purpose: str) -> Any:
    return Case.objects.visible_to(user, purpose).order_by("due", "pk")


def decide(user: Any, purpose: str) -> Block:
    """Cases that wait for a second person, and for whoever decides about what is restricted."""
    role = user.as_role
    rows = _rows(user, purpose)
    lines = []
    if role.allows("rights.release"):
        lines += [
            _told(c, f"waits for a second person, due on {words.day(c.due)}")
            for c in rows.filter(state="submitted").exclude(by=user)
        ]
    if role.allows("rights.closed"):
        waits = [c for c in rows.filter(state="open") if not asked_already(c)]
        lines += [
            _told(
                c,
                f"what is restricted waits for a decision, which is asked in every case; due on {words.day(c.due)}",
            )
            for c in waits
        ]
    return Block(
        "Requests for access and disclosures to decide", lines[:SHOWN], len(lines), reverse("rights")
    )


def asked_already(case: Case) -> bool:
    """Whether the decision on what is restricted was made since it was last gathered."""
    last = (
        case.steps.filter(kind__in=("gathered", "restricted")).order_by("-pk").values_list("kind", flat=True)
    )
    return last.first() == "restricted"


def due(user: Any, purpose: str) -> Block:
    """Due within a week, or past it."""
    until = timezone.localdate() + timedelta(days=SOON_DAYS)
    rows = _rows(user, purpose).filter(state__in=OPEN, due__lte=until)
    lines = [
        _told(c, f"{'was' if c.is_late else 'is'} due on {words.day(c.due)}, {c.state_words}") for c in rows
    ]
    return Block(
        "Requests for access and disclosures that are due",
        lines[:SHOWN],
        len(lines),
        f"{reverse('rights')}?show=due",
    )


SOURCES: dict[str, Callable[[Any, str], Block]] = {"rights_decide": decide, "rights_due": due}
