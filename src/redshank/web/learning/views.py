"""Pages of the programme: which courses there are, one with its way and its coverage, and who is behind a number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from redshank.web.charts.files import sheet
from redshank.web.learning import acts, coverage, forms
from redshank.web.learning import due as dates
from redshank.web.learning.models import NAMES, STATES, STEPS, WAY, Course, CourseStep, Evaluation, Event
from redshank.web.learning.settings import ORIGINS, POSTS, SUBJECTS
from redshank.web.meetings.bodies import BODIES
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.typed import first_was, looked_over, once, steps_seen, words
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read

RECORD = "learning.record"
#: What the meeting that sets the programme's workstreams is about.
SETS = "workstream"
FILTERS = ("subject", "origin", "state")
#: What can be recorded of a course by its form.
OFFERED = {k: STEPS[k] for k in (*WAY, "paper")}
SHOWS = {"": "All in post", "reached": "Reached", "missing": "Not reached yet"}


def _asked(request: Any) -> dict[str, str]:
    return {n: str(request.GET.get(n, ""))[:40] for n in FILTERS}


def _courses(user: Any, asked: dict[str, str]) -> Any:
    rows = Course.objects.visible_to(user, user.as_role.purpose).select_related("owner")
    for name, of in (("subject", SUBJECTS), ("origin", ORIGINS), ("state", STATES)):
        if asked[name] in of:
            rows = rows.filter(**{name: asked[name]})
    return rows if asked["state"] else rows.exclude(state="ended")


def _set_by(user: Any) -> dict[str, str] | None:
    """The meeting that sets workstreams, as configured: its page, and what was raised there."""
    found = [n for n, b in BODIES.items() if SETS in b.about and user.role in b.roles]
    if not found or not user.as_role.allows("see.raised"):
        return None
    name = found[0]
    return {
        "title": BODIES[name].title, "url": reverse("meeting", args=[name]), "terms": reverse("terms", args=[name]),
        "workstreams": f"{reverse('raised')}?meeting={name}",
    }  # fmt: skip


@page("see.learning")
def programme(request: Any) -> HttpResponse:
    """Every course with how far it is and whom it has reached, what is due, and a new line."""
    user, today = request.user, timezone.localdate()
    may = user.as_role.allows(RECORD)
    errors: dict[str, str] = {}
    status, advice = 200, None
    if request.method == "POST":
        if not may:
            return unseen(request, "course", "")
        given, errors = forms.course(request.POST)
        status = 400 if errors else 200
        advice = None if errors else looked_over(request, "title", "outside")
        if not errors and advice is None:
            with transaction.atomic():
                made, is_new = acts.add_course(user, given, once(request))
                if is_new:
                    note(request, "collection", "course", str(made.pk))
            messages.success(request, "In the programme. Record what has happened with it so far.")
            return redirect("learning-course", made.pk)
    asked = _asked(request)
    shown = paged(request, _courses(user, asked))
    if request.method == "GET":
        listed(request, "courses", [str(c.pk) for c in shown.page], **asked)
    posts = coverage.in_post(today)
    context = {
        "shown": shown, "lines": [(c, coverage.of_course(c, today, posts)) for c in shown.page], "asked": asked, "subjects": SUBJECTS,
        "origins": ORIGINS, "states": STATES, "posts": POSTS, "may": may, "errors": errors, "typed": request.POST, "once": once(request),
        "chosen": request.POST.getlist("posts"), "advice": advice, "set_by": _set_by(user), "due": dates.today(), "today": today, "establishment": posts.file,
        "outside": coverage.outside(today),
    }  # fmt: skip
    return render(request, "learning/programme.html", context, status=status)


@page("see.learning")
def programme_csv(request: Any) -> HttpResponse:
    """The coverage of every course by post and district, in numbers."""
    user, today = request.user, timezone.localdate()
    rows = list(_courses(user, _asked(request)))
    posts = coverage.in_post(today)
    out = [
        (c.title, c.subject_words, c.origin_words, c.state_words, x.post_words, x.district, x.reached, x.of, "heads" if x.by_heads else "people", today)
        for c in rows for x in coverage.of_course(c, today, posts).cells
    ]  # fmt: skip
    note(request, "disclosure", "courses", "", {"rows": len(out)})
    head = (
        "Course",
        "Subject",
        "From",
        "State",
        "Post",
        "District",
        "Reached",
        "In post",
        "Counted by",
        "As at",
    )
    answer = HttpResponse(sheet(head, out), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="learning-coverage.csv"'
    return answer


def _course(request: Any, number: int) -> Course | None:
    rows = Course.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("owner", "by").filter(pk=number).first()


@page("see.learning")
def course(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200, advice: Any = None) -> HttpResponse:  # fmt: skip
    """One course: its way with dates and papers, its events, whom it has reached, what was said of it."""
    found = _course(request, number)
    if found is None:
        return unseen(request, "course", str(number))
    user, purpose, today = request.user, request.user.as_role.purpose, timezone.localdate()
    if request.method == "GET":
        read(request, "course", str(number))
    context = {
        "course": found, "steps": list(CourseStep.objects.visible_to(user, purpose).filter(course=found).select_related("by")),
        "events": list(Event.objects.visible_to(user, purpose).filter(course=found)), "coverage": coverage.of_course(found, today),
        "outside": coverage.outside(today, found), "evaluations": list(Evaluation.objects.visible_to(user, purpose).filter(event__course=found).select_related("event")),
        "may": user.as_role.allows(RECORD), "errors": errors or {}, "typed": request.POST, "once": once(request), "offered": OFFERED, "today": today,
        "subjects": SUBJECTS, "origins": ORIGINS, "posts": POSTS, "chosen": request.POST.getlist("posts") or found.post_keys, "owners": acts.owners(), "advice": advice,
    }  # fmt: skip
    return render(request, "learning/course.html", context, status=status)


@page(RECORD, acts=True)
def course_act(request: Any, number: int) -> HttpResponse:
    """A step, another particular, another owner, or an event."""
    found = _course(request, number)
    if found is None:
        return unseen(request, "course", str(number))
    user, post, act, key = request.user, request.POST, request.POST.get("act", ""), once(request)
    errors: dict[str, str] = {}
    given: dict[str, Any] = {}
    owner = None
    if act == "step":
        given, errors = forms.step(post, OFFERED)
    elif act == "change":
        given, errors = forms.course(post)
        words(post, "why", errors, "Write why")
    elif act == "event":
        given, errors = forms.event(post)
    elif act == "hand":
        owner = next((u for u in acts.owners() if u.username == post.get("owner")), None)
        if owner is None:
            errors["owner"] = "Choose who answers for it"
        words(post, "why", errors, "Write why")
    else:
        errors["act"] = "Choose what you do"
    if errors:
        return course(request, number, errors, 400)
    if advice := looked_over(request, "text", "title", "outside", "audience", "why"):
        return course(request, number, {}, 200, advice)
    to = redirect("learning-course", number)
    try:
        with transaction.atomic():
            if act == "step":
                acts.course_step(user, number, given["kind"], given["on"], given["text"], given["paper"], given["kept"], key, steps_seen(request))  # fmt: skip
            elif act == "change":
                acts.change_course(user, number, given, post["why"].strip(), key, steps_seen(request))
            elif act == "hand":
                acts.hand(user, found, owner, post["why"].strip(), f"{user.pk}:{key}")
            else:
                made, _ = acts.add_event(user, found, given, key)
                to = redirect("learning-event", made.pk)
            note(request, "alteration", "course", str(number), {"act": act})
    except acts.Meanwhile as first:
        return course(request, number, {"act": first_was(first.step)}, 409)
    except acts.NotAllowed as reason:
        return course(request, number, {"act": str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time.")
    return to


@page("see.learning")
def behind(request: Any, number: int) -> HttpResponse:
    """Who is behind a number: people for those who may know them, else the numbers by post and district."""
    found = _course(request, number)
    if found is None:
        return unseen(request, "course", str(number))
    user, asked = request.user, {n: str(request.GET.get(n, ""))[:80] for n in ("post", "show")}
    district = str(request.GET["district"])[:80] if "district" in request.GET else None
    if asked["show"] not in SHOWS:
        asked["show"] = ""
    told = coverage.of_course(found, timezone.localdate())
    people, more = coverage.people(user, told, asked["post"], district, asked["show"])
    shown = paged(request, people)
    listed(request, "people behind a course", [p.ref for p in shown.page], course=number, district=district, **asked)  # fmt: skip
    context = {
        "course": found, "coverage": told, "shown": shown, "more": more, "asked": asked, "district": district, "shows": SHOWS,
        "cells": [c for c in told.cells if asked["post"] in ("", c.post) and district in (None, c.district)],
        "post_words": POSTS.get(asked["post"], ""), "names": user.as_role.allows(NAMES),
    }  # fmt: skip
    return render(request, "learning/behind.html", context)
