"""Signing in through the force's provider: to it, back from it, and in plain words where it did not work."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from redshank.web import homes
from redshank.web.accounts import oidc
from redshank.web.accounts.entering import enter, next_page
from redshank.web.pages.errors import nothing_here
from redshank.web.policy.gate import public
from redshank.web.provider import Provider
from redshank.web.trail.write import note

REFUSALS = tomllib.loads((Path(__file__).parent / "refusals.toml").read_text(encoding="utf-8"))
BACKEND = "redshank.web.accounts.asserted.Asserted"
NEXT = "provider_next"


def offered() -> Provider | None:
    """The provider, where one is configured; a demonstration home offers none."""
    return None if homes.demonstration_mark(settings.HOME).exists() else settings.PROVIDER


@public
def to_provider(request: Any) -> HttpResponse:
    """Leads to the provider's sign-in. A link and no form: the pages' policy lets a form lead nowhere else."""
    provider = offered()
    if provider is None or request.method != "GET":
        return nothing_here(request)
    request.session[NEXT] = next_page(request)
    try:
        return oidc.begin(request, provider, _back(request))
    except oidc.Refused as refused:
        return _refused(request, refused.why)


@public
def from_provider(request: Any) -> HttpResponse:
    """The provider's answer: signs in, or says why not. What else holds of an account holds after it, too: lock-out,
    leaving, training, vetting, the line manager's look, and the second factor unless the force accepts the provider's."""
    provider = offered()
    if provider is None or request.method != "GET":
        return nothing_here(request)
    try:
        word = oidc.finish(request, provider)
    except oidc.Refused as refused:
        return _refused(request, refused.why)
    user = authenticate(request, username=word.username, asserted=True)
    if user is None:
        why = "locked" if getattr(request, "axes_locked_out", False) else "no_account"
        return _refused(request, why, word.username)
    wanted = request.session.pop(NEXT, reverse("today"))
    enter(request, user, BACKEND, second_factor=word.second_factor)
    return redirect(wanted)


def _back(request: Any) -> str:
    path = reverse("provider-back")
    return f"{settings.ORIGIN}{path}" if settings.ORIGIN else request.build_absolute_uri(path)


def _refused(request: Any, why: str, username: str = "") -> HttpResponse:
    """The name is kept for the auditor: the provider has signed it, so nobody mistyped a password there."""
    note(request, "refusal", "sign-in", username, {"by": "provider", "why": why})
    if why == "locked":  # the lock-out's own answer takes the place of this one
        return render(request, "accounts/locked.html", status=429)
    told = REFUSALS[why]
    return render(request, "accounts/provider.html", {"told": told}, status=told["status"])
