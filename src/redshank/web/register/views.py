"""Pages of the register's review. Each asks the policy first; what leaves is kept as a disclosure."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.charts.files import sheet
from redshank.web.flags.acts import evidence_of, proposal_of
from redshank.web.flags.definition import EARLIER, IN_FORCE, of
from redshank.web.flags.models import PROPOSING, Act, Flag
from redshank.web.heads.models import Record
from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.register import audit, review, texts
from redshank.web.register.models import SYSTEMS, Drawn, Look, Sample, Sent
from redshank.web.trail.write import listed, note, read

#: Forms of the audit as a document (redshank.web.audits.reports).
FILES = {"docx": "Word", "pdf": "PDF", "html": "HTML", "csv": "CSV", "xlsx": "workbook"}
LONGEST = 4_000
OUTCOMES = ("confirmed", "not_proven", "need_more")


# ---- differences, again, closed crimes ---------------------------------------------------------


@page("see.register")
def differences(request: Any) -> HttpResponse:
    """Where the register and the record system's own flags do not say the same."""
    found = review.differences(request.user)
    shown = paged(request, found)
    listed(request, "differences of flags", [d.record.key for d in shown.page])
    context = {"shown": shown, "codes": review.SETTINGS["own_flags"]["codes"], "may_export": request.user.as_role.allows("register.export")}  # fmt: skip
    return render(request, "register/differences.html", context)


COLUMNS = (
    "Crime", "Asked", "Flags of the record system", "Flags here (number and state)", "Decided by", "Role", "Decided on", "Definition",
    "District", "Status of the crime",
)  # fmt: skip


@page("register.export")
def differences_csv(request: Any) -> HttpResponse:
    """The differences as a file that a record system's team loads or types in: one row a crime."""
    found = review.differences(request.user)
    purpose = request.user.as_role.purpose
    acts = Act.objects.visible_to(request.user, purpose).filter(kind__in=review.DECIDED).select_related("by")
    last = {a.flag_id: a for a in acts.order_by("at", "id")}
    rows = []
    for d in found:
        decided = next((last[f.pk] for f in d.flags if f.pk in last), None)
        by = (
            (decided.by.name, decided.by.as_role.title, words.moment(decided.at), decided.definition)
            if decided
            else ("",) * 4
        )
        here = "; ".join(f"{f.pk} {f.state_words.lower()}" for f in d.flags)
        own = ", ".join(words.piped(d.crime.flags))
        rows.append((d.record.ref, d.asked, own, here, *by, d.record.district, d.crime.status))
    note(request, "disclosure", "differences of flags", "", {"rows": len(rows)})
    response = HttpResponse(sheet(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="flags-to-set.csv"'
    return response


@page("see.register")
def again(request: Any) -> HttpResponse:
    """What was decided under an earlier definition and waits to be looked at under the one in force."""
    found = review.again(request.user)
    shown = paged(request, found)
    listed(request, "flags to look at again", [str(a["flag"].pk) for a in shown.page])
    context = {"shown": shown, "definition": IN_FORCE, "earlier": EARLIER, "open": review.open_under_earlier(request.user), "may_propose": request.user.as_role.allows("flag.propose")}  # fmt: skip
    return render(request, "register/again.html", context)


@page("see.register")
def closed(request: Any) -> HttpResponse:
    """Closed crimes of the period that now meet the criteria and on which nobody decided."""
    user = request.user
    shown = paged(request, review.closed_crimes(user))
    why = review.why(user, list(shown.page))
    listed(request, "closed crimes", [r.key for r in shown.page])
    context = {
        "shown": shown, "lines": [(r, why[r.key]) for r in shown.page], "rule": review.SETTINGS["closed"],
        "indicators": [words.word(i, "indicator") for i in review.SETTINGS["closed"]["indicators"]],
        "may_propose": user.as_role.allows("flag.propose"),
    }  # fmt: skip
    return render(request, "register/closed.html", context)


# ---- the audit of a sample ---------------------------------------------------------------------


def _seen(request: Any, model: Any) -> Any:
    return model.objects.visible_to(request.user, request.user.as_role.purpose)


@page("register.audit")
def samples(request: Any) -> HttpResponse:
    """All samples, and drawing a new one."""
    errors: dict[str, str] = {}
    post = request.POST
    if request.method == "POST":
        size, seed = post.get("size", "").strip(), post.get("seed", "").strip() or secrets.token_hex(4)
        most = review.SETTINGS["audit"]["most"]
        if not size.isdecimal() or not 1 <= int(size) <= most:
            errors["size"] = f"Write how many flags to draw: a whole number from 1 to {most}"
        if len(seed) > 40:
            errors["seed"] = "Write no more than 40 characters"
        if not errors:
            return _drawn(request, seed, int(size), post.get("once", "")[:40] or secrets.token_hex(16))
    rows = [
        {"sample": s, "drawn": len(d), "looked": sum(hasattr(x, "look") for x in d)}
        for s in _seen(request, Sample).select_related("by").order_by("-at", "-id")
        for d in [list(_seen(request, Drawn).filter(sample=s).select_related("look"))]
    ]
    listed(request, "samples of flags", [str(r["sample"].pk) for r in rows])
    context = {
        "rows": rows, "errors": errors, "typed": post, "once": post.get("once") or secrets.token_hex(16),
        "size": review.SETTINGS["audit"]["size"], "forms": FILES,
    }  # fmt: skip
    return render(request, "register/samples.html", context, status=400 if errors else 200)


def _drawn(request: Any, seed: str, size: int, once: str) -> HttpResponse:
    try:
        with transaction.atomic():
            made = audit.make(request.user, seed, size, once)
            note(request, "collection", "sample of flags", str(made.pk), {"seed": seed, "size": size})
    except IntegrityError:
        first = _seen(request, Sample).filter(once=once).first()
        return redirect("register-sample", first.pk) if first else redirect("register-samples")
    except audit.NotAllowed as reason:
        messages.info(request, str(reason))
        return redirect("register-samples")
    return redirect("register-sample", made.pk)


@page("register.audit")
def sample(request: Any, number: int) -> HttpResponse:
    """One sample: what waits for a look by me, and how far the looks agree. No outcome stands beside a flag that waits."""
    found = _seen(request, Sample).select_related("by").filter(pk=number).first()
    if found is None:
        return unseen(request, "sample of flags", str(number))
    rows = list(
        _seen(request, Drawn)
        .filter(sample=found)
        .select_related("flag", "look", "look__by")
        .order_by("flag_id")
    )
    read(request, "sample of flags", str(number))
    looked = [d for d in rows if hasattr(d, "look")]
    blind = [d for d in looked if d.look.was_blind]
    context = {
        "sample": found,
        "population": len(found.parsed_of),
        "waiting": [
            {"drawn": d, "mine": not audit.had_part(request.user, d.flag)}
            for d in rows
            if not hasattr(d, "look")
        ],
        "looked": looked,
        "agreement": audit.agreement([(d.first, d.look.outcome) for d in blind]),
        "not_blind": len(looked) - len(blind),
    }
    return render(request, "register/sample.html", context)


@page("register.audit")
def look(request: Any, number: int, flag_number: int) -> HttpResponse:
    """A second look at one flag: what was proposed and on which records, without what was decided."""
    user = request.user
    drawn = (
        _seen(request, Drawn)
        .select_related("flag", "sample")
        .filter(sample_id=number, flag_id=flag_number)
        .first()
    )
    if drawn is None:
        return unseen(request, "flag", str(flag_number))
    errors: dict[str, str] = {}
    post = request.POST
    if (
        Look.objects.visible_to(user, user.as_role.purpose).filter(drawn=drawn).exists()
        and request.method == "GET"
    ):
        return redirect("register-sample", number)
    if request.method == "POST":
        outcome, rationale = post.get("outcome", ""), post.get("rationale", "").strip()
        if outcome not in OUTCOMES:
            errors["outcome"] = "Choose confirmed, not proven or need more"
        if not rationale:
            errors["rationale"] = "Write why, in your own words"
        elif len(rationale) > LONGEST:
            errors["rationale"] = f"Write no more than {LONGEST:,} characters"
        if not errors:
            answer = _keep_look(request, drawn, outcome, rationale, errors)
            if answer is not None:
                return answer
    elif audit.had_part(user, drawn.flag):
        messages.info(request, "You proposed or decided on this flag: another person looks at it.")
        return redirect("register-sample", number)
    else:
        note(request, "consultation", "flag to look at blind", str(flag_number), {"sample": number})
    proposal = proposal_of(drawn.flag)
    keys = evidence_of(drawn.flag)
    context = {
        "drawn": drawn, "proposal": proposal, "whys": list(drawn.flag.acts.filter(kind__in=PROPOSING).values_list("rationale", flat=True)), "errors": errors, "typed": post, "outcomes": [(k, IN_FORCE.outcomes[k]) for k in OUTCOMES],
        "records": list(_seen(request, Record).filter(key__in=keys).order_by("at", "key")), "definition": IN_FORCE,
        "answers": _answers(proposal), "once": post.get("once") or secrets.token_hex(16),
        "began": post.get("began") or int(timezone.now().timestamp()), "knows": audit.opened_before(user, drawn.flag),
    }  # fmt: skip
    return render(request, "register/look.html", context, status=400 if errors else 200)


def _answers(proposal: Act | None) -> list[tuple[str, str]]:
    return of(proposal.definition).told(proposal.parsed("answers") or {}) if proposal else []


def _keep_look(
    request: Any, drawn: Drawn, outcome: str, rationale: str, errors: dict[str, str]
) -> HttpResponse | None:
    began = request.POST.get("began", "")
    seconds = (
        max(0, int(timezone.now().timestamp()) - int(began)) if began.isdecimal() and len(began) < 12 else 0
    )
    once = request.POST.get("once", "")[:40] or secrets.token_hex(16)
    try:
        with transaction.atomic():
            audit.look(request.user, drawn, outcome, rationale, once, min(seconds, 86_400))
            note(
                request,
                "alteration",
                "flag to look at blind",
                str(drawn.flag_id),
                {"sample": drawn.sample_id},
            )
    except audit.NotAllowed as reason:
        errors["outcome"] = str(reason)
        return None
    except IntegrityError:
        messages.info(request, "Somebody looked at it first: one second look stands.")
        return redirect("register-sample", drawn.sample_id)
    messages.success(request, "Kept. The first decision shows beside yours below.")
    return redirect("register-sample", drawn.sample_id)


# ---- texts for other systems -------------------------------------------------------------------


@page("flag.texts")
def sent(request: Any, number: int) -> HttpResponse:
    """The drafts of one flag, and what went where with the reference that came back."""
    found = _seen(request, Flag).select_related("proposed_by").filter(pk=number).first()
    if found is None:
        return unseen(request, "flag", str(number))
    errors: dict[str, str] = {}
    post = request.POST
    drafts = texts.drafted(request.user, found)
    if request.method == "POST":
        errors, answer = _keep_sent(request, found, drafts)
        if answer is not None:
            return answer
    else:
        note(request, "consultation", "texts of a flag", str(number))
    for d in drafts:
        if post.get("system") == d["system"] and post.get("text"):
            d["text"] = post["text"]
        d["once"] = secrets.token_hex(16)
    context = {
        "flag": found, "drafts": drafts, "errors": errors, "typed": post,
        "sent": list(_seen(request, Sent).filter(flag=found).select_related("by").order_by("-at", "-id")),
    }  # fmt: skip
    return render(request, "register/sent.html", context, status=400 if errors else 200)


def _keep_sent(
    request: Any, found: Flag, drafts: list[dict[str, str]]
) -> tuple[dict[str, str], HttpResponse | None]:
    post = request.POST
    system, reference, text = (
        post.get("system", ""),
        post.get("reference", "").strip(),
        post.get("text", "").strip(),
    )
    errors: dict[str, str] = {}
    if system not in SYSTEMS:
        errors["system"] = "Send one of the three texts"
    elif not reference or len(reference) > 80:
        errors[f"reference-{system}"] = (
            "Write the reference that the other system gave, at most 80 characters"
        )
    if system in SYSTEMS and (not text or len(text) > 5 * LONGEST):
        errors[f"text-{system}"] = f"Leave the text as it was sent, at most {5 * LONGEST:,} characters"
    if errors:
        return errors, None
    try:
        with transaction.atomic():
            closed = texts.closed(request.user, found, evidence_of(found))
            Sent(flag=found, system=system, reference=reference, text=text, closed=closed, by=request.user, once=post.get("once", "")[:40] or secrets.token_hex(16)).save(force_insert=True)  # fmt: skip
            note(
                request,
                "disclosure",
                "texts of a flag",
                str(found.pk),
                {"system": system, "reference": reference},
            )
    except IntegrityError:
        return {}, redirect("flag-texts", found.pk)
    messages.success(request, f"Kept: {SYSTEMS[system]}, {reference}.")
    return {}, redirect("flag-texts", found.pk)
