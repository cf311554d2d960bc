"""The worklist by its own keys, of a colleague who never takes a hand to the pointer."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def line_with_focus(page):
    return page.evaluate(
        "[...document.querySelectorAll('[data-line]')].indexOf(document.activeElement.closest('[data-line]'))"
    )


def test_the_worklist_is_worked_by_its_keys(people):
    hand = people("Researcher")
    hand.go("/worklist")
    page, press = hand.page, hand.page.keyboard.press
    expect(page.locator("[data-line]").nth(2)).to_be_visible()
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        press(key)
        assert line_with_focus(page) == at, key
    box = page.locator("[data-line]").nth(1).locator("input[type=checkbox]")
    press("x")
    expect(box).to_be_checked()
    press("x")
    expect(box).not_to_be_checked()
    press("?")
    expect(page.get_by_text("next and previous line", exact=False)).to_be_visible()
    press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jjx")  # keys rest while somebody types
    expect(page.locator("#q")).to_have_value("jjx")
    page.locator("#q").fill("")
    press("Escape")
    press("j")
    title = page.locator("[data-line]").nth(line_with_focus(page)).locator("h2 a").inner_text()
    with page.expect_navigation():
        press("o")
    expect(page.get_by_role("heading", level=1)).to_contain_text(title.split(",")[0])


def test_each_act_of_an_item_opens_by_its_key_with_the_focus_in_its_form(people):
    hand = people("Researcher")
    hand.go("/worklist")
    with hand.page.expect_navigation():
        hand.page.locator("[data-line] h2 a").first.click()
    page = hand.page
    forms = page.locator("summary[data-key]")
    keys = [forms.nth(n).get_attribute("data-key") for n in range(forms.count())]
    assert len(keys) == len(set(keys)) >= 4, keys
    for key in keys:
        page.keyboard.press(key)
        box = page.locator(f'details:has(summary[data-key="{key}"])')
        expect(box).to_have_attribute("open", re.compile(".*"))
        assert box.evaluate("e => e.contains(document.activeElement)"), key
        page.evaluate("document.activeElement.blur()")
