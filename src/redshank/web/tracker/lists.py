"""Recommendations as addresses ask for them, each with its risk and clocks; first pages and the response use the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from redshank.web.tracker.models import Recommendation
from redshank.web.tracker.risk import Risk, facts, risk

FILTERS = ("show", "status", "risk")
SHOWS = {
    "": "Addressed to police forces", "late": "Past a date", "mine": "Those that I own", "verify": "Waiting for a second person",
    "others": "Addressed to others", "all": "All",
}  # fmt: skip


@dataclass
class Line:
    """A recommendation as a list shows it. ``clocks``: what is past its day, in words."""

    row: Recommendation
    risk: Risk
    clocks: list[str]


def line(row: Recommendation, on: date) -> Line:
    from redshank.web.pages import words

    clocks = []
    open_one = row.for_forces and row.status != "closed"
    if open_one and row.due and row.due < on:
        clocks.append(f"its date was {words.day(row.due)}")
    clocks += [f"{a.of} was to be asked again on {words.day(a.next_on)}" for a in row.asks.all() if a.is_late]
    if open_one:
        clocks += [f"an action was planned for {words.day(d.on)}" for d in row.deeds.all() if d.is_late]
        if row.acceptance == "none" and row.report.respond_by < on:
            clocks.append(
                f"no acceptance is recorded; the response was due by {words.day(row.report.respond_by)}"
            )
    return Line(row, risk(facts(row, on)), clocks)


def rows_of(user: Any) -> Any:
    rows = Recommendation.objects.visible_to(user, user.as_role.purpose)
    return rows.select_related("report", "owner", "completed_by").prefetch_related(
        "evidence", "asks", "deeds"
    )


def asked_for(user: Any, asked: dict[str, str]) -> list[Line]:
    on = timezone.localdate()
    show = asked.get("show", "")
    rows = rows_of(user)
    if show in ("", "mine", "verify"):
        rows = rows.filter(for_forces=True)
    elif show == "others":
        rows = rows.filter(for_forces=False)
    if show == "mine":
        rows = rows.filter(owner=user)
    if show == "verify":
        rows = rows.filter(status="awaiting").exclude(completed_by=user)
    if asked.get("status"):
        rows = rows.filter(status=asked["status"])
    lines = [line(r, on) for r in rows]
    if show == "late":
        lines = [x for x in lines if x.clocks]
    if asked.get("risk"):
        lines = [x for x in lines if x.row.for_forces and x.risk.level == asked["risk"]]
    return lines
