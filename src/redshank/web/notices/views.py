"""A person's notices: those that wait, those read, and how e-mail is wanted."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.notices import lists
from redshank.web.notices.models import HOWS
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note


@page("")
def notices(request: Any, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """What waits for this person, newest first; ``?show=read`` what they have read."""
    user, show_read = request.user, request.GET.get("show") == "read"
    rows = lists.of(user, show_read)
    listed(request, "notices", [str(x.notice.pk) for x in rows], show="read" if show_read else "")
    context = {
        "rows": rows, "show_read": show_read, "errors": errors or {}, "way": lists.way_of(user), "hows": HOWS, "sends": settings.MAIL_SERVER is not None,
        "most": lists.MOST if len(rows) >= lists.MOST else 0,
    }  # fmt: skip
    return render(request, "notices/notices.html", context, status=status)


@page("", acts=True)
def read(request: Any) -> HttpResponse:
    """One of one's own as read, or all."""
    number = request.POST.get("number", "")
    if number and not (number.isdecimal() and len(number) < 12):
        return notices(request, {"number": "Choose one of the notices"}, 400)
    lists.mark_read(request.user, int(number) if number else None)
    return redirect("notices")


@page("", acts=True)
def choose(request: Any) -> HttpResponse:
    """How e-mail is wanted."""
    how = request.POST.get("how", "")
    if how not in HOWS:
        return notices(request, {"how": "Choose how you want e-mail"}, 400)
    with transaction.atomic():
        lists.choose(request.user, how)
        note(request, "alteration", "account", request.user.username, {"mail": how})
    messages.success(request, "Kept.")
    return redirect("notices")
