"""What each agency thinks of a child or a theme, before it sees what the others think; and an agency that withdraws what it raised."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.meetings import acts
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import View
from redshank.web.meetings.models.raised import agency_of
from redshank.web.meetings.raising import NotAllowed
from redshank.web.meetings.views.raised import found_for, once_of, raised_one, texts_of
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import note, read

CONCERNS = {"most": "Among those most at risk", "some": "At risk", "none": "Not at risk, as far as we know"}
STEPS = {
    "up": "Step up: more than is done now",
    "stay": "Stay as it is",
    "down": "Step down: less than is done now",
}


@page("see.raised")
def views(request: Any, number: int) -> HttpResponse:
    """One's own agency's view; the others' once one's own is written."""
    user, purpose, post = request.user, request.user.as_role.purpose, request.POST
    found = found_for(request, number)
    if found is None or "views" not in BODIES[found.meeting].needs:
        return unseen(request, "raised", str(number))
    rows = list(View.objects.visible_to(user, purpose).filter(raised=found).select_related("by"))
    mine = next((v for v in rows if v.agency == agency_of(user)), None)
    errors: dict[str, str] = {}
    if request.method == "POST" and mine is None:
        said = texts_of(request, errors, why="Write what your agency sees, and what it rests on")
        if post.get("concern") not in CONCERNS:
            errors["concern"] = "Choose how much at risk"
        if post.get("step") not in STEPS:
            errors["step"] = "Choose what you would do"
        if not errors:
            made = View(
                raised=found, agency=agency_of(user), concern=post["concern"], step=post["step"], by=user, role=user.role, why=said["why"], once=f"{user.pk}:{once_of(request)}"[:80],
            )  # fmt: skip
            try:
                with transaction.atomic():
                    made.save(force_insert=True)
                    note(request, "alteration", found.about, found.ident, {"raised": number, "act": "view"})
            except (
                IntegrityError
            ):  # the same form twice, or a colleague was first: the view that stands is shown
                return redirect("raised-views", number)
            return redirect("raised-views", number)
    elif request.method == "GET":
        read(request, found.about, found.ident)
    context = {
        "raised": found, "rows": [(v, CONCERNS[v.concern], STEPS[v.step]) for v in rows], "mine": mine, "agency": agency_of(user), "errors": errors, "typed": post,
        "once": once_of(request), "concerns": CONCERNS, "steps": STEPS, "body": BODIES[found.meeting],
    }  # fmt: skip
    return render(request, "meetings/views.html", context, status=400 if errors else 200)


@page("see.raised", acts=True)
def agency_withdraws(request: Any, number: int) -> HttpResponse:
    """An agency takes back what it raised, with the reason; the chair decides what becomes of it."""
    found = found_for(request, number)
    if found is None:
        return unseen(request, "raised", str(number))
    errors: dict[str, str] = {}
    why = texts_of(request, errors, withdrawn_why="Write the agency's reason")["withdrawn_why"]
    if errors:
        return raised_one(request, number, errors, 400)
    seen = int(request.POST["seen"]) if request.POST.get("seen", "").isdecimal() and len(request.POST["seen"]) < 12 else 0  # fmt: skip
    try:
        with transaction.atomic():
            acts.agency_withdraws(request.user, number, why, once_of(request), seen)
            note(request, "alteration", found.about, found.ident, {"raised": number, "act": "withdrawn"})
    except NotAllowed as reason:
        return raised_one(request, number, {"withdrawn_why": str(reason)}, 409)
    messages.success(request, "Kept. It stays on the agenda until the chair decides.")
    return redirect("raised-one", number)
