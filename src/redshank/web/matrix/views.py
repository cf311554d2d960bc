"""Pages of the matrix: the editions, one edition, one child in it, and what people do there."""

from __future__ import annotations

import csv
import secrets
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.heads.models import Person
from redshank.web.matrix import acts, compare, settings
from redshank.web.matrix.models import Act, Edition
from redshank.web.matrix.order import Line, lines_of
from redshank.web.meetings.raising import ChooseSight
from redshank.web.meetings.raising import NotAllowed as CannotRaise
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.sheets import cell
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read

LONGEST = 2_000
ON_A_ROW = ("judged", "moved", "taken_off", "put_back")


def _once(request: Any) -> str:
    return request.POST.get("once", "")[:30] or secrets.token_hex(12)


def _edition(request: Any, number: int) -> Edition | None:
    rows = Edition.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("prepared_by", "frozen_by").filter(pk=number).first()


def _may(user: Any, edition: Edition | None = None) -> dict[str, bool]:
    still = edition is None or edition.frozen_at is None
    return {
        "edit": user.as_role.allows("matrix.edit") and still,
        "sign": user.as_role.allows("matrix.sign") and still,
        "raise": user.as_role.allows("matrix.raise"),
        "export": user.as_role.allows("matrix.export") and edition is not None and not still,
    }


@page("see.matrix")
def editions(request: Any) -> HttpResponse:
    """All editions, and where the next one begins."""
    user = request.user
    errors: dict[str, str] = {}
    status = 200
    rows = Edition.objects.visible_to(user, user.as_role.purpose).select_related("prepared_by", "frozen_by")
    if request.method == "POST":
        if not user.as_role.allows("matrix.edit"):
            return unseen(request, "edition", "")
        made, errors = _prepared(request)
        if made is not None:
            return redirect("edition", made.pk)
        status = 400
    last = rows.first()
    today = timezone.localdate()
    then = (last.meeting_on if last else today) + timedelta(days=settings.EVERY_DAYS)
    shown = paged(request, rows)
    listed(request, "editions", [str(e.pk) for e in shown.page])
    context = {
        "shown": shown, "may": _may(user), "errors": errors, "once": _once(request), "meeting": settings.MEETING,
        "meeting_on": request.POST.get("meeting_on") or max(then, today).isoformat(),
    }  # fmt: skip
    return render(request, "matrix/editions.html", context, status=status)


def _prepared(request: Any) -> tuple[Edition | None, dict[str, str]]:
    state = publication()
    if not state.current_run:
        return None, {
            "meeting_on": "No night has been published yet: there is nothing to prepare an edition from"
        }
    try:
        on = date.fromisoformat(request.POST.get("meeting_on", "").strip())
    except ValueError:
        return None, {
            "meeting_on": "Write the day of the meeting as year, month and day, for example 2026-03-14"
        }
    once = f"{request.user.pk}:{_once(request)}"[:60]
    try:
        with transaction.atomic():
            made = acts.prepare(request.user, on, state.current_run, state.as_of, once)
            note(request, "collection", "edition", str(made.pk), {"run": state.current_run})
    except IntegrityError:
        before = acts.made_before(once)
        if before is None:
            raise
        return before, {}
    messages.success(request, f"Prepared for {words.day(on)}. Look through it, judge, sign, and freeze it.")
    return made, {}


@page("see.matrix")
def edition(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """The children in their order, judgement first; beside it what the nights since then changed."""
    found = _edition(request, number)
    if found is None:
        return unseen(request, "edition", str(number))
    user = request.user
    lines = lines_of(found, user)
    whole = request.GET.get("all") == "1"
    shown = None if whole else paged(request, lines)
    page_of = lines if whole or shown is None else list(shown.page)
    if request.method == "GET":
        read(request, "edition", str(number))
        listed(request, "children of an edition", [x.row.ident for x in page_of], edition=number)
    may, now = _may(user, found), acts.checksum(found)
    others = Edition.objects.visible_to(user, user.as_role.purpose).exclude(pk=number)
    context = {
        "edition": found, "lines": page_of, "shown": shown, "whole": whole, "total": sum(x.off is None for x in lines),
        "off": sum(x.off is not None for x in lines), "by_hand": sum(x.row.by_hand for x in lines),
        "raised": [x for x in lines if x.raised], "may": may, "errors": errors or {},
        "since": compare.since(found, user, publication().current_run), "signatures": acts.signatures(found, now),
        "comments": list(_acts(request, found).filter(kind="comment")), "typed": request.POST, "once": _once(request),
        "checksum": now, "others": list(others), "meeting": settings.MEETING,
        "marking": settings.MARKING, "is_whole": found.frozen_at is None or now == found.checksum, "before": _off_before(found, user),
    }  # fmt: skip
    return render(request, "matrix/edition.html", context, status=status)


def _acts(request: Any, edition: Edition) -> Any:
    rows = Act.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.filter(edition=edition).select_related("by")


def _off_before(edition: Edition, user: Any) -> list[Line]:
    """Whom a person took off in the edition before: visible here too (practice rule 4)."""
    before = Edition.objects.visible_to(user, user.as_role.purpose).filter(pk=edition.before_id).first()
    return [x for x in lines_of(before, user) if x.off] if before else []


def _line(request: Any, edition: Edition, ident: str) -> Line | None:
    return next((x for x in lines_of(edition, request.user) if x.row.ident == ident), None)


@page("see.matrix")
def row(
    request: Any, number: int, ident: str, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """One child in one edition: every reason as it stood, and every act on it."""
    found = _edition(request, number)
    line = _line(request, found, ident) if found else None
    if found is None or line is None:
        return unseen(request, "child", ident)
    user = request.user
    if request.method == "GET":
        read(request, "child", line.row.person_id or line.row.ident)
    done = list(_acts(request, found).filter(ident=ident))
    in_view = (
        Person.objects.visible_to(user, user.as_role.purpose)
        .filter(person_id=line.row.person_id or "-")
        .first()
    )
    context = {
        "edition": found, "line": line, "row": line.row, "acts": done, "may": _may(user, found), "errors": errors or {},
        "typed": request.POST, "once": _once(request), "meeting": settings.MEETING, "person": in_view, "steps": len(done),
        "asks": acts.rests_on_c(line.row) or "sight" in (errors or {}),
    }  # fmt: skip
    return render(request, "matrix/row.html", context, status=status)


def _text(request: Any, name: str, errors: dict[str, str], says: str) -> str:
    text = request.POST.get(name, "").strip()
    if not text:
        errors[name] = says
    elif len(text) > LONGEST:
        errors[name] = f"Write no more than {LONGEST:,} characters"
    return text


@page("matrix.edit", acts=True)
def act(request: Any, number: int, ident: str) -> HttpResponse:
    """Judge, move, take off, put back: each with its reason."""
    found = _edition(request, number)
    line = _line(request, found, ident) if found else None
    if found is None or line is None:
        return unseen(request, "child", ident)
    post = request.POST
    kind, seen, to = post.get("kind", ""), post.get("steps", "0"), post.get("to", "").strip()
    errors: dict[str, str] = {}
    text = _text(request, "text", errors, "Write why, in your own words")
    if kind not in ON_A_ROW:
        errors["kind"] = "Choose what to do"
    if kind == "moved" and not to.isdecimal():
        errors["to"] = "Write the new place as a number"
    if errors:
        return row(request, number, ident, errors, 400)
    try:
        with transaction.atomic():
            acts.act(
                request.user, number, ident, kind, text, once=_once(request), seen=int(seen) if seen.isdecimal() else 0,
                closed=bool(post.get("closed")), to=int(to[:6]) if to.isdecimal() else 0,
            )  # fmt: skip
            note(request, "alteration", "edition", str(number), {"act": kind})
    except acts.Meanwhile as first:
        by = first.act
        said = f"{by.by.name} was first, on {words.moment(by.at)}: {by.kind_words.lower()}. Your text is kept below"
        return row(request, number, ident, {"kind": said}, 409)
    except acts.NotAllowed as reason:
        return row(request, number, ident, {"to" if kind == "moved" else "kind": str(reason)}, 400)
    messages.success(request, f"{line.row.name}: kept, with your name and the time.")
    return redirect("edition-row", number, ident)


@page("matrix.edit")
def add(request: Any, number: int) -> HttpResponse:
    """A child whom the night did not find: somebody in the records, or a name by hand."""
    found = _edition(request, number)
    if found is None:
        return unseen(request, "edition", str(number))
    user = request.user
    persons = Person.objects.visible_to(user, user.as_role.purpose)
    find = (request.GET.get("find") or request.POST.get("find") or "").strip()[:100]
    errors: dict[str, str] = {}
    if request.method == "POST":
        chosen, name = request.POST.get("person", "")[:80], request.POST.get("name", "").strip()[:200]
        person = persons.filter(person_id=chosen).first() if chosen else None
        why = _text(request, "why", errors, "Write why the child belongs in view")
        if person is None and not name:
            errors["name"] = "Choose somebody from the records, or write a name"
        if not errors:
            try:
                with transaction.atomic():
                    closed = bool(request.POST.get("closed"))
                    made = acts.add(user, number, person, name, why, closed=closed, once=_once(request))
                    note(request, "alteration", "edition", str(number), {"act": "added"})
                messages.success(request, f"{made.name} is in this edition, and stays in the next ones until a person takes the child off.")  # fmt: skip
                return redirect("edition-row", number, made.ident)
            except acts.NotAllowed as reason:
                errors["name"] = str(reason)
    matches = persons.order_by("name")
    for part in find.split():
        matches = matches.filter(name__icontains=part)
    people = list(matches[:20]) if find else []
    listed(request, "persons to add", [p.person_id for p in people], find=find)
    context = {
        "edition": found, "find": find, "people": people, "errors": errors, "typed": request.POST, "once": _once(request),
        "may": _may(user, found),
    }  # fmt: skip
    return render(request, "matrix/add.html", context, status=400 if errors else 200)


@page("matrix.edit", acts=True)
def comment(request: Any, number: int) -> HttpResponse:
    """A comment on the edition as a whole."""
    found = _edition(request, number)
    if found is None:
        return unseen(request, "edition", str(number))
    errors: dict[str, str] = {}
    text = _text(request, "comment", errors, "Write the comment")
    if not errors:
        try:
            with transaction.atomic():
                acts.comment(
                    request.user, number, text, closed=bool(request.POST.get("closed")), once=_once(request)
                )
                note(request, "alteration", "edition", str(number), {"act": "comment"})
            return redirect("edition", number)
        except acts.NotAllowed as reason:
            errors["comment"] = str(reason)
    return edition(request, number, errors, 400)


@page("matrix.sign", acts=True)
def sign(request: Any, number: int) -> HttpResponse:
    """Signs the edition as the signer saw it."""
    found = _edition(request, number)
    if found is None:
        return unseen(request, "edition", str(number))
    try:
        with transaction.atomic():
            acts.sign(request.user, number, request.POST.get("checksum", ""), _once(request))
            note(request, "alteration", "edition", str(number), {"act": "signed"})
    except acts.NotAllowed as reason:
        return edition(request, number, {"sign": str(reason)}, 409)
    messages.success(request, "Signed, with your name and the time.")
    return redirect("edition", number)


@page("matrix.sign", acts=True)
def freeze(request: Any, number: int) -> HttpResponse:
    """Freezes what was signed: nothing in it changes any more."""
    found = _edition(request, number)
    if found is None:
        return unseen(request, "edition", str(number))
    try:
        with transaction.atomic():
            acts.freeze(request.user, number, _once(request))
            note(request, "alteration", "edition", str(number), {"act": "frozen"})
    except acts.NotAllowed as reason:
        return edition(request, number, {"freeze": str(reason)}, 409)
    messages.success(request, "Frozen. Nothing in it changes any more.")
    return redirect("edition", number)


@page("matrix.raise", acts=True)
def raise_child(request: Any, number: int, ident: str) -> HttpResponse:
    """Puts a child on the meeting's list, with who and why (practice rule 20)."""
    found = _edition(request, number)
    line = _line(request, found, ident) if found else None
    if found is None or line is None:
        return unseen(request, "child", ident)
    errors: dict[str, str] = {}
    why = _text(request, "raise_why", errors, "Write why the meeting should look at this child")
    if errors:
        return row(request, number, ident, errors, 400)
    try:
        with transaction.atomic():
            made, is_new = acts.raise_to_meeting(
                request.user,
                found,
                line.row,
                why,
                closed=bool(request.POST.get("closed")),
                sight=request.POST.get("sight", ""),
                once=_once(request),
            )
            note(request, "alteration", "edition", str(number), {"act": "raised", "raised": made.pk})
    except ChooseSight as reason:
        return row(request, number, ident, {"sight": str(reason)}, 400)
    except CannotRaise as reason:
        return row(request, number, ident, {"raise_why": str(reason)}, 409)
    if is_new:
        messages.success(request, f"{line.row.name} is raised to the {settings.MEETING}: {made.owner.name}, next on {words.day(made.next_on)}.")  # fmt: skip
    else:
        messages.info(request, f"{made.by.name} raised {line.row.name} on {words.moment(made.at)}: your words were added.")  # fmt: skip
    return redirect("edition-row", number, ident)


@page("see.matrix")
def differences(request: Any, number: int) -> HttpResponse:
    """What changed from an earlier edition to this one."""
    found = _edition(request, number)
    other = request.GET.get("with", "")
    first = _edition(request, int(other[:9])) if other.isdecimal() else None
    if found is None or first is None:
        return unseen(request, "edition", f"{number}/{other[:9]}")
    read(request, "edition", str(number))
    read(request, "edition", str(first.pk))
    difference = compare.editions(first, found, request.user)
    return render(
        request, "matrix/compare.html", {"edition": found, "first": first, "difference": difference}
    )


COLUMNS = (
    "Order", "Child", "Born", "Judgement", "Sexual exploitation", "Criminal exploitation", "Change over 28 days", "Reasons", "Standing",
    "Also named as suspect", "Added by hand", "Moved", "Taken off", "Raised",
)  # fmt: skip


@page("matrix.export")
def edition_csv(request: Any, number: int) -> HttpResponse:
    """A frozen edition as a file, as this reader may see it."""
    found = _edition(request, number)
    if found is None or found.frozen_at is None:
        return unseen(request, "edition", str(number))
    lines = lines_of(found, request.user)
    note(request, "disclosure", "edition", str(number), {"children": len(lines)})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="matrix-{found.meeting_on.isoformat()}.csv"'
    writer = csv.writer(response)
    frozen_by = found.frozen_by.name if found.frozen_by else ""
    writer.writerow([settings.MARKING])
    writer.writerow(["Edition for", words.day(found.meeting_on), "As recorded", words.moment(found.as_of)])
    if found.not_current:
        writer.writerow(["When it was prepared", found.not_current])
    writer.writerow(["Frozen by", cell(frozen_by), words.moment(found.frozen_at), "Checksum", found.checksum])
    writer.writerow(COLUMNS)
    for x in lines:
        r = x.row
        cells = (
            x.number or "taken off", r.name, words.day(r.born) if r.born else "not recorded", "; ".join(f"{a.by.name}: {a.text}" for a in x.judgements),
            r.sexual, r.criminal, r.change, "; ".join(e["text"] for e in x.reasons), r.standing,
            "; ".join(words.record_words(k) for k in x.suspect), f"{r.added_by.name}: {r.added_why}" if r.added_by else "", x.moved,
            f"{x.off.by.name}: {x.off.text}" if x.off else "", f"{x.raised.by.name}: {x.raised.why}" if x.raised else "",
        )  # fmt: skip
        writer.writerow([cell(c) for c in cells])
    writer.writerow([settings.MARKING])
    return response
