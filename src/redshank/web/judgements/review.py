"""Pages of the blind review: a pair without the first answer, and how well answers agree."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.judgements import blind, preview
from redshank.web.judgements.models import KINDS, Review
from redshank.web.policy.gate import page
from redshank.web.searching.reasons import Reason
from redshank.web.trail.write import note, read

FEW = 20  # below this the figures say little; local default


@page("review.blind")
def review(request: Any) -> HttpResponse:
    """The next pair for this person: what the two rows say, and nothing that anybody or the night made of it."""
    user, purpose = request.user, request.user.as_role.purpose
    request.reason = Reason("a sample of judgements to review")
    errors: dict[str, str] = {}
    if request.method == "POST":
        wanted = (request.POST.get("a", ""), request.POST.get("b", ""))
        one = next((c for c in blind.candidates(user) if (c.a_uid, c.b_uid) == wanted), None)
        if one is None or not blind.both(user, purpose, one):
            messages.info(request, "That pair was answered already, or is no longer here.")
            return redirect("review")
        answer, reason = request.POST.get("answer", ""), request.POST.get("reason", "").strip()[:500]
        if answer not in blind.ANSWERS:
            errors["answer"] = "Choose the same, not the same, or unsure"
        else:
            _keep(request, one, answer, reason)
            return redirect("review")
    found = blind.next_pair(user)
    sides = []
    if found:
        sides = preview.rows_of(user, list(found[1:]))
        by_uid = {r["one"].uid: r for r in sides}
        sides = [by_uid[u] for u in (found[0].a_uid, found[0].b_uid) if u in by_uid]
        for r in sides:
            read(request, "person", r["of"].person_id)
    context = {
        "pair": found[0] if found and len(sides) == 2 else None, "sides": sides, "errors": errors, "typed": request.POST,
        "options": [(k, KINDS[k]) for k in blind.ANSWERS], "once": secrets.token_hex(16),
        "done": Review.objects.visible_to(user, purpose).filter(by=user).count(),
    }  # fmt: skip
    return render(request, "judgements/review.html", context, status=400 if errors else 200)


def _keep(request: Any, one: blind.Candidate, answer: str, reason: str) -> None:
    try:
        with transaction.atomic():
            Review(
                a_uid=one.a_uid, a_record=one.a_record, b_uid=one.b_uid, b_record=one.b_record, source=one.source, first=one.first,
                answer=answer, reason=reason, by=request.user, once=request.POST.get("once", "")[:40] or secrets.token_hex(16),
            ).save(force_insert=True)  # fmt: skip
            note(request, "alteration", "blind review", f"{one.a_uid}|{one.b_uid}")
    except IntegrityError:
        messages.info(request, "That pair was answered already.")


@page("review.blind")
def agreement(request: Any) -> HttpResponse:
    """How often a second person says the same, beyond chance, and of how many."""
    note(request, "consultation", "agreement of reviews")
    titles = {
        "judged": "Two people, on what one of them had judged",
        "proposed": "A person, on what the night was least sure of",
    }
    measured = blind.measured(request.user)
    context = {"rows": [(titles[k], measured[k]) for k in titles], "few": FEW}
    return render(request, "judgements/agreement.html", context)
