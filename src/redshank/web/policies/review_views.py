"""Pages of a review: its terms and measures before, its findings and results after, its paper; and the survey."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.pages.errors import unseen
from redshank.web.pages.typed import Errors, day, first_was, looked_over, once, steps_seen, words
from redshank.web.policies import acts, reviewing
from redshank.web.policies.models import (
    FINDINGS,
    MET,
    Answered,
    Measure,
    Result,
    Review,
    ReviewStep,
    Version,
)
from redshank.web.policies.settings import DATA, LEAST
from redshank.web.policy.gate import page
from redshank.web.trail.write import note, read

MANAGE = "policies.manage"
#: What the form of a review can do → the texts that it needs, with what is wrong where one is empty, and how long each may be.
NEEDED: dict[str, dict[str, tuple[str, int]]] = {
    "terms": {"terms": ("Write the terms of reference", 8_000)},
    "measure": {
        "title": ("Say what is measured, in a few words", 200), "how": ("Write what is counted, where and by whom", 4_000),
        "before": ("Write how it stood before the policy, or that nobody counted it", 200), "aim": ("Write what would be a benefit", 200),
    },
    "withdrawn": {"why": ("Write why it goes", 4_000)},
    "fixed": {"text": ("Write who agreed on them, or where", 4_000)},
    "open": {"text": ("Write who is asked, and how they are told", 4_000)},
    **{f: {"text": ("Write what was found, and from where you know", 8_000)} for f in FINDINGS},
    "result": {"value": ("Write what the measure told", 200), "text": ("Write from where, and what else may have moved it", 4_000)},
    "closed": {"text": ("Write what follows from it, and who does it", 8_000)},
}  # fmt: skip


@page(MANAGE)
def plan(request: Any, number: int) -> HttpResponse:
    """Plans the review of a policy's version in force, with its terms of reference."""
    user = request.user
    rows = Version.objects.visible_to(user, user.as_role.purpose).filter(policy=number, state="adopted")
    found = rows.select_related("policy").first()
    if found is None:
        return unseen(request, "policy", str(number))
    errors: Errors = {}
    advice = None
    due = acts.due(found)
    if request.method == "POST":
        terms = words(request.POST, "terms", errors, "Write the terms of reference", 8_000)
        advice = None if errors else looked_over(request, "terms")
        if not errors and advice is None:
            try:
                with transaction.atomic():
                    made, is_new = reviewing.plan(user, found, terms, once(request))
                    if is_new:
                        note(request, "collection", "policy review", str(made.pk))
                messages.success(request, "Planned. Choose the measures, and fix them before it opens.")
                return redirect("policy-review", made.pk)
            except acts.Meanwhile as first:
                errors["terms"] = first_was(first.step) if first.step else "Somebody planned one meanwhile"
            except acts.NotAllowed as reason:
                errors["terms"] = str(reason)
    elif due is not None and due.review is not None:
        return redirect("policy-review", due.review.pk)
    else:
        read(request, "policy", str(number))
    context = {
        "version": found, "policy": found.policy, "due": due, "errors": errors, "typed": request.POST, "once": once(request), "advice": advice,
        "source": DATA["review"]["source"],
    }  # fmt: skip
    return render(request, "policies/plan.html", context, status=400 if errors else 200)


def _review(request: Any, number: int) -> Review | None:
    rows = Review.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("version__policy__owner", "by").filter(pk=number).first()


@page("see.policies")
def review(request: Any, number: int, errors: Errors | None = None, status: int = 200, advice: Any = None) -> HttpResponse:  # fmt: skip
    """One review: due when, by which terms and measures, fixed by whom, and what came of it."""
    found = _review(request, number)
    if found is None:
        return unseen(request, "policy review", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    if request.method == "GET":
        read(request, "policy review", str(number))
    steps = list(ReviewStep.objects.visible_to(user, purpose).filter(review=found).select_related("by", "measure"))  # fmt: skip
    gone = {s.measure_id: s for s in steps if s.kind == "withdrawn"}
    results: dict[int, list[Result]] = {}
    for r in Result.objects.visible_to(user, purpose).filter(measure__review=found).select_related("by"):
        results.setdefault(r.measure_id, []).append(r)
    rows = Measure.objects.visible_to(user, purpose).filter(review=found).select_related("by")
    may = user.as_role.allows(MANAGE)
    context = {
        "review": found, "version": found.version, "policy": found.version.policy, "steps": steps, "may": may, "advice": advice,
        "measures": [(m, gone.get(m.pk), results.get(m.pk, [])) for m in rows],
        "fixed": next((s for s in steps if s.kind == "fixed"), None), "opened": next((s for s in steps if s.kind == "open"), None),
        "findings": [(f, [s for s in steps if s.kind == f]) for f in FINDINGS], "closing": next((s for s in steps if s.kind == "closed"), None),
        "answered": reviewing.answered(found), "asked": len(acts.everybody()), "results": reviewing.results(user, found), "least": LEAST,
        "may_answer": found.survey_is_open and not Answered.objects.visible_to(user, purpose).filter(review=found).exists(),
        "lacks": reviewing.lacks(found) if may and found.state == "open" else [], "mets": MET, "as_at": timezone.now(), "share": acts.share(found.version),
        "errors": errors or {}, "typed": request.POST, "once": once(request),
        "until": request.POST.get("until") or (timezone.localdate() + timedelta(days=DATA["survey"]["days"])).isoformat(),
    }  # fmt: skip
    return render(request, "policies/review.html", context, status=status)


@page(MANAGE, acts=True)
def review_act(request: Any, number: int) -> HttpResponse:
    """What is done to a review; each act once, and whoever comes second sees who was first."""
    found = _review(request, number)
    if found is None:
        return unseen(request, "policy review", str(number))
    post, user = request.POST, request.user
    errors: Errors = {}
    act = post.get("act", "")
    if act not in NEEDED:
        return review(request, number, {"act": "Choose what you do"}, 400)
    said = {n: words(post, n, errors, says, most) for n, (says, most) in NEEDED[act].items()}
    measure = _number(post.get("measure", ""))
    if act in ("withdrawn", "result") and not measure:
        errors["measure"] = "Choose the measure"
    if act == "result" and post.get("met") not in MET:
        errors["met"] = "Say whether it was met"
    until = day(post, "until", errors, future=True) if act == "open" else None
    if errors:
        return review(request, number, errors, 400)
    if advice := looked_over(request, *NEEDED[act]):
        return review(request, number, {}, 200, advice)
    key, seen = once(request), steps_seen(request)
    try:
        with transaction.atomic():
            if act == "terms":
                reviewing.rewrite(user, number, said["terms"], key, seen)
            elif act == "measure":
                reviewing.choose(user, number, said, key, seen)
            elif act == "withdrawn":
                reviewing.withdraw(user, number, measure, said["why"], key, seen)
            elif act == "fixed":
                reviewing.fix(user, number, said["text"], key, seen)
            elif act == "open" and until is not None:
                reviewing.open_(user, number, until, said["text"], key, seen)
            elif act == "result":
                reviewing.take(user, number, measure, said | {"met": post["met"]}, key, seen)
            elif act == "closed":
                reviewing.close(user, number, said["text"], key, seen)
            else:
                reviewing.find(user, number, act, said["text"], key, seen)
            note(request, "alteration", "policy review", str(number), {"step": act})
    except acts.Meanwhile as first:
        return review(request, number, {"act": first_was(first.step)}, 409)
    except acts.NotAllowed as reason:
        return review(request, number, {"act": str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("policy-review", number)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


@page("see.policies")
def survey(request: Any, number: int) -> HttpResponse:
    """The short survey: a few answers, counted without who gave them."""
    found = _review(request, number)
    if found is None:
        return unseen(request, "policy review", str(number))
    user = request.user
    done = Answered.objects.visible_to(user, user.as_role.purpose).filter(review=found).exists()
    errors: Errors = {}
    if request.method == "POST":
        given = {q: request.POST.get(f"q-{q}", "") for q in found.asks}
        errors |= {f"q-{q}": f"{found.asks[q]}: choose an answer" for q, a in given.items() if a not in found.offers}  # fmt: skip
        if not errors:
            try:
                with transaction.atomic():
                    if reviewing.answer(user, found, given):
                        note(request, "alteration", "policy survey", str(number))  # that, never what
            except acts.NotAllowed as reason:
                errors["survey"] = str(reason)
            else:
                messages.success(request, "Counted. Nobody can tell which answers were yours.")
                return redirect("policy-review", number)
    else:
        read(request, "policy survey", str(number))
    context = {"review": found, "policy": found.version.policy, "done": done, "errors": errors, "typed": request.POST, "least": LEAST}  # fmt: skip
    return render(request, "policies/survey.html", context, status=400 if errors else 200)
