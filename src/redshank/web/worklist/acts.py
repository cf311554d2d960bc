"""Every act on an item, and its undoing: the rules in one place. A view asks the policy first and then calls these.

Acts are added, never changed; where an item stands is worked out from those that stand. A form sent twice acts once,
and of two people who act at once the second reads what the first did.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from redshank.web.heads.models import Signal
from redshank.web.meetings.acts import withdraw
from redshank.web.meetings.models import Raised
from redshank.web.worklist.items import Thing, folded
from redshank.web.worklist.models import Act, Rule, Standing
from redshank.web.worklist.models.acts import SETTLING, VERDICTS

LONGEST = 4_000
#: Kinds of which two at once exclude each other; a question or a link does not.
EXCLUSIVE = (*SETTLING, "grade", "assign", "undo")


class NotAllowed(Exception):
    """A rule of the list is in the way; the text says which."""


class ChooseSight(NotAllowed):
    """Nobody said with which records it goes before the meeting."""


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, act: Act) -> None:
        self.act = act
        super().__init__("acted meanwhile")


@dataclass(frozen=True)
class Wish:
    """What a person wants to do. ``seen``: the last act that their page showed; None where it does not matter."""

    kind: str
    once: str
    why: str = ""
    value: str = ""
    hit: Signal | None = None
    seen: int | None = None
    batch: str = ""


def of(about: str, ident: str) -> Any:
    return Act.objects.filter(about=about, ident=ident)


def done_before(once: str) -> Act | None:
    """The act that the same form made when it was sent the first time."""
    return Act.objects.filter(once=once).first()


def lock(about: str, ident: str, **sets: Any) -> None:
    """One writer at a time for an item: the row that says where it stands is held to the end of the transaction."""
    Standing.objects.get_or_create(about=about, ident=ident, edition="full", defaults=sets)
    Standing.objects.select_for_update().get(about=about, ident=ident, edition="full")


def do(
    user: Any, thing: Thing, wish: Wish, *, run: int, shown: dict[str, Any], then: Callable[[Act], Any] = lambda act: None
) -> Act:  # fmt: skip
    """One act. ``then`` adds what belongs to it (a date of a meeting, a clock) in the same transaction."""
    with transaction.atomic():
        lock(**{k: v for k, v in thing.sets.items() if k != "closed"})
        if (first := done_before(wish.once)) is not None:
            if (first.by_id, first.about, first.ident, first.kind) != (
                user.pk,
                thing.about,
                thing.ident,
                wish.kind,
            ):
                raise NotAllowed("This form was used for something else: open the page again")
            return first
        _nobody_meanwhile(user, thing, wish)
        act = Act(
            **thing.sets | _hit(wish.hit), kind=wish.kind, value=wish.value[:200], by=user, role=user.role
        )
        act.why, act.once, act.run, act.batch = wish.why, wish.once, run, wish.batch
        act.shown = json.dumps(shown, default=str)
        act.save(force_insert=True)
        then(act)
        settle(thing.about, thing.ident)
    return act


def _hit(hit: Signal | None) -> dict[str, Any]:
    """A hit's act belongs to its record too, and is hidden with it."""
    if hit is None:
        return {}
    rule = Rule.objects.filter(rule=hit.rule).first()
    return {
        "record_key": hit.record_key, "hit": hit.signal_id, "rule": hit.rule, "rule_version": rule.version if rule else 0, "indicator": hit.indicator,
        "words": folded(hit.text),
    }  # fmt: skip


def _nobody_meanwhile(user: Any, thing: Thing, wish: Wish) -> None:
    if wish.seen is None:
        return
    later = of(thing.about, thing.ident).filter(pk__gt=wish.seen).exclude(by=user)
    if not user.as_role.cleared:
        later = later.filter(closed=False)
    if wish.hit is not None:
        later = later.filter(hit=wish.hit.signal_id, kind__in=(*VERDICTS, "undo"))
    elif wish.kind in EXCLUSIVE:
        later = later.filter(hit="", kind__in=EXCLUSIVE)
    else:
        return
    if (first := later.select_related("by").order_by("pk").last()) is not None:
        raise Meanwhile(first)


def settle(about: str, ident: str) -> None:
    """Works out where an item stands from the acts that stand: once from all, once without those that rest on handling C."""
    every = list(of(about, ident).filter(hit="", undone_by__isnull=True).exclude(kind="undo").order_by("pk"))
    newest = of(about, ident).order_by("pk").last()
    if newest is None:
        return
    for edition, kept in (("full", every), ("open", [a for a in every if not a.closed])):
        sets: dict[str, Any] = {
            "group_id": newest.group_id, "person_id": newest.person_id, "record_key": ident if about == "record" else "", "title": newest.title,
            "state": "", "grade": "", "assigned_id": None, "settled_at": None, "run": 0, "records": "[]", "hits": "[]",
        }  # fmt: skip
        if edition == "open" and (
            titles := [a.title for a in of(about, ident).filter(closed=False).order_by("pk")]
        ):
            sets["title"] = titles[-1]
        elif edition == "open":
            Standing.objects.filter(about=about, ident=ident, edition="open").delete()
            continue
        for act in kept:
            if act.kind in SETTLING:
                shown = act.parsed("shown")
                sets |= {"state": act.kind, "settled_at": act.at, "run": act.run}
                sets["records"] = json.dumps(shown["records"])
                sets["hits"] = json.dumps(shown["marks"])
            elif act.kind == "grade":
                sets["grade"] = act.value
            elif act.kind == "assign":
                sets["assigned_id"] = int(act.value)
        Standing.objects.update_or_create(about=about, ident=ident, edition=edition, defaults=sets)


def may_undo(user: Any, act: Act) -> str:
    """Why this person may not take the act back, or nothing."""
    if act.kind == "undo" or hasattr(act, "undone_by"):
        return "It was taken back already."
    if act.by_id != user.pk:
        return "Only who did it takes it back."
    if act.kind in ("raise", "hold"):
        stood = Raised.objects.filter(act=act).first()
        if stood is None:
            return "It stood before the meeting already, and your words were added to it: settle it there."
        if stood.moves.exists():
            return "It was taken on already: its owner settles it on the page of what was raised."
    if act.kind == "refer" and act.referral.steps.exists():
        return "The registrar has looked at it already."
    if act.kind == "ask" and act.question.answered_at:
        return "The question was answered already."
    return ""


def undo(user: Any, act: Act, once: str, why: str, run: int) -> Act:
    """Takes an act back by another: the first stays and shows that it was withdrawn."""
    with transaction.atomic():
        lock(act.about, act.ident)
        if (first := done_before(once)) is not None:
            if (first.by_id, first.kind, first.undoes_id) != (user.pk, "undo", act.pk):
                raise NotAllowed("This form was used for something else: open the page again")
            return first
        act = Act.objects.get(pk=act.pk)
        if reason := may_undo(user, act):
            raise NotAllowed(reason)
        names = ("about", "ident", "group_id", "person_id", "record_key", "title", "closed", "hit", "rule", "rule_version", "indicator", "words")  # fmt: skip
        back = Act(
            **{n: getattr(act, n) for n in names}, kind="undo", value=act.kind, by=user, role=user.role
        )
        back.why, back.once, back.run, back.undoes = why, once, run, act
        back.save(force_insert=True)
        for raised in Raised.objects.filter(act=act):
            withdraw(user, raised, once)
        settle(act.about, act.ident)
    return back
