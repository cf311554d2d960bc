"""What no night brings and a page needs: made through the pages by the people whose work it is, each looked at as made.

Every function takes ``people`` (somebody signed in, in a role) and ``look`` (what is kept of the page that is open).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .hands import follow, raise_concern
from .serving import Served

People = Callable[..., Any]
Look = Callable[[Any], None]
WHY = "Three records by three sources show the same car at the school gate."
#: Words that one rule matches in records of more than four episodes without signals of harm, so that three are judged alone.
PATTERN = ("missing.not_returned", "late back")


def everything(people: People, served: Served, look: Look) -> None:
    editions(people, look)
    concern(people, look)
    of_an_item(people, look)
    bulk_dismissal(people, served, look)
    referral_to_mace(people, look)
    judgement(people, look)
    decided_flag(people, look)
    disruption(people, look)
    share(people, look)
    makesafe(people, look)
    line(people, look)
    listed(people, look)
    reviewed(people, look)
    returned(people, look)
    product(people, look)
    kept_document(people, look)
    meeting(people, look)
    asked_and_referred(people, look)
    tracked(people, look)
    attended(people, look)
    erased(people, served, look)  # before a notice over everything stands
    preserved(people, look)


def erased(people: People, served: Served, look: Look) -> None:
    """An erasure proposed of a record that no notice covers, and refused by another."""
    hand = people("Data protection and audit")
    hand.go("/erasures/new")
    hand.write("Number of the record", of_no_notice(served))
    hand.button("Look")
    hand.button("Propose it")
    look(hand.page)
    hand.page.get_by_role("radio").first.check()
    hand.write("Why", "A court ordered it.")
    hand.button("Propose it")
    hand.expect("Somebody else decides")
    look(hand.page)
    second = people("Safeguarding lead")
    second.go("/erasures")
    second.page.get_by_role("link", name="Erasure 1").click()
    look(second.page)
    second.choose("What do you do", "Refuse it: the record stays")
    second.write("Why", "The record is still needed.")
    second.button("Keep the decision")
    look(second.page)


def preserved(people: People, look: Look) -> None:
    """A preservation notice made, what covers a child looked for, and the standing notice proposed to be lifted and kept."""
    hand = people("Data protection and audit")
    hand.go("/preservation/new")
    hand.button("Make it")
    look(hand.page)
    hand.choose("What does it cover", "Everything that is held")
    hand.page.get_by_label("Made for").select_option(label="Public inquiry")
    hand.write("What it is called", "The inquiry's letter")
    hand.write("Who asks for it", "The inquiry, letter 7")
    hand.write("Since", "2026-01-05")
    hand.write("Why", "It asks us to keep it.")
    hand.button("Make it")
    hand.expect("It asks us to keep it.")
    look(hand.page)
    hand.go("/preservation/look")
    hand.write("Name of a person or a group", "a")
    hand.button("Look")
    look(hand.page)
    hand.go("/preservation")
    hand.link("Standing notice over exploitation material")
    hand.choose("What do you do", "Propose to lift it; a second person decides")
    hand.write("Why", "To see that nobody does it alone.")
    hand.button("Keep the decision")
    look(hand.page)
    second = people("Safeguarding lead")
    second.go("/")
    second.link("Standing notice over exploitation material")
    look(second.page)
    second.choose("What do you do", "It stays in force")
    second.write("Why", "Nothing of it goes.")
    second.button("Keep the decision")
    second.expect("Lifting it refused")


def asked_and_referred(people: People, look: Look) -> None:
    """An agency is asked about a school; a referral to the front door is recorded on a child's page."""
    hand = people("Child exploitation officer")
    hand.go("/sharing/ask")
    look(hand.page)
    hand.write("In a few words", "A school by the bay")
    hand.page.get_by_label("Which agency").select_option(index=1)
    hand.write("What the agency is asked for", "Attendance this term")
    hand.write("Why it is needed", "To see where help is needed")
    hand.page.get_by_label("Gateway by which information is shared").select_option(index=1)
    hand.button("Ask")
    look(hand.page)
    hand.go("/sharing")
    look(hand.page)
    hand.go("/children")
    follow(hand.page, hand.page.locator('main a[href^="/children/"]').first)
    hand.link("Record a referral to the MASH")
    look(hand.page)
    hand.write("Who referred", "A school")
    hand.write("What the referral says", "Met by an adult at the gate")
    hand.write("Received on", "2026-01-05")
    hand.page.get_by_label("At", exact=True).fill("10:00")
    hand.button("Keep this")
    look(hand.page)
    hand.go("/mash")
    look(hand.page)


def tracked(people: People, look: Look) -> None:
    """The tracker as the safeguarding lead has it: a recommendation, a form of each kind, a later report, the response."""
    hand = people("Safeguarding lead")
    hand.go("/tracker")
    look(hand.page)
    for words in ("Import a later report", "The response document"):
        hand.go("/tracker")
        hand.link(words)
        look(hand.page)
    hand.go("/tracker")
    hand.page.locator('main a[href^="/tracker/reports/"]').first.click()
    look(hand.page)
    hand.go("/tracker")
    hand.link("Recommendation 4")
    one = hand.page.url
    look(hand.page)
    for way in ("evidence", "position", "planned"):
        hand.page.goto(f"{one}/{way}")
        look(hand.page)
    hand.page.goto(one)
    hand.page.locator('main a[href*="/answered/"]').first.click()
    look(hand.page)


def attended(people: People, look: Look) -> None:
    """Who came to an event of learning."""
    hand = people("Learning and development")
    hand.go("/learning")
    hand.page.locator('main a[href^="/learning/courses/"]').first.click()
    look(hand.page)
    hand.page.locator('main a[href^="/learning/events/"]').first.click()
    look(hand.page)
    hand.page.locator('main a[href$="/attendance"]').first.click()
    look(hand.page)


def editions(people: People, look: Look) -> None:
    """Two editions of the matrix, and what differs between them."""
    hand = people("Researcher")
    for day in ("2026-04-20", "2026-05-18"):
        hand.go("/matrix")
        hand.write("Day of the meeting", day)
        hand.button("Prepare an edition from this night")
        hand.page.wait_for_url("**/matrix/*")
    hand.link("For 20 April 2026")
    look(hand.page)


def concern(people: People, look: Look) -> None:
    hand = people("Neighbourhood and proactive team officer")
    raise_concern(hand, "A grey car waits at the school gate each Friday and a girl of about 14 gets in.")
    look(hand.page)


def of_an_item(people: People, look: Look) -> None:
    """Raised to the meeting, sent to the registrar, asked of a colleague; each seen by who acts on it next."""
    hand = people("Analyst")
    hand.go("/worklist")
    hand.page.locator("article a").first.click()
    item = hand.page.url

    def act(form: str, said: str, button: str, choose: str = "") -> None:
        hand.page.goto(item)
        hand.page.locator("summary", has_text=form).click()
        box = hand.page.locator("details", has_text=form)
        if choose:
            chosen = box.get_by_role("combobox")
            chosen.select_option(chosen.locator("option", has_text=choose).first.get_attribute("value"))
        box.get_by_role("textbox").fill(said)
        box.get_by_role("button", name=button, exact=True).click()
        hand.page.wait_for_load_state()

    act("Raise to the daily management meeting", WHY, "Raise")
    act("Send to the crime registrar", WHY, "Send", choose=", ")
    act("Ask a colleague", "Was there a return interview?", "Ask", choose="Researcher")
    for role, place, pattern in (
        ("Analyst", "/raised", "/raised/"), ("Duty inspector", "/raised", "/raised/"),
        ("Analyst", "/registrar", "/registrar/"), ("Force crime registrar", "/registrar", "/registrar/"),
        ("Analyst", "/questions", "/questions/"), ("Researcher", "/questions", "/questions/"),
    ):  # fmt: skip
        reader = people(role)
        reader.go(place)
        reader.page.locator(f'main a[href^="{pattern}"]').first.click()
        look(reader.page)


def meeting(people: People, look: Look) -> None:
    """A daily meeting with one item: raised from the group's page, decided by the chair, with a task and a commission."""
    hand = people("Analyst")
    hand.first_link_under("Proposed groups, strongest ties first")
    hand.link("Raise this to a meeting")
    look(hand.page)
    hand.choose("To which body", "Daily management meeting")
    hand.write("Why, as the meeting will read it", WHY)
    hand.button("Raise it")
    thing = hand.page.url.removeprefix(hand.base)
    chair = people("Duty inspector")
    chair.go("/meetings")
    look(chair.page)
    chair.link("Daily management meeting", within="")
    look(chair.page)
    chair.page.locator("main ul.redshank-lines a[href*='/meetings/daily/2']").nth(5).click()
    early = chair.page.get_by_label("It sits on another day")
    if early.count():
        early.fill("The inspector is away then")
    chair.button("Take the chair")
    look(chair.page)
    chair.go(f"{thing}/action")
    look(chair.page)
    chair.write("What is to be done", "Walk by the bay on Friday evening")
    chair.write("Why", "Children gather there.")
    chair.choose("Strand", "Protect")
    chair.select("Or a team, of which somebody takes it", "Neighbourhood and proactive team officer")
    chair.write("By what it will be seen", "Fewer calls from the bay")
    chair.button("Give it")
    look(chair.page)
    chair.go(f"{thing}/commission")
    look(chair.page)
    chair.write("The question", "Which other places do they use?")
    chair.write("Which decision it informs", "Where to patrol")
    chair.page.get_by_label("Who answers it").select_option(index=1)
    chair.write("By which day", "2030-01-31")
    chair.button("Commission it")
    look(chair.page)
    chair.go("/actions?show=all")
    look(chair.page)
    chair.go("/raise")
    look(chair.page)


def bulk_dismissal(people: People, served: Served, look: Look) -> None:
    """Three hits judged alone, the rest put before a second person."""
    rule, words = PATTERN
    hand = people("Analyst")
    keys = served.rows(
        "SELECT DISTINCT record_key FROM heads_signal WHERE rule = ? AND lower(text) = ? AND valid_to IS NULL"
        " AND in_full AND status = 'affirmed' ORDER BY record_key",
        rule, words,
    )  # fmt: skip
    assert len(keys) > 4, f"the demonstration holds too few of “{words}”"
    for (key,) in keys[:3]:
        hand.go(f"/worklist/items/record/{key}")
        hit = hand.page.locator(".redshank-hits > li", has_text=f"“{words}”").first
        hit.get_by_role("textbox").fill("The record speaks of a bus that was late.")
        hit.get_by_role("button", name="Read wrongly").click()
        hand.page.wait_for_load_state()
    hand.go(f"/rules/{rule}")
    look(hand.page)
    hand.page.get_by_role("link", name=f"Look at the rest of “{words}”").click()
    look(hand.page)
    hand.write("Why every one of these is read wrongly", "Each time it is a bus or a train that was late.")
    hand.button("Put before a second person")
    look(hand.page)
    second = people("Researcher")
    second.link(words, within="Decisions that wait for you")
    look(second.page)


def referral_to_mace(people: People, look: Look) -> None:
    hand = people("Missing-person adviser")
    hand.go("/missing")
    hand.first_link_under("Back, and to be looked at")
    look(hand.page)
    hand.page.get_by_role("button", name="Propose a referral to MACE").click()
    hand.page.get_by_label("Why the agencies should look together").fill(WHY)
    for choice in hand.page.get_by_label(
        "As its open records show it"
    ).all():  # asked where some rest on handling C
        choice.check()
    hand.page.get_by_role("button", name="Propose", exact=True).click()
    hand.page.wait_for_load_state()
    for role in ("Missing-person adviser", "MACE coordinator"):
        reader = people(role)
        reader.go("/raised?meeting=mace")
        reader.page.locator('main a[href^="/raised/"]').first.click()
        look(reader.page)


def judgement(people: People, look: Look) -> None:
    """Two people compared, and left in doubt: it changes nothing for the nights of other tests."""
    hand = people("Analyst")
    hand.first_link_under("Proposed groups, strongest ties first")
    members = hand.page.locator('main table th a[href^="/persons/"]')
    name, other = (members.nth(n).inner_text() for n in (0, members.count() - 1))
    hand.go(members.nth(0).get_attribute("href") + "/judge")
    hand.write("Compare with somebody else", other)
    hand.button("Find")
    hand.page.get_by_role("link", name="Compare with ").last.click()
    look(hand.page)
    hand.choose("What do the records show you", "Unsure")
    hand.write("Because", f"{name} may be two people.")
    hand.button("Keep this judgement")
    hand.go("/judgements")
    hand.page.locator('main a[href^="/judgements/"]').first.click()
    look(hand.page)


def decided_flag(people: People, look: Look) -> None:
    """Proposed, not proven, its texts for other systems, and drawn for a second look without the outcome."""
    first = people("Analyst")
    group = first.first_link_under("Proposed groups, strongest ties first")
    first.button("most telling record")
    first.button("Propose a flag")
    first.write("Why, in your own words", "To be looked at by a second person.")
    first.button("Propose")
    first.expect("nothing is confirmed yet")
    flag = first.page.url
    first.link("Texts for other systems")
    look(first.page)
    second = people("Duty inspector")
    second.link(group, within="Decisions that wait for you")
    look(second.page)
    second.choose("What do the records show you", "Need more")
    second.write("Because", "Who else was there?")
    second.button("Keep this decision")
    first.page.goto(flag)
    first.button("Give more")
    look(first.page)
    first.write("Why, in your own words", "The first record names everybody.")
    first.button("Give more")
    second.page.goto(flag)
    second.choose("What do the records show you", "Not proven")
    second.write("Because", "No record says what any of them did.")
    second.button("Keep this decision")
    third = people("Child exploitation officer")
    third.go("/flags/samples")
    third.button("Draw")
    look(third.page)
    third.page.locator('main a[href^="/flags/samples/"]').first.click()
    look(third.page)
    third.choose("What do the records show you", "Not proven")
    third.write("Because", "The records name two people and no child.")
    third.button("Keep this look")
    third.go("/flags/audit")
    look(third.page)
    third.page.locator('main a[href^="/flags/audit/"]').first.click()
    look(third.page)


def disruption(people: People, look: Look) -> None:
    """What a place is, proposed, confirmed and taken to be a business; an option considered for it, used, broken and reviewed."""
    first = people("Analyst")
    first.go("/places")
    first.page.locator("main table a").first.click()
    place = first.page.url
    first.link("Disruption options considered")
    look(first.page)
    first.link("Propose what it is")
    look(first.page)
    proposal = first.page.url
    for n in range(first.page.get_by_role("link", name="Open it").count()):
        first.page.goto(proposal)
        first.page.get_by_role("link", name="Open it").first.click()
        first.page.wait_for_load_state()
        if n == 1:
            break
    first.page.goto(proposal)
    first.choose("What do the records show it to be", "A business where children are exploited")
    first.write("Why", "Two records name it.")
    first.page.get_by_role("button", name="Propose", exact=True).click()
    first.page.wait_for_load_state()
    first.expect("nothing is confirmed yet")
    part = first.page.url
    second = people("Child exploitation officer")
    second.page.goto(part)
    look(second.page)
    records = [
        a.get_attribute("href") for a in second.page.locator("main .redshank-lines").first.locator("a").all()
    ]
    for href in records:
        second.page.goto(part)
        second.page.locator(f'main .redshank-lines a[href="{href}"]').first.click()
        second.page.wait_for_load_state()
    second.page.goto(part)
    second.choose("What do the records show you", "Confirmed")
    second.write("Because", "Both say what staff saw.")
    second.button("Keep this decision")
    second.expect("Confirmed: it stands with your name")
    look(second.page)
    first.page.goto(place)
    first.link("Disruption options considered")
    look(first.page)
    first.page.get_by_role("link", name="Record what was decided on Review of a premises licence").click()
    first.page.wait_for_load_state()
    look(first.page)
    # A row of the toolkit that nobody checked in its term is greyed: from then on it is considered here, and not newly used.
    fresh = first.page.get_by_text("It cannot be recorded as newly used").count() == 0
    first.choose("What was decided", "Used" if fresh else "Considered, not decided yet")
    first.write("Why", "The licensing officer is asked first.")
    first.choose("Was legal advice sought", "Yes")
    first.button("Record it")
    first.expect("Recorded, with your name")
    if fresh:
        first.page.locator("summary", has_text="A breach").click()
        first.page.get_by_label("On which day").fill("2026-01-15")
        first.page.get_by_label("What was broken, and what followed").fill(
            "Alcohol was sold to a child again."
        )
        first.page.locator("details", has_text="A breach").get_by_role("button", name="Add it").click()
        first.page.wait_for_load_state()
    look(first.page)
    for role, pages in (("Analyst", ("/disruption", "/disruption/options", "/disruption/parts")), ("Safeguarding lead", ("/", "/disruption/areas", "/disruption/fairness"))):  # fmt: skip
        reader = people(role)
        for page in pages:
            reader.go(page)
            look(reader.page)


def line(people: People, look: Look) -> None:
    """A county line that is kept, with what its page of scores says before and after."""
    hand = people("Analyst")
    hand.go("/lines")
    look(hand.page)
    hand.page.locator("main table a").first.click()
    hand.page.wait_for_load_state()
    look(hand.page)
    hand.link("How it is assessed")
    look(hand.page)
    hand.page.locator("#kind-1").check()
    hand.page.locator("#why").fill("Looked at with the district.")
    hand.page.get_by_role("button", name="Decide", exact=True).click()
    hand.page.wait_for_load_state()
    hand.expect("What stood there then")
    look(hand.page)


def listed(people: People, look: Look) -> None:
    """A place on a VVOL list, kept at its review; and the page that asks of a child what was considered."""
    hand = people("Analyst")
    hand.go("/places")
    hand.page.locator("main table a").first.click()
    hand.page.wait_for_load_state()
    hand.link("Add to a VVOL list")
    look(hand.page)
    hand.choose("Which list", "Location")
    hand.page.get_by_role("checkbox").first.check()
    hand.write("Why", "Three calls in a month.")
    hand.page.get_by_role("button", name="Add", exact=True).click()
    hand.page.wait_for_url("**/vvol/*")
    look(hand.page)
    hand.choose("Does it stay on the list", "It stays, until the next review")
    hand.write("Why", "Still called about.")
    hand.button("Keep the decision")
    hand.expect("Still called about.")
    look(hand.page)
    hand.go("/children")
    child = hand.page.locator("main a[href^='/children/']").first.get_attribute("href") or ""
    hand.go(f"/vvol/add/person/{child.split('/')[2].split('?')[0]}")
    hand.expect("Modern Slavery Act 2015 s.45")
    look(hand.page)


def reviewed(people: People, look: Look) -> None:
    """A sample of victims' records drawn, one of them read with a group found; a text checked; a token for another system."""
    hand = people("Analyst")
    hand.go("/reviews/victims")
    look(hand.page)
    hand.button("Draw")
    hand.page.wait_for_url("**/reviews/samples/*")
    look(hand.page)
    hand.page.locator('main a[href^="/reviews/records/"]').first.click()
    hand.page.wait_for_load_state()
    look(hand.page)
    here = hand.page.url
    hand.page.locator('main a[href^="/records/"]').first.click()
    hand.page.wait_for_load_state()
    hand.page.goto(here)
    hand.choose("Does the record show that two or more people", "Yes")
    hand.page.get_by_label("Two or more people act together").check()
    hand.write("What the record states, in your words", "Two adults collect the child by car.")
    hand.button("Keep this reading")
    hand.page.goto(here)
    look(hand.page)
    hand.go("/reviews/victims/report")
    look(hand.page)
    hand.go("/language/check")
    hand.write("The text", "She is streetwise.")
    hand.button("Check")
    look(hand.page)
    keeper = people("Administrator")
    keeper.go("/language/systems")
    keeper.write("Which system is it for", "The record system")
    keeper.button("Make")
    look(keeper.page)


def returned(people: People, look: Look) -> None:
    """An annual return, opened and drafted, with its statement."""
    hand = people("Analyst")
    hand.go("/returns")
    look(hand.page)
    hand.go("/returns/adr149/2025-26")
    hand.expect("Stood down")
    look(hand.page)
    hand.go("/returns/adr149/2024-25")  # nobody opened it yet in a demonstration
    look(hand.page)
    hand.button("Open this return")
    hand.write("A new version of the statement", "Flags are kept here since this year.")
    hand.button("Keep the statement")
    hand.expect("Flags are kept here since this year.")
    hand.button("Draft")
    hand.expect("Counts, side by side")
    look(hand.page)


def kept_document(people: People, look: Look) -> None:
    """A document that is kept, with a person's words in it; a second edition and what differs."""
    hand = people("Analyst")
    for _ in range(2):
        hand.go("/documents")
        look(hand.page)
        hand.button("Keep it as a draft")
        hand.expect("Send it to review")
        look(hand.page)
        hand.link("Write under")
        look(hand.page)
        hand.write("Your words", "It is held again in spring.")
        hand.button("Keep it")
    hand.link("What differs from number")
    look(hand.page)


def product(people: People, look: Look) -> None:
    """A problem profile drafted, a word written in it, its terms, and what stands behind one of its numbers; a second edition and what differs."""
    hand = people("Analyst")
    for start in ("2025-03-01", "2025-02-01"):
        hand.go(f"/products/draft?code=problem-profile&start={start}&end=2026-03-31")
        look(hand.page)
        hand.button("Draft it")
        hand.page.wait_for_url("**/products/*")
    here = hand.page.url
    look(hand.page)
    hand.page.goto(f"{here}/write/forward")
    hand.write("What is expected", "It is likely that there are more.")
    look(hand.page)
    hand.button("Keep it")
    hand.page.goto(f"{here}/terms")
    look(hand.page)
    hand.page.goto(here)
    hand.page.locator('a[href*="/behind/"]').first.click()
    hand.page.wait_for_load_state()
    look(hand.page)
    hand.page.goto(f"{here}/differences")
    look(hand.page)


def share(people: People, look: Look) -> None:
    """A child shared with a partner, and taken back; what the lead holds of who sees what, and of reads to look at."""
    hand = people("Child exploitation officer")
    hand.first_link_under("Proposed groups, strongest ties first")
    hand.page.locator('main table th a[href^="/children/"]').first.click()
    hand.link("Who may see this")
    hand.page.get_by_label("With whom").select_option(label="Children's services")
    hand.write("Why", "They work with the family.")
    hand.page.get_by_role("button", name="Share", exact=True).click()
    look(hand.page)
    partner = people("Partner member")
    look(partner.page)
    partner.page.locator('main a[href^="/persons/"]').first.click()
    look(partner.page)
    lead = people("Safeguarding lead")
    for place in ("/reads", "/sight"):
        lead.go(place)
        look(lead.page)
    lead.page.get_by_label("Why it is taken back").first.fill("The family moved away.")
    lead.button("Take back")
    lead.expect("Taken back")


def makesafe(people: People, look: Look) -> None:
    """A business with a training, a failed test visit with a cadet, a call, an order and a message; each form as it is filled."""
    lead = people("Safeguarding lead")
    lead.go("/makesafe/message")
    lead.write("The message", "Call 101, in an emergency 999, and quote Operation Makesafe.")
    lead.button("Keep the version")
    lead.go("/makesafe/orders")
    lead.write("The order", "Each business is trained every year.")
    lead.button("Keep as a draft")
    for what, button in (("Somebody was consulted", "Keep it"), ("It is adopted and in force", "Keep it")):
        lead.choose("What happened?", what)
        lead.write("With whom, and what they said", "The licensing officers: no change.")
        lead.button(button)
    look(lead.page)
    hand = people("Neighbourhood and proactive team officer")
    hand.go("/")
    look(hand.page)
    hand.go("/makesafe/register")
    look(hand.page)
    hand.page.locator('main a[href^="/makesafe/register/"]').first.click()
    look(hand.page)
    hand.button("Take it into the operation")
    business = hand.page.url
    hand.page.get_by_role("button", name="Record a training").click()
    hand.write("Who trained the staff", "PC Knot")
    hand.write("Members of staff trained", "4")
    hand.write("Members of staff there are", "6")
    look(hand.page)
    hand.button("Keep the training")
    hand.page.get_by_role("button", name="Record a visit").click()
    hand.choose("What kind of visit was it?", "Test visit")
    hand.write("Who visited", "PC Knot")
    hand.button("Keep the visit")
    look(hand.page)  # with what is missing
    for question, answer in (
        ("challenged or refused", "No"),
        ("identification", "Yes"),
        ("police called", "Not applicable"),
    ):
        hand.choose(question, answer)
    hand.choose("Did a cadet go along?", "Yes")
    look(hand.page)
    for label, said in (
        ("The cadet's age", "16"), ("Which parent or carer consented", "The mother, 1 May"), ("Authorising inspector", "Inspector Dunlin"),
        ("Where the risk assessment is kept", "File 12"),
    ):  # fmt: skip
        hand.write(label, said)
    hand.button("Keep the visit")
    look(hand.page)
    hand.go("/makesafe/list")
    look(hand.page)
    hand.write(
        "Or its text", "Name,Category,Address,District\nTern Hotel,Hotel,2 Reed Lane,\n,Hotel,3 Reed Lane,"
    )
    hand.button("Look at the rows")
    look(hand.page)  # with what stands against a row
    hand.button("Take in the rows that are ticked")
    for page in (business, f"{business}/change", "/makesafe/add", "/"):
        hand.page.goto(page) if page.startswith("http") else hand.go(page)
        look(hand.page)
    hand.go("/makesafe")
    hand.page.locator("[data-map][data-ready]").wait_for()
    look(hand.page)
    hand.page.locator("[data-map] path[role=link]").first.press("Enter")  # a dot of the map, by keyboard
    hand.page.wait_for_url(business)
    lead.go("/makesafe/coverage")
    look(lead.page)
    lead.page.goto(business)
    look(lead.page)
    partner = people("Exploitation partnership officer")
    partner.go("/makesafe/calls")
    partner.page.locator('main a[href^="/makesafe/calls/"]').first.click()
    partner.choose("What is it?", "Linked to a business")
    partner.page.get_by_label("The business, where you link it").select_option(index=1)
    partner.write("In your words", "The log names it.")
    partner.button("Keep it")
    look(partner.page)


def of_no_notice(served: Served) -> str:
    """The number of a record that reads as no exploitation, so that no notice covers it."""
    return served.rows(
        "SELECT ref FROM heads_record WHERE valid_to IS NULL AND in_open AND key NOT IN (SELECT record_key FROM heads_signal)"
        " AND key NOT IN (SELECT record_key FROM heads_behind) ORDER BY key LIMIT 1"
    )[0][0]
