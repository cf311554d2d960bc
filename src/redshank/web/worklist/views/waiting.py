"""What cannot wait: each with its reason, who has seen it, who has taken it, and to whom it goes next (practice rule 16)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.heads.models import Urgent
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note
from redshank.web.worklist import waiting
from redshank.web.worklist.config import WAITING
from redshank.web.worklist.items import newest_first, records_of


@page("see.urgent")
def urgent(request: Any) -> HttpResponse:
    user = request.user
    found = waiting.waits(user)
    held = records_of(user, (k for w in found for k in w.item.parsed("records")))
    lines = [
        {
            "waits": w, "records": newest_first(held[k] for k in w.item.parsed("records") if k in held),
            "seen_by_me": any(a.by_id == user.pk for a in w.seen), "may_take": w.taken is None and user.as_role.allows("urgent.take"),
        }
        for w in found
    ]  # fmt: skip
    listed(request, "what cannot wait", [w.item.person_id for w in found])
    context = {
        "lines": lines,
        "criteria": WAITING["criteria"].values(),
        "face": waiting.FACE,
        "open": sum(w.taken is None for w in found),
    }
    return render(request, "worklist/urgent.html", context)


@page("see.urgent", acts=True)
def acknowledge(request: Any, person_id: str) -> HttpResponse:
    """Somebody has seen it. It is not taken by that, and goes on escalating."""
    user = request.user
    item = Urgent.objects.visible_to(user, user.as_role.purpose).filter(person_id=person_id).first()
    if item is None:
        return unseen(request, "urgent", person_id)
    with transaction.atomic():
        if waiting.acknowledge(user, item):
            note(request, "alteration", "urgent", person_id, {"acknowledged": True})
    messages.info(request, f"{item.name}: you have seen this. Nobody has taken it by that.")
    return redirect("urgent")
