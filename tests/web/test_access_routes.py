"""Every route × every role × every kind of thing × how it stands to the reader, from the URL configuration itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.roles import ROLES

from .answers import state, told
from .routes import MADE, OF_KIND, PLAIN, arguments, is_known, routes
from .sampled import roles

#: What of each kind is open to all, foreign to a partner, and closed (handling C).
THINGS = {
    "person": ("Cara", "Hana", "Zita"),
    "group": ("open", "other", "closed"),
    "record": ("open", "other", "closed"),
    "place": ("lodge", "kiosk", None),
    "line": ("", None, None),
}
NOT_THERE = {"person": "p-000000000000", "group": "g-000000000000", "record": "crimes:C-0", "place": "8919500000fffff", "line": "L-0"}  # fmt: skip
#: How a thing stands to the reader.
STANDING = ("own", "shared", "foreign", "restricted", "granted", "in conflict", "closed")


def ident_of(place, kind, name):
    return {
        "person": lambda: place.person[name], "group": lambda: place.group[name], "record": lambda: place.record[name],
        "place": lambda: place.cell[name], "line": lambda: place.line,
    }[kind]()  # fmt: skip


def test_every_route_has_a_name_a_policy_and_arguments():
    for route in routes():
        assert route.name, route.view
        assert route.policy is not None, f"{route.name} declares no policy"
        assert is_known(route), (
            f"{route.name}: say in tests/web/routes.py what to open it with ({route.parameters})"
        )
    known = {r.name for r in routes()}
    assert set(MADE) | set(OF_KIND) | set(PLAIN) <= known, "routes.py names a route that is gone"
    for file in set(MADE.values()):
        assert (Path(__file__).parent / file).exists(), file


def test_a_route_without_a_policy_answers_nobody(sign_in, monkeypatch):
    from django.core.exceptions import ImproperlyConfigured

    from redshank.web.pages import lists

    client = sign_in("analyst")
    monkeypatch.delattr(lists.groups, "policy")
    with pytest.raises(ImproperlyConfigured):
        client.get("/groups")
    assert [r.name for r in routes() if r.policy is None] == ["groups"]


#: Pages that are there only where more stands than the thing itself (an episode, an item of the worklist, a query).
NEEDS_MORE = {
    "missing-child",
    "missing-refer",
    "item",
    "sweep-propose",
    "judge-compare",
    "judge-split",
    "group-file",
    "map-cells",
    "makesafe-call",
}


def test_nobody_signed_in_gets_no_further_than_the_sign_in(place):
    from django.test import Client

    for route in routes():
        if route.policy.public:
            continue
        kinds = [a for k, names in THINGS.items() if (a := arguments(route, k, ident_of(place, k, names[0])))]
        for given in kinds or ([{}] if not route.parameters else []):
            answer = Client().get(route.url(given))
            assert answer.status_code == 302, route.name
            assert answer.url.startswith("/sign-in"), route.name


def test_without_the_second_factor_no_page_opens(place):
    from django.test import Client

    from redshank.web.accounts.models import User

    client = Client()
    client.force_login(
        User.objects.get(username="analyst"), backend="django.contrib.auth.backends.ModelBackend"
    )
    for route in routes():
        if route.policy.public or route.parameters or route.name in ("second-factor", "sign-out"):
            continue
        answer = client.get(route.url({}))
        assert (answer.status_code, answer.url) == (302, "/second-factor"), route.name


@pytest.mark.parametrize("role", list(ROLES))
def test_pages_without_a_thing_open_for_the_roles_of_their_policy_and_no_other(role, sign_in):
    client = sign_in(role)
    nothing = told(client.get("/there-is-no-such-page"))
    for route in routes():
        if route.policy.public or route.parameters or route.name == "second-factor":
            continue
        answer = client.get(route.url({}))
        if ROLES[role].allows(route.policy.permission) and not route.policy.acts:
            assert answer.status_code in (200, 302) or route.name in NEEDS_MORE, (
                f"{role} cannot open {route.name}"
            )
        else:
            assert told(answer) == nothing, f"{role} tells {route.name} from nothing"


def stands(user, kind, ident, standing, place):
    """Makes the thing stand to the user as asked; whether the policy then allows the role's own permission."""
    from redshank.web.accounts.models import User
    from redshank.web.policy.models import Conflict, Grant, Restriction, Share

    other = User.objects.get(username="safeguarding-lead-2")
    why = {"by": other, "reason": "for the test"}
    role = user.as_role
    if standing == "shared":
        Share.objects.create(audience=user.audience, kind=kind, ident=ident, **why)
    if standing in ("restricted", "granted"):
        Restriction.objects.create(kind=kind, ident=ident, **why)
        if role.scope == "shared":
            Share.objects.create(audience=user.audience, kind=kind, ident=ident, **why)
    if standing == "granted":
        until = timezone.now() + timezone.timedelta(hours=8)
        Grant.objects.create(user=user, kind=kind, ident=ident, until=until, **why)
    if standing == "in conflict":
        Conflict.objects.create(user=user, person_id=ident, **why)
        if role.scope == "shared":
            Share.objects.create(audience=user.audience, kind=kind, ident=ident, **why)
    if role.scope == "none":
        return False
    if standing in ("restricted", "in conflict"):
        return False
    if standing == "closed":
        return role.cleared and role.scope == "all"
    if kind == "place" and ident == place.cell["kiosk"] and not role.small:
        return False
    return role.scope == "all" or standing in ("shared", "granted")


def cases(place):
    for kind, (own, foreign, closed) in THINGS.items():
        for standing in STANDING:
            name = {"foreign": foreign, "closed": closed}.get(standing, own)
            if name is None or (standing == "in conflict" and kind != "person"):
                continue
            yield kind, standing, ident_of(place, kind, name)


#: On PostgreSQL a role of each scope and clearance; the filter is the same for the others.
on_both = pytest.mark.databases(roles=("mace_coordinator", "partner_member", "administrator"))


@on_both
@pytest.mark.parametrize("role", roles())
def test_every_route_of_a_thing_answers_as_the_policy_says(role, sign_in, place):
    """Where it may not be seen the answer is the one for a thing that does not exist, byte for byte."""
    client = sign_in(role)
    opened = 0
    nothings = {}
    for kind, standing, ident in cases(place):
        with transaction.atomic():
            may_see = stands(client.user, kind, ident, standing, place)
            for route in routes():
                given = arguments(route, kind, ident)
                if given is None or route.policy.acts:
                    continue
                answer = client.get(route.url(given))
                absent = route.url(arguments(route, kind, NOT_THERE[kind]))
                nothings[absent] = nothing = nothings.get(absent) or client.get(absent)
                said = f"{role}: {route.name} of {kind} {standing}"
                assert nothing.status_code == 404, said
                if route_sees(client.user.as_role, route, given, kind, may_see):
                    opened += 1
                    assert answer.status_code in (200, 302) or route.name in NEEDS_MORE, said
                else:
                    assert told(answer) == told(nothing), said
            transaction.set_rollback(True)
    things = {"records", "persons", "children", "groups", "places", "lines"}
    assert bool(opened) == bool(ROLES[role].see & things), f"{role} opened {opened}"


def route_sees(role, route, given, kind, may_see):
    """Whether the route shall open the thing for this role."""
    if not role.allows(route.policy.permission):
        return False
    kinds = {"person": "persons", "group": "groups", "record": "records", "place": "places", "line": "lines"}
    needed = f"see.{kinds[kind]}"
    if kind == "person" and (route.name == "child" or "child" in (given.get("kind"), given.get("about"))):
        needed = "see.children"
    return may_see and role.allows(needed)


@on_both
@pytest.mark.parametrize("role", roles())
def test_no_write_reaches_a_thing_that_is_out_of_sight(role, sign_in, place):
    """Each route, sent as a form about a hidden, foreign or closed thing: the answer for nothing, and nothing changed."""
    client = sign_in(role)
    nothings = {}
    for kind, standing, ident in cases(place):
        with transaction.atomic():
            if stands(client.user, kind, ident, standing, place):
                transaction.set_rollback(True)
                continue
            before = state()
            for route in routes():
                given = arguments(route, kind, ident)
                if given is None:
                    continue
                answer = client.post(route.url(given), filled(route))
                absent = route.url(arguments(route, kind, NOT_THERE[kind]))
                nothings[absent] = nothing = nothings.get(absent) or client.post(absent, filled(route))
                said = f"{role}: {route.name} of {kind} {standing}"
                assert told(answer) == told(nothing), said
                assert answer.status_code == 404, said
            assert state() == before, f"{role}: something changed about a {kind} that is {standing}"
            transaction.set_rollback(True)


def filled(route):
    """A form with every field that one of ours has, so that nothing is refused for what it lacks."""
    from redshank.web.flags.definition import IN_FORCE

    return {
        **{f"step_{s.key}": "yes" for s in IN_FORCE.steps}, "step_group": "yes", "confidence": next(iter(IN_FORCE.confidence)),
        **{f"axis_{a['key']}": next(iter(a["options"])) for a in IN_FORCE.axes}, "rationale": "for the test",
        "evidence": ["crimes:C-open", "crimes:C-other", "intelligence:IC-1"], "reason": "for the test", "note": "for the test",
        "why": "for the test", "text": "for the test", "until": "2099-01-01", "days": "7", "once": "x" * 32,
    }  # fmt: skip
