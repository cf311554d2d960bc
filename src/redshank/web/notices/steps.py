"""The stages of a reminder: before its day, and, once that is past, ever further up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from redshank.web.notices.kinds import REMINDERS
from redshank.web.notices.write import Told


def horizon(today: date, days_before: Iterable[int] = REMINDERS["days_before"]) -> date:
    return today + timedelta(days=max(days_before))


def steps(
    of: str, thing: str, number: int, due: date, today: date, owner: int, supervisor: int | None, up: Iterable[int],
    days_before: Iterable[int] = REMINDERS["days_before"],
) -> Iterator[Told]:  # fmt: skip
    """The reminder that stands now, or who is to know that it is overdue. Another day given begins anew."""
    left = (due - today).days
    if left >= 0:
        if stages := [n for n in days_before if left <= n]:
            yield Told(owner, f"{of}_due", thing, number, f"{due}:{min(stages)}", due)
        return
    yield Told(owner, f"{of}_overdue", thing, number, str(due), due)
    if supervisor is not None and supervisor != owner and -left >= REMINDERS["supervisor_after"]:
        yield Told(supervisor, f"{of}_supervised", thing, number, str(due), due)
    if -left >= REMINDERS["lead_after"]:
        for user in up:
            if user not in (owner, supervisor):
                yield Told(user, f"{of}_escalated", thing, number, str(due), due)
