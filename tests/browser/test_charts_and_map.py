"""The chart and the map as they are explored: by keyboard, with thousands of nodes, and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .serving import django

BIG = """
import json, random
from redshank.web.heads.models import Group, Publication, Record
run = Publication.objects.get(pk=1).current_run
rng, many = random.Random(1), 3400
keys = list(Record.objects.filter(valid_to=None, in_open=True).values_list("key", flat=True)[:100])
members = [
    {"person_id": f"p-b{i}", "role": "suspect", "role_words": "proposed person of concern", "category": "none", "part_words": "not known",
     "identified": True, "also_named_as_suspect": False, "prompts": [], "label": f"Person {i}", "age": None, "records": 1}
    for i in range(many)
]
ties = []
for i in range(1, many):
    for j in {rng.randrange(max(0, i - 40), i), rng.randrange(max(0, i - 40), i)}:
        ties.append({"from": f"p-b{j}", "to": f"p-b{i}", "by": "record", "a": f"Person {j}", "b": f"Person {i}",
                     "words": "being named together", "records": [{"key": rng.choice(keys), "grade": ""}]})
story = {"hangs_on": "", "members": members, "ties": ties, "gaps": [], "matter_most": [], "pairs": len(ties), "records": keys, "districts": []}
Group.objects.create(uid="g-big", valid_from=run, in_full=True, in_open=True, digest=1, group_id="g-big", label="A crowd", place=99999,
    kind="candidate", basis="proposed", strength="weak", sentence="Made up for a test.", concerns=many, children=0,
    detected_on="2026-01-01", first_seen_run=run, story=json.dumps(story), chart="<svg></svg>")
"""


@pytest.fixture(scope="module")
def group(served) -> str:
    ((found,),) = served.rows(
        "SELECT group_id FROM heads_group WHERE valid_to IS NULL AND in_full AND place = 1 LIMIT 1"
    )
    return found


@pytest.fixture
def crowd(served):
    django(served.home, BIG)
    yield "g-big"
    served.change("DELETE FROM heads_group WHERE group_id = 'g-big'")


def drawn(page: Page, number: int = 1) -> None:
    """The chart is arranged for the ``number``-th time."""
    expect(page.locator(f"[data-chart][data-ready='{number}']")).to_be_visible(timeout=90_000)


def test_the_chart_is_explored_by_keyboard_and_leads_to_a_member(people, group):
    hand = people("Analyst", "keyboard")
    hand.go(f"/groups/{group}")
    page = hand.page
    page.get_by_role("button", name="Explore the chart").press("Enter")  # opens no other page
    drawn(page)
    canvas = page.get_by_role("application", name="Chart of members and ties")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    said = page.locator("#chart-said")
    expect(said).to_contain_text("the records' own category")
    first = said.inner_text()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    expect(said).not_to_have_text(first)
    page.get_by_label("Find in the chart").fill(page.locator("table th a").first.inner_text())
    expect(said).to_contain_text("Open its page")
    canvas.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(persons|children)/"))


def test_things_and_records_are_drawn_and_it_says_what_is_not(people, group):
    hand = people("Analyst")
    hand.go(f"/groups/{group}")
    hand.button("Explore the chart")
    drawn(hand.page)
    expect(hand.page.locator("[data-chart-notes]")).to_contain_text("not how sure")
    counts = []
    for number, show in enumerate(("Members, and what ties them", "Members, the records behind"), 2):
        option = hand.page.get_by_label("Draw", exact=True).locator("option", has_text=show)
        hand.page.get_by_label("Draw", exact=True).select_option(value=option.get_attribute("value"))
        drawn(hand.page, number)
        counts.append(int(hand.page.locator("#chart-said").inner_text().split()[0].replace(",", "")))
    assert counts[0] < counts[1]


def test_three_thousand_are_drawn_while_the_page_goes_on(people, crowd):
    hand = people("Analyst")
    hand.go(f"/groups/{crowd}")
    page = hand.page
    page.evaluate(
        "() => { window.frames_seen = 0; const f = () => { window.frames_seen += 1; requestAnimationFrame(f); }; requestAnimationFrame(f); }"
    )
    hand.button("Explore the chart")
    expect(page.locator("#chart-said")).to_contain_text("3,000 drawn", timeout=60_000)
    before = page.evaluate("window.frames_seen")
    drawn(page)
    assert (
        page.evaluate("window.frames_seen") - before > 20
    )  # a page that froze would have drawn next to none
    expect(page.locator("[data-chart-notes]")).to_contain_text("3,000 of 3,400 are drawn")
    page.get_by_label("Find in the chart").fill("Person 1234")
    expect(page.locator("#chart-said")).to_contain_text("Person 1234: proposed person of concern")


def test_without_script_picture_and_tables_stand_and_no_chart_is_offered(people, group):
    hand = people("Analyst", "no script")
    hand.go(f"/groups/{group}")
    expect(hand.page.locator(".redshank-chart svg")).to_be_visible()
    expect(hand.page.get_by_role("button", name="Explore the chart")).to_be_hidden()
    hand.expect("What changes when something is set aside")
    hand.go("/map")
    assert hand.page.locator("table th a").count() > 0
    expect(hand.page.locator("[data-map]")).to_be_hidden()


def test_the_map_is_gone_through_by_keyboard_and_opens_a_place(people):
    hand = people("Analyst", "keyboard")
    hand.go("/map")
    page = hand.page
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    cells = page.locator(".redshank-map path[role='link']")
    assert cells.count() == page.locator("table th a").count()
    page.get_by_role("application", name="Map of places").focus()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "link":
            break
    expect(page.locator("[data-map-said]")).to_contain_text("child")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/**")


def test_outside_the_analytical_roles_areas_are_drawn_instead_of_small_places(people):
    hand = people("Exploitation partnership officer")
    hand.go("/map")
    expect(hand.page.locator("[data-map][data-ready]")).to_be_visible()
    hand.expect("small places together")
    told = hand.page.evaluate("fetch('/map/cells.json').then((a) => a.json())")
    assert {c["properties"]["kind"] for c in told["cells"]} >= {"area"}
    assert all(c["properties"]["children"] >= 3 for c in told["cells"])
