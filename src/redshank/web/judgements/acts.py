"""Making and withdrawing a judgement: the rules in one place. A view asks the policy first and then calls these."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from redshank.web.heads.models import Publication
from redshank.web.heads.moved import ids_of
from redshank.web.judgements.models import Decision, Pair, Withdrawal

MOST = 200  # appearances that one judgement names


class Meanwhile(Exception):
    """Somebody else judged first."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__("judged meanwhile")


@dataclass(frozen=True)
class One:
    """An appearance as a judgement names it."""

    uid: str
    record: str
    row: int


@dataclass(frozen=True)
class Given:
    """What a form brought, checked."""

    reason: str
    once: str
    seen: int  # how many judgements on the same people or group the person had before them


def about_people(user: Any, *ids: str) -> Any:
    """Every judgement on one of these people, withdrawn or not, also under an id that went into theirs."""
    named = {i for ident in ids if ident for i in ids_of(user, "person", ident)}
    return Decision.objects.filter(Q(person_a__in=named) | Q(person_b__in=named))


def about_group(user: Any, group_id: str) -> Any:
    """Every judgement on a group, withdrawn or not, also under an id that went into it."""
    return Decision.objects.filter(group_id__in=ids_of(user, "group", group_id))


def made_before(once: str) -> Decision | None:
    """The judgement that the same form made when it was sent the first time."""
    return Decision.objects.filter(once=once).first()


def _star(kind: str, centre: One, others: list[One]) -> list[tuple[str, One, One]]:
    return [(kind, centre, other) for other in others]


def merged(a: list[One], b: list[One]) -> list[tuple[str, One, One]]:
    """All of both are one person: each side is tied to its first, and the two firsts to each other."""
    return _sides("same", a, b)


def apart(stay: list[One], go: list[One]) -> list[tuple[str, One, One]]:
    """Two people: each side holds together, and the two are never one."""
    return _sides("not_same", stay, go)


def _sides(kind: str, a: list[One], b: list[One]) -> list[tuple[str, One, One]]:
    """The last pair is what was asked; those before it hold together what the person saw as one, against later cuts."""
    a, b = a[:MOST], b[:MOST]
    return [*_star("same", a[0], a[1:]), *_star("same", b[0], b[1:]), (kind, a[0], b[0])]


def decide(
    user: Any, kind: str, given: Given, *, label: str, pairs: list[tuple[str, One, One]] | None = None, person_a: str = "",
    person_b: str = "", group_id: str = "", closed: bool, shown: dict[str, Any], opened: dict[str, str],
) -> Decision:  # fmt: skip
    """A new judgement; :class:`Meanwhile` where somebody judged the same people or group since the page was opened."""
    with transaction.atomic():
        state = Publication.objects.select_for_update().get(pk=1)
        before = about_people(user, person_a, person_b) if person_a else about_group(user, group_id)
        if before.count() != given.seen:
            raise Meanwhile(before.select_related("by").latest("at", "id"))
        decision = Decision(
            kind=kind, person_a=person_a, person_b=person_b, group_id=group_id, label=label[:420], closed=closed, by=user,
            role=user.role, run=state.current_run, as_of=state.as_of, reason=given.reason,
            shown=json.dumps(shown, default=str), opened=json.dumps(opened), once=given.once,
        )  # fmt: skip
        decision.save(force_insert=True)
        for pair_kind, a, b in pairs or []:
            Pair(
                decision=decision, kind=pair_kind, a_uid=a.uid, a_record=a.record, a_row=a.row, b_uid=b.uid, b_record=b.record,
                b_row=b.row,
            ).save(force_insert=True)  # fmt: skip
    return decision


def withdraw(user: Any, decision: Decision, reason: str, once: str) -> Withdrawal:
    """Takes a judgement back; :class:`Meanwhile` where that was done before."""
    with transaction.atomic():
        state = Publication.objects.select_for_update().get(pk=1)
        if Withdrawal.objects.filter(decision=decision).exists():
            raise Meanwhile(decision)
        made = Withdrawal(decision=decision, by=user, as_of=state.as_of, reason=reason, once=once)
        made.save(force_insert=True)
    return made
