"""Numbers of attendance that everybody who sees the programme may have; who it was is asked through the policy of sight."""

from __future__ import annotations

from collections.abc import Iterable

from redshank.web.accounts.models import User
from redshank.web.learning.models import Attendance, Event
from redshank.web.learning.settings import POSTS


def of_event(event: Event) -> list[tuple[str, str, int]]:
    """Whom, of which district, how many."""
    rows = Attendance.objects.filter(event=event, struck__isnull=True).select_related("audience")
    return [
        (a.audience.name if a.audience else POSTS.get(a.post, "Post not recorded"), a.district, a.number)
        for a in rows
    ]


def total(event: Event) -> int:
    return sum(n for _, _, n in of_event(event))


def names(refs: Iterable[str]) -> dict[str, str]:
    """Staff reference → the name of the account that it is, where it is one."""
    wanted = {r.casefold() for r in refs if r}
    return {u.username.casefold(): u.name for u in User.objects.all() if u.username.casefold() in wanted}
