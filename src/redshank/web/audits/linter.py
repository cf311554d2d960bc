"""The linter over HTTP, a page on which a text is checked, and the tokens of other systems."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from redshank.web.audits import asking
from redshank.web.policy.gate import needs_second_factor, page, public
from redshank.web.trail.write import listed, note

LIMITS = asking.SETTINGS


def _wrong(status: int, code: str, what: str, todo: str) -> JsonResponse:
    """One shape for every error: which, what is so, what to do."""
    return JsonResponse({"error": {"code": code, "message": what, "do": todo}}, status=status)


@public
@csrf_exempt
@sensitive_post_parameters()
@sensitive_variables()
def check(request: Any) -> HttpResponse:
    """``POST {"text": …}`` → ``{"hits": […]}``, each with its offsets in the text."""
    if request.method != "POST":
        return _wrong(405, "post", "A text is sent, not asked for.", 'Send POST with the body {"text": "…"}.')
    if header := request.headers.get("Authorization", ""):
        system = asking.system_of(header)
        if system is None:
            return _wrong(
                401, "token", "This token opens nothing.", "Ask the administrator of Redshank for a new one."
            )
        return _answered(request, f"system {system.pk}", LIMITS["per_minute"]["system"])
    return _of_a_page(request)


@csrf_protect
def _of_a_page(request: Any) -> HttpResponse:
    """Somebody who is signed in, from a page of ours."""
    from redshank.web.access.standing import lacks

    user = request.user
    if not user.is_authenticated or not user.is_active or needs_second_factor(request) or lacks(user):
        return _wrong(401, "sign-in", "Nobody is signed in, and no token was sent.", "Sign in, or send Authorization: Bearer and the token.")  # fmt: skip
    return _answered(request, f"user {user.pk}", LIMITS["per_minute"]["page"])


def _answered(request: Any, who: str, per_minute: int) -> HttpResponse:
    if asking.too_often(who, per_minute):
        return _wrong(
            429, "often", f"More than {per_minute} texts in a minute.", "Wait a minute and send again."
        )
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > LIMITS["body"]:
        return _wrong(413, "long", f"More than {LIMITS['body']:,} bytes.", "Send the text in parts.")
    try:
        text = json.loads(request.body)["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        text = None
    if not isinstance(text, str):
        return _wrong(400, "body", "The body is not as it should be.", 'Send JSON: {"text": "…"}, as UTF-8.')
    if len(text) > LIMITS["longest"]:
        return _wrong(413, "long", f"More than {LIMITS['longest']:,} characters.", "Send the text in parts.")
    return JsonResponse({"hits": asking.answer(text), "note": "Nothing is changed and nothing is kept: these are offers."})  # fmt: skip


@page("")
def check_page(request: Any) -> HttpResponse:
    """A text to be checked, also where no script runs."""
    text = request.POST.get("text", "").replace("\r\n", "\n")[: LIMITS["longest"]]
    hits: list[dict[str, Any]] | None = None
    errors: dict[str, str] = {}
    if request.method == "POST":
        if asking.too_often(f"user {request.user.pk}", LIMITS["per_minute"]["page"]):
            errors["text"] = "That was often: wait a minute and check again"
        elif not text.strip():
            errors["text"] = "Write or paste the text to check"
        else:
            hits = asking.answer(text)
    return render(request, "audits/check.html", {"text": text, "hits": hits, "errors": errors, "longest": LIMITS["longest"]})  # fmt: skip


@page("people.manage")
def systems(request: Any) -> HttpResponse:
    """Which other systems may ask the linter; a new token is told once."""
    errors: dict[str, str] = {}
    token, name = "", request.POST.get("name", "").strip()
    if request.method == "POST":
        if not name or len(name) > 80:
            errors["name"] = "Write which system it is for, at most 80 characters"
        elif any(s.name == name and not hasattr(s, "ended") for s in asking.systems()):
            errors["name"] = "A token of that name is in force: end it first, or name the new one otherwise"
        else:
            with transaction.atomic():
                token = asking.make(request.user, name)
                note(request, "alteration", "token of the linter", name, {"act": "made"})
    else:
        listed(request, "tokens of the linter", [s.name for s in asking.systems()])
    return render(request, "audits/systems.html", {"systems": asking.systems(), "token": token, "name": name, "errors": errors}, status=400 if errors else 200)  # fmt: skip


@page("people.manage", acts=True)
def end_system(request: Any, number: int) -> HttpResponse:
    """A token opens nothing from now on."""
    with transaction.atomic():
        if asking.end(request.user, number):
            note(request, "alteration", "token of the linter", str(number), {"act": "ended"})
            messages.success(request, "Ended: it opens nothing from now on.")
    return redirect("language-systems")
