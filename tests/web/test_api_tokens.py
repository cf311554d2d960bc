"""Tokens of the interface: made by a person, told once, kept as a hash, ended with their owner."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from redshank.web.access import standing
from redshank.web.accounts.roles import ROLES
from redshank.web.api import gate, tokens
from redshank.web.api.models import Token
from redshank.web.api.scopes import SCOPES, open_to
from redshank.web.audits import asking
from redshank.web.trail.models import Entry

from .api_tools import WHY, problem, program


def made(client, **more):
    form = {"name": "a case system", "scopes": ["flags.read"], "days": "30"} | more
    return client.post("/tokens", form)


@pytest.mark.databases
def test_a_token_is_told_once_kept_as_a_hash_and_listed_with_its_last_use(sign_in):
    client = sign_in("analyst")
    answer = made(client)
    secret = answer.context["secret"]
    row = Token.objects.get(owner=client.user)
    assert secret in answer.content.decode()
    assert secret not in client.get("/tokens").content.decode()
    assert row.digest == tokens.digest(secret)
    assert secret not in json.dumps(list(Token.objects.values("name", "digest", "scopes")))
    assert "never used" in client.get("/tokens").content.decode()
    from .api_tools import Program

    assert Program(client.user, row, secret).get("flags").status_code == 200
    assert "never used" not in client.get("/tokens").content.decode()
    assert Entry.objects.filter(kind="token", ident=str(row.pk), action="alteration").count() == 1


@pytest.mark.parametrize(
    "wrong", [{"days": "91"}, {"days": "0"}, {"days": "x"}, {"name": ""}, {"name": "x" * 81}, {"scopes": []}, {"scopes": ["flags.decide"]}]
)  # fmt: skip
def test_a_token_that_is_too_long_or_for_what_there_is_not_is_not_made(sign_in, wrong):
    answer = made(sign_in("analyst"), **wrong)
    assert (answer.status_code, Token.objects.count()) == (400, 0)


def test_a_role_gets_scopes_for_what_it_may_do_and_no_other(sign_in):
    assert made(sign_in("response_officer"), scopes=["flags.read"]).status_code == 400
    assert made(sign_in("administrator"), scopes=["findings.read"]).status_code == 400
    for role, told in ROLES.items():
        for scope in open_to(sign_in(role).user):
            assert told.allows(SCOPES[scope][1]), (role, scope)


def test_a_token_does_what_its_scopes_say_and_nothing_else(sign_in, place):
    api = program(sign_in("analyst"), "findings.read")
    assert api.get("findings/groups").status_code == 200
    for answer in (api.get("flags"), api.get("actions"), api.post("language/checks", {"text": "x"})):
        assert answer.status_code == 403
        assert problem(answer)["code"] == "scope"
    assert Entry.objects.filter(user=api.user, action="refusal").count() == 3


def test_without_a_token_with_a_wrong_one_and_with_a_session_alone_nothing_opens(sign_in):
    client = sign_in("analyst")
    api = program(client)
    for header in ("", "Bearer", "Bearer x", f"Basic {api.secret}", f"Bearer {api.secret}x"):
        answer = api.get("flags", Authorization=header)
        assert (answer.status_code, problem(answer)["code"]) == (401, "token")
    assert client.get("/api/v1/flags").status_code == 401


@pytest.mark.parametrize("purpose", ["", "ab", "x" * 201, " "])
def test_without_a_purpose_nothing_opens(sign_in, purpose):
    answer = program(sign_in("analyst")).get("flags", X_Purpose=purpose)
    assert (answer.status_code, problem(answer)["code"]) == (400, "purpose")


def test_the_audit_names_the_token_and_keeps_the_purpose(sign_in, place):
    api = program(sign_in("exploitation_officer"))
    api.get(f"findings/groups/{place.group['open']}")
    entry = Entry.objects.filter(kind="group", ident=place.group["open"]).latest("pk")
    assert (entry.user, entry.action, entry.purpose) == (api.user, "consultation", WHY)
    assert json.loads(entry.details)["token"] == f"{api.token.pk} a case system"


def test_a_token_past_its_day_opens_nothing(sign_in):
    api = program(sign_in("analyst"), days=1)
    Token.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert api.get("flags").status_code == 401


@pytest.mark.parametrize(
    "goes",
    [
        lambda u: standing.record(u, left_on=standing.today()),
        lambda u: standing.move(u, "researcher"),
        lambda u: (standing.record(u, manager=boss(u)), standing.look(boss(u), u.username, False, "left")),
    ],
)
def test_a_token_ends_for_good_when_its_owner_leaves_or_moves(sign_in, goes):
    client = sign_in("analyst")
    api = program(client)
    assert api.get("flags").status_code == 200
    goes(client.user)
    assert Token.objects.get().ended_at is not None
    assert api.get("flags").status_code == 401
    standing.record(client.user, left_on=None, certified_on=standing.today())
    client.user.role = "analyst"
    client.user.save()
    assert api.get("flags").status_code == 401


def boss(user):
    from redshank.web.accounts.models import User

    return User.objects.get(username="analyst-2")


def test_a_day_of_leaving_that_comes_and_an_account_that_is_closed_end_a_token_at_its_next_use(sign_in):
    client, other = sign_in("analyst"), sign_in("analyst-2")
    api, second = program(client), program(other)
    standing.Standing.objects.filter(user=client.user).update(left_on=standing.today())
    type(other.user).objects.filter(pk=other.user.pk).update(is_active=False)
    assert {api.get("flags").status_code, second.get("flags").status_code} == {401}
    assert Token.objects.filter(ended_at__isnull=True).count() == 0


def test_training_vetting_and_the_managers_look_hold_for_a_token_as_for_the_pages(sign_in):
    client = sign_in("analyst")
    api = program(client)
    standing.record(client.user, trained_on=None)
    answer = api.get("flags")
    assert (answer.status_code, problem(answer)["code"]) == (403, "standing")
    standing.record(client.user, trained_on=standing.today())
    assert api.get("flags").status_code == 200


def test_its_owner_and_an_administrator_end_a_token_and_nobody_else(sign_in):
    owner, other, admin = sign_in("analyst"), sign_in("analyst-2"), sign_in("administrator")
    first, second = program(owner), program(owner)
    assert other.post(f"/tokens/{first.token.pk}/end").status_code == 404
    assert first.get("flags").status_code == 200
    assert owner.post(f"/tokens/{first.token.pk}/end").status_code == 302
    assert "a case system" in admin.get("/tokens").content.decode()
    assert "a case system" not in other.get("/tokens").content.decode()
    assert admin.post(f"/tokens/{second.token.pk}/end").status_code == 302
    assert {first.get("flags").status_code, second.get("flags").status_code} == {401}
    assert owner.post(f"/tokens/{first.token.pk}/end").status_code == 404


def test_too_often_is_a_plain_answer_that_says_when_to_come_back(sign_in, monkeypatch):
    monkeypatch.setattr(gate, "PER_MINUTE", 2)
    monkeypatch.setattr(asking.time, "time", lambda: 1_000_000_000.0)  # no minute turns meanwhile
    api = program(sign_in("analyst"))
    api.counted = True
    answers = [api.get("flags") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert (problem(answers[2])["code"], answers[2]["Retry-After"]) == ("often", "60")


def test_a_body_that_is_too_long_is_not_read(sign_in):
    answer = program(sign_in("analyst")).post("language/checks", {"text": "x" * gate.BODY})
    assert (answer.status_code, problem(answer)["code"]) == (413, "long")


def test_the_command_makes_a_token_and_a_reset_ends_it(home, sign_in):
    from redshank.errors import UsageError
    from redshank.publish import accounts

    client = sign_in("analyst")
    number, secret = accounts.token(home, "analyst", "a case system", ["flags.read"], 7)
    assert tokens.of(secret).pk == number
    with pytest.raises(UsageError, match="Choose only what your role may do"):
        accounts.token(home, "response-officer", "x", ["flags.read"], 7)
    with pytest.raises(UsageError, match="no such account"):
        accounts.token(home, "nobody", "x", ["flags.read"], 7)
    accounts.reset(home, client.user.username)
    assert tokens.of(secret) is None
