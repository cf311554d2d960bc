"""From any page to any way of the menu: by keyboard, without scripts, and at 320 pixels."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .walk import too_wide

SMALL = {"width": 320, "height": 700}


@pytest.mark.parametrize("viewport", [None, SMALL], ids=["at a desk", "320"])
@pytest.mark.parametrize("how", ["mouse", "keyboard", "no script"])
def test_from_the_first_page_to_a_way_within_a_section(people, how, viewport):
    hand = people(how=how, **({"viewport": viewport} if viewport else {}))
    hand.go("/demonstration")
    hand.button("Analyst")
    page = hand.page
    if viewport and how != "no script":  # the sections fold behind one button where script runs
        expect(page.get_by_role("link", name="Groups and places")).to_be_hidden()
        button = page.get_by_role("button", name="Menu")
        if how == "keyboard":
            button.focus()
            page.keyboard.press("Enter")
        else:
            button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
    for name, place in (("Groups and places", "/groups"), ("County lines", "/lines")):
        target = page.get_by_role("navigation").get_by_role("link", name=name, exact=True)
        expect(target).to_be_visible()
        hand._use(target)
        page.wait_for_url("**" + place)
    within = page.get_by_role("navigation", name="Within groups and places")
    expect(within.get_by_role("link", name="County lines")).to_have_attribute("aria-current", "page")
    assert within.get_by_role("link").all_inner_texts() == [
        "Groups",
        "Places",
        "Map",
        "County lines",
        "Makesafe",
    ]
    if how != "no script":
        assert too_wide(page) == []


def test_the_menu_of_an_analyst_stands_in_one_row_at_a_desk(people):
    """It took three rows, of 21 entries."""
    hand = people("Analyst")
    links = hand.page.locator("#navigation a")
    tops = {links.nth(n).bounding_box()["y"] for n in range(links.count())}
    assert links.count() == 11
    assert len(tops) == 1
