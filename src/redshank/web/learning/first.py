"""What the programme of learning puts on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.learning.due import today
from redshank.web.pages.today import SHOWN, Block, Told


def due(user: Any, purpose: str) -> Block:
    found = today()
    lines = [Told(d.text, d.url, d.hint) for d in found[:SHOWN]]
    return Block("Learning: what is due", lines, len(found), f"{reverse('learning')}#due")


SOURCES: dict[str, Callable[[Any, str], Block]] = {"learning_due": due}
