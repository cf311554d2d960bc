"""Pages of businesses: map and list, one business, taking in, training, visits and the welfare check after."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from redshank.web.charts.files import sheet
from redshank.web.heads.models import Premises
from redshank.web.makesafe import acts, districts, forms
from redshank.web.makesafe.models import (
    FINDINGS,
    TEAM,
    VISITS,
    Ask,
    Business,
    Call,
    CallStep,
    Message,
    Step,
    Struck,
    Training,
    Visit,
    Welfare,
    in_force,
)
from redshank.web.makesafe.settings import ANSWERS, ASKED, CATEGORIES, DATA, MATERIALS
from redshank.web.makesafe.standing import Standing, of
from redshank.web.pages import words
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.typed import first_was, once, steps_seen
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read

SHOWS = {
    "all": "All",
    "training": "Training due",
    "visit": "Visit due",
    "untrained": "Never trained",
    "left": "Left the operation",
}
COLUMNS = (
    "Business", "Category", "District", "Address", "Postcode", "Last training", "Staff trained", "Staff", "Message given",
    "Training due", "Status",
)  # fmt: skip
MOST_ON_MAP = 1_000


def all_messages(user: Any) -> list[Message]:
    return list(Message.objects.visible_to(user, user.as_role.purpose))


def _asked(request: Any) -> dict[str, str]:
    asked = {n: str(request.GET.get(n, "")).strip()[:80] for n in ("show", "category", "district", "q")}
    allowed = set(SHOWS) if request.user.as_role.allows(TEAM) else set(SHOWS) - {"visit"}
    if asked["show"] not in allowed:
        asked["show"] = "all"
    return asked


def _found(request: Any) -> tuple[list[Standing], dict[str, str]]:
    """What the address asks for. A list of what is due is in the order in which it is due, else by name."""
    user, asked, today = request.user, _asked(request), timezone.localdate()
    rows = Business.objects.visible_to(user, user.as_role.purpose)
    rows = rows.filter(state="closed" if asked["show"] == "left" else "open")
    if asked["category"] in CATEGORIES:
        rows = rows.filter(category=asked["category"])
    if asked["district"]:
        rows = rows.filter(district=asked["district"])
    for part in asked["q"].replace("\x00", "").split()[:6]:
        rows = rows.filter(name__icontains=part)
    found = of(user, rows)
    if asked["show"] == "training":
        found = sorted((s for s in found if s.training_is_due(today)), key=lambda s: s.training_due)
    elif asked["show"] == "untrained":
        found = [s for s in found if s.training is None]
    elif asked["show"] == "visit":
        found = sorted(
            (s for s in found if s.visit_is_due(today)), key=lambda s: (s.visit_due, s.business.name)
        )
    return found, asked


@page("see.makesafe")
def businesses(request: Any) -> HttpResponse:
    """Businesses of the operation, on the map where script runs and in the table."""
    user = request.user
    found, asked = _found(request)
    shown = paged(request, found)
    listed(request, "businesses", [str(s.business.pk) for s in shown.page], **asked)
    named = Business.objects.visible_to(user, user.as_role.purpose).exclude(district="")
    on_map = sum(s.business.latitude is not None for s in found)
    is_team = user.as_role.allows(TEAM)
    context = {
        "shown": shown, "asked": asked, "categories": CATEGORIES, "is_team": is_team,
        "shows": {k: v for k, v in SHOWS.items() if is_team or k != "visit"},
        "districts": sorted(set(named.values_list("district", flat=True))), "query": shown.query,
        "on_map": on_map, "lines_from": districts.words(user) if on_map else "",
        "may_export": user.as_role.allows("makesafe.export"), "today": timezone.localdate(),
        "months": DATA["training"]["months"], "most": MOST_ON_MAP,
    }  # fmt: skip
    return render(request, "makesafe/businesses.html", context)


@page("see.makesafe")
def points(request: Any) -> HttpResponse:
    """What the map's script draws: the businesses of the list that have coordinates, with their training alone."""
    found, asked = _found(request)
    found = [s for s in found if s.business.latitude is not None][:MOST_ON_MAP]
    listed(request, "businesses of the map", [str(s.business.pk) for s in found], **asked)
    cells = [
        {
            "type": "Feature", "id": f"business-{s.business.pk}",
            "properties": {
                "kind": "business", "url": reverse("makesafe-business", args=[s.business.pk]), "filled": s.is_trained,
                "said": f"{s.business.name}: {s.business.category_words}, {_trained_words(s)}",
            },
            "geometry": {"type": "Point", "coordinates": [s.business.longitude, s.business.latitude]},
        }
        for s in found
    ]  # fmt: skip
    return JsonResponse({"cells": cells, "outlines": districts.lines(request.user)})


def _trained_words(s: Standing) -> str:
    if s.training is None:
        return "never trained"
    return f"trained {words.day(s.training.on)}" + ("" if s.is_trained else ", due again")


@page("makesafe.export")
def businesses_csv(request: Any) -> HttpResponse:
    """The list as a file, with training and without a word of any visit; the audit keeps that it left."""
    if not request.user.as_role.allows("see.makesafe"):
        return nothing_here(request)
    found, asked = _found(request)
    rows = []
    for s in found:
        b, t = s.business, s.training
        last = (t.on, t.trained, t.staff, f"version {t.message.number}" if t.message else "none") if t else ("", "", "", "")  # fmt: skip
        rows.append((b.name, b.category_words, b.district, b.address, b.postcode, *last, s.training_due, _trained_words(s)))  # fmt: skip
    note(
        request, "disclosure", "businesses", "", {"rows": len(rows), **{k: v for k, v in asked.items() if v}}
    )
    response = HttpResponse(sheet(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="makesafe-businesses.csv"'
    return response


# ---- taking in -------------------------------------------------------------------------------------------------


def _district_names(user: Any) -> list[str]:
    purpose = user.as_role.purpose
    names = set(Business.objects.visible_to(user, purpose).values_list("district", flat=True))
    names |= set(Premises.objects.visible_to(user, purpose).values_list("district", flat=True))
    return sorted(n for n in names if n)


@page("makesafe.record")
def add(request: Any) -> HttpResponse:
    """A business by hand. Those that may be the same are shown once, and then it is added."""
    user = request.user
    typed, same = request.POST, []
    errors: dict[str, str] = {}
    if request.method == "POST":
        given, errors = forms.business(request.POST)
        same = [] if errors or acts.was_added(user, once(request)) else acts.alike(user, given)
        advised = "-".join(str(b.pk) for b in same)
        if not errors and (not same or request.POST.get("advised") == advised):
            with transaction.atomic():
                made, is_new = acts.add(user, given, once(request))
                if is_new:
                    note(request, "collection", "business", str(made.pk))
            messages.success(request, f"{made.name} is in the operation.")
            return redirect("makesafe-business", made.pk)
    context = {
        "typed": typed, "errors": errors, "same": same, "advised": "-".join(str(b.pk) for b in same), "once": once(request),
        "categories": CATEGORIES, "districts": _district_names(user), "act": "Add the business",
    }  # fmt: skip
    return render(request, "makesafe/business_form.html", context, status=400 if errors else 200)


@page("makesafe.record")
def register(request: Any) -> HttpResponse:
    """Businesses of the premises register that are not in the operation yet; one is taken in at a time."""
    user, purpose = request.user, request.user.as_role.purpose
    inside = Business.objects.visible_to(user, purpose).exclude(premises_key="")
    rows = Premises.objects.visible_to(user, purpose).exclude(record_key__in=inside.values("premises_key"))
    asked = {n: str(request.GET.get(n, "")).strip()[:80] for n in ("category", "district", "q")}
    if asked["category"] in CATEGORIES:
        rows = rows.filter(category=asked["category"])
    if asked["district"]:
        rows = rows.filter(district=asked["district"])
    for part in asked["q"].replace("\x00", "").split()[:6]:
        rows = rows.filter(name__icontains=part)
    shown = paged(request, rows.order_by("name", "record_key"))
    listed(request, "premises register", [p.record_key for p in shown.page], **asked)
    context = {
        "shown": shown, "asked": asked, "once": once(request), "districts": _district_names(user),
        "categories": {k: v for k, v in CATEGORIES.items() if any(c["key"] == k and c["kinds"] for c in DATA["category"])},
        "lines": [(p, CATEGORIES.get(p.category, "Other business"), p.record_key.partition(":")[2]) for p in shown.page],
    }  # fmt: skip
    return render(request, "makesafe/register.html", context)


@page("makesafe.record")
def take(request: Any, ref: str) -> HttpResponse:
    """One business of the register: what it says, those in the operation that may be the same, and taking it in."""
    user, purpose = request.user, request.user.as_role.purpose
    key = f"premises:{ref}"
    found = Premises.objects.visible_to(user, purpose).filter(record_key=key).first()
    if found is None:
        return unseen(request, "premises", ref)
    there = Business.objects.visible_to(user, purpose).filter(premises_key=key).select_related("by").first()
    given = {n: getattr(found, n) for n in ("name", "category", "district", "address", "postcode", "latitude", "longitude")}  # fmt: skip
    if request.method == "POST":
        with transaction.atomic():
            made, is_new = acts.add(user, given, once(request), key)
            if is_new:
                note(request, "collection", "business", str(made.pk))
        if is_new:
            messages.success(request, f"{made.name} is in the operation.")
        else:
            messages.info(request, f"{made.by.name} took it in on {words.moment(made.at)}.")
        return redirect("makesafe-business", made.pk)
    if there is not None:
        messages.info(request, f"{there.by.name} took it in on {words.moment(there.at)}.")
        return redirect("makesafe-business", there.pk)
    read(request, "premises", ref)
    context = {
        "premises": found, "category": CATEGORIES.get(found.category, "Other business"), "same": acts.alike(user, given),
        "once": once(request), "ref": ref,
    }  # fmt: skip
    return render(request, "makesafe/take.html", context)


# ---- one business ----------------------------------------------------------------------------------------------


def find(request: Any, number: int) -> Business | None:
    rows = Business.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by").filter(pk=number).first()


def seen_steps(business: Business) -> int:
    """How many steps it has, also those that this reader is not told of: a form carries it."""
    return business.steps.count()


@page("see.makesafe")
def business(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """What is due, trainings, visits as far as the reader may see them, calls, and every step."""
    found = find(request, number)
    if found is None:
        return unseen(request, "business", str(number))
    user, purpose, role = request.user, request.user.as_role.purpose, request.user.as_role
    if request.method == "GET":
        read(request, "business", str(number))
    (stands,) = of(user, [found])
    trainings = Training.objects.visible_to(user, purpose).filter(business=found)
    visits = Visit.objects.visible_to(user, purpose).filter(business=found)
    struck = Struck.objects.visible_to(user, purpose).filter(business=found).select_related("by")
    calls = list(Call.objects.visible_to(user, purpose).filter(business=found, state="linked"))
    told = {
        s.call_id: s
        for s in CallStep.objects.visible_to(user, purpose).filter(call__in=calls, kind="feedback").select_related("by")
    }  # fmt: skip
    now = Premises.objects.visible_to(user, purpose).filter(record_key=found.premises_key).first()
    context = {
        "business": found, "stands": stands, "errors": errors or {}, "typed": request.POST, "once": once(request),
        "trainings": list(trainings.select_related("message", "by").order_by("-on", "-id")),
        "visits": list(visits.select_related("message", "by", "welfare").order_by("-on", "-id")),
        "struck_trainings": {s.training_id: s for s in struck if s.training_id},
        "struck_visits": {s.visit_id: s for s in struck if s.visit_id},
        "calls": [(c, told.get(c.pk)) for c in calls], "is_team": role.allows(TEAM), "months": DATA["training"]["months"],
        "history": list(Step.objects.visible_to(user, purpose).filter(business=found).select_related("by")),
        "steps": seen_steps(found) if role.allows(TEAM) else 0,
        "asks": list(Ask.objects.visible_to(user, purpose).filter(business=found).select_related("by")),
        "may_ask": role.allows(FINDINGS) and found.state == "open",
        "register": [(n, v) for n, v in _differs(found, now)], "is_gone": bool(found.premises_key) and now is None,
    }  # fmt: skip
    return render(request, "makesafe/business.html", context, status=status)


def _differs(business: Business, now: Premises | None) -> list[tuple[str, str]]:
    """Where the premises register says something else today."""
    if now is None or not business.premises_key:
        return []
    names = ("name", "address", "postcode")
    return [(acts.LABELS[n], getattr(now, n)) for n in names if getattr(now, n) and getattr(now, n) != getattr(business, n)]  # fmt: skip


@page("makesafe.record")
def change(request: Any, number: int) -> HttpResponse:
    """The particulars anew; what stood before stays among the steps."""
    found = find(request, number)
    if found is None:
        return unseen(request, "business", str(number))
    typed: Any = request.POST
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        given, errors = forms.business(request.POST)
        why = forms.words(request.POST, "text", errors, "Write why it changes")
        if not errors:
            try:
                with transaction.atomic():
                    step = acts.change(request.user, number, given, why, once(request), steps_seen(request))
                    if step is not None:
                        note(request, "alteration", "business", str(number), {"step": "changed"})
            except acts.Meanwhile as first:
                errors, status = {"name": first_was(first.step)}, 409
            else:
                messages.success(request, "Kept, with your name and the time." if step else "Nothing was different.")  # fmt: skip
                return redirect("makesafe-business", number)
        status = status if status != 200 else 400
    else:
        typed = {n: "" if getattr(found, n) is None else str(getattr(found, n)) for n in acts.LABELS}
    context = {
        "typed": typed, "errors": errors, "business": found, "once": once(request), "steps": seen_steps(found),
        "categories": CATEGORIES, "districts": _district_names(request.user), "act": "Keep the change", "same": [],
    }  # fmt: skip
    return render(request, "makesafe/business_form.html", context, status=status)


@page("makesafe.record", acts=True)
def move(request: Any, number: int) -> HttpResponse:
    """Out of the operation, or into it again, with a reason."""
    if find(request, number) is None:
        return unseen(request, "business", str(number))
    errors: dict[str, str] = {}
    why = forms.words(request.POST, "why", errors, "Write why")
    if errors:
        return business(request, number, errors, 400)
    try:
        with transaction.atomic():
            acts.move(request.user, number, why, once(request), steps_seen(request))
            note(request, "alteration", "business", str(number), {"step": "moved"})
    except acts.Meanwhile as first:
        return business(request, number, {"why": first_was(first.step)}, 409)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("makesafe-business", number)


def _form_context(request: Any, found: Business, errors: dict[str, str]) -> dict[str, Any]:
    some, today = all_messages(request.user), timezone.localdate()
    now = in_force(some, today)
    return {
        "business": found, "errors": errors, "typed": request.POST, "once": once(request), "steps": seen_steps(found),
        "versions": some[::-1], "in_force": now, "materials": MATERIALS, "left": request.POST.getlist("materials"),
        "message": request.POST.get("message", str(now.number) if now else ""), "today": today.isoformat(),
    }  # fmt: skip


@page("makesafe.record")
def train(request: Any, number: int) -> HttpResponse:
    """A training as it was held."""
    found = find(request, number)
    if found is None:
        return unseen(request, "business", str(number))
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        given, errors = forms.training(request.POST, all_messages(request.user))
        status = 400
        if not errors:
            try:
                with transaction.atomic():
                    acts.train(request.user, number, given, once(request), steps_seen(request))
                    note(request, "collection", "business", str(number), {"step": "trained"})
            except acts.Meanwhile as first:
                errors, status = {"on": first_was(first.step)}, 409
            except acts.NotAllowed as reason:
                errors = {"on": str(reason)}
            else:
                messages.success(request, "The training is kept.")
                return redirect("makesafe-business", number)
    return render(request, "makesafe/training.html", _form_context(request, found, errors), status=status)


@page("makesafe.record")
def visit(request: Any, number: int) -> HttpResponse:
    """A visit as it went. A test visit brings three results, with a cadet also what protects the cadet."""
    found = find(request, number)
    if found is None:
        return unseen(request, "business", str(number))
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        given, cadet, errors = forms.visit(request.POST, all_messages(request.user))
        status = 400
        if not errors:
            try:
                with transaction.atomic():
                    made = acts.visit(request.user, number, given, cadet, once(request), steps_seen(request))
                    note(request, "collection", "business", str(number), {"step": "visited"})
            except acts.Meanwhile as first:
                errors, status = {"kind": first_was(first.step)}, 409
            except acts.NotAllowed as reason:
                errors = {"kind": str(reason)}
            else:
                if made.with_cadet:
                    messages.info(request, "The visit is kept. Now the welfare check: how is the cadet?")
                    return redirect("makesafe-visited", made.pk)
                messages.success(request, "The visit is kept.")
                return redirect("makesafe-business", number)
    context = _form_context(request, found, errors) | {
        "kinds": VISITS, "asks": ASKED, "answers": ANSWERS, "cadet": DATA["cadet"], "days": DATA["revisit"]["days"],
    }  # fmt: skip
    return render(request, "makesafe/visit.html", context, status=status)


def _visit(request: Any, number: int) -> Visit | None:
    rows = Visit.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("business", "by", "message").filter(pk=number).first()


@page("makesafe.record")
def visited(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """One visit: its results, and with a cadet the welfare check after."""
    found = _visit(request, number)
    if found is None:
        return unseen(request, "visit", str(number))
    if request.method == "GET":
        read(request, "visit", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    context = {
        "visit": found, "errors": errors or {}, "typed": request.POST, "today": timezone.localdate().isoformat(),
        "welfare": Welfare.objects.visible_to(user, purpose).filter(visit=found).select_related("by").first(),
        "struck": Struck.objects.visible_to(user, purpose).filter(visit=found).select_related("by").first(),
    }  # fmt: skip
    return render(request, "makesafe/visited.html", context, status=status)


@page("makesafe.record", acts=True)
def welfare(request: Any, number: int) -> HttpResponse:
    """How the cadet was after the visit."""
    found = _visit(request, number)
    if found is None:
        return unseen(request, "visit", str(number))
    errors: dict[str, str] = {}
    text = forms.words(request.POST, "text", errors, "Write how the cadet was, and who asked")
    on = forms.day(request.POST, "on", errors, past=True)
    if on is not None and on < found.on:
        errors["on"] = "The welfare check comes after the visit"
    if errors or on is None:
        return visited(request, number, errors, 400)
    try:
        with transaction.atomic():
            made, is_new = acts.welfare(request.user, found, on, text)
            if is_new:
                note(request, "collection", "visit", str(number), {"step": "welfare"})
    except acts.NotAllowed as reason:
        return visited(request, number, {"text": str(reason)}, 400)
    if is_new:
        messages.success(request, "The welfare check is kept.")
    else:
        messages.info(request, f"{made.by.name} recorded it on {words.moment(made.at)}: {made.text}")
    return redirect("makesafe-visited", number)


@page("makesafe.record", acts=True)
def strike(request: Any, what: str, number: int) -> HttpResponse:
    """A training or visit that was recorded wrongly counts no more; it stays to be seen."""
    user, purpose = request.user, request.user.as_role.purpose
    rows: Any = {
        "training": Training.objects.visible_to(user, purpose), "visit": Visit.objects.visible_to(user, purpose),
    }.get(what)  # fmt: skip
    found = rows.filter(pk=number).first() if rows is not None else None
    if found is None:
        return unseen(request, "visit", f"{what} {number}"[:200])
    errors: dict[str, str] = {}
    name = f"why-{what}-{number}"
    text = forms.words(request.POST, name, errors, "Write what was recorded wrongly")
    if errors:
        return business(request, found.business_id, errors, 400)
    with transaction.atomic():
        made, is_new = acts.strike(user, found, text)
        if is_new:
            note(request, "alteration", "business", str(found.business_id), {"step": "struck"})
    if is_new:
        messages.success(request, "Struck out. It stays to be seen and counts no more.")
    else:
        messages.info(request, f"{made.by.name} struck it out on {words.moment(made.at)}: {made.text}")
    return redirect("makesafe-business", found.business_id)


@page("makesafe.coverage", acts=True)
def ask(request: Any, number: int) -> HttpResponse:
    """Somebody who sees findings asks for a visit; the teams get the date and never why."""
    found = find(request, number)
    if found is None:
        return unseen(request, "business", str(number))
    errors: dict[str, str] = {}
    why = forms.words(request.POST, "reason", errors, "Write why: the teams do not read it")
    due = forms.day(request.POST, "due", errors, future=True)
    if found.state != "open":
        errors["due"] = "It has left the operation"
    if errors or due is None:
        return business(request, number, errors, 400)
    with transaction.atomic():
        if acts.ask(request.user, found, due, why, once(request)):
            note(request, "collection", "ask for a visit", str(number))
    messages.success(request, "Asked. The teams see that a visit is due, and by when.")
    return redirect("makesafe-business", number)
