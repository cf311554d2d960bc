"""What sight and accounts put on the first page: asks that wait for an answer, and the team's access that a line manager confirms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.access import acts, standing
from redshank.web.access.models import Standing
from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told


def asks_waiting(user: Any, purpose: str) -> Block:
    """Who asks for sight or declares a matter of their own; what they wrote stands on the page, not here."""
    found = acts.waiting(user)
    lines = [
        Told(f"{a.user.name}, {a.user.as_role.title}: {a.what_words.lower()}", reverse("sight"), f"asked on {words.moment(a.at)}, to be answered by {words.moment(acts.answer_by(a))}")
        for a in found[:SHOWN]
    ]  # fmt: skip
    return Block("Asks for sight", lines, len(found), reverse("sight"))


def _look(s: Standing) -> str:
    ends = standing.due(s)
    if ends is None:
        return f"nobody has confirmed it; the account was made on {words.day(s.user.created_at)}"
    return f"{'lapsed' if ends < standing.today() else 'lapses'} after {words.day(ends)} without your word"


def team_due(user: Any, purpose: str) -> Block:
    """For a line manager: whose access lapses soon without their word (practice rule 29)."""
    found = standing.to_look_at(user)
    lines = [
        Told(f"Does {s.user.name} still need the access?", reverse("team"), _look(s)) for s in found[:SHOWN]
    ]
    return Block("Access of your team", lines, len(found), reverse("team"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {"asks_waiting": asks_waiting, "team_due": team_due}
