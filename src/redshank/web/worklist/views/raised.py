"""What was raised or held, by meeting: an owner and a next date for each, or who closed it and why (practice rule 21)."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read
from redshank.web.worklist import acts, colleagues, meetings
from redshank.web.worklist.models import Move, Raised
from redshank.web.worklist.models.meetings import MEETINGS
from redshank.web.worklist.views.item import url_of


def _seen(user: Any) -> Any:
    rows = Raised.objects.visible_to(user, user.as_role.purpose)
    return rows.select_related("owner", "act__by")


@page("see.raised")
def raised(request: Any) -> HttpResponse:
    """One meeting's things, the next date first; closed ones apart."""
    user = request.user
    asked = {n: request.GET.get(n, "")[:20] for n in ("meeting", "closed", "mine", "by", "due")}
    if asked["meeting"] not in (*MEETINGS, "all"):
        asked["meeting"] = MEETINGS[0]
    shown = paged(request, meetings.asked_for(user, asked).order_by("-closed_at", "next_on", "pk"))
    listed(request, "raised", [str(r.pk) for r in shown.page], **asked)
    live = Raised.objects.visible_to(user, user.as_role.purpose).filter(closed_at__isnull=True)
    now = timezone.now()
    context = {
        "shown": shown, "asked": asked, "now": now, "plain": not any(asked[n] for n in ("closed", "mine", "by", "due")),
        "next": meetings.next_time(asked["meeting"], now) if asked["meeting"] in MEETINGS else None,
        "meetings": [(m, words.word(m, "meeting"), live.filter(meeting=m).count()) for m in MEETINGS],
    }  # fmt: skip
    return render(request, "worklist/raised.html", context)


@page("see.raised")
def raised_one(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    user = request.user
    found = _seen(user).filter(pk=number).first()
    if found is None:
        return unseen(request, "raised", str(number))
    read(request, found.about, found.ident)
    moves = list(
        Move.objects.visible_to(user, user.as_role.purpose).filter(raised=found).select_related("by", "owner")
    )
    context = {
        "raised": found, "moves": moves, "seen": max((m.pk for m in moves), default=0), "errors": errors or {},
        "typed": request.POST, "once": request.POST.get("once") or secrets.token_hex(16), "url": url_of(found.about, found.ident),
        "may": found.closed_at is None and user.as_role.allows("raised.settle"), "works": user.as_role.allows("see.items"),
        "owners": colleagues.who_may("raised.settle", found.about), "now": timezone.now(),
        "proposed": meetings.next_time(found.meeting, max(found.next_on, timezone.now())).date().isoformat(),
    }  # fmt: skip
    return render(request, "worklist/raised_one.html", context, status=status)


@page("raised.settle", acts=True)
def settle(request: Any, number: int) -> HttpResponse:
    """Another owner or date, or the closing decision; each with why."""
    user, post = request.user, request.POST
    found = _seen(user).filter(pk=number).first()
    if found is None:
        return unseen(request, "raised", str(number))
    kind, why = post.get("outcome", ""), post.get("why", "").strip()
    errors: dict[str, str] = {}
    owner, next_on = None, None
    if kind not in ("moved", "closed"):
        errors["outcome"] = "Choose whether it goes on or is closed"
    if not why or len(why) > acts.LONGEST:
        errors["why"] = "Write why" if not why else f"Write no more than {acts.LONGEST:,} characters"
    if kind == "moved":
        owner = colleagues.named(post.get("owner", ""))
        if owner is None or not colleagues.can_have(owner, "raised.settle", found.about, found.ident):
            errors["owner"] = "Choose an owner who may see this"
        next_on = _day(post.get("next_on", ""))
        if next_on is None or next_on < timezone.now():
            errors["next_on"] = "Give a date that is still to come, as 2026-03-31"
    if errors:
        return raised_one(request, number, errors, 400)
    once = post.get("once", "")[:80] or secrets.token_hex(16)
    seen = int(post["seen"]) if post.get("seen", "").isdecimal() else 0
    try:
        with transaction.atomic():
            meetings.settle(user, number, kind, why, once, owner=owner, next_on=next_on, seen=seen)
            note(request, "alteration", found.about, found.ident, {"raised": number, "act": kind})
    except acts.NotAllowed as reason:
        return raised_one(request, number, {"why": str(reason)}, 409)
    messages.success(
        request,
        "Closed, with your name and reason." if kind == "closed" else "It goes on, with an owner and a date.",
    )
    return redirect("raised-one", number)


def _day(text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time(23, 59), meetings.LONDON)
    except ValueError:
        return None
