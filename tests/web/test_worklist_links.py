"""A link that a person made between an item and a child or a group: told on both sides, relied on, gone when taken back."""

from __future__ import annotations

from . import worklist_tools as tools
from .worklist_fixtures import application, town  # noqa: F401

REPORT = ("record", "incidents:I-9")
GROUP = ("group", "g-one")


def link(client, source, target, once="l1"):
    from django.urls import reverse

    sent = {"act": "link", "link_value": ":".join(target), "link_why": "Curlewlink: the same car", "once": once, "seen": 0}  # fmt: skip
    answer = client.post(reverse("item-verdict", args=source), sent)
    assert answer.status_code == 302, tools.text_of(answer)


def item_page(client, about, ident):
    from django.urls import reverse

    return tools.text_of(client.get(reverse("item", args=[about, ident])))


def links(client, about, ident):
    from redshank.web.worklist.linked import linked_to

    return [(x.about, x.ident, x.act.why) for x in linked_to(tools.fresh(client.user), about, ident)]


def test_a_link_is_told_on_both_its_sides_until_it_is_taken_back(town):  # noqa: F811
    """It stood in the history of the item where it was made, and nowhere else."""
    from django.urls import reverse

    analyst = tools.client("analyst")
    assert "Curlewlink" not in item_page(analyst, *GROUP)
    link(analyst, REPORT, GROUP)
    assert links(analyst, *GROUP) == [(*REPORT, "Curlewlink: the same car")]
    assert links(analyst, *REPORT) == [(*GROUP, "Curlewlink: the same car")]
    for side in (REPORT, GROUP):
        page = item_page(analyst, *side)
        assert "Linked here by people" in page
        assert "Curlewlink" in page
    (act,) = tools.acts_of(*REPORT)
    analyst.post(reverse("act-undo", args=[act.pk]), {"once": "back", "back": "record|incidents:I-9"})
    assert links(analyst, *GROUP) == []
    assert "Linked here by people" not in item_page(analyst, *GROUP)


def test_a_record_that_was_linked_may_be_relied_on_in_a_flag(town):  # noqa: F811
    from redshank.web.flags.proposing import thing_of

    analyst = tools.client("analyst")
    for about, ident in (GROUP, ("person", "p-ada")):
        assert REPORT[1] not in thing_of(tools.fresh(analyst.user), about, ident).keys
    link(analyst, REPORT, GROUP)
    link(analyst, REPORT, ("child", "p-ada"), once="l2")
    for about, ident in (GROUP, ("person", "p-ada")):
        assert REPORT[1] in thing_of(tools.fresh(analyst.user), about, ident).keys


def test_a_link_to_what_a_reader_may_not_see_is_not_there_for_them(town):  # noqa: F811
    closed = ("record", "intelligence:IR-C")
    tools.item(*closed, "headline of IR-C", [closed[1]], 9, in_open=False)
    analyst, adviser = tools.client("analyst"), tools.client("missing_adviser")
    link(analyst, closed, GROUP)
    assert links(analyst, *GROUP) == [(*closed, "Curlewlink: the same car")]
    assert links(adviser, *GROUP) == []
    page = item_page(adviser, *GROUP)
    assert "Curlewlink" not in page
    assert "IR-C" not in page


def test_a_link_follows_the_group_that_a_night_made_of_two(town):  # noqa: F811
    from redshank.web.heads.models import Moved

    analyst = tools.client("analyst")
    link(analyst, REPORT, GROUP)
    Moved.objects.create(**tools._row(kind="group", was="g-one", now="g-two"))
    tools.group("g-two", "Another label", ["incidents:I-10"], [], 8)
    tools.item("group", "g-two", "Another label", ["incidents:I-10"], 8)
    assert links(analyst, "group", "g-two") == [(*REPORT, "Curlewlink: the same car")]
    assert ("group", "g-two", "Curlewlink: the same car") in links(analyst, *REPORT)


def test_a_link_that_was_made_with_handling_c_in_view_is_not_told_to_whoever_may_not_see_that(town):  # noqa: F811
    """Both its sides are in their sight; what it was made from is not."""
    import json

    from redshank.web.heads.models import Item

    ben = ("child", "p-ben")
    Item.objects.filter(about="child", ident="p-ben").update(
        records=json.dumps(["incidents:I-2", "intelligence:IR-C"])
    )
    analyst, adviser = tools.client("analyst"), tools.client("missing_adviser")
    link(analyst, ben, GROUP)
    assert links(analyst, *GROUP) == [(*ben, "Curlewlink: the same car")]
    assert links(adviser, *GROUP) == []
    assert "Curlewlink" not in item_page(adviser, *GROUP)
