"""What is due and what is overdue: told once by day of the wall's clock, up to the supervisor and the safeguarding lead (practice rule 25)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from . import worklist_tools as tools
from .notices_tools import told
from .test_meetings import give, raise_child
from .worklist_fixtures import application, town  # noqa: F401


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def sweep(day: date) -> int:
    from redshank.web.notices import reminders

    return reminders.sweep(noon(day))


def due_on(day: date, **more):
    from redshank.web.meetings.models import Action

    task = give(raise_child(), **more)
    Action.objects.filter(pk=task.pk).update(due=day)
    return task


def kinds(role: str) -> list[str]:
    return [k for k in told(role) if k.startswith("action_")]


@pytest.mark.databases
def test_a_task_is_told_before_its_day_on_it_and_goes_up_when_it_is_past(town):  # noqa: F811
    day = date(2027, 3, 10)
    due_on(day, supervisor=tools.account("researcher"))
    for n in (-5, -4):
        assert sweep(day + timedelta(days=n)) == 0
    for n, new in ((-3, 1), (-2, 0), (-1, 1), (0, 0), (1, 2), (2, 0), (3, 1), (4, 0), (60, 0)):
        assert sweep(day + timedelta(days=n)) == new, n
        assert sweep(day + timedelta(days=n)) == 0, n  # the same run again tells nothing
    assert kinds("exploitation_officer") == ["action_due", "action_due", "action_overdue"]
    assert kinds("researcher") == ["action_supervised"]
    assert kinds("safeguarding_lead") == ["action_escalated"]


def test_runs_that_were_missed_are_made_up_for_in_one(town):  # noqa: F811
    day = date(2027, 3, 10)
    due_on(day, supervisor=tools.account("researcher"))
    assert sweep(day + timedelta(days=9)) == 3
    assert kinds("exploitation_officer") == ["action_overdue"]  # no reminder of a day that is past


def test_another_day_begins_anew_and_an_ended_task_is_no_longer_told_of(town):  # noqa: F811
    from redshank.web.meetings.models import Action

    day = date(2027, 3, 10)
    task = due_on(day)
    assert sweep(day - timedelta(days=1)) == 1
    Action.objects.filter(pk=task.pk).update(due=day + timedelta(days=7))
    assert sweep(day + timedelta(days=1)) == 0
    assert sweep(day + timedelta(days=6)) == 1
    Action.objects.filter(pk=task.pk).update(state="complete")
    assert sweep(day + timedelta(days=30)) == 0


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2027-03-28T00:30:00+00:00", date(2027, 3, 28)),  # the hour that is left out
        ("2027-03-28T23:30:00+00:00", date(2027, 3, 29)),  # half past midnight by the wall
        ("2027-10-30T22:59:00+00:00", date(2027, 10, 30)),
        ("2027-10-30T23:30:00+00:00", date(2027, 10, 31)),  # summer time still: the next day by the wall
        ("2027-10-31T23:30:00+00:00", date(2027, 10, 31)),  # no longer summer time
    ],
)
def test_a_day_is_over_at_midnight_of_the_wall_also_when_the_clocks_change(town, at, day):  # noqa: F811
    from redshank.web.notices import reminders

    due_on(day - timedelta(days=1))
    assert reminders.sweep(datetime.fromisoformat(at)) == 2  # overdue since just now: owner and supervisor
    assert kinds("exploitation_officer") == ["action_overdue"]


def test_a_task_that_is_due_today_is_not_overdue_in_the_last_minute_of_the_day(town):  # noqa: F811
    from redshank.web.notices import reminders

    due_on(date(2027, 10, 30))
    reminders.sweep(datetime.fromisoformat("2027-10-30T22:59:00+00:00"))
    assert kinds("exploitation_officer") == ["action_due"]


@pytest.mark.databases
def test_a_product_that_is_asked_for_is_told_before_and_after_its_day(town):  # noqa: F811
    from redshank.web.meetings import asking
    from redshank.web.meetings.models import Commission

    day, analyst, asks = date(2027, 3, 10), tools.account("analyst"), tools.account("exploitation_officer")
    made = asking.ask(asks, raise_child(), "Which places?", "Patrol", "", analyst, tools.NOW.date() + timedelta(days=5), "c")  # fmt: skip
    Commission.objects.filter(pk=made.pk).update(due=day)
    for n in (-3, -1, 1, 3):
        sweep(day + timedelta(days=n))
    of = lambda role: [k for k in told(role) if k.startswith("product_")]  # noqa: E731
    assert of("analyst") == ["product_due", "product_due", "product_overdue"]
    assert of("exploitation_officer") == ["product_supervised"]
    assert of("safeguarding_lead") == ["product_escalated"]


def test_a_review_of_the_disruption_register_is_told_to_its_lead(sign_in, place):
    from redshank.web.disruption.models import Measure
    from redshank.web.notices.models import Notice

    from . import disruption_tools

    officer = sign_in("partnership_officer")
    disruption_tools.recorded(officer, "place", place.cell["lodge"], option="32", once="lodge")
    made, day = Measure.objects.latest("pk"), date(2027, 3, 10)
    Measure.objects.filter(pk=made.pk).update(review_on=day)
    for n in (-3, 1, 3):
        sweep(day + timedelta(days=n))
    rows = Notice.objects.filter(thing="measure", number=made.pk)
    of = lambda user: list(rows.filter(user=user).order_by("pk").values_list("kind", flat=True))  # noqa: E731
    assert of(made.lead) == ["review_due", "review_overdue"]
    assert of(sign_in("safeguarding_lead").user) == ["review_escalated"]


def test_who_has_left_and_whose_matter_it_is_are_not_reminded(town):  # noqa: F811
    from redshank.web.access import standing
    from redshank.web.policy.models import Conflict

    day, officer, lead = date(2027, 3, 10), tools.account("exploitation_officer"), tools.account("safeguarding_lead")  # fmt: skip
    due_on(day, supervisor=tools.account("researcher"))
    standing.record(officer, left_on=date(2026, 1, 1))
    Conflict.objects.create(user=lead, person_id="p-ada", label="x", reason="family", by=tools.account("analyst"))  # fmt: skip
    sweep(day + timedelta(days=5))
    assert kinds("exploitation_officer") == []
    assert kinds("safeguarding_lead") == []
    assert kinds("researcher") == ["action_supervised"]
