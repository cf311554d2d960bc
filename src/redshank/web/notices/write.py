"""Writing notices: in the transaction of the act, once, and to nobody who may not see what they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps

from redshank.web.access import acts, standing
from redshank.web.meetings.raising import present
from redshank.web.notices.models import Notice
from redshank.web.products.models import sees_whole

#: What a notice is about → the model whose policy says who sees it.
THINGS = {
    "raised": "meetings.Raised", "action": "meetings.Action", "commission": "meetings.Commission", "sitting": "meetings.Sitting",
    "terms": "meetings.Terms", "question": "worklist.Question", "measure": "disruption.Measure", "concern": "concerns.Concern",
    "product": "products.Product", "document": "products.Paper", "tracker": "tracker.Recommendation", "sample": "audits.Sample", "feedback": "audits.Feedback",
    "sight": "access.Ask", "standing": "access.Standing", "read": "searching.Asked", "flag": "flags.Flag", "flagsample": "register.Sample",
    "judgement": "judgements.Decision", "event": "learning.Event", "policy": "policies.Policy", "rights": "rights.Case", "preserved": "retention.Notice", "erasing": "erasure.Erasure",
}  # fmt: skip

#: What is of accounts and no record of anybody: it goes to those whom it concerns.
CONCERNS: dict[str, Callable[[Any], Any]] = {"sight": acts.told_of, "standing": standing.told_of}


@dataclass(frozen=True)
class Told:
    """To whom, of what kind, about what; ``key`` makes it one of its own (a move, a day)."""

    user: int
    kind: str
    thing: str
    number: int
    key: str
    on: date | None = None

    @property
    def once(self) -> str:
        return f"{self.kind}:{self.thing}:{self.number}:{self.key}:{self.user}"


def in_sight(user: Any, thing: str, numbers: Iterable[int]) -> Any:
    """The rows of these that the person sees now."""
    if thing in CONCERNS:
        return CONCERNS[thing](user).filter(pk__in=set(numbers))
    model = apps.get_model(THINGS[thing])
    rows = model.objects.visible_to(user, user.as_role.purpose).filter(pk__in=set(numbers))  # type: ignore[attr-defined]
    if thing == "product":  # who acts on one sees everything that it rests on
        return rows.filter(pk__in=[p.pk for p in rows if sees_whole(user, p)])
    return rows


def tell(told: Iterable[Told]) -> int:
    """Keeps what was not told yet; how many notices are new."""
    by_once = {t.once: t for t in told}
    if not by_once:
        return 0
    keys = list(by_once)
    for start in range(0, len(keys), 500):
        for once in Notice.objects.filter(once__in=keys[start : start + 500]).values_list("once", flat=True):
            del by_once[once]
    of: dict[tuple[int, str], list[Told]] = defaultdict(list)
    for t in by_once.values():
        of[t.user, t.thing].append(t)
    # Fresh accounts: what limits a reader is kept on the object, and the act may just have changed it.
    people = {u.pk: u for u in present().filter(pk__in={user for user, _ in of})}
    rows = []
    for (user, thing), some in of.items():
        if user not in people:
            continue
        seen = set(in_sight(people[user], thing, [t.number for t in some]).values_list("pk", flat=True))
        rows += [
            Notice(user=people[user], kind=t.kind, thing=t.thing, number=t.number, on=t.on, once=t.once)
            for t in some
            if t.number in seen
        ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)  # two runs at once: the first one's stands
    return len(rows)


def of_roles(roles: Iterable[str], district: str = "") -> list[int]:
    """Who is there in these roles; of a body that sits by district, without those whose account names another."""
    rows = present().filter(role__in=list(roles))
    if district:
        rows = rows.filter(district__in=["", district])
    return list(rows.order_by("pk").values_list("pk", flat=True))


def leads() -> list[int]:
    return of_roles(["safeguarding_lead"])
