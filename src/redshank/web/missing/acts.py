"""Looking, referring, handing on and closing: every rule in one place. A view asks the policy and then calls these."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from redshank.web.missing.models import Look, Referral, ReferralAct
from redshank.web.missing.triggers import Fired


class NotAllowed(Exception):
    """A rule is in the way; the text says which."""


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, act: ReferralAct) -> None:
        self.act = act
        super().__init__("changed meanwhile")


def look(user: Any, person_id: str, fired: Fired, text: str) -> tuple[Look, bool]:
    """A look at what a trigger asks for; the first one where somebody has looked."""
    about = {"person_id": person_id, "trigger": fired.trigger.key, "episode_key": fired.episode_key}
    try:
        with transaction.atomic():
            return Look.objects.create(**about, says=fired.trigger.says, text=text, by=user), True
    except IntegrityError:
        return Look.objects.select_related("by").get(**about), False


def refer(
    user: Any,
    person_id: str,
    name: str,
    why: str,
    owner: Any,
    next_on: date,
    shown: dict[str, Any],
    once: str,
) -> tuple[Referral, bool]:
    """A proposed referral; the one that is open where there is one."""
    once = f"{user.pk}:{once}"[:60]
    try:
        with transaction.atomic():
            made = Referral.objects.create(
                person_id=person_id, name=name, why=why, owner=owner, next_on=next_on, by=user, once=once,
                shown=json.dumps(shown, default=str),
            )  # fmt: skip
            _keep(made, user, "raised", why, owner, next_on, f"{once}:r")
        return made, True
    except IntegrityError:
        rows = Referral.objects.select_related("by")
        found = rows.filter(once=once).first() or rows.filter(person_id=person_id, state="open").first()
        if found is None:
            raise
        return found, False


def hand_on(
    user: Any, number: int, owner: Any, next_on: date, text: str, once: str, seen: int
) -> ReferralAct:
    return _act(user, number, "handed_on", text, once, seen, owner, next_on)


def close(user: Any, number: int, text: str, once: str, seen: int) -> ReferralAct:
    """Closed by a decision with a name; it stays in the list."""
    return _act(user, number, "closed", text, once, seen, None, None)


def _act(
    user: Any, number: int, kind: str, text: str, once: str, seen: int, owner: Any, next_on: date | None
) -> ReferralAct:
    once = f"{user.pk}:{once}"[:60]
    with transaction.atomic():
        referral = Referral.objects.select_for_update().get(pk=number)
        if before := referral.acts.filter(once=once).first():
            return before
        last = referral.acts.select_related("by").last()
        if last is not None and referral.acts.count() != seen:
            raise Meanwhile(last)
        if referral.state != "open":
            raise NotAllowed("It is closed")
        if kind == "closed":
            referral.state = "closed"
        else:
            referral.owner, referral.next_on = owner, next_on
        made = _keep(referral, user, kind, text, owner, next_on, once)
        referral.save(update_fields=["state", "owner", "next_on"])
    return made


def _keep(
    referral: Referral, user: Any, kind: str, text: str, owner: Any, next_on: date | None, once: str
) -> ReferralAct:
    act = ReferralAct(
        referral=referral,
        kind=kind,
        by=user,
        role=user.role,
        text=text,
        owner=owner,
        next_on=next_on,
        once=once,
    )
    act.save(force_insert=True)
    return act
