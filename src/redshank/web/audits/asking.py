"""Who may ask the linter, how often, and what it answers. No text is kept, and none reaches a log.

A page of ours asks with its session and the form's own token against forgery; another system with a token of its own, of
which only a hash is kept here. Both are counted by the minute in the memory of each process.
"""

from __future__ import annotations

import hashlib
import secrets
import time
import tomllib
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any

from django.db import IntegrityError, transaction

from redshank.web.audits.models import Ended, System

SETTINGS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "linter.toml").read_text(encoding="utf-8"))
#: What of a hit goes out: nothing but what stands in the text that was sent, and the guide's words.
GOES_OUT = ("start", "end", "line", "column", "phrase", "reason", "alternative_kind", "alternative", "severity", "quoted", "rule")  # fmt: skip
_LOCK = Lock()
_ASKED: Counter[str] = Counter()
_MINUTE = 0


def digest(token: str) -> str:
    """Tokens are long and random, so that a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(user: Any, name: str) -> str:
    """A token for a system; it is told once and not kept."""
    token = f"rs_{secrets.token_urlsafe(32)}"
    System(name=name, digest=digest(token), by=user).save(force_insert=True)
    return token


def end(user: Any, number: int) -> bool:
    """Whether the token opened something until now."""
    system = System.objects.filter(pk=number, ended__isnull=True).first()
    if system is None:
        return False
    try:
        with transaction.atomic():
            Ended(system=system, by=user).save(force_insert=True)
    except IntegrityError:
        return False
    return True


def systems() -> list[System]:
    return list(System.objects.select_related("by", "ended__by").order_by("ended__at", "name", "pk"))


def system_of(header: str) -> System | None:
    """The system whose token an Authorization header holds."""
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        return None
    return System.objects.filter(digest=digest(token.strip()), ended__isnull=True).first()


def too_often(who: str, per_minute: int) -> bool:
    """Counts a question; whether it is one too many in this minute. Each process of the server counts for itself."""
    global _MINUTE
    with _LOCK:
        if (minute := int(time.time() // 60)) != _MINUTE:
            _ASKED.clear()
            _MINUTE = minute
        _ASKED[who] += 1
        return _ASKED[who] > per_minute


def answer(text: str) -> list[dict[str, Any]]:
    """The hits of a text, in its order."""
    from redshank.publish import language_hints

    return [{k: hit[k] for k in GOES_OUT} for hit in language_hints(text)]
