"""Pages of documents that are kept as editions: the list, one edition, writing in it, its acts, what differs, files."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse

from redshank.products import kept, papers
from redshank.products.document import LED, Document
from redshank.publish.language import language_hints
from redshank.web.pages import paper as files
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.products import acts, keepable, paper_acts
from redshank.web.products.models import STATES, Paper, PaperStep
from redshank.web.trail.write import listed, note, read

LONGEST = 8_000


def _once(request: Any) -> str:
    return request.POST.get("once", "")[:40] or secrets.token_hex(12)


def _version(request: Any) -> int:
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 9 else -1


def _seen(request: Any, model: Any) -> Any:
    return model.objects.visible_to(request.user, request.user.as_role.purpose)


def _found(request: Any, number: int) -> Paper | None:
    """The edition; one that is not signed is there for who may write or sign it alone."""
    rows = _seen(request, Paper).select_related("by", "reviewer", "signed_by", "before")
    row: Paper | None = rows.filter(pk=number).first()
    if row is None or row.state == "signed" or row.code in _at_work(request.user.as_role):
        return row
    return None


def _at_work(role: Any) -> set[str]:
    return {*keepable.written_by(role), *keepable.signed_by(role)}


@page("see.products")
def editions(request: Any) -> HttpResponse:
    """Documents that are kept, the newest first, and what can be kept."""
    role = request.user.as_role
    code = request.GET.get("code", "")[:40]
    rows = _seen(request, Paper).select_related("by", "signed_by").exclude(state="dropped")
    if code:
        rows = rows.filter(code=code)
    signed_only = set(keepable.read_by(role)) - _at_work(role)
    rows = rows.exclude(code__in=signed_only, state__in=[s for s in STATES if s != "signed"])
    shown = paged(request, rows.order_by("-at", "-pk"))
    listed(request, "documents kept", [str(p.pk) for p in shown.page], code=code)
    context = {
        "shown": shown, "code": code, "lines": [(p, paper_acts.title_of(p)) for p in shown.page],
        "codes": {k: keepable.KEEPABLE[k].title for k in keepable.read_by(role)},
        "drafted": [(k, keepable.KEEPABLE[k].title, _way(role, k)) for k in keepable.written_by(role)], "once": _once(request),
    }  # fmt: skip
    return render(request, "products/papers.html", context)


def _way(role: Any, code: str) -> str:
    """Where the document is made anew each time; nothing where that page is not for this role."""
    route, *arguments = keepable.KEEPABLE[code].at
    path = reverse(route, args=arguments)
    return path if role.allows(resolve(path).func.policy.permission) else ""


@page("see.products", acts=True)
def draft(request: Any, code: str) -> HttpResponse:
    """Keeps the document as it is now, as a draft to write in."""
    if code not in keepable.written_by(request.user.as_role):
        return unseen(request, "document", code)
    try:
        made = paper_acts.draft(
            request.user, code, _once(request), lambda new: note(request, "combination", "document kept", str(new.pk), {"code": code})
        )  # fmt: skip
    except acts.NotAllowed as reason:
        messages.error(request, str(reason))
        return redirect("papers")
    messages.success(request, "Kept as a draft. Write in it, then send it to review.")
    return redirect("paper", made.pk)


def _sections(row: Paper, told: Document) -> list[dict[str, Any]]:
    """Sections with their parts for the page; ``place`` is where somebody may write: a section, or a line that was left for them."""
    places = kept.places(row.kept.document)
    lines = {p.asks: p.key for p in places if p.asks}
    sections = {p.key for p in places if not p.asks}
    return [
        {
            "title": s.title, "key": s.key, "place": s.key if s.key in sections else "",
            "parts": [
                {"part": x, "kind": type(x).__name__.lower(), "lead": LED.get(getattr(x, "kind", ""), ""), "place": lines.get(getattr(x, "text", ""), "")}
                for x in s.parts
            ],
        }
        for s in told.sections
    ]  # fmt: skip


@page("see.products")
def paper(
    request: Any,
    number: int,
    errors: dict[str, str] | None = None,
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    """One edition: what it says, what people wrote in it, what happens with it next."""
    row = _found(request, number)
    if row is None:
        return unseen(request, "document", str(number))
    if request.method == "GET":
        read(request, "document kept", str(number))
    user, told = request.user, paper_acts.document(row)
    mine = user.pk in acts.writers(row)
    write, sign = (row.code in some for some in (keepable.written_by(user.as_role), keepable.signed_by(user.as_role)))  # fmt: skip
    written = acts.written(row)
    context = {
        "paper": row, "told": told, "sections": _sections(row, told), "forms": papers.FORMS, "errors": errors or {}, "typed": typed or {}, "once": _once(request),
        "title": paper_acts.title_of(row), "steps": list(_seen(request, PaperStep).filter(paper=row).select_related("by")), "at": _way(user.as_role, row.code) if write or sign else "",
        "may_write": write and row.state == "draft", "may_review": write and row.state == "review" and not mine,
        "may_sign": sign and row.state == "sign" and not mine and row.reviewer_id != user.pk, "may_correct": write and row.state == "signed",
        "may_drop": write and row.state not in ("signed", "dropped"), "whole": acts.is_whole(row),
        "left": len(kept.unwritten(row.kept.document, written)), "written": {w.heading for w in written},
        "lines": [(p, p.key) for p in kept.places(row.kept.document) if p.asks and p.key in {w.heading for w in written}],
    }  # fmt: skip
    return render(request, "products/paper.html", context, status=status)


@page("see.products")
def write(request: Any, number: int, place: str) -> HttpResponse:
    """A person's words in one place. What stood there in the edition before is offered; advice on words blocks nothing."""
    row = _found(request, number)
    if row is None or row.code not in keepable.written_by(request.user.as_role):
        return unseen(request, "document", str(number))
    under = next((p for p in kept.places(row.kept.document) if p.key == place), None)
    if under is None:
        return nothing_here(request)
    stood = next((w for w in acts.written(row) if w.heading == place), None)
    earlier = next((w for w in acts.written(row.before) if w.heading == place), None) if row.before else None
    text, errors, hints = stood.text if stood else "", {}, []
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n").strip()
        hints = language_hints(text)
        if len(text) > LONGEST:
            errors["text"] = f"Write no more than {LONGEST:,} characters"
        elif not hints or request.POST.get("advised") == "|".join(h["phrase"] for h in hints):
            try:
                with transaction.atomic():
                    paper_acts.write(request.user, number, _version(request), _once(request), place, text)
                    note(
                        request, "alteration", "document kept", str(number), {"act": "wrote", "place": place}
                    )
                messages.success(request, "Kept, with your name and the time.")
                return redirect("paper", number)
            except acts.NotAllowed as reason:
                errors["text"] = str(reason)
            except acts.Meanwhile:
                errors["text"] = "Somebody changed this document meanwhile. Your text is kept below; send it again once you have looked."  # fmt: skip
    context = {
        "paper": row, "title": paper_acts.title_of(row), "place": under, "text": text, "errors": errors, "hints": hints, "once": _once(request),
        "advised": "|".join(h["phrase"] for h in hints), "version": row.version, "earlier": earlier if earlier and not stood else None,
    }  # fmt: skip
    return render(request, "products/paper_write.html", context, status=400 if errors else 200)


@page("see.products", acts=True)
def act(request: Any, number: int, kind: str) -> HttpResponse:
    """Sends to review, reviews, signs, sends back, corrects, sets aside, or makes the document again."""
    row = _found(request, number)
    user, why = request.user, request.POST.get("why", "").strip()
    may = keepable.signed_by if kind in ("sign", "back") else keepable.written_by
    if row is None or row.code not in may(user.as_role):
        return unseen(request, "document", str(number))
    if kind in ("return", "back", "correct", "drop") and not why:
        return paper(request, number, {kind: "Write why, in your own words"}, 400, {kind: why})
    if len(why) > 2_000:
        return paper(request, number, {kind: "Write no more than 2,000 characters"}, 400, {kind: why})
    version, once = _version(request), _once(request)
    try:
        with transaction.atomic():
            if kind == "submit":
                paper_acts.submit(user, number, version, once)
            elif kind == "compute":
                paper_acts.compute_again(user, number, version, once)
            elif kind in ("review", "return"):
                acts.review(user, number, version, once, kind == "review", why, of=Paper)
            elif kind == "sign":
                acts.sign(user, number, version, once, of=Paper)
            elif kind == "back":
                acts.send_back(user, number, version, once, why, of=Paper)
            elif kind == "correct":
                acts.correct(user, number, version, once, why, of=Paper)
            elif kind == "drop":
                acts.drop(user, number, version, once, why, of=Paper)
            else:
                return nothing_here(request)
            note(request, "alteration", "document kept", str(number), {"act": kind})
    except acts.NotAllowed as reason:
        return paper(request, number, {kind: str(reason)}, 403, {kind: why})
    except acts.Meanwhile:
        return paper(request, number, {kind: "Somebody changed this document meanwhile. Look again, then decide"}, 409, {kind: why})  # fmt: skip
    return redirect("paper", number)


@page("see.products")
def differences(request: Any, number: int) -> HttpResponse:
    """What differs between this edition and the one before: texts, cells, and what people wrote."""
    row = _found(request, number)
    if row is None:
        return unseen(request, "document", str(number))
    before = _found(request, row.before_id) if row.before_id else None
    rows = kept.differences(*(paper_acts.whole(p) for p in (before, row))) if before else []
    read(request, "document kept", f"{number} differences")
    context = {"paper": row, "title": paper_acts.title_of(row), "before": before, "shown": paged(request, rows)}  # fmt: skip
    return render(request, "products/paper_differences.html", context)


@page("see.products")
def file(request: Any, number: int, form: str) -> HttpResponse:
    """An edition as a file; a disclosure in the audit."""
    row = _found(request, number)
    if row is None or form not in papers.FORMS:
        return unseen(request, "document", str(number))
    data = files.write(paper_acts.document(row), form)
    note(request, "disclosure", "document kept", str(number), {"form": form, "sha256": hashlib.sha256(data).hexdigest()})  # fmt: skip
    answer = HttpResponse(data, content_type=papers.TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{row.code}-{row.number}.{form}"'
    return answer
