"""What the county lines put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from redshank.web.heads.models import Line, Published
from redshank.web.lines.models import Decision
from redshank.web.lines.standing import Standing, lines_of
from redshank.web.pages import waits, words
from redshank.web.pages.today import SHOWN, Block, Told

#: Whoever oversees has what is overdue with its name too, and what nobody is there for (practice rule 25).
OVERSEE = frozenset(["safeguarding_lead", "tasking_chair"])


def _line(s: Standing, hint: str) -> Told:
    return Told(s.name, reverse("line-scores", args=[s.ref]), hint)


def _due(s: Standing) -> Decision | None:
    return s.decided if s.review_on is not None and s.review_on <= timezone.localdate() else None


def due(user: Any, purpose: str) -> Block:
    """By name for its owner and whoever oversees; for others that there is one, and whose (practice rule 25)."""
    lines = []
    for s in lines_of(user):
        if (d := _due(s)) is None:
            continue
        said = f"{s.owner.name}, was to be reviewed by {words.day(d.review_on)}"
        named = s.owner.pk == user.pk or user.role in OVERSEE
        lines.append(_line(s, said) if named else Told("The review of a county line is due", "", said))
    return Block(
        "County lines whose review is due", lines[:SHOWN], len(lines), f"{reverse('lines')}?show=due"
    )


def to_confirm(user: Any, purpose: str) -> Block:
    """What the night suspects and nobody confirmed or refuted yet."""
    found = [s for s in lines_of(user) if s.asks]
    lines = [
        _line(s, f"suspected use of sexual exploitation: confirm or refute, {waits.by('lines_to_confirm', _suspected_since(s))}")
        for s in found[:SHOWN]
    ]  # fmt: skip
    return Block("County lines that wait for a person’s word", lines, len(found), f"{reverse('lines')}?show=asks")  # fmt: skip


def _suspected_since(s: Standing) -> datetime:
    """The first night that suspects it, of those whose rows are kept; the last one where that night's own row is gone."""
    edition = {"in_open": True} if s.line is not None and s.line.in_open else {}
    rows = Line.objects.filter(line_ref=s.ref, use="suspected", **edition).order_by("valid_from")
    run = rows.values_list("valid_from", flat=True).first()
    night = Published.objects.filter(run=run).first()
    return night.published_at if night is not None else timezone.now()


def lines(user: Any, purpose: str) -> Block:
    found = [s for s in lines_of(user) if not s.is_closed and (s.is_known or (s.line and s.line.use != "not known"))]  # fmt: skip
    told = [Told(s.name, reverse("line", args=[s.ref]), f"sexual exploitation {s.use_words}") for s in found[:SHOWN]]  # fmt: skip
    return Block("County lines known or suspected to use sexual exploitation", told, len(found), reverse("lines"))  # fmt: skip


SOURCES: dict[str, Callable[[Any, str], Block]] = {"lines_due": due, "lines_to_confirm": to_confirm, "lines": lines}  # fmt: skip
