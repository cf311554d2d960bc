"""Pages of the register: what may be considered for a subject, a row with its steps, lists, counts, parts of things."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from redshank.web.accounts import directory
from redshank.web.accounts.roles import ROLES
from redshank.web.charts.files import sheet
from redshank.web.disruption import acts, lists
from redshank.web.disruption.models import (
    DECISIONS,
    STATES,
    WHAT_WORDS,
    Measure,
    Part,
    PartAct,
    Step,
    ToolkitLine,
)
from redshank.web.disruption.options import TOOLKIT, offered, today
from redshank.web.disruption.subjects import (
    KINDS,
    WHAT,
    Subject,
    held,
    links,
    moved_to,
    part_of,
    subject,
)
from redshank.web.flags.acts import opened
from redshank.web.pages import words
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.policy.sight import sight_of
from redshank.web.trail.write import listed, note, read

LONGEST = 4_000
#: What is added to a row beside a decision; the heading of its form.
ADDED = {
    "reviewed": "It was reviewed",
    "breach": "A breach",
    "outcome": "The outcome",
    "view": "The victim's or child's view",
}
DAYS = ("advice_on", "granted_on", "expires_on", "review_on", "day")


def _once(request: Any) -> str:
    return request.POST.get("once", "")[:30] or secrets.token_hex(12)


def _seen(request: Any) -> int:
    said = request.POST.get("steps", "0")
    return int(said) if said.isdecimal() and len(said) < 6 else 0


def _text(request: Any, name: str, errors: dict[str, str], says: str = "") -> str:
    text = request.POST.get(name, "").strip()
    if not text and says:
        errors[name] = says
    elif len(text) > LONGEST:
        errors[name] = f"Write no more than {LONGEST:,} characters"
    return text


def _leads() -> list[Any]:
    return [a for a in directory.all_accounts() if a.is_active and a.as_role.allows("disruption.record")]


def _given(request: Any, errors: dict[str, str], *, with_lead: bool) -> acts.Given:
    """What the form brought; what is wrong with its form goes into ``errors``."""
    post = request.POST
    days: dict[str, date | None] = {}
    for name in DAYS:
        said = post.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(said) if said else None
        except ValueError:
            days[name] = None
            errors[name] = "Write the day as year, month and day, for example 2026-03-14"
    lead = next((a for a in _leads() if a.username == post.get("lead", "")), None)
    if with_lead and lead is None:
        errors["lead"] = "Choose who leads it"
    advice = {"yes": True, "no": False}.get(post.get("advice", ""))
    return acts.Given(
        _text(request, "text", errors), _once(request), lead, advice, conditions=_text(request, "conditions", errors),
        outcome=post.get("outcome", ""), measured=_text(request, "measured", errors), **days,
    )  # fmt: skip


def _subject(request: Any, kind: str, ident: str, route: str) -> tuple[Subject | None, HttpResponse | None]:
    """The subject, or what is answered where there is none for this reader."""
    if kind not in KINDS:
        return None, nothing_here(request)
    found = subject(request.user, kind, ident)
    if found is not None:
        return found, None
    if now := moved_to(request.user, kind, ident):
        return None, redirect(route, kind, now)
    return None, unseen(request, kind, ident)


# ---- one subject ------------------------------------------------------------------------------


@page("see.disruption")
def of(
    request: Any, kind: str, ident: str, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """What may be considered for a person, place, line, vehicle or number, and what was."""
    found, answer = _subject(request, kind, ident, "disruption-subject")
    if found is None:
        return answer  # type: ignore[return-value]
    user, role = request.user, request.user.as_role
    if request.method == "GET":
        read(request, kind, ident)
    offers = offered(found)
    told = ToolkitLine.objects.visible_to(user, role.purpose).filter(kind=kind, ident__in=found.ids)
    context = {
        "subject": found, "charge": [o for o in offers if o.option.charge], "others": [o for o in offers if not o.option.charge],
        "rows": lists.of_subject(user, kind, found.ids), "part": part_of(user, kind, ident), "toolkit": TOOLKIT,
        "told": [(t, t.says()) for t in told.select_related("by").prefetch_related("measures")],
        "may_record": role.allows("disruption.record"), "errors": errors or {}, "typed": request.POST, "once": _once(request),
        "evidence": held(user, found.confirmed.evidence) if found.confirmed else [], "see_flags": role.allows("see.register"),
    }  # fmt: skip
    return render(request, "disruption/subject.html", context, status=status)


@page("disruption.record", acts=True)
def line(request: Any, kind: str, ident: str) -> HttpResponse:
    """The toolkit line for a meeting: the options recorded here, or none with the reason (practice rule 23)."""
    found, answer = _subject(request, kind, ident, "disruption-subject")
    if found is None:
        return answer  # type: ignore[return-value]
    errors: dict[str, str] = {}
    wanted = request.POST.get("none", "")
    because = _text(request, "because", errors, "Write why none" if wanted == "yes" else "")
    if wanted not in ("yes", "no"):
        errors["none"] = "Choose whether options were considered"
    if not errors:
        try:
            with transaction.atomic():
                made = acts.toolkit_line(request.user, found, _once(request), because=because if wanted == "yes" else "")  # fmt: skip
                note(request, "alteration", "toolkit line", str(made.pk))
            messages.success(request, "Kept. An item of a meeting can point at this line.")
            return redirect("disruption-subject", kind, ident)
        except acts.NotAllowed as reason:
            errors[reason.field] = str(reason)
    return of(request, kind, ident, errors, 400)


@page("disruption.record")
def record(request: Any, kind: str, ident: str) -> HttpResponse:
    """An option considered, used, refused or not used, with why, lead, dates and links."""
    found, answer = _subject(request, kind, ident, "disruption-record")
    if found is None:
        return answer  # type: ignore[return-value]
    user = request.user
    choices = links(user, found)
    errors: dict[str, str] = {}
    offers = {o.option.code for o in offered(found)}
    if request.method == "POST":
        given = _given(request, errors, with_lead=True)
        linked = {}
        for name, some in choices.items():
            if said := request.POST.get(f"link_{name}", ""):
                label = dict(some).get(said)
                if label is None:
                    errors[f"link_{name}"] = "Choose one of those that are offered"
                else:
                    linked[name] = (said, label)
        if not errors:
            try:
                with transaction.atomic():
                    made, is_new = acts.record(user, found, request.POST.get("option", ""), request.POST.get("decision", ""), given, linked)  # fmt: skip
                    if is_new:
                        note(request, "alteration", "measure", str(made.pk), {"act": made.decision, "option": made.option})  # fmt: skip
                    messages.success(request, "Recorded, with your name and what was shown.")
                return redirect("measure", made.pk)
            except acts.NotAllowed as reason:
                errors[reason.field] = str(reason)
    else:
        read(request, kind, ident)
    chosen = request.POST.get("option") or request.GET.get("option", "")
    option = TOOLKIT.options.get(chosen)
    context = {
        "subject": found, "option": option, "chosen": chosen, "greyed": option.greyed() if option else "",
        "offered": [o for o in TOOLKIT.options.values() if o.code in offers],
        "by_hand": [o for o in TOOLKIT.options.values() if o.code not in offers],
        "is_by_hand": option is not None and option.code not in offers, "decisions": DECISIONS, "leads": _leads(),
        "lead": request.POST.get("lead") or user.username, "links": [(k, LINKED[k], v, request.POST.get(f"link_{k}", "")) for k, v in choices.items()],
        "review_on": request.POST.get("review_on") if request.method == "POST" else (today() + TOOLKIT.review).isoformat(),
        "errors": errors, "typed": request.POST, "once": _once(request),
    }  # fmt: skip
    return render(request, "disruption/record.html", context, status=400 if errors else 200)


LINKED = {
    "child": "A child whom it protects",
    "place": "A place",
    "vehicle": "A vehicle",
    "group": "A proposed group",
}


# ---- one row ----------------------------------------------------------------------------------


def _measure(request: Any, number: int) -> Measure | None:
    return lists.rows_of(request.user).filter(pk=number).first()


@page("see.disruption")
def measure(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """One row: where it stands, every step with what was shown then, and what can be added."""
    found = _measure(request, number)
    if found is None:
        return unseen(request, "measure", str(number))
    user, role = request.user, request.user.as_role
    if request.method == "GET":
        read(request, "measure", str(number))
    steps = list(Step.objects.visible_to(user, role.purpose).filter(measure=found).select_related("by", "lead"))  # fmt: skip
    option = TOOLKIT.options.get(found.option)
    about = subject(user, found.kind, found.ident)
    context = {
        "measure": found, "steps": [(s, _shown_then(user, s)) for s in steps], "count": len(steps), "option": option,
        "greyed": option.greyed() if option else "", "about": about, "linked": _linked(user, found), "may": role.allows("disruption.record"),
        "decisions": DECISIONS, "added": ADDED if found.was_used else {k: v for k, v in ADDED.items() if k not in ("breach", "outcome")}, "outcomes": TOOLKIT.outcomes, "leads": _leads(), "lead": request.POST.get("lead") or found.lead.username,
        "has_view": any(s.kind == "view" for s in steps), "breaches": sum(s.kind == "breach" for s in steps),
        "errors": errors or {}, "typed": request.POST, "once": _once(request),
        "review_on": request.POST.get("review_on") or (today() + TOOLKIT.review).isoformat(), "open": request.POST.get("kind", ""),
        # One form holds the plain ids, to which the list of errors leads: the one that was sent.
        "at_decided": "decided-" if request.POST.get("kind", "decided") != "decided" else "",
        "at_again": "" if request.POST.get("kind") == "reviewed" else "again-",
    }  # fmt: skip
    return render(request, "disruption/measure.html", context, status=status)


def _linked(user: Any, m: Measure) -> list[tuple[str, str, str]]:
    """What the row is linked with: heading, name, and the address where this role may open it."""
    names, role = m.parsed("linked"), user.as_role
    ways = {
        "child": ("see.persons", "person", [m.child_id]), "place": ("see.places", "place", [m.place_cell]),
        "vehicle": ("see.records", "thing", ["vehicle", m.vehicle]), "group": ("see.groups", "group", [m.group_id]),
    }  # fmt: skip
    return [(LINKED[k], names[k], reverse(ways[k][1], args=ways[k][2]) if role.allows(ways[k][0]) else "") for k in LINKED if k in names]  # fmt: skip


def _shown_then(user: Any, act: Step | PartAct) -> dict[str, Any]:
    """What stood before the person when they acted (practice rule 6), for readers who could have been shown it too."""
    shown = act.parsed("shown") or {}
    cleared = act.role in ROLES and ROLES[act.role].cleared
    hidden = sight_of(user).hidden.get("record", set())
    relied = (shown.get("confirmed") or {}).get("evidence", ())
    if (cleared and not user.as_role.cleared) or hidden & {*shown.get("records", ()), *relied}:
        return {}
    as_of = shown.get("as_of")
    return shown | {"at": datetime.fromisoformat(as_of)} if as_of else {}


@page("disruption.record", acts=True)
def add(request: Any, number: int) -> HttpResponse:
    """A further decision, a review, a breach, an outcome, somebody's view."""
    found = _measure(request, number)
    if found is None:
        return unseen(request, "measure", str(number))
    errors: dict[str, str] = {}
    kind = request.POST.get("kind", "")
    given = _given(request, errors, with_lead=kind in ("decided", "reviewed"))
    if kind == "decided":
        kind = request.POST.get("decision", "")
        if kind not in DECISIONS:
            errors["decision"] = "Choose whether it was considered, used, refused or not used"
    elif kind not in ADDED:
        errors["kind"] = "Choose what is added"
    if errors:
        return measure(request, number, errors, 400)
    about = subject(request.user, found.kind, found.ident)
    try:
        with transaction.atomic():
            acts.add(request.user, number, kind, given, _seen(request), about)
            note(request, "alteration", "measure", str(number), {"act": kind})
    except acts.Meanwhile as first:
        by = first.act
        said = f"{by.by.name} was first, on {words.moment(by.at)}: {by.kind_words.lower()}. Your text is kept below"
        return measure(request, number, {"text": said}, 409)
    except acts.NotAllowed as reason:
        return measure(request, number, {reason.field: str(reason)}, 400)
    messages.success(request, "Added, with your name and the time.")
    return redirect("measure", number)


# ---- the register -----------------------------------------------------------------------------


def _asked(request: Any) -> dict[str, str]:
    return {n: request.GET.get(n, "").strip()[:80] for n in ("option", "decision", "district", "due", "outcome", "mine")}  # fmt: skip


@page("see.disruption")
def register(request: Any) -> HttpResponse:
    """Every row in sight with filters, and counts by option in the toolkit's order, each open to its rows."""
    user, role, asked = request.user, request.user.as_role, _asked(request)
    shown = paged(request, lists.filtered(user, asked))
    listed(request, "disruption options", [str(m.pk) for m in shown.page], **asked)
    context = {
        "shown": shown, "asked": asked, "counts": lists.counts(user), "decisions": DECISIONS, "due": lists.DUE, "districts": lists.districts(user),
        "may_export": role.allows("disruption.export"), "may_fairness": role.allows("disruption.fairness"),
        "waiting": Part.objects.visible_to(user, role.purpose).filter(state__in=acts.OPEN).count(),
    }  # fmt: skip
    return render(request, "disruption/register.html", context)


@page("see.disruption")
def options(request: Any) -> HttpResponse:
    """The toolkit: every option with its provision, how sure that is, and whether it may be used."""
    rows = [(o, o.greyed()) for o in TOOLKIT.options.values()]
    listed(request, "toolkit options", [o.code for o, _ in rows])
    return render(request, "disruption/options.html", {"rows": rows, "toolkit": TOOLKIT, "grey": sum(bool(g) for _, g in rows)})  # fmt: skip


COLUMNS = (
    "Row", "About", "What it is", "Under 18", "District", "Option", "Recorded by hand", "Toolkit version", "Where it stands", "Step", "By", "Role", "At",
    "Rationale or text", "Lead", "Legal advice sought", "Legal advice on", "Granted on", "Conditions", "Expires on", "Review on", "Day of the breach",
    "Outcome", "Measured by", "Linked with",
)  # fmt: skip


@page("disruption.export")
def register_csv(request: Any) -> HttpResponse:
    """The register as a file: one row a step, with the filters of the list."""
    user, asked = request.user, _asked(request)
    rows = lists.filtered(user, asked)
    note(request, "disclosure", "disruption register", "", {"rows": rows.count(), **{k: v for k, v in asked.items() if v}})  # fmt: skip
    steps = Step.objects.visible_to(user, user.as_role.purpose).filter(measure__in=rows.values("pk"))
    steps = steps.select_related("measure", "by", "lead").order_by("measure_id", "at", "id")
    response = HttpResponse(sheet(COLUMNS, (_cells(s) for s in steps)), content_type="text/csv; charset=utf-8")  # fmt: skip
    response["Content-Disposition"] = 'attachment; filename="disruption.csv"'
    return response


def _cells(s: Step) -> tuple[Any, ...]:
    m = s.measure
    advice = {True: "yes", False: "no", None: ""}[s.advice]
    days = [words.day(d) if d else "" for d in (s.advice_on, s.granted_on, s.expires_on, s.review_on, s.day)]
    linked = "; ".join(f"{LINKED[k]}: {v}" for k, v in m.parsed("linked").items())
    return (
        m.pk, m.name, (s.parsed("shown") or {}).get("kind") or KINDS[m.kind], "yes" if m.is_child else "", m.district, m.option_name, "yes" if m.by_hand else "", m.toolkit,
        m.decision_words, s.kind_words, s.by.name, ROLES[s.role].title, words.moment(s.at), s.text, s.lead.name, advice, days[0], days[1],
        s.conditions, days[2], days[3], days[4], s.outcome_words, s.measured, linked,
    )  # fmt: skip


# ---- parts of things --------------------------------------------------------------------------


@page("see.disruption")
def parts(request: Any) -> HttpResponse:
    """Parts of places, lines, vehicles and numbers: those that wait for a second person first."""
    rows = Part.objects.visible_to(request.user, request.user.as_role.purpose).select_related("by")
    asked = {"state": request.GET.get("state", "")[:12]}
    if asked["state"] in STATES:
        rows = rows.filter(state=asked["state"])
    shown = paged(request, rows.order_by("-at", "-id"))
    listed(request, "parts", [str(p.pk) for p in shown.page], **asked)
    return render(request, "disruption/parts.html", {"shown": shown, "asked": asked, "states": STATES})


@page("disruption.record")
def propose_part(request: Any, kind: str, ident: str) -> HttpResponse:
    """A part proposed for a place, line, vehicle or number, with the records that show it."""
    found, answer = _subject(request, kind, ident, "part-propose")
    if found is None:
        return answer  # type: ignore[return-value]
    user = request.user
    if kind not in WHAT:  # a person's part is confirmed by a flag
        return redirect("flag-propose", kind, ident) if user.as_role.allows("flag.propose") else redirect("disruption-subject", kind, ident)  # fmt: skip
    seen = opened(user, found.keys)
    errors: dict[str, str] = {}
    if request.method == "POST":
        why = _text(request, "why", errors, "Write why, in your own words")
        evidence = [k for k in request.POST.getlist("evidence") if k in found.keys]
        if not evidence:
            errors["evidence"] = "Choose the records that you rely on, and open them first"
        if not errors:
            try:
                with transaction.atomic():
                    made = acts.propose_part(
                        user, found, request.POST.get("what", ""), why, evidence, _once(request)
                    )
                    note(request, "alteration", "part", str(made.pk), {"act": "proposed"})
                messages.success(request, "Proposed. Another person decides; nothing is confirmed yet.")
                return redirect("part", made.pk)
            except acts.NotAllowed as reason:
                errors[reason.field] = str(reason)
    else:
        read(request, kind, ident)
    chosen = set(request.POST.getlist("evidence")) if request.method == "POST" else set(seen)
    context = {
        "subject": found, "evidence": [(r, r.key in seen, r.key in chosen) for r in found.records], "errors": errors, "typed": request.POST,
        "what": [(k, WHAT_WORDS[k]) for k in WHAT[kind]], "once": _once(request), "part": part_of(user, kind, ident),
    }  # fmt: skip
    return render(request, "disruption/propose.html", context, status=400 if errors else 200)


def _part(request: Any, number: int) -> Part | None:
    rows = Part.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by").filter(pk=number).first()


@page("see.disruption")
def part(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """What a thing is proposed or confirmed to be, by whom, why, and the decision where it waits for one."""
    found = _part(request, number)
    if found is None:
        return unseen(request, "part", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    if request.method == "GET":
        read(request, "part", str(number))
    done = list(PartAct.objects.visible_to(user, purpose).filter(part=found).select_related("by"))
    relied = found.parsed("evidence")
    records = held(user, relied)
    seen = opened(user, relied, found.at)
    context = {
        "part": found, "acts": [(a, len(a.parsed("opened")), len(a.parsed("evidence")), _shown_then(user, a)) for a in done], "count": len(done),
        "relied": [(r, r.key in seen) for r in records], "hidden": len(relied) - len(records), "why_not": acts.why_not(user, found),
        "about": subject(user, found.kind, found.ident), "kind_words": KINDS[found.kind],
        "may_end": acts.may_end(user, found), "answers": [(k, STATES[k]) for k in acts.ANSWERS],
        "errors": errors or {}, "typed": request.POST, "once": _once(request),
    }  # fmt: skip
    return render(request, "disruption/part.html", context, status=status)


@page("disruption.record", acts=True)
def decide_part(request: Any, number: int) -> HttpResponse:
    """A second person's decision on a part (acts ask who may), or a part taken back."""
    found = _part(request, number)
    if found is None:
        return unseen(request, "part", str(number))
    errors: dict[str, str] = {}
    kind = request.POST.get("outcome", "")
    name = "end_why" if kind == "ended" else "why"
    why = _text(request, name, errors, "Write why")
    if kind not in (*acts.ANSWERS, "ended"):
        errors["outcome"] = "Choose confirmed, not proven or need more"
    if errors:
        return part(request, number, errors, 400)
    about = subject(request.user, found.kind, found.ident)
    try:
        with transaction.atomic():
            acts.decide_part(request.user, number, kind, why, _once(request), _seen(request), about)
            note(request, "alteration", "part", str(number), {"act": kind})
    except acts.Meanwhile as first:
        by = first.act
        said = f"{by.by.name} was first, on {words.moment(by.at)}: {by.kind_words.lower()}. Your text is kept below"
        return part(request, number, {"outcome": said}, 409)
    except acts.NotAllowed as reason:
        return part(request, number, {"outcome": str(reason)}, 400)
    messages.success(request, f"{STATES[kind]}: it stands with your name.")
    return redirect("part", number)
