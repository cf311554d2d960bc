"""The force crime registrar's queue (practice rule 17): possible unrecorded crimes, the nearest deadline first."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.heads.models import Record, Signal
from redshank.web.pages.errors import unseen
from redshank.web.pages.explain import highlighted
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read
from redshank.web.worklist import acts
from redshank.web.worklist import registrar as clock
from redshank.web.worklist.models import Referral, Step
from redshank.web.worklist.models.registrar import WAITING


def _seen(user: Any) -> Any:
    rows = Referral.objects.visible_to(user, user.as_role.purpose)
    return rows.select_related("act__by")


@page("see.referrals")
def referrals(request: Any) -> HttpResponse:
    asked = {n: request.GET.get(n, "")[:20] for n in ("decided", "state", "by", "late")}
    shown = paged(request, clock.asked_for(request.user, asked))
    listed(request, "registrar queue", [r.record_key for r in shown.page], **asked)
    late = clock.asked_for(request.user, {"late": "1"}).count()
    context = {"shown": shown, "asked": asked, "late": late, "now": timezone.now()}
    return render(request, "worklist/referrals.html", context)


@page("see.referrals")
def referral(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """One record with its text, why it was sent, every step, and the decision where it waits for one."""
    from redshank.publish.reading import texts

    user, role = request.user, request.user.as_role
    found = _seen(user).filter(pk=number).first()
    record = (
        Record.objects.visible_to(user, role.purpose).filter(key=found.record_key).first() if found else None
    )
    if found is None or record is None:
        return unseen(request, "referral", str(number))
    read(request, "record", record.key)
    text = texts(settings.HOME, {record.key: record.delivery_no})[record.key]
    hits = list(Signal.objects.visible_to(user, role.purpose).filter(record_key=record.key).order_by("start"))
    steps = list(Step.objects.visible_to(user, role.purpose).filter(referral=found).select_related("by"))
    is_open = found.state in WAITING
    context = {
        "referral": found, "record": record, "text": highlighted(text, hits, []), "steps": steps,
        "seen": max((s.pk for s in steps), default=0), "is_late": is_open and found.due_at < timezone.now(), "is_open": is_open,
        "may_rule": is_open and role.allows("registrar.decide"), "may_add": is_open and found.act.by_id == user.pk,
        "errors": errors or {}, "typed": request.POST, "once": request.POST.get("once") or secrets.token_hex(16),
        "rulings": clock.RULINGS,
    }  # fmt: skip
    return render(request, "worklist/referral.html", context, status=status)


@page("registrar.decide", acts=True)
def rule_on(request: Any, number: int) -> HttpResponse:
    """Recorded, not a crime because, or need more."""
    kind = request.POST.get("outcome", "")
    errors: dict[str, str] = {}
    if kind not in clock.RULINGS:
        errors["outcome"] = "Choose recorded, not a crime, or need more"
    ref = request.POST.get("crime_ref", "").strip()[:80]
    if kind == "recorded" and not ref:
        errors["crime_ref"] = "Give the number under which it is recorded"
    return _step(request, number, kind, errors, "crime_ref" if kind == "recorded" else "", ref)


@page("item.refer", acts=True)
def add(request: Any, number: int) -> HttpResponse:
    """More, from who sent it; it waits for the registrar again, by the same clock."""
    return _step(request, number, "more", {}, "", "")


def _step(request: Any, number: int, kind: str, errors: dict[str, str], field: str, ref: str) -> HttpResponse:
    found = _seen(request.user).filter(pk=number).first()
    if found is None:
        return unseen(request, "referral", str(number))
    why = request.POST.get("why", "").strip()
    if not why or len(why) > acts.LONGEST:
        errors["why"] = "Write why" if not why else f"Write no more than {acts.LONGEST:,} characters"
    if errors:
        return referral(request, number, errors, 400)
    once = request.POST.get("once", "")[:80] or secrets.token_hex(16)
    seen = int(request.POST["seen"]) if request.POST.get("seen", "").isdecimal() else 0
    try:
        with transaction.atomic():
            clock.step(request.user, number, kind, why, once, crime_ref=ref if field else "", seen=seen)
            note(request, "alteration", "record", found.record_key, {"referral": number, "act": kind})
    except acts.NotAllowed as reason:
        return referral(request, number, {"why": str(reason)}, 409)
    messages.success(
        request,
        "Added; the registrar has it again." if kind == "more" else "Kept, with your name and reason.",
    )
    return redirect("referral", number)
