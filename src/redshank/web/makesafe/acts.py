"""What people do in Operation Makesafe: every rule in one place. A view asks the policy and then calls these."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import h3
from django.db import IntegrityError, transaction

from redshank.web import versions
from redshank.web.makesafe.models import (
    OF_A_TEST,
    Ask,
    Business,
    Call,
    CallStep,
    Message,
    Order,
    OrderStep,
    Step,
    Struck,
    Training,
    Visit,
    Welfare,
)
from redshank.web.makesafe.settings import CATEGORIES, DATA
from redshank.web.policy.names import fold
from redshank.web.versions import Meanwhile, NotAllowed, mark

LABELS = {
    "name": "Name", "category": "Category", "district": "District", "address": "Address", "postcode": "Postcode",
    "latitude": "Latitude", "longitude": "Longitude",
}  # fmt: skip


# ---- businesses ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Particulars:
    """What tells two businesses apart: the words of the name, the postcode, the address, where it stands (WGS 84)."""

    words: frozenset[str]
    code: str
    address: str
    at: tuple[float, float] | None

    def has_name_of(self, other: Particulars) -> bool:
        """All words of the one are in the name of the other."""
        return bool(self.words and other.words) and (self.words <= other.words or other.words <= self.words)

    def may_be(self, other: Particulars) -> bool:
        """The same words in the name, and near or with the same postcode; or one postcode and one address."""
        same_code = bool(self.code) and self.code == other.code
        same_address = bool(self.address) and self.address == other.address
        if same_code and same_address:
            return True
        near_or_unknown = same_code or not self.code or not other.code or self.metres(other) <= DATA["alike"]["metres"]  # fmt: skip
        return near_or_unknown and self.has_name_of(other)

    def is_surely(self, other: Particulars) -> bool:
        """One name, and one postcode or address."""
        same = (self.code and self.code == other.code) or (self.address and self.address == other.address)
        return bool(self.words and self.words == other.words and same)

    def metres(self, other: Particulars) -> float:
        """How far apart; infinite where one has no coordinates."""
        if self.at is None or other.at is None:
            return float("inf")
        return float(h3.great_circle_distance(self.at, other.at, unit="m"))


def particulars(of: Any) -> Particulars:
    """Of what a form brought, of a business, or of premises of the register."""
    given = of if isinstance(of, dict) else {n: getattr(of, n) for n in LABELS}
    at = None if given["latitude"] is None or given["longitude"] is None else (given["latitude"], given["longitude"])  # fmt: skip
    return Particulars(
        frozenset(fold(given["name"]).split()) - {"the"}, "".join(given["postcode"].split()).upper(), fold(given["address"]).strip(), at
    )  # fmt: skip


def alike(user: Any, given: dict[str, Any], besides: int = 0) -> list[Business]:
    """Businesses that may be the same one."""
    new = particulars(given)
    rows = Business.objects.visible_to(user, "looking for the same business").exclude(pk=besides)
    return [b for b in rows if new.may_be(particulars(b))][:5]


def told(given: dict[str, Any]) -> str:
    """What stands now, by label, as a reader says it."""
    said = given | ({"category": CATEGORIES[given["category"]]} if "category" in given else {})
    return json.dumps({LABELS[k]: "" if v is None else str(v) for k, v in said.items()}, ensure_ascii=False)


def add(user: Any, given: dict[str, Any], once: str, premises_key: str = "") -> tuple[Business, bool]:
    """A new business; the one that is there where the form came twice or somebody took it in first."""
    once = mark(user, once)
    try:
        with transaction.atomic():
            made = Business.objects.create(**given, premises_key=premises_key, by=user, once=once)
            kind = "taken" if premises_key else "added"
            Step(business=made, kind=kind, told=told(given), by=user, once=once).save()
        return made, True
    except IntegrityError:
        rows = Business.objects.visible_to(user, "a business that stands").select_related("by")
        found = rows.filter(once=once).first()
        if found is None and premises_key:
            found = rows.filter(premises_key=premises_key).first()
        if found is None:
            raise
        return found, False


def was_added(user: Any, once: str) -> bool:
    """Whether this very form was sent before: what looks alike is then itself."""
    return Business.objects.filter(once=mark(user, once)).exists()


def _locked(number: int, once: str, seen: int) -> tuple[Business, Step | None]:
    """The business for this act, or the step that the same form made before."""
    business = Business.objects.select_for_update().get(pk=number)
    before = business.steps.filter(once=once).first()
    if before is None and business.steps.count() != seen:
        last = business.steps.select_related("by").last()
        if last is not None:
            raise Meanwhile(last)
    return business, before


def _step(business: Business, user: Any, kind: str, once: str, text: str = "", told: str = "{}") -> Step:
    step = Step(business=business, kind=kind, told=told, text=text, by=user, once=once)
    step.save()
    return step


def change(user: Any, number: int, given: dict[str, Any], why: str, once: str, seen: int) -> Step | None:
    """What is different is written anew, and what stood before stays in the steps; None where nothing is."""
    once = mark(user, once)
    with transaction.atomic():
        business, before = _locked(number, once, seen)
        if before is not None:
            return before
        new = {k: v for k, v in given.items() if getattr(business, k) != v}
        if not new:
            return None
        for name, value in new.items():
            setattr(business, name, value)
        business.save(update_fields=list(new))
        return _step(business, user, "changed", once, why, told(new))


def move(user: Any, number: int, why: str, once: str, seen: int) -> Step:
    """Out of the operation, or into it again."""
    once = mark(user, once)
    with transaction.atomic():
        business, before = _locked(number, once, seen)
        if before is not None:
            return before
        business.state = "closed" if business.state == "open" else "open"
        business.save(update_fields=["state"])
        return _step(business, user, "closed" if business.state == "closed" else "opened", once, why)


# ---- training and visits ---------------------------------------------------------------------------------------


def train(user: Any, number: int, given: dict[str, Any], once: str, seen: int) -> Training:
    once = mark(user, once)
    with transaction.atomic():
        business, before = _locked(number, once, seen)
        if before is not None:
            return Training.objects.get(once=once)
        if business.state != "open":
            raise NotAllowed("It has left the operation: take it in again first")
        made = Training(business=business, by=user, once=once, **given)
        made.save()
        _step(business, user, "trained", once)
    return made


@dataclass(frozen=True)
class Cadet:
    """What must stand before a cadet goes along (practice rule 24)."""

    age: int | None
    consent: str
    inspector: str
    risk: str

    def lacks(self) -> dict[str, str]:
        """Field → what is missing."""
        limits = DATA["cadet"]
        out = {}
        if self.age is None or not limits["youngest"] <= self.age <= limits["oldest"]:
            out["cadet_age"] = f"Write the cadet's age, {limits['youngest']} to {limits['oldest']}"
        if not self.consent:
            out["consent"] = "Write which parent or carer consented, and when"
        if not self.inspector:
            out["inspector"] = "Write which inspector authorised it"
        if not self.risk:
            out["risk"] = "Write where the risk assessment is kept"
        return out


def visit(user: Any, number: int, given: dict[str, Any], cadet: Cadet | None, once: str, seen: int) -> Visit:
    """A visit as recorded. After a test visit that was not passed another is due, by today's configuration."""
    once = mark(user, once)
    if cadet is not None and (given["kind"] != "test" or cadet.lacks()):
        raise NotAllowed("A cadet goes along on a test visit only, and not without what protects the cadet")
    with transaction.atomic():
        business, before = _locked(number, once, seen)
        if before is not None:
            return Visit.objects.get(once=once)
        if business.state != "open":
            raise NotAllowed("It has left the operation: take it in again first")
        made = Visit(business=business, by=user, once=once, with_cadet=cadet is not None, **given)
        if cadet is not None:
            made.cadet_age, made.consent = cadet.age, cadet.consent
            made.inspector, made.risk = cadet.inspector, cadet.risk
        if made.is_fail:
            made.again_by = made.on + timedelta(days=DATA["revisit"]["days"])
        made.save()
        _step(business, user, "tested" if made.kind == "test" else "visited", once)
    return made


def welfare(user: Any, visit_: Visit, on: date, text: str) -> tuple[Welfare, bool]:
    """The welfare check after a test visit with a cadet; the first one where somebody recorded it."""
    if not visit_.with_cadet:
        raise NotAllowed("No cadet was on this visit")
    try:
        with transaction.atomic():
            made = Welfare(visit=visit_, on=on, text=text, by=user)
            made.save()
        return made, True
    except IntegrityError:
        return Welfare.objects.select_related("by").get(visit=visit_), False


def strike(user: Any, found: Training | Visit, text: str) -> tuple[Struck, bool]:
    """Recorded wrongly: it stays to be seen and counts nowhere."""
    about = {"training": found} if isinstance(found, Training) else {"visit": found}
    is_test = isinstance(found, Visit) and found.kind == "test"
    try:
        with transaction.atomic():
            business = Business.objects.select_for_update().get(pk=found.business_id)
            made = Struck(business=business, text=text, by=user, **about)
            made.save()
            kind = OF_A_TEST[1] if is_test else "struck"
            _step(business, user, kind, f"struck {type(found).__name__} {found.pk}", text)
        return made, True
    except IntegrityError:
        return Struck.objects.select_related("by").get(**about), False


def ask(user: Any, business: Business, due: date, why: str, once: str) -> bool:
    """A visit is asked for. Nothing is added to the business's steps: nobody learns from them that it was."""
    try:
        with transaction.atomic():
            Ask(business=business, due=due, why=why, by=user, once=mark(user, once)).save()
        return True
    except IntegrityError:
        return False


# ---- the message and the order ---------------------------------------------------------------------------------


def new_message(user: Any, text: str, from_day: date, once: str) -> tuple[Message, bool]:
    """The next version of the message. It begins no earlier than the one before, so that no past visit is judged anew."""
    once = mark(user, once)
    if before := Message.objects.filter(once=once).first():
        return before, False
    last = Message.objects.last()
    if last is not None and from_day <= last.from_day:
        raise NotAllowed("It begins later than the version before it")
    try:
        with transaction.atomic():
            made = Message(number=(last.number if last else 0) + 1, text=text, from_day=from_day, by=user, once=once)  # fmt: skip
            made.save()
        return made, True
    except IntegrityError:
        if before := Message.objects.filter(once=once).first():
            return before, False
        raise Meanwhile(Message.objects.select_related("by").last()) from None


def draft(user: Any, text: str, once: str) -> tuple[Order, bool]:
    """A new version of the operational order."""
    return versions.draft(Order.objects.all(), user, text, once)


def further(user: Any, number: int, kind: str, text: str, once: str, seen: int) -> OrderStep:
    """Consulted (again), or adopted: what was in force, and every older version, is superseded then."""
    step: OrderStep = versions.follow(Order.objects.all(), user, number, kind, text, once, seen)
    return step


def acknowledge(user: Any, order: Order) -> bool:
    """This member of the teams has read the order that is in force."""
    if user.role not in DATA["order"]["acknowledged_by"]:
        raise NotAllowed("Only members of the community and proactive teams acknowledge it")
    return versions.acknowledge(order, user)


# ---- calls -----------------------------------------------------------------------------------------------------


def place_call(
    user: Any, key: str, kind: str, text: str, once: str, seen: int,
    business: Business | None = None, on: date | None = None,
) -> CallStep:  # fmt: skip
    """A call is linked or set aside; what follows is noted on a linked one."""
    once = mark(user, once)
    with transaction.atomic():
        call = Call.objects.select_for_update().filter(record_key=key).first()
        if call is None:
            if kind not in ("linked", "set_aside"):
                raise NotAllowed("Link it to a business first")
            try:
                with transaction.atomic():
                    call = Call.objects.create(record_key=key, business=business, state=kind)
            except IntegrityError:  # in this very moment
                call = Call.objects.select_for_update().get(record_key=key)
        if before := call.steps.filter(once=once).first():
            return before
        if call.steps.count() != seen:
            raise Meanwhile(call.steps.select_related("by").last())
        if kind in ("linked", "set_aside"):
            call.business, call.state = business, kind
            call.save(update_fields=["business", "state"])
        elif call.state != "linked":
            raise NotAllowed("Link it to a business first")
        step = CallStep(call=call, kind=kind, business=business, text=text, on=on, by=user, once=once)
        step.save()
    return step
