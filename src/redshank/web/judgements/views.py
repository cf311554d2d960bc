"""Pages: is this one person, who would go where, a group's proposal, and what was judged."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.flags.acts import opened
from redshank.web.heads.models import Group, Person, Record
from redshank.web.heads.moved import now_of
from redshank.web.judgements import acts, preview
from redshank.web.judgements.acts import Given
from redshank.web.judgements.models import IDENTITY, KINDS, Decision, Doubt
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.words import moment
from redshank.web.policy.gate import page
from redshank.web.searching.find import Asked, people
from redshank.web.searching.reasons import reasoned
from redshank.web.trail.write import listed, note, read

LONGEST = 2_000


def _person(user: Any, person_id: str) -> Person | None:
    return Person.objects.visible_to(user, user.as_role.purpose).filter(person_id=person_id).first()


def _given(request: Any, errors: dict[str, str]) -> Given:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        errors["reason"] = "Write why, in your own words"
    elif len(reason) > LONGEST:
        errors["reason"] = f"Write no more than {LONGEST:,} characters"
    seen = request.POST.get("seen", "0")
    once = request.POST.get("once", "")[:40] or secrets.token_hex(16)
    return Given(reason, once, int(seen) if seen.isdecimal() and len(seen) < 9 else 0)


def _form(request: Any, before: int) -> dict[str, Any]:
    """What every form of a judgement carries, with what was typed."""
    typed = request.POST
    return {
        "typed": typed,
        "once": typed.get("once") or secrets.token_hex(16),
        "seen": before,
        "kinds": KINDS,
    }


def _kept(
    request: Any, errors: dict[str, str], given: Given, make: Callable[[], Decision]
) -> HttpResponse | None:
    """Makes a judgement once; None, with an error, where somebody was first."""
    if first := acts.made_before(given.once):
        return redirect("judgement", first.pk)
    try:
        with transaction.atomic():
            made = make()
            note(request, "combination" if made.kind in IDENTITY else "alteration", "judgement", str(made.pk), {"kind": made.kind})  # fmt: skip
    except acts.Meanwhile as meanwhile:
        d = meanwhile.decision
        errors["reason"] = (
            f"{d.by.name} was first, on {moment(d.at)}: {d.kind_words.lower()}, because: {d.reason[:200]}. Your text is kept below; send it again if it still holds"
        )
        return None
    except IntegrityError:
        first = acts.made_before(given.once)
        return redirect("judgement", first.pk) if first else redirect("judgements")
    messages.success(
        request, f"{made.kind_words}: kept with your reason. The next night honours it; you can withdraw it."
    )
    return redirect("judgement", made.pk)


def told(user: Any, rows: Any) -> list[Decision]:
    """Judgements in sight, newest first, with who withdrew them."""
    rows = rows & Decision.objects.visible_to(user, user.as_role.purpose)
    return list(rows.select_related("by", "withdrawal__by").order_by("-at", "-id"))


# ---- one person or two -------------------------------------------------------------------------


@page("judge.identity")
@reasoned("person")
def person(request: Any, person_id: str) -> HttpResponse:
    """Why this is one person, who else it may be, and which appearances may be somebody else's."""
    user, purpose = request.user, request.user.as_role.purpose
    found = _person(user, person_id)
    if found is None:
        return unseen(request, "person", person_id)
    read(request, "person", person_id)
    q = request.GET.get("q", "").strip()[:200]
    doubts = Doubt.objects.visible_to(user, purpose).filter(together=False)
    near = set(doubts.filter(a_person=person_id).values_list("b_person", flat=True))
    near |= set(doubts.filter(b_person=person_id).values_list("a_person", flat=True))
    asked = [h.ident for h in people(user, Asked(q)).hits[:20]] if q else []
    persons = {
        p.person_id: p
        for p in Person.objects.visible_to(user, purpose).filter(person_id__in=near | set(asked))
    }
    context = {
        "person": found, "side": preview.of_person(user, found), "q": q, "judged": told(user, acts.about_people(user, person_id)),
        "near": sorted((persons[p] for p in near if p in persons and p != person_id), key=lambda p: (p.name, p.person_id)),
        "asked": [persons[p] for p in asked if p in persons and p != person_id],
    }  # fmt: skip
    return render(request, "judgements/person.html", context)


@page("judge.identity")
@reasoned("person")
def compare(request: Any, person_id: str, other_id: str) -> HttpResponse:
    """Two persons beside each other: the same, not the same, or unsure, with what would change."""
    user = request.user
    a, b = _person(user, person_id), _person(user, other_id)
    if a is None or b is None or a.person_id == b.person_id:
        return unseen(request, "person", f"{person_id} and {other_id}"[:240])
    left, right = preview.of_person(user, a), preview.of_person(user, b)
    change = preview.of_merge(user, person_id, other_id)
    before = acts.about_people(user, person_id, other_id).count()
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = _given(request, errors)
        kind = request.POST.get("kind", "")
        if kind not in IDENTITY:
            errors["kind"] = "Choose the same, not the same, or unsure"
        if not left.ones or not right.ones:
            errors["kind"] = "One of them is named in texts only: there is no row to judge"
        if not errors:
            shown = change.shown() | {"a": _names(left), "b": _names(right)}
            pairs = _pairs(kind, left, right)
            done = _kept(
                request,
                errors,
                given,
                lambda: acts.decide(
                    user, kind, given, label=f"{a.name} and {b.name}", pairs=pairs, person_a=person_id, person_b=other_id,
                    closed=preview.is_closed(left, right), shown=shown, opened=_opened(user, left, right),
                ),
            )  # fmt: skip
            if done is not None:
                return done
    else:
        read(request, "person", person_id)
        read(request, "person", other_id)
    context = {
        "a": a, "b": b, "left": left, "right": right, "change": change, "errors": errors,
        "judged": told(user, acts.about_people(user, person_id, other_id)), "options": [(k, KINDS[k]) for k in IDENTITY],
    } | _form(request, before)  # fmt: skip
    return render(request, "judgements/compare.html", context, status=_status(errors))


def _pairs(kind: str, left: preview.Side, right: preview.Side) -> list[tuple[str, acts.One, acts.One]]:
    if kind == "same":
        return acts.merged(left.ones, right.ones)
    if kind == "not_same":
        return acts.apart(left.ones, right.ones)
    return [("unsure", left.ones[0], right.ones[0])]


def _status(errors: dict[str, str]) -> int:
    return 409 if any("was first" in text for text in errors.values()) else 400 if errors else 200


def _names(side: preview.Side) -> list[dict[str, Any]]:
    return [{"record": r["record"].key, "row": r["of"].row, "named": r["of"].named} for r in side.rows]


def _opened(user: Any, *sides: preview.Side) -> dict[str, str]:
    return opened(user, [r["record"].key for s in sides for r in s.rows])


@page("judge.identity")
@reasoned("person")
def split(request: Any, person_id: str) -> HttpResponse:
    """Chosen appearances are another person's: what would go, what would stay, and why."""
    user = request.user
    found = _person(user, person_id)
    if found is None:
        return unseen(request, "person", person_id)
    whole = preview.of_person(user, found)
    taken = set((request.POST if request.method == "POST" else request.GET).getlist("take"))
    go = preview.Side(found.name, [r for r in whole.rows if r["one"] and r["one"].uid in taken])
    stay = preview.Side(found.name, [r for r in whole.rows if not (r["one"] and r["one"].uid in taken)])
    before = acts.about_people(user, person_id).count()
    errors: dict[str, str] = {}
    if not go.ones:
        errors["take"] = "Choose at least one appearance that is somebody else's"
    elif not stay.ones:
        errors["take"] = "Leave at least one appearance: all of them are one person again"
    change = preview.of_split(user, person_id, [r["record"].key for r in go.rows])
    if request.method == "POST" and not errors:
        given = _given(request, errors)
        if not errors:
            shown = change.shown() | {"stay": _names(stay), "go": _names(go)}
            done = _kept(
                request,
                errors,
                given,
                lambda: acts.decide(
                    user, "not_same", given, label=f"{found.name}: {len(go.rows)} of {len(whole.rows)} appearances taken out",
                    pairs=acts.apart(stay.ones, go.ones), person_a=person_id, closed=preview.is_closed(whole), shown=shown,
                    opened=_opened(user, whole),
                ),
            )  # fmt: skip
            if done is not None:
                return done
    elif request.method == "GET":
        read(request, "person", person_id)
    context = {
        "person": found, "go": go, "stay": stay, "change": change, "errors": errors, "taken": taken, "whole": whole,
    } | _form(request, before)  # fmt: skip
    return render(request, "judgements/split.html", context, status=_status(errors))


# ---- a group's proposal ------------------------------------------------------------------------


@page("judge.group")
def group(request: Any, group_id: str) -> HttpResponse:
    """Dismiss a proposal, or confirm it, with a reason and after its records were opened."""
    user, purpose = request.user, request.user.as_role.purpose
    found = Group.objects.visible_to(user, purpose).filter(group_id=group_id).first()
    if found is None:
        return unseen(request, "group", group_id)
    story = found.parsed("story")
    seen = opened(user, story["records"])
    judged = told(user, acts.about_group(user, group_id))
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = _given(request, errors)
        kind = request.POST.get("kind", "")
        if kind not in ("dismiss_group", "confirm_group"):
            errors["kind"] = "Choose whether the proposal is dismissed or confirmed"
        elif not seen:
            errors["kind"] = "Open at least one of its records first"
        if not errors:
            shown = {"label": found.label, "sentence": found.sentence, "records": story["records"], "members": story["members"]}  # fmt: skip
            done = _kept(
                request,
                errors,
                given,
                lambda: acts.decide(
                    user, kind, given, label=found.label, group_id=group_id, closed=not found.in_open, shown=shown,
                    opened=seen,
                ),
            )  # fmt: skip
            if done is not None:
                return done
    else:
        read(request, "group", group_id)
    context = {
        "group": found, "records": story["records"], "opened": seen, "errors": errors, "judged": judged,
        "options": [("dismiss_group", "Dismiss it: these records do not show a group"), ("confirm_group", "Confirm it: these records show a group")],
    } | _form(request, acts.about_group(user, group_id).count())  # fmt: skip
    return render(request, "judgements/group.html", context, status=_status(errors))


def dismissed(request: Any, group_id: str) -> HttpResponse | None:
    """Where a group's page leads when it is proposed no more because somebody dismissed it."""
    rows = Decision.objects.visible_to(request.user, request.user.as_role.purpose)
    last = rows.filter(group_id=group_id).order_by("-at", "-id").first()
    return redirect("judgement", last.pk) if last else None


# ---- what was judged ---------------------------------------------------------------------------


@page("see.persons")
def judgements(request: Any) -> HttpResponse:
    """Every judgement in sight, standing or withdrawn."""
    user, purpose = request.user, request.user.as_role.purpose
    rows = Decision.objects.visible_to(user, purpose).select_related("by", "withdrawal__by")
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    if kind in KINDS:
        rows = rows.filter(kind=kind)
    if state in ("standing", "withdrawn"):
        rows = rows.filter(withdrawal__isnull=state == "standing")
    shown = paged(request, rows.order_by("-at", "-id"))
    listed(request, "judgements", [str(d.pk) for d in shown.page], kind=kind, state=state)
    return render(
        request,
        "judgements/judgements.html",
        {"shown": shown, "kinds": KINDS, "kind": kind, "state": state},
    )


def _decision(request: Any, number: int) -> Decision | None:
    rows = Decision.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by", "withdrawal__by").filter(pk=number).first()


def _may_withdraw(user: Any, decision: Decision) -> bool:
    needed = "judge.identity" if decision.kind in IDENTITY else "judge.group"
    return user.as_role.allows(needed) and not hasattr(decision, "withdrawal")


@page("see.persons")
def judgement(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """One judgement: who, when, why, what stood before them, and how it goes on."""
    found = _decision(request, number)
    if found is None:
        return unseen(request, "judgement", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    if request.method == "GET":
        read(request, "judgement", str(number))
    here = None
    if found.group_id:
        now = now_of(user, "group", found.group_id)
        here = Group.objects.visible_to(user, purpose).filter(group_id=now).first()
    same = acts.about_people(user, found.person_a, found.person_b) if not found.group_id else acts.about_group(user, found.group_id)  # fmt: skip
    people = dict.fromkeys(now_of(user, "person", i) for i in (found.person_a, found.person_b) if i)
    shown = found.parsed("shown")
    told_of = {r["record"] for part in ("a", "b", "go", "stay") for r in shown.get(part, [])}
    keys = set(Record.objects.visible_to(user, purpose).filter(key__in=told_of).values_list("key", flat=True))
    shown |= {p: [r for r in shown[p] if r["record"] in keys] for p in ("a", "b", "go", "stay") if p in shown}
    context = {
        "decision": found, "shown": shown, "opened": len(found.parsed("opened")), "group": here,
        "persons": [p for i in people if (p := _person(user, i))],
        "others": [d for d in told(user, same) if d.pk != found.pk], "may_withdraw": _may_withdraw(user, found),
        "errors": errors or {}, "typed": request.POST, "once": request.POST.get("once") or secrets.token_hex(16),
    }  # fmt: skip
    return render(request, "judgements/judgement.html", context, status=status)


@page("see.persons", acts=True)
def withdraw(request: Any, number: int) -> HttpResponse:
    """Takes a judgement back; it stays in view as withdrawn, and the next night does without it."""
    found = _decision(request, number)
    if found is None or (not hasattr(found, "withdrawal") and not _may_withdraw(request.user, found)):
        return unseen(request, "judgement", str(number))
    reason = request.POST.get("why", "").strip()
    if not reason:
        return judgement(request, number, {"why": "Write why it is withdrawn"}, 400)
    try:
        with transaction.atomic():
            acts.withdraw(request.user, found, reason[:LONGEST], request.POST.get("once", "")[:40] or secrets.token_hex(16))  # fmt: skip
            note(request, "alteration", "judgement", str(number), {"act": "withdrawn"})
    except (acts.Meanwhile, IntegrityError):
        messages.info(request, "It was withdrawn already.")
        return redirect("judgement", number)
    messages.success(request, "Withdrawn. It stays in view; the next night does without it.")
    return redirect("judgement", number)
