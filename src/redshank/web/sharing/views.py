"""Pages: what agencies were asked for and what came of it; referrals to the MASH."""

from __future__ import annotations

import csv
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.accounts.roles import ROLES
from redshank.web.concerns.routing import ROUTING
from redshank.web.heads.models import Appearance
from redshank.web.meetings import raising
from redshank.web.meetings.bodies import BY_HAND, GATEWAYS, LONDON
from redshank.web.meetings.raising import NotAllowed, Subject
from redshank.web.meetings.views.raised import link_of, once_of, texts_of
from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.sheets import cell
from redshank.web.policy.gate import page
from redshank.web.sharing import acts, lists
from redshank.web.sharing.models import STATES, STEPS, WAITS, Ask, AskStep, Referral, ReferralStep
from redshank.web.sharing.settings import MARKING, SETTINGS
from redshank.web.trail.write import listed, note, read

THEMES = {k: w for k, w in BY_HAND.items() if k != "workstream"}
HASH = 64


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _moment(request: Any, errors: dict[str, str]) -> datetime | None:
    """A day and a time of the form, on the clock of the wall."""
    day, clock = _day(request.POST.get("day", "")), request.POST.get("time", "").strip()
    try:
        found = datetime.combine(day, time.fromisoformat(clock), LONDON) if day else None
    except ValueError:
        found = None
    if found is None:
        errors["day"] = "Give the day and the time, as 2026-03-31 and 14:30"
    elif found > timezone.now():
        errors["day"] = "Give a time that has been"
    return found


@page("see.sharing")
def sharing(request: Any) -> HttpResponse:
    """The register: every thing that was asked, with counts by agency that open to their rows."""
    user = request.user
    asked = {n: request.GET.get(n, "")[:80] for n in lists.FILTERS}
    shown = paged(request, lists.asked_for(user, asked).order_by("due", "id"))
    listed(request, "sharing", [str(a.pk) for a in shown.page], **asked)
    context = {
        "shown": shown, "asked": asked, "table": lists.table(user), "shows": lists.SHOWS, "states": STATES,
        "may_ask": user.as_role.allows("sharing.ask"), "may_export": user.as_role.allows("sharing.export"),
        "query": urlencode({k: v for k, v in asked.items() if v}),
    }  # fmt: skip
    return render(request, "sharing/sharing.html", context)


COLUMNS = (
    "About", "What was asked", "Agency", "Why", "Gateway", "Asked by", "Asked on", "Answer by", "Late", "Where it stands", "Told what came of it on",
    "Steps, the oldest first",
)  # fmt: skip


@page("sharing.export")
def sharing_csv(request: Any) -> HttpResponse:
    """The register as a file, as this reader sees it and has filtered it."""
    user = request.user
    asked = {n: request.GET.get(n, "")[:80] for n in lists.FILTERS}
    rows = list(lists.asked_for(user, asked).order_by("due", "id"))
    steps: dict[int, list[AskStep]] = {}
    for s in AskStep.objects.visible_to(user, user.as_role.purpose).filter(ask__in=rows):
        steps.setdefault(s.ask_id, []).append(s)
    note(request, "disclosure", "asked of agencies", "", {"rows": len(rows)} | asked)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="asked-of-agencies.csv"'
    writer = csv.writer(response)
    writer.writerow([MARKING])
    writer.writerow(COLUMNS)
    for a in rows:
        came = "; ".join(f"{words.day(s.on)}: {s.kind_words}, {s.why}" for s in steps.get(a.pk, []))
        cells = (
            a.title, a.what, a.agency, a.why, GATEWAYS.get(a.gateway, ""), a.by.name, words.day(a.at), words.day(a.due), "yes" if a.is_late else "no",
            a.state_words, words.day(a.told_at) if a.told_at else "", came,
        )  # fmt: skip
        writer.writerow([cell(c) for c in cells])
    writer.writerow([MARKING])
    return response


@page("sharing.ask")
def ask_about(request: Any, about: str, ident: str) -> HttpResponse:
    """Asks an agency about what a page is about."""
    of = raising.subject(request.user, about, ident)
    return unseen(request, about, ident) if of is None else _ask(request, of)


@page("sharing.ask")
def ask_theme(request: Any) -> HttpResponse:
    """Asks an agency about a peer group, a school or an online space that a person names."""
    return _ask(request, None)


def _ask(request: Any, of: Subject | None) -> HttpResponse:
    user, post = request.user, request.POST
    errors: dict[str, str] = {}
    once = once_of(request)
    if request.method == "POST":
        said = texts_of(
            request, errors, what="Write what the agency is asked for", why="Write why, as the agency will read it"
        )  # fmt: skip
        if of is None:
            said |= texts_of(request, errors, title="Say what it is, in a few words")
            if post.get("about") not in THEMES:
                errors["about"] = "Choose what it is"
        due = _day(post.get("due", ""))
        if due is None or due < timezone.localdate():
            errors["due"] = "Give a day that is still to come, as 2026-03-31"
        if post.get("gateway") not in GATEWAYS or post.get("gateway") == "none":
            errors["gateway"] = "Name the gateway: to ask is to share whom it is about"
        if of is not None and of.closed and not post.get("open"):
            errors["open"] = "Say that nothing of it rests on handling C"
        if post.get("agency") not in acts.agencies():
            errors["agency"] = "Choose an agency of which somebody has an account"
        if not errors and due is not None:
            subject = of or raising.by_hand(post["about"], said["title"], once)
            try:
                with transaction.atomic():
                    made = acts.ask(user, subject, post["agency"], said["what"], said["why"], post["gateway"], due, f"{user.pk}:{once}")  # fmt: skip
                    note(request, "disclosure", subject.about, subject.ident, {"asked": made.agency, "gateway": made.gateway, "ask": made.pk})  # fmt: skip
                messages.success(request, f"Asked. {made.agency} reads it on its own page.")
                return redirect("ask", made.pk)
            except NotAllowed as reason:
                errors["what"] = str(reason)
    else:
        read(request, of.about if of else "sharing", of.ident if of else "")
    context = {
        "of": of, "errors": errors, "typed": post, "once": once, "agencies": acts.agencies(), "themes": THEMES,
        "gateways": {k: w for k, w in GATEWAYS.items() if k != "none"},
        "due": post.get("due") or ROUTING.working_days_on(timezone.now(), SETTINGS.ask_days).date().isoformat(),
    }  # fmt: skip
    return render(request, "sharing/ask_make.html", context, status=400 if errors else 200)


def _found(request: Any, number: int) -> Ask | None:
    rows = Ask.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by").filter(pk=number).first()


@page("see.sharing")
def ask(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """One thing that was asked, with everything that came of it; the agency reads the same page."""
    found = _found(request, number)
    if found is None:
        return unseen(request, "ask", str(number))
    user = request.user
    read(request, found.about, found.ident)
    steps = list(AskStep.objects.visible_to(user, user.as_role.purpose).filter(ask=found).select_related("by"))  # fmt: skip
    context = {
        "ask": found, "steps": steps, "errors": errors or {}, "typed": request.POST, "once": once_of(request), "gateway": GATEWAYS.get(found.gateway, ""),
        "may": user.as_role.allows("sharing.ask"), "kinds": STEPS, "today": timezone.localdate().isoformat(),
        "url": link_of(user, found) if user.as_role.scope == "all" and not user.as_role.allows("see.trail") else "",
    }  # fmt: skip
    return render(request, "sharing/ask.html", context, status=status)


@page("sharing.ask", acts=True)
def ask_step(request: Any, number: int) -> HttpResponse:
    """Records what came, was refused, chased or told."""
    user, post = request.user, request.POST
    found = _found(request, number)
    if found is None:
        return unseen(request, "ask", str(number))
    errors: dict[str, str] = {}
    kind = post.get("kind", "")
    if kind not in STEPS:
        errors["kind"] = "Choose what you record"
    said = texts_of(request, errors, why="Write what it holds, or the agency's reason, in a sentence")
    on = _day(post.get("on", ""))
    if on is None or on > timezone.localdate():
        errors["on"] = "Give the day, as 2026-03-31; not one that is still to come"
    name, sha = post.get("file_name", "").strip(), post.get("sha256", "").strip().lower()
    if len(name) > 200:
        errors["file_name"] = "Write no more than 200 characters"
    if bool(name) != bool(sha) or (sha and (len(sha) != HASH or set(sha) - set("0123456789abcdef"))):
        errors["sha256"] = "Give the file's name and its SHA-256 together: 64 characters, 0 to 9 and a to f"
    elif name and kind not in ("received", "partly"):
        errors["file_name"] = "A file belongs to what was received"
    if errors:
        return ask(request, number, errors, 400)
    try:
        with transaction.atomic():
            acts.step(user, number, acts.Said(kind, said["why"], f"{user.pk}:{once_of(request)}", _seen(post), on, name, sha))  # fmt: skip
            action = {"told": "disclosure", "received": "collection", "partly": "collection"}.get(kind, "alteration")  # fmt: skip
            note(request, action, found.about, found.ident, {"ask": number, "step": kind, "agency": found.agency})  # fmt: skip
    except NotAllowed as reason:
        return ask(request, number, {"kind": str(reason)}, 409)
    messages.success(request, f"Kept: {STEPS[kind].lower()}.")
    return redirect("ask", number)


def _seen(post: Any) -> int:
    text = post.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


# ---- the record of the front door ----------------------------------------------------------------------


@page("see.mash")
def mash(request: Any) -> HttpResponse:
    """Referrals to the MASH, those that are late first."""
    user = request.user
    asked = {n: request.GET.get(n, "")[:20] for n in ("show",)}
    shown = paged(request, lists.referrals(user, asked["show"]))
    listed(request, "mash", [str(r.pk) for r in shown.page], **asked)
    counts = {k: lists.referrals(user, k).count() for k in lists.REFERRALS}
    context = {"shown": shown, "asked": asked, "counts": [(k, w, counts[k]) for k, w in lists.REFERRALS.items()], "sources": SETTINGS.sources}  # fmt: skip
    return render(request, "sharing/mash.html", context)


@page("mash.record")
def mash_refer(request: Any, person_id: str) -> HttpResponse:
    """Writes down a referral of a child, by hand or beside the partner's referral that the extracts hold."""
    user, post = request.user, request.POST
    of = raising.subject(user, "child", person_id)
    if of is None:
        return unseen(request, "child", person_id)
    rows = Appearance.objects.visible_to(user, user.as_role.purpose)
    rows = rows.filter(person_id=person_id, record_key__startswith="partner_referrals:")
    records = sorted(set(rows.values_list("record_key", flat=True)))
    errors: dict[str, str] = {}
    once = once_of(request)
    if request.method == "POST":
        said = texts_of(request, errors, what="Write what the referral says", agency="Write who referred")
        if len(said["agency"]) > 80:
            errors["agency"] = "Write no more than 80 characters"
        at = _moment(request, errors)
        record = post.get("record", "")
        if record and record not in records:
            errors["record"] = "Choose one of the child's referrals in the records, or none"
        if not errors and at is not None:
            with transaction.atomic():
                # What an agency told is not handling C: the chairs read it too, where the open records know the child.
                made = acts.refer(
                    user,
                    raising.in_open(of, ROLES) or of,
                    said["agency"],
                    said["what"],
                    at,
                    f"{user.pk}:{once}",
                    record,
                )
                note(request, "collection", "child", person_id, {"mash": made.pk})
            messages.success(request, "Kept. Its clock runs from when it was received.")
            return redirect("mash-referral", made.pk)
    else:
        read(request, "child", person_id)
    context = {"of": of, "errors": errors, "typed": post, "once": once, "records": records, "source": SETTINGS.sources["threshold"]}  # fmt: skip
    return render(request, "sharing/mash_refer.html", context, status=400 if errors else 200)


def _referral(request: Any, number: int) -> Referral | None:
    rows = Referral.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by").filter(pk=number).first()


@page("see.mash")
def mash_referral(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:  # fmt: skip
    """One referral: its way through the front door, and what it waits for by when."""
    found = _referral(request, number)
    if found is None:
        return unseen(request, "mash referral", str(number))
    user = request.user
    read(request, found.about, found.ident)
    steps = list(ReferralStep.objects.visible_to(user, user.as_role.purpose).filter(referral=found).select_related("by"))  # fmt: skip
    next_one = [(found.waits, WAITS[found.waits])] if found.waits in SETTINGS.days else []
    context = {
        "referral": found, "steps": steps, "errors": errors or {}, "typed": request.POST, "once": once_of(request), "answers": SETTINGS.answers.values(),
        "may": user.as_role.allows("mash.record"), "next": next_one, "url": link_of(user, found), "source": SETTINGS.sources.get(found.waits, ""),
    }  # fmt: skip
    return render(request, "sharing/mash_referral.html", context, status=status)


@page("mash.record", acts=True)
def mash_step(request: Any, number: int) -> HttpResponse:
    """Records the threshold answer, the strategy discussion, the outcome, a withdrawal, or what is added."""
    user, post = request.user, request.POST
    found = _referral(request, number)
    if found is None:
        return unseen(request, "mash referral", str(number))
    errors: dict[str, str] = {}
    kind = post.get("kind", "")
    if kind not in dict(ReferralStep._meta.get_field("kind").choices):
        errors["kind"] = "Choose what you record"
    said = texts_of(request, errors, why="Write what was said, and by whom")
    at = _moment(request, errors)
    if kind == "threshold" and post.get("answer") not in SETTINGS.answers:
        errors["answer"] = "Choose the threshold answer"
    if errors:
        return mash_referral(request, number, errors, 400)
    try:
        with transaction.atomic():
            acts.answer(user, number, acts.Said(kind, said["why"], f"{user.pk}:{once_of(request)}", _seen(post), at, answer=post.get("answer", "")))  # fmt: skip
            note(request, "alteration", found.about, found.ident, {"mash": number, "step": kind})
    except NotAllowed as reason:
        return mash_referral(request, number, {"kind": str(reason)}, 409)
    messages.success(request, "Kept.")
    return redirect("mash-referral", number)
