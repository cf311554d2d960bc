"""What a session is worth: a new key where somebody signs in, none after they sign out or their password is made anew, and no act
of another site's page on any route."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from redshank.web.accounts.models import User

from .routes import routes
from .test_accounts import PASSWORD, code_of, newcomer  # noqa: F401

#: Routes that take no token of a form: they know who asks by a token of their own, or change nothing for anybody.
BY_TOKEN = ("api-", "language-api")


def signed_in(user: User) -> Client:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    client = Client()
    client.post("/sign-in", {"username": user.username, "password": PASSWORD})
    client.get("/second-factor")
    client.post("/second-factor", {"code": code_of(TOTPDevice.objects.get(user=user))})
    return client


def key(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.databases
def test_a_session_that_was_there_before_somebody_signed_in_is_not_theirs(newcomer):  # noqa: F811
    """Whoever laid a key of theirs into another's browser would be signed in with them."""
    client = Client()
    client.get("/sign-in")
    session = client.session
    session["laid"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.post("/sign-in", {"username": "j.reed", "password": PASSWORD})
    assert key(client) != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()


@pytest.mark.databases
def test_a_key_opens_nothing_after_its_person_signed_out(newcomer):  # noqa: F811
    client = signed_in(newcomer)
    assert client.get("/groups").status_code == 200
    kept = key(client)
    assert '"storage"' in client.post("/sign-out").headers["Clear-Site-Data"]
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert other.get("/groups").url.startswith("/sign-in")
    assert not Session.objects.filter(session_key=kept).exists()


def test_a_wrong_code_of_the_authenticator_stands_in_the_audit(newcomer):  # noqa: F811
    """Whoever had a password and guessed codes left no trace."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from redshank.web.trail.models import Entry

    client = Client()
    client.post("/sign-in", {"username": "j.reed", "password": PASSWORD})
    client.get("/second-factor")
    device = TOTPDevice.objects.get(user=newcomer)
    before = Entry.objects.count()
    assert client.post("/second-factor", {"code": code_of(device, wrong=True)}).status_code == 401
    (entry,) = Entry.objects.order_by("pk")[before:]
    assert "refusal" in str(vars(entry))
    assert code_of(device, wrong=True) not in str(vars(entry))


@pytest.mark.databases
def test_a_password_made_anew_ends_every_session_of_the_account(newcomer):  # noqa: F811
    client = signed_in(newcomer)
    assert client.get("/groups").status_code == 200
    newcomer.set_password("another wall with other bottles")
    newcomer.save()
    assert client.get("/groups").url.startswith("/sign-in")


def test_another_role_opens_nothing_until_the_line_manager_has_looked(newcomer):  # noqa: F811
    from redshank.web.access.standing import move

    client = signed_in(newcomer)
    assert client.get("/groups").status_code == 200
    move(newcomer, "panel_chair")
    assert client.get("/groups").status_code == 403


def test_no_route_acts_on_what_another_sites_page_sends(sign_in):
    """Also those about one thing: a form without the token of this session is refused before anything is looked up."""
    user = sign_in("analyst").user
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.get(user=user).persistent_id
    session.save()
    open_, asked = [], 0
    for route in routes():
        if getattr(route.view, "csrf_exempt", False):
            open_.append(route.name)
            continue
        url = route.url({p: _dummy(route, p) for p in route.parameters})
        asked += 1
        assert client.post(url, {"a": "b"}).status_code == 403, route.name
    assert asked > 150
    assert [name for name in open_ if not name.startswith(BY_TOKEN)] == []


def _dummy(route, parameter):
    return 1 if parameter in _whole(route) else "x"


def _whole(route) -> set[str]:
    from django.urls import URLPattern, URLResolver, get_resolver
    from django.urls.converters import IntConverter

    def found(patterns):
        for p in patterns:
            if isinstance(p, URLResolver):
                yield from found(p.url_patterns)
            elif isinstance(p, URLPattern) and p.callback is route.view:
                yield from (n for n, c in p.pattern.converters.items() if isinstance(c, IntConverter))

    return set(found(get_resolver().url_patterns))
