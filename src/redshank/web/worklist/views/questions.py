"""Questions to me and by me, and the answer."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read
from redshank.web.worklist import acts, asking
from redshank.web.worklist.models import Answer, Question
from redshank.web.worklist.models.asking import asked_of
from redshank.web.worklist.views.item import url_of


def _mine(user: Any) -> Any:
    rows = Question.objects.visible_to(user, user.as_role.purpose)
    return rows.select_related("act__by", "to_user", "answer__by")


@page("see.questions")
def questions(request: Any) -> HttpResponse:
    """Those that wait for my answer, and those that I asked."""
    user = request.user
    to_me = list(
        _mine(user)
        .filter(asked_of(user), answered_at__isnull=True)
        .exclude(act__by=user)
        .order_by("answer_by")
    )
    by_me = list(_mine(user).filter(act__by=user).order_by("-pk")[:50])
    listed(request, "questions", [str(q.pk) for q in to_me + by_me])
    return render(request, "worklist/questions.html", {"to_me": to_me, "by_me": by_me})


@page("see.questions")
def question(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    user = request.user
    found = _mine(user).filter(pk=number).first()
    if found is None:
        return unseen(request, "question", str(number))
    read(request, found.about, found.ident)
    asking.has_read(user, found)
    answer = (
        Answer.objects.visible_to(user, user.as_role.purpose)
        .filter(question=found)
        .select_related("by")
        .first()
    )
    is_mine = found.act.by_id != user.pk and (
        found.to_user_id == user.pk or (not found.to_user_id and found.to_role == user.role)
    )
    context = {
        "question": found, "answer": answer, "may": is_mine and answer is None and user.as_role.allows("question.answer"),
        "url": url_of(found.about, found.ident), "works": user.as_role.allows("see.items"), "errors": errors or {},
        "typed": request.POST, "once": request.POST.get("once") or secrets.token_hex(16),
    }  # fmt: skip
    return render(request, "worklist/question.html", context, status=status)


@page("question.answer", acts=True)
def answer(request: Any, number: int) -> HttpResponse:
    user = request.user
    found = _mine(user).filter(pk=number).first()
    if found is None:
        return unseen(request, "question", str(number))
    text = request.POST.get("answer", "").strip()
    if not text or len(text) > acts.LONGEST:
        said = "Write the answer, also when it is that you do not know" if not text else "Write less"
        return question(request, number, {"answer": said}, 400)
    once = request.POST.get("once", "")[:80] or secrets.token_hex(16)
    try:
        with transaction.atomic():
            asking.answer(user, number, text, once)
            note(request, "alteration", found.about, found.ident, {"question": number, "act": "answered"})
    except acts.NotAllowed as reason:
        return question(request, number, {"answer": str(reason)}, 409)
    messages.success(request, f"Answered. It stands on the first page of {found.act.by.name}.")
    return redirect("question", number)
