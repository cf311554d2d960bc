"""What the matrix puts on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.matrix.models import Edition, Raised, Row
from redshank.web.matrix.settings import MEETING
from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told


def _lines(rows: Any) -> list[Told]:
    return [
        Told(
            f"Edition for the {MEETING} of {words.day(e.meeting_on)}",
            reverse("edition", args=[e.pk]),
            f"frozen {words.moment(e.frozen_at)}"
            if e.frozen_at
            else f"open, prepared by {e.prepared_by.name}",
        )
        for e in rows[:SHOWN]
    ]


def open_editions(user: Any, purpose: str) -> Block:
    rows = (
        Edition.objects.visible_to(user, purpose).filter(frozen_at__isnull=True).select_related("prepared_by")
    )
    return Block("Editions of the matrix to sign and freeze", _lines(rows), rows.count(), reverse("editions"))


def editions(user: Any, purpose: str) -> Block:
    rows = (
        Edition.objects.visible_to(user, purpose)
        .filter(frozen_at__isnull=False)
        .select_related("prepared_by")
    )
    return Block("Vulnerability matrix, editions", _lines(rows), rows.count(), reverse("editions"))


#: Whose first page names what is overdue with others (practice rule 25).
OVERSEE = frozenset(["safeguarding_lead"])


def late(user: Any, purpose: str) -> Block:
    """Raised children past their next date: named for the owner and the supervisor, for others without a name."""
    rows = list(Raised.late(user).select_related("owner"))
    seen = Row.objects.visible_to(user, purpose).filter(edition__in={r.edition_id for r in rows})
    names = {(x.edition_id, x.ident): x.name for x in seen}
    lines = []
    for r in rows:
        said = f"{r.owner.name}, was next on {words.day(r.next_on)}"
        if r.owner_id == user.pk or user.role in OVERSEE:
            name = names[r.edition_id, r.ident]
            lines.append(Told(name, reverse("edition-row", args=[r.edition_id, r.ident]), said))
        else:
            lines.append(Told(f"A child raised to the {MEETING} is past the next date", "", said))
    return Block("Raised children past their next date", lines[:SHOWN], len(lines))


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "matrix_open": open_editions,
    "matrix": editions,
    "matrix_raised_due": late,
}
