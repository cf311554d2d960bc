"""Proposing and confirming a part, recording an option, adding a step: every rule in one place.

A view asks the policy and then calls these. Rows are locked while they change; a form sent twice acts once; of two
people at once the second is told of the first's step (:class:`Meanwhile`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from redshank.web.disruption.models import DECISIONS, Measure, Part, PartAct, Step, ToolkitLine
from redshank.web.disruption.options import TOOLKIT, Option, offered, today
from redshank.web.disruption.subjects import WHAT, Subject, link_is_closed, link_is_small
from redshank.web.flags.acts import opened
from redshank.web.pages.around import publication
from redshank.web.policy.names import fold

OPEN = ("proposed", "need_more")
ANSWERS = ("confirmed", "not_proven", "need_more")
NEEDS_REVIEW = ("considered", "used")


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str = "kind") -> None:
        self.field = field
        super().__init__(text)


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, act: Any) -> None:
        self.act = act
        super().__init__("changed meanwhile")


@dataclass(frozen=True)
class Given:
    """What a form brought, checked for its form; an empty field is None or blank."""

    text: str
    once: str
    lead: Any = None
    advice: bool | None = None
    advice_on: date | None = None
    granted_on: date | None = None
    expires_on: date | None = None
    review_on: date | None = None
    conditions: str = ""
    day: date | None = None
    outcome: str = ""
    measured: str = ""


def once_of(user: Any, once: str) -> str:
    return f"{user.pk}:{once}"[:60]


# ---- the part of a place, line, vehicle or number ---------------------------------------------


def about(s: Subject) -> dict[str, Any]:
    """The columns that say what a row is about."""
    return {
        "kind": s.kind, "ident": s.ident, "name": s.name[:200], "closed": s.is_closed, "small": s.is_small,
        "person_id": s.ident if s.kind == "person" else "", "cell": s.ident if s.kind == "place" else "",
        "line_ref": s.ident if s.kind == "line" else "",
    }  # fmt: skip


def propose_part(user: Any, s: Subject, what: str, why: str, evidence: list[str], once: str) -> Part:
    """A part proposed, with the records that show it; :class:`NotAllowed` where one stands or none was opened."""
    once = once_of(user, once)
    if before := PartAct.objects.filter(once=once).select_related("part").first():
        return before.part
    if what not in WHAT.get(s.kind, ()):
        raise NotAllowed("Choose what it is", "what")
    seen = opened(user, evidence)
    if not seen:
        raise NotAllowed("Open at least one of the records that you rely on", "evidence")
    try:
        with transaction.atomic():
            part = Part.objects.create(
                **about(s), what=what, state="proposed", district=s.district, evidence=json.dumps(evidence), by=user, folded=fold(f"{s.name} {why}"),
            )  # fmt: skip
            _part_act(part, "proposed", user, why, evidence, seen, s, once)
    except IntegrityError as wrong:
        if before := PartAct.objects.filter(once=once).select_related("part").first():
            return before.part
        raise NotAllowed("It is proposed or confirmed already", "what") from wrong
    return part


def _part_act(
    part: Part, kind: str, user: Any, why: str, evidence: list[str], seen: dict[str, str], s: Subject | None, once: str
) -> PartAct:  # fmt: skip
    act = PartAct(
        part=part, kind=kind, by=user, role=user.role, why=why, evidence=json.dumps(evidence), opened=json.dumps(seen),
        shown=json.dumps(_shown(s) if s else {"name": part.name, "gone": True}, default=str), once=once,
    )  # fmt: skip
    act.save(force_insert=True)
    return act


def why_not(user: Any, part: Part) -> str:
    """Why this person may not decide on a part, or nothing."""
    if not user.as_role.allows("disruption.confirm"):
        return "Your role does not decide on this."
    if part.state not in OPEN:
        return "It has been decided."
    if part.by_id == user.pk:
        return "You proposed it: another person decides."
    return ""


def may_end(user: Any, part: Part) -> bool:
    """Who decides takes back what was confirmed; whoever proposed it, what is not decided yet."""
    if part.state == "confirmed":
        return bool(user.as_role.allows("disruption.confirm"))
    return part.state in OPEN and part.by_id == user.pk


def decide_part(
    user: Any, number: int, kind: str, why: str, once: str, seen: int, s: Subject | None
) -> PartAct:
    """Confirmed by a second person who opened the records; not proven; need more; or a confirmed one taken back."""
    once = once_of(user, once)
    with transaction.atomic():
        part = Part.objects.select_for_update().get(pk=number)
        if before := PartAct.objects.filter(once=once).first():
            return before
        if part.acts.count() != seen:
            raise Meanwhile(part.acts.select_related("by").last())
        evidence = part.parsed("evidence")
        if kind == "ended":
            if not may_end(user, part):
                raise NotAllowed("Only a confirmed part is taken back, or one's own before it is decided")
        elif reason := why_not(user, part):
            raise NotAllowed(reason)
        looked = opened(user, evidence, part.at)
        if kind == "confirmed" and (left := set(evidence) - set(looked)):
            raise NotAllowed(f"Open the records that it relies on first: {len(left)} not opened since it was proposed")  # fmt: skip
        made = _part_act(part, kind, user, why, evidence, looked, s, once)
        part.state = kind
        part.folded = part.folded.rstrip() + fold(why)
        part.save(update_fields=["state", "folded"])
    return made


# ---- the register -----------------------------------------------------------------------------


def _shown(s: Subject, option: Option | None = None) -> dict[str, Any]:
    """What stood before the person (practice rule 6)."""
    state = publication()
    shown: dict[str, Any] = {
        "name": s.name, "kind": s.kind_words, "records": s.keys, "run": state.current_run, "as_of": state.as_of,
        "confirmed": s.confirmed.as_shown() if s.confirmed else None, "toolkit": TOOLKIT.version,
        "offered": [{"code": o.option.code, "name": o.option.name, "greyed": o.greyed} for o in offered(s)],
    }  # fmt: skip
    if option is not None:
        shown["option"] = option.as_shown() | {"greyed": option.greyed()}
    return shown


def _check(kind: str, option: Option | None, given: Given, before: str, measure: Measure | None) -> None:
    """What a step needs."""
    if not given.text:
        raise NotAllowed("Write why" if kind in DECISIONS else "Write what was said or done", "text")
    if kind == "used" and before != "used":
        reason = option.greyed() if option else "It is no longer in the toolkit."
        if reason:
            raise NotAllowed(f"It cannot be recorded as newly used. {reason}", "decision")
    if kind in DECISIONS and given.advice is None:
        raise NotAllowed("Say whether legal advice was sought", "advice")
    if kind in NEEDS_REVIEW and given.review_on is None:
        raise NotAllowed("Write when it is looked at again", "review_on")
    if kind == "reviewed" and given.review_on is None and measure and measure.is_open:
        raise NotAllowed(
            "Write when it is looked at again, or first decide, or record the outcome", "review_on"
        )
    if kind in ("breach", "outcome") and measure and not measure.was_used:
        raise NotAllowed("It was not used: record first that it was")
    if given.review_on is not None and given.review_on < today():
        raise NotAllowed("The review is to be today or later", "review_on")
    granted = given.granted_on or (measure.granted_on if measure else None)
    if granted and given.expires_on and given.expires_on < granted:
        raise NotAllowed("It cannot expire before it was granted", "expires_on")
    if kind == "breach" and (given.day is None or given.day > today()):
        raise NotAllowed("Write on which day it was, today or before", "day")
    if kind == "outcome" and (given.outcome not in TOOLKIT.outcomes or not given.measured):
        raise NotAllowed("Choose the outcome, and write by what it was measured", "outcome")


def record(
    user: Any, s: Subject, code: str, decision: str, given: Given, linked: dict[str, tuple[str, str]]
) -> tuple[Measure, bool]:
    """An option for a subject, with its first decision; the first row where the same form was sent before.

    ``linked``: child, place, vehicle or group → its id and what it is called, from what the reader may see.
    """
    once = once_of(user, given.once)
    if before := Step.objects.filter(once=once).select_related("measure").first():
        return before.measure, False
    option = TOOLKIT.options.get(code)
    if option is None:
        raise NotAllowed("Choose an option of the toolkit", "option")
    if decision not in DECISIONS:
        raise NotAllowed("Choose whether it was considered, used, refused or not used", "decision")
    _check(decision, option, given, "", None)
    closed = s.is_closed or any(link_is_closed(k, i, user) for k, (i, _) in linked.items())
    if closed and not given.lead.as_role.cleared:
        raise NotAllowed("It rests on handling C: choose a lead who may see it", "lead")
    ids = {k: i for k, (i, _) in linked.items()}
    on = about(s) | {
        "closed": closed, "small": s.is_small or any(link_is_small(k, i, user) for k, i in ids.items()),
        "evidence": json.dumps(list(s.confirmed.evidence) if s.confirmed else []),
    }  # fmt: skip
    try:
        with transaction.atomic():
            made = Measure.objects.create(
                **on, is_child=s.protects_only, district=s.district, option=code, option_name=option.name,
                place_in_order=list(TOOLKIT.options).index(code), toolkit=TOOLKIT.version, by=user,
                by_hand=code not in {o.option.code for o in offered(s)}, decision=decision, lead=given.lead, granted_on=given.granted_on,
                expires_on=given.expires_on, review_on=given.review_on, conditions=given.conditions, folded=_words(s.name, given),
                child_id=ids.get("child", ""), place_cell=ids.get("place", ""), vehicle=ids.get("vehicle", ""), group_id=ids.get("group", ""),
                linked=json.dumps({k: name for k, (_, name) in linked.items()}),
            )  # fmt: skip
            _step(made, decision, user, given, _shown(s, option), once)
    except IntegrityError:
        return Step.objects.select_related("measure").get(once=once).measure, False
    return made, True


def _words(name: str, given: Given) -> str:
    return fold(" ".join((name, given.text, given.conditions, given.measured)))


def _step(m: Measure, kind: str, user: Any, given: Given, shown: dict[str, Any], once: str) -> Step:
    made = Step(
        measure=m, kind=kind, by=user, role=user.role, text=given.text, lead=m.lead, advice=given.advice, advice_on=given.advice_on,
        granted_on=given.granted_on, expires_on=given.expires_on, review_on=given.review_on, conditions=given.conditions, day=given.day,
        outcome=given.outcome, measured=given.measured, shown=json.dumps(shown, default=str), once=once,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def add(user: Any, number: int, kind: str, given: Given, seen: int, s: Subject | None) -> Step:
    """A step added to a row; ``seen``: how many steps stood on the page that was sent."""
    once = once_of(user, given.once)
    with transaction.atomic():
        m = Measure.objects.select_for_update().get(pk=number)
        if before := Step.objects.filter(once=once).first():
            return before
        if m.steps.count() != seen:
            raise Meanwhile(m.steps.select_related("by").last())
        option = TOOLKIT.options.get(m.option)
        _check(kind, option, given, m.decision, m)
        if given.lead is not None:
            if m.closed and not given.lead.as_role.cleared:
                raise NotAllowed("It rests on handling C: choose a lead who may see it", "lead")
            m.lead = given.lead
        if kind in DECISIONS:
            m.decision = kind
        if kind in DECISIONS or kind == "reviewed":
            m.review_on = given.review_on
            m.granted_on = given.granted_on or m.granted_on
            m.expires_on = given.expires_on or m.expires_on
            m.conditions = given.conditions or m.conditions
        if kind == "outcome":
            m.outcome = given.outcome
        m.folded = m.folded.rstrip() + _words("", given)
        shown = _shown(s, option) if s else {"name": m.name, "gone": True}
        made = _step(m, kind, user, given, shown, once)
        m.save()
    return made


# ---- a meeting's line -------------------------------------------------------------------------


def toolkit_line(user: Any, s: Subject, once: str, *, because: str = "") -> ToolkitLine:
    """The line that an item of a meeting needs: the options recorded for its subject, or none with the reason (rule 23).

    :class:`NotAllowed` where no option is recorded in this reader's sight and no reason is given.
    """
    from redshank.web.disruption.lists import of_subject

    once = once_of(user, once)
    if before := ToolkitLine.objects.filter(once=once).first():
        return before
    rows = [] if because else of_subject(user, s.kind, s.ids)
    if not rows and not because:
        raise NotAllowed("No option is recorded here: record one, or write why none", "because")
    try:
        with transaction.atomic():
            on = about(s) | {"closed": s.is_closed or any(m.closed for m in rows)}
            made = ToolkitLine(
                **on, because=because, by=user, role=user.role, once=once, folded=fold(f"{s.name} {because}"), shown=json.dumps(_shown(s), default=str),
            )  # fmt: skip
            made.save(force_insert=True)
            made.measures.set(rows)
    except IntegrityError:
        return ToolkitLine.objects.get(once=once)
    return made
