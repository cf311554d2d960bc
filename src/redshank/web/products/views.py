"""Pages of products: the list, drafting, one edition, what stands behind a number, what differs, files."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.products import papers, specs
from redshank.products.build import EDITIONS, Terms
from redshank.products.build import draft as offered
from redshank.products.disclosure import all_exact
from redshank.products.frozen import differences as differing
from redshank.products.papers import drawing
from redshank.publish.language import language_hints
from redshank.web.meetings.models import Commission
from redshank.web.meetings.raising import districts
from redshank.web.pages import paper as files
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.products import acts, behind, first, showing, subjects
from redshank.web.products.models import FOR_PARTNERS, STATES, Product, Receipt, Step
from redshank.web.trail.write import listed, note, read

LONGEST = 8_000
ACTS = {"submit": acts.submit, "sign": acts.sign, "compute": acts.compute_again}


def _once(request: Any) -> str:
    return request.POST.get("once", "")[:40] or secrets.token_hex(12)


def _seen(request: Any, model: Any) -> Any:
    return model.objects.visible_to(request.user, request.user.as_role.purpose)


def _found(request: Any, number: int) -> tuple[Product | None, list[str]]:
    """The product and the editions that this reader may open; one of which they may open none is not there for them."""
    product = (
        _seen(request, Product)
        .select_related("by", "reviewer", "signed_by", "before", "commission")
        .filter(pk=number)
        .first()
    )
    if product is None:
        return None, []
    ways = showing.editions(request.user, product)
    return (product, ways) if ways else (None, [])


def titles() -> dict[str, str]:
    """Products by code; one whose specification cannot be read is told by its code."""
    out = {}
    for code in specs.names():
        try:
            out[code] = specs.read(code, settings.HOME).title
        except specs.SpecError:
            out[code] = f"{code.replace('-', ' ')} (its specification cannot be used)"
    return out


@page("see.products")
def products(request: Any) -> HttpResponse:
    """All editions in sight, the newest first."""
    rows = _seen(request, Product).select_related("by", "signed_by")
    asked = {n: request.GET.get(n, "")[:40] for n in ("code", "state")}
    if asked["code"]:
        rows = rows.filter(code=asked["code"])
    if asked["state"] in STATES:
        rows = rows.filter(state=asked["state"])
    elif not asked["state"]:
        rows = rows.exclude(state="dropped")
    inside = [p for p in rows.order_by("-at", "-pk") if showing.editions(request.user, p)]
    shown = paged(request, inside)
    listed(request, "products", [str(p.pk) for p in shown.page], **asked)
    context = {
        "shown": shown, "asked": asked, "codes": titles(), "states": STATES, "lines": [(p, first.title_of(p)) for p in shown.page],
        "late": first.past_term(request.user, request.user.as_role.purpose).lines if request.user.as_role.allows("product.write") else [],
        "may": request.user.as_role.allows("product.write"),
    }  # fmt: skip
    return render(request, "products/products.html", context)


def _day(text: str, name: str, errors: dict[str, str]) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        errors[name] = "Write the day as year, month and day, for example 2026-03-14"
        return timezone.localdate()


@page("product.write")
def draft(request: Any) -> HttpResponse:
    """Which product, over which period, of which area or about what."""
    user, given = request.user, request.POST if request.method == "POST" else request.GET
    code = given.get("code", "problem-profile")[:40]
    if code not in specs.names():
        return nothing_here(request)
    errors: dict[str, str] = {}
    try:
        spec = specs.read(code, settings.HOME)
    except specs.SpecError as error:
        errors["code"], spec = str(error), specs.read(code)
    about, ident = given.get("about", "")[:10], given.get("ident", "")[:200]
    of = subjects.about(user, about, ident) if ident else None
    if ident and of is None:
        return unseen(request, about, ident)
    end = min(timezone.localdate(), timezone.localdate(publication().as_of or timezone.now())) - timedelta(
        days=1
    )
    start = end - timedelta(days=spec.usual_days - 1)
    typed = {
        "start": given.get("start") or start.isoformat(),
        "end": given.get("end") or end.isoformat(),
        "district": given.get("district", "" if spec.scope == "subject" else user.district)[:80],
        "problem": given.get("problem", "")[:150],
    }
    indicators = given.getlist("indicator")
    if request.method == "POST" and spec.scope == "subject" and of is None:
        try:
            of = subjects.problem(indicators, typed["problem"])
        except ValueError as wrong:
            errors["problem" if not typed["problem"].strip() else "indicator"] = str(wrong)
    if request.method == "POST" and not errors:
        begin, last = _day(typed["start"], "start", errors), _day(typed["end"], "end", errors)
        number = given.get("commission", "")
        commission = (
            _seen(request, Commission).filter(pk=int(number)).first()
            if number.isdecimal() and len(number) < 10
            else None
        )
        asked = acts.Asked(
            code, begin, last, _once(request), typed["district"] if spec.scope == "district" or (of and of.kind == "problem") else "", of.kind if of else "", of.ident if of else "", of.title if of else "",
            bool(given.get("closed")), commission.pk if commission else None,
            acts.terms_from(commission),
        )  # fmt: skip
        if not errors:
            try:
                told = {"code": code, "start": typed["start"], "end": typed["end"]}
                made = acts.draft(
                    user, asked, lambda new: note(request, "combination", "product", str(new.pk), told)
                )
                messages.success(
                    request,
                    "Drafted. Every number leads to the records behind it; the words are yours to write.",
                )
                return redirect("product", made.pk)
            except acts.NotAllowed as reason:
                errors[reason.field] = str(reason)
    context = {
        "spec": spec, "codes": titles(), "typed": typed, "errors": errors, "once": _once(request), "districts": districts(user), "of": of if ident else None, "about": about,
        "ident": ident, "indicators": sorted(words.WORDS["indicator"].items(), key=lambda i: i[1]), "chosen": indicators, "cleared": user.as_role.cleared, "closed": bool(given.get("closed")), "commission": given.get("commission", "")[:10],
    }  # fmt: skip
    return render(request, "products/draft.html", context, status=400 if errors else 200)


@page("see.products")
def product(
    request: Any,
    number: int,
    errors: dict[str, str] | None = None,
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    """One edition: what it says, who wrote what, and what happens with it next."""
    found, ways = _found(request, number)
    if found is None:
        return unseen(request, "product", str(number))
    user = request.user
    edition = request.GET.get("edition", "")
    edition = edition if edition in ways else ways[0]
    if request.method == "GET":
        read(request, "product", f"{number} {edition}")
    told = showing.document(user, found, edition)
    own = edition == "internal"
    spec = acts.spec_by(found)
    asks = {h.key: h.asks for h in spec.headings if h.asks}
    mine = user.pk in acts.writers(found)
    write, sign = user.as_role.allows("product.write") and own, user.as_role.allows("product.sign") and own
    context = {
        "product": found, "told": told, "sections": showing.sections(user, found, edition), "edition": edition,
        "ways": [(w, EDITIONS[w]) for w in ways], "forms": papers.FORMS, "asks": asks, "own": own, "errors": errors or {}, "typed": typed or {}, "once": _once(request),
        "steps": list(_seen(request, Step).filter(product=found).select_related("by")) if own else [],
        "receipts": list(_seen(request, Receipt).filter(product=found).select_related("by")) if own else [],
        "mine": _seen(request, Receipt).filter(product=found, by=user).first(), "may_receive": found.state == "signed",
        "may_write": write and found.state == "draft", "may_review": write and found.state == "review" and not mine,
        "may_sign": sign and found.state == "sign" and not mine and found.reviewer_id != user.pk, "may_correct": write and found.state == "signed",
        "may_drop": write and found.state not in ("signed", "dropped"), "whole": acts.is_whole(found), "undone": acts.undone(found) if own else 0,
        "headings": {h.key: h.title for h in spec.headings}, "terms": acts.terms_of(found),
    }  # fmt: skip
    return render(request, "products/product.html", context, status=status)


@page("product.write")
def write(request: Any, number: int, heading: str) -> HttpResponse:
    """The author's words under one heading. Advice on words is shown once and blocks nothing."""
    found, ways = _found(request, number)
    if found is None or ways[0] != "internal":
        return unseen(request, "product", str(number))
    spec = acts.spec_by(found)
    under = next((h for h in spec.headings if h.key == heading), None)
    if under is None:
        return nothing_here(request)
    stood = next((w for w in acts.written(found) if w.heading == heading), None)
    text, everywhere = (stood.text, stood.everywhere) if stood else ("", False)
    errors, hints, version = {}, [], found.version
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n").strip()
        everywhere = bool(request.POST.get("everywhere"))
        hints = language_hints(text)
        said = "|".join(h["phrase"] for h in hints)
        if len(text) > LONGEST:
            errors["text"] = f"Write no more than {LONGEST:,} characters"
        elif not hints or request.POST.get("advised") == said:
            try:
                with transaction.atomic():
                    acts.write(
                        request.user, number, _version(request), _once(request), heading, text, everywhere
                    )
                    note(request, "alteration", "product", str(number), {"act": "wrote", "heading": heading})
                messages.success(request, "Kept, with your name and the time.")
                return redirect("product", number)
            except acts.NotAllowed as reason:
                errors["text"] = str(reason)
            except acts.Meanwhile:
                errors["text"] = (
                    "Somebody changed this product meanwhile. Your text is kept below; send it again once you have looked."
                )
    figures = {f.name: f for f in found.kept.figures}
    context = {
        "product": found, "heading": under, "text": text, "errors": errors, "hints": hints, "advised": "|".join(h["phrase"] for h in hints), "once": _once(request),
        "version": version, "offered": offered(under, figures, all_exact(list(figures.values()))) if under.draft else "", "everywhere": everywhere, "others": found.code in FOR_PARTNERS,
    }  # fmt: skip
    return render(request, "products/write.html", context, status=400 if errors else 200)


def _version(request: Any) -> int:
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 9 else -1


@page("product.write")
def terms(request: Any, number: int) -> HttpResponse:
    """Who asked, for which decision, with which questions, from which sources, within which limits."""
    found, ways = _found(request, number)
    if found is None or ways[0] != "internal":
        return unseen(request, "product", str(number))
    stood = acts.terms_of(found)
    errors: dict[str, str] = {}
    typed = {
        "requester": stood.requester,
        "decision": stood.decision,
        "questions": "\n".join(stood.questions),
        "sources": stood.sources,
        "limits": stood.limits,
    }
    if request.method == "POST":
        typed = {n: request.POST.get(n, "").strip() for n in typed}
        for name, text in typed.items():
            if len(text) > 2_000:
                errors[name] = "Write no more than 2,000 characters"
        if not errors:
            lines = tuple(q.strip() for q in typed["questions"].splitlines() if q.strip())
            try:
                given = Terms(typed["requester"], typed["decision"], lines, typed["sources"], typed["limits"])
                with transaction.atomic():
                    acts.set_terms(request.user, number, _version(request), _once(request), given)
                    note(request, "alteration", "product", str(number), {"act": "terms"})
                return redirect("product", number)
            except acts.NotAllowed as reason:
                errors["requester"] = str(reason)
            except acts.Meanwhile:
                errors["requester"] = "Somebody changed this product meanwhile. What you typed is kept below"
    context = {
        "product": found,
        "typed": typed,
        "errors": errors,
        "once": _once(request),
        "hints": language_hints(" ".join(typed.values())) if request.method == "POST" else [],
    }
    return render(
        request, "products/terms.html", context | {"version": found.version}, status=400 if errors else 200
    )


@page("see.products", acts=True)
def act(request: Any, number: int, kind: str) -> HttpResponse:
    """Sends to review, reviews, signs, sends back, corrects, sets aside, or computes the figures again."""
    found, ways = _found(request, number)
    if found is None or ways[0] != "internal":
        return unseen(request, "product", str(number))
    user, why = request.user, request.POST.get("why", "").strip()
    needs = "product.sign" if kind in ("sign", "back") else "product.write"
    if not user.as_role.allows(needs):
        return unseen(request, "product", str(number))
    if kind in ("return", "back", "correct", "drop") and not why:
        return product(request, number, {kind: "Write why, in your own words"}, 400, {kind: why})
    if len(why) > 2_000:
        return product(request, number, {kind: "Write no more than 2,000 characters"}, 400, {kind: why})
    version, once = _version(request), _once(request)
    try:
        with transaction.atomic():
            if kind in ACTS:
                ACTS[kind](user, number, version, once)
            elif kind in ("review", "return"):
                acts.review(user, number, version, once, kind == "review", why)
            elif kind == "back":
                acts.send_back(user, number, version, once, why)
            elif kind == "correct":
                acts.correct(user, number, version, once, why, bool(request.POST.get("everywhere")))
            elif kind == "drop":
                acts.drop(user, number, version, once, why)
            else:
                return nothing_here(request)
            note(request, "alteration", "product", str(number), {"act": kind})
    except acts.NotAllowed as reason:
        return product(request, number, {kind: str(reason)}, 403, {kind: why})
    except acts.Meanwhile:
        return product(
            request,
            number,
            {kind: "Somebody changed this product meanwhile. Look again, then decide"},
            409,
            {kind: why},
        )
    return redirect("product", number)


@page("see.products")
def stands_behind(request: Any, number: int, figure: str, cell: str) -> HttpResponse:
    """The records, or what else was counted, behind one number: as far as this reader may open them."""
    found, ways = _found(request, number)
    if found is None or ways[0] != "internal":
        return unseen(request, "product", str(number))
    told = next((f for f in found.kept.figures if f.name == figure), None)
    if told is None or cell not in told.cells:
        return nothing_here(request)
    things = behind.of(request.user, told.cells[cell].keys)
    shown = paged(request, things)
    behind.filled(request.user, list(shown.page))
    listed(
        request,
        "a product's number",
        [t.key for t in shown.page],
        product=number,
        figure=figure,
    )
    label = (
        next(
            (
                f"{label}, {told.grid.head[1 + ids.index(cell)]}"
                for label, ids in told.grid.rows
                if cell in ids
            ),
            "",
        )
        if told.grid
        else ""
    )
    return render(
        request,
        "products/behind.html",
        {
            "product": found,
            "title": first.title_of(found),
            "figure": told,
            "label": label,
            "n": told.cells[cell].n,
            "shown": shown,
        },
    )


@page("see.products")
def differences(request: Any, number: int) -> HttpResponse:
    """What differs between this edition and the one before, number by number, and in words."""
    found, ways = _found(request, number)
    before, _ = _found(request, found.before_id) if found is not None and found.before_id else (None, [])
    if found is None or ways[0] != "internal":
        return unseen(request, "product", str(number))
    rows = (
        differing(before.kept, found.kept)
        if before is not None and "internal" in showing.editions(request.user, before)
        else []
    )
    texts = []
    if before is not None:
        old = {w.heading: w for w in acts.written(before)}
        new = {w.heading: w for w in acts.written(found)}
        names = {h.key: h.title for h in acts.spec_by(found).headings}
        texts = [
            (names.get(k, k), old.get(k), new.get(k))
            for k in dict.fromkeys([*old, *new])
            if (old[k].text if k in old else "") != (new[k].text if k in new else "")
        ]
    read(request, "product", f"{number} differences")
    return render(
        request,
        "products/differences.html",
        {
            "product": found,
            "title": first.title_of(found),
            "before": before,
            "shown": paged(request, rows),
            "texts": texts,
        },
    )


@page("see.products")
def chart(request: Any, number: int, edition: str, at: int) -> HttpResponse:
    """One chart of an edition, as a picture."""
    found, ways = _found(request, number)
    if found is None or edition not in ways:
        return unseen(request, "product", str(number))
    drawn = showing.charts(showing.document(request.user, found, edition))
    if at >= len(drawn):
        return nothing_here(request)
    return HttpResponse(drawing.svg(drawn[at]), content_type="image/svg+xml")


@page("see.products")
def paper(request: Any, number: int, edition: str, form: str) -> HttpResponse:
    """An edition as a file; a disclosure in the audit."""
    found, ways = _found(request, number)
    if found is None or edition not in ways or form not in papers.FORMS:
        return unseen(request, "product", str(number))
    data = files.write(showing.document(request.user, found, edition), form)
    note(
        request,
        "disclosure",
        "product",
        str(number),
        {"edition": edition, "form": form, "sha256": hashlib.sha256(data).hexdigest()},
    )
    answer = HttpResponse(data, content_type=papers.TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-{found.number}-{edition}.{form}"'
    return answer


@page("see.products", acts=True)
def receive(request: Any, number: int) -> HttpResponse:
    """Says that one has read it, with an answer if one has one."""
    found, ways = _found(request, number)
    if found is None or found.state != "signed":
        return unseen(request, "product", str(number))
    answer = request.POST.get("answer", "").strip()
    if len(answer) > 2_000:
        return product(
            request, number, {"answer": "Write no more than 2,000 characters"}, 400, {"answer": answer}
        )
    with transaction.atomic():
        acts.receive(request.user, found, ways[0], answer, _once(request))
        note(request, "collection", "receipt of a product", str(number))
    messages.success(
        request,
        "Received. Your answer goes to whoever drafted it."
        if answer
        else "Received, with your name and the time.",
    )
    return redirect("product", number)
