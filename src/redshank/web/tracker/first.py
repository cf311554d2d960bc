"""What the tracker puts on the first page: dates and asks that are past, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.pages import waits, words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.tracker import lists
from redshank.web.tracker.models import Act, Report

#: Who oversees all of them; others read of those that they own (practice rule 25).
OVERSEE = frozenset(["safeguarding_lead"])


def overdue(user: Any, purpose: str) -> Block:
    rows = [
        x
        for x in lists.asked_for(user, {"show": "late"})
        if user.role in OVERSEE or x.row.owner_id == user.pk
    ]
    lines = [
        Told(x.row.name, reverse("tracker-one", args=[x.row.pk]), f"{x.row.owner.name if x.row.owner else 'Nobody owns it'}; {'; '.join(x.clocks)}")
        for x in rows
    ]  # fmt: skip
    if user.role in OVERSEE:
        reports = [r for r in Report.objects.visible_to(user, purpose) if r.is_unanswered]
        lines[:0] = [
            Told(f"The response to {r}", reverse("tracker"), f"no publication is recorded; it was due by {words.day(r.respond_by)}") for r in reports
        ]  # fmt: skip
    return Block(
        "Recommendations of inspections past a date",
        lines[:SHOWN],
        len(lines),
        f"{reverse('tracker')}?show=late",
    )


def to_verify(user: Any, purpose: str) -> Block:
    rows = lists.asked_for(user, {"show": "verify"})
    done = Act.objects.visible_to(user, purpose).filter(kind="complete", recommendation__in=[x.row.pk for x in rows])  # fmt: skip
    since = dict(done.order_by("at", "id").values_list("recommendation", "at"))
    lines = [
        Told(x.row.name, reverse("tracker-one", args=[x.row.pk]), f"called complete by {x.row.completed_by.name if x.row.completed_by else 'somebody'}, {waits.by('tracker_verify', since[x.row.pk])}")
        for x in rows
    ]  # fmt: skip
    return Block(
        "Recommendations that wait for a second person",
        lines[:SHOWN],
        len(lines),
        f"{reverse('tracker')}?show=verify",
    )


SOURCES: dict[str, Callable[[Any, str], Block]] = {"tracker_overdue": overdue, "tracker_verify": to_verify}
