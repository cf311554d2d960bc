"""What each way of signing in ends with: the session, the visit, the audit, and where to go next."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from redshank.web.policy.gate import FACTOR_BY_PROVIDER
from redshank.web.policy.sight import current_run
from redshank.web.trail.write import note

PASSWORD = "django.contrib.auth.backends.ModelBackend"


def next_page(request: HttpRequest) -> str:
    """The page of ours that somebody wanted before signing in; else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else reverse("today")


def enter(request: Any, user: Any, backend: str = PASSWORD, second_factor: bool = False) -> None:
    """Signs in. ``second_factor``: the provider asserts one that the force accepts in place of ours."""
    login(request, user, backend=backend)
    request.session[FACTOR_BY_PROVIDER] = second_factor
    user.visits(current_run())
    details: dict[str, Any] = {"demonstration": user.demonstration}
    if backend != PASSWORD:
        details |= {"by": "provider", "second_factor": "the provider's" if second_factor else "ours"}
    note(request, "consultation", "sign-in", details=details, user=user)
