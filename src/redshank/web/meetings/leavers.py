"""Nothing stays with somebody who left: what they owned before the meetings, their tasks, and the county lines and list entries that they were to review, go to somebody who is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from redshank.web.access import standing
from redshank.web.access.models import Standing
from redshank.web.accounts.models import User
from redshank.web.lines import acts as lines
from redshank.web.lines.standing import lines_of
from redshank.web.meetings import actions, acts, asking
from redshank.web.meetings.models import Action, Commission, Raised
from redshank.web.meetings.raising import present
from redshank.web.returns import acts as returns
from redshank.web.returns.models import Return
from redshank.web.tracker import leaving
from redshank.web.tracker.models import Recommendation
from redshank.web.vvol import acts as vvol
from redshank.web.vvol.models import Entry

WHY = "Its owner has left the role"


@dataclass(frozen=True)
class Holds:
    """What people own in an app beside the meetings: which of those who left still do, and how it is handed on."""

    holders: Callable[[set[int]], set[int]]
    hand_on_all: Callable[[Any, Any, str, str], int]  # by whom, of whom, why, once → how much


#: App → what it holds; each app adds itself when the application starts.
OTHERS: dict[str, Holds] = {}


def passes_on(user: Any, by: Any = None) -> int:
    """Hands on all that is open with this person; how much it was. ``by``: who recorded the leaving, where somebody did."""
    by = by or standing.of(user).manager or next(iter(acts.leads()), user)
    once = f"left:{user.pk}:{standing.today().isoformat()}"
    done = acts.hand_on_all(by, user, WHY, once) + actions.hand_on_all(by, user, WHY, once)
    done += sum(other.hand_on_all(by, user, WHY, once) for other in OTHERS.values())
    done += returns.hand_on_all(by, user, WHY, once) + leaving.hand_on_all(by, user, WHY, once)
    done += asking.hand_on_all(user, by, WHY, once)
    heirs = _heirs(user)
    done += lines.hand_on_all(by, user, heirs, WHY, once)
    return done + vvol.hand_on_all(by, user, heirs, WHY, once)


def _heirs(user: Any) -> list[User]:
    """To whom what a person was to review goes: their deputy, whoever has the same role, else a safeguarding lead."""
    there = {u.pk: u for u in present().order_by("name", "username")}
    deputy = [there[user.deputy_id]] if user.deputy_id in there else []
    return [*deputy, *(u for u in there.values() if u.role == user.role and u.pk != user.pk), *acts.leads()]


def sweep() -> int:
    """After each night: those whose day of leaving has come since."""
    return sum(passes_on(u) for u in holders(_gone()))


def _gone() -> set[int]:
    gone = set(Standing.objects.filter(left_on__lte=standing.today()).values_list("user", flat=True))
    return gone | set(User.objects.filter(is_active=False).values_list("pk", flat=True))


def holders(gone: set[int], seen_by: Any = None) -> list[User]:
    """Who of these still holds something open; ``seen_by``: something that this reader has in sight."""
    if not gone:
        return []

    def of(model: Any) -> Any:
        return model.objects.visible_to(seen_by, seen_by.as_role.purpose) if seen_by else model.objects.all()

    live = of(Action).filter(state__in=("open", "started"))
    holds = set(of(Raised).filter(owner__in=gone, closed_at__isnull=True).values_list("owner", flat=True))
    holds |= set(of(Commission).filter(to__in=gone, answered_at__isnull=True).values_list("to", flat=True))
    holds |= set(
        of(Recommendation).filter(owner__in=gone).exclude(status="closed").values_list("owner", flat=True)
    )
    due = of(Return).filter(frozen_at__isnull=True, settled_at__isnull=True)
    holds |= set(due.filter(owner__in=gone).values_list("owner", flat=True))
    holds |= set(live.filter(owner__in=gone).values_list("owner", flat=True))
    holds |= set(live.filter(supervisor__in=gone).values_list("supervisor", flat=True))
    for other in OTHERS.values():  # who oversees leavers learns of these whatever they see
        holds |= other.holders(gone)
    entries = of(Entry).filter(removed_at__isnull=True)
    holds |= set(entries.filter(owner__in=gone).values_list("owner", flat=True))
    seen = None if seen_by is None else {s.ref for s in lines_of(seen_by)}
    owned = lines.owned(gone)
    holds |= {pk for pk, cases in owned.items() if seen is None or any(c.line_ref in seen for c in cases)}
    return list(User.objects.filter(pk__in=holds).order_by("name", "pk"))


def left_behind(user: Any) -> list[User]:
    """People who have left and still hold something that nobody could take: for the first page of those who can mend it.
    An administrator learns of whom, and of nothing that it is about."""
    return holders(_gone(), None if user.as_role.scope == "none" else user)
