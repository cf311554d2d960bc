"""Tasks: one's own, those of a team to take, and one task with its steps; made to be read and reported on from a phone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from redshank.web.accounts import directory
from redshank.web.accounts.models import User
from redshank.web.heads.models import Place
from redshank.web.meetings import actions as acts
from redshank.web.meetings import lists, raising
from redshank.web.meetings.bodies import BODIES, bodies_of
from redshank.web.meetings.models import Action, ActionStep, Raised
from redshank.web.meetings.models.actions import STRANDS
from redshank.web.meetings.raising import NotAllowed
from redshank.web.meetings.views.raised import found_for, link_of, once_of, texts_of
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read

SHOWN = {"mine": "Mine", "team": "To take", "supervised": "That I supervise", "all": "All open", "late": "Past their day", "ended": "Ended"}  # fmt: skip


@page("see.actions")
def actions(request: Any) -> HttpResponse:
    """Tasks by whose they are; those past their day first."""
    user = request.user
    rows = Action.objects.visible_to(user, user.as_role.purpose).select_related("owner", "supervisor")
    show, meeting = request.GET.get("show", ""), request.GET.get("meeting", "")
    if show not in SHOWN:
        show = "all" if meeting in BODIES else "mine"
    live = rows.filter(state__in=("open", "started"))
    sets = {
        "mine": live.filter(owner=user), "supervised": live.filter(supervisor=user), "all": live, "late": live.filter(due__lt=timezone.localdate()),
        "team": live.filter(team=user.audience, owner=F("supervisor")).exclude(owner=user), "ended": rows.exclude(state__in=("open", "started")),
    }  # fmt: skip
    asked = sets[show].filter(meeting=meeting) if meeting in BODIES else sets[show]
    shown = paged(request, asked.order_by("due", "pk"))
    listed(request, "actions", [str(a.pk) for a in shown.page], show=show, meeting=meeting)
    context = {
        "shown": shown, "show": show, "meeting": meeting if meeting in BODIES else "", "sets": [(k, SHOWN[k], q.count()) for k, q in sets.items()],
        "bodies": bodies_of(user), "may_make": user.as_role.allows("action.make"),
    }  # fmt: skip
    return render(request, "meetings/actions.html", context)


def _found(request: Any, number: int) -> Action | None:
    rows = Action.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("owner", "supervisor", "by", "raised").filter(pk=number).first()


@page("see.actions")
def action(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """One task. What it is about is named for whoever may see that thing."""
    user, purpose = request.user, request.user.as_role.purpose
    found = _found(request, number)
    if found is None:
        return unseen(request, "action", str(number))
    read(request, "action", str(number))
    steps = list(
        ActionStep.objects.visible_to(user, purpose).filter(action=found).select_related("by", "owner")
    )
    of = raising.subject(user, found.about, found.ident)
    raised = (
        Raised.objects.visible_to(user, purpose).filter(pk=found.raised_id).first()
        if found.raised_id
        else None
    )
    place = Place.objects.visible_to(user, purpose).filter(cell=found.cell).first() if found.cell else None
    context = {
        "action": found, "steps": steps, "seen": max((s.pk for s in steps), default=0), "of": of, "url": link_of(user, found) if of else "",
        "raised": raised, "place": place, "errors": errors or {}, "typed": request.POST, "once": once_of(request), "body": BODIES.get(found.meeting),
        "may_report": not found.ended and acts.may_report(user, found), "may_take": acts.may_take(user, found), "may_direct": acts.may_direct(user, found),
        "owners": _owners() if acts.may_direct(user, found) else [], "team_words": acts.teams().get(found.team, found.team),
    }  # fmt: skip
    return render(request, "meetings/action.html", context, status=status)


def _owners() -> list[User]:
    from redshank.web.accounts.roles import ROLES

    roles = [k for k, r in ROLES.items() if r.allows("action.report")]
    return list(User.objects.filter(is_active=True, role__in=roles).order_by("name", "username"))


@page("action.report", acts=True)
def action_step(request: Any, number: int) -> HttpResponse:
    """Taken, reported on, ended, handed on or given another day."""
    user, post = request.user, request.POST
    found = _found(request, number)
    if found is None:
        return unseen(request, "action", str(number))
    errors: dict[str, str] = {}
    kind = post.get("kind", "")
    said = texts_of(request, errors, text="" if kind == "taken" else "Write what was done, or why")
    owner, due = None, None
    if kind == "handed":
        owner = directory.account(post.get("owner", ""))
        if owner is None:
            errors["owner"] = "Choose whose it is"
    if kind == "dated":
        due = _day(post.get("due", ""))
        if due is None or due < timezone.localdate():
            errors["due"] = "Give a day that is still to come, as 2026-03-31"
    if kind not in ("taken", "reported", "complete", "failed", "handed", "dated", "withdrawn"):
        errors["kind"] = "Choose what you do"
    if errors:
        return action(request, number, errors, 400)
    seen = int(post["seen"]) if post.get("seen", "").isdecimal() and len(post["seen"]) < 12 else 0
    try:
        with transaction.atomic():
            acts.step(user, number, kind, said["text"], once_of(request), seen, owner=owner, due=due)
            note(request, "alteration", "action", str(number), {"act": kind})
    except NotAllowed as reason:
        return action(request, number, {"text": str(reason)}, 409)
    messages.success(request, "Kept.")
    return redirect("action", number) if _found(request, number) else redirect("actions")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@page("action.make")
def action_make(request: Any, number: int) -> HttpResponse:
    """Gives a task out of what stands before a body."""
    raised = found_for(request, number)
    if raised is None:
        return unseen(request, "raised", str(number))
    return _make(request, raised)


def _make(request: Any, raised: Raised) -> HttpResponse:
    user, post = request.user, request.POST
    errors: dict[str, str] = {}
    once = post.get("once") or once_of(request)
    if request.method == "POST":
        task = _task(request, errors)
        if task is not None and not errors:
            try:
                with transaction.atomic():
                    made, new = acts.give(
                        user, raised, task, f"{user.pk}:{once}", lists.sits_now(user, raised)
                    )
                    if new:
                        note(request, "alteration", raised.about, raised.ident, {"action": made.pk})
                messages.success(request, "Given." if new else "It was given already.")
                return redirect("action", made.pk)
            except NotAllowed as reason:
                errors["owner"] = str(reason)
    else:
        read(request, raised.about, raised.ident)
    places = (
        Place.objects.visible_to(user, user.as_role.purpose).order_by("place")[:100]
        if user.as_role.allows("see.places")
        else []
    )
    context = {
        "raised": raised, "errors": errors, "typed": post, "once": once, "strands": STRANDS, "owners": _owners(), "teams": acts.teams(), "places": list(places),
        "back": reverse("raised-one", args=[raised.pk]), "due": post.get("due") or raised.next_on.date().isoformat(),
    }  # fmt: skip
    return render(request, "meetings/action_make.html", context, status=400 if errors else 200)


def _task(request: Any, errors: dict[str, str]) -> acts.Task | None:
    post, user = request.POST, request.user
    said = texts_of(
        request, errors, task="Say what is to be done", rationale="Write why", measure="Say by what it will be seen whether it helped",
        tactic="", where="", resources="", authority="", child_view="", child_risk="",
    )  # fmt: skip
    for name, most in (
        ("task", 300),
        ("measure", 300),
        ("tactic", 120),
        ("where", 200),
        ("resources", 300),
        ("authority", 200),
    ):
        if len(said[name]) > most:
            errors[name] = f"Write no more than {most} characters"
    if post.get("strand") not in STRANDS:
        errors["strand"] = "Choose one of the four strands"
    team = post.get("team", "")
    if team and team not in acts.teams():
        errors["team"] = "Choose a team that takes tasks"
    supervisor = directory.account(post.get("supervisor", "")) if post.get("supervisor") else user
    if supervisor is None or not supervisor.as_role.allows("action.make"):
        errors["supervisor"] = "Choose who supervises it"
    owner = supervisor if team else directory.account(post.get("owner", ""))
    if owner is None or not owner.as_role.allows("action.report"):
        errors["owner"] = "Choose whose task it is, or a team that takes it"
    elif not team and supervisor is not None and owner.pk == supervisor.pk:
        errors["owner"] = "Somebody else than its owner supervises it"
    due = _day(post.get("due", ""))
    if due is None or due < timezone.localdate():
        errors["due"] = "Give a day that is still to come, as 2026-03-31"
    cell = post.get("cell", "")[:20]
    if cell and not Place.objects.visible_to(user, user.as_role.purpose).filter(cell=cell).exists():
        errors["cell"] = "Choose a place of the list"
    if errors or owner is None or supervisor is None or due is None:
        return None
    return acts.Task(
        strand=post["strand"], due=due, owner=owner, supervisor=supervisor, team=team, cell=cell, **said
    )
