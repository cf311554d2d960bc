"""What belonged to somebody who left goes to who can do something about it, and never to an administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from . import worklist_tools as tools
from .test_meetings import again, give, raise_child
from .worklist_fixtures import application, town  # noqa: F401


def leave(user, by=None) -> int:
    from redshank.web.access import standing
    from redshank.web.meetings import leavers

    standing.record(user, left_on=standing.today())
    return leavers.passes_on(user, by)


def gone(*roles: str) -> None:
    from redshank.web.accounts.models import User

    User.objects.filter(role__in=roles).update(is_active=False)


@pytest.mark.databases
def test_a_task_goes_to_a_safeguarding_lead_where_its_supervisor_is_gone(town):  # noqa: F811
    admin = tools.account("administrator")
    task = give(raise_child(), supervisor=tools.account("researcher"))
    gone("researcher")
    assert leave(tools.account("exploitation_officer"), admin) == 1
    task.refresh_from_db()
    assert task.owner == tools.account("safeguarding_lead")


def test_without_a_lead_it_goes_to_the_chair_of_its_body(town):  # noqa: F811
    task = give(raise_child(), supervisor=tools.account("researcher"))
    gone("researcher", "safeguarding_lead")
    leave(tools.account("exploitation_officer"), tools.account("administrator"))
    task.refresh_from_db()
    assert task.owner == tools.account("duty_inspector")


@pytest.mark.databases
def test_where_nobody_can_take_it_it_stays_and_first_pages_say_that_nobody_owns_it(town):  # noqa: F811
    from redshank.web.meetings import leavers

    officer, admin = tools.account("exploitation_officer"), tools.client("administrator")
    task = give(raise_child(), supervisor=tools.account("researcher"))
    gone("researcher", "safeguarding_lead", "duty_inspector", "analyst")
    assert leave(officer, admin.user) == 0
    task.refresh_from_db()
    assert task.owner == officer
    page = admin.get("/").content.decode()
    assert f"Something open belongs to {officer.name}, who has left" in page
    assert "arcade" not in page
    assert "Ada" not in page
    tools.account("safeguarding_lead").is_active = True
    lead = tools.account("safeguarding_lead")
    lead.is_active = True
    lead.save()
    assert f"belongs to {officer.name}" in tools.client("safeguarding_lead").get("/").content.decode()
    assert leavers.sweep() >= 1  # the next night hands it on, now that somebody is there
    task.refresh_from_db()
    assert task.owner == lead
    assert f"belongs to {officer.name}" not in admin.get("/").content.decode()


def test_what_was_raised_never_goes_to_an_administrator(town):  # noqa: F811
    from redshank.web.meetings.models import Raised

    raised, admin = raise_child(), tools.account("administrator")
    gone("researcher", "safeguarding_lead", "duty_inspector", "missing_adviser", "exploitation_officer")
    assert leave(tools.account("analyst"), admin) == 0
    assert again(raised).owner == tools.account("analyst")
    assert not Raised.objects.filter(owner__role="administrator").exists()


def test_what_is_the_matter_of_the_only_lead_does_not_come_to_that_lead(town):  # noqa: F811
    from redshank.web.policy.models import Conflict

    lead = tools.account("safeguarding_lead")
    task = give(raise_child(), supervisor=tools.account("researcher"))
    gone("researcher")
    Conflict.objects.create(user=lead, person_id="p-ada", label="x", reason="family", by=tools.account("analyst"))  # fmt: skip
    leave(tools.account("exploitation_officer"), tools.account("administrator"))
    task.refresh_from_db()
    assert task.owner == tools.account("duty_inspector")
    assert "who has left" not in tools.client("safeguarding_lead").get("/").content.decode()


@pytest.mark.databases
def test_a_product_that_was_asked_of_a_leaver_goes_to_another_and_says_whose_it_was(town):  # noqa: F811
    from redshank.web.meetings import asking

    analyst, lead = tools.account("analyst"), tools.account("safeguarding_lead")
    made = asking.ask(lead, raise_child(), "Which places?", "Patrol", "", analyst, tools.NOW.date() + timedelta(days=5), "c")  # fmt: skip
    leave(analyst, tools.account("administrator"))
    made.refresh_from_db()
    assert made.to == tools.account("researcher")
    assert made.was_to == analyst
    page = tools.client("researcher").get(f"/commissions/{made.pk}").content.decode()
    assert f"from {analyst.name} to {made.to.name}. Its owner has left the role." in page
    leave(made.to, tools.account("administrator"))
    made.refresh_from_db()
    moves = [(m.was_to.username, m.to.username) for m in made.moves.all()]
    assert moves == [(analyst.username, "town-researcher"), ("town-researcher", made.to.username)]
    page = tools.client(made.to.role).get(f"/commissions/{made.pk}").content.decode()
    assert f"{lead.name} asked {analyst.name}" in page
    from .notices_tools import told

    assert "asked" in told("researcher")
