"""Pages of the flag: propose with the guided test, decide, the register and its export."""

from __future__ import annotations

import csv
import secrets
from datetime import datetime
from statistics import median
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.accounts.roles import ROLES
from redshank.web.flags import acts, proposing
from redshank.web.flags import definition as definitions
from redshank.web.flags.definition import IN_FORCE, Step
from redshank.web.flags.models import ABOUT, KINDS, PROPOSING, STATES, Act, Flag
from redshank.web.flags.proposing import LONGEST
from redshank.web.heads.models import Appearance, Person, Record, Signal
from redshank.web.heads.moved import ids_of, now_of
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.sheets import cell
from redshank.web.policy.gate import page
from redshank.web.policy.sight import sight_of
from redshank.web.register.models import Sent
from redshank.web.trail.write import listed, note, read

DECISIONS = ("confirmed", "not_proven", "need_more")
DECIDED = ("confirmed", "not_proven")


def _kind(user: Any, flag: Flag) -> str:
    """What a flag is about, in a word: a person who is no child is called none."""
    if flag.about != "person":
        return words.word(flag.about, "about")
    person = (
        Person.objects.visible_to(user, user.as_role.purpose)
        .filter(person_id=now_of(user, "person", flag.ident))
        .first()
    )
    return words.word("child" if person is None or proposing.is_child(user, person) else "person", "about")


def _steps(user: Any, evidence: list[dict[str, Any]], typed: Any) -> list[dict[str, Any]]:
    """The questions of the test, each with what the opened records state about it; the answer stays the person's.

    A first answer is offered only where an opened record affirms a signal that speaks to the step, or names somebody
    who was under 18 then; otherwise 'not established' is. What was typed before wins.
    """
    opened = {e["record"].key: e["record"] for e in evidence if e["opened"]}
    stated: dict[str, list[Signal]] = {}
    found = Signal.objects.visible_to(user, user.as_role.purpose).filter(
        record_key__in=opened, status="affirmed"
    )
    for s in found.order_by("record_key", "start"):
        stated.setdefault(s.indicator, []).append(s)
    group = Step(
        "group", IN_FORCE.group["question"], IN_FORCE.group["help"], tuple(IN_FORCE.group["indicators"])
    )
    out = []
    for step in (*IN_FORCE.steps, group):
        hits = [
            {"record_key": s.record_key, "says": words.word(s.indicator, "indicator"), "text": s.text}
            for i in step.indicators
            for s in stated.get(i, [])
        ]
        if step.key == "under_18":
            hits = _under_18(user, opened)
        offered = "yes" if hits else "not_established"
        out.append({"step": step, "hits": hits[:4], "answer": typed.get(f"step_{step.key}") or offered})
    return out


def _under_18(user: Any, opened: dict[str, Record]) -> list[dict[str, str]]:
    """Whom the opened records name with a birth date that makes them under 18 at the time of the record."""
    rows = Appearance.objects.visible_to(user, user.as_role.purpose).filter(
        record_key__in=opened, born__isnull=False
    )
    out: dict[str, dict[str, str]] = {}
    for a in rows.order_by("record_key", "row", "person_id"):
        at = opened[a.record_key].at
        age = words.age_at(a.born, at)
        if at is not None and int(age) < 18:
            says = f"{a.named or 'somebody whose name is not recorded'}, {age} at the time"
            out.setdefault(a.person_id, {"record_key": a.record_key, "says": says, "text": ""})
    return list(out.values())


@page("flag.propose")
def propose(request: Any, about: str, ident: str) -> HttpResponse:
    """The guided test against the definition in force."""
    user = request.user
    thing = proposing.thing_of(user, about, ident)
    if thing is None:
        return unseen(request, about if about in ABOUT else "thing", ident)
    evidence = proposing.evidence_behind(user, thing.keys)
    keys = [e["record"].key for e in evidence]
    errors: dict[str, str] = {}
    if request.method == "POST":
        given, errors = proposing.given_of(request.POST, keys, with_test=True)
        if not errors:
            try:
                made = proposing.propose(request, thing, given, evidence)
                messages.success(request, "Proposed. Another person decides; nothing is confirmed yet.")
                return redirect("flag", made.pk)
            except IntegrityError:
                first = acts.done_before(given.once)
                return redirect("flag", first.pk) if first else redirect("register")
            except acts.NotAllowed as reason:
                first = acts.done_before(given.once)
                if first is not None:
                    return redirect("flag", first.pk)
                errors["evidence"] = str(reason)
    else:
        read(request, about, ident)
    context = _guided(request, thing, evidence, request.POST, errors) | {
        "open_flags": Flag.objects.visible_to(user, user.as_role.purpose).filter(about=about, ident__in=ids_of(user, about, ident), state__in=acts.OPEN),
    }  # fmt: skip
    return render(request, "flags/propose.html", context, status=400 if errors else 200)


def _guided(
    request: Any, thing: proposing.Thing, evidence: list[dict[str, Any]], typed: Any, errors: dict[str, str]
) -> dict[str, Any]:
    """What the form of the guided test shows. ``typed``: what was sent, or what stood in it before."""
    chosen = (
        set(typed.getlist("evidence"))
        if request.method == "POST"
        else {e["record"].key for e in evidence if e["opened"]}
    )
    steps = _steps(request.user, evidence, typed)
    return {
        "thing": thing, "evidence": evidence, "chosen": chosen, "steps": steps[:-1], "definition": IN_FORCE,
        "typed": typed, "errors": errors, "once": typed.get("once") or secrets.token_hex(16),
        "began": typed.get("began") or int(timezone.now().timestamp()), "group": steps[-1],
        "axes": [a | {"answer": typed.get(f"axis_{a['key']}") or _axis_default(a, thing)} for a in IN_FORCE.axes],
    }  # fmt: skip


@page("flag.propose")
def more(request: Any, number: int) -> HttpResponse:
    """What a second person asked for: the test with the answers given so far, and further records."""
    user = request.user
    found = _flag(request, number)
    if found is None:
        return unseen(request, "flag", str(number))
    last = acts.proposal_of(found)
    if last is None or not acts.may_give_more(user, found):
        messages.info(request, "Nobody waits for more from you here: look at what was done meanwhile.")
        return redirect("flag", number)
    relied = acts.evidence_of(found)
    thing = proposing.thing_of(user, found.about, found.ident) or proposing.gone_from(found, relied)
    behind = proposing.evidence_behind(user, sorted({*thing.keys, *relied}))
    further = [e for e in behind if e["record"].key not in relied]
    errors: dict[str, str] = {}
    if request.method == "POST":
        keys = [e["record"].key for e in further]
        given, errors = proposing.given_of(request.POST, keys, with_test=True)
        errors.pop("evidence", None)  # words alone may be what was asked for
        if not errors:
            try:
                with transaction.atomic():
                    acts.give_more(
                        user, number, given, run=publication().current_run, shown=proposing.shown_to(thing),
                        closed=any(e["record"].handling == "C" for e in behind),
                    )  # fmt: skip
                    note(request, "alteration", found.about, found.ident, {"flag": number, "act": "more"})
                messages.success(request, "Given. A second person decides on it again.")
                return redirect("flag", number)
            except IntegrityError:  # the same form came twice at once
                return redirect("flag", number)
            except acts.NotAllowed as reason:
                errors["evidence"] = str(reason)
    else:
        read(request, found.about, found.ident)
    typed = request.POST if request.method == "POST" else _stood(last)
    context = _guided(request, thing, further, typed, errors) | {
        "flag": found,
        "wanted": found.acts.filter(kind="need_more").select_related("by").last(),
        "relied": len(relied),
    }
    return render(request, "flags/propose.html", context, status=400 if errors else 200)


def _stood(act: Act) -> dict[str, str]:
    """The answers of an act as the form names them; why is written anew."""
    named = {f"step_{k}": v for k, v in act.parsed("answers").items()}
    return named | {f"axis_{k}": v for k, v in act.parsed("axes").items()} | {"confidence": act.confidence}


def _axis_default(axis: dict[str, Any], thing: proposing.Thing) -> str:
    """'Not known' where the axis has it; else nothing is chosen for the person."""
    if axis["key"] == "group_basis":
        return "possible"
    return "unknown" if "unknown" in axis["options"] else ("recent" if axis["key"] == "recent" else "")


def _flag(request: Any, number: int) -> Flag | None:
    rows = Flag.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("proposed_by").filter(pk=number).first()


@page("see.register")
def flag(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """One flag: every act in its order, what was seen, and the decision where it waits for one."""
    found = _flag(request, number)
    if found is None:
        return unseen(request, "flag", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    if request.method == "GET":
        read(request, "flag", str(number))
    done = list(Act.objects.visible_to(user, purpose).filter(flag=found).select_related("by"))
    relied = acts.evidence_of(found)
    held = {r.key: r for r in Record.objects.visible_to(user, purpose).filter(key__in=relied)}
    proposal = next((a for a in reversed(done) if a.kind in PROPOSING), None)
    first = next((a for a in done if a.kind == "proposed"), None)
    seen = acts.opened(user, relied, first.at if first else None)
    wanted = next((a for a in reversed(done) if a.kind == "need_more"), None)
    why_not = (
        acts.may_decide(user, found)
        if user.as_role.allows("flag.decide")
        else "Your role does not decide on flags."
    )
    context = {
        "flag": found,
        "acts": [act_told(a) | {"shown": _shown_then(user, a)} for a in done],
        "relied": [{"record": held[k], "opened": k in seen} for k in relied if k in held],
        "hidden": len([k for k in relied if k not in held]),
        "reading": definitions.of(proposal.definition).reads(proposal.parsed("answers")) if proposal else "",
        "under": _earlier(found, proposal),
        "sent": list(Sent.objects.visible_to(user, purpose).filter(flag=found).order_by("-at", "-id")),
        "why_not": why_not,
        "mine": acts.may_withdraw(user, found),
        "wanted": wanted if found.state == "need_more" else None,
        "may_give": acts.may_give_more(user, found),
        "definition": IN_FORCE,
        "errors": errors or {},
        "typed": request.POST,
        "once": request.POST.get("once") or secrets.token_hex(16),
        "began": request.POST.get("began") or int(timezone.now().timestamp()),
        "outcomes": [(k, IN_FORCE.outcomes[k]) for k in DECISIONS],
    }
    return render(request, "flags/flag.html", context, status=status)


def _earlier(found: Flag, proposal: Act | None) -> dict[str, Any] | None:
    """Where an open flag was proposed under an earlier definition: which, and what changed since."""
    if proposal is None or found.state not in acts.OPEN or proposal.definition == IN_FORCE.version:
        return None
    versions = [e["version"] for e in definitions.EARLIER]
    since = versions.index(proposal.definition) if proposal.definition in versions else 0
    return {"was": proposal.definition, "changed": [e["changed"] for e in definitions.EARLIER[since:]]}


def _shown_then(user: Any, act: Act) -> dict[str, Any]:
    """What stood before the person when they acted (practice rule 6), for readers who could have been shown it too.

    A cleared person may have been shown more than an uncleared reader may know of; so may records that are hidden now.
    """
    shown = act.parsed("shown") or {}
    cleared = act.role in ROLES and ROLES[act.role].cleared
    hidden = sight_of(user).hidden.get("record", set())
    if (cleared and not user.as_role.cleared) or hidden & set(shown.get("records", ())):
        return {}
    as_of = shown.get("as_of")
    return shown | {"at": datetime.fromisoformat(as_of)} if as_of and shown.get("sentence") else {}


def act_told(act: Act) -> dict[str, Any]:
    """An act as its page tells it, in the words of the definition that it was made under (practice rule 6)."""
    under = definitions.of(act.definition)
    answers = act.parsed("answers") or {}
    now = dict(IN_FORCE.questions({}))
    return {
        "act": act,
        "answers": under.told(answers),
        "axes": under.kinds(act.parsed("axes") or {}),
        # How the definition in force words, or drops, what was answered.
        "reworded": [
            (q, now.get(k, "")) for k, q in under.questions(answers) if k in answers and now.get(k) != q
        ],
        "opened": len(act.parsed("opened")),
        "relied": len(act.parsed("evidence")),
        "confidence": under.confidence.get(act.confidence, act.confidence),
        "minutes": max(1, round(act.seconds / 60)),
    }


@page("flag.decide", acts=True)
def decide(request: Any, number: int) -> HttpResponse:
    """A second person's decision."""
    found = _flag(request, number)
    if found is None:
        return unseen(request, "flag", str(number))
    relied = acts.evidence_of(found)
    request.POST = request.POST.copy()
    request.POST.setlist("evidence", relied)
    given, errors = proposing.given_of(request.POST, relied, with_test=False)
    outcome = request.POST.get("outcome", "")
    if outcome not in DECISIONS:
        errors["outcome"] = "Choose confirmed, not proven or need more"
    if errors:
        return flag(request, number, errors, 400)
    if acts.done_before(given.once):  # the same form, sent twice
        return redirect("flag", number)
    thing = proposing.thing_of(request.user, found.about, found.ident)
    shown = proposing.shown_to(thing) if thing else {"label": found.label, "gone": True}
    seen = request.POST.get("acts", "0")
    try:
        with transaction.atomic():
            acts.decide(
                request.user, number, outcome, given, run=publication().current_run, shown=shown,
                seen_acts=int(seen) if seen.isdecimal() else 0,
            )  # fmt: skip
            note(request, "alteration", found.about, found.ident, {"flag": number, "act": outcome})
    except acts.Meanwhile as meanwhile:
        by = meanwhile.act
        errors["outcome"] = (
            f"{by.by.name} was first, on {words.moment(by.at)}: {KINDS[by.kind].lower()}. Your text is kept below"
        )
        return flag(request, number, errors, 409)
    except acts.NotAllowed as reason:
        return flag(request, number, {"outcome": str(reason)}, 400)
    messages.success(request, f"{STATES[outcome]}: your decision stands in the register.")
    return redirect("flag", number)


@page("flag.propose", acts=True)
def withdraw(request: Any, number: int) -> HttpResponse:
    found = _flag(request, number)
    if found is None:
        return unseen(request, "flag", str(number))
    once = request.POST.get("once", "")[:40] or secrets.token_hex(16)
    if acts.done_before(once):
        return redirect("flag", number)
    rationale = request.POST.get("withdraw_rationale", "").strip()[:LONGEST]
    if not rationale:
        return flag(request, number, {"withdraw_rationale": "Write why it is withdrawn"}, 400)
    try:
        with transaction.atomic():
            acts.withdraw(request.user, number, rationale, once, publication().current_run)
            note(request, "alteration", found.about, found.ident, {"flag": number, "act": "withdrawn"})
    except acts.NotAllowed as reason:
        return flag(request, number, {"withdraw_rationale": str(reason)}, 400)
    messages.success(request, "Withdrawn. It stays in the register.")
    return redirect("flag", number)


def filtered(request: Any) -> tuple[Any, dict[str, str]]:
    rows = Flag.objects.visible_to(request.user, request.user.as_role.purpose)
    asked = {n: request.GET.get(n, "").strip()[:100] for n in ("state", "about", "q", "mine")}
    if asked["state"] in STATES:
        rows = rows.filter(state=asked["state"])
    elif asked["state"] == "decided":
        rows = rows.filter(state__in=DECIDED)
    if asked["about"] in ABOUT:
        rows = rows.filter(about=asked["about"])
    if asked["q"]:
        rows = rows.filter(Q(label__icontains=asked["q"]) | Q(district__icontains=asked["q"]))
    if asked["mine"]:
        rows = rows.filter(proposed_by=request.user)
    chosen = {a["key"]: request.GET.get(a["key"], "") for a in IN_FORCE.axes}
    chosen = {
        k: v for k, v in chosen.items() if any(v in a["options"] for a in IN_FORCE.axes if a["key"] == k)
    }
    if chosen:
        kinds = _kinds(request.user, rows)
        rows = rows.filter(pk__in=[n for n, of in kinds.items() if chosen.items() <= of.items()])
    asked |= {a["key"]: chosen.get(a["key"], "") for a in IN_FORCE.axes}
    return rows.select_related("proposed_by").order_by("-proposed_at", "-id"), asked


def _kinds(user: Any, rows: Any) -> dict[int, dict[str, str]]:
    """Flag → the axes that its last proposal chose."""
    done = Act.objects.visible_to(user, user.as_role.purpose).filter(kind__in=PROPOSING, flag__in=rows)
    return {a.flag_id: a.parsed("axes") or {} for a in done.order_by("at", "id")}


def _counted(request: Any, rows: Any) -> list[dict[str, Any]]:
    """How many of the flags as filtered are of each kind, each count with the address that lists what it counts."""
    kinds = list(_kinds(request.user, rows).values())
    out = []
    for a in IN_FORCE.axes:
        options = []
        for key, words_of in a["options"].items():
            query = request.GET.copy()
            query.pop("page", None)
            query[a["key"]] = key
            n = sum(k.get(a["key"]) == key for k in kinds)
            if n:
                options.append({"key": key, "words": words_of, "n": n, "query": query.urlencode()})
        out.append({"axis": a, "options": options})
    return out


def _took(request: Any, rows: Any) -> list[dict[str, Any]]:
    """Minutes from opening the page to the decision, by outcome: the middle one. An act without a clock is left out."""
    done = Act.objects.visible_to(request.user, request.user.as_role.purpose)
    done = done.filter(flag__in=rows, kind__in=DECIDED, kind=F("flag__state"), seconds__gt=0)
    by: dict[str, list[int]] = {}
    for kind, seconds in done.values_list("kind", "seconds"):
        by.setdefault(kind, []).append(seconds)
    return [
        {"state": k, "words": STATES[k], "n": len(by[k]), "minutes": round(median(by[k]) / 60, 1), "quick": median(by[k]) < 60}
        for k in DECIDED
        if k in by
    ]  # fmt: skip


@page("see.register")
def register(request: Any) -> HttpResponse:
    """All flags in sight, with filters, counts, and how often a decision went against a proposal."""
    rows, asked = filtered(request)
    everything = Flag.objects.visible_to(request.user, request.user.as_role.purpose)
    counts = dict(everything.values_list("state").annotate(n=Count("id")))
    decided = counts.get("confirmed", 0) + counts.get("not_proven", 0)
    shown = paged(request, rows)
    listed(request, "flags", [str(f.pk) for f in shown.page], **asked)
    context = {
        "shown": shown, "asked": asked, "states": [(k, v, counts.get(k, 0)) for k, v in STATES.items()], "abouts": ABOUT,
        "decided": decided, "against": counts.get("not_proven", 0),
        # Near none against is a warning, not a success (practice rule 1). Local default: from ten decisions on.
        "too_smooth": decided >= 10 and counts.get("not_proven", 0) * 20 < decided,
        "may_export": request.user.as_role.allows("register.export"),
        "counted": _counted(request, rows), "took": _took(request, rows),
    }  # fmt: skip
    return render(request, "flags/register.html", context)


COLUMNS = (
    "Flag", "About", "Label", "District", "State of the flag", "Act", "By", "Role", "At", "Definition", "Confidence", "Rationale",
    "Records relied on", "Records opened", "References that came back",
)  # fmt: skip


@page("register.export")
def register_csv(request: Any) -> HttpResponse:
    """The register as a file that a record system's team can load or type in: one row an act."""
    rows, asked = filtered(request)
    note(
        request,
        "disclosure",
        "register",
        "",
        {"flags": rows.count(), **{k: v for k, v in asked.items() if v}},
    )
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="flags.csv"'
    writer = csv.writer(response)
    steps = [k for k, _ in IN_FORCE.questions({})]
    answers = [f"Answer: {k.replace('_', ' ')}" for k in steps]
    writer.writerow([*COLUMNS, *(a["question"] for a in IN_FORCE.axes), *answers])
    purpose = request.user.as_role.purpose
    done = (
        Act.objects.visible_to(request.user, purpose)
        .filter(flag__in=rows)
        .select_related("flag", "by")
        .order_by("flag_id", "at", "id")
    )
    came: dict[int, str] = {}
    for s in Sent.objects.visible_to(request.user, purpose).filter(flag__in=rows).order_by("at", "id"):
        came[s.flag_id] = "; ".join(filter(None, (came.get(s.flag_id), f"{s.system_words} {s.reference}")))
    for act in done:
        told = act_told(act)
        f = act.flag
        held = (
            Record.objects.visible_to(request.user, purpose)
            .filter(key__in=act.parsed("evidence"))
            .order_by("key")
        )
        cells = (
            f.pk, _kind(request.user, f), f.label, f.district, f.state_words, KINDS[act.kind],
            act.by.name, act.by.as_role.title, words.moment(act.at), act.definition, told["confidence"], act.rationale,
            "; ".join(words.record_words(r.key) for r in held), told["opened"], came.get(f.pk, ""),
        )  # fmt: skip
        under, chosen, said = (
            definitions.of(act.definition),
            act.parsed("axes") or {},
            act.parsed("answers") or {},
        )
        kinds = [dict(under.kinds({k: v})) for k, v in chosen.items()]
        by_axis = dict(zip(chosen, (next(iter(k.values())) for k in kinds), strict=True))
        further = [by_axis.get(a["key"], "") for a in IN_FORCE.axes]
        further += [under.told({k: said[k]})[0][1] if k in said else "" for k in steps]
        writer.writerow([cell(c) for c in (*cells, *further)])
    return response
