"""Pages of the VVOL lists: the lists, one entry with its history and review, and adding to a list."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.accounts import directory
from redshank.web.disruption.subjects import Subject, held, moved_to, subject
from redshank.web.pages import words
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read
from redshank.web.vvol import acts
from redshank.web.vvol.models import Act, Entry
from redshank.web.vvol.settings import LISTS, OF, REVIEW

LONGEST = 2_000
SHOW = {"": "All that stand", "due": "Review due", "mine": "Those that I own", "removed": "Removed"}


def _once(request: Any) -> str:
    return request.POST.get("once", "")[:30] or secrets.token_hex(12)


@page("see.vvol")
def lists(request: Any) -> HttpResponse:
    """The entries in sight, those due for review first."""
    user = request.user
    rows = Entry.objects.visible_to(user, user.as_role.purpose).select_related("owner", "by")
    asked = {"on": request.GET.get("on", "")[:16], "show": request.GET.get("show", "")[:8]}
    rows = rows.filter(removed_at__isnull=asked["show"] != "removed")
    if asked["on"]:
        rows = rows.filter(on=asked["on"])
    if asked["show"] == "due":
        rows = rows.filter(review_on__lte=timezone.localdate())
    if asked["show"] == "mine":
        rows = rows.filter(owner=user)
    shown = paged(request, rows.order_by("review_on", "on", "name", "pk"))
    listed(request, "VVOL lists", [str(e.pk) for e in shown.page], **asked)
    return render(request, "vvol/lists.html", {"shown": shown, "asked": asked, "lists": LISTS, "ways": SHOW, "review_days": REVIEW.days})  # fmt: skip


def _subject(user: Any, kind: str, ident: str) -> Subject | None:
    """As it stands now: a person under the id into which the entry's went."""
    return subject(user, kind, ident) or subject(user, kind, moved_to(user, kind, ident) or "-")


def _owners() -> list[Any]:
    return [a for a in directory.all_accounts() if a.is_active and a.as_role.allows("vvol.edit")]


def _text(request: Any, name: str, errors: dict[str, str], says: str = "") -> str:
    text = request.POST.get(name, "").strip()
    if not text and says:
        errors[name] = says
    elif len(text) > LONGEST:
        errors[name] = f"Write no more than {LONGEST:,} characters"
    return text


def _given(request: Any, errors: dict[str, str], *, keys: list[str] | None = None) -> acts.Given:
    post = request.POST
    owner = next((a for a in _owners() if a.username == post.get("owner", "")), None)
    if owner is None:
        errors["owner"] = "Choose who looks at it again"
    review_on, said = None, post.get("review_on", "").strip()
    try:
        review_on = date.fromisoformat(said) if said else None
    except ValueError:
        errors["review_on"] = "Write the day as year, month and day, for example 2026-03-14"
    return acts.Given(
        _text(request, "why", errors, "Write why, in your own words"), _once(request), owner, review_on, post.get("on", ""),
        tuple(k for k in post.getlist("evidence") if k in (keys or [])), post.get("finding", "")[:120], _text(request, "considered", errors), bool(post.get("closed")),
    )  # fmt: skip


def _form(request: Any, owner: str) -> dict[str, Any]:
    """What both forms hold of owner and review."""
    post = request.POST
    return {
        "owners": _owners(), "owner": post.get("owner") or owner, "review_days": REVIEW.days, "typed": post, "once": _once(request),
        "review_on": post.get("review_on") or (timezone.localdate() + REVIEW).isoformat(),
    }  # fmt: skip


@page("vvol.edit")
def add(request: Any, kind: str, ident: str) -> HttpResponse:
    """Puts a person or place on a list, with the reason and what it rests on."""
    user = request.user
    if kind not in OF:
        return nothing_here(request)
    found = subject(user, kind, ident)
    if found is None:
        now = moved_to(user, kind, ident)
        return redirect("vvol-add", kind, now) if now else unseen(request, kind, ident)
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = _given(request, errors, keys=found.keys)
        if not errors:
            try:
                with transaction.atomic():
                    made = acts.add(user, found, given)
                    note(request, "alteration", "VVOL entry", str(made.pk), {"act": "added", "list": made.on})
                messages.success(request, f"On the {made.on_words.lower()}, with your name and the time.")
                return redirect("vvol-entry", made.pk)
            except acts.NotAllowed as reason:
                errors[reason.field] = str(reason)
    else:
        read(request, kind, ident)
    chosen = request.POST.getlist("evidence")
    context = _form(request, user.username) | {
        "subject": found, "lists": [(k, LISTS[k]) for k in OF[kind]], "evidence": [(r, r.key in chosen) for r in found.records],
        "findings": acts.findings(user, found).items(), "defence": acts.asks_defence(found, "offender"), "errors": errors,
        "standing": acts.standing_on(user, found),
    }  # fmt: skip
    return render(request, "vvol/add.html", context, status=400 if errors else 200)


def _entry(request: Any, number: int) -> Entry | None:
    rows = Entry.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("owner", "by").filter(pk=number).first()


@page("see.vvol")
def entry(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """One entry: whom or what, why, what it rests on, everything that was done to it, and the review."""
    found = _entry(request, number)
    if found is None:
        return unseen(request, "VVOL entry", str(number))
    user = request.user
    if request.method == "GET":
        read(request, found.kind, found.ident)
    now = _subject(user, found.kind, found.ident)
    done = list(Act.objects.visible_to(user, user.as_role.purpose).filter(entry=found).select_related("by", "owner"))  # fmt: skip
    relied = found.parsed("evidence")
    records = held(user, relied)
    context = _form(request, found.owner.username) | {
        "entry": found, "subject": now, "acts": done[::-1], "steps": len(done), "records": records, "hidden": len(relied) - len(records),
        "others": [e for e in acts.standing_on(user, now) if e.pk != found.pk] if now else [], "errors": errors or {},
        "may": user.as_role.allows("vvol.edit") and found.removed_at is None,
        "defence": found.on == "offender" and (found.is_child or (now is not None and acts.asks_defence(now, "offender"))),
        "group": found.group_id if user.as_role.allows("see.groups") else "",
    }  # fmt: skip
    return render(request, "vvol/entry.html", context, status=status)


@page("vvol.edit", acts=True)
def review(request: Any, number: int) -> HttpResponse:
    """Kept until the next review, or removed, with the reason."""
    found = _entry(request, number)
    if found is None:
        return unseen(request, "VVOL entry", str(number))
    errors: dict[str, str] = {}
    given = _given(request, errors)
    kind, steps = request.POST.get("kind", ""), request.POST.get("steps", "0")
    if kind == "removed":
        errors.pop("review_on", None)
    if errors:
        return entry(request, number, errors, 400)
    now = _subject(request.user, found.kind, found.ident)
    seen = int(steps) if steps.isdecimal() and len(steps) < 6 else 0
    try:
        with transaction.atomic():
            acts.review(request.user, number, kind, given, seen, now)
            note(request, "alteration", "VVOL entry", str(number), {"act": kind})
    except acts.Meanwhile as first:
        by = first.act
        said = f"{by.by.name} was first, on {words.moment(by.at)}: {by.kind_words.lower()}. Your text is kept below"  # fmt: skip
        return entry(request, number, {"kind": said}, 409)
    except acts.NotAllowed as reason:
        return entry(request, number, {reason.field: str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time." if kind == "kept" else "Removed. Its history stays.")  # fmt: skip
    return redirect("vvol-entry", number)
