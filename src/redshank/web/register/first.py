"""What the review of the register puts on the first page: decisions under an earlier definition, and second looks that wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse

from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import Act
from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.register import review
from redshank.web.register.models import Drawn


def flags_again(user: Any, purpose: str) -> Block:
    """Decided under an earlier definition, and nothing proposed since."""
    found = [a for a in review.again(user) if a["open"] is None]
    by = words.day(IN_FORCE.valid_from + timedelta(days=review.SETTINGS["again"]["days"]))
    lines = [
        Told(a["flag"].label, reverse("flag", args=[a["flag"].pk]), f"{a['flag'].state_words.lower()} on {words.day(a['act'].at)} under {a['act'].definition}; to be looked at again by {by}")
        for a in found[:SHOWN]
    ]  # fmt: skip
    return Block("Flags decided under an earlier definition", lines, len(found), reverse("register-again"))


def looks_waiting(user: Any, purpose: str) -> Block:
    """One line for each sample in which flags wait for a second look by somebody who had no part in them. No outcome is told."""
    rows = Drawn.objects.visible_to(user, purpose).filter(look__isnull=True)
    mine = Act.objects.visible_to(user, purpose).filter(by=user).values("flag")
    rows = rows.exclude(flag__in=mine).select_related("sample__by").order_by("sample__at", "sample_id")
    by: dict[Any, int] = {}
    for d in rows:
        by[d.sample] = by.get(d.sample, 0) + 1
    within = timedelta(days=review.SETTINGS["audit"]["days"])
    lines = [
        Told(f"{words.counted(n, 'flag waits,flags wait')} for a second look", reverse("register-sample", args=[s.pk]), f"drawn by {s.by.name} on {words.day(s.at)}, to be looked at by {words.day(s.at + within)}")
        for s, n in list(by.items())[:SHOWN]
    ]  # fmt: skip
    return Block("Samples of the register", lines, sum(by.values()), reverse("register-samples"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {"flags_again": flags_again, "looks_waiting": looks_waiting}
