"""Pages of the meetings: who opens which, what each reader sees of an agenda, and what chair and clerk do there."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from redshank.web.accounts.roles import ROLES

from . import worklist_tools as tools
from .test_meetings import LONDON, again, body, give, later, raise_child
from .worklist_fixtures import application, town  # noqa: F401

#: Body → the roles that open it.
SITS = {
    "daily": {"duty_inspector", "analyst", "researcher", "missing_adviser", "exploitation_officer", "partnership_officer", "safeguarding_lead", "tasking_chair", "panel_chair", "mace_coordinator"},
    "four_weekly": {"duty_inspector", "analyst", "researcher", "missing_adviser", "exploitation_officer", "partnership_officer", "safeguarding_lead", "tasking_chair", "panel_chair", "mace_coordinator"},
    "tasking": {"duty_inspector", "analyst", "researcher", "exploitation_officer", "partnership_officer", "safeguarding_lead", "tasking_chair"},
    "mace": {"missing_adviser", "exploitation_officer", "partnership_officer", "safeguarding_lead", "panel_chair", "mace_coordinator", "partner_member"},
    "forum": {"missing_adviser", "exploitation_officer", "partnership_officer", "safeguarding_lead", "panel_chair", "mace_coordinator", "partner_member"},
    "panel": {"exploitation_officer", "partnership_officer", "safeguarding_lead", "panel_chair", "mace_coordinator", "partner_member"},
    "subgroup": {"safeguarding_lead", "partnership_officer", "learning", "mace_coordinator", "panel_chair"},
}  # fmt: skip
#: Role → blocks of the meetings on its first page.
BLOCKS = {
    "researcher": ("asked_of_me", "my_actions", "raised_unanswered", "held_due", "raised_overdue", "actions_overdue", "sittings_unheld", "answers_to_read", "sittings_next"),
    "administrator": ("nobody_owns",),
    "analyst": ("asked_of_me", "my_actions", "raised_unanswered", "held_due", "raised_overdue", "actions_overdue", "sittings_unheld", "terms_due", "answers_to_read", "sittings_next"),
    "missing_adviser": ("asked_of_me", "my_actions", "raised_unanswered", "held_due", "raised_overdue", "actions_overdue"),
    **dict.fromkeys(("response_officer", "neighbourhood_officer", "partner_member"), ("my_actions", "actions_to_take", "actions_overdue")),
    "duty_inspector": ("my_actions", "raised_overdue", "actions_overdue", "sittings_unheld", "terms_due", "answers_to_read", "raised_next", "sittings_next"),
    "partnership_officer": ("asked_of_me", "my_actions", "raised_unanswered", "held_due", "raised_overdue", "actions_overdue", "sittings_unheld", "terms_due", "answers_to_read", "sittings_next"),
    "exploitation_officer": ("raised_mine", "asked_of_me", "my_actions", "raised_unanswered", "held_due", "raised_overdue", "actions_overdue", "sittings_unheld", "answers_to_read", "sittings_next"),
    "mace_coordinator": ("raised_mine", "my_actions", "raised_overdue", "actions_overdue", "sittings_unheld", "terms_due", "answers_to_read", "sittings_next"),
    **dict.fromkeys(("tasking_chair", "panel_chair"), ("my_actions", "raised_overdue", "actions_overdue", "sittings_unheld", "terms_due", "answers_to_read", "sittings_next")),
    "safeguarding_lead": ("my_actions", "raised_overdue", "actions_overdue", "sittings_unheld", "terms_due", "nobody_owns", "answers_to_read", "raised_next", "sittings_next"),
}  # fmt: skip


def sitting_of(raised, act: str = "") -> str:
    day = again(raised).next_on.astimezone(LONDON).date().isoformat()
    return f"/meetings/{again(raised).meeting}/{day}{f'/{act}' if act else ''}"


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_opens_the_bodies_that_it_sits_in_and_no_other(town, role):  # noqa: F811
    client = tools.client(role)
    day = {k: body(k).next(tools.NOW).date().isoformat() for k in SITS}
    for key, roles in SITS.items():
        paths = [f"/meetings/{key}", f"/meetings/{key}/calendar.ics", f"/meetings/{key}/{day[key]}"]
        want = 200 if role in roles else 404
        assert [client.get(p).status_code for p in paths] == [want] * 3, key
    assert client.get("/meetings/none").status_code == 404


def test_a_day_on_which_nothing_sits_is_not_there(town):  # noqa: F811
    lead = tools.client("safeguarding_lead")
    for day in ("2026-01-07", "2020-01-06", "soon", "2026-99-99"):
        assert lead.get(f"/meetings/four_weekly/{day}").status_code == 404


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_has_the_blocks_of_the_meetings_that_it_has(application, role):  # noqa: F811
    from redshank.web.meetings.first import SOURCES

    mine = tuple(s for sources in ROLES[role].first.values() for s in sources if s in SOURCES)
    assert mine == BLOCKS.get(role, ())


@pytest.mark.databases
def test_a_sitting_from_the_chair_to_the_minutes(town, database):  # noqa: F811
    raised, other = raise_child(), raise_child(ident="p-ben", once="b")
    duty = tools.client("duty_inspector")
    page = tools.text_of(duty.get(sitting_of(raised)))
    assert "2 things on the agenda" in page
    assert "Ada THORN, 13" in page
    assert "Child, signals of harm, proposed" in page
    assert "First analyst" in page
    assert "Seen twice with a man" in page
    assert (
        duty.post(
            sitting_of(raised, "act"), {"act": "begin", "once": "b", "early_why": "The chair is away then"}
        ).status_code
        == 302
    )
    assert duty.post(sitting_of(raised, "attend"), {"who": "town-analyst", "there": "yes"}).status_code == 302
    settled = duty.post(f"/raised/{raised.pk}/settle", {"outcome": "taken", "why": "The school is asked", "owner": "town-analyst", "next_on": str(later().date()), "once": "t", "seen": 0, "dissent": "The registrar would wait"})  # fmt: skip
    assert settled["Location"] == sitting_of(other)
    url = sitting_of(other)
    page = tools.text_of(duty.get(url))
    assert "Taken up : The school is asked" in page.replace("up:", "up :")
    assert "First analyst, Analyst: there" in page
    refused = duty.post(f"{url}/act", {"act": "close", "once": "c", "note": "kept words"})
    assert refused.status_code == 409
    assert "kept words" in refused.content.decode()
    assert (
        duty.post(
            f"{url}/act", {"act": "close", "once": "c", "note": "Short.", "unheard": "no time"}
        ).status_code
        == 302
    )
    page = tools.text_of(duty.get(url))
    assert "Held" in page
    assert "Not reached : no time" in page.replace("reached:", "reached :")
    assert again(other).next_on > again(other).at
    assert "The registrar would wait" in tools.text_of(duty.get(f"/raised/{raised.pk}"))


def test_only_who_keeps_a_body_runs_its_sittings(town):  # noqa: F811
    raised = raise_child()
    for role in ("panel_chair", "missing_adviser"):  # members
        assert (
            tools.client(role).post(sitting_of(raised, "act"), {"act": "begin", "once": "x"}).status_code
            == 404
        )
    from redshank.web.meetings.models import Sitting

    assert not Sitting.objects.exists()


def test_cancelled_in_the_browser_everything_shows_its_next_date(town):  # noqa: F811
    raised = raise_child("four_weekly")
    client, url = tools.client("analyst"), sitting_of(raised)
    assert client.post(f"{url}/act", {"act": "cancel", "once": "c"}).status_code == 400
    assert client.post(f"{url}/act", {"act": "cancel", "once": "c", "cancel_why": "snow"}).status_code == 302
    page = tools.text_of(client.get(url))
    assert "First analyst cancelled it: snow" in page
    assert again(raised).next_on == raised.next_on + timedelta(days=28)
    assert "Cancelled" in tools.text_of(client.get("/meetings/four_weekly"))


def test_moved_in_the_browser_the_old_day_leads_to_the_new(town):  # noqa: F811
    raised = raise_child("four_weekly")
    client, url = tools.client("analyst"), sitting_of(raised)
    to = {
        "act": "move",
        "once": "m",
        "move_why": "the room",
        "to_day": later(3).date().isoformat(),
        "to_time": "11:30",
    }
    assert client.post(f"{url}/act", to | {"to_day": "2020-01-01"}).status_code == 400
    assert client.post(f"{url}/act", to).status_code == 302
    assert again(raised).next_on.astimezone(LONDON).strftime("%H:%M") == "11:30"
    assert sitting_of(raised) in client.get(url).content.decode()


# ---- who sees what -------------------------------------------------------------------------------------


def words_of(client, *paths: str) -> str:
    from_task = {"referer": "http://testserver/"}  # a child's page asks for no reason then
    return " ".join(tools.text_of(client.get(p, headers=from_task)) for p in paths)


def test_what_rests_on_handling_c_is_on_no_agenda_list_count_or_file_of_others(town):  # noqa: F811
    """Practice rule 12."""
    from redshank.web.meetings import raising

    analyst = tools.account("analyst")
    of = raising.subject(analyst, "group", "g-c")
    raised, _ = raising.raise_to(analyst, of, body("daily"), "quayword", "c")
    give(raised)
    paths = [
        sitting_of(raised),
        "/raised?meeting=daily",
        "/raised?meeting=all",
        "/",
        "/meetings",
        "/meetings/daily",
        "/actions?show=all",
    ]
    assert "Quay" in words_of(tools.client("duty_inspector"), *paths)
    panel = tools.client("panel_chair")
    before = words_of(panel, *paths)
    assert "Quay" not in before
    assert "quayword" not in before
    assert "0 things on the agenda" in before
    assert panel.get(f"/raised/{raised.pk}").status_code == 404
    calendar = panel.get("/meetings/daily/calendar.ics").content.decode()
    assert "Quay" not in calendar


def test_a_matter_of_ones_own_is_on_no_agenda_of_theirs_by_id_or_by_name(town):  # noqa: F811
    """Practice rule 13."""
    from redshank.web.meetings import raising
    from redshank.web.policy.models import Conflict

    lead = tools.client("safeguarding_lead")
    raised = raise_child()
    named, _ = raising.raise_to(
        tools.account("analyst"),
        raising.by_hand("peer_group", "Friends of Ada Thorn", "h"),
        body("daily"),
        "x",
        "h",
    )
    assert "Ada" in words_of(lead, sitting_of(raised))
    Conflict.objects.create(user=lead.user, person_id="p-ada", by=tools.account("analyst"), reason="x")
    page = words_of(lead, sitting_of(raised), "/raised?meeting=daily")
    assert "Ada" not in page
    assert "0 things on the agenda" in page
    assert {lead.get(f"/raised/{r.pk}").status_code for r in (raised, named)} == {404}


def test_a_partner_sees_of_an_agenda_what_was_shared_and_no_police_word(town):  # noqa: F811
    from redshank.web.policy.models import Share

    from .test_meetings import decide

    partner = tools.client("partner_member")
    partner.user.agency = "Children's services"
    partner.user.save()
    shared = raise_child()
    decide(shared, "passed", to="mace", once="p")
    hidden = raise_child("mace", "p-ben", "b")
    url = sitting_of(shared)
    assert "0 things on the agenda" in words_of(partner, url)
    Share.objects.create(
        audience="Children's services", kind="person", ident="p-ada", by=tools.account("analyst"), reason="x"
    )
    page = words_of(partner, url, f"/raised/{shared.pk}")
    assert "Ada THORN" in page
    assert "Ben" not in page
    assert "Seen twice with a man" not in page  # why it was raised was said where no partner sits
    assert "raised by the police" in page
    assert "talked about" not in page
    decide(shared, "deferred", gateway="ca2004", once="d")
    assert "talked about" in words_of(partner, f"/raised/{shared.pk}")
    assert partner.get(f"/raised/{hidden.pk}").status_code == 404
    assert partner.get("/meetings/daily").status_code == 404


def test_an_agency_reads_the_views_of_others_after_it_wrote_its_own(town):  # noqa: F811
    from redshank.web.meetings.models import View
    from redshank.web.policy.models import Share

    raised = raise_child("forum", role="exploitation_officer")
    Share.objects.create(
        audience="Youth justice", kind="person", ident="p-ada", by=tools.account("analyst"), reason="x"
    )
    partner, police = tools.client("partner_member"), tools.client("exploitation_officer")
    partner.user.agency = "Youth justice"
    partner.user.save()
    view = {"concern": "most", "step": "up", "once": "v"}
    assert police.post(f"/raised/{raised.pk}/views", view | {"why": "policeview"}).status_code == 302
    assert "policeview" not in words_of(partner, f"/raised/{raised.pk}/views")
    assert not View.objects.visible_to(tools.fresh(partner.user), "a meeting").exists()
    assert partner.post(f"/raised/{raised.pk}/views", view | {"why": ""}).status_code == 400
    assert partner.post(f"/raised/{raised.pk}/views", view | {"why": "youthview"}).status_code == 302
    for client in (partner, police):
        page = words_of(client, f"/raised/{raised.pk}/views")
        assert "policeview" in page
        assert "youthview" in page


def test_an_officer_reads_the_words_of_a_task_and_not_whom_it_is_about(town):  # noqa: F811
    lead = tools.account("safeguarding_lead")
    task = give(raise_child(), owner=lead, team="neighbourhood_officer")
    officer = tools.client("neighbourhood_officer")
    assert "Walk by the arcade" in words_of(officer, "/")
    page = words_of(officer, f"/actions/{task.pk}", "/actions?show=team")
    assert "Walk by the arcade" in page
    assert "Ada" not in page
    other = tools.client("response_officer")
    assert other.get(f"/actions/{task.pk}").status_code == 404
    assert (
        officer.post(f"/actions/{task.pk}/step", {"kind": "taken", "once": "t", "seen": 10**6}).status_code
        == 302
    )
    assert (
        officer.post(
            f"/actions/{task.pk}/step", {"kind": "complete", "text": "", "once": "u", "seen": 10**6}
        ).status_code
        == 400
    )
    assert (
        officer.post(
            f"/actions/{task.pk}/step",
            {"kind": "complete", "text": "Done at six", "once": "u", "seen": 10**6},
        ).status_code
        == 302
    )
    assert "Done at six" in words_of(
        tools.client("safeguarding_lead"),
        f"/actions/{task.pk}",
        f"/raised/{task.raised_id}",
        f"/actions/{task.pk}",
    )


def test_a_task_is_given_out_of_what_was_raised_and_keeps_what_was_typed(town):  # noqa: F811
    from redshank.web.meetings.models import Action

    raised, lead = raise_child(), tools.client("safeguarding_lead")
    url = f"/raised/{raised.pk}/action"
    data = {
        "task": "Speak with the school",
        "rationale": "It is near",
        "strand": "protect",
        "owner": "town-exploitation_officer",
        "due": str(later().date()),
        "measure": "A plan",
        "once": "a",
    }
    for wrong in (
        {"task": ""},
        {"owner": ""},
        {"strand": "x"},
        {"due": "2020-01-01"},
        {"team": "x"},
        {"cell": "x"},
        {"measure": ""},
        {"owner": "town-safeguarding_lead"},
    ):
        answer = lead.post(url, data | wrong)
        assert answer.status_code == 400, wrong
        assert "It is near" in answer.content.decode()
    assert not Action.objects.exists()
    for _ in range(2):
        assert lead.post(url, data).status_code == 302
    assert Action.objects.get().owner == tools.account("exploitation_officer")
    assert "Speak with the school" in words_of(tools.client("exploitation_officer"), "/")


def test_a_product_is_commissioned_delivered_and_read(town):  # noqa: F811
    from redshank.web.meetings.models import Commission

    raised, lead, analyst = raise_child(), tools.client("safeguarding_lead"), tools.client("analyst")
    data = {
        "question": "Which places?",
        "purpose": "Where to patrol",
        "to": "town-analyst",
        "due": str(later().date()),
        "once": "q",
    }
    assert lead.post(f"/raised/{raised.pk}/commission", data | {"to": ""}).status_code == 400
    assert lead.post(f"/raised/{raised.pk}/commission", data).status_code == 302
    url = f"/commissions/{Commission.objects.get().pk}"
    assert "Which places?" in words_of(analyst, "/")
    assert analyst.post(f"{url}/act", {"kind": "answer", "answer": "The arcade"}).status_code == 302
    assert analyst.post(f"{url}/act", {"kind": "read"}).status_code == 409
    assert "answered, and not yet read" in words_of(lead, f"/raised/{raised.pk}")
    assert lead.post(f"{url}/act", {"kind": "read"}).status_code == 302
    assert "answered and read" in words_of(lead, url)


# ---- raising from any page -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "ident"),
    [("child", "p-ada"), ("group", "g-one"), ("place", "89town"), ("record", "incidents:I-9")],
)
def test_from_any_page_to_any_body_that_takes_it(town, about, ident):  # noqa: F811
    from redshank.web.meetings.models import Raised

    analyst, url = tools.client("analyst"), f"/raise/{about}/{quote(ident)}"
    page = analyst.get(url)
    assert page.status_code == 200
    for wrong in ({"why": ""}, {"meeting": "none"}, {"meeting": "subgroup"}):
        assert (
            analyst.post(url, {"meeting": "daily", "why": "It is near", "once": "r"} | wrong).status_code
            == 400
        )
    assert not Raised.objects.exists()
    for _ in range(2):
        assert analyst.post(url, {"meeting": "daily", "why": "It is near", "once": "r"}).status_code == 302
    found = Raised.objects.get()
    assert (found.about, found.ident, found.why) == (about, ident, "It is near")
    assert "It was raised before" in tools.text_of(analyst.get(url))


def test_a_school_or_an_online_space_is_raised_by_name(town):  # noqa: F811
    from redshank.web.meetings.models import Raised

    partnership = tools.client("partnership_officer")
    data = {
        "about": "online_space",
        "title": "A chat that several children named",
        "meeting": "mace",
        "why": "Three named it",
        "once": "r",
    }
    for wrong in ("", "x" * 201):
        answer = partnership.post("/raise", data | {"title": wrong})
        assert answer.status_code == 400
        assert "Three named it" in answer.content.decode()
    assert partnership.post("/raise", data | {"about": "child"}).status_code == 400
    assert partnership.post("/raise", data).status_code == 302
    assert Raised.objects.get().title == "A chat that several children named"


def test_nobody_raises_what_they_may_not_see(town):  # noqa: F811
    adviser = tools.client("missing_adviser")
    for path in (
        "/raise/group/g-c",
        "/raise/place/89one",
        "/raise/child/p-none",
        "/raise/concern/x",
        "/raise/school/x",
    ):
        assert adviser.get(path).status_code == 404
        assert adviser.post(path, {"meeting": "daily", "why": "x", "once": "x"}).status_code == 404


def test_a_calendar_tells_when_and_nothing_else(town):  # noqa: F811
    from icalendar import Calendar

    raised = raise_child("four_weekly")
    client = tools.client("analyst")
    client.post(sitting_of(raised, "act"), {"act": "cancel", "once": "c", "cancel_why": "secretwhy"})
    told = client.get("/meetings/four_weekly/calendar.ics").content
    events = Calendar.from_ical(told).walk("VEVENT")
    assert len(events) >= 13
    assert {str(e["status"]) for e in events} == {"CANCELLED", "CONFIRMED"}
    assert all(str(e["summary"]) == "Four-weekly intelligence meeting" for e in events)
    assert not re.search(rb"Ada|secretwhy|analyst", told)
    assert events[0].decoded("dtstart").astimezone(LONDON).hour == 10


def test_an_agenda_says_first_when_its_extracts_are_older_than_its_rhythm(town):  # noqa: F811
    """Practice rule 15."""
    from redshank.web.heads.models import Publication

    raised, client = raise_child(), tools.client("analyst")
    assert "older than the rhythm" not in words_of(client, sitting_of(raised))
    Publication.objects.update(as_of=tools.NOW - timedelta(days=3))
    page = client.get(sitting_of(raised)).content.decode().split("<main")[1]
    assert "older than the rhythm" in page.split("<h1")[0]


def test_found_and_not_yet_looked_at_stands_apart_as_counts_without_names(town):  # noqa: F811
    """Practice rule 20."""
    raised = raise_child("four_weekly")
    page = tools.client("analyst").get(sitting_of(raised)).content.decode()
    found = page.split('id="found"')[1].split("<h2")[0]
    assert "to look at on the worklist" in found
    assert not re.search("Ada|Ben|Lodge", found)


# ---- from a concern to its answer ----------------------------------------------------------------------


def concern_of(client) -> int:
    from redshank.web.concerns.models import Concern

    form = {
        "child_name": "A girl called Mia",
        "what": "Waits each Friday by the arcade",
        "place": "Arcade",
        "danger": "no",
        "once": "c",
    }
    assert client.post("/concerns/raise", form).status_code == 302
    return Concern.objects.get().pk


def test_whoever_raised_a_concern_reads_its_way_through_the_meetings_and_only_what_they_are_told(town):  # noqa: F811
    from redshank.web.meetings import acts
    from redshank.web.meetings.models import Raised

    officer, analyst = tools.client("neighbourhood_officer"), tools.client("exploitation_officer")
    number = concern_of(officer)
    assert (
        analyst.post(
            f"/raise/concern/{number}", {"meeting": "daily", "why": "policewhy", "once": "r"}
        ).status_code
        == 302
    )
    raised = Raised.objects.get()
    refused = analyst.post(
        f"/raised/{raised.pk}/settle", {"outcome": "closed", "why": "policereason", "once": "s", "seen": 0}
    )
    assert refused.status_code == 400
    assert "whoever raised the concern may read" in tools.text_of(refused)
    sets = acts.Decision("closed", "policereason", "s", told="A patrol walks there on Fridays")
    acts.decide(analyst.user, raised.pk, sets)
    page = words_of(officer, f"/concerns/{number}")
    assert "it stands before the daily management meeting" in page
    assert "A patrol walks there on Fridays" in page
    assert not re.search("policewhy|policereason", page)
    assert officer.get(f"/raised/{raised.pk}").status_code == 404


def test_on_its_own_page_a_thing_says_what_was_raised_about_it_and_what_is_under_way(town):  # noqa: F811
    raised = raise_child()
    give(raised)
    lead = tools.client("safeguarding_lead")
    page = words_of(lead, "/children/p-ada")
    assert "Before the meetings" in page
    assert "Walk by the arcade" in page
    assert (
        'href="/raise/child/p-ada"'
        in lead.get("/children/p-ada", headers={"referer": "http://testserver/"}).content.decode()
    )
    assert "Before the meetings" not in words_of(tools.client("mace_coordinator"), "/children/p-ben")


def test_what_stood_before_who_decided_or_raised_again_is_kept(town):  # noqa: F811
    """Practice rule 6: the records in the decider's sight, the run, and as at when it spoke."""
    raised = raise_child()
    raise_child(once="again", role="researcher")
    lead = tools.client("safeguarding_lead")
    assert (
        lead.post(
            f"/raised/{raised.pk}/settle",
            {"outcome": "deferred", "why": "Wait", "once": "d", "seen": 10**6, "owner": "town-analyst"},
        ).status_code
        == 302
    )
    for move in raised.moves.all():
        assert set(move.parsed("shown")["records"]) == {"missing_episodes:M-1", "partner_referrals:R-1"}
        assert move.parsed("shown")["run"] == tools.RUN
    assert "On what was recorded by" in words_of(lead, f"/raised/{raised.pk}")


# ---- what the extracts record --------------------------------------------------------------------------


def panel() -> str:
    return f"/meetings/panel/{body('panel').next(tools.NOW).astimezone(LONDON).date().isoformat()}"


def test_the_second_door_says_that_nothing_was_done_only_after_28_days_and_only_where_that_is_so(town):  # noqa: F811
    """On the first morning every child stood there: nobody could have done anything yet."""
    from redshank.web.heads.models import Published

    lead, door = tools.client("panel_chair"), "nothing was done in 28 days that is kept here"
    assert door not in words_of(lead, panel())
    Published.objects.update(published_at=tools.NOW - timedelta(days=29))
    page = words_of(lead, panel())
    assert "Ada THORN" in page
    assert door in page
    assert "Ben WICK" not in page  # signals of risk
    raise_child("daily")
    assert door not in words_of(lead, panel())


def test_a_child_on_an_agenda_opens_without_a_question_and_no_other_does(town):  # noqa: F811
    from redshank.web.heads.models import Child

    Child.objects.filter(person_id="p-ada").update(rising="two more records")
    chair = tools.client("panel_chair")
    assert "Ada THORN" in words_of(chair, panel())
    told = {
        person: tools.text_of(
            chair.get(f"/children/{person}", headers={"referer": f"http://testserver{panel()}"})
        )
        for person in ("p-ada", "p-ben")
    }
    assert "Why do you open" not in told["p-ada"]
    assert "Why do you open" in told["p-ben"]
    # Who does not sit in the body cannot have come from its agenda, whatever their browser says.
    other = tools.client("researcher").get(
        "/children/p-ada", headers={"referer": f"http://testserver{panel()}"}
    )
    assert "Why do you open" in tools.text_of(other)


def test_a_past_sitting_is_told_only_where_something_stood_before_it(town):  # noqa: F811
    """A new home said of every sitting of the last half year that nobody had kept it."""
    from redshank.web.meetings.models import Raised

    client = tools.client("analyst")
    assert "Nobody kept it" not in words_of(client, "/meetings/four_weekly")
    raise_child("four_weekly")
    Raised.objects.update(next_on=body("four_weekly").next(tools.NOW - timedelta(days=29)))
    assert "Nobody kept it" in words_of(client, "/meetings/four_weekly")


def test_a_body_by_district_counts_by_district(town):  # noqa: F811
    raise_child("tasking", district="Southfen")
    page = words_of(tools.client("tasking_chair"), "/meetings/tasking?district=Northmoor")
    assert "Southfen (1)" in page
    assert "Northmoor (0)" in page
    assert "1 thing stands before it in all districts" in page
