"""Pages: the register of cases, a new case, one case with what was gathered and its steps, and its package."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.heads.models import Group, Person, Record
from redshank.web.meetings.views.raised import once_of
from redshank.web.pages import words
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.rights import acts, eyes, package
from redshank.web.rights.content import exemption_words, shown_text, shown_title
from redshank.web.rights.models import OPEN, STATES, Case, Step
from redshank.web.rights.settings import BASES, CLOCK_SOURCE, EXEMPTIONS, KINDS, RULINGS, SOON_DAYS
from redshank.web.rights.standing import standing_of
from redshank.web.trail.write import listed, note, read

LONGEST = 4_000
MOST = 20  # offered at once of whom or what a new case is about
SHOW = {"": "All that are open", "due": "Due soon or late", "all": "All"}
#: Steps that change what goes out, or hand it over, beside the rulings.
OFFERED = {
    "identity": "Confirm who asks", "term_added": "Take a word out", "term_kept": "Keep a word in, with the reason", "gathered": "Gather anew: what came since stands beside the rest",
    "restricted": "Decide about what is restricted, in this case as in every one", "submitted": "Give it to a second person", "returned": "Give it back, with the reason",
    "released": "Release it", "sent": "Handed over: to whom", "closed": "Close it", "refused": "Refuse the request, with the reason",
}  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@page("see.rights")
def cases(request: Any) -> HttpResponse:
    """Requests for access and disclosures to the prosecution, the next due first."""
    user = request.user
    asked = {"kind": request.GET.get("kind", "")[:10], "show": request.GET.get("show", "")[:5]}
    rows = Case.objects.visible_to(user, user.as_role.purpose).select_related("by")
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["show"] != "all":
        rows = rows.filter(state__in=OPEN)
    if asked["show"] == "due":
        rows = rows.filter(due__lte=timezone.localdate() + timedelta(days=SOON_DAYS))
    shown = paged(request, rows.order_by("due", "pk"))
    listed(request, "rights", [str(c.pk) for c in shown.page], **asked)
    context = {
        "shown": shown,
        "asked": asked,
        "kinds": KINDS,
        "ways": SHOW,
        "states": STATES,
        "may": user.as_role.allows("rights.prepare"),
    }
    return render(request, "rights/cases.html", context)


# ---- a new case -------------------------------------------------------------------------------


def _offered(user: Any, kind: str, said: str) -> list[tuple[str, str, str]]:
    """Value of the form, its words, a hint; as far as a case of this person may know of it."""
    if not said:
        return []
    sight = eyes.of_case(user)
    purpose = sight.as_role.purpose
    if kind == "access":
        rows = Person.objects.visible_to(sight, purpose)
        for word in said.split():
            rows = rows.filter(Q(name__icontains=word) | Q(other_names__icontains=word))
        return [
            (f"person:{p.person_id}", p.name, f"{'born ' + words.day(p.born) if p.born else 'no birth date recorded'}, named {words.counted(p.appearances, 'time,times')}")
            for p in rows.order_by("name", "born", "person_id")[:MOST]
        ]  # fmt: skip
    records = Record.objects.visible_to(sight, purpose).filter(kind="crimes", ref__icontains=said)
    out = [
        (f"record:{r.key}", words.record_words(r.key) + words.headline_after(r), words.day(r.at))
        for r in records.order_by("-at", "key")[:MOST]
    ]
    groups = Group.objects.visible_to(sight, purpose).filter(Q(label__icontains=said) | Q(group_id=said))
    return out + [
        (f"group:{g.group_id}", f"the proposed group “{g.label}”", words.day(g.detected_on))
        for g in groups.order_by("place")[:MOST]
    ]


@page("rights.prepare")
def new(request: Any) -> HttpResponse:
    """Finds whom or what it is about, and opens the case: everything held is gathered then."""
    user, post = request.user, request.POST
    kind = (post.get("kind") or request.GET.get("kind", "access"))[:10]
    if kind not in KINDS:
        return nothing_here(request)
    said = (post.get("find") or request.GET.get("find", "")).strip()[:100]
    offered = _offered(user, kind, said)
    errors: dict[str, str] = {}
    if request.method == "POST":
        asked = _asked(request, kind, {value: name for value, name, _ in offered}, errors)
        if asked is not None and not errors:
            try:
                with transaction.atomic():
                    case = acts.open_case(user, asked)
                    about = asked.about if asked.about != "person" else "person"
                    note(
                        request,
                        "consultation",
                        about,
                        asked.ident,
                        {"case": case.pk, "gathered": case.items.count()},
                    )
                messages.success(request, "Opened. Everything held was gathered; nothing of it is decided.")
                return redirect("rights-case", case.pk)
            except acts.NotAllowed as reason:
                errors[reason.field] = str(reason)
    elif said:
        listed(request, "whom a case is about", [value for value, _, _ in offered], kind=kind)
    context = {
        "kind": kind, "kinds": KINDS, "find": said, "offered": offered, "errors": errors, "typed": post, "once": once_of(request), "clock": CLOCK_SOURCE,
        "bases": [(k, b["words"]) for k, b in BASES.items() if b["kind"] == kind], "is_full": len(offered) >= MOST,
    }  # fmt: skip
    return render(request, "rights/new.html", context, status=400 if errors else 200)


def _asked(request: Any, kind: str, offered: dict[str, str], errors: dict[str, str]) -> acts.Asked | None:
    post = request.POST
    chosen = post.get("about", "")
    if chosen not in offered:
        errors["about"] = "Look for whom or what it is about, and choose one"
    reference, asked_by = post.get("reference", "").strip(), post.get("asked_by", "").strip()
    if not reference or len(reference) > 60:
        errors["reference"] = "Write the reference under which the force keeps it, at most 60 characters"
    if not asked_by or len(asked_by) > 300:
        errors["asked_by"] = "Write who asks, at most 300 characters"
    authority = post.get("authority", "").strip()
    if post.get("behalf") and not authority:
        errors["authority"] = "Write by what authority they ask for somebody else"
    elif len(authority) > 500:
        errors["authority"] = "Write no more than 500 characters"
    asked_on, due = _day(post.get("asked_on", "")), _day(post.get("due", ""))
    if asked_on is None:
        errors["asked_on"] = "Give the day on which it was received, as 2026-03-31"
    if errors or asked_on is None:
        return None
    about, _, ident = chosen.partition(":")
    return acts.Asked(kind, about, ident, offered[chosen], reference, post.get("basis", ""), asked_by, asked_on, once_of(request)[:40], due, authority)  # fmt: skip


# ---- one case ---------------------------------------------------------------------------------


def _case(request: Any, number: int) -> Case | None:
    rows = Case.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by").filter(pk=number).first()


@page("see.rights")
def case(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """What was gathered, as it would go out, with what was decided of each; the words taken out; the steps."""
    found = _case(request, number)
    if found is None:
        return unseen(request, "rights case", str(number))
    user, role = request.user, request.user.as_role
    now = standing_of(user, found)
    show = request.GET.get("show", "")[:10]
    items = [i for i in now.items if _fits(i, now, show)]
    shown = paged(request, items)
    if request.method == "GET":
        about = "person" if found.person_id else "group" if found.group_id else "record"
        read(request, about, found.person_id or found.group_id or found.record_key)
        listed(request, "things of a case", [i.key for i in shown.page], case=found.pk)
    rows = [
        {"item": i, "ruling": now.rulings.get(i.pk), "text": shown_text(i, now) if found.is_access else i.text, "title": shown_title(i, now) if found.is_access and not role.allows("rights.closed") else i.title,
         "may": _may_rule(role, found, i), "ground": exemption_words(now.rulings[i.pk].exemption) if i.pk in now.rulings else ""}
        for i in shown.page
    ]  # fmt: skip
    steps = [s for s in now.steps if s.kind != "ruled"]
    context = {
        "case": found, "now": now, "shown": shown, "rows": rows, "steps": steps[::-1], "seen": len(now.steps), "show": show, "errors": errors or {},
        "typed": request.POST, "once": once_of(request), "rulings": [(k, r["words"]) for k, r in RULINGS.items() if r["kind"] == found.kind],
        "exemptions": [(k, e["words"]) for k, e in EXEMPTIONS.items()], "acts": _acts(role, found), "offered": [(k, OFFERED[k]) for k in OFFERED if k in _acts(role, found)], "may_rule": any(r["may"] for r in rows),
        "today": timezone.localdate().isoformat(), "closed_ones": sum(i.closed and i.pk not in now.rulings for i in now.items), "clock": CLOCK_SOURCE,
        "released": now.released if found.state in ("released", "closed") else None, "ruled": len(now.items) - now.undecided,
    }  # fmt: skip
    return render(request, "rights/case.html", context, status=status)


def _fits(item: Any, now: Any, show: str) -> bool:
    if show == "waiting":
        return item.pk not in now.rulings
    return item.closed if show == "closed" else True


def _may_rule(role: Any, found: Case, item: Any) -> bool:
    return found.state == "open" and role.allows("rights.closed" if item.closed else "rights.prepare")


def _acts(role: Any, found: Case) -> set[str]:
    """Steps that this role may take now."""
    out = {k for k in OFFERED if found.state in acts.WHILE[k] and role.allows(acts.NEEDS[k])}
    return out if found.is_access else out - {"identity", "term_added", "term_kept"}


@page("see.rights", acts=True)
def act(request: Any, number: int) -> HttpResponse:
    """A ruling, or another step."""
    found = _case(request, number)
    if found is None:
        return unseen(request, "rights case", str(number))
    user, post = request.user, request.POST
    errors: dict[str, str] = {}
    typed = {n: post.get(n, "").strip() for n in ("why", "value", "text")}
    for name, text in typed.items():
        if len(text) > (200 if name == "value" else LONGEST):
            errors[name] = f"Write no more than {200 if name == 'value' else LONGEST:,} characters"
    seen = post.get("seen", "0")
    said = acts.Said(
        post.get("kind", "")[:12], once_of(request)[:30], int(seen) if seen.isdecimal() and len(seen) < 8 else 0, typed["why"], typed["value"],
        post.get("exemption", "")[:20], typed["text"], _day(post.get("on", "")), tuple(int(n) for n in post.getlist("item") if n.isdecimal() and len(n) < 12),
    )  # fmt: skip
    if not errors:
        try:
            with transaction.atomic():
                made = acts.act(user, number, said)
                note(
                    request,
                    "alteration",
                    "rights case",
                    str(number),
                    {"act": made.kind, "of": len(said.items) or None},
                )
        except acts.Meanwhile as first:
            return case(request, number, {_beside(said.kind, first.field): str(first)}, 409)
        except acts.NotAllowed as reason:
            errors[reason.field] = str(reason)
    if errors:
        errors = {_beside(said.kind, name): text for name, text in errors.items()}
        return case(request, number, errors, 400)
    _advise(request, typed)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("rights-case", number)


def _beside(kind: str, field: str) -> str:
    """The page has two forms; each says what is wrong beside its own fields."""
    return (
        f"step{field}"
        if kind != "ruled" and field in ("value", "why")
        else "things"
        if kind == "ruled" and field == "kind"
        else field
    )


def _advise(request: Any, typed: dict[str, str]) -> None:
    """Words that blame or diminish a child, in what was typed: an offer, nothing is rewritten."""
    from redshank.publish import language_hints

    for name in ("why", "text"):
        for hit in language_hints(typed[name]):
            if not hit["quoted"]:
                messages.info(request, f"Words to look at in what you wrote: “{hit['phrase']}” {hit['reason']}. Your text stays as it is.")  # fmt: skip


@page("see.rights")
def download(request: Any, number: int) -> HttpResponse:
    """The package as it was released: a disclosure, each time."""
    found = _case(request, number)
    role = request.user.as_role
    if found is None or not (role.allows("rights.prepare") or role.allows("rights.release")):
        return unseen(request, "rights case", str(number))
    released = (
        Step.objects.visible_to(request.user, role.purpose)
        .filter(case=found, kind="released")
        .order_by("-pk")
        .first()
    )
    if released is None or found.state not in ("released", "closed"):
        return unseen(request, "rights case", str(number))
    data = package.packed(found, released)
    about = "person" if found.person_id else "group" if found.group_id else "record"
    ident = found.person_id or found.group_id or found.record_key
    told = {
        "case": found.pk,
        "reference": found.reference,
        "basis": found.basis,
        "recipient": found.asked_by[:100],
        "sha256": released.sha256,
    }
    note(request, "disclosure", about, ident, told)
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{found.kind}-{found.pk}.zip"'
    return response
