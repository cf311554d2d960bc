"""Meetings, the registrar's clock, questions, and what cannot wait."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from . import worklist_tools as tools
from .test_worklist_acts import ADA, send, url
from .worklist_fixtures import application, town  # noqa: F401

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


# ---- meetings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meeting", "now", "sits"),
    [
        ("daily", "2026-03-02T08:59", "2026-03-02T09:00"),
        ("daily", "2026-03-02T09:00", "2026-03-03T09:00"),
        (
            "daily",
            "2026-03-28T20:00",
            "2026-03-29T09:00",
        ),  # the clocks go forward that night; weekends sit too
        ("daily", "2026-10-24T20:00", "2026-10-25T09:00"),
        ("four_weekly", "2026-01-01T12:00", "2026-01-06T10:00"),
        ("four_weekly", "2026-01-06T10:01", "2026-02-03T10:00"),
        ("four_weekly", "2026-02-02T10:00", "2026-02-03T10:00"),
        ("four_weekly", "2026-03-20T10:00", "2026-03-31T10:00"),  # across the clocks, still at ten
    ],
)
def test_a_meeting_sits_by_its_rhythm(town, meeting, now, sits):  # noqa: F811
    from redshank.web.meetings import sittings
    from redshank.web.meetings.bodies import BODIES

    assert sittings.next_time(BODIES[meeting], at(now)) == at(sits)


def raised():
    from redshank.web.meetings.models import Raised

    return Raised.objects.get()


def settle(client, outcome: str, once: str = "s", seen: int = 0, **more):
    data = {"outcome": outcome, "why": "talked about", "once": once, "seen": seen, "owner": "town-researcher"}
    return client.post(f"/raised/{raised().pk}/settle", data | {"next_on": str((tools.NOW + timedelta(days=9)).date())} | more)  # fmt: skip


@pytest.mark.parametrize(("kind", "meeting"), [("raise", "daily"), ("hold", "four_weekly")])
def test_what_is_raised_has_one_owner_and_one_next_date_and_stands_on_its_meetings_page(town, kind, meeting):  # noqa: F811
    analyst = tools.client("analyst")
    send(analyst, "grade")
    send(analyst, kind)
    found = raised()
    assert (found.meeting, found.owner, found.grade) == (meeting, analyst.user, "first")
    assert found.next_on > datetime.now(UTC)
    page = tools.text_of(analyst.get(f"/raised?meeting={meeting}"))
    assert "Ada THORN, 13" in page
    assert "First at the meeting" in page
    assert found.act.why in page
    assert f"Owner {analyst.user.name}" in page
    other = {"daily": "four_weekly", "four_weekly": "daily"}[meeting]
    assert "Ada THORN" not in tools.text_of(analyst.get(f"/raised?meeting={other}"))


def test_it_goes_on_with_another_owner_and_date_or_is_closed_with_a_name_and_never_neither(town):  # noqa: F811
    from redshank.web.meetings.models import Move

    send(tools.client("analyst"), "raise")
    lead = tools.client("safeguarding_lead")
    for missing in ({"owner": ""}, {"next_on": ""}, {"next_on": "2020-01-01"}, {"why": ""}):
        assert settle(lead, "moved", **missing).status_code == 400
    assert settle(lead, "forget").status_code == 400
    assert not Move.objects.exists()
    for _ in range(2):
        assert settle(lead, "moved").status_code == 302
    assert (raised().owner.username, Move.objects.count()) == ("town-researcher", 1)
    assert raised().closed_at is None
    assert raised().next_on.astimezone(LONDON).date() == (tools.NOW + timedelta(days=9)).date()
    seen = Move.objects.get().pk
    late = settle(tools.client("analyst"), "closed", once="late", seen=0)
    assert late.status_code == 409
    assert "was first: talked about" in tools.text_of(late)
    assert settle(lead, "closed", once="c", seen=seen).status_code == 302
    assert raised().closed_at is not None
    assert settle(lead, "moved", once="again", seen=10**6).status_code == 409
    assert [m.kind for m in Move.objects.order_by("pk")] == ["moved", "closed"]
    page = tools.text_of(lead.get(f"/raised/{raised().pk}"))
    assert "closed it: talked about" in page


def test_past_its_date_it_stands_on_the_raisers_the_owners_and_the_supervisors_first_page(town):  # noqa: F811
    from redshank.web.meetings.models import Raised

    analyst = tools.client("analyst")
    send(analyst, "raise")
    assert re.search(r"Nothing is overdue in: [^.]*Raised by you, and unanswered", tools.first(analyst))
    Raised.objects.update(next_on=tools.NOW - timedelta(days=1))
    assert "Raised by you, and unanswered 1" in tools.first(analyst)
    for role in ("safeguarding_lead", "duty_inspector"):
        assert "Raised or held, and past its date 1" in tools.first(tools.client(role))
    send(analyst, "hold", of=("child", "p-ben"), hold_owner="town-researcher")
    Raised.objects.filter(meeting="four_weekly").update(next_on=tools.NOW + timedelta(hours=2))
    assert "Held by you, and due 1" in tools.first(tools.client("researcher"))
    assert re.search(r"Nothing is overdue in: [^.]*Held by you, and due", tools.first(analyst))
    assert "Past its date" in tools.text_of(analyst.get("/raised"))


def test_each_number_of_a_first_page_opens_to_what_it_counts(town):  # noqa: F811
    """Raised by me and unanswered, held by me and due, past its date, past the hour, more needed: each opens its own list."""
    from redshank.web.meetings.models import Raised
    from redshank.web.worklist.models import Referral

    analyst, researcher = tools.client("analyst"), tools.client("researcher")
    send(analyst, "raise", once="1")
    send(researcher, "raise", of=("child", "p-ben"), once="2")
    send(analyst, "raise", of=("group", "g-one"), once="3")
    send(analyst, "hold", of=("record", "incidents:I-9"), once="4")
    send(analyst, "refer", once="5")
    send(researcher, "refer", of=("child", "p-ben"), once="6", refer_record="incidents:I-2")
    Raised.objects.exclude(ident="g-one").update(next_on=tools.NOW - timedelta(days=1))
    Referral.objects.filter(act__by=analyst.user).update(
        due_at=tools.NOW - timedelta(hours=1), state="need_more"
    )
    blocks = {
        analyst: {"Raised by you, and unanswered": 1, "Held by you, and due": 1, "The registrar needs more from you": 1},
        tools.client("safeguarding_lead"): {"Raised or held, and past its date": 3, "Possible unrecorded crimes past their hour": 1},
        tools.client("crime_registrar"): {"Possible unrecorded crimes": 1, "Possible unrecorded crimes past their hour": 1},
    }  # fmt: skip
    for client, counts in blocks.items():
        page = client.get("/").content.decode()
        for title, n in counts.items():
            (link,) = re.findall(
                rf'<h3[^>]*>{title} <a[^>]*redshank-count" href="([^"]+)"[^>]*>.*?{n}</a>', page
            )
            opened = client.get(link.replace("&amp;", "&")).content.decode()
            assert (
                len(re.findall(r'<li><a class="govuk-link" href="/(?:raised|registrar)/\d+"', opened)) == n
            ), title


# ---- the registrar ----------------------------------------------------------------------------------


def referral():
    from redshank.web.worklist.models import Referral

    return Referral.objects.get()


def rule_on(client, outcome: str, once: str = "r", **more):
    data = {"outcome": outcome, "why": "the counting rules", "once": once, "crime_ref": "", "seen": 0}
    return client.post(f"/registrar/{referral().pk}/decide", data | more)


def test_the_clock_is_twenty_four_hours_also_over_a_weekend_and_a_change_of_clocks(town):  # noqa: F811
    from redshank.web.worklist import registrar

    friday = datetime(2026, 3, 27, 16, 40, tzinfo=UTC)
    assert registrar.due(friday) == datetime(2026, 3, 28, 16, 40, tzinfo=UTC)
    night = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert registrar.due(night) - night == timedelta(hours=24)
    send(tools.client("analyst"), "refer")
    assert referral().due_at - referral().act.at == timedelta(hours=24)


def test_the_registrar_reads_the_record_and_why_and_not_the_matrix(town):  # noqa: F811
    send(tools.client("analyst"), "refer")
    registrar = tools.client("crime_registrar")
    assert "Possible unrecorded crimes 1" in tools.first(registrar)
    page = registrar.get(f"/registrar/{referral().pk}")
    said = tools.text_of(page)
    assert "she told staff" in said
    assert ">told staff<" in page.content.decode()
    for kept in ("signals of harm", "Group around"):
        assert kept not in said
    assert "Ada THORN" not in tools.text_of(registrar.get("/registrar"))


@pytest.mark.parametrize(("outcome", "more"), [("recorded", {"crime_ref": "37/1/26"}), ("no_crime", {})])
def test_recorded_or_not_a_crime_ends_it_with_a_name_and_a_because(town, outcome, more):  # noqa: F811
    from redshank.web.worklist.models import Step

    send(tools.client("analyst"), "refer")
    registrar = tools.client("crime_registrar")
    for _ in range(2):
        assert rule_on(registrar, outcome, **more).status_code == 302
    (step,) = Step.objects.all()
    assert (step.kind, step.by, step.why) == (outcome, registrar.user, "the counting rules")
    assert (referral().state, referral().decided_at) == (outcome, step.at)
    assert rule_on(registrar, "no_crime", once="again", seen=step.pk).status_code == 409
    assert re.search(r"Nothing waits for you in: [^.]*Possible unrecorded crimes\b", tools.first(registrar))
    assert "the counting rules" in tools.text_of(tools.client("analyst").get(f"/registrar/{referral().pk}"))


def test_a_ruling_says_what_is_missing(town):  # noqa: F811
    send(tools.client("analyst"), "refer")
    registrar = tools.client("crime_registrar")
    assert "Give the number" in tools.text_of(rule_on(registrar, "recorded"))
    assert "Choose recorded" in tools.text_of(rule_on(registrar, "perhaps"))
    empty = rule_on(registrar, "no_crime", why="")
    assert empty.status_code == 400
    assert referral().state == "waiting"


def test_need_more_goes_back_to_the_sender_while_the_clock_runs_on(town):  # noqa: F811
    analyst, registrar = tools.client("analyst"), tools.client("crime_registrar")
    send(analyst, "refer")
    due = referral().due_at
    rule_on(registrar, "need_more", why="who was it said to?")
    assert "The registrar needs more from you 1" in tools.first(analyst)
    add = lambda c, once: c.post(f"/registrar/{referral().pk}/add", {"why": "the night staff", "once": once, "seen": 10**6})  # noqa: E731  # fmt: skip
    assert add(tools.client("researcher"), "x").status_code == 409  # not who sent it
    assert add(analyst, "m").status_code == 302
    assert (referral().state, referral().due_at) == ("waiting", due)
    assert "Possible unrecorded crimes 1" in tools.first(registrar)


def test_past_the_hour_it_is_overdue_on_first_pages_and_in_the_queue(town):  # noqa: F811
    from redshank.web.worklist.models import Referral

    send(tools.client("analyst"), "refer")
    registrar, lead = tools.client("crime_registrar"), tools.client("safeguarding_lead")
    assert "Nothing is overdue in: Possible unrecorded crimes past their hour" in tools.first(registrar)
    Referral.objects.update(due_at=datetime.now(UTC) - timedelta(minutes=1))
    for client in (registrar, lead):
        assert "Possible unrecorded crimes past their hour 1" in tools.first(client)
    assert "Overdue" in tools.text_of(registrar.get("/registrar"))
    rule_on(registrar, "need_more", why="when?")
    assert "Possible unrecorded crimes past their hour 1" in tools.first(lead)  # still not decided


def test_a_record_is_before_the_registrar_once(town):  # noqa: F811
    send(tools.client("analyst"), "refer", once="a")
    answer = send(tools.client("researcher"), "refer", once="b")
    assert answer.status_code == 400
    assert "before the registrar already" in tools.text_of(answer)
    assert len(tools.acts_of(*ADA)) == 1


def test_only_the_registrar_rules(town):  # noqa: F811
    send(tools.client("analyst"), "refer")
    assert rule_on(tools.client("safeguarding_lead"), "no_crime").status_code == 404
    assert referral().state == "waiting"


# ---- questions --------------------------------------------------------------------------------------


def question():
    from redshank.web.worklist.models import Question

    return Question.objects.get()


def reply(client, text: str = "yes, on Monday", once: str = "a"):
    return client.post(f"/questions/{question().pk}/answer", {"answer": text, "once": once})


def test_an_answer_comes_back_to_the_askers_first_page_until_it_was_read(town):  # noqa: F811
    analyst, adviser = tools.client("analyst"), tools.client("missing_adviser")
    send(analyst, "ask")
    assert "Questions to you 1 was there an interview?" in tools.first(adviser)
    assert "Questions to you" in tools.first(analyst)
    assert "was there an interview?" not in tools.first(analyst)
    assert reply(adviser, "").status_code == 400
    for _ in range(2):
        assert reply(adviser).status_code == 302
    assert "was there an interview?" not in tools.first(adviser)
    assert f"answered by {adviser.user.name}: yes, on Monday" in tools.first(analyst)
    assert "yes, on Monday" in tools.text_of(analyst.get(f"/questions/{question().pk}"))
    assert "yes, on Monday" not in tools.first(analyst)
    assert "yes, on Monday" in tools.text_of(analyst.get(url("item", *ADA)))


def test_of_two_who_answer_the_second_reads_the_first_and_keeps_the_text(town):  # noqa: F811
    send(tools.client("analyst"), "ask")
    reply(tools.client("missing_adviser"))
    late = reply(tools.client("missing_adviser", "second"), "I think not", once="b")
    assert late.status_code == 409
    said = tools.text_of(late)
    assert "answered first: yes, on Monday" in said
    assert "I think not" in said


def test_a_question_to_one_person_is_theirs_and_who_asks_does_not_answer(town):  # noqa: F811
    analyst = tools.client("analyst")
    send(analyst, "ask", ask_to="person:town-duty_inspector")
    assert question().to_user.username == "town-duty_inspector"
    assert reply(tools.client("duty_inspector", "other")).status_code == 404
    assert reply(analyst).status_code == 409
    assert reply(tools.client("duty_inspector")).status_code == 302


def test_a_question_is_due_at_the_end_of_the_second_working_day(town):  # noqa: F811
    from redshank.web.worklist import asking

    assert asking.answer_by(at("2026-03-06T16:40")) == at("2026-03-10T17:00")  # Friday to Tuesday
    assert asking.answer_by(at("2026-03-02T09:00")) == at("2026-03-04T17:00")


# ---- what cannot wait -------------------------------------------------------------------------------


@pytest.fixture
def urgent(town):  # noqa: F811
    from redshank.web.accounts.models import User
    from redshank.web.heads.models import Urgent

    inspector = tools.account("duty_inspector")
    inspector.deputy = tools.account("duty_inspector", "deputy")
    inspector.save()
    User.objects.filter(role="safeguarding_lead").exclude(username="town-safeguarding_lead").update(
        is_active=False
    )
    User.objects.filter(role="duty_inspector").exclude(username__startswith="town-").update(is_active=False)
    Urgent.objects.create(**tools._row(person_id="p-ada", name="Ada THORN, 13", reason="missing now and tied to a proposed group", records='["missing_episodes:M-1"]', since_run=1))  # fmt: skip
    return town


def waits(minutes: int):
    from redshank.web.worklist import waiting

    (one,) = waiting.waits(
        tools.fresh(tools.account("safeguarding_lead")), tools.NOW + timedelta(minutes=minutes)
    )
    return one


@pytest.mark.parametrize(
    ("minutes", "with_"),
    [
        (0, "the duty inspector"),
        (14, "the duty inspector"),
        (15, "deputies of the duty inspector"),
        (30, "the safeguarding lead"),
        (60, "deputies of the safeguarding lead"),
        (60 * 24 * 30, "deputies of the safeguarding lead"),
    ],
)
def test_it_escalates_step_by_step_to_named_roles_and_deputies(urgent, minutes, with_):
    one = waits(minutes)
    assert one.reached[-1].words == with_
    assert one.is_late is (minutes >= 15)


def test_each_step_names_its_people_and_says_where_nobody_is_named(urgent):
    from redshank.web.accounts.models import User

    names = {s.words: [u.username for u in s.people] for s in waits(90).stages}
    assert "town-duty_inspector" in names["the duty inspector"]
    assert names["deputies of the duty inspector"] == ["town-duty_inspector-deputy"]
    assert names["the safeguarding lead"] == ["town-safeguarding_lead"]
    assert names["deputies of the safeguarding lead"] == []
    assert "nobody is named" in tools.text_of(tools.client("analyst").get("/urgent"))
    User.objects.filter(username="town-duty_inspector-deputy").update(is_active=False)
    assert {s.words: s.people for s in waits(90).stages}["deputies of the duty inspector"] == ()


def test_to_have_seen_it_is_not_to_have_taken_it(urgent):
    from redshank.web.worklist.models import Acknowledged

    inspector = tools.client("duty_inspector")
    for _ in range(2):
        assert inspector.post("/urgent/p-ada/acknowledge").status_code == 302
    assert Acknowledged.objects.count() == 1
    assert waits(90).reached[-1].words == "deputies of the safeguarding lead"
    assert f"Seen by {inspector.user.name}" in tools.text_of(inspector.get("/urgent"))


def test_it_escalates_no_further_once_a_person_took_it(urgent):
    inspector = tools.client("duty_inspector")
    inspector.post("/urgent/p-ada/take")
    assert (waits(90).reached, waits(90).is_late) == ([], False)
    assert waits(90).taken.by == inspector.user


def given_back(client, why: str = "my shift ends", once: str = "b"):
    return client.post("/urgent/p-ada/give-back", {"why": why, "once": once})


def test_what_was_taken_is_given_back_with_a_reason_and_escalates_from_where_it_was(urgent):
    from redshank.web.flags.models import GivenBack
    from redshank.web.trail.models import Entry

    inspector = tools.client("duty_inspector")
    inspector.post("/urgent/p-ada/take")
    before = waits(90)
    assert before.taken is not None
    assert given_back(inspector, "").status_code == 400
    assert "Say why you give it back" in tools.text_of(given_back(inspector, "  "))
    for _ in range(2):  # a form sent twice gives back once
        given_back(inspector)
    (back,) = GivenBack.objects.all()
    assert (back.by, back.why, back.taken.by) == (inspector.user, "my shift ends", inspector.user)
    one = waits(90)
    assert (one.taken, one.since, one.is_late) == (None, before.since, True)
    assert one.reached[-1].words == "deputies of the safeguarding lead"
    page = tools.text_of(tools.client("analyst").get("/urgent"))
    assert re.search(rf"{inspector.user.name} took this on [^;]*; {inspector.user.name} gave it back on [^:]*:\d\d: my shift ends", page)  # fmt: skip
    noted = [e.details for e in Entry.objects.filter(kind="urgent", action="alteration")]
    assert sum("given back" in d for d in noted) == 1


def test_what_was_given_back_is_taken_by_the_next_and_both_stay(urgent):
    from redshank.web.flags.models import Taken

    inspector, lead = tools.client("duty_inspector"), tools.client("safeguarding_lead")
    for client, once in ((inspector, "1"), (lead, "2")):
        client.post("/urgent/p-ada/take")
        inspector.post("/urgent/p-ada/take")  # pressed again, by another or by the same: the first stands
        assert waits(90).taken.by == client.user
        if client is inspector:
            given_back(client, once=once)
    assert [t.by for t in Taken.objects.order_by("turn")] == [inspector.user, lead.user]
    assert [t.by for t in waits(90).earlier] == [inspector.user]


def test_only_who_took_it_gives_it_back_or_anybody_once_that_account_is_closed(urgent):
    from redshank.web.flags.models import GivenBack

    inspector, lead = tools.client("duty_inspector"), tools.client("safeguarding_lead")
    assert given_back(lead).status_code == 404  # nobody has taken it
    inspector.post("/urgent/p-ada/take")
    assert given_back(lead).status_code == 404
    assert given_back(tools.client("analyst")).status_code == 404
    assert "Give it back" not in tools.text_of(lead.get("/urgent"))
    assert "Give it back" in tools.text_of(inspector.get("/urgent"))
    type(inspector.user).objects.filter(pk=inspector.user.pk).update(is_active=False)
    assert not GivenBack.objects.exists()
    assert given_back(lead).status_code == 302
    assert GivenBack.objects.get().by == lead.user


def test_late_ones_stand_among_the_overdue_of_the_inspector_and_the_lead(urgent):
    from redshank.web.heads.models import Published

    clients = [tools.client("duty_inspector"), tools.client("safeguarding_lead")]
    Published.objects.update(published_at=datetime.now(UTC))  # however long the suite has run by now
    for client in clients:
        assert "Nobody has taken 1" not in tools.first(client)
    Published.objects.update(published_at=datetime.now(UTC) - timedelta(minutes=31))
    for client in clients:
        page = tools.first(client)
        assert "Nobody has taken 1" in page
        assert "with the safeguarding lead" in page


def test_the_list_shows_its_criteria_and_says_that_it_replaces_no_emergency_call(urgent):
    from redshank.web.worklist.config import WAITING

    for path in ("/urgent", "/"):
        assert "This list replaces no emergency call." in tools.text_of(
            tools.client("duty_inspector").get(path)
        )
    page = tools.text_of(tools.client("duty_inspector").get("/urgent")).casefold()
    for said in WAITING["criteria"].values():
        assert said.casefold() in page


def test_the_criteria_shown_are_those_that_the_night_applies(application):  # noqa: F811
    from redshank.assessment import load_config
    from redshank.assessment.urgent import ORDER
    from redshank.web.worklist.config import WAITING

    told = WAITING["criteria"]
    assert tuple(told) == ORDER
    applied = load_config()["weights"]["missing_now"]
    assert f"under {applied['under_years']}" in told["under_13_harm"]
    assert f"{applied['harm_within_days']} days" in told["under_13_harm"]


def test_nobody_takes_or_acknowledges_what_is_not_there_or_not_theirs_to_see(urgent):
    from redshank.web.policy.models import Conflict
    from redshank.web.worklist.models import Acknowledged

    inspector = tools.client("duty_inspector")
    Conflict.objects.create(user=inspector.user, person_id="p-ada", by=inspector.user, reason="family")
    found, absent = (inspector.post(f"/urgent/{p}/acknowledge") for p in ("p-ada", "p-none"))
    assert (found.status_code, tools.plain(found)) == (404, tools.plain(absent))
    assert "Ada" not in tools.text_of(inspector.get("/urgent"))
    assert not Acknowledged.objects.exists()
