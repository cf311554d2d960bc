"""What is done in a case, and by whom after whom. Every rule in one place.

Whoever prepares decides about each thing; what is of handling C or restricted is decided by name by somebody else, in every case
alike, so that being asked tells nothing; a second person, who wrote nothing that goes out, releases.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.policy.names import fold
from redshank.web.rights import eyes as with_eyes
from redshank.web.rights.content import content_of
from redshank.web.rights.gathering import Draft, gather
from redshank.web.rights.models import Case, Item, Step
from redshank.web.rights.settings import BASES, EXEMPTIONS, RULINGS, month_on
from redshank.web.rights.standing import Standing, standing_of

#: Steps of which the words go out: who made one does not release.
PREPARES = ("opened", "gathered", "term_added", "term_kept", "submitted")
#: Which permission each step needs.
NEEDS = {
    "gathered": "rights.prepare", "identity": "rights.prepare", "term_added": "rights.prepare", "term_kept": "rights.prepare",
    "submitted": "rights.prepare", "refused": "rights.prepare", "closed": "rights.prepare", "sent": "rights.prepare",
    "restricted": "rights.closed", "returned": "rights.release", "released": "rights.release",
}  # fmt: skip
#: In which state of the case each may be done.
WHILE = {
    "gathered": ("open",), "identity": ("open",), "ruled": ("open",), "term_added": ("open",), "term_kept": ("open",), "submitted": ("open",),
    "restricted": ("open", "submitted"), "returned": ("submitted",), "released": ("submitted",), "sent": ("released",), "closed": ("released",),
    "refused": ("open",),
}  # fmt: skip


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str = "kind") -> None:
        self.field = field
        super().__init__(text)


class Meanwhile(NotAllowed):
    """Somebody else acted first."""


@dataclass(frozen=True)
class Asked:
    """What the form of a new case brought, checked for its form."""

    kind: str
    about: str  # person, group or record
    ident: str
    name: str
    reference: str
    basis: str
    asked_by: str
    asked_on: date
    once: str
    due: date | None = None
    authority: str = ""


@dataclass(frozen=True)
class Said:
    """What the form of a step brought."""

    kind: str
    once: str
    seen: int
    why: str = ""
    value: str = ""
    exemption: str = ""
    text: str = ""
    on: date | None = None
    items: tuple[int, ...] = field(default=())


def _once(user: Any, once: str) -> str:
    return f"{user.pk}:{once}"[:60]


def open_case(user: Any, asked: Asked) -> Case:
    """A new case, with all that is held gathered for it."""
    once = _once(user, asked.once)
    if before := Case.objects.filter(once=once).first():
        return before
    if not asked.reference:
        raise NotAllowed("Write the reference under which the force keeps the request", "reference")
    if BASES.get(asked.basis, {}).get("kind") != asked.kind:
        raise NotAllowed("Choose under which law it is asked for", "basis")
    if asked.asked_on > timezone.localdate():
        raise NotAllowed("Give the day on which it was received; it is not still to come", "asked_on")
    if asked.kind == "access" and asked.about != "person":
        raise NotAllowed("A request for access is about a person", "kind")
    if asked.kind == "cpia" and asked.about == "person":
        raise NotAllowed("A disclosure to the prosecution is about a crime or a group", "kind")
    due = month_on(asked.asked_on) if asked.kind == "access" else asked.due
    if due is None:
        raise NotAllowed("Give the day by which the prosecution needs it", "due")
    case = Case(
        kind=asked.kind, person_id=asked.ident if asked.about == "person" else "", group_id=asked.ident if asked.about == "group" else "",
        record_key=asked.ident if asked.about == "record" else "", name=asked.name[:300], reference=asked.reference, basis=asked.basis,
        asked_by=asked.asked_by, authority=asked.authority, asked_on=asked.asked_on, due=due, by=user, role=user.role, once=once,
        folded=fold(f"{asked.name} {asked.asked_by} {asked.authority}"),
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
            _step(case, user, "opened", f"{once}:opened", value=asked.reference)
            _gather(user, case, f"{once}:gathered")
    except IntegrityError as wrong:
        if before := Case.objects.filter(once=once).first():
            return before
        raise NotAllowed("A case with this reference stands already", "reference") from wrong
    return case


def _gather(user: Any, case: Case, once: str) -> Step:
    """Adds what is new or changed; what was gathered before stays as it was."""
    found = gather(with_eyes.of_case(user), case)
    known = set(case.items.values_list("key", "digest"))
    new = [d for d in found.drafts if (d.key, d.digest) not in known]
    Item.objects.bulk_create([_item(case, d) for d in new], batch_size=200)
    now = [d.key for d in found.drafts]
    terms = [[w.text, w.whose] for w in found.words]
    text = json.dumps(sorted(now))
    return _step(case, user, "gathered", once, value=f"{len(found.drafts)} things, {len(new)} of them new", terms=json.dumps(terms), text=text)  # fmt: skip


def _item(case: Case, d: Draft) -> Item:
    return Item(
        case=case, kind=d.kind, key=d.key[:240], label=d.label[:200], title=d.title[:400], text=d.text, day=d.day, record_key=d.record_key,
        closed=d.closed, facts=d.facts, stored=json.dumps(d.stored, default=str, sort_keys=True), digest=d.digest,
    )  # fmt: skip


def _step(case: Case, user: Any, kind: str, once: str, **more: Any) -> Step:
    made = Step(case=case, kind=kind, by=user, role=user.role, once=once[:80], **more)
    made.save(force_insert=True)
    return made


def act(user: Any, number: int, said: Said) -> Step:
    """One step of a case.

    Raises:
        NotAllowed: a rule is in the way, or somebody was first (:class:`Meanwhile`).
    """
    once = f"{user.pk}:{number}:{said.once}"[:60] + f":{said.kind}"
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=number)
        if before := Step.objects.filter(once__in=[once, f"{once}:0"[:80]]).first():
            return before
        _may(user, case, said)
        if case.steps.count() != said.seen:
            last = case.steps.select_related("by").order_by("pk").last()
            who = last.by.name if last is not None else "Somebody"
            raise Meanwhile(f"{who} was first. What you wrote is kept below: read what stands there now")
        now = standing_of(user, case)
        if said.kind == "ruled":
            return _rule(user, case, now, said, once)
        if said.kind == "gathered":
            return _gather(user, case, once)
        more: dict[str, Any] = {"why": said.why, "value": said.value, "on": said.on}
        if said.kind == "identity":
            _identity(case, said)
        elif said.kind in ("term_added", "term_kept"):
            _term(now, said)
        elif said.kind == "submitted":
            _complete(case, now)
        elif said.kind == "released":
            _complete(case, now)
            _second(user, case)
            told = json.dumps(content_of(user, case, now), ensure_ascii=False, sort_keys=True, default=str)
            more |= {"content": told, "sha256": hashlib.sha256(told.encode()).hexdigest()}
        elif said.kind == "sent" and not said.value:
            raise NotAllowed("Write to whom it was handed", "value")
        if said.kind in ("restricted", "returned", "refused", "term_kept") and not said.why:
            raise NotAllowed("Write why, in your own words", "why")
        made = _step(case, user, said.kind, once, **more)
        case.state = {"submitted": "submitted", "returned": "open", "released": "released", "refused": "refused", "closed": "closed"}.get(said.kind, case.state)  # fmt: skip
        case.folded += fold(f"{said.why} {said.value}")
        case.save(update_fields=["state", "due", "folded"])
    return made


def _may(user: Any, case: Case, said: Said) -> None:
    if said.kind not in WHILE:
        raise NotAllowed("Choose what you do")
    if case.state not in WHILE[said.kind]:
        raise NotAllowed(f"It is {case.state_words}: that is not done now")
    if said.kind != "ruled" and not user.as_role.allows(NEEDS[said.kind]):
        raise NotAllowed("Your role does not do this")


def _rule(user: Any, case: Case, now: Standing, said: Said, once: str) -> Step:
    """Decides about one thing or several; what is of handling C, one by one and by whoever decides that by name."""
    if RULINGS.get(said.value, {}).get("kind") != case.kind:
        raise NotAllowed("Choose what becomes of it", "value")
    chosen = [i for i in now.items if i.pk in said.items]
    if not chosen or len(chosen) != len(set(said.items)):
        raise NotAllowed("Choose at least one thing that stands in the case", "things")
    closed = [i for i in chosen if i.closed]
    if closed and (len(chosen) > 1 or not user.as_role.allows("rights.closed")):
        raise NotAllowed(
            "What is of handling C is decided one by one, by somebody who decides that by name", "things"
        )
    if not closed and not user.as_role.allows("rights.prepare"):
        raise NotAllowed("Your role does not do this", "things")
    if said.value == "exempt" and said.exemption not in EXEMPTIONS:
        raise NotAllowed("Choose the ground on which it is left out", "exemption")
    if said.value in ("exempt", "sensitive", "irrelevant") and not said.why:
        raise NotAllowed("Write why, in your own words", "why")
    if closed and said.value in ("include", "sensitive") and not said.text:
        raise NotAllowed(
            "Write what is said of it instead: nothing of handling C goes out as it stands", "text"
        )
    if closed and said.value == "schedule":
        raise NotAllowed("What is of handling C stands on the schedule of sensitive material, or is not relevant", "value")  # fmt: skip
    made = None
    for n, item in enumerate(chosen):
        step = _step(
            case, user, "ruled", f"{once}:{n}", item=item, value=said.value, exemption=said.exemption if said.value == "exempt" else "", why=said.why,
            text=said.text if closed else "",
        )  # fmt: skip
        made = made or step
    assert made is not None
    return made


def _identity(case: Case, said: Said) -> None:
    """The clock runs from when the identity was confirmed, where that is later (Data Protection Act 2018 s.54)."""
    if not case.is_access:
        raise NotAllowed("Nobody's identity is confirmed for a disclosure to the prosecution")
    if said.on is None or said.on > timezone.localdate() or said.on < case.asked_on:
        raise NotAllowed("Give the day: not before it was asked for, and not one that is still to come", "on")
    if not said.why:
        raise NotAllowed("Write by what the identity was confirmed", "why")
    case.due = month_on(max(case.asked_on, said.on))


def _term(now: Standing, said: Said) -> None:
    if len(said.value.strip()) < 2:
        raise NotAllowed("Write the word to take out, at least two letters", "value")
    known = {w.text.casefold() for w in now.words}
    if said.kind == "term_kept" and said.value.casefold() not in known:
        raise NotAllowed("This word is not taken out", "value")
    if said.kind == "term_added" and said.value.casefold() in known:
        raise NotAllowed("This word is taken out already", "value")


def _complete(case: Case, now: Standing) -> None:
    """Nothing is decided by leaving it open."""
    if case.is_access and not now.identity:
        raise NotAllowed("Confirm first who asks")
    if now.undecided or now.unseen:
        raise NotAllowed(f"{now.undecided + now.unseen} of the things gathered wait for a decision")
    if not now.restricted:
        raise NotAllowed(
            "The safeguarding lead decides first about what is restricted; that is asked in every case"
        )


def _second(user: Any, case: Case) -> None:
    wrote = case.steps.filter(by=user).filter(kind__in=PREPARES) | case.steps.filter(by=user, kind="ruled").exclude(value="exempt")  # fmt: skip
    if wrote.exists():
        raise NotAllowed("Somebody else releases it: you wrote part of what goes out")


def releasers() -> list[Any]:
    return [u for u in User.objects.filter(is_active=True) if u.as_role.allows("rights.release")]
