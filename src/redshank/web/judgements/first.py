"""What identity judgements put on the first page: how many wait for a blind second look. Whom they are about is not told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.judgements import blind
from redshank.web.pages import words
from redshank.web.pages.today import Block, Told


def pairs_waiting(user: Any, purpose: str) -> Block:
    found = blind.unlooked(user)
    lines = []
    if found:
        said = words.counted(len(found), "judgement of others waits,judgements of others wait")
        lines = [Told(f"{said} for a second person who does not see the first answer", reverse("review"), f"the first to be looked at by {words.day(found[0].look_by)}")]  # fmt: skip
    return Block("Blind second looks", lines, len(found), reverse("review"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {"pairs_waiting": pairs_waiting}
