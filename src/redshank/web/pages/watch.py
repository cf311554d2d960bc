"""The health check, and the audit as the auditor searches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from redshank.audit import Audit
from redshank.errors import RedshankError
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


@dataclass(frozen=True)
class Ran:
    """What a command did, as the chain holds it: whom it meant is committed there and not told."""

    at: datetime
    actor: str
    action: str
    subject: str
    purpose: str

    @classmethod
    def of(cls, e: dict[str, Any]) -> Ran:
        return cls(datetime.fromisoformat(e["at"]), e["actor"], e["action"], e["subject"], e["purpose"])

    def fits(self, asked: dict[str, str], since: date | None, until: date | None) -> bool:
        words, day = asked["q"].casefold(), timezone.localdate(self.at)
        said = f"{self.actor} {self.action} {self.subject} {self.purpose}".casefold()
        return words in said and (since is None or day >= since) and (until is None or day <= until)


def _day(asked: dict[str, str], name: str, errors: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(asked[name]) if asked[name] else None
    except ValueError:
        errors[name] = "Write the day as 2026-03-14"
        return None


@page("see.trail")
def commands(request: Any) -> HttpResponse:
    """What commands on the server did: loads, nights, exports, erasures, accounts. Read from the chain itself, newest first."""
    errors: dict[str, str] = {}
    asked = {n: request.GET.get(n, "").strip()[:240] for n in ("q", "since", "until")}
    since, until = (_day(asked, n, errors) for n in ("since", "until"))
    rows: list[Ran] = []
    try:
        rows = [Ran.of(e) for e in Audit(settings.HOME).entries() if not e["action"].startswith("web ")]
    except RedshankError as error:
        errors["q"] = str(error)
    shown = paged(request, [r for r in reversed(rows) if r.fits(asked, since, until)])
    listed(request, "commands in the audit", [f"{r.at} {r.action}" for r in shown.page], about=asked["q"], since=asked["since"], until=asked["until"])  # fmt: skip
    context = {"shown": shown, "asked": asked, "errors": errors, "days": (("since", "From the day"), ("until", "To the day"))}  # fmt: skip
    return render(request, "pages/commands.html", context, status=400 if errors else 200)


@page("see.trail")
def unusual(request: Any) -> HttpResponse:
    """Reads that stand out: a reason to ask, never a finding."""
    since = timezone.now() - timedelta(days=DAYS)
    told = standing_out(request.user, since)
    listed(request, "reads that stand out", [f"{t.user.username} {t.why}" for t in told])
    return render(
        request, "pages/unusual.html", {"told": told, "days": DAYS, "bounds": (ELSEWHERE, MANY, TIMES)}
    )
