"""Who may see and do what on the worklist: foreign ids are refused like those that do not exist, and nothing changes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from . import worklist_tools as tools
from .test_worklist_acts import ADA, FORMS, send, url
from .worklist_fixtures import application, town  # noqa: F401

WORKS = ("analyst", "researcher", "missing_adviser", "exploitation_officer", "partnership_officer", "safeguarding_lead")  # fmt: skip
PAGES = {
    "/worklist": WORKS,
    "/worklist/items/child/p-ada": WORKS,
    "/rules": WORKS,
    "/rules/older.company": WORKS,
    "/worklist/dismissals": ("analyst", "researcher", "exploitation_officer"),
    "/worklist/dismissals/propose?rule=older.company&words=older+man": ("analyst", "researcher", "exploitation_officer"),
    "/raised": (*WORKS, "duty_inspector", "tasking_chair", "panel_chair", "mace_coordinator", "partner_member", "learning"),
    "/registrar": (*WORKS, "crime_registrar"),
    "/questions": (*WORKS, "duty_inspector", "tasking_chair", "panel_chair", "mace_coordinator", "crime_registrar"),
    "/urgent": ("analyst", "researcher", "missing_adviser", "duty_inspector", "exploitation_officer", "safeguarding_lead"),
}  # fmt: skip


def same_answer(client, path: str, absent: str, data=None) -> bool:
    """Both addresses answer alike, once the address itself is taken out."""
    ask = client.get if data is None else lambda p: client.post(p, data)
    found, missing = ask(path), ask(absent)
    assert (found.status_code, missing.status_code) == (404, 404)
    return tools.plain(found) == tools.plain(missing)


def test_each_page_opens_for_the_roles_that_have_it_and_for_nobody_else(town):  # noqa: F811
    from redshank.web.accounts.roles import ROLES

    for role in ROLES:
        client = tools.client(role)
        opens = {p for p in PAGES if client.get(p).status_code == 200}
        assert opens == {p for p, roles in PAGES.items() if role in roles}, role


def acted() -> int:
    from redshank.web.worklist.models import Act

    return Act.objects.count()


@pytest.mark.parametrize("kind", FORMS)
def test_an_act_on_what_does_not_exist_or_may_not_be_seen_is_refused_alike(town, kind):  # noqa: F811
    adviser = tools.client("missing_adviser")  # not cleared: the group of handling C is not there
    route, data = FORMS[kind]
    assert same_answer(adviser, url(route, "group", "g-c"), url(route, "group", "g-none"), data)
    assert same_answer(adviser, url(route, "person", "p-ada"), url(route, "child", "p-none"), data)
    assert acted() == 0


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("link", "link_value", "group:g-c"),
        ("link", "link_value", "child:p-none"),
        ("refer", "refer_record", "intelligence:IR-C"),
        ("refer", "refer_record", "incidents:I-2"),  # another item's record
        ("refer", "refer_record", "incidents:none"),
    ],
)
def test_a_foreign_id_inside_a_form_is_refused_like_one_that_does_not_exist(town, kind, field, value):  # noqa: F811
    adviser = tools.client("missing_adviser")
    route, data = FORMS[kind]
    answer = adviser.post(url(route, *ADA), data | {field: value, "once": "x"})
    absent = adviser.post(url(route, "child", "p-none"), data | {"once": "x"})
    assert (answer.status_code, tools.plain(answer)) == (404, tools.plain(absent))
    assert acted() == 0


def test_a_hit_of_another_item_is_not_judged_from_here(town):  # noqa: F811
    from redshank.web.heads.models import Signal

    hit = Signal.objects.get(record_key="incidents:I-2")
    answer = tools.client("analyst").post(
        url("item-verdict", *ADA), {"act": "confirm", "hit": hit.signal_id, "once": "x"}
    )
    assert answer.status_code == 404
    assert acted() == 0


@pytest.mark.parametrize(
    ("kind", "field"), [("assign", "assign_value"), ("raise", "raise_owner"), ("hold", "hold_owner")]
)
def test_nobody_is_given_what_they_may_not_see(town, kind, field):  # noqa: F811
    from redshank.web.policy.models import Conflict

    adviser = tools.account("missing_adviser")
    by = tools.account("safeguarding_lead")
    Conflict.objects.create(user=adviser, person_id="p-ada", by=by, reason="family")
    answer = send(tools.client("analyst"), kind, **{field: adviser.username})
    assert answer.status_code == 400
    answer = send(tools.client("analyst"), "ask", ask_to=f"person:{adviser.username}")
    assert answer.status_code == 400
    # A role is asked where at least one of it may see the thing; here the only adviser may not.
    assert send(tools.client("analyst"), "ask").status_code == 400
    assert acted() == 0


@pytest.mark.parametrize("kind", ["person", "record", "group"])
def test_what_is_restricted_goes_from_list_page_counts_and_what_people_did(town, kind):  # noqa: F811
    from redshank.web.meetings.models import Raised
    from redshank.web.policy.models import Restriction
    from redshank.web.worklist.models import Act, Standing

    of = {"person": ADA, "record": ("record", "incidents:I-9"), "group": ("group", "g-one")}[kind]
    title = {"person": "Ada THORN", "record": "headline of I-9", "group": "Group around the Lodge"}[kind]
    analyst = tools.client("analyst")
    assert send(analyst, "raise", of=of).status_code == 302
    assert title in tools.text_of(analyst.get("/worklist?status=all"))
    before = tools.text_of(analyst.get("/worklist?status=all"))
    Restriction.objects.create(kind=kind, ident=of[1], by=tools.account("safeguarding_lead"), reason="x")
    page = tools.text_of(analyst.get("/worklist?status=all"))
    assert title not in page
    assert "All (6)" in before
    assert "All (6)" not in page
    assert title not in tools.text_of(analyst.get("/raised?meeting=four_weekly"))
    assert title not in tools.text_of(analyst.get("/"))
    assert analyst.get(url("item", *of)).status_code == 404
    user = tools.fresh(analyst.user)
    for model in (Act, Raised, Standing):
        assert not model.objects.visible_to(user, "test").filter(ident=of[1]).exists()


def test_a_restricted_record_leaves_no_trace_in_the_line_of_its_child(town):  # noqa: F811
    """Ada's line stands on two records; the signals of the one that is closed are not named, nor found by a filter."""
    from redshank.web.policy.models import Restriction

    analyst = tools.client("analyst")
    assert "the child has told somebody" in tools.text_of(analyst.get("/worklist?q=THORN"))
    Restriction.objects.create(kind="record", ident="missing_episodes:M-1", by=analyst.user, reason="x")
    listed = analyst.get("/worklist?q=THORN").content.decode()
    line = listed[listed.index('id="lines"') : listed.index('id="do"')]
    assert "Ada THORN" in line
    assert "the child has told somebody" not in line
    for asked in ("indicator=disclosure", "kind=missing_episodes", "q=told+staff"):
        assert "Ada THORN" not in tools.text_of(analyst.get(f"/worklist?{asked}"))
    page = tools.text_of(analyst.get(url("item", *ADA)))
    assert "M-1" not in page
    assert "told staff" not in page


def test_handling_c_has_no_word_no_reference_and_no_effect_for_who_is_not_cleared(town):  # noqa: F811
    """Practice rule 12: the report, its group, the acts on both, the counts and the precision of its rule."""
    from redshank.web.heads.models import Signal
    from redshank.web.worklist.models import Act

    analyst, adviser = tools.client("analyst"), tools.client("missing_adviser")
    pages = [
        "/worklist?status=all",
        "/rules",
        "/rules/broad.vehicle",
        "/raised",
        "/registrar",
        "/questions",
        "/",
    ]
    before = [tools.text_of(adviser.get(p)) for p in pages]
    of = ("group", "g-c")
    hit = Signal.objects.get(record_key="intelligence:IR-C")
    for kind in ("confirm", "hold", "refer"):
        more = {"refer": {"refer_record": "intelligence:IR-C"}, "hold": {"hold_sight": "closed"}}.get(
            kind, {}
        )
        assert send(analyst, kind, of=of, **more).status_code == 302
    judged = {"act": "confirm", "hit": hit.signal_id, "once": "h", "hit_why": "Secretword"}
    assert analyst.post(url("item-verdict", *of), judged).status_code == 302
    assert all(a.closed for a in Act.objects.all())
    after = [tools.text_of(adviser.get(p)) for p in pages]
    assert after == before
    for page in after:
        for secret in ("Secretword", "IR-C", "Quay"):
            assert secret not in page
    assert "Quay" in tools.text_of(analyst.get("/raised?meeting=four_weekly"))


def test_an_act_that_rests_on_handling_c_does_not_move_the_item_for_who_is_not_cleared(town):  # noqa: F811
    """Ben's line has a report of handling C in the full edition only: what an analyst did from there stays there."""
    from redshank.web.heads.models import Item

    Item.objects.filter(ident="p-ben").update(in_open=False)
    tools.item("child", "p-ben", "Ben WICK, 15", ["incidents:I-2"], 4, in_full=False)
    Item.objects.filter(ident="p-ben", in_open=False).update(
        records=json.dumps(["intelligence:IR-C", "incidents:I-2"])
    )
    analyst, adviser = tools.client("analyst"), tools.client("missing_adviser")
    why = "read in the report"
    assert send(analyst, "dismiss", of=("child", "p-ben"), dismiss_why=why).status_code == 302
    assert "Ben WICK" not in tools.text_of(analyst.get("/worklist"))
    assert "Ben WICK" in tools.text_of(adviser.get("/worklist"))
    page = tools.text_of(adviser.get(url("item", "child", "p-ben")))
    assert why not in page
    assert "To look at" in page
    # And the adviser's own act is no surprise to them: nobody was first, as far as they may know.
    assert send(adviser, "confirm", of=("child", "p-ben"), once="mine", seen="0").status_code == 302


def test_a_place_with_fewer_than_three_children_stands_on_the_analysts_list_only(town):  # noqa: F811
    """Practice rule 10: outside the analytical roles a cell holds at least three children."""
    analyst, partner = tools.client("analyst"), tools.client("partnership_officer")
    assert send(analyst, "raise", of=("place", "89one")).status_code == 400  # the DMM's chair does not see it
    assert send(analyst, "hold", of=("place", "89one")).status_code == 302
    assert "around 89one" in tools.text_of(analyst.get("/worklist?status=all"))
    assert "around 89one" not in tools.text_of(partner.get("/worklist?status=all"))
    assert partner.get(url("item", "place", "89one")).status_code == 404
    assert "around 89one" not in tools.text_of(partner.get("/raised?meeting=four_weekly"))
    assert "around 89one" in tools.text_of(analyst.get("/raised?meeting=four_weekly"))


def test_a_saved_view_is_its_owners_alone(town):  # noqa: F811
    from django.urls import reverse

    from redshank.web.worklist.models import View

    mine, other = tools.client("analyst"), tools.client("researcher")
    mine.post(reverse("view-save"), {"view_name": "South", "district": "Southfen", "q": "arcade"})
    (view,) = View.objects.all()
    assert "South" in tools.text_of(mine.get("/worklist"))
    assert "Your views" not in other.get("/worklist").content.decode()
    assert other.post(reverse("view-remove", args=[view.pk])).status_code == 404
    assert View.objects.count() == 1
    assert mine.post(reverse("view-remove", args=[view.pk])).status_code == 302
    assert View.objects.count() == 0


def test_each_record_shown_on_an_item_is_a_read_in_the_audit(town):  # noqa: F811
    from redshank.web.trail.models import Entry

    analyst = tools.client("analyst")
    analyst.get(url("item", *ADA))
    read = set(Entry.objects.filter(action="consultation", user=analyst.user).values_list("kind", "ident"))
    assert read == {("child", "p-ada"), ("record", "missing_episodes:M-1"), ("record", "partner_referrals:R-1")}  # fmt: skip


def test_a_question_is_read_by_who_is_asked_and_not_by_others_of_other_roles(town):  # noqa: F811
    from redshank.web.worklist.models import Question

    send(tools.client("analyst"), "ask", ask_to="role:duty_inspector")
    number = Question.objects.get().pk
    assert tools.client("duty_inspector").get(f"/questions/{number}").status_code == 200
    assert tools.client("panel_chair").get(f"/questions/{number}").status_code == 404
    assert same_answer(tools.client("panel_chair"), f"/questions/{number}/answer", "/questions/0/answer", {"answer": "x"})  # fmt: skip


def test_a_settled_thing_of_a_run_long_ago_keeps_its_place_on_the_list_while_somebody_has_it(town):  # noqa: F811
    from redshank.web.heads.models import Item
    from redshank.web.meetings.models import Raised

    analyst = tools.client("analyst")
    send(analyst, "hold")
    Item.objects.filter(ident="p-ada").update(valid_to=tools.RUN)
    page = tools.text_of(analyst.get("/worklist?status=hold"))
    assert "Ada THORN, 13" in page
    assert "older than the list" in page
    assert analyst.get(url("item", *ADA)).status_code == 200
    assert Raised.objects.get().next_on > tools.NOW - timedelta(days=1)
