"""Who is told what, where and when; a notice names nobody, and goes where its matter goes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from . import worklist_tools as tools
from .notices_tools import told
from .test_meetings import body, decide, give, later, raise_child
from .worklist_fixtures import application, town  # noqa: F401


def clear() -> None:
    from redshank.web.notices.models import Notice

    Notice.objects.all().delete()


@pytest.mark.databases
def test_the_chair_is_told_of_what_is_raised_and_the_raiser_of_what_becomes_of_it(town):  # noqa: F811
    raised = raise_child()
    assert told("duty_inspector") == ["raised"]
    assert told("analyst") == []
    decide(raised, "deferred")
    decide(raised, "returned")
    decide(raised, "closed")
    assert told("analyst") == ["moved", "refused", "decided"]
    assert told("safeguarding_lead") == []  # nobody is told of what they did themselves


def test_the_chair_of_a_body_is_told_of_what_is_passed_to_it(town):  # noqa: F811
    raised = raise_child()
    coordinator = tools.account("mace_coordinator")
    decide(raised, "passed", to="mace")
    assert told("mace_coordinator") == ["raised"]
    assert coordinator.as_role.title == "MACE coordinator"


def test_a_new_owner_is_told_that_it_is_theirs(town):  # noqa: F811
    raised = raise_child()
    decide(raised, "taken", owner=tools.account("researcher"), next_on=later())
    assert told("researcher") == ["yours"]


def test_an_act_that_is_rolled_back_tells_nobody(town):  # noqa: F811
    from django.db import transaction

    with transaction.atomic():
        raise_child()
        assert told("duty_inspector") == ["raised"]
        transaction.set_rollback(True)
    assert told("duty_inspector") == []


def test_a_task_is_told_to_its_owner_its_team_and_who_it_is_handed_to(town):  # noqa: F811
    from redshank.web.meetings import actions

    lead = tools.account("safeguarding_lead")
    task = give(raise_child())
    assert told("exploitation_officer") == ["given"]
    actions.step(lead, task.pk, "handed", "knows the bay", "h", 10**9, owner=tools.account("researcher"))
    assert told("researcher") == ["given"]


def test_a_task_for_a_team_is_told_to_all_of_it(town):  # noqa: F811
    officers = [tools.account("neighbourhood_officer"), tools.account("neighbourhood_officer", "other")]
    give(raise_child(), owner=tools.account("safeguarding_lead"), team="neighbourhood_officer")
    assert [told(o.role, name) for o, name in zip(officers, ("", "other"), strict=True)] == [["team"], ["team"]]  # fmt: skip


def test_a_product_is_told_to_who_is_asked_and_its_answer_to_who_asked(town):  # noqa: F811
    from redshank.web.meetings import asking

    analyst, lead = tools.account("analyst"), tools.account("safeguarding_lead")
    raised = raise_child()
    clear()
    made = asking.ask(lead, raised, "Which places?", "Where to patrol", "", analyst, later().date(), "c")
    assert told("analyst") == ["asked"]
    asking.answer(analyst, made.pk, "The arcade")
    assert told("safeguarding_lead") == ["delivered"]
    asking.read(lead, made.pk)
    assert told("safeguarding_lead") == ["delivered"]


def test_a_question_waits_for_one_person_or_for_a_role_and_its_answer_for_the_asker(town):  # noqa: F811
    from redshank.web.worklist import asking
    from redshank.web.worklist.models import Act

    analyst, lead = tools.account("analyst"), tools.account("safeguarding_lead")
    made = []
    for to, role in ((tools.account("researcher"), ""), (None, "safeguarding_lead")):
        act = Act(about="child", ident="p-ada", title="Ada THORN, 13", person_id="p-ada", kind="ask", by=analyst, role="analyst", why="When?", once=f"q{role}", run=tools.RUN)  # fmt: skip
        act.save()
        made.append(asking.ask(act, to, role))
    assert told("researcher") == ["question"]
    assert told("safeguarding_lead") == ["question"]
    asking.answer(lead, made[1].pk, "On Friday", "a")
    assert told("analyst") == ["answered"]


@pytest.mark.databases
def test_everybody_of_a_body_is_told_that_a_sitting_is_cancelled_or_moved(town):  # noqa: F811
    from redshank.web.meetings import sittings

    duty = tools.account("duty_inspector")
    at = body("daily").next(tools.NOW + timedelta(days=3))
    sittings.cancel(duty, sittings.Sitting(meeting="daily", at=at), "Bank holiday", "c")
    sittings.cancel(duty, sittings.Sitting(meeting="daily", at=at), "Bank holiday", "c2")
    later_at = body("daily").next(at)
    sittings.move(duty, sittings.Sitting(meeting="daily", at=later_at), later_at + timedelta(hours=2), "Fire alarm", "m")  # fmt: skip
    for role in ("analyst", "researcher", "safeguarding_lead", "missing_adviser"):
        assert told(role) == ["cancelled", "sits_elsewhen"], role
    assert told("duty_inspector") == []
    assert told("crime_registrar") == []  # does not sit in it


def test_of_a_body_by_district_nobody_of_another_district_is_told(town):  # noqa: F811
    from redshank.web.meetings import sittings

    here, there = tools.account("tasking_chair"), tools.account("tasking_chair", "south")
    for user, district in ((here, "Northmoor"), (there, "Southfen")):
        user.district = district
        user.save()
    at = body("tasking").next(tools.NOW)
    sittings.cancel(tools.account("analyst"), sittings.Sitting(meeting="tasking", district="Northmoor", at=at), "No room", "c")  # fmt: skip
    assert told("tasking_chair") == ["cancelled"]
    assert told("tasking_chair", "south") == []


def conflict(user, person: str) -> None:
    from redshank.web.policy.models import Conflict

    Conflict.objects.create(user=user, person_id=person, label="x", reason="family", by=tools.account("safeguarding_lead"))  # fmt: skip


@pytest.mark.databases
def test_rule_13_nobody_is_told_of_a_matter_of_their_own(town):  # noqa: F811
    conflict(tools.account("duty_inspector"), "p-ada")
    raise_child()
    assert told("duty_inspector") == []


def test_rule_13_a_notice_goes_with_its_matter_out_of_the_count_and_the_page(town):  # noqa: F811
    raise_child()
    duty = tools.client("duty_inspector")
    assert "1 notice waits for you" in duty.get("/notices").content.decode()
    assert re.search(r"Notices \(1\)", duty.get("/meetings").content.decode())
    conflict(duty.user, "p-ada")
    assert "0 notices wait for you" in duty.get("/notices").content.decode()
    assert "Notices (" not in duty.get("/meetings").content.decode()


def test_a_page_of_notices_leads_to_each_record_and_names_nobody(town):  # noqa: F811
    raised = raise_child()
    give(raised)
    duty, officer = tools.client("duty_inspector"), tools.client("exploitation_officer")
    for client, url, says in ((duty, f"/raised/{raised.pk}", "raised to a meeting that you chair"), (officer, "/actions/", "action was given to you")):  # fmt: skip
        page = client.get("/notices").content.decode()
        assert says in page
        assert url in page
        assert "Ada" not in page
        assert "p-ada" not in page


def test_a_person_marks_their_own_notices_as_read_and_no_other(town):  # noqa: F811
    from redshank.web.notices.models import Notice

    raise_child()
    raise_child(ident="p-ben", once="b")
    first, second = Notice.objects.filter(user=tools.account("duty_inspector")).order_by("pk")
    other, duty = tools.client("analyst"), tools.client("duty_inspector")
    assert other.post("/notices/read", {"number": first.pk}).status_code == 302
    assert other.post("/notices/read").status_code == 302
    assert Notice.objects.filter(read_at__isnull=True).count() == 2
    assert duty.post("/notices/read", {"number": first.pk}).status_code == 302
    assert "1 notice waits" in duty.get("/notices").content.decode()
    assert "1 notice" not in duty.get("/notices?show=read").content.decode().split("<h1")[0]
    assert f"/raised/{first.number}" in duty.get("/notices?show=read").content.decode()
    assert duty.post("/notices/read").status_code == 302
    assert "0 notices wait" in duty.get("/notices").content.decode()
    assert duty.post("/notices/read", {"number": "x"}).status_code == 400
    assert second.pk != first.pk


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.replace("given = { words", "given = { word"), "word"),
        (lambda t: t.replace("is due {when}", "is due", 1), "says when"),
        (lambda t: t.replace("urgent = true", "urgent = false", 1), "urgent"),
        (lambda t: t.replace("[3, 1]", "[]"), "days_before"),
    ],
)
def test_a_line_of_the_kinds_that_is_not_understood_is_refused(application, change, says):  # noqa: F811
    from pathlib import Path

    from redshank.web.notices import kinds

    text = (Path(kinds.__file__).parent / "notices.toml").read_text(encoding="utf-8")
    kinds.read(text)
    with pytest.raises((ValueError, TypeError), match=says):
        kinds.read(change(text))


@pytest.mark.databases
def test_whoever_raised_a_concern_is_told_when_something_was_written_for_them(town):  # noqa: F811
    from redshank.web.meetings import acts
    from redshank.web.meetings.models import Raised

    from .test_meetings_pages import concern_of

    officer, taker = tools.client("neighbourhood_officer"), tools.client("exploitation_officer")
    number = concern_of(officer)
    given = {"meeting": "daily", "why": "Seen", "once": "r"}
    assert taker.post(f"/raise/concern/{number}", given).status_code == 302
    raised = Raised.objects.get()
    acts.decide(taker.user, raised.pk, acts.Decision("deferred", "tomorrow", "d"))
    assert told("neighbourhood_officer") == []
    sets = acts.Decision("closed", "reason", "s", seen=10**9, told="A patrol walks there on Fridays")
    acts.decide(taker.user, raised.pk, sets)
    assert told("neighbourhood_officer") == ["decided"]
    page = officer.get("/notices").content.decode()
    assert f"/concerns/{number}" in page
    assert officer.get(f"/concerns/{number}").status_code == 200
    assert "Mia" not in page
