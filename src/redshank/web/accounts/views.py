"""Signing in and out, the second factor, accounts, and handovers."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from redshank.web.accounts import directory
from redshank.web.accounts.demonstration import is_offered
from redshank.web.accounts.entering import enter, next_page
from redshank.web.accounts.provider import offered
from redshank.web.policy.gate import page, public
from redshank.web.trail.write import note


@public
@sensitive_post_parameters("password")
def sign_in(request: Any) -> HttpResponse:
    """A name and a password; five wrong ones lock the name for a quarter of an hour."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect("today")
    error = ""
    if request.method == "POST":
        user = authenticate(
            request, username=request.POST.get("username", ""), password=request.POST.get("password", "")
        )
        if user is not None:
            enter(request, user)
            return redirect(next_page(request))
        error = "The name or the password is wrong"
        # What was typed as a name is kept only where it is one: it may be a password in the wrong field.
        known = directory.account(request.POST.get("username", ""))
        note(request, "refusal", "sign-in", known.username if known else "")
    context = {
        "errors": {"username": error} if error else {},
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "username": request.POST.get("username", ""),
        "offered": is_offered(),
        "provider": offered(),
    }
    return render(request, "accounts/sign_in.html", context, status=401 if error else 200)


@public
def demonstration(request: Any) -> HttpResponse:
    """Each role's sign-in, in a demonstration home only; anywhere else there is nothing here."""
    if not is_offered():
        from redshank.web.pages.errors import nothing_here

        return nothing_here(request)
    if request.method == "POST":
        user = directory.demonstration_account(request.POST.get("account", ""))
        if user is not None:
            logout(request)
            enter(request, user)
            return redirect(next_page(request))
    accounts = directory.demonstration_accounts()
    return render(
        request, "accounts/demonstration.html", {"accounts": accounts, "next": request.GET.get("next", "")}
    )


@page("", acts=True)
def sign_out(request: Any) -> HttpResponse:
    note(request, "consultation", "sign-out")
    logout(request)
    answer = redirect("sign-in")
    answer["Clear-Site-Data"] = '"cache", "cookies", "storage"'  # nothing stays for who sits down next
    return answer


@page("")
def second_factor(request: Any) -> HttpResponse:
    """The code of an authenticator app. The first time, the app is set up with the key shown."""
    from django_otp import login as otp_login

    device = directory.device_of(request.user)
    error = ""
    if request.method == "POST":
        allowed, _ = device.verify_is_allowed()
        if allowed and device.verify_token(request.POST.get("code", "").replace(" ", "")):
            if not device.confirmed:
                device.confirmed = True
                device.save()
            otp_login(request, device)
            return redirect("today")
        note(request, "refusal", "second factor")
        error = "The code is wrong or has run out" if allowed else "Too many wrong codes: wait a moment"
    key = "" if device.confirmed else directory.key_words(device)
    return render(
        request,
        "accounts/second_factor.html",
        {"errors": {"code": error} if error else {}, "key": key},
        status=401 if error else 200,
    )


@page("people.manage")
def people(request: Any) -> HttpResponse:
    """All accounts: who has which role. The administrator sees no record."""
    return render(
        request,
        "accounts/people.html",
        {"accounts": directory.all_accounts(), "alone": directory.without_deputy()},
    )


@page("handover")
def handover(request: Any) -> HttpResponse:
    """What I hand over, and what waits for my signature."""
    errors: dict[str, str] = {}
    takers = [a for a in directory.same_work(request.user) if a != request.user]
    if request.method == "POST":
        taker = next((a for a in takers if a.username == request.POST.get("taker", "")), None)
        text = request.POST.get("note", "").strip()
        if taker is None:
            errors["taker"] = "Choose who takes over"
        if not text:
            errors["note"] = "Write what is handed over, also when it is nothing"
        if taker is not None and not errors:
            with transaction.atomic():
                once = request.POST.get("once", "")[:40] or secrets.token_hex(16)
                if directory.give(request.user, taker, text, once):
                    note(request, "alteration", "handover", details={"signed": False})
            messages.success(request, f"Handed over to {taker.name}, who signs it.")
            return redirect("handover")
    context = {
        "errors": errors,
        "typed": request.POST,
        "once": request.POST.get("once") or secrets.token_hex(16),
        "accounts": takers,
        "given": directory.given_by(request.user),
        "taken": directory.taken_by(request.user),
    }
    return render(request, "accounts/handover.html", context, status=400 if errors else 200)


@page("handover", acts=True)
def sign_handover(request: Any, number: int) -> HttpResponse:
    with transaction.atomic():
        if not directory.sign(request.user, number, timezone.now()):
            from redshank.web.pages.errors import unseen

            return unseen(request, "handover", str(number))
        note(request, "alteration", "handover", str(number), {"signed": True})
        messages.success(request, "Signed. It is yours now.")
    return redirect("handover")
