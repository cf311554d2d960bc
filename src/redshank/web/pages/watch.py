"""The health check, and the audit as the auditor searches it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from redshank.web.accounts.roles import ROLES
from redshank.web.heads.models import Publication
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page, public
from redshank.web.trail.models import ACTIONS, Entry
from redshank.web.trail.standing_out import DAYS, ELSEWHERE, MANY, TIMES, standing_out
from redshank.web.trail.write import listed


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when it can serve, 503 when it cannot; says nothing about anybody."""
    try:
        connection.ensure_connection()
        run = Publication.objects.filter(pk=1).values_list("current_run", flat=True).first() or 0
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "cannot be reached"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok", "published_run": run})


@page("see.trail")
def trail(request: Any) -> HttpResponse:
    """Who did what, when and why."""
    purpose = request.user.as_role.purpose
    errors: dict[str, str] = {}
    rows = Entry.objects.visible_to(request.user, purpose).select_related("user").order_by("-at", "-id")
    asked = {n: request.GET.get(n, "").strip()[:240] for n in ("action", "q", "role", "since", "until")}
    if asked["action"] in ACTIONS:
        rows = rows.filter(action=asked["action"])
    if asked["role"] in ROLES:
        rows = rows.filter(role=asked["role"])
    # Of one kind of thing, as the pages of things ask: a number alone may be that of a flag or of a question.
    if kind := request.GET.get("kind", "").strip()[:30]:
        rows = rows.filter(kind=kind)
    if words := asked["q"]:
        # A record by its key or its own number, anything else by its id with or without what stands before it.
        rows = rows.filter(
            Q(ident__in=[words, f"p-{words}", f"g-{words}"])
            | Q(kind="record", ident__endswith=f":{words.rpartition(' ')[2]}")
            | Q(user__username=words)
            | Q(user__name=words)
        )
    for name, beyond in (("since", "at__date__gte"), ("until", "at__date__lte")):
        try:
            if asked[name]:
                rows = rows.filter(**{beyond: date.fromisoformat(asked[name])})
        except ValueError:
            errors[name] = "Write the day as 2026-03-14"
    shown = paged(request, rows)
    listed(request, "audit entries", [e.ref for e in shown.page], about=asked["q"], **{k: v for k, v in asked.items() if k != "q"}, of=kind)  # fmt: skip
    context = {
        "shown": shown, "of": kind, "actions": ACTIONS, "asked": asked, "errors": errors, "roles": [(k, r.title) for k, r in ROLES.items()],
        "days": (("since", "From the day"), ("until", "To the day")),
    }  # fmt: skip
    return render(request, "pages/trail.html", context, status=400 if errors else 200)


@page("see.trail")
def unusual(request: Any) -> HttpResponse:
    """Reads that stand out: a reason to ask, never a finding."""
    since = timezone.now() - timedelta(days=DAYS)
    told = standing_out(request.user, since)
    listed(request, "reads that stand out", [f"{t.user.username} {t.why}" for t in told])
    return render(
        request, "pages/unusual.html", {"told": told, "days": DAYS, "bounds": (ELSEWHERE, MANY, TIMES)}
    )
