"""Nothing stays with somebody who left: what they owned before the meetings, and their tasks, go to somebody who is there."""

from __future__ import annotations

from typing import Any

from redshank.web.access import standing
from redshank.web.access.models import Standing
from redshank.web.accounts.models import User
from redshank.web.meetings import actions, acts
from redshank.web.meetings.models import Action, Raised

WHY = "Its owner has left the role"


def passes_on(user: Any, by: Any = None) -> int:
    """Hands on all that is open with this person; how much it was. ``by``: who recorded the leaving, where somebody did."""
    by = by or standing.of(user).manager or acts.lead() or user
    once = f"left:{user.pk}:{standing.today().isoformat()}"
    return acts.hand_on_all(by, user, WHY, once) + actions.hand_on_all(by, user, WHY, once)


def sweep() -> int:
    """After each night: those whose day of leaving has come since."""
    gone = set(Standing.objects.filter(left_on__lte=standing.today()).values_list("user", flat=True))
    gone |= set(User.objects.filter(is_active=False).values_list("pk", flat=True))
    holds = set(Raised.objects.filter(owner__in=gone, closed_at__isnull=True).values_list("owner", flat=True))
    live = Action.objects.filter(state__in=("open", "started"))
    holds |= set(live.filter(owner__in=gone).values_list("owner", flat=True))
    holds |= set(live.filter(supervisor__in=gone).values_list("supervisor", flat=True))
    return sum(passes_on(u) for u in User.objects.filter(pk__in=holds).order_by("pk"))
