"""What the forms of a review brought: the draw, and a reading by the programme's questions."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.utils import timezone

from redshank.web.audits.acts import Given
from redshank.web.audits.programmes import ANSWERS, FEATURES, LIMITS, VERDICTS, Programme, Question
from redshank.web.heads.models import Phrase


def once(request: Any) -> str:
    return request.POST.get("once", "")[:40] or secrets.token_hex(12)


def draw(
    post: Any, p: Programme, since: date, until: date, errors: dict[str, str]
) -> tuple[str, int, date, date]:
    """Seed, size and days; what is wrong goes into ``errors``."""
    said = post.get("size", str(p.size)).strip()
    size = int(said) if said.isdecimal() and len(said) < 6 else 0
    if not 1 <= size <= LIMITS.size:
        errors["size"] = f"Write how many records to draw: a whole number from 1 to {LIMITS.size}"
    seed = post.get("seed", "").strip() or secrets.token_hex(4)
    if len(seed) > 40:
        errors["seed"] = "Write no more than 40 characters"
    days = {"since": since, "until": until}
    for name in days:
        if given := post.get(name, "").strip():
            try:
                days[name] = date.fromisoformat(given)
            except ValueError:
                errors[name] = "Write the day as year, month and day, for example 2026-03-14"
    return seed, size, days["since"], days["until"]


def reading(request: Any, p: Programme, phrases: list[Phrase], errors: dict[str, str]) -> Given:
    """A reading as it was sent."""
    post = request.POST
    answers: dict[str, Any] = {}
    for q in p.questions:
        if q.kind == "answer":
            answers[q.key] = post.get(q.key, "")
            if answers[q.key] not in ANSWERS:
                errors[q.key] = f"Answer: {q.asks}"
        elif q.kind == "words":
            answers[q.key] = _words(post, q, errors)
        elif q.kind == "features":
            answers[q.key] = [f for f in FEATURES if f in post.getlist(q.key)]
    if p.finding and answers[p.finding.key] == p.finding.finds and not answers.get("features"):
        errors["features"] = "Say what in the record shows it"
    verdicts = {}
    for n, phrase in enumerate(phrases, 1):
        said = post.get(f"phrase-{n}", "")
        if said not in VERDICTS:
            errors[f"phrase-{n}"] = f"Say what “{phrase.text[:80]}” is"
        verdicts[phrase.start, phrase.end] = said
    began = post.get("began", "")
    seconds = (
        max(0, int(timezone.now().timestamp()) - int(began)) if began.isdecimal() and len(began) < 12 else 0
    )
    return Given(answers, once(request), min(seconds, 86_400), verdicts)


def _words(post: Any, q: Question, errors: dict[str, str]) -> str:
    text = str(post.get(q.key, "")).replace("\r\n", "\n").strip()
    if not text and q.required:
        errors[q.key] = f"Write: {q.asks}"
    elif len(text) > LIMITS.text:
        errors[q.key] = f"Write no more than {LIMITS.text:,} characters"
    return text
