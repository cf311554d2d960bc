"""What a person does with an item or a hit. Each form is checked here; what an act means is decided in ``acts``."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from redshank.web.accounts.roles import ROLES
from redshank.web.heads.models import Signal
from redshank.web.meetings.tags import meeting_words
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import note
from redshank.web.worklist import acts, asking, colleagues, meetings, registrar
from redshank.web.worklist.items import Thing, hits_of, snapshot, standing_of, thing_of
from redshank.web.worklist.models import Act
from redshank.web.worklist.views.item import back_to, item, record_among

VERDICTS = ("confirm", "dismiss", "grade", "link", "assign")


def _gone(request: Any, about: str, ident: str) -> HttpResponse:
    return unseen(request, "item", f"{about}:{ident}")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _why(request: Any, kind: str, errors: dict[str, str], said: str = "") -> str:
    """The reason that was typed; ``said`` is the error where it must not be empty."""
    why = request.POST.get(f"{kind}_why", "").strip()
    if said and not why:
        errors[f"{kind}_why"] = said
    elif len(why) > acts.LONGEST:
        errors[f"{kind}_why"] = f"Write no more than {acts.LONGEST:,} characters"
    return str(why)


def _wish(request: Any, kind: str, why: str, value: str = "", hit: Signal | None = None) -> acts.Wish:
    once = request.POST.get("once", "")[:80] or secrets.token_hex(16)
    return acts.Wish(kind, once, why, value, hit, _number(request.POST.get("seen", "")))


def _act(
    request: Any, thing: Thing, wish: acts.Wish, errors: dict[str, str], says: str, then: Callable[[Act], Any] = lambda act: None
) -> HttpResponse:  # fmt: skip
    """Acts and goes back to the item; or shows it again with what is wrong and what was typed."""
    user = request.user
    form = "hit" if wish.hit else wish.kind
    if errors:
        return item(request, thing.about, thing.ident, errors, form, 400)
    hits = [wish.hit] if wish.hit else hits_of(user, thing.records)
    of = thing_of(user, "record", wish.hit.record_key) if wish.hit else thing
    if of is None:
        return _gone(request, thing.about, thing.ident)
    try:
        with transaction.atomic():
            before = acts.done_before(wish.once)
            acts.do(user, of, wish, run=publication().current_run, shown=snapshot(of, hits), then=then)
            if before is None:
                note(request, "alteration", of.about, of.ident, {"act": wish.kind, "hit": bool(wish.hit)})
    except acts.Meanwhile as meanwhile:
        first = meanwhile.act
        first.narrow(user)
        told = f"{first.by.name} was first, on {words.moment(first.at)}: {words.word(first.kind, 'act')}"
        told += f" ({first.why})" if first.why else ""
        return item(
            request,
            thing.about,
            thing.ident,
            {f"{form}_why": f"{told}. What you typed is kept below"},
            form,
            409,
        )
    except (acts.NotAllowed, IntegrityError) as reason:
        said = (
            str(reason)
            if isinstance(reason, acts.NotAllowed)
            else "This form was used before: open the page again"
        )
        where = "sight" if isinstance(reason, acts.ChooseSight) else "why"
        return item(request, thing.about, thing.ident, {f"{form}_{where}": said}, form, 400)
    messages.success(request, says)
    return back_to(request, thing.about, thing.ident, f"#hit-{wish.hit.signal_id}" if wish.hit else "")


@page("item.verdict", acts=True)
def verdict(request: Any, about: str, ident: str) -> HttpResponse:
    """Confirm, dismiss, grade, link or assign an item; confirm or dismiss one of its hits."""
    user, kind = request.user, request.POST.get("act", "")
    thing = thing_of(user, about, ident)
    if thing is None or kind not in VERDICTS:
        return _gone(request, about, ident)
    errors: dict[str, str] = {}
    if request.POST.get("hit"):
        return _on_hit(request, thing, kind)
    if kind == "confirm":
        return _act(request, thing, _wish(request, kind, _why(request, kind, errors)), errors, "Confirmed. It stays on the list until it is raised or held.")  # fmt: skip
    if kind == "dismiss":
        value = request.POST.get("dismiss_value", "")
        if value not in words.WORDS["dismissal"]:
            errors["dismiss_value"] = "Choose why it is dismissed"
        why = _why(request, kind, errors, "Write why it is dismissed, in your own words")
        return _act(request, thing, _wish(request, kind, why, value), errors, "Dismissed. It returns with something new, and says what.")  # fmt: skip
    if kind == "grade":
        value = request.POST.get("grade_value", "")
        if value not in words.WORDS["grade"]:
            errors["grade_value"] = "Choose how soon the meeting should hear of it"
        return _act(
            request, thing, _wish(request, kind, _why(request, kind, errors), value), errors, "Graded."
        )
    if kind == "assign":
        to = colleagues.named(request.POST.get("assign_value", ""))
        if to is None or not colleagues.can_have(to, "item.verdict", about, ident):
            errors["assign_value"] = "Choose somebody who works the list and may see this"
        wish = _wish(request, kind, _why(request, kind, errors), str(to.pk) if to else "")
        return _act(request, thing, wish, errors, f"Assigned to {to.name}." if to else "")
    return _link(request, thing)


def _on_hit(request: Any, thing: Thing, kind: str) -> HttpResponse:
    """Whether the rule read this place of the text rightly: what makes its precision."""
    user = request.user
    rows = Signal.objects.visible_to(user, user.as_role.purpose)
    hit = rows.filter(signal_id=request.POST["hit"][:40], record_key__in=thing.records).first()
    if hit is None or kind not in ("confirm", "dismiss"):
        return _gone(request, "hit", request.POST["hit"][:40])
    errors: dict[str, str] = {}
    why = _why(request, "hit", errors)
    if kind == "dismiss" and not why:
        errors["hit_why"] = "Write why the rule read it wrongly"
    value = "wrong_reading" if kind == "dismiss" else ""
    says = "Kept: the rule read it rightly." if kind == "confirm" else "Kept: the rule read it wrongly."
    return _act(request, thing, _wish(request, kind, why, value, hit), errors, says)


def _link(request: Any, thing: Thing) -> HttpResponse:
    """Ties the item to a child or a group that this person may see."""
    value = request.POST.get("link_value", "")
    to, _, target = value.partition(":")
    errors: dict[str, str] = {}
    if to not in ("child", "group"):
        errors["link_value"] = "Look for a child or a group, and choose one"
    elif thing_of(request.user, to, target) is None:
        return _gone(request, to, target)
    elif (to, target) == (thing.about, thing.ident):
        errors["link_value"] = "Choose another: this is the item itself"
    why = _why(request, "link", errors, "Write why they belong together")
    return _act(request, thing, _wish(request, "link", why, value), errors, "Linked. The link is a person's word, and the night changes nothing of it.")  # fmt: skip


@page("item.raise", acts=True)
def put(request: Any, about: str, ident: str) -> HttpResponse:
    """Raises an item to the daily meeting, or holds it for the four-weekly one."""
    user, kind = request.user, request.POST.get("act", "")
    thing = thing_of(user, about, ident)
    if thing is None or kind not in meetings.MEETING:
        return _gone(request, about, ident)
    errors: dict[str, str] = {}
    why = _why(request, kind, errors, "Write why, as the meeting will read it")
    name = request.POST.get(f"{kind}_owner", "")
    owner = colleagues.named(name) if name else user
    if owner is None or not colleagues.can_have(owner, "raised.settle", about, ident):
        errors[f"{kind}_owner"] = "Choose an owner who may see this"
    stood = standing_of(user, about, ident)
    grade = stood.grade if stood else ""
    meeting = meeting_words(meetings.MEETING[kind])
    said = "Raised to" if kind == "raise" else "Held for"
    wish = _wish(request, kind, why, meetings.MEETING[kind])
    return _act(
        request,
        thing,
        wish,
        errors,
        f"{said} the {meeting}.",
        lambda act: meetings.put_before(act, grade, owner, request.POST.get(f"{kind}_sight", "")),
    )


@page("item.refer", acts=True)
def refer(request: Any, about: str, ident: str) -> HttpResponse:
    """Sends a record of the item to the force crime registrar as a possible unrecorded crime."""
    thing = thing_of(request.user, about, ident)
    if thing is None:
        return _gone(request, about, ident)
    errors: dict[str, str] = {}
    key = request.POST.get("refer_record", "")
    record = record_among(thing, key, request.user)
    if key and record is None:
        return _gone(request, "record", key)
    if record is None:
        errors["refer_record"] = "Choose the record that may hold a crime"
    why = _why(request, "refer", errors, "Write what may be a crime, in the record's words")
    wish = _wish(request, "refer", why, key)
    return _act(request, thing, wish, errors, "Sent to the force crime registrar.", lambda act: registrar.refer(act, record))  # type: ignore[arg-type]  # fmt: skip


@page("item.ask", acts=True)
def ask(request: Any, about: str, ident: str) -> HttpResponse:
    """Asks a colleague, or whoever of a role answers first."""
    user = request.user
    thing = thing_of(user, about, ident)
    if thing is None:
        return _gone(request, about, ident)
    errors: dict[str, str] = {}
    kind, _, who = request.POST.get("ask_to", "").partition(":")
    person = colleagues.named(who) if kind == "person" else None
    able = [person] if person else colleagues.of_role(who) if kind == "role" and who in ROLES else []
    able = [u for u in able if u != user and colleagues.can_have(u, "question.answer", about, ident)]
    if not able:
        errors["ask_to"] = "Choose somebody, or a role, who may see this"
    why = _why(request, "ask", errors, "Write the question")
    wish = _wish(request, "ask", why, f"{kind}:{who}")
    return _act(request, thing, wish, errors, "Asked. The answer comes to your first page.", lambda act: asking.ask(act, person, who))  # fmt: skip


@page("see.items", acts=True)
def undo(request: Any, number: int) -> HttpResponse:
    """Takes an own act back; it stays in the history as withdrawn."""
    user = request.user
    act = Act.objects.visible_to(user, user.as_role.purpose).select_related("by").filter(pk=number).first()
    if act is None:
        return unseen(request, "act", str(number))
    about, _, ident = request.POST.get("back", "").partition("|")
    if thing_of(user, about, ident) is None:
        about, ident = act.about, act.ident
    once = request.POST.get("once", "")[:80] or secrets.token_hex(16)
    why = request.POST.get("undo_why", "").strip()[: acts.LONGEST]
    try:
        with transaction.atomic():
            before = acts.done_before(once)
            acts.undo(user, act, once, why, publication().current_run)
            if before is None:
                note(request, "alteration", act.about, act.ident, {"act": "undo", "of": act.kind})
    except (acts.NotAllowed, IntegrityError) as reason:
        said = str(reason) if isinstance(reason, acts.NotAllowed) else "It was taken back already."
        return item(request, about, ident, {"history": said}, "undo", 409)
    messages.success(request, "Taken back. It stays in the history.")
    return back_to(request, about, ident)
