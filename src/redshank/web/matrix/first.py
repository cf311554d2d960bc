"""What the matrix puts on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.matrix.models import Edition
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


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "matrix_open": open_editions,
    "matrix": editions,
}
