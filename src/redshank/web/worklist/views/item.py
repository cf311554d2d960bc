"""An item's page: its records newest first with each signal marked in the text, what to do, and what was done."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from redshank.web.heads.models import Child, Group, Record, Signal
from redshank.web.heads.moved import ids_of, now_of
from redshank.web.meetings.models import Raised
from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.pages.explain import flags_on, highlighted
from redshank.web.policy.gate import page
from redshank.web.trail.write import read
from redshank.web.worklist import acts, board, colleagues, meetings, mine, rulebook
from redshank.web.worklist.config import LISTED, SETTINGS
from redshank.web.worklist.items import QUIET, Thing, hits_of, new_since, records_of, standing_of, thing_of
from redshank.web.worklist.models import Act, Question, Referral, Rule

#: The page of the thing itself.
ROUTE = {"child": "child", "group": "group", "place": "place"}
FLAGGED = {"child": "person", "group": "group", "record": "record"}
FOUND_MOST = 20


def url_of(about: str, ident: str) -> str:
    return words.record_url(ident) if about == "record" else reverse(ROUTE[about], args=[ident])


@page("see.items")
def item(
    request: Any, about: str, ident: str, errors: dict[str, str] | None = None, form: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    """``errors`` and ``form``: what was wrong with which form, when an act could not be made."""
    user = request.user
    thing = thing_of(user, about, ident)
    if thing is None:
        return _moved(user, about, ident) or unseen(request, "item", f"{about}:{ident}")
    read(request, about, ident)
    mine.mark_read(user, about, ident, thing.records)
    asked = board.asked_of(request.GET)
    filter_only = urlencode({k: v for k, v in asked.items() if v})
    context = _told(request, thing) | {
        "asked": asked, "query": f"?{filter_only}" if filter_only else "",
        "errors": errors or {}, "form": form, "typed": request.POST, "once": secrets.token_hex(16),
        "url": url_of(about, ident), "find": request.GET.get("find", "").strip()[:100], "found": _found(request),
        "flag_about": FLAGGED.get(about, ""), "reasons": words.WORDS["dismissal"], "grades": words.WORDS["grade"],
        "colleagues": colleagues.who_may("item.verdict", about), "owners": colleagues.who_may("raised.settle", about),
        "asked_people": [u for u in colleagues.who_may("question.answer", about) if u != user],
        "blind": meetings.blind(thing),
        "asked_roles": colleagues.roles_who_may("question.answer", about), "beside": _beside(user, thing, asked),
    }  # fmt: skip
    return render(request, "worklist/item.html", context, status=status)


def _moved(user: Any, about: str, ident: str) -> HttpResponse | None:
    now = now_of(user, about, ident)
    return redirect("item", about, now) if now != ident else None


def _told(request: Any, thing: Thing) -> dict[str, Any]:
    user, purpose = request.user, request.user.as_role.purpose
    hits = hits_of(user, thing.records)
    stood = standing_of(user, thing.about, thing.ident)
    again = []
    if stood is not None and stood.state in QUIET:
        again = new_since(stood, thing.records, [h for h in hits if h.status in LISTED])
    about_it = {"about": thing.about, "ident__in": ids_of(user, thing.about, thing.ident)}
    # Read now and not before: what the page shows is what a decision made from it has seen.
    done = list(
        Act.objects.visible_to(user, purpose)
        .filter(**about_it)
        .select_related("by", "undone_by", "undone_by__by")
    )
    state = stood.state if stood else ""
    names = colleagues.by_number({int(a.value) for a in done if a.kind == "assign"})
    texts = _records(request, thing, hits)
    return {
        "thing": thing, "texts": texts["lines"], "more": texts["more"], "again": again,
        "state": ("returned" if again else state) or "open", "stood": stood,
        "acts": [{"act": a, "why_not": acts.may_undo(user, a), "target": _target(user, a), "to": names[int(a.value)].name if a.kind == "assign" else ""} for a in reversed(done) if a.kind != "undo"],
        "seen": max((a.pk for a in done), default=0), "open_records": [x["record"] for x in texts["lines"]],
        "raised": list(Raised.objects.visible_to(user, purpose).filter(**about_it).select_related("owner", "by", "act").order_by("-pk")),
        "referrals": list(Referral.objects.visible_to(user, purpose).filter(**about_it).order_by("-pk")),
        "questions": list(Question.objects.visible_to(user, purpose).filter(**about_it).select_related("act__by", "answer__by", "to_user").order_by("-pk")),
        "flags": flags_on(user, FLAGGED.get(thing.about, ""), thing.ident),
    }  # fmt: skip


def _records(request: Any, thing: Thing, hits: list[Signal]) -> dict[str, Any]:
    """The newest records with their texts, each read into the audit as if it were opened alone; more on asking."""
    from redshank.publish.reading import texts

    user = request.user
    at = request.GET.get("from", "")
    start = int(at) if at.isdecimal() and int(at) < len(thing.records) else 0
    keys = thing.records[start : start + SETTINGS["texts"]]
    held = records_of(user, keys)
    found = texts(settings.HOME, {k: held[k].delivery_no for k in keys})
    of_record: dict[str, list[Signal]] = {k: [] for k in keys}
    for h in hits:
        if h.record_key in of_record:
            of_record[h.record_key].append(h)
    told = _hits(user, [h for k in keys for h in of_record[k]])
    for key in keys:
        read(request, "record", key)
    lines = [
        {
            "record": held[k],
            "text": highlighted(found[k], of_record[k], []),
            "hits": [told[h.uid] for h in of_record[k]],
        }
        for k in keys
    ]
    after = start + len(keys)
    return {"lines": lines, "more": after if after < len(thing.records) else 0}


def _hits(user: Any, hits: list[Signal]) -> dict[str, dict[str, Any]]:
    """Each hit with its rule, how precise the rule has been, and the verdict that stands."""
    purpose = user.as_role.purpose
    names = {h.rule for h in hits}
    rules = {r.rule: r for r in Rule.objects.visible_to(user, purpose).filter(rule__in=names)}
    measured = rulebook.measured(user, names)
    rows = (
        Act.objects.visible_to(user, purpose)
        .filter(hit__in=[h.signal_id for h in hits])
        .select_related("by", "undone_by")
    )
    verdict: dict[tuple[str, str], Act] = {}
    last: dict[tuple[str, str], int] = {}
    for a in rows.order_by("pk"):
        last[a.hit, a.record_key] = a.pk
        if a.kind != "undo" and not hasattr(a, "undone_by"):
            verdict[a.hit, a.record_key] = a
    out = {}
    for h in hits:
        a = verdict.get((h.signal_id, h.record_key))
        out[h.uid] = {
            "hit": h, "rule": rules.get(h.rule), "measured": measured[h.rule], "verdict": a,
            "why_not": acts.may_undo(user, a) if a else "", "seen": last.get((h.signal_id, h.record_key), 0),
        }  # fmt: skip
    return out


def _target(user: Any, act: Act) -> dict[str, str] | None:
    """What an item was linked to, where this reader may see it."""
    if act.kind != "link":
        return None
    kind, _, ident = act.value.partition(":")
    to = thing_of(user, kind, ident)
    return {"title": to.title, "url": url_of(kind, ident)} if to else None


def _found(request: Any) -> list[dict[str, str]]:
    """Children and groups in sight whose name holds what was typed: a link has to name one of them."""
    text = request.GET.get("find", "").strip()[:100]
    if len(text) < 2:
        return []
    user, purpose = request.user, request.user.as_role.purpose
    children = (
        Child.objects.visible_to(user, purpose).filter(name__icontains=text).order_by("place")[:FOUND_MOST]
    )
    groups = (
        Group.objects.visible_to(user, purpose).filter(label__icontains=text).order_by("place")[:FOUND_MOST]
    )
    out = [{"value": f"child:{c.person_id}", "title": c.name, "about": "child"} for c in children]
    return out + [{"value": f"group:{g.group_id}", "title": g.label, "about": "group"} for g in groups]


def _beside(user: Any, thing: Thing, asked: dict[str, str]) -> dict[str, Any]:
    """The line before and after this one in the list that it was opened from."""
    lines = board.look(user, asked).lines
    at = next((n for n, x in enumerate(lines) if (x.about, x.ident) == (thing.about, thing.ident)), None)
    if at is None:
        return {"after": lines[0] if lines else None}
    return {
        "before": lines[at - 1] if at else None, "after": lines[at + 1] if at + 1 < len(lines) else None,
        "number": at + 1, "total": len(lines),
    }  # fmt: skip


def back_to(request: Any, about: str, ident: str, anchor: str = "") -> HttpResponse:
    """To the item's page, with the filter that it was opened from."""
    asked = urlencode({k: v for k, v in board.asked_of(request.GET).items() if v})
    return redirect(reverse("item", args=[about, ident]) + (f"?{asked}" if asked else "") + anchor)


def record_among(thing: Thing, key: str, user: Any) -> Record | None:
    """A record of the item, by its key, where this reader may see it."""
    return records_of(user, [key]).get(key) if key in thing.records else None
