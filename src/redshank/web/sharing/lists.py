"""What was asked and what was referred, as addresses ask for it; first pages and counts use the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from redshank.web.sharing.models import OPEN, Ask, Referral

FILTERS = ("agency", "show")
#: Columns of the register, each of which opens to its rows.
SHOWS = {
    "": "Asked", "open": "Open", "late": "Late", "partly": "Partly given", "received": "Received", "refused": "Refused",
    "detriment": "Not shared: detriment",
    "untold": "Not yet told what came of it",
}  # fmt: skip
REFERRALS = {
    "": "All", "late": "Late", "threshold": "Waits for the threshold answer", "strategy": "Waits for the strategy discussion",
    "outcome": "Waits for the outcome", "closed": "Closed", "withdrawn": "Withdrawn by the agency",
}  # fmt: skip


def asked_for(user: Any, asked: dict[str, str]) -> Any:
    rows = Ask.objects.visible_to(user, user.as_role.purpose).select_related("by")
    if agency := asked.get("agency"):
        rows = rows.filter(agency=agency)
    show = asked.get("show", "")
    if show == "open":
        return rows.filter(state__in=OPEN)
    if show == "late":
        return rows.filter(state__in=OPEN, due__lt=timezone.localdate())
    if show == "untold":
        return rows.filter(state__in=("partly", "received", "refused", "detriment"), told_at__isnull=True)
    return rows.filter(state=show) if show in SHOWS and show else rows


def table(user: Any) -> list[tuple[str, list[tuple[str, int]]]]:
    """By agency: for each column the address of its rows and how many they are."""
    seen = Ask.objects.visible_to(user, user.as_role.purpose)
    out = []
    for agency in sorted(set(seen.order_by().values_list("agency", flat=True))):
        cells = []
        for show in SHOWS:
            asked = {"agency": agency, "show": show}
            cells.append((urlencode(asked), asked_for(user, asked).count()))
        out.append((agency, cells))
    return out


def referrals(user: Any, show: str) -> Any:
    rows = Referral.objects.visible_to(user, user.as_role.purpose).select_related("by")
    if show == "late":
        return rows.filter(due__lt=timezone.now()).order_by("due", "id")
    rows = rows.order_by("-received_at", "-id")
    return rows.filter(waits=show) if show in REFERRALS and show else rows
