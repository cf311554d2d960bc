"""No route without a policy. A view says what it needs; the gate asks before the view runs.

``@page("see.records")`` needs a permission of the role, ``@page("")`` only a sign-in, ``@public`` nothing. Whoever may
not gets the same answer as for a thing that does not exist, and the auditor sees the attempt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


@dataclass(frozen=True)
class Policy:
    """What a route needs: a permission, and whether it changes something (POST only). ``token``: it is public for this gate,
    and asks for a token itself (:mod:`redshank.web.api.gate`)."""

    permission: str
    acts: bool = False
    public: bool = False
    token: bool = False


def page(permission: str, *, acts: bool = False) -> Callable[[Callable], Callable]:
    """Declares what a view needs."""

    def declare(view: Callable) -> Callable:
        view.policy = Policy(permission, acts=acts)  # type: ignore[attr-defined]
        return view

    return declare


def public(view: Callable) -> Callable:
    """A view that anybody may open: sign-in, the health check."""
    view.policy = Policy("", public=True)  # type: ignore[attr-defined]
    return view


#: Of a session: the provider of the sign-in asserted a second factor that the force accepts.
FACTOR_BY_PROVIDER = "second_factor_by_provider"


def needs_second_factor(request: Any) -> bool:
    """Everybody but the accounts of a demonstration proves who they are with a second factor: ours, or the one that
    the force's provider asserted when they signed in, as long as the force accepts it."""
    user, provider = request.user, settings.PROVIDER
    if user.demonstration or user.is_verified():
        return False
    accepted = provider is not None and bool(provider.factor_claim)
    return not (accepted and request.session.get(FACTOR_BY_PROVIDER) is True)


class Gate:
    """Asks the policy of the route that was found; a route without one is a defect and answers nobody."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        policy = getattr(view, "policy", None)
        if policy is None:
            raise ImproperlyConfigured(f"the route of {view.__module__}.{view.__name__} declares no policy")
        if policy.public:
            return None
        user = request.user
        if not user.is_authenticated or not user.is_active:
            if request.method == "POST":
                from redshank.web.pages.errors import expired, typed

                if typed(request):  # the session has run out: what was typed is given back, nothing is lost
                    return expired(request)
            back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{reverse('sign-in')}?{back}" if back else reverse("sign-in"))
        if needs_second_factor(request) and request.path not in (
            reverse("second-factor"),
            reverse("sign-out"),
        ):
            return redirect("second-factor")
        if request.path not in (reverse("second-factor"), reverse("sign-out")):
            from redshank.web.access.standing import lacks
            from redshank.web.pages.errors import lapsed

            if missing := lacks(user):
                return lapsed(request, missing)
        if policy.acts and request.method != "POST":
            from redshank.web.pages.errors import nothing_here

            return nothing_here(request)
        if not user.as_role.allows(policy.permission):
            from redshank.web.pages.errors import refused

            return refused(request, policy.permission)
        return None
