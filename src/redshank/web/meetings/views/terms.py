"""Terms of reference of a body: the version in force, those before it, and a new one that a sitting agreed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.meetings import terms as kept
from redshank.web.meetings.bodies import Body
from redshank.web.meetings.models import Sitting
from redshank.web.meetings.views.actions import _day
from redshank.web.meetings.views.raised import once_of, texts_of
from redshank.web.meetings.views.sitting import _body
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note

#: Sittings that can be chosen as the one that agreed.
LATEST = 20


def _sittings(user: Any, body: Body) -> list[Sitting]:
    rows = Sitting.objects.visible_to(user, user.as_role.purpose).filter(meeting=body.key)
    return list(rows.filter(state__in=("open", "held")).order_by("-at")[:LATEST])


@page("see.raised")
def terms(
    request: Any, meeting: str, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Each version with when it began, at which sitting it was agreed, who kept it, and its next review."""
    user, body = request.user, _body(request, meeting)
    if body is None:
        return unseen(request, "meeting", meeting)
    rows = kept.versions(user, meeting)
    now = kept.in_force(meeting)
    listed(request, "terms", [str(t.pk) for t in rows], meeting=meeting)
    today = timezone.localdate()
    context = {
        "body": body, "versions": rows, "now": now, "lacks": kept.lacks(meeting), "headings": kept.HEADINGS, "errors": errors or {}, "typed": request.POST,
        "once": once_of(request), "may": user.as_role.allows("meeting.run") and body.runs(user.role), "sittings": _sittings(user, body), "today": today,
        "text": request.POST.get("text", now.text if now else ""), "review_on": request.POST.get("review_on") or (today + timedelta(days=365)).isoformat(),
    }  # fmt: skip
    return render(request, "meetings/terms.html", context, status=status)


@page("meeting.run", acts=True)
def terms_keep(request: Any, meeting: str) -> HttpResponse:
    """A new version, by whoever chairs the body or prepares it."""
    user, body, post = request.user, _body(request, meeting), request.POST
    if body is None or not body.runs(user.role):
        return unseen(request, "meeting", meeting)
    errors: dict[str, str] = {}
    said = texts_of(request, errors, why="Say what this version changes, or that it is the first")
    text = post.get("text", "").strip()
    if not text or len(text) > kept.LONGEST:
        errors["text"] = f"Write the terms of reference, in up to {kept.LONGEST:,} characters"
    days = {name: _day(post.get(name, "")) for name in ("valid_from", "review_on")}
    for name, day in days.items():
        if day is None:
            errors[name] = "Give a day as 2026-03-31"
    sits = next((s for s in _sittings(user, body) if str(s.pk) == post.get("agreed_at")), None)
    if sits is None:
        errors["agreed_at"] = "Choose the sitting that agreed it"
    valid_from, review_on = days["valid_from"], days["review_on"]
    if errors or sits is None or valid_from is None or review_on is None:
        return terms(request, meeting, errors, 400)
    try:
        with transaction.atomic():
            made = kept.keep(user, body, text, said["why"], valid_from, review_on, sits, f"{user.pk}:{once_of(request)}"[:80])  # fmt: skip
            note(request, "alteration", "terms", f"{meeting} {made.number}", {"act": "kept"})
    except kept.NotAllowed as reason:
        return terms(request, meeting, {"valid_from": str(reason)}, 409)
    messages.success(request, f"Version {made.number} is kept.")
    return redirect("terms", meeting)
