"""What was raised, by body: an owner and a next date for each, or who closed it and why (practice rule 21)."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from redshank.web.accounts import directory
from redshank.web.heads.models import Person
from redshank.web.meetings import acts, beside, lists, raising, sittings, toolkit
from redshank.web.meetings.acts import Decision
from redshank.web.meetings.bodies import BODIES, BY_HAND, GATEWAYS, LONDON, bodies_of
from redshank.web.meetings.models import Action, Commission, Move, Raised
from redshank.web.meetings.models.raised import DECISIONS, KINDS
from redshank.web.meetings.raising import NotAllowed
from redshank.web.missing import acts as looks
from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read
from redshank.web.worklist.items import MODELS, head_of

#: What is offered first on the page: to close something is never the first that one sees.
OFFERED = {
    "moved": "It goes on, with an owner and a date", "deferred": "It is deferred to the next sitting", "taken": "It is taken up: the owner answers by the date",
    "passed": "It is passed on to another body", "returned": "It is not taken up, and goes back with the reason", "closed": "It is closed",
}  # fmt: skip
TITLE = 200  # characters of what is named by hand
#: The page of what it is about.
PAGES = {"child": "child", "group": "group", "place": "place", "line": "line", "concern": "concern"}


def once_of(request: Any) -> str:
    return request.POST.get("once", "")[:60] or secrets.token_hex(16)


def page_of(about: str, ident: str) -> str:
    if about == "record":
        return words.record_url(ident)
    return reverse(PAGES[about], args=[ident]) if about in PAGES else ""


def link_of(user: Any, of: Any) -> str:
    """As :func:`page_of`; a child whom the night did not find has a person's page, or none."""
    if of.about != "child" or head_of(user, "child", of.ident) is not None:
        return page_of(of.about, of.ident)
    people = Person.objects.visible_to(user, user.as_role.purpose).filter(person_id=of.person_id)
    return reverse("person", args=[of.person_id]) if people.exists() else ""


def day_of(text: str, at: time = time(23, 59)) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text.strip()), at, LONDON)
    except ValueError:
        return None


def texts_of(request: Any, errors: dict[str, str], **needed: str) -> dict[str, str]:
    """Texts of a form; ``needed`` says what is wrong where one is empty, or "" where it may be."""
    out = {}
    for name, said in needed.items():
        out[name] = request.POST.get(name, "").strip()
        if said and not out[name]:
            errors[name] = said
        most = TITLE if name.endswith("title") else acts.LONGEST
        if len(out[name]) > most:
            errors[name] = f"Write no more than {most:,} characters"
    return out


@page("see.raised")
def raised(request: Any) -> HttpResponse:
    """One body's things, the next date first; closed ones apart."""
    user = request.user
    asked = {n: request.GET.get(n, "")[:20] for n in lists.FILTERS}
    mine = bodies_of(user)
    if asked["meeting"] not in (*BODIES, "all"):
        asked["meeting"] = mine[0].key if mine else "all"
    shown = paged(request, lists.asked_for(user, asked).order_by("-closed_at", "next_on", "pk"))
    listed(request, "raised", [str(r.pk) for r in shown.page], **asked)
    live = Raised.objects.visible_to(user, user.as_role.purpose).filter(closed_at__isnull=True)
    body = BODIES.get(asked["meeting"])
    now = timezone.now()
    context = {
        "shown": shown, "asked": asked, "now": now, "plain": not any(asked[n] for n in ("closed", "mine", "by", "due")), "body": body,
        "next": sittings.next_time(body, now) if body and not body.by_district else None,
        "meetings": [(b.key, b.title, live.filter(meeting=b.key).count()) for b in mine],
    }  # fmt: skip
    return render(request, "meetings/raised.html", context)


def found_for(request: Any, number: int) -> Raised | None:
    rows = Raised.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("owner", "by", "act", "part_of").filter(pk=number).first()


@page("see.raised")
def raised_one(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """One thing: its whole way, whose it is and when next, and what can become of it."""
    user, purpose = request.user, request.user.as_role.purpose
    found = found_for(request, number)
    if found is None:
        return unseen(request, "raised", str(number))
    read(request, found.about, found.ident)
    rows = Move.objects.visible_to(user, purpose).filter(raised=found)
    moves = list(rows.select_related("by", "owner", "raised__act", "into", "sitting"))
    body = BODIES[found.meeting]
    sits = lists.sits_now(user, found)
    may = lists.may_settle(user, found)
    url = link_of(user, found)
    stood, said = looks.stood(user, found)
    # Beside another that the records hold as the same child; what was taken in is read here too (one way, both histories).
    near = [
        found,
        *(
            r
            for r in lists.asked_for(user, {"meeting": found.meeting}).exclude(pk=found.pk)
            if r.about == "child" == found.about
        ),
    ]
    taken_in = (
        Raised.objects.visible_to(user, purpose)
        .filter(moves__into=found, moves__kind="merged")
        .select_related("by", "act")
        .distinct()
    )
    before = [
        (
            r,
            list(
                Move.objects.visible_to(user, purpose)
                .filter(raised=r)
                .select_related("by", "owner", "raised__act")
            ),
        )
        for r in taken_in
    ]
    context = {
        "raised": found, "body": body, "began": BODIES[found.began], "moves": moves, "seen": max((m.pk for m in moves), default=0), "errors": errors or {},
        "typed": request.POST, "once": request.POST.get("once") or secrets.token_hex(16), "url": url, "may": may, "sits": sits,
        "works": user.as_role.allows("see.items") and found.about in MODELS and url == page_of(found.about, found.ident), "stood": stood, "said": said, "offered": OFFERED, "kinds": KINDS,
        "owners": [u for u in raising.owners(body, found.about) if u.as_role.cleared or not found.closed] if may else [], "now": timezone.now(), "gateways": GATEWAYS if "gateway" in body.needs else {},
        "targets": [b for k in body.passes if found.about in (b := BODIES[k]).about], "districts": raising.districts(user) if may else [],
        "proposed": sittings.next_time(body, max(found.next_on, timezone.now()), found.district).date().isoformat(),
        "actions": list(Action.objects.visible_to(user, purpose).filter(raised=found).select_related("owner")),
        "commissions": list(Commission.objects.visible_to(user, purpose).filter(raised=found).select_related("to")),
        "parts": list(Raised.objects.visible_to(user, purpose).filter(part_of=found).select_related("owner", "act")),
        "others": [r for r in lists.asked_for(user, {"meeting": found.meeting}).exclude(pk=found.pk).order_by("title")[:200] if r.closed == found.closed] if may else [],
        "by_hand": {a: w for a, w in BY_HAND.items() if a in body.about},
        "options": toolkit.considered(user, found) if may and "toolkit" in body.needs else [], "option_kind": toolkit.KIND.get(found.about, ""),
        "beside": beside.told(user, near)[found.pk], "before": before, "may_withdraw": found.closed_at is None and (found.by_id == user.pk or body.runs(user.role)),
        "may_ask": user.as_role.allows("commission.make"), "may_act": user.as_role.allows("action.make"),
    }  # fmt: skip
    return render(request, "meetings/raised_one.html", context, status=status)


def _decision(request: Any, found: Raised, errors: dict[str, str]) -> Decision:
    """What the form brings, checked for what every decision needs."""
    post, user = request.POST, request.user
    kind = post.get("outcome", "")
    if kind not in DECISIONS:
        errors["outcome"] = "Choose what becomes of it"
    said = texts_of(request, errors, why="Write why", dissent="", toolkit="", told="")
    owner, next_on = None, None
    if kind in ("moved", "taken", "deferred", "passed"):
        named = post.get("owner", "")
        owner = directory.account(named) if named or kind in ("moved", "taken") else found.owner
        if owner is None or (owner.pk != found.owner_id and not raising.can_own(owner, found)):
            errors["owner"] = "Choose an owner who may see this"
    if kind in ("moved", "taken"):
        next_on = day_of(post.get("next_on", ""))
        if next_on is None or next_on < timezone.now():
            errors["next_on"] = "Give a date that is still to come, as 2026-03-31"
    if not said["toolkit"] and "toolkit" in BODIES[found.meeting].needs:
        said["toolkit"] = toolkit.line(toolkit.considered(user, found))
    seen = int(post["seen"]) if post.get("seen", "").isdecimal() and len(post["seen"]) < 12 else 0
    of = raising.subject(user, found.about, found.ident)
    made = Decision(
        kind, said["why"], once_of(request), seen, owner, next_on, to=post.get("to", "")[:20], district=post.get("district", "")[:80],
        dissent=said["dissent"], gateway=post.get("gateway", "")[:20], toolkit=said["toolkit"], told=said["told"], sitting=lists.sits_now(user, found), shown=of.shown if of else {},
    )  # fmt: skip
    if kind in DECISIONS:
        errors |= {
            ("outcome" if k == "kind" else k): v
            for k, v in acts.lacks(BODIES[found.meeting], found, made).items()
        }
    if kind == "passed" and made.to not in BODIES[found.meeting].passes:
        errors["to"] = "Choose the body that it is passed to"
    elif kind == "passed" and BODIES[made.to].by_district and made.district not in raising.districts(user):
        errors["district"] = "Choose the district whose meeting takes it"
    return made


@page("raised.settle", acts=True)
def settle(request: Any, number: int) -> HttpResponse:
    """Another owner, date or body, or the closing decision; each with why."""
    user = request.user
    found = found_for(request, number)
    if found is None:
        return unseen(request, "raised", str(number))
    errors: dict[str, str] = {}
    if found.closed_at is None and not lists.may_settle(user, found):
        errors["why"] = f"The {BODIES[found.meeting].short} or its owner decides this"
    decision = _decision(request, found, errors)
    if errors:
        return raised_one(request, number, errors, 400)
    try:
        with transaction.atomic():
            acts.decide(user, number, decision)
            note(request, "alteration", found.about, found.ident, {"raised": number, "act": decision.kind})
    except (NotAllowed, sittings.NotAllowed) as reason:
        return raised_one(request, number, {"why": str(reason)}, 409)
    closed = decision.kind == "closed"
    said = "Closed, with your name and reason." if closed else "It goes on, with an owner and a date."
    messages.success(request, said)
    if decision.sitting is not None:
        return redirect(sitting_url(decision.sitting))
    return redirect("raised-one", number) if found_for(request, number) else redirect("raised")


def sitting_url(sitting: Any) -> str:
    url = reverse("sitting", args=[sitting.meeting, sitting.at.astimezone(LONDON).date().isoformat()])
    return f"{url}?{urlencode({'district': sitting.district})}" if sitting.district else url


@page("raised.settle", acts=True)
def merge(request: Any, number: int) -> HttpResponse:
    """Puts one thing into another that goes on."""
    user, post = request.user, request.POST
    found = found_for(request, number)
    into = (
        found_for(request, int(post["into"]))
        if post.get("into", "").isdecimal() and len(post["into"]) < 10
        else None
    )
    if found is None or (post.get("into") and into is None):
        return unseen(request, "raised", str(number))
    errors: dict[str, str] = {}
    why = texts_of(request, errors, merge_why="Write why they are one")["merge_why"]
    if into is None or into.meeting != found.meeting:
        errors["into"] = "Choose what it goes into"
    if found.closed_at is None and not lists.may_settle(user, found):
        errors["into"] = f"The {BODIES[found.meeting].short} or its owner decides this"
    if errors or into is None:
        return raised_one(request, number, errors, 400)
    seen = int(post["seen"]) if post.get("seen", "").isdecimal() and len(post["seen"]) < 12 else 0
    toolkit = "none, because it goes on in the other" if "toolkit" in BODIES[found.meeting].needs else ""
    gateway = "none" if "gateway" in BODIES[found.meeting].needs else ""
    d = Decision(
        "merged",
        why,
        once_of(request),
        seen,
        into=into.pk,
        toolkit=toolkit,
        gateway=gateway,
        told=why,
        sitting=lists.sits_now(user, found),
    )
    try:
        with transaction.atomic():
            acts.merge(user, number, d)
            note(request, "combination", found.about, found.ident, {"raised": number, "into": into.pk})
    except NotAllowed as reason:
        return raised_one(request, number, {"into": str(reason)}, 409)
    messages.success(request, "Merged. What was said of it stays with it.")
    return redirect("raised-one", into.pk)


@page("raised.settle", acts=True)
def split(request: Any, number: int) -> HttpResponse:
    """A part that goes on by itself: a theme named by hand, or another thing of the records by its page's address."""
    user, post = request.user, request.POST
    found = found_for(request, number)
    if found is None:
        return unseen(request, "raised", str(number))
    body, once = BODIES[found.meeting], once_of(request)
    errors: dict[str, str] = {}
    said = texts_of(
        request, errors, part_title="Say what goes on by itself", part_why="Write why it goes on by itself"
    )
    about = post.get("part_about", "")
    if about not in BY_HAND or about not in body.about:
        errors["part_about"] = "Choose what it is"
    if found.closed_at is not None or not lists.may_settle(user, found):
        errors["part_title"] = f"The {body.short} or its owner decides this while it is open"
    if errors:
        return raised_one(request, number, errors, 400)
    part = raising.by_hand(about, said["part_title"], once)
    seen = int(post["seen"]) if post.get("seen", "").isdecimal() and len(post["seen"]) < 12 else 0
    try:
        with transaction.atomic():
            made = acts.split(
                user,
                number,
                [part],
                Decision("split", said["part_why"], once, seen, sitting=lists.sits_now(user, found)),
            )
            note(request, "alteration", found.about, found.ident, {"raised": number, "act": "split"})
    except NotAllowed as reason:
        return raised_one(request, number, {"part_title": str(reason)}, 409)
    messages.success(request, "It goes on by itself, with the same owner.")
    return redirect("raised-one", made[0].pk)


@page("meeting.raise")
def raise_thing(request: Any, about: str, ident: str) -> HttpResponse:
    """Raises what a page is about, to a body that takes it, with why."""
    of = raising.subject(request.user, about, ident)
    if of is None:
        return unseen(request, about, ident)
    return _raise(request, of)


@page("meeting.raise")
def raise_named(request: Any) -> HttpResponse:
    """Raises a peer group, a school, an online space or a workstream that a person names."""
    return _raise(request, None)


def _raise(request: Any, of: raising.Subject | None) -> HttpResponse:
    user = request.user
    about = of.about if of else request.POST.get("about", "")
    kinds = [a for a in BY_HAND if raising.bodies_for(user, a)]
    bodies = (
        raising.bodies_for(user, about)
        if of
        else [b for b in BODIES.values() if any(b in raising.bodies_for(user, a) for a in kinds)]
    )
    errors: dict[str, str] = {}
    once = request.POST.get("once") or secrets.token_hex(16)
    if request.method == "POST":
        said = texts_of(request, errors, why="Write why, as the meeting will read it")
        if of is None:
            said |= texts_of(request, errors, title="Say what it is, in a few words")
            if about not in kinds:
                errors["about"] = "Choose what it is"
        body = next((b for b in bodies if b.key == request.POST.get("meeting")), None)
        district = request.POST.get("district", "")
        if body is None or about not in body.about:
            errors["meeting"] = "Choose a body that takes it"
        elif body.by_district and district not in raising.districts(user):
            errors["district"] = "Choose the district whose meeting takes it"
        if of is not None and of.closed and request.POST.get("sight") not in ("open", "closed"):
            errors["sight"] = "Choose with which records it is raised"
        if not errors and body is not None:
            subject = of or raising.by_hand(about, said["title"], once)
            try:
                subject = raising.as_chosen(body, subject, request.POST.get("sight", ""))
                with transaction.atomic():
                    made, new = raising.raise_to(
                        user,
                        subject,
                        body,
                        said["why"],
                        f"{user.pk}:{once}",
                        district=district,
                        origin="page",
                    )
                    note(
                        request,
                        "alteration",
                        subject.about,
                        subject.ident,
                        {"raised": made.pk, "to": body.key},
                    )
                messages.success(
                    request,
                    f"Raised to the {body.title}."
                    if new
                    else f"It stands before the {body.title} already: your words were added.",
                )
                return redirect("raised-one", made.pk) if found_for(request, made.pk) else redirect("today")
            except NotAllowed as reason:
                errors["meeting"] = str(reason)
    else:
        read(request, of.about if of else "meeting", of.ident if of else "")
    context = {
        "of": of, "bodies": bodies, "kinds": {a: BY_HAND[a] for a in kinds}, "errors": errors, "typed": request.POST, "once": once,
        "districts": raising.districts(user) if any(b.by_district for b in bodies) else [], "near": raising.district_of(user, of) if of else "",
        "blind": raising.blind(bodies, of),
        "url": page_of(of.about, of.ident) if of else "", "stands": raising.way(user, of.about, of.ident) if of else [],
    }  # fmt: skip
    return render(request, "meetings/raise.html", context, status=400 if errors else 200)
