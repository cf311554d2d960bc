"""The report on learning: its rows as far as the reader may see them, and the file. Nobody is named in it."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from redshank.products import cpd_report
from redshank.products.papers import TYPES
from redshank.web.learning import coverage, numbers
from redshank.web.learning import due as dates
from redshank.web.learning.models import Course, CourseStep, Evaluation, Event, Piece, Reach
from redshank.web.pages.errors import unseen
from redshank.web.pages.paper import write
from redshank.web.policy.gate import page
from redshank.web.trail.write import note

FORMS = ("html", "docx", "pdf", "csv")


def rows(user: Any) -> dict[str, Any]:
    """What :func:`redshank.products.cpd_report.build` takes, but for the moment."""
    purpose, today = user.as_role.purpose, timezone.localdate()
    posts = coverage.in_post(today)
    courses = [_course(user, c, posts) for c in Course.objects.visible_to(user, purpose)]
    last = {r.publication_id: r for r in Reach.objects.visible_to(user, purpose)}
    publications = []
    for p in Piece.objects.visible_to(user, purpose):
        reach = last.get(p.pk)
        publications.append({
            "title": p.title, "kind": p.kind_words, "on": p.on, "audience": p.audience, "reach": reach.number if reach else None,
            "source": f"{reach.source}, as at {reach.as_at.isoformat()}" if reach else "", "recommendation": p.recommendation,
        })  # fmt: skip
    audiences = [
        {"name": o.audience.name, "heads": o.heads, "size": o.size, "source": o.source, "as_at": o.as_at} for o in coverage.outside(today)
    ]  # fmt: skip
    due = [{"on": d.on, "text": d.text, "hint": d.hint} for d in dates.due(today)]
    return {
        "courses": courses, "audiences": audiences, "publications": publications, "due": due,
        "in_post_as_at": posts.file.as_at if posts.file else None,
    }  # fmt: skip


def _course(user: Any, c: Course, posts: coverage.Posts) -> dict[str, Any]:
    purpose = user.as_role.purpose
    told = coverage.of_course(c, timezone.localdate(), posts)
    forms, said = 0, Counter[str]()
    for e in Evaluation.objects.visible_to(user, purpose).filter(event__course=c):
        forms += e.forms
        said.update(dict(e.counts))
    return {
        "title": c.title, "subject": c.subject_words, "origin": c.origin_words, "state": c.state_words, "for": c.for_words, "due_by": c.due_by,
        "repeat_months": c.repeat_months, "recommendation": c.recommendation,
        "steps": [
            {"on": s.on, "kind": s.kind_words, "text": s.text, "paper": s.paper}
            for s in CourseStep.objects.visible_to(user, purpose).filter(course=c)
        ],
        "events": [
            {"on": e.on, "where": e.where, "who": e.who, "audience": e.audience, "state": e.state_words, "attended": numbers.total(e)}
            for e in Event.objects.visible_to(user, purpose).filter(course=c).order_by("on", "id")
        ],
        "cells": [
            {"post": x.post_words, "district": x.district, "reached": x.reached, "of": x.of, "heads": x.by_heads} for x in told.cells
        ],
        "evaluation": {"forms": forms, "told": list(said.items())} if forms else None,
    }  # fmt: skip


@page("see.learning")
def report(request: Any, form: str) -> HttpResponse:
    """The file; each is a disclosure in the audit."""
    if form not in FORMS:
        return unseen(request, "learning report", form)
    now = timezone.now()
    data = write(cpd_report.build(**rows(request.user), as_at=now), form)
    note(
        request,
        "disclosure",
        "learning report",
        "",
        {"form": form, "sha256": hashlib.sha256(data).hexdigest()},
    )
    answer = HttpResponse(data, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="learning.{form}"'
    return answer
