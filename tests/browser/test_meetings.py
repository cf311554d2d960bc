"""A community officer's concern through the meetings to a closed action, played by everybody whose turn it is.

Raised to the daily meeting, passed to the four-weekly one, refused by tasking with a reason, taken by the risk panel through its
second door (no score rose), closed after a patrol that the neighbourhood team reported. The officer reads what is theirs to read.
"""

from __future__ import annotations

from typing import Any

from .hands import raise_concern

WHAT = "A girl of about 14 waits at the arcade each Friday and gets into a grey car."
OFFICER = "Neighbourhood and proactive team officer"


def in_the_chair(people: Any, role: str, body: str, title: str) -> Any:
    """Opens the next sitting of a body and takes the chair."""
    hand = people(role)
    hand.link("Meetings")
    hand.link(title)
    sitting = hand.page.locator(f"main ul.redshank-lines a[href*='/meetings/{body}/2']")
    hand.page.goto(
        hand.base + sitting.nth(5).get_attribute("href")
    )  # six are ahead, the soonest is the last of them
    if hand.page.get_by_role(
        "button", name="Take the chair"
    ).count():  # not where the same person has it already
        if (early := hand.page.get_by_label("It sits on another day")).count():
            early.fill("The next date is too late for this")
        hand.button("Take the chair")
    hand.link("A concern that was raised")
    return hand


def decide(hand: Any, outcome: str, why: str, **more: str) -> None:
    hand.choose("What becomes of it?", outcome)
    for label, said in more.items():
        hand.page.get_by_label(LABELS[label]).first.fill(said) if label in (
            "told",
        ) else hand.page.get_by_label(LABELS[label]).select_option(label=said)
    hand.page.get_by_label("Why", exact=True).fill(why)
    hand.button("Keep this")


LABELS = {
    "to": "To which body, where it is passed on", "district": "District, where that body sits by district",
    "told": "What whoever raised the concern may read", "gateway": "Gateway by which information is shared",
}  # fmt: skip
GATEWAY = "Children Act 2004, sections 10 and 11: co-operation and safeguarding"


def test_a_concern_goes_its_whole_way_and_its_author_reads_the_answer(people, served):
    officer = people(OFFICER)
    concern = raise_concern(officer, WHAT)

    analyst = people("Analyst")
    analyst.go(concern)
    analyst.link("Raise this to a meeting")
    analyst.choose("To which body", "Daily management meeting")
    analyst.write("Why, as the meeting will read it", "The same car stands in two calls.")
    analyst.button("Raise it")
    thing = analyst.page.url.removeprefix(served.base)

    duty = in_the_chair(people, "Duty inspector", "daily", "Daily management meeting")
    decide(
        duty, "It is passed on to another body", "It needs research.", to="Four-weekly intelligence meeting"
    )
    duty.expect("Passed on")

    intelligence = in_the_chair(people, "Analyst", "four_weekly", "Four-weekly intelligence meeting")
    district = intelligence.page.get_by_label(LABELS["district"]).locator("option").nth(1).inner_text()
    decide(
        intelligence,
        "It is passed on to another body",
        "A patrol is asked for.",
        to="District tasking meeting",
        district=district,
    )

    tasking = people("District tasking chair")
    tasking.go("/raised?meeting=tasking")
    tasking.link("A concern that was raised")
    decide(
        tasking,
        "It is not taken up, and goes back with the reason",
        "No one is free this month.",
        told="Tasking could not take it this month; it goes to another meeting.",
    )

    again = people("Analyst")
    again.go(thing)
    again.expect("not taken up")
    decide(
        again,
        "It is passed on to another body",
        "Action is needed whatever a score says.",
        to="County multi-agency risk panel",
    )

    panel = in_the_chair(people, "Panel chair", "panel", "County multi-agency risk panel")
    panel.link("Give an action")
    panel.write("What is to be done", "Walk by the arcade on Friday at six")
    panel.page.get_by_label("Why", exact=True).fill("Children gather there.")
    panel.choose("Strand", "Protect")
    panel.select("Or a team, of which somebody takes it", OFFICER)
    panel.write("By what it will be seen", "Nobody waits there alone")
    panel.button("Give it")
    panel.go(thing)
    decide(
        panel,
        "It is taken up: the owner answers by the date",
        "The team walks there.",
        gateway=GATEWAY,
        told="A patrol walks by the arcade on Fridays.",
    )

    patrol = people(OFFICER)
    patrol.link("Walk by the arcade on Friday at six", within="Decisions that wait for you")
    patrol.button("Take it on")
    patrol.choose("Where it stands", "Complete")
    patrol.write("What was done, and what came of it", "Walked at six; the girl was met by her aunt.")
    patrol.button("Report")
    patrol.expect("Walked at six")

    closing = people("Panel chair")
    closing.go(thing)
    closing.expect("Complete")
    decide(
        closing,
        "It is closed",
        "The aunt meets her now.",
        gateway=GATEWAY,
        told="She is met by her family now. Thank you.",
    )

    officer.go(concern)
    for said in (
        "it stands before the daily management meeting",
        "passed on to the four-weekly intelligence meeting",
        "not taken up",
        "taken up",
        "She is met by her family now. Thank you.",
    ):
        officer.expect(said)
    read = officer.text()
    for hidden in (
        "The same car stands in two calls",
        "No one is free this month.",
        "The aunt meets her now.",
    ):
        assert hidden not in read
    rows = served.rows(
        "SELECT closed_at IS NOT NULL, owner_id IS NOT NULL FROM meetings_raised WHERE id = ?",
        int(thing.rsplit("/", 1)[1]),
    )
    assert rows == [(1, 1)]
    open_rows = served.rows(
        "SELECT COUNT(*) FROM meetings_raised WHERE closed_at IS NULL AND (owner_id IS NULL OR next_on IS NULL)"
    )
    assert open_rows == [(0,)]
