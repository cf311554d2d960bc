"""What cannot wait: each with its reason, who has seen it, who has taken it, and to whom it goes next (practice rule 16)."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.flags.models import Taken
from redshank.web.heads.models import Urgent
from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note
from redshank.web.worklist import waiting
from redshank.web.worklist.config import WAITING
from redshank.web.worklist.items import newest_first, records_of

LONGEST = 1000  # characters of a reason; local default


@page("see.urgent")
def urgent(request: Any) -> HttpResponse:
    return _list(request, {}, "")


def _list(request: Any, errors: dict[str, str], person_id: str) -> HttpResponse:
    """The list; with what is wrong in the form of one person, where something is."""
    user = request.user
    found = waiting.waits(user)
    held = records_of(user, (k for w in found for k in w.item.parsed("records")))
    lines = [
        {
            "waits": w, "records": newest_first(held[k] for k in w.item.parsed("records") if k in held),
            "seen_by_me": any(a.by_id == user.pk for a in w.seen), "may_take": w.taken is None and user.as_role.allows("urgent.take"),
            "may_give": may_give_back(user, w.taken), "wrong": person_id == w.item.person_id, "why": f"why-{w.item.person_id}",
        }
        for w in found
    ]  # fmt: skip
    listed(request, "what cannot wait", [w.item.person_id for w in found])
    context = {
        "lines": lines,
        "criteria": WAITING["criteria"].values(),
        "face": waiting.FACE,
        "open": sum(w.taken is None for w in found),
        "errors": errors,
        "typed": request.POST,
        "once": secrets.token_hex(16),
    }
    return render(request, "worklist/urgent.html", context, status=400 if errors else 200)


def may_give_back(user: Any, taken: Taken | None) -> bool:
    """Who took it gives it back; another only where that account is closed, so that nothing is held by nobody."""
    if taken is None or not user.as_role.allows("urgent.take"):
        return False
    return bool(taken.by_id == user.pk or not taken.by.is_active)


def _item(request: Any, person_id: str) -> Urgent | None:
    rows = Urgent.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.filter(person_id=person_id).first()


@page("urgent.take", acts=True)
def take(request: Any, person_id: str) -> HttpResponse:
    """Somebody takes what cannot wait. The second to press sees who was first."""
    item = _item(request, person_id)
    if item is None:
        return unseen(request, "urgent", person_id)
    with transaction.atomic():
        taken, made = waiting.take(request.user, item)
        if made:
            note(request, "alteration", "urgent", person_id, {"taken": True})
    if made:
        messages.success(request, f"{item.name}: you have taken this.")
    else:
        messages.info(request, f"{item.name}: {taken.by.name} took this on {words.moment(taken.at)}.")
    return redirect("today")


@page("urgent.take", acts=True)
def give_back(request: Any, person_id: str) -> HttpResponse:
    """Given back with a reason: it waits again, with whomever the steps have reached by now."""
    user, item = request.user, _item(request, person_id)
    if item is None:
        return unseen(request, "urgent", person_id)
    turns = waiting.takings(user, user.as_role.purpose, [person_id]).get((person_id, item.since_run), [])
    taken = turns[-1] if turns else None
    if not may_give_back(user, taken) or taken is None:
        return unseen(request, "urgent", person_id)
    why = request.POST.get("why", "").strip()[:LONGEST]
    if not why:
        return _list(request, {f"why-{person_id}": "Say why you give it back"}, person_id)
    once = request.POST.get("once", "")[:40] or secrets.token_hex(16)
    with transaction.atomic():
        if waiting.give_back(user, taken, why, once) is not None:
            note(request, "alteration", "urgent", person_id, {"given back": True})
    messages.success(request, f"{item.name}: given back. It waits for somebody to take it.")
    return redirect("urgent")


@page("see.urgent", acts=True)
def acknowledge(request: Any, person_id: str) -> HttpResponse:
    """Somebody has seen it. It is not taken by that, and goes on escalating."""
    user = request.user
    item = _item(request, person_id)
    if item is None:
        return unseen(request, "urgent", person_id)
    with transaction.atomic():
        if waiting.acknowledge(user, item):
            note(request, "alteration", "urgent", person_id, {"acknowledged": True})
    messages.info(request, f"{item.name}: you have seen this. Nobody has taken it by that.")
    return redirect("urgent")
