"""The list, its saved views, and what is done to many lines at once (practice rule 5)."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note
from redshank.web.worklist import acts, board, colleagues, meetings, mine
from redshank.web.worklist.items import Thing, hits_of, newest_first, records_of, snapshot, thing_of
from redshank.web.worklist.models.mine import LONGEST_FILTER

#: What is done to many lines at once; nothing else is (practice rule 5). Dismissal has its own page and conditions.
IN_BULK = ("assign", "hold", "read")


@page("see.items")
def worklist(request: Any, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """One line for each child, group, place, or record by itself, with what was found folded into it."""
    user = request.user
    asked = board.asked_of(request.GET)
    found = board.look(user, asked)
    shown = paged(request, found.lines)
    held = records_of(user, (k for x in shown.page for k in x.records))
    for line in shown.page:
        line.held = newest_first(held[k] for k in line.records if k in held)
    names = colleagues.by_number({x.assigned for x in shown.page if x.assigned})
    filter_only = urlencode({k: v for k, v in asked.items() if v})
    listed(request, "worklist", [x.key for x in shown.page], **asked)
    context = {
        "shown": shown, "asked": asked, "counts": found.counts, "districts": found.districts, "names": names,
        "wanted": sum(found.counts[s] for s in board.WANTED), "all": sum(found.counts.values()), "filter": filter_only,
        "without_status": urlencode({k: v for k, v in asked.items() if v and k != "status"}),
        "kinds": {k: v for k, v in words.WORDS["records"].items() if k != "premises"}, "indicators": words.WORDS["indicator"],
        "abouts": words.WORDS["about"], "views": mine.views_of(user), "errors": errors or {}, "typed": request.POST,
        "chosen": set(request.POST.getlist("keys")), "once": request.POST.get("once") or secrets.token_hex(16),
        "colleagues": colleagues.who_may("item.verdict") if user.as_role.allows("item.bulk") else [],
    }  # fmt: skip
    partial = request.htmx and not request.htmx.boosted
    return render(request, "worklist/rows.html" if partial else "worklist/list.html", context, status=status)


def _chosen(request: Any) -> list[Thing | None]:
    pairs = [k.partition("|") for k in request.POST.getlist("keys")[:500]]
    return [thing_of(request.user, about, ident) for about, _, ident in pairs]


@page("item.bulk", acts=True)
def bulk(request: Any) -> HttpResponse:
    """Assign, hold or mark as read many lines; one act each, all or none."""
    user, post = request.user, request.POST
    kind, why, once = post.get("do", ""), post.get("bulk_why", "").strip(), post.get("once", "")[:32]
    found = _chosen(request)
    things = [t for t in found if t is not None]
    if len(things) != len(found):
        return unseen(request, "item", "in bulk")
    errors: dict[str, str] = {}
    to = colleagues.named(post.get("bulk_to", "")) if kind == "assign" else None
    if kind not in IN_BULK:
        errors["do"] = "Many lines at once are assigned, held or marked as read, and nothing else"
    if not things:
        errors["lines"] = "Choose the lines first"
    if kind == "hold" and not user.as_role.allows("item.raise"):
        errors["do"] = "Your role does not hold for the four-weekly meeting"
    if kind == "hold" and not why:
        errors["bulk_why"] = "Write why they are held"
    if kind == "assign" and (
        to is None or any(not colleagues.can_have(to, "item.verdict", t.about, t.ident) for t in things)
    ):
        errors["bulk_to"] = "Choose somebody who works the list and may see all of these"
    if errors:
        return worklist(request, errors, 400)
    try:
        _each(request, kind, things, why, once or secrets.token_hex(16), to)
    except acts.NotAllowed as reason:
        return worklist(request, {"lines": str(reason)}, 400)
    n = words.counted(len(things), "line,lines")
    messages.success(request, f"{n} {words.word(kind, 'bulk')}.")
    return redirect(f"{reverse('worklist')}?{post.get('filter', '')[:600]}")


def _each(request: Any, kind: str, things: list[Thing], why: str, once: str, to: Any) -> None:
    user, run = request.user, publication().current_run
    with transaction.atomic():
        for n, thing in enumerate(things):
            if kind == "read":
                mine.mark_read(user, thing.about, thing.ident, thing.records)
                continue
            wish = acts.Wish(kind, f"{once}:{n}", why, str(to.pk) if to else "", batch=once)
            # Of many at once nobody says of each with which records: what rests on handling C stays with cleared roles.
            then = (lambda act: meetings.put_before(act, "", user, "closed")) if kind == "hold" else (lambda act: None)  # fmt: skip
            acts.do(
                user, thing, wish, run=run, shown=snapshot(thing, hits_of(user, thing.records)), then=then
            )
        note(
            request,
            "alteration" if kind != "read" else "consultation",
            "items in bulk",
            details={"did": kind, "lines": len(things)},
        )


@page("see.items", acts=True)
def save_view(request: Any) -> HttpResponse:
    """Keeps the filter under a name of one's own."""
    name = request.POST.get("view_name", "").strip()[:60]
    asked = board.asked_of(request.POST)
    query = urlencode({k: v for k, v in asked.items() if v})
    if not name:
        request.GET = request.POST
        return worklist(request, {"view_name": "Give the view a name"}, 400)
    if len(query) > LONGEST_FILTER:
        return worklist(
            request, {"view_name": "This filter is too long to be kept; shorten the words it looks for"}, 400
        )
    mine.keep_view(request.user, name, query)
    messages.success(request, f"The view “{name}” is saved.")
    return redirect(f"{reverse('worklist')}?{query}")


@page("see.items", acts=True)
def drop_view(request: Any, number: int) -> HttpResponse:
    if not mine.drop_view(request.user, number):
        return unseen(request, "view", str(number))
    messages.success(request, "The view is gone.")
    return redirect("worklist")


@page("see.items", acts=True)
def unread(request: Any, about: str, ident: str) -> HttpResponse:
    """Marks one line as unread again."""
    thing = thing_of(request.user, about, ident)
    if thing is None:
        return unseen(request, "item", f"{about}:{ident}")
    mine.mark_unread(request.user, about, ident)
    messages.success(request, "Marked as unread.")
    return redirect("worklist")
