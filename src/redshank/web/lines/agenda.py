"""County lines on an agenda: those that changed since the body sat before, those decided since, and those whose review is due.

No score stands here: an agenda holds children's names (practice rule 2).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from redshank.web.heads.models import Line, Published
from redshank.web.lines.history import since
from redshank.web.lines.standing import Standing, lines_of
from redshank.web.pages import words
from redshank.web.pages.today import Block, Told


def block(user: Any, on: date, before: datetime, shown: int) -> Block | None:
    """The block of a sitting on a day, before which the body sat at ``before``; None for a role that sees no line."""
    if not user.as_role.allows("see.lines"):
        return None
    run = Published.objects.filter(published_at__lte=before).order_by("-run").values_list("run", flat=True).first() or 0  # fmt: skip
    found = lines_of(user)
    differ = since(user, found, run)
    lines = []
    for s in found:
        said = [t for t in (*_night(*differ[s.ref]),)] if s.ref in differ else []
        said += [f"{d.kind_words.lower()} by {d.by.name} on {words.day(d.at)}: {d.why}" for d in s.decisions if d.at > before]  # fmt: skip
        if s.review_on is not None and s.review_on <= on:
            said.append(f"review due on {words.day(s.review_on)}, {s.owner.name if s.owner else ''}")
        if s.asks:
            said.append("suspected use of sexual exploitation waits for a person's word")
        if said:
            lines.append(Told(s.name, reverse("line", args=[s.ref]), f"{_stands(s)}. {'; '.join(said)}"))
    title = "County lines that changed since the last sitting, or whose review is due"
    return Block(title, lines[:shown], len(lines), reverse("lines"))


def _stands(s: Standing) -> str:
    who = f"decided by {s.given.by.name}" if s.given is not None and not s.rule else "proposed"
    tier = "closed by a person" if s.is_closed else f"tier {s.tier}, {who}"
    return f"{tier}; sexual exploitation {s.use_words}"


def _night(then: Line | None, now: Line | None) -> list[str]:
    if then is None or now is None:
        return ["new" if then is None else "the last night holds it no longer"]
    out = []
    if then.score is not None and now.score is not None and then.score != now.score:
        out.append(
            "assessed higher by the night" if now.score > then.score else "assessed lower by the night"
        )
    if then.band != now.band:
        out.append(f"the night's tier was {then.band}, now {now.band}")
    if then.use != now.use:
        who = "by a person's word" if now.parsed("unsaid") else "by the night"
        out.append(f"sexual exploitation was {then.use}, now {now.use} {who}")
    return out or ["its reasons changed"]
