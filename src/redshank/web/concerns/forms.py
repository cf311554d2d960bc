"""The form of a concern: what was typed, what is wrong with it, and the draft that loses no text."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from redshank.web.concerns.acts import Written, alike
from redshank.web.concerns.models import DANGER, Concern, Draft
from redshank.web.concerns.routing import ROUTING
from redshank.web.heads.models import Person

#: Field → the longest text it takes.
FIELDS = {
    "child_name": 120, "child_age": 40, "others": 2_000, "what": 4_000, "child_words": 2_000, "place": 200,
    "when_day": 10, "when_words": 120, "danger": 6, "person_id": 80,
}  # fmt: skip
LABELS = {
    "child_name": "the name of the child", "child_age": "the age", "others": "who else", "what": "what happened",
    "child_words": "the child's own words", "place": "where", "when_words": "the time",
}  # fmt: skip
#: The author's own words; what a child said is kept as it was said and never looked over.
LOOKED_OVER = ("what", "others")


def typed(post: Any) -> dict[str, str]:
    return {name: post.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}


def checked(user: Any, given: dict[str, str]) -> tuple[Written, dict[str, str]]:
    """The concern as written, and what is wrong by field."""
    errors: dict[str, str] = {}
    for name, label in LABELS.items():
        if len(given[name]) > FIELDS[name]:
            errors[name] = f"Write no more than {FIELDS[name]:,} characters for {label}"
    if not given["what"]:
        errors["what"] = "Write what you saw or heard, or what you were told"
    if given["danger"] not in DANGER:
        errors["danger"] = "Say whether somebody may be in danger now"
    day = None
    if given["when_day"]:
        try:
            day = date.fromisoformat(given["when_day"])
        except ValueError:
            errors["when_day"] = "Write the day as year, month and day, for example 2026-03-14"
        else:
            if day > timezone.localdate():
                errors["when_day"] = "The day is in the future: write when it happened"
    person = given["person_id"]
    if person and about(user, person) is None:
        person = (
            ""  # not in this person's sight: it stays a concern with a name, and says nothing about the id
        )
    plain = {k: v for k, v in given.items() if k not in ("when_day", "person_id")}
    return Written(when_day=day, person_id=person, **plain), errors


def about(user: Any, person_id: str) -> Person | None:
    """The person from whose page the concern is raised, where its author may see that page."""
    return Person.objects.visible_to(user, user.as_role.purpose).filter(person_id=person_id).first()


def hints(given: dict[str, str]) -> list[dict[str, str]]:
    """Phrases that blame or diminish a child, with why and what to write or ask instead; nothing is rewritten."""
    from redshank.publish import language_hints

    found = []
    for name in LOOKED_OVER:
        found += [
            {"field": name, **hit} for hit in language_hints(given[name][: FIELDS[name]]) if not hit["quoted"]
        ]
    return found


def advice(user: Any, given: dict[str, str]) -> dict[str, Any]:
    """What the page says beside the form: words to look at, and concerns that may be the same.

    ``advised`` names exactly this advice, so that a form whose author has read it is not held a second time.
    """
    written, _ = checked(user, given)
    words = hints(given)
    same: list[Concern] = alike(user, written)
    told = [(w["field"], w["phrase"], w["rule"]) for w in words], [c.pk for c in same]
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16] if words or same else ""
    return {"hints": words, "same": same, "advised": digest}


def draft_of(user: Any) -> tuple[dict[str, str], Any]:
    """What this person began and did not send, and when; nothing where it is too long ago."""
    since = timezone.now() - timedelta(days=ROUTING.draft_days)
    found = Draft.objects.visible_to(user, "one's own draft").filter(at__gte=since).first()
    kept = json.loads(found.typed) if found else {}
    return ({name: kept.get(name, "") for name in FIELDS}, found.at) if kept and found else ({}, None)
