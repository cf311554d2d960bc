"""Every page of every role: axe finds nothing, at a desk and at 320 pixels, and nothing scrolls sideways.

CI walks five roles and looks at a page for the first of them that comes to its route; ``REDSHANK_ALL_ROLES=1``
(make assurance-full) walks all, and looks at each page for each of them, with axe at both widths.
"""

from __future__ import annotations

import os

import pytest

from redshank.web.accounts.roles import ROLES

from . import making
from .walk import route_of, routes, too_wide, violations, walk

SAMPLE = ("researcher", "exploitation_officer", "duty_inspector", "auditor", "administrator")
THOROUGH = bool(os.environ.get("REDSHANK_ALL_ROLES"))
WALKED = tuple(ROLES) if THOROUGH else SAMPLE
#: Routes that no link leads to, with the reason.
UNLINKED = {
    **dict.fromkeys(("healthz", "health", "ready", "metrics"), "for machines"),
    "second-factor": "accounts of a demonstration have none",
    "sign-in": "looked at below",
    "demonstration": "looked at below",
    **dict.fromkeys(("provider", "provider-back"), "a demonstration offers no provider's sign-in"),
    "raised-views": "only of a body whose agencies write their view first; tests/web open it",
    "rights-case": "a demonstration has no request for access yet; tests/web open it",
    "behind": "linked where the page itself does not list the records",
    "audit-propose": "only where a review found a group without a flag; tests/web open it",
    **dict.fromkeys((f"api-{n}" for n in ("description", "concerns", "concern", "flags", "flag", "groups", "group", "children", "child", "person", "places", "place", "lines", "line", "actions", "action", "action-step", "language")), "for other systems"),
    "language-api": "for other systems, and for the script beside a field",
    "why": "told of a thing that the reader knows of and may not open; tests/web open it",
    "policy-plan": "linked only where a policy's review is due; tests/web open it",
    "return-behind": "linked where a number of a return is not nought; tests/web open it",
    **dict.fromkeys(
        ("group-chart", "group-file", "map-cells", "map-file", "register-csv", "register-differences-csv", "edition-csv", "disruption-csv", "lines-csv", "night-line", "makesafe-points", "makesafe-csv", "meeting-calendar", "sitting-pack", "tracker-file", "flag-audit-file", "audit-report-file", "rights-package", "erasure-file", "policy-paper", "learning-file-csv", "learning-paper", "learning-csv", "return-rows", "return-document", "product-chart", "product-paper", "paper-file", "sharing-csv"),
        "a file, or what a script reads",
    ),
}  # fmt: skip


@pytest.fixture(scope="session")
def known(home):
    return routes(home)


def look(page) -> list[str]:
    """What is wrong with the page that is open, at both widths."""
    found = violations(page)
    page.set_viewport_size({"width": 320, "height": 700})
    narrow = violations(page) if THOROUGH else []
    found += [f"at 320: {v}" for v in [*narrow, *too_wide(page)]]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.fixture(scope="session")
def reached() -> set[str]:
    """Names of the routes that the walks came to."""
    return set()


@pytest.fixture(scope="session")
def looked_at() -> set[tuple[str, bool]]:
    """Routes, as they are and with a question, that a walk before has looked at."""
    return set()


@pytest.fixture
def flagged(people) -> None:
    """A flag that waits for a second person."""
    hand = people("Analyst")
    hand.first_link_under("Proposed groups, strongest ties first")
    hand.button("most telling record")
    hand.button("Propose a flag")
    hand.write("Why, in your own words", "To be looked at by a second person.")
    hand.button("Propose")
    hand.expect("nothing is confirmed yet")


@pytest.fixture(scope="session")
def found_while_making() -> dict[str, list[str]]:
    """What is wrong with the pages that something had to be made for; empty before they were made."""
    return {}


@pytest.fixture
def made(people, served, known, reached, found_while_making) -> dict[str, list[str]]:
    """What no night brings and a page needs, made once for all walks; each page is looked at as it comes."""
    if not found_while_making:
        found_while_making["made"] = []

        def looked(page) -> None:
            route = route_of(known, page.url)
            assert route is not None, page.url
            reached.add(route.name)
            found_while_making[page.url.removeprefix(served.base)] = look(page)

        making.everything(people, served, looked)
    return found_while_making


def told(wrong: dict[str, list[str]]) -> str:
    return "\n".join(f"{url}\n    " + "\n    ".join(lines) for url, lines in wrong.items() if lines)


def test_no_violation_on_pages_that_need_something_made_first(made):
    assert len(made) > 20
    assert told(made) == ""


@pytest.mark.parametrize("role", WALKED)
def test_no_violation_on_any_page(people, served, known, reached, looked_at, role, flagged, made):
    hand = people()
    hand.go("/demonstration")
    hand.page.locator(f'form:has(input[value="demo-{role}"]) button').click()
    hand.page.wait_for_load_state()
    wrong: dict[str, list[str]] = {}
    pages = 0
    for url in walk(hand.page, served.base, known):
        pages += 1
        route = route_of(known, url)
        if route is not None:
            reached.add(route.name)
        assert hand.heading() != "There is nothing here that you can open", (
            f"a link of this role leads nowhere: {url}"
        )
        mark = (route.name if route else url, "?" in url)
        if mark in looked_at and not THOROUGH:
            continue
        looked_at.add(mark)
        if found := look(hand.page):
            wrong[url.removeprefix(served.base)] = found
    assert pages >= 2
    assert told(wrong) == ""


def test_no_violation_before_sign_in_and_where_nothing_is(people):
    hand = people()
    wrong = {}
    for path in ("/sign-in", "/demonstration", "/sign-in?next=/groups"):
        hand.go(path)
        wrong[path] = look(hand.page)
    hand = people("Analyst")
    hand.go("/persons/p-0")
    assert hand.heading() == "There is nothing here that you can open"
    wrong["nothing"] = look(hand.page)
    assert told(wrong) == ""


def test_every_route_was_walked_or_says_why_not(reached, known):
    """A new page without a link, or a role that may not follow it, is seen here."""
    if len(reached) < 10:
        pytest.skip("runs after the walks of this file")
    missing = {r.name for r in known if not r.acts} - reached - set(UNLINKED)
    assert not missing, sorted(missing)
    assert set(UNLINKED) <= {r.name for r in known}
