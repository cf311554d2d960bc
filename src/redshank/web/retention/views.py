"""Pages: the notices, a new one, one with its steps, and what stands in the way of disposing of something."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.typed import Errors, day, first_was, once, steps_seen, words
from redshank.web.policy.gate import page
from redshank.web.retention import acts
from redshank.web.retention.covering import over
from redshank.web.retention.finding import MOST, find
from redshank.web.retention.models import Notice, Step
from redshank.web.retention.settings import EXPLOITATION_WORDS, MADE, WIDE
from redshank.web.trail.write import listed, note, read

SHOW = {"": "In force", "lifted": "Lifted", "all": "All"}
#: What each step of lifting is called on the form.
DOES = {
    "lift_proposed": "Propose to lift it; a second person decides",
    "lift_confirmed": "Lift it: disposal of what it alone covers may run from now on",
    "lift_refused": "It stays in force",
    "lift_withdrawn": "Withdraw the proposal",
}


@page("see.rights")
def notices(request: Any) -> HttpResponse:
    """The notices in sight, those of which lifting is proposed first."""
    user = request.user
    show = request.GET.get("show", "")[:8]
    rows = Notice.objects.visible_to(user, user.as_role.purpose).select_related(
        "by", "proposed_by", "lifted_by"
    )
    if show != "all":
        rows = rows.filter(state="lifted") if show == "lifted" else rows.exclude(state="lifted")
    shown = paged(request, rows.order_by("-state", "-since", "-pk"))
    listed(request, "preservation notices", [str(n.pk) for n in shown.page], show=show)
    context = {"shown": shown, "show": show, "ways": SHOW, "may": user.as_role.allows(acts.MAKE)}
    return render(request, "retention/notices.html", context)


def _said(request: Any) -> str:
    return request.POST.get("find", "").replace("\x00", "").strip()[:100]  # a name stands in no address


@page("preservation.make")
def new(request: Any) -> HttpResponse:
    """Makes a notice; a person, a group or a record is looked for first."""
    user, post = request.user, request.POST
    said, errors = _said(request), Errors()
    found = find(user, said)
    names = {f.value: f.name for f in found}
    if request.method == "POST" and post.get("do") != "look":
        asked = _asked(request, names, errors)
        if asked is not None:
            try:
                with transaction.atomic():
                    made = acts.make(user, asked)
                    note(request, "alteration", "preservation notice", str(made.pk), {"act": "made", "kind": made.kind, "covers": made.covers})  # fmt: skip
                _advise(request, asked.why, asked.title)
                messages.success(request, "In force from now on, with your name and the time.")
                return redirect("preservation-notice", made.pk)
            except acts.NotAllowed as reason:
                errors[reason.field] = str(reason)
    elif said:
        listed(request, "things to preserve", list(names))
    context = {
        "kinds": MADE, "wide": WIDE, "found": found, "find": said, "typed": post, "errors": errors, "once": once(request), "most": MOST,
        "exploitation": EXPLOITATION_WORDS,
    }  # fmt: skip
    return render(request, "retention/new.html", context, status=400 if errors else 200)


def _asked(request: Any, names: dict[str, str], errors: Errors) -> acts.Asked | None:
    post = request.POST
    chosen = post.get("covers", "")
    if chosen not in names and chosen not in WIDE:
        errors["covers"] = "Choose what it covers"
    if post.get("kind", "") not in MADE:
        errors["kind"] = "Choose what it is made for"
    title = words(post, "title", errors, "Write what it is called", 200)
    authority = words(post, "authority", errors, "Write who asks for it, with their reference", 300)
    why = words(post, "why", errors, "Write why, in your own words")
    since = day(post, "since", errors, past=True)
    if errors or since is None:
        return None
    covers, _, ident = chosen.partition(":")
    return acts.Asked(post["kind"], title, covers, ident, names.get(chosen, ""), authority, why, since, once(request))  # fmt: skip


def _notice(request: Any, number: int) -> Notice | None:
    rows = Notice.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by", "proposed_by", "lifted_by").filter(pk=number).first()


@page("see.rights")
def notice(request: Any, number: int, errors: Errors | None = None, status: int = 200) -> HttpResponse:
    """One notice: what it covers, on whose word, and everything that was done to it."""
    found = _notice(request, number)
    if found is None:
        return unseen(request, "preservation notice", str(number))
    user = request.user
    if request.method == "GET":
        if found.name:
            read(request, found.covers, found.person_id or found.group_id or found.record_key)
        else:
            read(request, "preservation notice", str(found.pk))
    steps = list(Step.objects.visible_to(user, user.as_role.purpose).filter(notice=found).select_related("by"))  # fmt: skip
    context = {
        "notice": found, "steps": steps, "does": [(k, DOES[k]) for k in acts.offered(user, found)], "errors": errors or {}, "typed": request.POST,
        "once": once(request), "exploitation": EXPLOITATION_WORDS,
        "waits": found.state == "proposed" and found.proposed_by_id == user.pk,
    }  # fmt: skip
    return render(request, "retention/notice.html", context, status=status)


@page("preservation.lift", acts=True)
def act(request: Any, number: int) -> HttpResponse:
    """A step of lifting it."""
    if _notice(request, number) is None:
        return unseen(request, "preservation notice", str(number))
    errors = Errors()
    why = words(request.POST, "why", errors, "Write why, in your own words")
    if errors:
        return notice(request, number, errors, 400)
    kind = request.POST.get("kind", "")[:16]
    try:
        with transaction.atomic():
            made = acts.lift(request.user, number, kind, why, once(request), steps_seen(request))
            note(request, "alteration", "preservation notice", str(number), {"act": made.kind})
    except acts.Meanwhile as first:
        return notice(request, number, {"kind": first_was(first.step)}, 409)
    except acts.NotAllowed as reason:
        return notice(request, number, {reason.field: str(reason)}, 400)
    _advise(request, why)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("preservation-notice", number)


@page("see.rights")
def look(request: Any) -> HttpResponse:
    """What is held under a name or a number, and which notices stand in the way of disposing of it."""
    user = request.user
    said = _said(request)
    found = find(user, said)
    if said:
        listed(request, "what is preserved", [f.value for f in found])
    mine = set(Notice.objects.visible_to(user, user.as_role.purpose).values_list("pk", flat=True))
    rows = []
    for f in found:
        standing = over(f.kind, f.ident)
        rows.append((f, [n for n in standing if n.pk in mine]))
    return render(request, "retention/look.html", {"find": said, "rows": rows, "errors": {}, "most": MOST})


def _advise(request: Any, *typed: str) -> None:
    """Words that blame or diminish a child, in what was typed: an offer, nothing is rewritten (practice rule 18)."""
    from redshank.publish import language_hints

    for text in typed:
        for hit in language_hints(text):
            if not hit["quoted"]:
                messages.info(request, f"Words to look at in what you wrote: “{hit['phrase']}” {hit['reason']}. Your text stays as it is.")  # fmt: skip
