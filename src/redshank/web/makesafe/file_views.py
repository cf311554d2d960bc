"""Taking in a list of businesses: the file is looked at row by row, and then taken in whole or by the rows that are ticked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.makesafe import bulk
from redshank.web.makesafe.acts import LABELS
from redshank.web.makesafe.settings import CATEGORIES
from redshank.web.pages.typed import once
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note

ACTS = ("look", "ticked", "whole")


def _text(request: Any, errors: dict[str, str]) -> str:
    """The list as it was sent, or as it stands in the page's field."""
    sent = request.FILES.get("file")
    if sent is None:
        return str(request.POST.get("text", ""))
    if sent.size > bulk.MOST_BYTES:  # before it is read
        errors["file"] = f"It is longer than {bulk.MOST_BYTES:,} bytes: take it in by parts"
        return ""
    return bulk.decoded(sent.read())


@page("makesafe.record")
def take_list(request: Any) -> HttpResponse:
    """A list of businesses: sent, looked at, taken in. Nothing of it is kept before somebody takes it in."""
    errors: dict[str, str] = {}
    act = request.POST.get("act", "look")
    text = ""
    looked = None
    ticked: set[int] = set()
    if request.method == "POST":
        text = _text(request, errors)
        if act not in ACTS:
            errors["act"] = "Choose whether to look at the list or to take it in"
        if not errors:
            try:
                looked = bulk.look(request.user, text)
            except bulk.NotAFile as reason:
                errors["file"] = str(reason)
    if looked is not None:
        ticked = {r.number for r in looked.rows if r.state == "good"}
        if act in ("ticked", "whole"):
            wanted = _wanted(request, looked, act, errors)
            if not errors:
                return _take(request, looked, wanted)
            if act == "ticked" and "text" not in errors:
                ticked = wanted
        else:
            listed(request, "list of businesses", [], rows=len(looked.rows), file=looked.digest)
    context = {
        "text": text, "errors": errors, "looked": looked, "once": once(request), "ticked": ticked, "states": bulk.STATES,
        "counts": [(words, looked.count(k)) for k, words in bulk.STATES.items()] if looked else [], "most": bulk.MOST_ROWS,
        "columns": LABELS.values(), "categories": CATEGORIES,
    }  # fmt: skip
    return render(request, "makesafe/file.html", context, status=400 if errors else 200)


def _wanted(request: Any, looked: bulk.Looked, act: str, errors: dict[str, str]) -> set[int]:
    """The rows to take in; what stands against it goes into ``errors``."""
    if request.POST.get("digest") != looked.digest:
        errors["text"] = "The list is another one than the one that was shown: look at it again first"
        return set()
    if act == "whole":
        if not looked.is_clean:
            errors["act"] = "Something stands against a row: tick the rows to take in"
        return {r.number for r in looked.rows}
    wanted = {int(n) for n in request.POST.getlist("row") if n.isascii() and n.isdecimal() and len(n) < 7}
    if not wanted:
        errors["act"] = "Tick the rows to take in"
    return wanted


def _take(request: Any, looked: bulk.Looked, wanted: set[int]) -> HttpResponse:
    with transaction.atomic():
        taken = bulk.take(request.user, looked, wanted, once(request))
        left = len(looked.rows) - len(taken.made)
        details = {
            "step": "list", "file": looked.digest, "rows": len(looked.rows), "taken": len(taken.made), "left": left,
            "businesses": [b.pk for b in taken.made],
        }  # fmt: skip
        note(request, "collection", "businesses", "", details)
    n = len(taken.made)
    messages.success(request, f"{n} {'business' if n == 1 else 'businesses'} taken in; {left} {'row' if left == 1 else 'rows'} left.")  # fmt: skip
    if taken.left:
        which = ", ".join(str(r.number) for r in taken.left)
        messages.info(request, f"Not taken in, though ticked: row {which}. It stands in the operation, or cannot be read.")  # fmt: skip
    return redirect("makesafe")
