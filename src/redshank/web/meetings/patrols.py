"""Patrols and other tasks that are done at a place: how often somebody was there of late, by what they reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from redshank.web.meetings.models import Action, ActionStep

#: What counts as of late: the four weeks between two intelligence meetings (a local default).
DAYS = 28
#: Steps by which an owner says that something was done.
DONE = ("reported", "complete")


@dataclass(frozen=True)
class There:
    """A task at a place."""

    task: Action
    reports: tuple[datetime, ...]  # of the last ``DAYS`` days, newest first


def _tasks(user: Any, cells: list[str]) -> list[Action]:
    rows = Action.objects.visible_to(user, user.as_role.purpose).exclude(state="withdrawn")
    return list(rows.filter(Q(cell__in=cells) | Q(about="place", ident__in=cells)).select_related("owner"))


def _where(task: Action) -> str:
    return task.cell or task.ident


def by_cell(user: Any, cells: list[str]) -> dict[str, list[There]]:
    """Cell → the tasks there that this user may see; those not done yet, and those that were reported on of late."""
    if not user.as_role.allows("see.actions"):
        return {}
    tasks = _tasks(user, cells)
    since = timezone.now() - timedelta(days=DAYS)
    steps = ActionStep.objects.visible_to(user, user.as_role.purpose).filter(kind__in=DONE, at__gte=since)
    told: dict[int, list[datetime]] = {}
    for task, at in steps.filter(action__in=tasks).order_by("-at", "-id").values_list("action_id", "at"):
        told.setdefault(task, []).append(at)
    out: dict[str, list[There]] = {}
    for task in tasks:
        if not task.ended or task.pk in told:
            out.setdefault(_where(task), []).append(There(task, tuple(told.get(task.pk, ()))))
    return out
