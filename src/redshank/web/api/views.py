"""The page of tokens: one's own, a new one told once, and for an administrator everybody's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.api import tokens as acts
from redshank.web.api.scopes import open_to
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note


@page("")
def tokens(request: Any) -> HttpResponse:
    """One's own tokens; made here, the token itself is told this once."""
    user, post = request.user, request.POST
    errors: dict[str, str] = {}
    secret = ""
    if request.method == "POST":
        days = post.get("days", "")
        given = int(days) if days.isdecimal() and len(days) < 5 else 0
        try:
            with transaction.atomic():
                row, secret = acts.make(user, post.get("name", "").strip(), post.getlist("scopes"), given)
                note(request, "alteration", "token", str(row.pk), {"act": "made", "scopes": " ".join(sorted(row.may)), "days": given})  # fmt: skip
        except acts.NotAllowed as reason:
            errors["name"] = str(reason)
    manages = user.as_role.allows("people.manage")
    mine = acts.of_owner(user)
    others = [t for t in acts.everybodys() if t.owner_id != user.pk] if manages else []
    if request.method != "POST":
        listed(request, "tokens", [str(t.pk) for t in [*mine, *others]])
    context = {
        "tokens": mine, "others": others, "manages": manages, "secret": secret, "errors": errors, "scopes": open_to(user),
        "days": acts.DAYS, "most_days": acts.MOST_DAYS, "name": post.get("name", ""), "chosen": post.getlist("scopes") if errors else [],
    }  # fmt: skip
    return render(request, "api/tokens.html", context, status=400 if errors else 200)


@page("", acts=True)
def end(request: Any, number: int) -> HttpResponse:
    """A token opens nothing from now on: one's own, or anybody's for an administrator."""
    user = request.user
    with transaction.atomic():
        ended = acts.end(user, number, own=True)
        if ended is None and user.as_role.allows("people.manage"):
            ended = acts.end(user, number, own=False)
        if ended is not None:
            note(request, "alteration", "token", str(number), {"act": "ended", "owner": ended.owner.username})
    if ended is None:
        return unseen(request, "token", str(number))
    messages.success(request, "Ended: it opens nothing from now on.")
    return redirect("tokens")
