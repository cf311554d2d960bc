"""The VVOL lists on an agenda: what was added or removed since the body sat before, and what is due for review."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from redshank.web.pages import words
from redshank.web.pages.today import Block, Told
from redshank.web.vvol.models import Act, Entry


def block(user: Any, on: date, before: datetime, shown: int) -> Block | None:
    """None for a role that sees no list. Beside each name stand its category and who decided (practice rule 20)."""
    if not user.as_role.allows("see.vvol"):
        return None
    purpose = user.as_role.purpose
    said: dict[int, list[str]] = {}
    acts = Act.objects.visible_to(user, purpose).filter(at__gt=before).exclude(kind="kept")
    for a in acts.select_related("by").order_by("at", "id"):
        said.setdefault(a.entry_id, []).append(
            f"{a.kind_words.lower()} by {a.by.name} on {words.day(a.at)}: {a.why}"
        )
    entries = list(
        Entry.objects.visible_to(user, purpose).select_related("owner").order_by("on", "name", "pk")
    )
    for e in entries:
        if e.due_by(on):
            said.setdefault(e.pk, []).append(f"review due on {words.day(e.review_on)}, {e.owner.name}")
    lines = [
        Told(f"{e.on_words}: {e.name}", reverse("vvol-entry", args=[e.pk]), f"{e.category}; {'; '.join(said[e.pk])}")
        for e in entries if e.pk in said
    ]  # fmt: skip
    keys = [e.person_id for e in entries if e.pk in said and e.person_id]
    return Block("VVOL lists: added, removed, or due for review", lines[:shown], len(lines), reverse("vvol"), keys)  # fmt: skip
