"""What forms bring, checked field by field, with what is wrong in words; and the words to look at, which are only offered."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from redshank.web.pages.words import moment

LONGEST = 4_000
Errors = dict[str, str]


def once(request: Any) -> str:
    """The token of this form: sent twice it acts once."""
    return request.POST.get("once", "")[:30] or secrets.token_hex(12)


def steps_seen(request: Any) -> int:
    """How many steps the page showed from which the form comes; -1 where that is no number."""
    text = request.POST.get("steps", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


def first_was(step: Any) -> str:
    """What somebody is told who came second: who was first, when, with what."""
    return (
        f"{step.by.name} was first, on {moment(step.at)}: {step.kind_words.lower()}. "
        "What you wrote is kept below; send it again if it still holds"
    )


def words(post: Any, name: str, errors: Errors, says: str = "", longest: int = LONGEST) -> str:
    """A text; ``says`` is what is wrong where it is empty, and empty where it may be."""
    text = post.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()
    if not text and says:
        errors[name] = says
    elif len(text) > longest:
        errors[name] = f"Write no more than {longest:,} characters"
    return text


def day(post: Any, name: str, errors: Errors, *, past: bool = False, future: bool = False) -> date | None:
    """A day; ``past`` may not lie ahead, ``future`` not behind."""
    try:
        found = date.fromisoformat(post.get(name, "").strip())
    except ValueError:
        errors[name] = "Write the day as year, month and day, for example 2026-03-14"
        return None
    if past and found > timezone.localdate():
        errors[name] = "The day is in the future"
    if future and found < timezone.localdate():
        errors[name] = "The day is past"
    return found


def whole(post: Any, name: str, errors: Errors, says: str) -> int:
    """A number of people, at least one."""
    text = post.get(name, "").strip()
    if not text.isdecimal() or not text.isascii() or not 1 <= int(text[:6]) <= 100_000 or len(text) > 6:
        errors[name] = says
        return 0
    return int(text)


@dataclass(frozen=True)
class Advice:
    """Phrases to look at. ``advised`` names exactly these, so that who has read them is not held a second time."""

    hints: list[dict[str, str]] = field(default_factory=list)
    advised: str = ""


def looked_over(request: Any, *names: str) -> Advice | None:
    """Phrases that blame or diminish a child in what was typed, each with what to write or ask instead; None where there
    are none, or where their author has seen them. Nothing is rewritten (practice rule 18)."""
    from redshank.publish import language_hints

    hints = [{"field": n, **h} for n in names for h in language_hints(request.POST.get(n, "")[:20_000]) if not h["quoted"]]  # fmt: skip
    told = json.dumps([(h["field"], h["phrase"], h["rule"]) for h in hints])
    digest = hashlib.sha256(told.encode()).hexdigest()[:16]
    return Advice(hints, digest) if hints and request.POST.get("advised") != digest else None
