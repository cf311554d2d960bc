"""Pages of the tracker: the list, one recommendation with its history, and the one page on which each act is made."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from redshank.web.accounts import directory
from redshank.web.meetings.views.raised import once_of
from redshank.web.pages.errors import nothing_here, refused, unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.products.models import Product
from redshank.web.tracker import acts, editions, figures, forms, lists
from redshank.web.tracker.models import Act, Ask, Deed, Evidence, Recommendation, Report
from redshank.web.tracker.settings import LEVELS, SETTINGS, STATUS
from redshank.web.trail.write import listed, note, read

LONGEST = 4_000


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@page("see.tracker")
def tracker(request: Any) -> HttpResponse:
    """Every recommendation with its date, status and risk, and the reports with their 56-day date."""
    user = request.user
    asked = {n: request.GET.get(n, "")[:20] for n in lists.FILTERS}
    shown = paged(request, lists.asked_for(user, asked))
    listed(request, "recommendations", [str(x.row.pk) for x in shown.page], **asked)
    reports = list(Report.objects.visible_to(user, user.as_role.purpose))
    context = {
        "shown": shown, "asked": asked, "shows": lists.SHOWS, "statuses": STATUS, "levels": LEVELS, "reports": reports, "settings": SETTINGS,
        "may": user.as_role.allows("tracker.edit"),
    }  # fmt: skip
    return render(request, "tracker/tracker.html", context)


def _found(request: Any, number: int) -> Recommendation | None:
    return lists.rows_of(request.user).filter(pk=number).first()


def _cited(user: Any, e: Evidence) -> dict[str, Any]:
    """A piece of evidence as it was cited and, of a figure, as it reads now, with the way to what it counts."""
    figure = figures.FIGURES.get(e.figure)
    now = figure.read() if figure and e.struck_at is None else None
    url = e.url
    if (
        e.product_id
        and Product.objects.visible_to(user, user.as_role.purpose).filter(pk=e.product_id).exists()
    ):
        url = reverse("product", args=[e.product_id])
    edition = editions.read(user, e.product, e.part) if e.product_id and e.part else None
    if figure and user.as_role.allows(figure.needs):
        url = reverse(figure.route) + (f"?{figure.query}" if figure.query else "")
    return {"e": e, "now": now, "differs": bool(now and now.words != e.value), "url": url, "edition": edition}


@page("see.tracker")
def one(request: Any, number: int) -> HttpResponse:
    """One recommendation: its text, how the force stands to it, what shows it, on whom it depends, and every act."""
    row = _found(request, number)
    if row is None:
        return unseen(request, "recommendation", str(number))
    user = request.user
    read(request, "recommendation", str(number))
    visible = forms.tasks(user).values_list("pk", flat=True) if user.as_role.allows("see.actions") else []
    tasks = set(visible)
    done = list(
        Act.objects.visible_to(user, user.as_role.purpose).filter(recommendation=row).select_related("by")
    )
    context = {
        "row": row, "line": lists.line(row, timezone.localdate()), "acts": done[::-1], "offered": forms.offered(user, row),
        "evidence": [_cited(user, e) for e in row.evidence.all()], "may_add": user.as_role.allows("tracker.add") and row.status != "closed",
        "deeds": [(d, d.action_id in tasks) for d in row.deeds.all()], "settings": SETTINGS,
    }  # fmt: skip
    return render(request, "tracker/one.html", context)


def _owners() -> list[Any]:
    return [a for a in directory.all_accounts() if a.is_active and a.as_role.allows("tracker.add")]


def _advice(texts: list[str]) -> tuple[list[dict[str, Any]], str]:
    """Words to look at in what was typed; nothing is rewritten (practice rule 18). The digest names this advice."""
    from redshank.publish import language_hints

    found = [h for text in texts for h in language_hints(text[:LONGEST]) if not h["quoted"]]
    told = json.dumps([(h["phrase"], h["rule"]) for h in found])
    return found, hashlib.sha256(told.encode()).hexdigest()[:16] if found else ""


def _given(request: Any, seen: int, item: int, errors: dict[str, str]) -> acts.Given:
    post = request.POST
    texts = {n: post.get(n, "").replace("\r\n", "\n").strip() for n in ("why", "text", "more")}
    for name, text in texts.items():
        if len(text) > LONGEST:
            errors[name] = f"Write no more than {LONGEST:,} characters"
    for name in ("on", "until"):
        if post.get(name, "").strip() and _day(post[name]) is None:
            errors[name] = "Write the day as year, month and day, for example 2026-03-14"
    owner = next((a for a in _owners() if a.username == post.get("owner", "")), None)
    action, said = None, post.get("action", "")
    if said:
        action = next((a for a in forms.tasks(request.user) if str(a.pk) == said), None)
        if action is None:
            errors["action"] = "Choose one of the tasks"
    edition, said = None, post.get("edition", "")
    if said:
        edition = next((p for p in forms.editions(request.user) if str(p.pk) == said), None)
        if edition is None:
            errors["edition"] = "Choose one of the editions"
    if post.get("choice") == "figure":
        texts["text"] = post.get("figure", "")
    return acts.Given(
        f"{request.user.pk}:{once_of(request)}"[:80], seen, texts["why"], texts["text"], texts["more"], post.get("choice", "")[:20],
        post.get("quality", "")[:20], _day(post.get("on", "")), _day(post.get("until", "")), owner, item, action, edition,
        post.get("part", "")[:300],
    )  # fmt: skip


def _seen(request: Any) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


#: Kind of thing beside a recommendation → its model and what is said of it.
BESIDE = {"ask": (Ask, "what"), "deed": (Deed, "what"), "evidence": (Evidence, "title")}


@page("see.tracker")
def do(request: Any, number: int, kind: str, item: int = 0) -> HttpResponse:
    """One act: its form, and what came of sending it."""
    row, form = _found(request, number), forms.FORMS.get(kind)
    if row is None or form is None or bool(form.of) != bool(item):
        return unseen(request, "recommendation", str(number))
    user = request.user
    if not user.as_role.allows(form.may):
        return refused(request, form.may)
    about = ""
    if form.of:
        model, column = BESIDE[form.of]
        beside = (
            model.objects.visible_to(user, user.as_role.purpose).filter(pk=item, recommendation=row).first()
        )
        if beside is None:
            return unseen(request, "recommendation", str(number))
        about = getattr(beside, column)
    errors: dict[str, str] = {}
    advice: list[dict[str, Any]] = []
    advised, status = "", 200
    if request.method == "POST":
        given = _given(request, _seen(request), item, errors)
        advice, advised = _advice([given.why, given.text, given.more])
        if advised == request.POST.get("advised", ""):
            advice, held = [], False
        else:
            held = bool(advised)
        if not errors and not held:
            try:
                with transaction.atomic():
                    made = acts.do(user, number, kind, given)
                    note(request, "alteration", "recommendation", str(number), {"act": kind})
                messages.success(request, f"{made.kind_words}, with your name and the time.")
                return redirect("tracker-one", number)
            except acts.NotAllowed as reason:
                errors[_on_form(form, reason.field)] = str(reason)
        status = 400 if errors else 200
    done = row.acts.count()
    context = _form_context(request, form, errors, advice, advised) | {
        "row": row, "about": about, "seen": _seen(request) if request.method == "POST" and not any("meanwhile" in e for e in errors.values()) else done,
    }  # fmt: skip
    return render(request, "tracker/form.html", context, status=status)


def _on_form(form: forms.Form, field: str) -> str:
    """The field that a rule speaks of; the first one where the form has no such field."""
    names = [f.name for f in form.fields]
    return field if field in names else names[0]


def _form_context(request: Any, form: forms.Form, errors: Any, advice: Any, advised: str) -> dict[str, Any]:
    owners = _owners() if any(f.kind == "account" for f in form.fields) else []
    rows = [
        {"f": f, "value": request.POST.get(f.name, ""), "error": errors.get(f.name, ""), "choices": forms.choices(request.user, f, owners, request.POST.get("edition", ""))}
        for f in form.fields
    ]  # fmt: skip
    for r in rows:
        if r["f"].name == "until" and not r["value"] and "asked" in r["f"].label:
            r["value"] = (timezone.localdate() + SETTINGS.again).isoformat()
    return {
        "form": form,
        "fields": rows,
        "errors": errors,
        "hints": advice,
        "advised": advised,
        "once": once_of(request),
    }


@page("tracker.edit")
def report(request: Any, number: int, kind: str) -> HttpResponse:
    """When the response was published, or the day of the report's publication."""
    user, form = request.user, forms.REPORT_FORMS.get(kind)
    row = Report.objects.visible_to(user, user.as_role.purpose).filter(pk=number).first()
    if row is None:
        return unseen(request, "report", str(number))
    if form is None:
        return nothing_here(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = _given(request, _seen(request), 0, errors)
        if not errors:
            try:
                with transaction.atomic():
                    acts.of_report(user, number, kind, given)
                    note(request, "alteration", "report", str(number), {"act": kind})
                messages.success(request, "Kept, with your name and the time.")
                return redirect("tracker")
            except acts.NotAllowed as reason:
                errors[_on_form(form, reason.field)] = str(reason)
    context = _form_context(request, form, errors, [], "") | {
        "report": row,
        "seen": row.acts.filter(recommendation=None).count(),
    }
    return render(request, "tracker/form.html", context, status=400 if errors else 200)
