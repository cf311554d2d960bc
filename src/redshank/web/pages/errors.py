"""Answers that hold nothing: the same whether a thing is missing or may not be seen."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from redshank.web.pages.menu import menu

FOR_PROGRAMS = "/api/"  # whose answers are read by no person: one shape, no page


def nothing_here(request: Any, exception: Any = None) -> HttpResponse:
    """Not there, or not for this reader: one answer, so that nobody can tell which. The menu marks no place on it."""
    if request.path.startswith(FOR_PROGRAMS):
        from redshank.web.api import gate

        return gate.wrong(gate.nothing())
    user = getattr(request, "user", None)
    shown = menu(user.as_role, "") if user is not None and user.is_authenticated else None
    return render(request, "errors/nothing.html", {"menu": shown}, status=404)


def refused(request: Any, permission: str) -> HttpResponse:
    """The role may not: the auditor sees the attempt, the reader what everybody sees who asks for nothing."""
    from redshank.web.trail.write import note

    note(request, "refusal", "page", request.path[:240], {"needs": permission})
    return nothing_here(request)


def unseen(request: Any, kind: str, ident: str) -> HttpResponse:
    """The thing is not in this person's sight."""
    from redshank.web.trail.write import note

    note(request, "refusal", kind, ident[:240])
    return nothing_here(request)


#: What a form carries for itself, and nobody typed.
MARKS = frozenset(
    [
        "csrfmiddlewaretoken",
        "once",
        "began",
        "acts",
        "steps",
        "advised",
        "next",
        "act",
        "evidence",
        "password",
        "code",
    ]
)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What somebody typed into the form that was sent."""
    return [(k, v) for k, v in request.POST.items() if k not in MARKS and v.strip()]


def expired(request: Any, reason: str = "", exception: Any = None) -> HttpResponse:
    """A form that is too old or comes from elsewhere: nothing was changed, and what was typed is not lost.

    It is shown, and where the form came from a page of ours it can be sent again as it was, after signing in. A form
    from elsewhere is never offered again: pressing a button here would do what somebody else wrote.
    """
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    ours = bool(origin) and urlsplit(origin).netloc == request.get_host()
    again = [
        (k, v) for k in request.POST for v in request.POST.getlist(k)
        if k not in ("csrfmiddlewaretoken", "password", "code")
    ]  # fmt: skip
    user = getattr(request, "user", None)
    context = {
        "typed": [v for _, v in typed(request) if " " in v.strip()],
        "again": again if ours and request.method == "POST" else [],
        "signed_in": bool(user and user.is_authenticated),
        "path": request.path,
    }
    return render(request, "errors/expired.html", context, status=403)


def lapsed(request: Any, missing: list[str]) -> HttpResponse:
    """The account opens nothing today: what is missing is told to whoever it belongs to (practice rule 29)."""
    from redshank.web.trail.write import note

    note(request, "refusal", "page", request.path[:240], {"lapsed": len(missing)})
    return render(request, "errors/lapsed.html", {"missing": missing, "menu": None}, status=403)


def defect(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(FOR_PROGRAMS):
        from redshank.web.api import gate

        return gate.wrong(gate.defect())
    return render(request, "errors/defect.html", status=500)
