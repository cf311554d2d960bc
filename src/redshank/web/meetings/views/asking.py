"""Commissioned products: asked for, answered, read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.accounts import directory
from redshank.web.meetings import asking, lists, raising
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Commission, CommissionMove
from redshank.web.meetings.raising import NotAllowed
from redshank.web.meetings.views.actions import _day
from redshank.web.meetings.views.raised import found_for, once_of, texts_of
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import note, read


@page("commission.make")
def commission_make(request: Any, number: int) -> HttpResponse:
    """Commissions a product about what stands before a body."""
    user, post = request.user, request.POST
    raised = found_for(request, number)
    if raised is None:
        return unseen(request, "raised", str(number))
    errors: dict[str, str] = {}
    once = post.get("once") or once_of(request)
    able = [
        u
        for u in raising.owners(BODIES[raised.meeting], raised.about)
        if u.as_role.allows("commission.answer") and u.pk != user.pk
    ]
    if request.method == "POST":
        said = texts_of(
            request,
            errors,
            question="Write the question",
            purpose="Write which decision it informs",
            terms="",
        )
        to = directory.account(post.get("to", ""))
        if to is None or to not in able or not raising.can_own(to, raised):
            errors["to"] = "Choose who answers it, and may see this"
        due = _day(post.get("due", ""))
        if due is None or due < timezone.localdate():
            errors["due"] = "Give a day that is still to come, as 2026-03-31"
        if not errors and to is not None and due is not None:
            with transaction.atomic():
                made = asking.ask(
                    user,
                    raised,
                    said["question"],
                    said["purpose"],
                    said["terms"],
                    to,
                    due,
                    f"{user.pk}:{once}",
                )
                note(request, "alteration", raised.about, raised.ident, {"commission": made.pk})
            messages.success(request, "Commissioned. It shows as unanswered until it is delivered and read.")
            return redirect("commission", made.pk)
    else:
        read(request, raised.about, raised.ident)
    context = {
        "raised": raised,
        "errors": errors,
        "typed": post,
        "once": once,
        "able": able,
        "sits": lists.sits_now(user, raised),
    }
    return render(request, "meetings/commission_make.html", context, status=400 if errors else 200)


def _found(request: Any, number: int) -> Commission | None:
    rows = Commission.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("to", "by", "answered_by", "read_by", "raised").filter(pk=number).first()


@page("see.raised")
def commission(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    found = _found(request, number)
    if found is None:
        return unseen(request, "commission", str(number))
    user = request.user
    read(request, found.about, found.ident)
    context = {
        "moves": list(CommissionMove.objects.visible_to(user, user.as_role.purpose).filter(commission=found).select_related("by", "to", "was_to")),
        "commission": found, "body": BODIES[found.meeting], "errors": errors or {}, "typed": request.POST,
        "raised": found_for(request, found.raised_id) if found.raised_id else None,
        "may_answer": found.answered_at is None and found.to_id == user.pk and user.as_role.allows("commission.answer"),
        "may_read": found.answered_at is not None and found.read_at is None and found.answered_by_id != user.pk,
    }  # fmt: skip
    return render(request, "meetings/commission.html", context, status=status)


@page("see.raised", acts=True)
def commission_act(request: Any, number: int) -> HttpResponse:
    """Delivers the answer, or says that it was read."""
    user, post = request.user, request.POST
    found = _found(request, number)
    if found is None:
        return unseen(request, "commission", str(number))
    errors: dict[str, str] = {}
    kind = post.get("kind", "")
    said = (
        texts_of(request, errors, answer="Write the answer, or where it is kept") if kind == "answer" else {}
    )
    if kind not in ("answer", "read"):
        errors["answer"] = "Choose what you do"
    if errors:
        return commission(request, number, errors, 400)
    try:
        with transaction.atomic():
            if kind == "answer":
                asking.answer(user, number, said["answer"])
            else:
                asking.read(user, number)
            note(request, "alteration", found.about, found.ident, {"commission": number, "act": kind})
    except NotAllowed as reason:
        return commission(request, number, {"answer": str(reason)}, 409)
    messages.success(request, "Delivered." if kind == "answer" else "Read.")
    return redirect("commission", number)
