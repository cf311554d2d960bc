"""The bodies, when each sits, one sitting's agenda, and what its chair and clerk do with it."""

from __future__ import annotations

from collections import Counter
from datetime import time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.meetings import agenda, calendars, raising, sittings, terms
from redshank.web.meetings.bodies import BODIES, LONDON, Body, bodies_of
from redshank.web.meetings.models import Action, Commission, Present, Raised, Sitting
from redshank.web.meetings.views.raised import day_of, once_of, sitting_url, texts_of
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note


def _body(request: Any, key: str) -> Body | None:
    """The body, where this person sits in it."""
    body = BODIES.get(key)
    return body if body is not None and request.user.role in body.roles else None


def _district(request: Any, body: Body) -> str:
    """Of a body by district: the one asked for, else the reader's own, else the first."""
    if not body.by_district:
        return ""
    asked = request.GET.get("district") or request.POST.get("district")
    return asked if asked in raising.districts(request.user) else raising.own_district(request.user)


@page("see.raised")
def meetings(request: Any) -> HttpResponse:
    """The bodies that this person sits in: when each sits next, and how many things stand before it."""
    user = request.user
    live = Raised.objects.visible_to(user, user.as_role.purpose).filter(closed_at__isnull=True)
    now = timezone.now()
    rows = []
    for body in bodies_of(user):
        district = _district(request, body)
        rows.append(
            (body, sittings.next_time(body, now, district), live.filter(meeting=body.key).count(), district)
        )
    listed(request, "meetings", [b.key for b, *_ in rows])
    return render(
        request,
        "meetings/meetings.html",
        {"rows": rows, "others": [b for b in BODIES.values() if user.role not in b.roles]},
    )


@page("see.raised")
def body(request: Any, meeting: str) -> HttpResponse:
    """One body: what it is for, who sits in it, its last and next sittings."""
    user, found = request.user, _body(request, meeting)
    if found is None:
        return unseen(request, "meeting", meeting)
    district = _district(request, found)
    now = timezone.now()
    # A past sitting that nobody kept is told where something stood before it: before that nobody may have used these pages.
    rows = [
        s
        for s in sittings.around(found, now, district)
        if s.pk or s.at >= now or sittings.agenda_rows(s).exists()
    ]
    live = Raised.objects.visible_to(user, user.as_role.purpose).filter(
        closed_at__isnull=True, meeting=found.key
    )
    by_district = Counter(live.values_list("district", flat=True))
    listed(request, "sittings", [str(s.pk or s.at) for s in rows], meeting=meeting, district=district)
    context = {
        "body": found, "district": district, "districts": [(d, by_district[d]) for d in raising.districts(user)] if found.by_district else [], "now": now,
        "sittings": [(s, sitting_url(s)) for s in reversed(rows)], "standing": sum(by_district.values()), "roles": _roles(found),
        "passes": [BODIES[k] for k in found.passes], "asks": list(_asks(user, found).select_related("to")),
        "terms": terms.in_force(found.key), "terms_lack": terms.lacks(found.key),
    }  # fmt: skip
    return render(request, "meetings/body.html", context)


def _roles(body: Body) -> list[tuple[str, list[str]]]:
    from redshank.web.accounts.roles import ROLES

    titles = lambda keys: [ROLES[k].title for k in keys]  # noqa: E731
    return [
        ("Chair", titles(body.chair)),
        ("Prepared by", titles(body.clerk)),
        ("Members", titles(body.members)),
    ]


def _asks(user: Any, body: Body) -> Any:
    rows = Commission.objects.visible_to(user, user.as_role.purpose)
    return rows.filter(meeting=body.key, read_at__isnull=True).order_by("due", "pk")


def found_sitting(request: Any, meeting: str, day: str) -> Sitting | None:
    body = _body(request, meeting)
    return sittings.on_day(body, day, _district(request, body)) if body else None


@page("see.raised")
def sitting(
    request: Any, meeting: str, day: str, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    """One sitting: agenda, attendance, decisions and minutes."""
    user, purpose = request.user, request.user.as_role.purpose
    found = found_sitting(request, meeting, day)
    if found is None:
        return unseen(request, "sitting", f"{meeting} {day}")
    told = agenda.of(user, found)
    present = list(Present.objects.visible_to(user, purpose).filter(sitting=found).select_related("user", "sitting")) if found.pk else []  # fmt: skip
    runs = told.body.runs(user.role)
    keys = [str(x.raised.pk) for x in told.lines] + [k for b in told.recorded for k in b.keys]
    listed(request, "agenda", keys, meeting=meeting, day=day)
    actions = (
        list(Action.objects.visible_to(user, purpose).filter(sitting=found).select_related("owner"))
        if found.pk
        else []
    )
    context = {
        "told": told, "body": told.body, "sitting": found, "errors": errors or {}, "typed": request.POST, "once": once_of(request), "present": present,
        "district": found.district, "url": sitting_url(found), "decided": sum(x.decided is not None for x in told.lines), "may_run": runs,
        "may_begin": runs and found.state in ("planned", "open") and found.chair_id in (None, user.pk), "here": next((p for p in present if p.user_id == user.pk), None),
        "open": found.state == "open", "may_close": runs and found.state == "open", "may_cancel": runs and found.state in ("planned", "open"),
        "people": _could_come(told.body) if runs else [], "actions": actions, "asks": list(_asks(user, told.body).select_related("to")),
        "terms": terms.says(told.body.key, found.at.astimezone(LONDON).date()), "is_early": sittings.is_early(found),
        "moved_url": sitting_url(found.moved_to) if found.moved_to else "", "readers": _readers(user, told.body) if runs else [],
    }  # fmt: skip
    return render(request, "meetings/sitting.html", context, status=status)


def _could_come(body: Body) -> list[User]:
    return list(User.objects.filter(is_active=True, role__in=body.roles).order_by("name", "username"))


def _readers(user: Any, body: Body) -> list[User]:
    """For whom a pack can be written: members, each with what that person may see."""
    cleared = user.as_role.cleared
    return [u for u in _could_come(body) if u.pk != user.pk and (cleared or not u.as_role.cleared)]


def _run(request: Any, meeting: str, day: str) -> Sitting | None:
    """The sitting, for whoever keeps it."""
    found = found_sitting(request, meeting, day)
    return found if found is not None and BODIES[meeting].runs(request.user.role) else None


@page("meeting.run", acts=True)
def sitting_act(request: Any, meeting: str, day: str) -> HttpResponse:
    """Takes the chair, cancels, moves, or closes the sitting."""
    user, post = request.user, request.POST
    found = _run(request, meeting, day)
    if found is None:
        return unseen(request, "sitting", f"{meeting} {day}")
    errors: dict[str, str] = {}
    act, once = post.get("act", ""), f"{user.pk}:{once_of(request)}"
    try:
        with transaction.atomic():
            said = _do(request, found, act, once, errors)
            if not errors:
                note(request, "alteration", "sitting", f"{meeting} {day}", {"act": act})
    except sittings.NotAllowed as reason:
        errors[f"{act}_why" if act in ("cancel", "move") else "close"] = str(reason)
    if errors:
        return sitting(request, meeting, day, errors, 409 if "close" in errors or not act else 400)
    messages.success(request, said)
    return redirect(sitting_url(found))


def _do(request: Any, found: Sitting, act: str, once: str, errors: dict[str, str]) -> str:
    user = request.user
    if act == "begin":
        if sittings.is_early(found) and found.state == "planned":
            texts_of(request, errors, early_why="Write why it is held before its date")
            if errors:
                return ""
        sittings.begin(user, found, request.POST.get("early_why", ""))
        return "You have the chair. What is decided now is kept with this sitting."
    if act == "cancel":
        why = texts_of(request, errors, cancel_why="Write why it does not sit")["cancel_why"]
        if errors:
            return ""
        _, n = sittings.cancel(user, found, why, once)
        return f"Cancelled. {n} of the agenda have the date of the next sitting."
    if act == "move":
        why = texts_of(request, errors, move_why="Write why it is moved")["move_why"]
        to = day_of(request.POST.get("to_day", ""), _time(request.POST.get("to_time", ""), found))
        if to is None or to <= timezone.now():
            errors["to_day"] = "Give a day and time that are still to come, as 2026-03-31 and 09:30"
        if errors or to is None:
            return ""
        _, n = sittings.move(user, found, to, why, once)
        return f"Moved. {n} of the agenda go there."
    if act == "close":
        said = texts_of(request, errors, note="", unheard="")
        if errors:
            return ""
        _, n = sittings.close(user, found, said["note"], said["unheard"], publication().as_of, once)
        return "Closed." + (
            f" {n} of the agenda were not reached and have the date of the next sitting." if n else ""
        )
    errors["close"] = "Choose what you do"
    return ""


def _time(text: str, found: Sitting) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return BODIES[found.meeting].at


@page("see.raised", acts=True)
def attend(request: Any, meeting: str, day: str) -> HttpResponse:
    """Attendance, apologies and a matter of one's own: by oneself, or by whoever keeps the sitting."""
    user, post = request.user, request.POST
    found = found_sitting(request, meeting, day)
    if found is None:
        return unseen(request, "sitting", f"{meeting} {day}")
    body = BODIES[meeting]
    who = user
    if post.get("who") and body.runs(user.role):
        who = next((u for u in _could_come(body) if u.username == post["who"]), None)
    errors: dict[str, str] = {}
    if who is None:
        errors["who"] = "Choose somebody who sits in it"
    if post.get("there") not in ("yes", "no"):
        errors["there"] = "Say whether they are there"
    conflict = post.get("conflict", "").strip()[:300] if who == user else ""
    if errors:
        return sitting(request, meeting, day, errors, 400)
    try:
        with transaction.atomic():
            sittings.attend(found, who, post["there"] == "yes", conflict)
            note(request, "alteration", "sitting", f"{meeting} {day}", {"act": "attendance"})
    except sittings.NotAllowed as reason:
        return sitting(request, meeting, day, {"there": str(reason)}, 409)
    return redirect(sitting_url(found))


@page("see.raised")
def calendar(request: Any, meeting: str) -> HttpResponse:
    """The next sittings for a calendar: when and which body, and nothing of what stands before it."""
    found = _body(request, meeting)
    if found is None:
        return unseen(request, "meeting", meeting)
    district = _district(request, found)
    rows = [s for s in sittings.around(found, timezone.now(), district, 1, 13)]
    answer = HttpResponse(calendars.of(found, rows), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.key.replace("_", "-")}.ics"'
    note(request, "disclosure", "calendar", meeting, {"district": district})
    return answer
