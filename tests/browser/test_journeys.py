"""Issue 3's measures, tried as a new user would: with a mouse, by keyboard alone, and without scripts."""

from __future__ import annotations

import re
import time

import pytest

HOW = ("mouse", "keyboard", "no script")


@pytest.mark.parametrize("how", HOW)
def test_from_sign_in_to_the_strongest_group_with_its_most_telling_records_open(people, how):
    newcomer = people(how=how)
    newcomer.go("/demonstration")
    began = time.monotonic()
    newcomer.button("Analyst")
    name = newcomer.first_link_under("Proposed groups, strongest ties first")
    newcomer.button("most telling record")
    took = time.monotonic() - began
    assert newcomer.clicks <= 3
    assert took < 20
    assert newcomer.heading() == name
    text = newcomer.text()
    assert re.search(r"proposed persons? of concern (?:is|are) tied to", text), (
        "the sentence stands on the page"
    )
    told = text[text.index("The records that tell most") : text.index("What it hangs on")]
    assert told.count("pairs of members together") == 3
    assert newcomer.page.locator(".redshank-text").count() == 3


@pytest.mark.parametrize("how", HOW)
def test_a_flag_is_proposed_from_opened_records_and_a_second_officer_answers_not_proven(people, served, how):
    first = people(how=how)
    first.go("/demonstration")
    first.button("Analyst")
    group = first.first_link_under("Proposed groups, strongest ties first")
    first.button("most telling record")
    first.button("Propose a flag")
    filled = first.page.get_by_role("radio", name="Yes", exact=True)
    assert sum(filled.nth(n).is_checked() for n in range(filled.count())) >= 2, (
        "the test is filled from what was opened"
    )
    assert first.text().count("Stated in ") >= 2
    assert first.text().count("Opened by you") == 3
    first.write("Why, in your own words", f"Three records show the same people together ({how}).")
    first.button("Propose")
    assert first.clicks <= 6
    first.expect("Another person decides; nothing is confirmed yet")
    first.expect("You proposed it: another person decides.")

    second = people(how=how)
    second.go("/demonstration")
    second.button("Child exploitation officer")
    second.link(group, within="Decisions that wait for you")
    assert group == second.heading()
    second.choose("What do the records show you", "Not proven")
    second.write("Because", "No record says what any of them did.")
    second.button("Keep this decision")
    second.expect("your decision stands in the register")
    second.expect("No record says what any of them did.")

    # Both acts stand in the register and in its export.
    second.page.goto(served.base + "/flags")
    second.link(group)
    for said in (f"together ({how})", "No record says what any of them did."):
        second.expect(said)
    exported = second.page.request.get(served.base + "/flags/register.csv").text()
    assert f"Three records show the same people together ({how})." in exported
    assert "No record says what any of them did." in exported


def test_not_proven_stands_as_prominently_as_confirmed(people, served):
    first = people("Analyst")
    group = first.first_link_under("Proposed groups, strongest ties first")
    first.button("most telling record")
    first.button("Propose a flag")
    first.write("Why, in your own words", "To look at.")
    first.button("Propose")
    second = people("Child exploitation officer")
    second.link(group, within="Decisions that wait for you")
    sizes = {}
    for name in ("Confirmed", "Not proven", "Need more"):
        label = second.page.get_by_text(name, exact=True).last
        box = label.bounding_box()
        sizes[name] = (round(box["height"]), label.evaluate("e => getComputedStyle(e).fontSize + getComputedStyle(e).color + getComputedStyle(e).fontWeight"))  # fmt: skip
        assert not second.page.get_by_label(name, exact=True).is_checked(), "nothing is chosen for the person"
    assert len(set(sizes.values())) == 1
    # Confirmed only after the records were opened since it was proposed; a demonstration holds one that was.
    confirmed = served.rows("SELECT count(*) FROM flags_flag WHERE state = 'confirmed'")
    second.choose("What do the records show you", "Confirmed")
    second.write("Because", "So it seems.")
    second.button("Keep this decision")
    second.expect("Open the records that it relies on first")
    assert second.page.get_by_label("Because").input_value() == "So it seems."
    assert served.rows("SELECT count(*) FROM flags_flag WHERE state = 'confirmed'") == confirmed
