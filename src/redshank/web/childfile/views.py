"""The file of a child: what the child's page shows of it, all of it, and adding to it."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.childfile.kinds import KINDS, near_eighteen
from redshank.web.childfile.models import Entry
from redshank.web.heads.models import Child, Person
from redshank.web.heads.moved import ids_of
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.searching.reasons import reasoned
from redshank.web.sharing.around import in_the_file
from redshank.web.trail.write import note, read

LONGEST = 4_000


def _child(user: Any, person_id: str) -> Child | Person | None:
    """The child in the matrix, or the person where the run's matrix does not hold them (any more)."""
    purpose = user.as_role.purpose
    found = Child.objects.visible_to(user, purpose).filter(person_id=person_id).first()
    return found or Person.objects.visible_to(user, purpose).filter(person_id=person_id).first()


def entries(user: Any, person_id: str) -> list[Entry]:
    """Newest first, also those written under an id that went into this one."""
    rows = Entry.objects.visible_to(user, user.as_role.purpose)
    rows = rows.filter(person_id__in=ids_of(user, "person", person_id))
    return list(rows.select_related("by", "corrects").order_by("-at", "-id"))


def told(user: Any, person_id: str, born: Any) -> dict[str, Any]:
    """What the child's page shows: the newest entry of each kind that no later one corrects, and what to ask for."""
    found = entries(user, person_id)
    corrected = {e.corrects_id for e in found if e.corrects_id}
    standing = [e for e in found if e.pk not in corrected]
    birthday = near_eighteen(born, publication().as_of)
    parts = []
    for kind in KINDS.values():
        mine = [e for e in standing if e.kind == kind.key]
        if kind.key == "transition" and birthday is None and not mine:
            continue
        # Steps are all shown; of the rest the newest stands for what is so now.
        shown = mine[:10] if kind.key == "done" else mine[:1]
        parts.append(
            {
                "kind": kind,
                "shown": shown,
                "earlier": len([e for e in found if e.kind == kind.key]) - len(shown),
            }
        )
    return {
        "judgement": parts[0],
        "voice": parts[1],
        "parts": parts[2:],
        "birthday": birthday,
        "has_plan": any(e.kind == "transition" for e in standing),
        "may_add": user.as_role.allows("child.note"),
    }


def judgements(user: Any, person_ids: list[str]) -> dict[str, Entry]:
    """The newest judgement of each child, for lists: it stands before the reasons (practice rule 2)."""
    rows = Entry.objects.visible_to(user, user.as_role.purpose).filter(
        person_id__in=person_ids, kind="judgement"
    )
    return {e.person_id: e for e in rows.select_related("by").order_by("at", "id")}


@page("see.children")
@reasoned("child")
def file(request: Any, person_id: str) -> HttpResponse:
    """Everything that was recorded, newest first, with what corrects what; also what agencies were asked and the front door."""
    found = _child(request.user, person_id)
    if found is None:
        return unseen(request, "child", person_id)
    read(request, "child's file", person_id)
    lines: list[Any] = [*entries(request.user, person_id), *in_the_file(request.user, person_id)]
    lines.sort(key=lambda x: x.at, reverse=True)
    context = {"child": found, "entries": lines, "may_add": request.user.as_role.allows("child.note"), "kinds": KINDS.values()}  # fmt: skip
    return render(request, "childfile/file.html", context)


@page("child.note")
def add(request: Any, person_id: str, kind: str) -> HttpResponse:
    """A new entry of one kind."""
    if kind not in KINDS:
        return unseen(request, "child", person_id)
    # A reason is asked for before the form opens; what was typed is never thrown away for the want of one.
    return (_form if request.method == "POST" else _opened)(request, person_id=person_id, kind=kind)


def _form(request: Any, person_id: str, kind: str) -> HttpResponse:
    user = request.user
    found = _child(user, person_id)
    if found is None:
        return unseen(request, "child", person_id)
    errors: dict[str, str] = {}
    earlier = [e for e in entries(user, person_id) if e.kind == kind]
    if request.method == "GET":
        read(request, "child", person_id)
    if request.method == "POST":
        text = request.POST.get("text", "").strip()
        if not text:
            errors["text"] = KINDS[kind].asks
        elif len(text) > LONGEST:
            errors["text"] = f"Write no more than {LONGEST:,} characters; these are {len(text):,}"
        wrong = request.POST.get("corrects", "")
        corrects = next((e for e in earlier if str(e.pk) == wrong), None)
        if wrong and corrects is None:
            errors["corrects"] = "Choose one of the entries that are listed, or none"
        if not errors:
            return _keep(request, found, kind, text, corrects)
    context = {
        "child": found, "kind": KINDS[kind], "earlier": earlier, "typed": request.POST, "errors": errors,
        "once": request.POST.get("once") or secrets.token_hex(16),
    }  # fmt: skip
    return render(request, "childfile/add.html", context, status=400 if errors else 200)


_opened = reasoned("child")(_form)


def _keep(request: Any, found: Any, kind: str, text: str, corrects: Entry | None) -> HttpResponse:
    user = request.user
    closed = user.as_role.cleared and request.POST.get("closed") == "1"
    # What corrects an entry that rests on handling C rests on it, too.
    closed = closed or bool(corrects and corrects.closed)
    entry = Entry(
        person_id=found.person_id, kind=kind, text=text, closed=closed, by=user, role=user.role, agency=user.agency,
        corrects=corrects, once=request.POST.get("once", "")[:40] or secrets.token_hex(16),
    )  # fmt: skip
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
            note(request, "collection", "child's file", found.person_id, {"kind": kind})
    except IntegrityError:
        messages.info(request, "This entry was kept the first time; it stands once.")
        return redirect("child-file", found.person_id)
    messages.success(request, f"Kept: {KINDS[kind].name}.")
    return redirect("child", found.person_id)
