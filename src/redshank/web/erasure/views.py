"""Pages: the erasures, a new one, one with its steps and its certificate."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from redshank.web.erasure import acts
from redshank.web.erasure import due as due_now
from redshank.web.erasure.models import Erasure, Step
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.typed import Errors, first_was, once, steps_seen, words
from redshank.web.pages.words import headline_after, record_words
from redshank.web.policy.gate import page
from redshank.web.retention.covering import over
from redshank.web.retention.finding import MOST, find
from redshank.web.retention.models import Notice
from redshank.web.retention.settings import DECIDED_WORDS
from redshank.web.rights import eyes
from redshank.web.trail.write import listed, note, read

SHOW = {"": "Open", "done": "Done", "all": "All"}
OPEN = ("proposed", "confirmed", "stopped")
#: What each step is called on the form.
DOES = {
    "confirmed": "Confirm it: the next night erases the record from every copy, and nobody brings it back",
    "refused": "Refuse it: the record stays",
    "withdrawn": "Withdraw it",
}


@page("see.rights")
def erasures(request: Any) -> HttpResponse:
    """The erasures in sight, by number, the newest first."""
    user = request.user
    show = request.GET.get("show", "")[:8]
    rows = Erasure.objects.visible_to(user, user.as_role.purpose).select_related("by", "second")
    if show != "all":
        rows = rows.filter(state="done") if show == "done" else rows.filter(state__in=OPEN)
    shown = paged(request, rows.order_by("-at", "-pk"))
    listed(request, "erasures", [str(e.pk) for e in shown.page], show=show)
    context = {"shown": shown, "show": show, "ways": SHOW, "may": user.as_role.allows(acts.PROPOSE)}
    return render(request, "erasure/erasures.html", context)


@page("erasure.propose")
def new(request: Any) -> HttpResponse:
    """Proposes a record's erasure; it is looked for first, by its number."""
    user, post = request.user, request.POST
    said = post.get("find", "").replace("\x00", "").strip()[:100]  # a number stands in no address
    found = [f for f in find(user, said) if f.kind == "record"]
    names = {f.ident for f in found}
    errors = Errors()
    if request.method == "POST" and post.get("do") != "look":
        key = post.get("record", "")
        if key not in names:
            errors["record"] = "Choose the record"
        why = words(post, "why", errors, "Write why, in your own words", 2_000)
        if not errors:
            try:
                with transaction.atomic():
                    made = acts.propose(user, key, why, once(request))
                    note(request, "alteration", "erasure", str(made.pk), {"act": "proposed"})
                messages.success(
                    request, "Proposed. Nothing is erased before a second person has confirmed it."
                )
                return redirect("erasure", made.pk)
            except acts.NotAllowed as reason:
                errors[reason.field] = str(reason)
    elif said:
        listed(request, "records to erase", [f.value for f in found])
    context = {"found": found, "find": said, "typed": post, "errors": errors, "once": once(request), "most": MOST, "decided": DECIDED_WORDS}  # fmt: skip
    return render(request, "erasure/new.html", context, status=400 if errors else 200)


@page("see.rights")
def due(request: Any, errors: Errors | None = None, status: int = 200) -> HttpResponse:
    """Records that are due to be looked at, by review group, the oldest first; what a notice covers is told with it."""
    user = request.user
    sight = eyes.of_case(user)
    on = due_now.day()
    rule = due_now.in_force(on)
    queue = due_now.queue(sight, on)
    chosen = request.GET.get("group", "") or request.POST.get("group", "")
    chosen = chosen if chosen in queue else next((k for k in queue if queue[k].exists()), rule.groups[0].key)
    shown = paged(request, queue[chosen])
    mine = set(Notice.objects.visible_to(user, user.as_role.purpose).values_list("pk", flat=True))
    rows = [(r, words_of(r), [n for n in over("record", r.key) if n.pk in mine]) for r in shown.page]
    listed(request, "records due for review", [r.key for r in shown.page], group=chosen)
    context = {
        "rule": rule, "group": next(g for g in rule.groups if g.key == chosen), "counts": [(g, queue[g.key].count()) for g in rule.groups], "shown": shown,
        "rows": rows, "on": on, "errors": errors or {}, "typed": request.POST, "once": once(request), "may": user.as_role.allows(due_now.KEEP),
        "proposes": user.as_role.allows(acts.PROPOSE),
    }  # fmt: skip
    return render(request, "erasure/due.html", context, status=status)


def words_of(record: Any) -> str:
    """A record as lists call it."""
    return record_words(record.key) + headline_after(record)


@page("erasure.review", acts=True)
def keep(request: Any) -> HttpResponse:
    """Keeps one that is due until it is looked at again."""
    errors = Errors()
    key, group = request.POST.get("record", ""), request.POST.get("group", "")
    if not key:
        errors["record"] = "Choose the record"
    why = words(request.POST, "why", errors, "Write why it is still needed", 2_000)
    if errors:
        return due(request, errors, 400)
    try:
        with transaction.atomic():
            due_now.keep(request.user, key, group, why, once(request), eyes.of_case(request.user))
            note(request, "alteration", "review of a record", key, {"act": "kept", "group": group})
    except acts.NotAllowed as reason:
        return due(request, {"record": str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time, until it is looked at again.")
    return redirect(f"{reverse('erasure-due')}?group={group}")


def _one(request: Any, number: int) -> Erasure | None:
    rows = Erasure.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by", "second").filter(pk=number).first()


@page("see.rights")
def erasure(request: Any, number: int, errors: Errors | None = None, status: int = 200) -> HttpResponse:
    """One erasure: of what, why, by whom, and what its certificate says."""
    found = _one(request, number)
    if found is None:
        return unseen(request, "erasure", str(number))
    user = request.user
    if request.method == "GET":
        read(request, "erasure", str(found.pk))
    steps = list(Step.objects.visible_to(user, user.as_role.purpose).filter(erasure=found).select_related("by"))  # fmt: skip
    context = {
        "erasure": found, "of": acts.named(found), "steps": steps, "does": [(k, DOES[k]) for k in acts.offered(user, found)], "errors": errors or {},
        "typed": request.POST, "once": once(request), "told": _told(found), "waits": found.state == "proposed" and found.by_id == user.pk,
        "decided": DECIDED_WORDS,
    }  # fmt: skip
    return render(request, "erasure/erasure.html", context, status=status)


def _told(found: Erasure) -> dict[str, Any] | None:
    """The certificate as the page shows it."""
    if found.state != "done":
        return None
    kept = found.parsed("told")
    told = kept["told"]
    places = [("The store", k, n, "removed") for k, n in told["store"].items()]
    for what in ("removed", "replaced"):
        places += [("The pages", k, n, what) for k, n in told["database"][what].items()]
    return (
        kept
        | told
        | {"places": places, "left": told["database"]["left"], "sealed": told["database"]["sealed"]}
    )


@page("see.rights", acts=True)
def act(request: Any, number: int) -> HttpResponse:
    """A step of the second person, or the first one's taking it back."""
    if _one(request, number) is None:
        return unseen(request, "erasure", str(number))
    errors = Errors()
    why = words(request.POST, "why", errors, "Write why, in your own words", 2_000)
    if errors:
        return erasure(request, number, errors, 400)
    kind = request.POST.get("kind", "")[:10]
    try:
        with transaction.atomic():
            made = acts.decide(request.user, number, kind, why, once(request), steps_seen(request))
            note(request, "alteration", "erasure", str(number), {"act": made.kind})
    except acts.Meanwhile as first:
        said = first_was(first.step) if first.step.by else "A night has acted on it meanwhile: look again"
        return erasure(request, number, {"kind": said}, 409)
    except acts.NotAllowed as reason:
        return erasure(request, number, {reason.field: str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("erasure", number)


@page("see.rights")
def certificate(request: Any, number: int) -> HttpResponse:
    """The certificate as a file: what was erased, what was not and why, who, when. It holds nothing of the record."""
    found = _one(request, number)
    if found is None or found.state != "done":
        return unseen(request, "erasure", str(number))
    note(request, "disclosure", "erasure", str(number), {"file": "certificate"})
    told = {
        "erasure": found.pk, "why": found.why, "proposed_by": found.who, "confirmed_by": found.who_second, "asked_at": found.at.isoformat(),
        "policy": DECIDED_WORDS, **found.parsed("told"),
    }  # fmt: skip
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="erasure-{found.pk}.json"'
    return response
