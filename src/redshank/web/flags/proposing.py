"""Proposing a flag: what it is about, what stands behind it, the guided test as it was answered, and keeping the proposal.

The page and the interface for other systems both come through :func:`propose`, so that neither can do what the other may not:
it proposes, and nothing here confirms.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.flags import acts
from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Appearance, Behind, Child, Group, Person, Record
from redshank.web.heads.moved import now_of
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.trail.write import note
from redshank.web.worklist.linked import records_linked

LONGEST = 4_000


@dataclass
class Thing:
    """What is flagged: a group, a person, a record, as its reader sees it."""

    about: str
    ident: str
    label: str
    sentence: str
    keys: list[str]
    district: str
    born: Any = None


def is_child(user: Any, person: Person) -> bool:
    """Under 18 as at the extracts, or in the matrix, as far as this reader sees it."""
    if Child.objects.visible_to(user, user.as_role.purpose).filter(person_id=person.person_id).exists():
        return True
    age = words.age_at(person.born, publication().as_of)
    return str(age).isdecimal() and int(age) < 18


def thing_of(user: Any, about: str, ident: str) -> Thing | None:
    """What is flagged, under the id that stands for it now."""
    ident = now_of(user, about, ident)
    purpose = user.as_role.purpose
    if about == "group":
        g = Group.objects.visible_to(user, purpose).filter(group_id=ident).first()
        if g is None:
            return None
        story = g.parsed("story")
        return Thing(
            about,
            ident,
            g.label,
            g.sentence,
            list(dict.fromkeys([*story["records"], *records_linked(user, about, ident)])),
            (story["districts"] or [""])[0],
        )
    if about == "person":
        p = Person.objects.visible_to(user, purpose).filter(person_id=ident).first()
        if p is None:
            return None
        c = Child.objects.visible_to(user, purpose).filter(person_id=ident).first()
        behind = Behind.objects.visible_to(user, purpose).filter(kind="child", ident=ident)
        named = Appearance.objects.visible_to(user, purpose).filter(person_id=ident)
        # Nothing stands behind an adult but the records that name them.
        keys = {
            *behind.values_list("record_key", flat=True),
            *named.values_list("record_key", flat=True),
            *records_linked(user, about, ident),
        }
        says = (
            "; ".join(r["text"] for r in c.parsed("reasons")[:3]) if c else "Not in the matrix of this run."
        )
        born = p.born if is_child(user, p) else None
        return Thing(about, ident, p.name, says, sorted(keys), "", born)
    if about == "record":
        r = Record.objects.visible_to(user, purpose).filter(key=ident).first()
        return (
            Thing(about, ident, f"{words.record_words(r.key)}: {r.headline}", r.headline, [r.key], r.district)
            if r
            else None
        )
    return None


def gone_from(flag: Flag, keys: list[str]) -> Thing:
    """What a flag is about where no run holds it any more: its name, and the records that were relied on."""
    return Thing(flag.about, flag.ident, flag.label, "The last night did not find it again.", keys, flag.district)  # fmt: skip


def evidence_behind(user: Any, keys: list[str]) -> list[dict[str, Any]]:
    """The records behind it, those that this person opened first, with what they state."""
    purpose = user.as_role.purpose
    rows = list(Record.objects.visible_to(user, purpose).filter(key__in=keys))
    seen = acts.opened(user, [r.key for r in rows])
    out = [{"record": r, "opened": seen.get(r.key), "says": words.piped(r.indicators)} for r in rows]
    return sorted(
        out,
        key=lambda e: (
            e["opened"] is None,
            e["record"].at is None,
            e["record"].at or timezone.now(),
            e["record"].key,
        ),
    )


def given_of(post: Any, keys: list[str], *, with_test: bool) -> tuple[acts.Given, dict[str, str]]:
    """What a form brought, and what is wrong with it by field."""
    errors: dict[str, str] = {}
    answers = {s.key: post.get(f"step_{s.key}", "") for s in IN_FORCE.steps} | {
        "group": post.get("step_group", "")
    }
    axes = {a["key"]: post.get(f"axis_{a['key']}", "") for a in IN_FORCE.axes}
    if with_test:
        for s in IN_FORCE.steps:
            if answers[s.key] not in IN_FORCE.answers:
                errors[f"step_{s.key}"] = f"Answer: {s.question}"
        if answers["group"] not in IN_FORCE.answers:
            errors["step_group"] = f"Answer: {IN_FORCE.group['question']}"
        for a in IN_FORCE.axes:
            if axes[a["key"]] not in a["options"]:
                errors[f"axis_{a['key']}"] = f"Choose: {a['question']}"
    confidence = post.get("confidence", "")
    if confidence not in IN_FORCE.confidence:
        errors["confidence"] = "Choose how sure you are"
    rationale = post.get("rationale", "").strip()
    if not rationale:
        errors["rationale"] = "Write why, in your own words"
    elif len(rationale) > LONGEST:
        errors["rationale"] = f"Write no more than {LONGEST:,} characters"
    evidence = tuple(k for k in post.getlist("evidence") if k in keys)
    if with_test and not evidence:
        errors["evidence"] = "Choose the records that you rely on, and open them first"
    began = post.get("began", "")
    seconds = max(0, int(timezone.now().timestamp()) - int(began)) if began.isdecimal() else 0
    once = post.get("once", "")[:40] or secrets.token_hex(16)
    given = acts.Given(
        answers if with_test else {},
        axes if with_test else {},
        confidence,
        rationale,
        evidence,
        once,
        min(seconds, 86_400),
    )
    return given, errors


def shown_to(thing: Thing) -> dict[str, Any]:
    """What stood before the person when they acted, so that it can be shown again (practice rule 6)."""
    state = publication()
    return {
        "label": thing.label,
        "sentence": thing.sentence,
        "records": thing.keys,
        "run": state.current_run,
        "as_of": state.as_of,
    }


def propose(request: Any, thing: Thing, given: acts.Given, evidence: list[dict[str, Any]]) -> Flag:
    """Keeps the proposal and its entry in the audit together.

    Raises:
        NotAllowed: a flag on it is open already, or its proposer opened none of the records.
        IntegrityError: the same form came twice at once.
    """
    closed = any(e["record"].handling == "C" for e in evidence)
    with transaction.atomic():
        made = acts.propose(
            request.user, thing.about, thing.ident, thing.label, given, run=publication().current_run,
            shown=shown_to(thing), closed=closed, district=thing.district,
        )  # fmt: skip
        note(request, "alteration", thing.about, thing.ident, {"flag": made.pk, "act": "proposed"})
    return made
