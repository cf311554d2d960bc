"""Issue 3, bad input, as it happens to people: slips, double clicks, two at once, an evening's session, old addresses, an empty force."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from redshank.errors import Exit

from .serving import REDSHANK, Served, environment, run
from .walk import violations

TYPED = "The records show the same car at three places on three evenings."


def at_the_test(person) -> str:
    """To the form that proposes a flag, with three records opened; gives the group's name."""
    name = person.first_link_under("Proposed groups, strongest ties first")
    person.button("most telling record")
    person.button("Propose a flag")
    return name


def proposed(people) -> str:
    person = people("Analyst")
    name = at_the_test(person)
    person.write("Why, in your own words", TYPED)
    person.button("Propose")
    person.expect("nothing is confirmed yet")
    return name


@pytest.mark.parametrize("how", ["mouse", "no script"])
def test_a_form_keeps_what_was_typed_and_says_what_is_wrong_twice(people, how):
    person = people("Analyst", how)
    at_the_test(person)
    page = person.page
    person.choose("Was there sexual activity", "No")
    person.select("Nature", "Choose")
    person.select("How sure are you", "High")
    person.write("Why, in your own words", "   ")
    person.button("Propose")
    summary = page.get_by_role("alert")
    assert "There is a problem" in summary.inner_text()
    for said in ("Write why, in your own words", "Choose: Nature"):
        assert said in summary.inner_text(), "in the summary"
        assert page.locator(".govuk-error-message", has_text=said).count() == 1, "and at the field"
    assert page.title().startswith("Error: ")
    # A line of the summary leads to its field.
    summary.get_by_role("link", name="Write why, in your own words").click()
    if how == "mouse":
        expect(page.get_by_label("Why, in your own words")).to_be_focused()
    else:
        assert page.url.endswith("#rationale")
    # What was chosen stands.
    assert (
        page.get_by_role("group", name=re.compile("Was there sexual activity"))
        .get_by_label("No", exact=True)
        .is_checked()
    )
    assert page.get_by_label("How sure are you").input_value() == "high"
    assert page.get_by_text("Opened by you").count() == 3
    assert page.get_by_role("checkbox", checked=True).count() == 3
    if how == "mouse":  # axe is a script
        assert violations(page) == []


def test_a_double_click_proposes_once(people, served):
    person = people("Analyst")
    before = served.rows("SELECT count(*) FROM flags_flag")[0][0]
    at_the_test(person)
    person.write("Why, in your own words", TYPED)
    person.page.get_by_role("button", name="Propose", exact=True).dblclick()
    person.page.wait_for_load_state()
    person.expect("Another person decides")
    assert served.rows("SELECT count(*) FROM flags_flag")[0][0] == before + 1


@pytest.mark.parametrize("form", ["propose", "decide", "withdraw", "handover"])
def test_a_form_sent_twice_acts_once_and_answers_alike(people, served, form):
    """The same form posted twice, as by a browser without scripts, where nothing stops the second press but the server."""
    name = proposed(people) if form in ("decide", "withdraw") else ""
    person = people("Child exploitation officer" if form == "decide" else "Analyst")
    page = person.page
    if form == "propose":
        at_the_test(person)
        person.write("Why, in your own words", TYPED)
        button = "Propose"
    elif form == "decide":
        person.link(name, within="Decisions that wait for you")
        person.choose("What do the records show you", "Need more")
        person.write("Because", "One more statement.")
        button = "Keep this decision"
    elif form == "withdraw":
        person.go("/flags")
        person.link(name)
        page.get_by_text("Withdraw it").click()
        person.write("Why it is withdrawn", "It was about somebody else.")
        button = "Withdraw"
    else:
        person.go("/handover")
        person.select("To whom", "Sage Whitlock, Duty inspector")
        person.write("What is handed over", "Nothing is open.")
        button = "Hand over"
    tables = "(SELECT count(*) FROM flags_act) + (SELECT count(*) FROM accounts_handover)"
    before = served.rows(f"SELECT {tables}")[0][0]
    sent = page.get_by_role("button", name=button, exact=True).evaluate(
        "b => ({to: b.form.action, what: new URLSearchParams(new FormData(b.form)).toString()})"
    )
    answers = [
        page.request.post(sent["to"], data=sent["what"], headers={"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url})
        for _ in range(2)
    ]  # fmt: skip
    assert [a.status for a in answers] == [200, 200]
    assert answers[0].url == answers[1].url
    assert served.rows(f"SELECT {tables}")[0][0] == before + 1


def test_of_two_who_decide_at_once_the_second_sees_the_first_ones_decision_and_keeps_the_text(people, served):
    name = proposed(people)
    first, second = people("Robin Ashgrove"), people("Toni Redfern")
    for person in (first, second):
        person.link(name, within="Decisions that wait for you")
    first.choose("What do the records show you", "Need more")
    first.write("Because", "Ask the hotel first.")
    second.choose("What do the records show you", "Not proven")
    second.write("Because", "Two of the three are about other people.")
    first.button("Keep this decision")
    first.expect("your decision stands in the register")
    second.button("Keep this decision")
    second.expect("Robin Ashgrove was first")
    second.expect("Ask the hotel first.")
    assert "Two of the three are about other people." in second.page.content()
    assert served.rows("SELECT kind FROM flags_act ORDER BY id DESC LIMIT 1") == [("need_more",)]


@pytest.mark.parametrize("how", ["mouse", "no script"])
def test_an_expired_session_loses_no_text(people, served, how):
    person = people("Analyst", how)
    group = at_the_test(person)
    person.write("Why, in your own words", TYPED)
    person.page.context.clear_cookies(name="redshank_session")
    person.button("Propose")
    assert person.heading() == "You were signed out meanwhile, and nothing was changed"
    person.expect(TYPED)
    if how == "mouse":
        assert violations(person.page) == []
    # Signed in again in another tab; this page still has the text and sends it.
    with person.page.context.expect_page() as opened:
        person.page.get_by_role("link", name="Sign in (opens in a new tab)").click()
    other = opened.value
    other.get_by_role("button", name="Choose a role of the demonstration").click()
    other.get_by_role("button", name="Avery Quill").click()
    other.get_by_role("heading", name="What needs you today").wait_for()
    for _ in range(2):  # the first press finds that the token changed with the sign-in
        if person.page.get_by_role("button", name="Send it again").count():
            person.button("Send it again")
    person.expect("nothing is confirmed yet")
    person.expect(TYPED)
    assert person.heading() == group


def test_a_form_from_elsewhere_is_not_offered_again(people, served):
    """What another site sends in somebody's name is refused, and no button of ours would send it."""
    person = people("Analyst")
    answer = person.page.request.post(
        served.base + "/handover", form={"taker": "demo-duty_inspector", "note": "Written by somebody else entirely."},
        headers={"Origin": "https://elsewhere.example"},
    )  # fmt: skip
    assert answer.status == 403
    assert "Send it again</button>" not in answer.text()
    assert 'type="hidden" name="note"' not in answer.text()


def test_an_old_address_leads_to_where_the_person_or_the_group_went(people, served):
    for kind, table, column, path in (
        ("person", "person", "name", "persons"),
        ("group", "group", "label", "groups"),
    ):
        now, name = served.rows(
            f"SELECT {kind}_id, {column} FROM heads_{table} WHERE valid_to IS NULL AND in_full ORDER BY id LIMIT 1"
        )[0]
        served.change(
            "INSERT INTO heads_moved (uid, valid_from, valid_to, in_full, in_open, digest, kind, was, now) VALUES (?, 1, NULL, 1, 1, 1, ?, ?, ?)",
            f"old-{kind}", kind, f"old-{kind}", now,
        )  # fmt: skip
        person = people("Analyst")
        person.go(f"/{path}/old-{kind}")
        assert person.page.url.endswith(f"/{path}/{now}")
        assert person.heading() == name
        person.expect("The address that you opened")


def test_a_withdrawn_flag_still_has_its_page(people, served):
    name = proposed(people)
    person = people("Avery Quill")
    person.go("/flags")
    person.link(name)
    where = person.page.url
    person.page.get_by_text("Withdraw it").click()
    person.write("Why it is withdrawn", "It was about somebody else.")
    person.button("Withdraw")
    person.expect("It stays in the register")
    person.page.goto(where)
    person.expect("It was about somebody else.")
    person.expect("Flag, withdrawn")


@pytest.fixture
def empty_force(home, tmp_path) -> Iterator[Served]:
    """A delivery was loaded; no night has run."""
    force, new = tmp_path / "force", tmp_path / "home"
    run(new, "synthetic", str(force), "--scale", "small", "--seed", "3")
    run(new, "load", str(force / "first"))
    one = Served(new)
    yield one
    one.stop()


def test_a_force_without_a_night_shows_what_to_do_next(chromium, empty_force):
    page = chromium.new_context().new_page()
    page.goto(empty_force.base + "/demonstration")
    page.get_by_role("button", name="Avery Quill").click()
    for path in (
        "/",
        "/worklist",
        "/groups",
        "/children",
        "/records",
        "/places",
        "/lines",
        "/language",
        "/quarantine",
        "/flags",
        "/missing",
    ):
        answer = page.goto(empty_force.base + path)
        assert answer.status == 200, path
        assert "No night has been published yet" in page.locator("body").inner_text()
        assert "redshank night" in page.locator("body").inner_text()
        assert violations(page) == [], path
    page.context.close()


def test_a_home_without_a_delivery_is_not_served_and_says_what_comes_first(tmp_path: Path):
    done = subprocess.run(
        [*REDSHANK, "--home", str(tmp_path / "home"), "serve"],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == Exit.USAGE
    assert "Load a delivery first (redshank load FOLDER)" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
