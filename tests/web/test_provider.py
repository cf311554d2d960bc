"""Signing in through a force's own provider, against a real one: whom it lets in, and each way in which it must not."""

from __future__ import annotations

import json
import logging
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from redshank.errors import NotPermitted, UsageError
from redshank.web import homes
from redshank.web.accounts import oidc
from redshank.web.accounts.models import User
from redshank.web.accounts.provider import REFUSALS
from redshank.web.provider import read
from redshank.web.trail.models import Entry

from . import provider as real
from .conftest import in_order
from .test_accounts import PASSWORD

SECRET = "a-secret-of-the-test-alone"
START = "/sign-in/provider"


@pytest.fixture(scope="module")
def started():
    if why := real.missing():
        pytest.skip(why)
    provider = real.Started()
    yield provider
    provider.end()


@pytest.fixture
def configured(started, taken_back, monkeypatch):
    """The application with this provider; ``configured(SECOND_FACTOR="amr=mfa")`` sets more."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def set_to(**more):
        told = {"ISSUER": started.issuer, "CLIENT_ID": "redshank", "CLIENT_SECRET": SECRET, "NAME": "Westmarch account", **more}  # fmt: skip
        monkeypatch.setattr(settings, "PROVIDER", read({f"REDSHANK_OIDC_{k}": v for k, v in told.items()}))

    set_to()
    started.told(claims={"preferred_username": "j.reed"})
    return set_to


@pytest.fixture
def reed(taken_back):
    user = User.objects.make("j.reed", "Jo Reed", "analyst", PASSWORD)
    in_order(user)
    return user


def through(client, started, wanted=START):
    """From the button to the provider's answer as our application takes it."""
    sent = client.get(wanted)
    assert sent.status_code == 302, sent.content.decode()
    return client.get(started.walk(sent.url))


def told_and_kept(answer, why, ident=""):
    """The plain page of that reason, with nothing of a token in it, and the auditor's line."""
    assert answer.status_code == REFUSALS[why]["status"], answer.content.decode()
    page = answer.content.decode()
    assert REFUSALS[why]["title"] in page
    assert "Traceback" not in page
    assert "eyJ" not in page
    last = Entry.objects.filter(action="refusal", kind="sign-in").latest("pk")
    assert json.loads(last.details) == {"by": "provider", "why": why}
    assert last.ident == ident
    assert last.user is None


# ---- who is let in ----------------------------------------------------------------------------------


@pytest.mark.databases
def test_an_account_signs_in_by_code_with_pkce_state_and_nonce_then_types_its_own_second_factor(
    configured, started, reed
):
    client = Client()
    sent = client.get(f"{START}?next=/groups")
    asked = {k: v[0] for k, v in parse_qs(urlsplit(sent.url).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == real.BACK
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    answer = client.get(started.walk(sent.url))
    assert (answer.status_code, answer.url) == (302, "/groups")
    assert client.get("/groups").url == "/second-factor"  # the provider's word opens nothing by itself
    entry = Entry.objects.filter(kind="sign-in").latest("pk")
    assert (entry.action, entry.user, json.loads(entry.details)["by"]) == ("consultation", reed, "provider")
    assert client.post("/sign-out").status_code == 302
    assert Entry.objects.filter(kind="sign-out", user=reed).count() == 1
    assert client.get("/groups").url.startswith("/sign-in")


def test_the_code_is_exchanged_with_its_verifier_and_used_once(configured, started, reed):
    client = Client()
    back = started.walk(client.get(START).url)
    assert client.get(back).status_code == 302
    assert "/token" in [c["path"] for c in started.calls()]
    told_and_kept_by = client.get(back)  # the same answer again
    assert told_and_kept_by.status_code == 400
    assert REFUSALS["expired"]["title"] in told_and_kept_by.content.decode()


@pytest.mark.parametrize(
    ("setting", "word", "opens"),
    [
        ("amr=mfa,otp", {"amr": ["pwd", "mfa"]}, True),
        ("amr=mfa,otp", {"amr": ["pwd"]}, False),
        ("amr=mfa", {}, False),
        ("acr=gold", {"acr": "gold"}, True),
        ("acr=gold", {"acr": "plain"}, False),
        ("", {"amr": ["pwd", "mfa"]}, False),
    ],
)
def test_the_provider_s_second_factor_stands_for_ours_only_where_the_force_says_so(
    configured, started, reed, setting, word, opens
):
    configured(SECOND_FACTOR=setting)
    started.told(claims={"preferred_username": "j.reed"}, **word)
    client = Client()
    through(client, started)
    answer = client.get("/groups")
    assert (answer.status_code == 200) is opens
    assert opens or answer.url == "/second-factor"


def test_a_password_afterwards_does_not_inherit_the_provider_s_second_factor(configured, started, reed):
    configured(SECOND_FACTOR="amr=mfa")
    started.told(claims={"preferred_username": "j.reed"}, amr=["mfa"])
    client = Client()
    through(client, started)
    assert client.get("/groups").status_code == 200
    client.post("/sign-in", {"username": "j.reed", "password": PASSWORD})
    assert client.get("/groups").url == "/second-factor"


def test_who_came_through_a_provider_is_out_when_it_is_taken_away(configured, started, reed, monkeypatch):
    configured(SECOND_FACTOR="amr=mfa")
    started.told(claims={"preferred_username": "j.reed"}, amr=["mfa"])
    client = Client()
    through(client, started)
    assert client.get("/groups").status_code == 200
    monkeypatch.setattr(settings, "PROVIDER", None)
    assert client.get("/groups").url.startswith("/sign-in")


def test_another_claim_names_the_account_where_the_force_says_so(configured, started, reed):
    configured(CLAIM="email", SCOPE="openid email")
    User.objects.filter(pk=reed.pk).update(username="reed@westmarch.example")
    for verified, status in ((False, 403), (True, 302)):
        started.told(claims={"email": "reed@westmarch.example", "email_verified": verified})
        assert through(Client(), started).status_code == status


# ---- who is not -------------------------------------------------------------------------------------


def test_an_unknown_person_is_refused_told_what_to_do_and_seen_by_the_auditor(configured, started):
    started.told(claims={"preferred_username": "k.nobody"})
    before = User.objects.count()
    client = Client()
    answer = through(client, started)
    told_and_kept(answer, "no_account", "k.nobody")
    assert "administrator makes accounts" in answer.content.decode()
    assert User.objects.count() == before  # the provider makes nobody
    assert client.get("/groups").url.startswith("/sign-in")


def test_an_inactive_account_and_one_of_the_demonstration_are_refused_as_unknown(configured, started, reed):
    User.objects.filter(pk=reed.pk).update(is_active=False)
    told_and_kept(through(Client(), started), "no_account", "j.reed")
    User.objects.filter(pk=reed.pk).update(is_active=True, demonstration=True)
    told_and_kept(through(Client(), started), "no_account", "j.reed")


def test_a_leaver_and_one_without_vetting_open_nothing_also_with_the_provider_s_second_factor(
    configured, started, reed
):
    from datetime import timedelta

    from redshank.web.access import standing

    configured(SECOND_FACTOR="amr=mfa")
    started.told(claims={"preferred_username": "j.reed"}, amr=["mfa"])
    client = Client()
    through(client, started)
    day = standing.today()
    for told, says in (({"left_on": day}, "left this role"), ({"left_on": None, "vetted_until": day - timedelta(days=1)}, "vetting has run out"), ({"vetted_until": day, "certified_on": day - timedelta(days=200)}, "line manager")):  # fmt: skip
        standing.record(reed, **told)
        answer = client.get("/groups")
        assert answer.status_code == 403
        assert says in answer.content.decode()


def test_a_locked_name_stays_locked_through_the_provider(configured, started, reed):
    client = Client()
    for n in range(5):
        client.post("/sign-in", {"username": "j.reed", "password": f"wrong {n}"})
    answer = through(client, started)
    assert answer.status_code == 429
    assert "locked" in answer.content.decode()
    assert client.get("/groups").url.startswith("/sign-in")
    last = Entry.objects.filter(action="refusal", kind="sign-in").latest("pk")
    assert json.loads(last.details)["why"] == "locked"


def test_what_the_lock_out_keeps_holds_neither_code_nor_state(configured, started):
    from axes.models import AccessAttempt

    started.told(claims={"preferred_username": "k.nobody"})
    client = Client()
    back = started.walk(client.get(START).url)
    client.get(back)
    kept = AccessAttempt.objects.latest("pk")
    asked = parse_qs(urlsplit(back).query)
    for name in ("code", "state"):
        assert asked[name][0] not in kept.get_data + kept.post_data


# ---- answers that are not believed ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ("signature", "untrusted"),
        ("nonce", "untrusted"),
        ("audience", "untrusted"),
        ("issuer", "untrusted"),
        ("unsigned", "untrusted"),
        ("shared", "untrusted"),
        ("missing", "untrusted"),
        ("subject", "untrusted"),
        ("old", "clocks"),
        ("early", "clocks"),
        ("description", "disagree"),
    ],
)
def test_an_answer_that_does_not_check_out_signs_nobody_in(
    configured, started, reed, spoil, why, caplog, capfd
):
    client = Client()
    sent = client.get(START)
    back = started.walk(sent.url)
    started.told(claims={"preferred_username": "j.reed"}, spoil=spoil)
    with caplog.at_level(logging.WARNING):
        told_and_kept(client.get(back), why)
    assert client.get("/groups").url.startswith("/sign-in")
    code = parse_qs(urlsplit(back).query)["code"][0]
    logged = caplog.text + "".join(capfd.readouterr())
    for secret in (code, SECRET, "eyJ", "j.reed"):
        assert secret not in logged


def test_a_clock_half_a_minute_off_is_borne(configured, started, reed):
    started.told(claims={"preferred_username": "j.reed"}, spoil="skewed")
    assert through(Client(), started).status_code == 302


@pytest.mark.parametrize(("error", "why"), [("access_denied", "denied"), ("login_required", "unable")])
def test_a_sign_in_that_the_provider_refuses_is_told_plainly(configured, started, error, why):
    started.told(deny=error)
    told_and_kept(through(Client(), started), why)


def test_a_state_of_another_browser_or_an_old_one_is_refused(configured, started, reed, monkeypatch):
    mine, other = Client(), Client()
    back = started.walk(mine.get(START).url)
    told_and_kept(
        other.get(back), "expired"
    )  # somebody else's answer is not taken: no sign-in by a link sent
    monkeypatch.setattr(time, "time", lambda at=time.time: at() + oidc.ANSWER_WITHIN + 1)
    told_and_kept(mine.get(back), "expired")
    assert "/token" not in [c["path"] for c in started.calls()]


def test_another_provider_s_answer_is_not_taken_to_this_one(configured, started, reed):
    client = Client()
    back = started.walk(client.get(START).url)
    assert "iss=" in back
    spoilt = back.replace("iss=http%3A%2F%2F127.0.0.1", "iss=https%3A%2F%2Fanother.example")
    assert spoilt != back
    told_and_kept(client.get(spoilt), "untrusted")


def test_a_wrong_client_secret_is_the_administrator_s_to_mend(configured, started, reed):
    configured(CLIENT_SECRET="another secret than the provider's")
    told_and_kept(through(Client(), started), "disagree")


def test_a_provider_that_says_no_name_signs_nobody_in(configured, started):
    started.told(claims={})
    told_and_kept(through(Client(), started), "nameless")


def test_a_provider_that_is_down_or_hangs_is_told_plainly_and_passwords_go_on(
    configured, started, reed, monkeypatch
):
    client = Client()
    back = started.walk(client.get(START).url)
    monkeypatch.setattr(oidc, "WAIT", 0.5)
    started.told(spoil="slow")
    told_and_kept(client.get(back), "unreachable")
    configured(ISSUER="http://127.0.0.1:9")  # nobody listens there
    told_and_kept(Client().get(START), "unreachable")
    answer = client.post("/sign-in", {"username": "j.reed", "password": PASSWORD})
    assert answer.status_code == 302


def test_nobody_is_led_to_another_site_by_the_provider_s_answer(configured, started, reed):
    for there in ("https://elsewhere.example/", "//elsewhere.example/"):
        assert through(Client(), started, f"{START}?next={there}").url == "/"


# ---- where it is offered ----------------------------------------------------------------------------


def test_the_button_shows_only_where_a_provider_is_configured(configured, monkeypatch):
    page = Client().get("/sign-in?next=/groups").content.decode()
    assert "Sign in with Westmarch account" in page
    assert 'href="/sign-in/provider?next=/groups"' in page
    monkeypatch.setattr(settings, "PROVIDER", None)
    assert "Sign in with Westmarch" not in Client().get("/sign-in").content.decode()
    for address in (START, f"{START}/back?code=x&state=y"):
        assert Client().get(address).status_code == 404


def test_a_demonstration_home_offers_no_provider(configured, monkeypatch, tmp_path):
    mark = tmp_path / "DEMONSTRATION"
    mark.touch()
    monkeypatch.setattr(homes, "demonstration_mark", lambda home: mark)
    assert "Sign in with Westmarch" not in Client().get("/sign-in").content.decode()
    assert Client().get(START).status_code == 404
    assert Client().get(f"{START}/back?code=x&state=y").status_code == 404


# ---- its settings -----------------------------------------------------------------------------------

WHOLE = {"ISSUER": "https://sign-in.example", "CLIENT_ID": "redshank", "CLIENT_SECRET": SECRET}


def settings_of(**told):
    return {f"REDSHANK_OIDC_{k}": v for k, v in told.items()}


def test_without_settings_there_is_no_provider():
    assert read({"REDSHANK_HOME": "x"}) is None
    assert read(settings_of(ISSUER="")) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ISSUER": ""}, "ISSUER is missing"),
        ({"CLIENT_ID": ""}, "CLIENT_ID is missing"),
        ({"CLIENT_SECRET": ""}, "CLIENT_SECRET_FILE is missing"),
        ({"ISSUER": "http://sign-in.example"}, "no address of an issuer"),
        ({"SCOPE": "profile"}, "does not ask for openid"),
        ({"SECOND_FACTOR": "mfa"}, "names no claim"),
        ({"SECOND_FACTOR": "email=yes"}, "names no claim"),
        ({"CLIENT_SECRETS": "x"}, "there is no such setting"),
        ({"CLIENT_SECRET_FILE": "x"}, "both set"),
    ],
)
def test_half_a_description_is_refused_with_what_to_do(change, says):
    with pytest.raises(UsageError) as told:
        read(settings_of(**WHOLE | change))
    assert says in told.value.message
    assert told.value.advice
    assert SECRET not in str(told.value)


def test_the_secret_comes_from_a_private_file_and_shows_nowhere(tmp_path):
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    path.chmod(0o640)
    told = settings_of(
        **{k: v for k, v in WHOLE.items() if k != "CLIENT_SECRET"}, CLIENT_SECRET_FILE=str(path)
    )
    with pytest.raises(NotPermitted):
        read(told)
    path.chmod(0o600)
    provider = read(told)
    assert provider.client_secret == SECRET
    assert SECRET not in repr(provider)
    path.write_text("", encoding="utf-8")
    with pytest.raises(UsageError):
        read(told)
