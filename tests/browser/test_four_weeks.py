"""Five weeks of the small force by the clock: from the first night to closed actions, every body once, everybody in their turn.

At every step each thing that was raised has exactly one owner and one next date, or a closing decision with a name
(practice rule 21). A concern of Friday 16:40 goes the whole way; a child goes to MACE and on to the panel; a peer group to the
forum; a place waits for a tasking meeting that is cancelled; a group stands before a daily meeting that nobody holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .clock import Clock
from .conftest import Watch
from .hands import Mouse, raise_concern
from .serving import Served, run
from .test_meetings import GATEWAY, LABELS, WHAT, decide

OFFICER = "Neighbourhood and proactive team officer"
TOOLKIT = "None, because the child is seen by a worker first."
PHONE = {"width": 390, "height": 800}
#: What stands before people who were not asked to come back to it would be lost. Each row: open without an owner who is
#: active or a date; closed without a decision; another owner or date than the last move says.
LOST = """
SELECT r.title FROM meetings_raised r JOIN accounts_user u ON u.id = r.owner_id
LEFT JOIN meetings_move m ON m.id = (SELECT max(id) FROM meetings_move WHERE raised_id = r.id)
WHERE (r.closed_at IS NULL AND (NOT u.is_active OR r.next_on IS NULL OR m.kind IN ('closed', 'merged')))
   OR (r.closed_at IS NOT NULL AND (m.kind IS NULL OR m.kind NOT IN ('closed', 'merged')))
   OR (r.closed_at IS NULL AND m.id IS NOT NULL AND (m.owner_id != r.owner_id OR m.next_on != r.next_on))
"""


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    return Clock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def force(clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two nights of the small force, each at its hour, and the application after the second."""
    folder = tmp_path_factory.mktemp("weeks")
    home = folder / "home"
    clock.set("2026-04-01 05:00")
    run(home, "synthetic", str(folder / "force"), "--scale", "small", "--seed", "1")
    run(home, "load", str(folder / "force" / "first"), more=clock.environment)
    run(home, "night", more=clock.environment)
    run(home, "serve", "--prepare", more=clock.environment)
    clock.set("2026-04-02 05:00")
    run(home, "load", str(folder / "force" / "night"), more=clock.environment)
    run(home, "night", more=clock.environment)
    clock.set("2026-04-03 16:40")
    one = Served(home, clock.environment)
    yield one
    one.stop()


@pytest.fixture
def at(chromium: Any, force: Served, clock: Clock) -> Iterator[Callable[..., Mouse]]:
    """``at("2026-04-06 09:00", "Duty inspector")``: the hour comes, and somebody signs in anew. Nothing is lost by then."""
    watch, contexts = Watch(force.base), []

    def come(when: str, role: str, **more: Any) -> Mouse:
        assert force.rows(LOST) == []
        clock.set(when)
        context = chromium.new_context(locale="en-GB", timezone_id="Europe/London", **more)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        hand = Mouse(page, force.base)
        hand.go("/demonstration")
        hand.button(role)
        return hand

    yield come
    for context in contexts:
        context.close()
    assert force.rows(LOST) == []
    watch.clean()


def path(hand: Mouse) -> str:
    return hand.page.url.removeprefix(hand.base)


def raise_it(hand: Mouse, body: str, why: str, district: bool = False) -> str:
    hand.choose("To which body", body)
    if district:
        hand.page.get_by_label(LABELS["district"]).select_option(index=1)
    if hand.page.get_by_role("group", name="With which records?").count():
        hand.choose("With which records?", "As its open records show it, and my reason rests on these alone")
    hand.write("Why, as the meeting will read it", why)
    hand.button("Raise it")
    hand.page.wait_for_url("**/raised/*")
    return path(hand)


def chair(hand: Mouse, body: str, day: str, district: str = "") -> str:
    """Takes the chair of the sitting of a day; gives its page."""
    hand.go(f"/meetings/{body}/{day}" + (f"?district={district}" if district else ""))
    hand.button("Take the chair")
    return path(hand)


def settle(hand: Mouse, thing: str, outcome: str, why: str, **more: str) -> None:
    hand.go(thing)
    decide(hand, outcome, why, **more)


def close(hand: Mouse, sitting: str, unheard: str = "") -> None:
    hand.go(sitting)
    if unheard:
        hand.write("What was not reached goes to the next sitting, because", unheard)
    hand.button("Close it")
    hand.expect("had the chair")


def give(hand: Mouse, thing: str, task: str, team: str) -> None:
    hand.go(f"{thing}/action")
    hand.write("What is to be done", task)
    hand.page.get_by_label("Why", exact=True).fill("Children gather there.")
    hand.choose("Strand", "Protect")
    hand.select("Or a team, of which somebody takes it", team)
    hand.write("By what it will be seen", "Nobody waits there alone")
    hand.button("Give it")


def report(hand: Mouse, task: str, result: str) -> None:
    """Taken and reported from the first page, on a phone."""
    hand.link(task, within="Decisions that wait for you")
    hand.button("Take it on")
    hand.choose("Where it stands", "Complete")
    hand.write("What was done, and what came of it", result)
    hand.button("Report")
    hand.expect(result)


def test_nothing_that_was_raised_is_lost_from_the_first_night_to_closed_actions(at, force):
    # Friday 3 April: five things are raised
    officer = at("2026-04-03 16:40", OFFICER)
    concern = raise_concern(officer, WHAT)

    analyst = at("2026-04-03 16:55", "Analyst")
    analyst.go(concern)
    analyst.link("Raise this to a meeting")
    said = raise_it(analyst, "Daily management meeting", "The same car stands in two calls.")
    analyst.go("/")
    analyst.first_link_under("Proposed groups, strongest ties first")
    analyst.link("Raise this to a meeting")
    group = raise_it(analyst, "Daily management meeting", "Three records by three sources.")
    analyst.go("/places")
    analyst.page.locator('main a[href^="/places/"]').first.click()
    analyst.link("Raise this to a meeting")
    place = raise_it(analyst, "District tasking meeting", "Calls come from here each week.", district=True)

    adviser = at("2026-04-03 17:05", "Missing-person adviser")
    adviser.go("/missing")
    adviser.first_link_under("Back, and to be looked at")
    adviser.button("Propose a referral to MACE")
    adviser.page.get_by_label("Why the agencies should look together").fill("Away for three nights.")
    adviser.page.get_by_role("button", name="Propose", exact=True).click()
    adviser.page.wait_for_load_state()
    [(number,)] = force.rows("SELECT id FROM meetings_raised WHERE meeting = 'mace'")
    child = f"/raised/{number}"

    partner = at("2026-04-03 17:10", "Partner member")
    partner.go("/raise")
    partner.page.get_by_label("What it is").select_option(label="A peer group")
    partner.write("In a few words", "Friends who meet after the youth club")
    peers = raise_it(partner, "Early intervention and identification forum", "Two of them have new phones.")

    # Saturday and Sunday nobody holds the daily meeting: on Saturday afternoon the lead is told
    lead = at("2026-04-04 15:00", "Safeguarding lead")
    lead.expect("Daily management meeting of 4 April 2026 at 09:00")

    # Monday
    duty = at("2026-04-06 09:05", "Duty inspector")
    sitting = chair(duty, "daily", "2026-04-06")
    settle(
        duty,
        said,
        "It is passed on to another body",
        "It needs research.",
        to="Four-weekly intelligence meeting",
    )
    close(duty, sitting, unheard="The meeting had to end.")  # the group was not reached
    officer = at("2026-04-06 10:00", OFFICER)
    officer.go(concern)
    officer.expect("passed on to the four-weekly intelligence meeting")

    # Tuesday: the group is taken up, the child goes from MACE to the panel with its line on the toolkit
    duty = at("2026-04-07 09:05", "Duty inspector")
    sitting = chair(duty, "daily", "2026-04-07")
    duty.go(group)
    duty.expect("The meeting had to end.")
    decide(duty, "It is taken up: the owner answers by the date", "Looked at by the team.")
    give(duty, group, "Ask the school on Wednesday", "Children's services")
    close(duty, sitting)
    mace = at("2026-04-07 13:05", "MACE coordinator")
    sitting = chair(mace, "mace", "2026-04-07")
    mace.go(child)
    mace.write("Options of the disruption toolkit that were considered", TOOLKIT)
    decide(
        mace, "It is passed on to another body", "A plan by three agencies is needed.",
        to="County multi-agency risk panel", gateway=GATEWAY,
    )  # fmt: skip
    close(mace, sitting)

    # Wednesday: the panel; the patrol. Thursday: the forum, each agency before it reads the others
    panel = at("2026-04-08 10:05", "Panel chair")
    sitting = chair(panel, "panel", "2026-04-08")
    settle(
        panel,
        child,
        "It is taken up: the owner answers by the date",
        "A worker sees the child.",
        gateway=GATEWAY,
    )
    close(panel, sitting)
    report(
        at("2026-04-08 19:00", "Partner member", viewport=PHONE),
        "Ask the school on Wednesday",
        "The school knew of nothing.",
    )
    for when, role in (
        ("2026-04-09 09:00", "Partner member"),
        ("2026-04-09 09:10", "Child exploitation officer"),
    ):
        agency = at(when, role)
        agency.go(peers)
        agency.link("view")
        agency.choose("How much at risk", "At risk")
        agency.choose("What would you do", "Step up: more than is done now")
        agency.page.get_by_label("What your agency sees").fill("They are out late.")
        agency.button("Keep our view")
    forum = at("2026-04-09 10:05", "Exploitation partnership officer")
    sitting = chair(forum, "forum", "2026-04-09")
    settle(
        forum,
        peers,
        "It is taken up: the owner answers by the date",
        "Both agencies step up.",
        gateway=GATEWAY,
    )
    close(forum, sitting)

    # The fourth week: intelligence, then tasking, of which one district's is cancelled
    duty = at("2026-04-16 09:05", "Duty inspector")
    settle(duty, group, "It is closed", "The house is let to somebody else.")
    analyst = at("2026-04-28 10:05", "Analyst")
    sitting = chair(analyst, "four_weekly", "2026-04-28")
    analyst.go(said)
    [(of_place,)] = force.rows("SELECT district FROM meetings_raised WHERE id = ?", int(place.split("/")[2]))
    districts = analyst.page.get_by_label(LABELS["district"]).locator("option").all_inner_texts()
    other = next(d for d in districts[1:] if d != of_place)
    decide(
        analyst,
        "It is passed on to another body",
        "A patrol is asked for.",
        to="District tasking meeting",
        district=other,
    )
    close(analyst, sitting)
    tasking = at("2026-04-30 12:00", "District tasking chair")
    tasking.go(f"/meetings/tasking/2026-04-30?district={of_place}")
    tasking.page.locator("summary", has_text="Cancel or move it").click()
    tasking.write("Why it does not sit", "The hall is closed.")
    tasking.button("Cancel the sitting")
    tasking.go(place)
    tasking.expect("The hall is closed.")
    tasking.expect("28 May 2026")
    tasking = at("2026-04-30 14:05", "District tasking chair")
    sitting = chair(tasking, "tasking", "2026-04-30", other)
    settle(
        tasking, said, "It is not taken up, and goes back with the reason", "No one is free this month.",
        told="Tasking could not take it this month; it goes to another meeting.",
    )  # fmt: skip
    close(tasking, sitting)

    # Back with the analyst, and through the panel's second door; the neighbourhood team walks, and all is closed
    analyst = at("2026-05-01 09:00", "Analyst")
    settle(
        analyst, said, "It is passed on to another body", "Action is needed whatever a score says.",
        to="County multi-agency risk panel",
    )  # fmt: skip
    panel = at("2026-05-06 10:05", "Panel chair")
    sitting = chair(panel, "panel", "2026-05-06")
    settle(
        panel, said, "It is taken up: the owner answers by the date", "The team walks there.", gateway=GATEWAY,
        told="A patrol walks by the arcade on Fridays.",
    )  # fmt: skip
    give(panel, said, "Walk by the arcade on Friday at six", OFFICER)
    settle(panel, child, "It is closed", "A worker sees the child each week.", gateway=GATEWAY)
    close(panel, sitting)
    walked = "Walked at six; the girl was met by her aunt."
    patrol = at("2026-05-08 18:40", OFFICER, viewport=PHONE)
    report(patrol, "Walk by the arcade on Friday at six", walked)
    forum = at("2026-05-09 10:00", "Exploitation partnership officer")
    settle(forum, peers, "It is closed", "The club walks them home.", gateway=GATEWAY)
    panel = at("2026-05-11 09:00", "Panel chair")
    panel.go(said)
    panel.expect(walked)
    decide(
        panel,
        "It is closed",
        "The aunt meets her now.",
        gateway=GATEWAY,
        told="She is met by her family now.",
    )

    # What is left is the one that the cancelled sitting moved; a chair who never comes is escalated over
    assert force.rows("SELECT id FROM meetings_raised WHERE closed_at IS NULL") == [
        (int(place.split("/")[2]),)
    ]
    lead = at("2026-05-30 09:00", "Safeguarding lead")
    lead.expect("Meetings that nobody held")
    lead.expect("Raised or held, and past its date")
    officer = at("2026-05-30 10:00", OFFICER)
    officer.go(concern)
    officer.expect("She is met by her family now.")
