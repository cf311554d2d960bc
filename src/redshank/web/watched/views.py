"""The pages that machines open. They need no sign-in, say nothing about anybody, and stand in a list of their own (EXEMPT)."""

from __future__ import annotations

import hmac
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from redshank.publish import standing
from redshank.web.heads.models import Publication
from redshank.web.pages.errors import nothing_here
from redshank.web.policy.gate import public
from redshank.web.watched import measures

#: Names of the routes that machines open without a sign-in; a test holds them against what is public at all.
EXEMPT = ("healthz", "health", "ready", "metrics")
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_VIA")  # fmt: skip


@public
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked. Whoever restarts it on a failure would not mend a database."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 where it can serve people: database, its tables, a published run, a store that can be read; else 503 and which is not."""
    found: dict[str, str] = {}
    try:
        found["database"] = "ok" if _answers() else "cannot be reached"
        found["tables"] = "ok" if _migrated() else "not of this version"
        run = _run() if found["tables"] == "ok" else 0
        found["published_run"] = str(run) if run else "none yet"
    except DatabaseError:
        found["database"] = "cannot be reached"
    found["store"] = standing.store_trouble(settings.HOME) or "ok"
    is_ready = found.get("tables") == "ok" and found.get("published_run", "none yet") != "none yet" and found["store"] == found["database"] == "ok"  # fmt: skip
    return JsonResponse({"status": "ready" if is_ready else "not ready"} | found, status=200 if is_ready else 503)  # fmt: skip


@public
@require_safe
def metrics(request: Any) -> HttpResponse:
    """For Prometheus: this machine, or a bearer of the token."""
    if not (_is_here(request) or _has_token(request)):
        return nothing_here(request)
    from redshank.publish import progress  # brings the stages of a night: not before somebody asks for it

    try:
        published: int | None = _run()
        waiting: int | None = measures.waiting()
    except DatabaseError:
        published = waiting = None
    body = measures.text(settings.HOME, published, waiting, progress.of_night(settings.HOME))
    return HttpResponse(body, content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_here(request: Any) -> bool:
    """From this machine itself. What a proxy of this machine hands on also comes from loopback: it says so, or asks for the force's name."""
    if any(request.META.get(name) for name in FORWARDED):
        return False
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and host in settings.LOOPBACK_HOSTS


def _has_token(request: Any) -> bool:
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    token = settings.METRICS_TOKEN
    return bool(token) and kind == "Bearer" and hmac.compare_digest(told.encode(), token.encode())


def _answers() -> bool:
    connection.ensure_connection()
    return True


def _migrated() -> bool:
    from redshank.web.fresh import stands

    return stands(connection)


def _run() -> int:
    return Publication.objects.filter(pk=1).values_list("current_run", flat=True).first() or 0
