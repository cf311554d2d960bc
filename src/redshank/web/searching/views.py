"""Pages: the search, the reason asked for before a child's page opens, and the supervisor's sample of those reads."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from redshank.web.heads.models import Child, Record
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import SIZE, Shown, paged
from redshank.web.pages.words import record_url
from redshank.web.policy.gate import page
from redshank.web.searching import reasons
from redshank.web.searching.find import FINDERS, KINDS, LONGEST, MOST, Asked, Found
from redshank.web.searching.models import Checked
from redshank.web.searching.shown import told
from redshank.web.trail.write import listed, note

FIRST = 5  # matches of each kind on the first page


@page("search")
def search(request: Any) -> HttpResponse:
    """One question over everything in sight; matches by kind, each with why it matches."""
    text = request.GET.get("q", "").replace("\x00", " ").strip()
    kind = request.GET.get("kind", "")
    errors = {}
    if len(text) > LONGEST:
        errors["q"] = f"Search for at most {LONGEST} characters"
        text, kind = text[: LONGEST * 2], ""
    asked = Asked(text)
    context: dict[str, Any] = {
        "q": text,
        "kind": kind if kind in KINDS else "",
        "errors": errors,
        "most": MOST,
        "longest": LONGEST,
    }
    if text and not errors:
        if kind in KINDS:
            found = FINDERS[kind](request.user, asked)
            sections = [_section(request, asked, found, paged(request, found.hits))]
        else:
            every = [find(request.user, asked) for find in FINDERS.values()]
            sections = [_section(request, asked, f, _first(f)) for f in every if f.hits]
        idents = [f"{s['kind']}/{line['hit'].ident}" for s in sections for line in s["lines"]]
        _noted(request, text, kind, idents)
        context |= {"sections": sections, "asked": asked}
    return render(request, "searching/search.html", context, status=400 if errors else 200)


def _first(found: Found) -> Shown:
    paginator = Paginator(found.hits, FIRST)
    return Shown(paginator.page(1), len(found.hits), "")


def _section(request: Any, asked: Asked, found: Found, shown: Shown) -> dict[str, Any]:
    return {
        "kind": found.kind, "title": KINDS[found.kind], "shown": shown, "more": found.more,
        "lines": told(request.user, asked, found, shown.page.object_list), "first": shown.page.start_index() or 1,
    }  # fmt: skip


def _noted(request: Any, text: str, kind: str, idents: list[str]) -> None:
    """One entry for what was asked and shown. The words may name somebody, so they stand where ids do: committed, not chained in clear."""
    digest = hashlib.sha256("\n".join(idents).encode()).hexdigest()
    note(
        request,
        "consultation",
        "search",
        text[:240],
        {"shown": len(idents), "hash": digest, "of": kind or "all"},
    )


@page("", acts=True)
def give_reason(request: Any) -> HttpResponse:
    """Takes the reason and opens the page; what is not in sight answers as if it did not exist."""
    post = request.POST
    kind, ident = post.get("kind", ""), post.get("ident", "")[:240]
    if kind not in ("child", "person", "record"):
        return unseen(request, "page", ident)
    words, children, needed = reasons.subject(request.user, kind, ident)
    if not needed:
        return unseen(request, kind, ident)
    code, said = post.get("code", ""), post.get("words", "").strip()
    errors = {}
    if code not in reasons.CHOICES:
        errors["code"] = "Choose why you open it"
    if not said:
        errors["words"] = "Say in a few words what it is for"
    elif len(said) > reasons.LONGEST:
        errors["words"] = f"Write no more than {reasons.LONGEST} characters"
    if errors:
        return reasons.ask(request, kind, ident, words, errors)
    reasons.give(request, children[0], ident if kind == "record" else "", code, said)
    wanted = post.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith("/"):
        return redirect(wanted)
    return redirect(record_url(ident)) if kind == "record" else redirect(kind, ident)


@page("reads.supervise")
def reads(request: Any) -> HttpResponse:
    """One in fifty of the reads for which a reason was asked: those that wait for a look, then those looked at."""
    return _reads(request, {}, 200)


def _reads(request: Any, errors: dict[str, str], status: int, about: int = 0) -> HttpResponse:
    user, purpose = request.user, request.user.as_role.purpose
    rows = reasons.sampled(user, purpose)
    state = "checked" if request.GET.get("state") == "checked" else "waiting"
    rows = rows.filter(checks__isnull=state == "waiting").distinct()
    shown = paged(request, rows.select_related("entry__user").order_by("-entry__at", "-id"))
    page_rows = list(shown.page)
    names = {
        c.person_id: c.name
        for c in Child.objects.visible_to(user, purpose).filter(
            person_id__in=[a.person_id for a in page_rows]
        )
    }
    held = {
        r.key: r
        for r in Record.objects.visible_to(user, purpose).filter(key__in=[a.record_key for a in page_rows])
    }
    checks: dict[int, list[Checked]] = {}
    for c in Checked.objects.visible_to(user, purpose).filter(asked__in=page_rows).select_related("by"):
        checks.setdefault(c.asked_id, []).append(c)
    lines = [
        {
            "asked": a, "name": names.get(a.person_id, "a child"), "record": held.get(a.record_key), "said": reasons.CHOICES[a.code],
            "checks": checks.get(a.pk, []), "is_here": about == a.pk,
        }
        for a in page_rows
    ]  # fmt: skip
    listed(request, "sampled reads", [a.entry.ref for a in page_rows])
    context = {
        "shown": shown, "lines": lines, "state": state, "errors": errors, "typed": request.POST, "one_in": reasons.ONE_IN,
        "once": secrets.token_hex(12), "size": SIZE,
    }  # fmt: skip
    return render(request, "searching/reads.html", context, status=status)


@page("reads.supervise", acts=True)
def check(request: Any, number: int) -> HttpResponse:
    """Fine, or to be asked about, and why."""
    user, purpose = request.user, request.user.as_role.purpose
    rows = reasons.sampled(user, purpose)
    found = rows.filter(pk=number).first()
    if found is None:
        return unseen(request, "sampled read", str(number))
    verdict, why = request.POST.get("verdict", ""), request.POST.get("why", "").strip()
    errors = {}
    if verdict not in ("fine", "to_ask"):
        errors[f"verdict-{number}"] = "Choose fine, or to be asked about"
    if not why:
        errors[f"why-{number}"] = "Write why"
    elif len(why) > 500:
        errors[f"why-{number}"] = "Write no more than 500 characters"
    if errors:
        return _reads(request, errors, 400, number)
    once = request.POST.get("once", "")[:40] or secrets.token_hex(16)
    try:
        with transaction.atomic():
            Checked.objects.create(asked=found, by=user, verdict=verdict, why=why, once=once)
            note(request, "alteration", "sampled read", found.entry.ref, {"verdict": verdict})
    except IntegrityError:
        messages.info(request, "This was kept already.")
        return redirect("reads")
    messages.success(request, "Kept, with your name and why.")
    return redirect("reads")
