"""Pages of the annual returns: the years, one year, one version, and what stands behind a number."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.products.papers import TYPES, write
from redshank.products.returns import build, compare, content, spec
from redshank.products.returns.checks import validate
from redshank.products.specs import SpecError
from redshank.web.accounts import directory
from redshank.web.heads.models import Person, Record
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.returns import acts, documents, lists, whole
from redshank.web.returns.forms import Form
from redshank.web.returns.models import KINDS, WAYS, Letter, Return, Statement, Step, Version
from redshank.web.returns.settings import CHAIN
from redshank.web.trail.write import listed, note, read

AGES = {"all": "all", "adults": content.ADULT, "children": content.CHILD, "unknown": content.UNKNOWN}
COUNTS = compare.COUNTS


@page("see.returns")
def returns(request: Any) -> HttpResponse:
    """Each year that a specification names: whether it is asked for, by when, and how it stands."""
    found, wrong = lists.lines(request.user)
    shown = paged(request, found)
    listed(request, "returns", [f"{x.spec.code} {x.asked.year}" for x in shown.page])
    context = {"shown": shown, "wrong": wrong, "sure": spec.SURE, "may_draft": request.user.as_role.allows("returns.draft")}  # fmt: skip
    return render(request, "returns/returns.html", context)


def _line(request: Any, code: str, year: str) -> lists.Line | None:
    return next((x for x in lists.lines(request.user)[0] if (x.spec.code, x.asked.year) == (code, year)), None)  # fmt: skip


def _of(user: Any, model: Any, of: Return | None) -> list[Any]:
    if of is None:
        return []
    return list(model.objects.visible_to(user, user.as_role.purpose).filter(of=of).select_related("by"))


@page("see.returns")
def one(request: Any, code: str, year: str, form: Form | None = None, status: int = 200) -> HttpResponse:
    """The return of one year: the requirement, its versions, position statement, correspondence, and who did what."""
    user, line = request.user, _line(request, code, year)
    if line is None:
        return unseen(request, "return", f"{code.upper()} {year}")
    read(request, "return", f"{code.upper()} {year}")
    steps = _of(user, Step, line.of)
    statements = _of(user, Statement, line.of)
    last = acts.last_frozen(line.of) if line.of else None
    context = {
        "line": line, "of": line.of, "form": form or Form(request), "errors": form.errors if form else {}, "rule": line.spec.rule, "steps": steps, "seen": len(steps), "statements": statements[::-1],
        "letters": _of(user, Letter, line.of), "states": [(v, lists.state_of(v)) for v in line.versions][::-1], "sure": spec.SURE, "kinds": KINDS, "ways": WAYS,
        "may_draft": user.as_role.allows("returns.draft"), "may_record": user.as_role.allows("returns.record") and line.of is not None,
        "owners": [a for a in directory.all_accounts() if a.is_active and a.as_role.allows("returns.record")], "today": timezone.localdate().isoformat(),
        "fields": [(f.label, spec.SURE[f.sure]) for f in line.spec.fields], "last": last, "corrections": documents.corrections_words(user, last) if last else [],
    }  # fmt: skip
    return render(request, "returns/return.html", context, status=status)


@page("returns.draft", acts=True)
def start(request: Any, code: str, year: str) -> HttpResponse:
    """Opens the return of a year, as its owner."""
    form = Form(request)
    if _line(request, code, year) is None:
        return unseen(request, "return", f"{code.upper()} {year}")
    try:
        with transaction.atomic():
            acts.start(request.user, code, year, form.once)
            note(request, "alteration", "return", f"{code.upper()} {year}", {"act": "opened"})
    except acts.NotAllowed as reason:
        return one(request, code, year, form.wrong(reason.field, str(reason)), 400)
    messages.success(request, "Opened. Draft it from the records when you are ready.")
    return redirect("return", code, year)


@page("returns.draft", acts=True)
def draft(request: Any, code: str, year: str) -> HttpResponse:
    """A version from the records as they stand."""
    line = _line(request, code, year)
    if line is None or line.of is None:
        return unseen(request, "return", f"{code.upper()} {year}")
    form = Form(request)
    kind, why = form.text("kind"), form.text("why", looked_over=True)
    if form.stops:
        return one(request, code, year, form, 400)
    try:
        with transaction.atomic():
            made = acts.draft(request.user, line.of, kind, why, form.seen, form.once)
            note(request, "alteration", "return", f"{code.upper()} {year}", {"act": "drafted", "version": made.number})  # fmt: skip
    except (acts.NotAllowed, acts.Meanwhile, SpecError) as reason:
        return one(request, code, year, form.of(reason), form.status)
    messages.success(request, "Drafted. Look at the validations, then sign or draft anew.")
    return redirect("return-version", made.pk)


def _version(request: Any, number: int) -> Version | None:
    rows = Version.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("of", "by").filter(pk=number).first()


@page("see.returns")
def version(request: Any, number: int, form: Form | None = None, status: int = 200) -> HttpResponse:
    """One version: counts side by side, validations, differences, rows, and what was left out."""
    found = _version(request, number)
    if found is None:
        return unseen(request, "return", str(number))
    user, kept = request.user, acts.specification_of(found)
    seen = whole.as_seen(user, found.whole)
    read(request, "return", f"{found.of.code.upper()} {found.of.year} version {found.number}")
    told = content.counts(seen)
    in_view = user.as_role.allows("see.persons")
    shown = paged(request, list(seen.rows) if in_view else [])
    step, sign_no, freeze_no = acts.next_of(found), acts.may_sign(user, found), acts.may_freeze(user, found)
    people = _names(user, seen, shown.page) if in_view else {}
    context = {
        "version": found, "of": found.of, "spec": kept, "form": form or Form(request), "errors": form.errors if form else {}, "seen": found.of.steps.count(), "state": lists.state_of(found), "step": step,
        "may_sign": not sign_no, "may_freeze": not freeze_no, "why_not": "" if not (sign_no and freeze_no) or step is None else sign_no,
        "may_record": user.as_role.allows("returns.record") and acts.frozen(found) is not None, "may_export": user.as_role.allows("returns.export"),
        "in_view": in_view, "counts": [(name, label, [(k, told[name][a].n if a in told[name] else None) for k, a in AGES.items()]) for name, label in COUNTS.items()],
        "ages": [a[:1].upper() + a[1:] for a in AGES.values()], "defence": build.DEFENCE if told["people"][content.CHILD].n else "", "suspect": build.SUSPECT,
        "findings": [(f, [(r, ":" in r) for r in f.rows[:50]], len(f.rows) - 50) for f in validate(seen, kept, found.kind)], "difference": documents.difference_of(user, found), "corrections": documents.corrections_words(user, found),
        "shown": shown, "rows": [(r, people.get(r.person, ""), [r.cells.get(f.name, "") for f in kept.fields]) for r in shown.page], "left_out": _left_out(user, seen) if in_view else [],
        "left": len(seen.left_out), "unidentified": seen.unidentified if in_view else (), "chain": _chain(found), "refusal": acts.refused(found), "is_whole": acts.is_whole(found), "today": timezone.localdate().isoformat(),
        "sent": [s for s in found.steps.filter(kind="submitted").select_related("by")],
    }  # fmt: skip
    return render(request, "returns/version.html", context, status=status)


def _chain(found: Version) -> list[tuple[str, Step | None]]:
    signed = {s.place: s for s in acts.signed(found)}
    return [(s.title, signed.get(s.key)) for s in CHAIN]


def _names(user: Any, seen: content.Return, rows: Any) -> dict[str, str]:
    wanted = {r.person for r in rows if r.person}
    found = Person.objects.visible_to(user, user.as_role.purpose).filter(person_id__in=wanted)
    return dict(found.values_list("person_id", "name"))


def _left_out(user: Any, seen: content.Return) -> list[dict[str, Any]]:
    """Each with its name and where it opens; a person who is not in sight is not named."""
    people = {x.ident for x in seen.left_out if x.about == "person"}
    names = dict(Person.objects.visible_to(user, user.as_role.purpose).filter(person_id__in=people).values_list("person_id", "name"))  # fmt: skip
    return [
        {"about": x.about, "ident": x.ident, "says": x.says, "flags": x.flags, "name": names.get(x.ident, ""), "is_held": "not held" not in x.says}
        for x in seen.left_out
    ]  # fmt: skip


@page("see.returns")
def behind(request: Any, number: int, what: str, age: str) -> HttpResponse:
    """The records behind one number of a version."""
    found = _version(request, number)
    if found is None or what not in COUNTS or age not in AGES or not request.user.as_role.allows("see.records"):  # fmt: skip
        return unseen(request, "return", f"{number} {what} {age}"[:200])
    cell = content.counts(whole.as_seen(request.user, found.whole))[what].get(AGES[age], content.Cell(0))
    user = request.user
    rows = Record.objects.visible_to(user, user.as_role.purpose).filter(key__in=cell.keys).order_by("-at", "key")  # fmt: skip
    shown = paged(request, rows)
    listed(request, "records of a return", [r.key for r in shown.page], version=number, count=f"{what} {age}")
    title = COUNTS[what] if age == "all" else f"{COUNTS[what]}, {AGES[age]}"
    return render(request, "returns/behind.html", {"version": found, "title": title, "n": cell.n, "shown": shown, "keys": len(cell.keys)})  # fmt: skip


@page("returns.sign", acts=True)
def sign(request: Any, number: int) -> HttpResponse:
    """Signs the next step of the chain, refuses it, or freezes what everybody signed."""
    found = _version(request, number)
    if found is None:
        return unseen(request, "return", str(number))
    form, user = Form(request), request.user
    kind, why = form.text("kind"), form.text("why", looked_over=True)
    if kind not in ("signed", "refused", "frozen"):
        form.wrong("kind", "Choose what you do")
    if form.stops:
        return version(request, number, form, 400)
    try:
        with transaction.atomic():
            if kind == "signed":
                acts.sign(user, found, form.text("sha256"), form.seen, form.once)
            elif kind == "refused":
                acts.refuse(user, found, why, form.seen, form.once)
            else:
                acts.freeze(user, found, form.seen, form.once)
            note(request, "alteration", "return", f"{found.of.code.upper()} {found.of.year}", {"act": kind, "version": found.number, "sha256": found.sha256})  # fmt: skip
    except (acts.NotAllowed, acts.Meanwhile) as reason:
        return version(request, number, form.of(reason), form.status)
    messages.success(request, {"signed": "Signed, with your name and the time.", "refused": "Refused. The reason stands beside it.", "frozen": "Frozen. Nothing in it changes any more."}[kind])  # fmt: skip
    return redirect("return-version", number)


@page("returns.record", acts=True)
def submit(request: Any, number: int) -> HttpResponse:
    """Writes down that a frozen version was sent. Redshank sends nothing itself."""
    found = _version(request, number)
    if found is None:
        return unseen(request, "return", str(number))
    form = Form(request)
    to, reference, on = form.text("to", 200), form.text("reference", 100), form.day("on")
    if form.stops or on is None:
        return version(request, number, form, 400)
    try:
        with transaction.atomic():
            acts.submit(request.user, found, to, on, reference, form.seen, form.once)
            note(request, "disclosure", "return", f"{found.of.code.upper()} {found.of.year}", {"to": to, "version": found.number, "sha256": found.sha256, "rows": len(found.whole.rows)})  # fmt: skip
    except (acts.NotAllowed, acts.Meanwhile) as reason:
        return version(request, number, form.of(reason), form.status)
    messages.success(request, "Written down as submitted.")
    return redirect("return-version", number)


@page("returns.record", acts=True)
def record(request: Any, code: str, year: str) -> HttpResponse:
    """Beside the return: a statement, a letter, a new owner, or that no return is made."""
    line = _line(request, code, year)
    if line is None or line.of is None:
        return unseen(request, "return", f"{code.upper()} {year}")
    form, user, of = Form(request), request.user, line.of
    kind = form.text("kind")
    try:
        with transaction.atomic():
            _record(form, user, of, kind)
            if form.stops:
                return one(request, code, year, form, 400)
            note(request, "alteration", "return", f"{code.upper()} {year}", {"act": kind})
    except (acts.NotAllowed, acts.Meanwhile) as reason:
        return one(request, code, year, form.of(reason), form.status)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("return", code, year)


def _record(form: Form, user: Any, of: Return, kind: str) -> None:
    if kind == "statement":
        text = form.text("text", looked_over=True)
        if not form.stops:
            acts.state_position(user, of, text, form.number("versions"), form.once)
    elif kind == "letter":
        on, who, way = form.day("on"), form.text("who", 200, "Write with whom"), form.text("way")
        what, reference = form.text("what", needed="Write what it said"), form.text("reference", 100)
        if way not in WAYS:
            form.wrong("way", "Choose whether it was received or sent")
        if not form.stops and on is not None:
            acts.write_down(user, of, on, who, way, what, reference, form.once)
    elif kind == "owner":
        why = form.text("why", looked_over=True)
        to = next((a for a in directory.all_accounts() if a.username == form.text("owner")), None)
        if not form.stops:
            acts.hand(user, of, to, why, form.seen, form.once)
    elif kind == "settled":
        why = form.text("why", looked_over=True)
        if not form.stops:
            acts.settle(user, of, why, form.seen, form.once)
    else:
        form.wrong("kind", "Choose what you do")


@page("returns.export")
def document(request: Any, number: int, edition: str, form: str) -> HttpResponse:
    """A version as a document: the force's own edition, or the one that may be published."""
    found = _version(request, number)
    if found is None or edition not in ("internal", "public") or form not in ("html", "docx", "pdf"):
        return unseen(request, "return", f"{number} {edition} {form}"[:200])
    if edition == "internal" and not request.user.as_role.allows("see.persons"):
        return unseen(request, "return", f"{number} {edition}")
    data = write(documents.of_version(request.user, found, edition), form)
    return _file(request, found, data, f"{edition}.{form}", form)


@page("returns.export")
def rows(request: Any, number: int, form: str) -> HttpResponse:
    """The rows as they are sent; only who sees persons has them, and the audit keeps it as a disclosure."""
    found = _version(request, number)
    if found is None or form not in documents.ROW_FORMS or not request.user.as_role.allows("see.persons"):
        return unseen(request, "return", f"{number} rows {form}"[:200])
    return _file(request, found, documents.rows_file(request.user, found, form), f"rows.{form}", form)


def _file(request: Any, found: Version, data: bytes, name: str, form: str) -> HttpResponse:
    digest = hashlib.sha256(data).hexdigest()
    note(request, "disclosure", "return", f"{found.of.code.upper()} {found.of.year}", {"version": found.number, "file": name, "of_content": found.sha256, "file_hash": digest, "rows": len(whole.as_seen(request.user, found.whole).rows)})  # fmt: skip
    answer = HttpResponse(data, content_type=TYPES[form])
    answer["Content-Disposition"] = (
        f'attachment; filename="{found.of.code}-{found.of.year}-version-{found.number}-{name}"'
    )
    return answer
