"""Asking an agency and what comes of it; a referral to the MASH and its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.accounts.roles import ROLES
from redshank.web.concerns.routing import ROUTING
from redshank.web.heads.moved import ids_of
from redshank.web.meetings.bodies import GATEWAYS
from redshank.web.meetings.models.about import folded
from redshank.web.meetings.raising import NotAllowed, Subject, in_open
from redshank.web.sharing.models import OPEN, Ask, AskStep, Referral, ReferralStep
from redshank.web.sharing.settings import SETTINGS


@dataclass(frozen=True)
class Said:
    """One step as a person records it. ``seen``: how many steps their page showed."""

    kind: str
    why: str
    once: str
    seen: int
    on: Any = None  # a day; of a referral a moment
    file_name: str = ""
    sha256: str = ""
    answer: str = ""


def agencies() -> list[str]:
    """The agencies that somebody here speaks for, so that whoever is asked can read it."""
    rows = User.objects.filter(role="partner_member", is_active=True).exclude(agency="")
    return list(rows.order_by("agency").values_list("agency", flat=True).distinct())


def about(rows: Any, user: Any, about: str, ident: str) -> Any:
    """Of rows in sight those about one thing, also under ids that went into its own."""
    return rows.filter(about=about, ident__in=ids_of(user, about, ident))


def ask(user: Any, of: Subject, agency: str, what: str, why: str, gateway: str, due: date, once: str) -> Ask:
    """Asks an agency.

    Raises:
        NotAllowed: it rests on handling C, or agency, gateway or day are none.
    """
    if (before := Ask.objects.filter(once=once).first()) is not None:
        return before
    if of.closed and (of := in_open(of, ROLES) or of).closed:
        raise NotAllowed("This rests on reports of handling C alone: no agency is asked about it by name. Ask about a theme, in words of your own")  # fmt: skip
    if agency not in agencies():
        raise NotAllowed("Choose an agency of which somebody has an account")
    if gateway not in GATEWAYS or gateway == "none":
        raise NotAllowed("Name the gateway: to ask is to share whom it is about")
    if due < timezone.localdate():
        raise NotAllowed("Give a day that is still to come")
    made = Ask(
        **of.sets, agency=agency, what=what, why=why, gateway=gateway, due=due, by=user, role=user.role, once=once,
        folded=folded(of.title, what, why),
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def step(user: Any, number: int, said: Said) -> AskStep:
    """What came of it. Who records second reads what the first recorded.

    Raises:
        NotAllowed: somebody was first, or it does not follow from where it stands.
    """
    with transaction.atomic():
        found = Ask.objects.select_for_update().get(pk=number)
        if (before := AskStep.objects.filter(once=said.once).first()) is not None:
            return before
        _nobody_first(user, found, said)
        if said.kind == "told" and found.state == "open":
            raise NotAllowed("The agency has not answered: there is nothing to tell it yet")
        if (
            said.kind in ("received", "partly", "refused", "detriment", "chased", "withdrawn")
            and found.state not in OPEN
        ):
            raise NotAllowed(f"It is {found.state_words}: ask anew if something else is needed")
        made = AskStep(
            ask=found, kind=said.kind, why=said.why, once=said.once, by=user, role=user.role, on=said.on or timezone.localdate(),
            file_name=said.file_name, sha256=said.sha256,
        )  # fmt: skip
        made.save(force_insert=True)
        if said.kind == "told":
            found.told_at = made.at
        elif said.kind != "chased":
            # What came since is told again.
            found.state, found.told_at = said.kind, None
        found.folded += folded(said.why)
        found.save(update_fields=["state", "told_at", "folded"])
    return made


def refer(user: Any, of: Subject, agency: str, what: str, received_at: datetime, once: str, record_key: str = "") -> Referral:  # fmt: skip
    """Writes down a referral of a child to the MASH; its clock runs from when it was received."""
    if (before := Referral.objects.filter(once=once).first()) is not None:
        return before
    if of.about != "child":
        raise NotAllowed("A referral is about a child")
    if received_at > timezone.now():
        raise NotAllowed("It was received in the past")
    made = Referral(
        **of.sets | {"record_key": record_key}, agency=agency, what=what, received_at=received_at, by=user, role=user.role, once=once,
        due=_due("threshold", received_at), folded=folded(of.title, what),
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def answer(user: Any, number: int, said: Said) -> ReferralStep:
    """The next step of a referral: the one that it waits for, a withdrawal, or something that is added.

    Raises:
        NotAllowed: somebody was first, or the referral does not wait for this.
    """
    with transaction.atomic():
        found = Referral.objects.select_for_update().get(pk=number)
        if (before := ReferralStep.objects.filter(once=said.once).first()) is not None:
            return before
        _nobody_first(user, found, said)
        on = said.on or timezone.now()
        if on > timezone.now() or on < found.received_at:
            raise NotAllowed("Give a time after the referral and before now")
        is_open = found.waits in SETTINGS.days
        if said.kind not in ("added", "withdrawn") and said.kind != found.waits:
            raise NotAllowed(f"The referral {found.waits_words}")
        if said.kind == "withdrawn" and not is_open:
            raise NotAllowed(f"The referral is {found.waits_words}")
        if said.kind == "threshold" and said.answer not in SETTINGS.answers:
            raise NotAllowed("Choose the threshold answer")
        key = said.answer if said.kind == "threshold" else ""
        made = ReferralStep(referral=found, kind=said.kind, answer=key, on=on, why=said.why, once=said.once, by=user, role=user.role)  # fmt: skip
        made.save(force_insert=True)
        if said.kind == "threshold":
            found.waits = SETTINGS.answers[key].then or "closed"
        elif said.kind != "added":
            found.waits = {"strategy": "outcome", "outcome": "closed", "withdrawn": "withdrawn"}[said.kind]
        if said.kind != "added":
            found.due = _due(found.waits, on)
        found.folded += folded(said.why)
        found.save(update_fields=["waits", "due", "folded"])
    return made


def _due(waits: str, since: datetime) -> datetime | None:
    days = SETTINGS.days.get(waits)
    return None if days is None else ROUTING.working_days_on(since, days)


def _nobody_first(user: Any, found: Ask | Referral, said: Said) -> None:
    if found.steps.count() != said.seen:
        last = found.steps.select_related("by").order_by("pk").last()
        by = last.by.name if last is not None and last.by_id != user.pk else "You"
        raise NotAllowed(f"{by} recorded something meanwhile. Your text is kept below: read what stands there first")  # fmt: skip
