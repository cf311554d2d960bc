"""A review on paper: the rows of its document, as far as the reader may see them, and the file."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from redshank.products import policy_review
from redshank.products.papers import TYPES
from redshank.web.pages.errors import unseen
from redshank.web.pages.paper import write
from redshank.web.policies import acts, reviewing
from redshank.web.policies.models import FINDINGS, MET, Measure, Result, Review, ReviewStep
from redshank.web.policies.settings import LEAST
from redshank.web.policy.gate import page
from redshank.web.trail.write import note

FORMS = ("html", "docx", "pdf", "csv")


def row(user: Any, review: Review) -> dict[str, Any]:
    """One review as plain words and numbers, for :func:`redshank.products.policy_review.build`."""
    purpose = user.as_role.purpose
    steps = list(ReviewStep.objects.visible_to(user, purpose).filter(review=review).select_related("by"))
    gone = {s.measure_id for s in steps if s.kind == "withdrawn"}
    last = {r.measure_id: r for r in Result.objects.visible_to(user, purpose).filter(measure__review=review)}
    share = acts.share(review.version)

    def said(kind: str) -> list[tuple[str, str, Any]]:
        return [(s.text, s.by.name, s.at) for s in steps if s.kind == kind]

    def first(kind: str) -> tuple[str, Any, str] | None:
        return next(((s.by.name, s.at, s.text) for s in steps if s.kind == kind), None)

    measures = []
    for m in Measure.objects.visible_to(user, purpose).filter(review=review):
        told = last.get(m.pk)
        measures.append({
            "title": m.title, "how": m.how, "before": m.before, "aim": m.aim, "withdrawn": m.pk in gone,
            "met": MET[told.met] if told else "", "value": told.value if told else "", "text": told.text if told else "",
        })  # fmt: skip
    survey = None
    if review.survey_until is not None:
        survey = {
            "answered": reviewing.answered(review), "asked": len(acts.everybody()), "until": review.survey_until, "least": LEAST,
            "questions": reviewing.results(user, review),
        }  # fmt: skip
    version = review.version
    return {
        "policy": version.policy.title, "version": version.number, "owner": version.policy.owner.name, "adopted_on": version.adopted_on,
        "due": review.due, "state": review.state_words, "closed_on": review.closed_on, "terms": review.terms, "acknowledged": (share.part, share.whole),
        "fixed": first("fixed"), "opened": first("open"), "measures": measures, "survey": survey, "findings": {f: said(f) for f in FINDINGS},
        "follows": next(iter(said("closed")), None),
    }  # fmt: skip


def rows(user: Any) -> list[dict[str, Any]]:
    """Every review, the newest first: for the command line."""
    found = Review.objects.visible_to(user, user.as_role.purpose).select_related("version__policy__owner")
    return [row(user, r) for r in found]


@page("see.policies")
def review(request: Any, number: int, form: str) -> HttpResponse:
    """The file of one review; each is a disclosure in the audit."""
    user = request.user
    found = Review.objects.visible_to(user, user.as_role.purpose).select_related("version__policy__owner").filter(pk=number).first()  # fmt: skip
    if found is None or form not in FORMS:
        return unseen(request, "policy review", str(number))
    data = write(policy_review.build([row(user, found)], timezone.now()), form)
    note(request, "disclosure", "policy review", str(number), {"form": form, "sha256": hashlib.sha256(data).hexdigest()})  # fmt: skip
    answer = HttpResponse(data, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="policy-review-{number}.{form}"'
    return answer
