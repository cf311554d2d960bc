"""The texts that a decision asks for in other systems, drafted from what the flag and its records hold.

A draft states what records state and who decided what; it asserts no offence and grades nothing: whoever sends it
does (Data Protection Act 2018 s.38 keeps facts and assessments apart). What is not known stands as a question.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string

from redshank.web.childfile.views import entries
from redshank.web.flags import definition as definitions
from redshank.web.flags.models import PROPOSING, Act, Flag
from redshank.web.flags.proposing import is_child
from redshank.web.heads.models import Appearance, Behind, Child, Group, Person, Record, Signal
from redshank.web.heads.moved import now_of
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.explain import category_of
from redshank.web.register.models import SYSTEMS

ASKED_OF_CHILD = ("voice", "adult", "placing")


def facts(user: Any, flag: Flag) -> dict[str, Any]:
    """What all drafts are made of, as far as this person sees it."""
    purpose = user.as_role.purpose
    acts = list(Act.objects.visible_to(user, purpose).filter(flag=flag).select_related("by"))
    proposal = next((a for a in reversed(acts) if a.kind in PROPOSING), None)
    decision = next((a for a in reversed(acts) if a.kind in ("confirmed", "not_proven")), None)
    keys = proposal.parsed("evidence") if proposal else []
    records = sorted(
        Record.objects.visible_to(user, purpose).filter(key__in=keys),
        key=lambda r: (r.at is None, r.at and r.at.timestamp(), r.key),
    )
    answers = (proposal.parsed("answers") if proposal else None) or {}
    under = definitions.of(proposal.definition) if proposal else definitions.IN_FORCE
    questions = [(q, answers.get(k, "")) for k, q in under.questions(answers)]
    return {
        "flag": flag,
        "proposal": proposal,
        "why": "\n\n".join(a.rationale for a in acts if a.kind in PROPOSING),
        "decision": decision,
        "standing": _standing(flag, decision),
        "records": [{"record": r, "says": _said(user, r)} for r in records],
        "answers": [(q, under.answers.get(a, "Not established")) for q, a in questions],
        "open_questions": [q for q, a in questions if a != "yes"],
        "closed": closed(user, flag, keys),
        "as_of": publication().as_of,
        "definition": f"{under.name}, definition {under.version}",
        **_people(user, flag, [r.key for r in records]),
    }


def closed(user: Any, flag: Flag, keys: list[str]) -> bool:
    """Whether anything that this person's draft is made of is of handling C: the records relied on, or what stands
    behind the group or the child by now."""
    purpose = user.as_role.purpose
    kind = {"group": "group", "person": "child"}.get(flag.about, "")
    behind = (
        Behind.objects.visible_to(user, purpose)
        .filter(kind=kind, ident=now_of(user, flag.about, flag.ident))
        .values("record_key")
    )
    secret = Record.objects.visible_to(user, purpose).filter(handling="C")
    return flag.closed or secret.filter(Q(key__in=keys) | Q(key__in=behind)).exists()


def _standing(flag: Flag, decision: Act | None) -> str:
    if decision is None:
        return f"Proposed by {flag.proposed_by.name} on {words.day(flag.proposed_at)}; not decided yet."
    said = "Confirmed" if decision.kind == "confirmed" else "Decided as not proven"
    return f"{said} by {decision.by.name} on {words.day(decision.at)}; proposed by {flag.proposed_by.name} on {words.day(flag.proposed_at)}."


def _said(user: Any, record: Record) -> list[str]:
    """What the record states, in the words of the labels; its text is not copied."""
    rows = Signal.objects.visible_to(user, user.as_role.purpose).filter(
        record_key=record.key, status="affirmed"
    )
    return sorted({words.word(i, "indicator") for i in rows.values_list("indicator", flat=True)})


def _people(user: Any, flag: Flag, keys: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Children, and proposed persons of concern with the record's own category (practice rule 7)."""
    purpose = user.as_role.purpose
    children, concerns = [], []
    ident = now_of(user, flag.about, flag.ident)
    if flag.about == "group":
        group = Group.objects.visible_to(user, purpose).filter(group_id=ident).first()
        for m in group.parsed("story")["members"] if group else []:
            if m["role"] == "child":
                children.append(m["person_id"])
            else:
                concerns.append(
                    {"name": m["label"], "age": m["age"], "category": m["category"], "part": m["part_words"]}
                )
    elif flag.about == "person":
        person = Person.objects.visible_to(user, purpose).filter(person_id=ident).first()
        if person is None or is_child(user, person):
            children.append(ident)
        else:  # an adult stands under no heading of a child
            age = words.age_at(person.born, publication().as_of)
            concerns.append({"name": person.name, "age": age, "category": _category(user, ident), "part": ""})  # fmt: skip
    else:
        named = Appearance.objects.visible_to(user, purpose).filter(record_key__in=keys)
        ids = named.values("person_id")
        children += (
            Child.objects.visible_to(user, purpose)
            .filter(person_id__in=ids)
            .values_list("person_id", flat=True)
        )
    persons = Person.objects.visible_to(user, purpose).filter(person_id__in=children).order_by("name")
    return {"children": [_child(user, p) for p in persons], "concerns": concerns}


def _category(user: Any, person_id: str) -> str:
    """The records' own category of a person, from what this reader sees (practice rule 7)."""
    rows = list(Appearance.objects.visible_to(user, user.as_role.purpose).filter(person_id=person_id))
    held = Record.objects.visible_to(user, user.as_role.purpose).filter(key__in={a.record_key for a in rows})
    known = {r.key: r for r in held}
    return category_of([a for a in rows if a.record_key in known], known)


def _child(user: Any, person: Person) -> dict[str, Any]:
    found = entries(user, person.person_id) if user.as_role.allows("see.children") else []
    newest: dict[str, str] = {}
    for e in reversed([e for e in found if not e.closed]):  # handling C leaves with no draft
        newest[e.kind] = e.text
    return {
        "name": person.name, "born": person.born, "age": words.age_at(person.born, publication().as_of),
        **{kind: newest.get(kind, "") for kind in ASKED_OF_CHILD},
    }  # fmt: skip


def drafted(user: Any, flag: Flag) -> list[dict[str, str]]:
    """The drafts in their order: for which system, its name, the text."""
    told = facts(user, flag)
    out = []
    for system, name in SYSTEMS.items():
        text = render_to_string(f"register/texts/{system}.txt", told)
        out.append({"system": system, "name": name, "text": _tidy(text)})
    return out


def _tidy(text: str) -> str:
    """Without the blank lines that a template leaves."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept).strip() + "\n"
