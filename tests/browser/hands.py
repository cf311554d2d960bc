"""How a person works a page: with a mouse or by keyboard alone, by what can be read on it and nothing else.

Names are what a screen reader says or an eye sees; no selector of ours, no id. Each click, or Enter or Space in its
place, counts.
"""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

#: An ordinary link to another page, or to this one with another question.
LEADS_AWAY = """e => e.matches("a[href]:not([download]):not([target])") && !e.closest("[hx-get], [hx-boost], [data-map]")
  && e.href.startsWith("http") && e.href.split("#")[0] !== location.href.split("#")[0]"""
TABS = 400  # a page that needs more steps than this is not usable by keyboard


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(name), re.IGNORECASE)


class Mouse:
    """Clicks what has the name."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.clicks = page, base, 0

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def text(self) -> str:
        return self.page.get_by_role("main").inner_text()

    def link(self, name: str, within: str = "") -> None:
        self._use(self._in(within).get_by_role("link", name=_pattern(name)).first)

    def button(self, name: str) -> None:
        self._use(self.page.get_by_role("button", name=_pattern(name)).first)

    def choose(self, question: str, answer: str) -> None:
        self._use(self._in(question).get_by_label(answer, exact=True).first)

    def select(self, label: str, option: str) -> None:
        self.page.get_by_label(label).select_option(label=option)

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)

    def first_link_under(self, heading: str) -> str:
        found = self._under(heading)
        name = found.inner_text()
        self._use(found)
        return name

    def expect(self, text: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def _in(self, named: str) -> Any:
        """The part of the page that has a name: a region, a group of a form; else the whole."""
        if not named:
            return self.page.get_by_role("main")
        return (
            self.page.get_by_role("group", name=_pattern(named))
            .or_(self.page.get_by_role("region", name=_pattern(named)))
            .first
        )

    def _under(self, heading: str) -> Any:
        """The first link after a heading."""
        start = self.page.get_by_role("heading", name=_pattern(heading)).first
        return start.locator("xpath=following::a[normalize-space()]").first

    def _use(self, target: Any) -> None:
        """A link is followed to its end: a click on the next thing, made too early, would meet the page before."""
        self.clicks += 1
        if target.evaluate(LEADS_AWAY):
            with self.page.expect_navigation():
                target.click()
            return
        target.click()
        self.page.wait_for_load_state()


class Keyboard(Mouse):
    """Tab to it, then Enter or Space; never a pointer."""

    def select(self, label: str, option: str) -> None:
        self._reach(self.page.get_by_label(label))
        self.page.keyboard.type(option)

    def write(self, label: str, text: str) -> None:
        self._reach(self.page.get_by_label(label))
        self.page.keyboard.type(text)

    def _use(self, target: Any) -> None:
        self.clicks += 1
        kind = (target.get_attribute("type") or "").lower()
        if kind == "radio":
            return self._radio(target)
        self._reach(target)
        if kind == "checkbox":
            return self.page.keyboard.press("Space")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return None

    def _radio(self, target: Any) -> None:
        """Tab goes to the group, arrows go to the answer, Space takes one where none is chosen."""
        group = self.page.locator(f'input[type=radio][name="{target.get_attribute("name")}"]')
        self._reach(*(group.nth(n) for n in range(group.count())))
        for _ in range(group.count() + 1):
            if self._has_focus(target):
                if not target.is_checked():
                    self.page.keyboard.press("Space")
                break
            self.page.keyboard.press("ArrowDown")
        assert target.is_checked()

    def _has_focus(self, target: Any) -> bool:
        return target.evaluate("e => e === document.activeElement")

    def _reach(self, *targets: Any) -> None:
        for _ in range(TABS):
            if any(self._has_focus(t) for t in targets):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by {TABS} steps of the Tab key: {targets[0]}")


def give_reason(page: Page) -> None:
    """A child's page that was opened from no task asks why; the answer is no click on the way to the records."""
    if "Why do you open" not in page.title():
        return
    page.get_by_role("radio").first.check()
    page.get_by_label("In a few words, which one").fill("the daily scan")
    page.get_by_role("button", name="Open it").click()
    page.wait_for_load_state()


def follow(page: Page, link: Locator) -> None:
    """Follows a link to a page that may ask why it is opened; waits for it, since a click does not."""
    with page.expect_navigation():
        link.click()
    give_reason(page)


def raise_concern(hand: Mouse, what: str) -> str:
    """Sends a concern, also where the page asks to look at its words once more; gives its page."""
    hand.go("/concerns/raise")
    hand.choose("May somebody be in danger now", "No")
    hand.write("What did you see, hear, or get told?", what)
    hand.button("Send")
    if hand.page.get_by_text("Not sent yet.").count():
        hand.button("Send it like this")
    return hand.page.url.removeprefix(hand.base)
