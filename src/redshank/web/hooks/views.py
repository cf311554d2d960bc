"""The page of webhooks: addresses with their deliveries; proposed by one administrator, switched on by another."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.hooks import acts, sending
from redshank.web.hooks.models import Delivery, Hook
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note

SHOWN = 50


@page("people.manage")
def hooks(request: Any, errors: dict[str, str] | None = None, told: dict[str, str] | None = None, status: int = 200) -> HttpResponse:  # fmt: skip
    """Addresses, the last deliveries, and a form for a new one."""
    errors, post = errors or {}, request.POST
    if request.method == "POST" and told is None and not errors:
        try:
            with transaction.atomic():
                made = acts.propose(
                    request.user, post.get("name", "").strip(), post.get("address", "").strip()
                )
                note(request, "alteration", "webhook", str(made.pk), {"act": "proposed"})
            messages.success(request, "Proposed. Another administrator switches it on.")
            return redirect("hooks")
        except acts.NotAllowed as reason:
            errors, status = {"address": str(reason)}, 400
    rows = list(Hook.objects.select_related("by", "second", "ended_by"))
    if request.method != "POST":
        listed(request, "webhooks", [str(h.pk) for h in rows])
    context = {
        "hooks": rows, "deliveries": list(Delivery.objects.select_related("hook")[:SHOWN]), "errors": errors, "told": told, "typed": post,
        "listed": sorted(map(str, settings.HOOKS_ALLOWED)), "most": SHOWN,
    }  # fmt: skip
    return render(request, "hooks/hooks.html", context, status=status)


@page("people.manage", acts=True)
def hook_act(request: Any, number: int) -> HttpResponse:
    """Switched on, refused, ended. The secret that signs is told when it is switched on."""
    kind = request.POST.get("kind", "")
    try:
        with transaction.atomic():
            hook = acts.act(request.user, number, kind)
            note(request, "alteration", "webhook", str(number), {"act": kind})
    except acts.NotAllowed as reason:
        return hooks(request, {"act": str(reason)}, status=400)
    if kind == "on":
        return hooks(request, told={"name": hook.name, "secret": sending.secret(hook)})
    messages.success(request, f"{hook.name}: {hook.state_words.lower()}.")
    return redirect("hooks")
