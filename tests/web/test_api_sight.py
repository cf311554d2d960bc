"""What a token reads is what its owner sees on the pages: every role, every thing, however it stands to the owner.

That no word of handling C, of a matter of one's own and of what is restricted passes is asked of the interface where it is asked
of the pages: :func:`.crawl.crawl` walks both (test_practice_sight.py).
"""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from redshank.web.accounts.roles import ROLES
from redshank.web.trail.models import Entry

from .answers import state
from .api_tools import WHY, problem, program
from .conftest import propose
from .sampled import roles
from .test_access_routes import NOT_THERE, cases, stands

#: Kind of thing → where it is asked for, and the permission of the role.
WHERE = {"group": ("groups", "see.groups"), "place": ("places", "see.places"), "line": ("lines", "see.lines")}


def asked(kind, ident):
    """Addresses of a thing with the permission that each needs."""
    if kind == "person":
        yield f"findings/persons/{ident}", "see.persons"
        yield f"findings/children/{ident}", "see.children"
    elif kind in WHERE:
        part, permission = WHERE[kind]
        yield f"findings/{part}/{ident}", permission


@pytest.mark.databases(roles=("mace_coordinator", "partner_member"))
@pytest.mark.parametrize("role", roles())
def test_a_thing_answers_a_token_as_the_policy_says_and_else_as_nothing(role, sign_in, place):
    """Restricted, foreign, closed, in conflict: byte for byte the answer for what does not exist."""
    client = sign_in(role)
    if not any(
        ROLES[role].allows(p)
        for p in ("see.groups", "see.persons", "see.children", "see.places", "see.lines")
    ):
        pytest.skip("no scope of the findings opens anything for this role")
    api, opened = program(client, "findings.read"), 0
    for kind, standing, ident in cases(place):
        for (url, permission), (absent, _) in zip(
            asked(kind, ident), asked(kind, NOT_THERE.get(kind, "")), strict=True
        ):
            with transaction.atomic():
                may_see = stands(client.user, kind, ident, standing, place)
                nothing, answer = api.get(absent), api.get(url)
                assert nothing.status_code == 404
                if may_see and ROLES[role].allows(permission):
                    opened += 1
                    child = "children" in url and answer.status_code == 404  # of a person who is no child
                    assert answer.status_code == 200 or child, (role, url, standing)
                else:
                    assert answer.content == nothing.content, (role, url, standing)
                    assert answer.status_code == 404
                transaction.set_rollback(True)
    assert opened


def test_every_read_stands_in_the_audit_and_every_refusal(sign_in, place):
    api = program(sign_in("exploitation_officer"))
    for path, kind, ident in (
        (f"findings/groups/{place.group['open']}", "group", place.group["open"]),
        (f"findings/children/{place.person['Cara']}", "child", place.person["Cara"]),
        (f"findings/persons/{place.person['Arlo']}", "person", place.person["Arlo"]),
        (f"findings/places/{place.cell['lodge']}", "place", place.cell["lodge"]),
        (f"findings/lines/{place.line}", "line", place.line),
        ("findings/groups", "list of groups", ""), ("findings/children", "list of children", ""), ("findings/places", "list of places", ""),
        ("findings/lines", "list of county lines", ""), ("flags", "list of flags", ""), ("concerns", "list of concerns", ""),
        ("actions", "list of actions", ""),
    ):  # fmt: skip
        assert api.get(path).status_code == 200, path
        entry = Entry.objects.filter(user=api.user).latest("pk")
        assert (entry.action, entry.kind, entry.ident, entry.purpose) == ("consultation", kind, ident, WHY), (
            path
        )
        assert "token" in json.loads(entry.details)
    for path, kind in (
        ("flags/99999", "flag"),
        ("concerns/99999", "concern"),
        ("actions/99999", "action"),
        ("findings/groups/g-0", "group"),
    ):
        assert api.get(path).status_code == 404
        entry = Entry.objects.filter(user=api.user).latest("pk")
        assert (entry.action, entry.kind) == ("refusal", kind)


def test_a_childs_read_keeps_the_purpose_where_a_supervisor_samples_reasons(sign_in, place):
    from redshank.web.searching.models import Asked

    api = program(sign_in("exploitation_officer"))
    api.get(f"findings/children/{place.person['Cara']}")
    found = Asked.objects.get(person_id=place.person["Cara"])
    assert (found.words, found.entry.user) == (WHY, api.user)


def test_what_a_program_read_is_not_opened_by_a_person(sign_in, place):
    """A flag rests on records that its proposer opened (practice rule 1): no operation of the interface opens one."""
    api = program(sign_in("exploitation_officer"))
    api.get(f"findings/groups/{place.group['open']}")
    assert not Entry.objects.filter(user=api.user, kind="record", action="consultation").exists()


def test_no_answer_holds_a_score(pages):
    """Practice rule 2: the order and the reasons, never a number that ranks."""
    met = 0
    for found in pages.values():
        for url, page in found.items():
            if url.startswith("/api/v1/findings"):
                met += 1
                names = set(keys_of(json.loads(page.text)))
                assert not names & {
                    "score",
                    "score_known",
                    "force_score",
                    "probability",
                    "place",
                    "rank",
                    "weight",
                }, url
    assert met > 50


def keys_of(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def test_lists_hold_what_their_pages_hold(sign_in, place):
    for role in ("analyst", "mace_coordinator", "partner_member", "safeguarding_lead"):
        client = sign_in(role)
        api = program(client)
        for path, url, ident in (
            ("groups", "/groups", "group_id"),
            ("children", "/children", "person_id"),
            ("places", "/places", "cell"),
        ):
            answer, shown = api.get(f"findings/{path}"), client.get(url)
            assert (answer.status_code == 200) == (shown.status_code == 200), (role, path)
            if shown.status_code == 200:
                held = [getattr(x, ident) for x in shown.context["shown"].page]
                told = answer.json()
                assert ([x["id"] for x in told["items"]], told["total"]) == (
                    held,
                    shown.context["shown"].total,
                ), role


def test_a_flag_is_hidden_from_a_token_as_from_its_owner(sign_in, place):
    number = propose(sign_in("analyst"), "group", place.group["closed"])
    for role in ("analyst", "mace_coordinator", "exploitation_officer"):
        api = program(sign_in(role))
        answer = api.get(f"flags/{number}")
        assert answer.status_code == (200 if ROLES[role].cleared else 404), role
        assert (number in [f["number"] for f in api.get("flags").json()["items"]]) == ROLES[role].cleared


def test_nothing_is_written_by_reading(sign_in, place):
    api = program(sign_in("analyst"))
    before = state(frozenset({"api.Token", "searching.Asked"}))
    for path in (
        "flags",
        "concerns",
        "actions",
        "findings/groups",
        f"findings/children/{place.person['Cara']}",
    ):
        assert api.get(path).status_code == 200
    assert api.post("language/checks", {"text": "She ran away again."}).status_code == 200
    assert state(frozenset({"api.Token", "searching.Asked"})) == before


@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "flags/x",
        "findings",
        "flags/99999999999999999999999",
        "findings/groups/%00",
        "..%2fhealthz",
    ],
)
def test_an_address_that_there_is_not_answers_in_the_same_shape(sign_in, path):
    answer = program(sign_in("analyst")).get(path)
    assert answer.status_code == 404
    assert problem(answer)["code"] == "nothing"
