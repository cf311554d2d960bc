"""Asking for an erasure, and deciding of it: proposed by one named person, confirmed by another. Every rule in one place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from redshank.web.erasure.models import Erasure, Step
from redshank.web.erasure.reaching import Reached
from redshank.web.heads.models import Appearance, Record
from redshank.web.policy.names import fold
from redshank.web.retention.covering import over

PROPOSE, CONFIRM = "erasure.propose", "erasure.confirm"
#: In which state each step may be taken, and what it makes of the erasure.
WHILE = {
    "confirmed": (("proposed",), "confirmed"),
    "refused": (("proposed",), "refused"),
    "withdrawn": (("proposed", "confirmed"), "withdrawn"),
}


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str = "kind") -> None:
        self.field = field
        super().__init__(text)


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__("changed meanwhile")


def propose(user: Any, key: str, why: str, once: str) -> Erasure:
    """Asks for a record's erasure; the same form sent twice asks once.

    Raises:
        NotAllowed: a rule is in the way.
    """
    if not user.as_role.allows(PROPOSE):
        raise NotAllowed("Your role does not do this")
    once = f"{user.pk}:{once}"[:60]
    if before := Erasure.objects.filter(once=once).first():
        return before
    _may_go(key)
    _names_nobody(key, why)
    try:
        with transaction.atomic():
            made = Erasure(record_key=key, why=why, by=user, once=once)
            made.save(force_insert=True)
            _step(made, user, "proposed", why, once)
    except IntegrityError:
        if before := Erasure.objects.filter(once=once).first():
            return before
        raise NotAllowed("Its erasure is proposed already", "record") from None
    return made


def _may_go(key: str) -> None:
    """Refused while a notice covers it: said without which, where the reader may not see that."""
    if over("record", key):
        raise NotAllowed("A preservation notice covers it: nothing of it is disposed of while that is in force", "record")  # fmt: skip


def _names_nobody(key: str, why: str) -> None:
    """The reason stays for good, and so must not say what was erased."""
    said = fold(why)
    ref = fold(key.partition(":")[2])
    named = {fold(n) for n in Appearance.objects.filter(record_key=key).values_list("named", flat=True)}
    words = {w for n in named for w in n.split() if len(w) >= 4}
    if ref in said or words & set(said.split()):
        raise NotAllowed("Write it without the record's number and without names: the reason stays when the record has gone", "why")  # fmt: skip


def _step(erasure: Erasure, user: Any, kind: str, why: str, once: str) -> Step:
    made = Step(erasure=erasure, kind=kind, why=why, by=user, role=user.role if user else "", once=once)
    made.save(force_insert=True)
    return made


def decide(user: Any, number: int, kind: str, why: str, once: str, seen: int) -> Step:
    """A step of the second person, or the first one's taking it back. Nothing is erased before a night does it.

    Raises:
        NotAllowed: a rule is in the way.
        Meanwhile: somebody acted on it since the page was opened.
    """
    once = f"{user.pk}:{once}"[:60]
    with transaction.atomic():
        found = Erasure.objects.select_for_update().get(pk=number)
        if before := Step.objects.filter(once=once).first():
            return before
        steps = list(found.steps.select_related("by"))
        if len(steps) != seen and steps:
            raise Meanwhile(steps[-1])
        if kind not in WHILE:
            raise NotAllowed("Choose what you do")
        was, now = WHILE[kind]
        if found.state not in was:
            raise NotAllowed(f"{found.state_words}: that is not done now")
        own = found.by_id == user.pk
        if kind == "withdrawn":
            if not own:
                raise NotAllowed("Whoever proposed it withdraws it; you may refuse it")
        elif not user.as_role.allows(CONFIRM):
            raise NotAllowed("Your role does not do this")
        elif own:
            raise NotAllowed("Somebody else decides about it: you proposed it")
        if not why:
            raise NotAllowed("Write why, in your own words", "why")
        _names_nobody(found.record_key, why)
        if kind == "confirmed":
            _may_go(found.record_key)
            found.second = user
        made = _step(found, user, kind, why, once)
        found.state = now
        found.save(update_fields=["state", "second"])
    return made


def offered(user: Any, found: Erasure) -> list[str]:
    """Steps that this person may take now."""
    own = found.by_id == user.pk
    out = []
    if found.state == "proposed" and not own and user.as_role.allows(CONFIRM):
        out += ["confirmed", "refused"]
    if found.state in ("proposed", "confirmed") and own and user.as_role.allows(PROPOSE):
        out.append("withdrawn")
    return out


# ---- the machine's part --------------------------------------------------------------------------


def waiting() -> list[Erasure]:
    """What two people confirmed and no night has begun yet, oldest first."""
    rows = Erasure.objects.filter(state="confirmed", number__isnull=True)
    return list(rows.select_related("by", "second").order_by("at", "pk"))


def stop(found: Erasure, why: str) -> None:
    """It was not done, and is to be proposed anew where it should be."""
    with transaction.atomic():
        _step(found, None, "stopped", why, f"stop:{found.pk}:{found.steps.count()}")
        Erasure.objects.filter(pk=found.pk).update(state="stopped")


def begun(act: dict[str, Any]) -> Erasure:
    """The row of an act of the store: that of whoever proposed it or, from the command line, one of its own."""
    if before := Erasure.objects.filter(number=act["number"]).first():
        return before
    if act["proposal"]:
        found = Erasure.objects.get(pk=act["proposal"])
    else:
        found = Erasure(why=act["why"], by_words=act["by"], second_words=act["second"], state="confirmed", once=f"act:{act['number']}")  # fmt: skip
    found.number = act["number"]
    found.save()
    return found


def reached(act: dict[str, Any], reach: Callable[[], Reached]) -> Reached:
    """Reaches the database and keeps in the same transaction what that did: after a kill the certificate still tells it."""
    with transaction.atomic():
        found = begun(act)
        now = reach().after(found.parsed("told").get("database", {}))
        Erasure.objects.filter(pk=found.pk).update(told=json.dumps({"database": now.as_dict() | {"refs": now.refs}}))  # fmt: skip
    return now


def done(act: dict[str, Any], told: dict[str, Any]) -> Erasure:
    """The certificate. Safe to do again."""
    once = f"done:{act['number']}"
    with transaction.atomic():
        found = begun(act)
        kept = {k: act[k] for k in ("records", "tombstones", "at")} | {"told": told}
        found.state, found.told = "done", json.dumps(kept)
        found.done_at = parse_datetime(act["at"]) or timezone.now()
        found.save()
        if not Step.objects.filter(once=once).exists():
            _step(found, None, "done", "", once)
    return found


def named(found: Erasure) -> str:
    """What it is of: the record while it is there, else its tombstone."""
    from redshank.web.pages import words

    if found.state == "done":
        return ", ".join(found.parsed("told").get("tombstones", []))
    record = Record.objects.filter(key=found.record_key).first()
    return words.record_words(found.record_key) + (words.headline_after(record) if record else "")
