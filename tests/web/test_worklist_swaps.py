"""Rows that people made on the worklist (acts, what was raised, referrals, questions, sweeps, views): opened or written by each
role once their thing is restricted, a matter of their own, or rests on handling C. The answer is the one for a row that
does not exist, and nothing changes."""

from __future__ import annotations

import pytest

from redshank.web.accounts.roles import ROLES

from . import worklist_tools as tools
from .answers import state, told
from .sampled import roles
from .test_worklist_acts import send
from .worklist_fixtures import application, town  # noqa: F401

#: Route → model whose rows it opens.
ROWS = {
    "act-undo": "Act", **dict.fromkeys(("raised-one", "raised-settle", "raised-split", "raised-merge", "raised-withdrawn", "raised-views", "action-make", "commission-make"), "Raised"),
    "action": "Action", "action-step": "Action", "commission": "Commission", "commission-act": "Commission", "referral": "Referral", "referral-decide": "Referral",
    "referral-add": "Referral", "question": "Question", "question-answer": "Question",
}  # fmt: skip
SENT = {"why": "x", "once": "swap", "outcome": "closed", "answer": "x", "crime_ref": "1", "seen": "0"}
#: How the thing went out of sight → which item the rows are about, and what takes it away.
GONE = ("restricted record", "restricted person", "in conflict", "closed")
NOBODY = 10**6


def model_of(name: str):
    from redshank.web.meetings import models as meetings
    from redshank.web.worklist import models

    return getattr(models, name, None) or getattr(meetings, name)


def rows_about(how: str, user) -> None:
    """An analyst raises, refers and asks; then the thing goes from this user's sight."""
    from redshank.web.policy.models import Conflict, Restriction

    analyst = tools.client("analyst")
    of = ("group", "g-c") if how == "closed" else ("record", "incidents:I-2")
    record = {"refer_record": "intelligence:IR-C" if how == "closed" else "incidents:I-2"}
    # The chair of the daily meeting is not cleared for handling C; the MIM's is.
    for kind in ("hold" if how == "closed" else "raise", "refer", "ask"):
        to = {"ask": {"ask_to": "role:exploitation_officer"}, "hold": {"hold_sight": "closed"}}.get(kind, {})
        assert send(analyst, kind, of=of, **(record if kind == "refer" else to)).status_code == 302
    task_and_commission(analyst.user)
    why = {"by": tools.account("safeguarding_lead", "other"), "reason": "for the test"}
    if how == "restricted record":
        Restriction.objects.create(kind="record", ident="incidents:I-2", **why)
    elif how == "restricted person":
        Restriction.objects.create(kind="person", ident="p-ben", **why)
    elif how == "in conflict":
        Conflict.objects.create(user=user, person_id="p-ben", **why)


def task_and_commission(user) -> None:
    """A task and a commission out of what was raised; the task is nobody's of the readers."""
    from datetime import timedelta

    from redshank.web.meetings import actions, asking
    from redshank.web.meetings.models import Raised

    raised, later = Raised.objects.get(), tools.NOW.date() + timedelta(days=9)
    other = tools.account("exploitation_officer", "other")
    task = actions.Task(
        "Speak with the school", "protect", "It is near", "A plan is agreed", later, other, user
    )
    actions.give(user, raised, task, "task")
    asking.ask(user, raised, "Which places?", "Where to patrol", "", other, later, "commission")


@pytest.mark.parametrize("role", roles())
def test_a_row_about_what_is_out_of_sight_answers_like_none_and_changes_nothing(town, role):  # noqa: F811
    from django.db import transaction
    from django.urls import reverse

    client = tools.client(role, "reader")
    sees_all = client.user.as_role.cleared and client.user.as_role.scope == "all"
    for how in GONE:
        if how == "closed" and sees_all:
            continue  # these may see it
        with transaction.atomic():
            rows_about(how, client.user)
            before = state()
            for route, model in ROWS.items():
                numbers = list(model_of(model).objects.values_list("pk", flat=True))
                for ask in (client.get, lambda path: client.post(path, SENT)):
                    nothing = ask(reverse(route, args=[NOBODY]))
                    for number in numbers:
                        found = ask(reverse(route, args=[number]))
                        assert told(found) == told(nothing), (role, route, how)
                        assert found.status_code == 404, (role, route, how)
            assert state() == before, (role, how)
            transaction.set_rollback(True)


@pytest.mark.parametrize("role", list(ROLES))
def test_sweeps_views_and_rules_of_others_answer_like_none(town, role):  # noqa: F811
    from django.urls import reverse

    from redshank.web.worklist.models import Sweep, View

    owner = tools.account("analyst")
    sweep = Sweep(by=owner, role="analyst", why="x", once="s", rule="older.company", words="older man", hits="[]", sample="[]", run=1)  # fmt: skip
    sweep.save()
    view = View.objects.create(user=owner, name="mine", query="")
    client = tools.client(role, "reader")
    may = client.user.as_role.allows
    before = state()
    told_of = [(reverse("view-remove", args=[view.pk]), reverse("view-remove", args=[NOBODY]))]
    if not may("item.sweep"):
        told_of.append((reverse("sweep", args=[sweep.pk]), reverse("sweep", args=[NOBODY])))
        told_of.append((reverse("sweep-decide", args=[sweep.pk]), reverse("sweep-decide", args=[NOBODY])))
    if not may("see.rules"):
        told_of.append((reverse("rule", args=["older.company"]), reverse("rule", args=["none"])))
    for path, absent in told_of:
        for ask in (client.get, lambda path: client.post(path, SENT)):
            assert told(ask(path)) == told(ask(absent)), (role, path)
            assert ask(path).status_code == 404, (role, path)
    assert state() == before


def test_what_was_written_about_a_record_goes_with_it(town):  # noqa: F811
    """Ada's item has two records. One is restricted: that it was raised stays in view, the words that rest on it do not."""
    from redshank.web.meetings import acts
    from redshank.web.meetings.models import Raised
    from redshank.web.policy.models import Restriction
    from redshank.web.worklist import asking
    from redshank.web.worklist.models import Question

    analyst = tools.client("analyst")
    for kind in ("raise", "ask"):
        send(analyst, kind, **{f"{kind}_why": f"secret words of {kind}"})
    acts.decide(
        tools.account("safeguarding_lead"),
        Raised.objects.get().pk,
        acts.Decision("deferred", "secret words of the meeting", "m"),
    )
    asking.answer(
        tools.account("missing_adviser"), Question.objects.get().pk, "secret words of the answer", "a"
    )
    paths = [
        "/worklist/items/child/p-ada", "/raised", f"/raised/{Raised.objects.get().pk}", "/questions", f"/questions/{Question.objects.get().pk}", "/",
    ]  # fmt: skip
    assert any("secret words" in tools.text_of(analyst.get(p)) for p in paths)
    Restriction.objects.create(kind="record", ident="partner_referrals:R-1", by=analyst.user, reason="x")
    pages = {p: tools.text_of(analyst.get(p)) for p in paths}
    assert {p for p, page in pages.items() if "secret words" in page} == set()
    assert "the reason is restricted" in pages["/worklist/items/child/p-ada"]
    assert "Ada THORN, 13" in pages["/raised"]
