"""Reminders and e-mail from outside the pages: after a night, and by ``redshank notices send``."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def send(home: Path) -> dict[str, Any]:
    """One round over a home whose pages have been prepared: ``reminders`` and ``sent`` and ``refused`` messages as numbers,
    ``failure`` in words, ``server``: whether one is set up, ``busy``: another process was at it."""
    from django.conf import settings

    from redshank.web.notices import postman

    told: dict[str, Any] = {"reminders": 0, "sent": 0, "refused": 0, "failure": "", "server": settings.MAIL_SERVER is not None}  # fmt: skip
    try:
        reminders, round_ = postman.once(home)
    except postman.Busy:
        return told | {"busy": True}
    return told | vars(round_) | {"reminders": reminders, "busy": False}


def ready(home: Path) -> None:
    """Opens the database of the pages, migrated."""
    from redshank.publish.accounts import _ready

    _ready(home)
