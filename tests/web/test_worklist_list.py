"""The list: what stands on it, filters, counts, unread, saved views, and what is done to many lines at once."""

from __future__ import annotations

import re

import pytest

from . import worklist_tools as tools
from .test_worklist_acts import ADA, send, url
from .worklist_fixtures import application, town  # noqa: F401

EVERY = {"g-one", "g-c", "p-ada", "p-ben", "89one", "incidents:I-9"}


def listed(client, query: str = "") -> set[str]:
    """Idents of the lines that a page shows, by its links."""
    from urllib.parse import unquote

    page = client.get(f"/worklist?{query}").content.decode()
    links = re.findall(
        r'<h2[^>]*redshank-line__title[^>]*>\s*<a[^>]*href="/worklist/items/[a-z]+/([^"?]+)', page
    )
    return {unquote(x) for x in links}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", EVERY),
        ("about=child", {"p-ada", "p-ben"}),
        ("about=place", {"89one"}),
        ("kind=missing_episodes", {"p-ada"}),
        ("indicator=disclosure", {"p-ada"}),
        ("indicator=taxi_or_vehicle", {"p-ada", "89one", "g-c"}),
        ("district=Southfen", {"p-ben"}),
        ("q=THORN", {"p-ada"}),
        ("q=thorn", {"p-ada"}),
        ("q=told+staff", {"p-ada"}),  # words that a rule matched
        ("q=I-9", {"incidents:I-9"}),  # a record's number
        ("q=no+such+words", set()),
        (f"since={(tools.NOW - tools.timedelta(days=3)).date()}", EVERY - {"p-ben"}),
        ("since=not-a-day", EVERY),
        ("status=dismiss", set()),
        ("status=all", EVERY),
        ("status=nonsense", EVERY),
        ("mine=1", set()),
        ("unread=1", EVERY),
    ],
)
def test_filters(town, query, expected):  # noqa: F811
    assert listed(tools.client("analyst"), query) == expected


def test_the_counts_beside_the_states_are_those_of_the_lines(town):  # noqa: F811
    analyst = tools.client("analyst")
    send(analyst, "dismiss")
    send(analyst, "raise", of=("child", "p-ben"), once="b")
    send(analyst, "hold", of=("group", "g-one"), once="c")
    send(analyst, "confirm", of=("record", "incidents:I-9"), once="d")
    page = tools.text_of(analyst.get("/worklist"))
    for said in ("Want somebody (3)", "To look at (2)", "Confirmed (1)", "Raised (1)", "Held (1)", "Dismissed (1)", "All (6)"):  # fmt: skip
        assert said in page
    assert listed(analyst, "status=raise") == {"p-ben"}
    assert listed(analyst, "status=hold") == {"g-one"}
    assert listed(analyst, "status=confirm") == {"incidents:I-9"}
    assert "Want somebody (1)" in tools.text_of(analyst.get("/worklist?about=record"))


def test_a_line_is_read_by_one_person_when_they_open_it_and_unread_again_with_a_new_record(town):  # noqa: F811
    import json

    from redshank.web.heads.models import Item

    analyst, other = tools.client("analyst"), tools.client("researcher")
    analyst.get(url("item", *ADA))
    assert listed(analyst, "unread=1") == EVERY - {"p-ada"}
    assert listed(other, "unread=1") == EVERY
    Item.objects.filter(ident="p-ada").update(records=json.dumps(["missing_episodes:M-1"]), since_run=7)
    assert "p-ada" not in listed(analyst, "unread=1")  # a record fewer is nothing new to read
    Item.objects.filter(ident="p-ada").update(records=json.dumps(["missing_episodes:M-1", "incidents:I-2"]))
    assert "p-ada" in listed(analyst, "unread=1")
    analyst.get(url("item", *ADA))
    analyst.post(url("item-unread", *ADA))
    assert "p-ada" in listed(analyst, "unread=1")


def test_a_view_is_saved_under_a_name_and_saved_again_is_the_newer_filter(town):  # noqa: F811
    from django.urls import reverse

    from redshank.web.worklist.models import View

    analyst = tools.client("analyst")
    for district in ("Southfen", "Northmoor"):
        done = analyst.post(
            reverse("view-save"), {"view_name": "Mine", "district": district, "about": "child"}
        )
        assert done["Location"] == f"/worklist?district={district}&about=child"
    (view,) = View.objects.all()
    assert view.query == "district=Northmoor&about=child"
    assert listed(analyst, view.query) == {"p-ada"}
    nameless = analyst.post(reverse("view-save"), {"view_name": " ", "district": "Southfen"})
    assert nameless.status_code == 400
    assert "Give the view a name" in tools.text_of(nameless)
    assert 'value="Southfen"' in nameless.content.decode()


def bulk(client, do: str, keys: list[str], once: str = "b", **more):
    from django.urls import reverse

    return client.post(reverse("worklist-bulk"), {"do": do, "keys": keys, "once": once} | more)


def acts() -> list[tuple[str, str]]:
    from redshank.web.worklist.models import Act

    return list(Act.objects.order_by("pk").values_list("kind", "ident"))


TWO = ["child|p-ada", "record|incidents:I-9"]


def test_many_lines_are_assigned_at_once_and_once(town):  # noqa: F811
    analyst = tools.client("analyst")
    for _ in range(2):
        assert bulk(analyst, "assign", TWO, bulk_to="town-researcher").status_code == 302
    assert acts() == [("assign", "p-ada"), ("assign", "incidents:I-9")]
    assert listed(tools.client("researcher"), "mine=1") == {"p-ada", "incidents:I-9"}


def test_many_lines_are_held_at_once_each_with_owner_and_date(town):  # noqa: F811
    from redshank.web.meetings.models import Raised

    analyst = tools.client("analyst")
    assert bulk(analyst, "hold", TWO).status_code == 400  # no reason
    for _ in range(2):
        assert bulk(analyst, "hold", TWO, bulk_why="looked at together").status_code == 302
    assert acts() == [("hold", "p-ada"), ("hold", "incidents:I-9")]
    assert {(r.meeting, r.owner_id) for r in Raised.objects.all()} == {("four_weekly", analyst.user.pk)}
    assert listed(analyst) == EVERY - {"p-ada", "incidents:I-9"}


def test_many_lines_are_marked_as_read_at_once_and_no_act_is_made(town):  # noqa: F811
    analyst = tools.client("analyst")
    assert bulk(analyst, "read", TWO).status_code == 302
    assert listed(analyst, "unread=1") == EVERY - {"p-ada", "incidents:I-9"}
    assert acts() == []


@pytest.mark.parametrize("do", ["dismiss", "confirm", "raise", "grade", "refer", "", "undo"])
def test_nothing_else_is_done_to_many_lines_at_once(town, do):  # noqa: F811
    """Practice rule 5."""
    answer = bulk(tools.client("analyst"), do, TWO, bulk_why="because", bulk_to="town-researcher")
    assert answer.status_code == 400
    assert "assigned, held or marked as read, and nothing else" in tools.text_of(answer)
    assert acts() == []


def test_one_foreign_line_among_many_refuses_all(town):  # noqa: F811
    adviser = tools.client("missing_adviser")
    answers = [bulk(adviser, "read", ["child|p-ada", key]) for key in ("group|g-c", "group|g-none")]
    assert [a.status_code for a in answers] == [404, 404]
    assert tools.plain(answers[0]) == tools.plain(answers[1])
    assert "p-ada" in listed(adviser, "unread=1")


def test_many_lines_are_given_only_to_somebody_who_may_see_all(town):  # noqa: F811
    answer = bulk(
        tools.client("analyst"), "assign", ["child|p-ada", "group|g-c"], bulk_to="town-missing_adviser"
    )
    assert answer.status_code == 400
    assert "may see all of these" in tools.text_of(answer)
    assert acts() == []


def test_no_line_chosen_says_so(town):  # noqa: F811
    answer = bulk(tools.client("analyst"), "read", [])
    assert answer.status_code == 400
    assert "Choose the lines first" in tools.text_of(answer)


def test_an_empty_force_says_what_to_do_next(town):  # noqa: F811
    tools.empty()
    page = tools.text_of(tools.client("analyst").get("/worklist"))
    assert "load a delivery, run the night" in page


def test_no_score_stands_on_the_list_or_an_item(town):  # noqa: F811
    """Practice rule 2: what orders a queue is printed beside no name."""
    analyst = tools.client("analyst")
    for path in ("/worklist", url("item", *ADA)):
        assert "score" not in tools.text_of(analyst.get(path)).lower()


def test_an_item_leads_to_the_line_before_and_after_in_the_same_filter(town):  # noqa: F811
    page = tools.client("analyst").get(url("item", *ADA) + "?about=child").content.decode()
    assert "1 of 2" in page
    assert 'data-key="j" href="/worklist/items/child/p-ben?about=child"' in page.replace("\n", " ")


def test_an_item_shows_its_records_newest_first_with_each_signal_marked(town):  # noqa: F811
    page = tools.client("analyst").get(url("item", *ADA)).content.decode()
    assert page.index("records/missing_episodes/M-1") < page.index("records/partner_referrals/R-1")
    assert page.count('<mark class="hit hit--affirmed"') == 4
    for words in ("in a car", "older man", "told staff"):
        assert re.search(rf'<mark[^>]*title="[^"]+">{words}<', page), words


def test_the_link_search_finds_children_and_groups_in_sight_by_name(town):  # noqa: F811
    analyst, adviser = tools.client("analyst"), tools.client("missing_adviser")
    page = analyst.get(url("item", *ADA) + "?find=wick").content.decode()
    assert 'value="child:p-ben"' in page
    assert 'value="group:g-c"' in analyst.get(url("item", *ADA) + "?find=quay").content.decode()
    nothing = adviser.get(url("item", *ADA) + "?find=quay")
    assert 'value="group:g-c"' not in nothing.content.decode()
    assert "Nobody and no group in your sight has that name" in tools.text_of(nothing)


def test_an_old_id_leads_to_where_it_went(town):  # noqa: F811
    from redshank.web.heads.models import Moved

    Moved.objects.create(**tools._row(kind="person", was="p-old", now="p-ada"))
    answer = tools.client("analyst").get(url("item", "child", "p-old"))
    assert (answer.status_code, answer["Location"]) == (302, url("item", *ADA))


# ---- a line whose id went into another -----------------------------------------------------------------------------


def went(was, now):
    from redshank.web.heads.models import Moved

    sets = {"valid_from": tools.RUN, "in_full": True, "in_open": True, "digest": 1}
    Moved.objects.create(uid=f"person:{was}", kind="person", was=was, now=now, **sets)


def line_of(client, ident):
    from redshank.web.worklist import board

    (line,) = [
        x for x in board.look(client.user, board.asked_of({"status": "all"})).lines if x.ident == ident
    ]
    return line


@pytest.mark.databases
def test_what_was_done_with_a_line_follows_it_when_a_night_makes_two_one(town):  # noqa: F811
    """A dismissed line came back as one that nobody had ever seen, ungraded, given to nobody and unread."""
    from redshank.web.worklist.models import Seen, Standing

    analyst = tools.client("analyst")
    analyst.get(url("item", *ADA))
    send(analyst, "grade")
    send(analyst, "assign", assign_value=analyst.user.username)
    send(analyst, "dismiss")
    Standing.objects.filter(ident="p-ada").update(ident="p-was", person_id="p-was")
    Seen.objects.filter(ident="p-ada").update(ident="p-was")
    assert (line_of(analyst, "p-ada").state, line_of(analyst, "p-ada").unread) == ("open", True)
    went("p-was", "p-ada")
    line = line_of(analyst, "p-ada")
    assert (line.state, line.grade, line.assigned, line.unread) == (
        "dismiss",
        "first",
        analyst.user.pk,
        False,
    )
    analyst.post(url("item-unread", *ADA))
    assert line_of(analyst, "p-ada").unread


@pytest.mark.databases
def test_of_two_lines_made_one_only_what_neither_showed_is_new(town):  # noqa: F811
    import json

    from redshank.web.heads.models import Item

    analyst = tools.client("analyst")
    send(analyst, "dismiss")
    send(analyst, "dismiss", of=("child", "p-ben"), once="ben")
    ben = json.loads(Item.objects.get(ident="p-ben").records)
    ada = json.loads(Item.objects.get(ident="p-ada").records)
    Item.objects.filter(ident="p-ben").delete()
    Item.objects.filter(ident="p-ada").update(records=json.dumps(ada + ben))
    assert line_of(analyst, "p-ada").state == "returned"  # as long as nobody knows them to be one
    went("p-ben", "p-ada")
    assert line_of(analyst, "p-ada").state == "dismiss"
    page = analyst.get(url("item", *ADA))
    assert (page.context["state"], page.context["again"]) == ("dismiss", [])
    assert len(page.context["acts"]) == 2  # both acts stand in the history
    tools.record("incidents:I-new", "Seen again.")
    Item.objects.filter(ident="p-ada").update(records=json.dumps([*ada, *ben, "incidents:I-new"]))
    line = line_of(analyst, "p-ada")
    assert line.state == "returned"
    assert len(line.again) == 1
    assert "I-new" in line.again[0]


@pytest.mark.databases
def test_a_line_in_hand_under_an_older_id_stands_once_under_the_one_that_is(town):  # noqa: F811
    from redshank.web.heads.models import Item

    analyst = tools.client("analyst")
    send(analyst, "assign", of=("child", "p-ben"), assign_value=analyst.user.username)
    Item.objects.filter(ident="p-ben").delete()
    assert line_of(analyst, "p-ben")
    went("p-ben", "p-ada")
    assert line_of(analyst, "p-ada").assigned == analyst.user.pk
    assert "p-ben" not in listed(analyst, "status=all")
