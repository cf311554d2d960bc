"""Missing children: the list at the extract's time, the interview's clock, every episode, triggers, referrals."""
# ruff: noqa: F811

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from .concern_tools import few, said, value_of, web  # noqa: F401


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def episode(key="missing_episodes:M", start="2026-03-01T20:00", end=None, age=15, **fields):
    from redshank.web.missing.episodes import Episode

    made = Episode(key, 1, "p", "Somebody", at(start), at(end) if end else None, age=age)
    made.fields = fields
    return made


# ---- the list ------------------------------------------------------------------------------------------------


def test_the_list_is_as_at_the_extracts_time_in_words_and_never_live(web):
    text = said(web.client("missing_adviser").get("/missing"))
    assert "2 children are missing, as recorded" in text
    assert "As recorded at 05:10 on 30 March 2026: who came back since then still stands here." in text
    assert "This list replaces no emergency call." in text
    assert "live" not in re.findall(r"\w+", text.lower())


def test_hours_are_elapsed_hours_also_over_the_night_in_which_clocks_go_forward(web):
    text = said(web.client("missing_adviser").get("/missing"))
    assert (
        "Missing 30 hours, since 28 March 2026 at 22:00; assessed high risk; Larkmoor; 3 episodes in all."
        in text
    )
    assert "Missing 2 hours, since 30 March 2026 at 03:00; no risk stated" in text


def test_an_adult_is_counted_apart_and_stands_in_the_records(web):
    text = said(web.client("missing_adviser").get("/missing"))
    assert "Karl" not in text
    assert "1 adult who is missing stands in the records" in text


def test_somebody_whose_age_is_not_recorded_is_not_left_out(web):
    from redshank.web.heads.models import Appearance, Person

    Appearance.objects.filter(record_key="missing_episodes:M5").update(born=None)
    Person.objects.filter(name="Karl STONE").update(born=None)
    assert "Karl STONE , age not recorded" in said(web.client("missing_adviser").get("/missing"))


@pytest.mark.parametrize(("age", "is_red"), [(timedelta(hours=29), False), (timedelta(hours=31), True)])
def test_red_when_older_than_its_rhythm(web, age, is_red):
    from django.utils import timezone

    from redshank.web.heads.models import Publication

    Publication.objects.update(as_of=timezone.now() - age)
    html = web.client("missing_adviser").get("/missing").content.decode()
    assert ('<p class="govuk-body-l redshank-late">' in html) is is_red
    assert ("This is old: ask the missing-person desk" in html) is is_red


def test_the_longest_and_those_for_today_come_first_with_their_triggers(web):
    text = said(web.client("missing_adviser").get("/missing"))
    isla, noah = text.index("Isla BROOK"), text.index("Noah FIELD")
    assert isla < noah
    assert re.search(
        r"Isla BROOK , 14 2 episodes in 30 days 3 episodes in 90 days Missing 24 hours or longer", text
    )
    assert re.search(r"Noah FIELD , 11 Under 13", text)


# ---- the interview's clock -----------------------------------------------------------------------------------


def test_interviews_overdue_and_in_time_by_72_elapsed_hours(web):
    text = said(web.client("missing_adviser").get("/missing"))
    overdue = text.split("Return home interviews overdue: 2")[1]
    assert re.search(
        r"Mira LANE , returned 27 March 2026 at 04:00 Not offered, as recorded; overdue by less than an hour",
        overdue,
    )
    assert re.search(
        r"Isla BROOK , returned 7 March 2026 at 08:00 Offered 7 March 2026 at 12:00, not held; overdue by \d+ hours",
        overdue,
    )
    assert "Owen" not in overdue
    assert "1 held, 0 still in time" in overdue


@pytest.mark.parametrize(
    ("end", "now", "fields", "expected"),
    [
        ("2026-03-27T04:00", "2026-03-30T04:00", {}, "not offered, as recorded; due by 30 March 2026 at 05:00"),
        ("2026-03-27T04:00", "2026-03-30T04:01", {}, "not offered, as recorded; overdue by less than an hour"),
        ("2026-10-23T12:00", "2026-10-26T11:59", {}, "not offered, as recorded; due by 26 October 2026 at 12:00"),
        ("2026-10-23T12:00", "2026-10-26T13:30", {}, "not offered, as recorded; overdue by 1 hour"),
        ("2026-03-02T12:00", "2026-03-03T12:00", {"return_interview_offered_at": at("2026-03-02T13:00")}, "offered 2 March 2026 at 13:00, not held; due by 5 March 2026 at 12:00"),
        ("2026-03-02T12:00", "2026-03-09T12:00", {"return_interview_at": at("2026-03-05T11:00")}, "held 5 March 2026 at 11:00"),
        ("2026-03-02T12:00", "2026-03-09T12:00", {"return_interview_at": at("2026-03-05T14:30")}, "held 5 March 2026 at 14:30, 2 hours late"),
        (None, "2026-03-09T12:00", {}, "none is due before the child is back"),
    ],
)  # fmt: skip
def test_the_interview_in_words(web, end, now, fields, expected):
    assert episode(start="2026-03-01T20:00", end=end, **fields).interview(at(now)) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-10T21:00", "2026-03-10T23:30", 0),
        ("2026-03-10T21:00", "2026-03-11T02:59", 0),
        ("2026-03-10T21:00", "2026-03-11T03:01", 1),
        ("2026-03-28T22:00", "2026-03-30T04:00", 2),  # clocks forward
        ("2026-03-28T22:00", "2026-03-29T02:00", 0),  # three in the morning of that day is two by UTC
        ("2026-10-24T22:00", "2026-10-25T03:30", 1),  # clocks back
        ("2026-03-10T03:30", "2026-03-13T03:30", 3),
    ],
)
def test_nights_are_counted_on_the_wall(web, start, end, expected):
    from redshank.web.missing.episodes import nights

    assert nights(at(start), at(end)) == expected


# ---- triggers -------------------------------------------------------------------------------------------------


NOW = "2026-03-31T12:00"


@pytest.mark.parametrize(
    ("some", "flagged", "expected"),
    [
        ([], True, set()),
        ([("2026-03-20T20:00", "2026-03-20T23:00")], False, set()),
        ([("2026-03-05T20:00", "2026-03-05T23:00"), ("2026-03-20T20:00", "2026-03-20T23:00")], False, {"two_in_30"}),
        ([("2026-03-01T11:59", "2026-03-01T23:00"), ("2026-03-20T20:00", "2026-03-20T23:00")], False, set()),
        ([("2026-01-01T20:00", "2026-01-01T23:00"), ("2026-02-01T20:00", "2026-02-01T23:00"), ("2026-03-20T20:00", "2026-03-20T23:00")], False, {"three_in_90"}),
        ([("2025-12-30T20:00", "2025-12-30T23:00"), ("2026-02-01T20:00", "2026-02-01T23:00"), ("2026-03-20T20:00", "2026-03-20T23:00")], False, set()),
        ([("2026-03-30T12:00", None)], False, {"a_day"}),
        ([("2026-03-30T12:01", None)], False, set()),
        ([("2026-03-30T12:01", None)], True, {"flagged"}),
        ([("2026-03-01T12:01", "2026-03-02T20:00")], True, set()),  # back for longer than a week
    ],
)  # fmt: skip
def test_triggers_hold_at_their_borders(web, some, flagged, expected):
    from redshank.web.missing.triggers import fired

    episodes = [episode(f"missing_episodes:{n}", start, end) for n, (start, end) in enumerate(some)]
    assert {f.trigger.key for f in fired(episodes, at(NOW), flagged)} == expected


@pytest.mark.parametrize(("age", "holds"), [(12, True), (13, False), (None, False)])
def test_under_13_is_by_the_age_when_it_began(web, age, holds):
    from redshank.web.missing.triggers import fired

    found = fired([episode(start="2026-03-31T10:00", age=age)], at(NOW), False)
    assert (["under_13"] if holds else []) == [f.trigger.key for f in found]


def test_every_trigger_says_where_it_comes_from_and_a_wrong_one_is_refused(web):
    from redshank.web.missing.triggers import DATA, TRIGGERS, read

    assert all(t.source and t.says for t in TRIGGERS)
    for wrong in ({"kind": "moon"}, {"kind": "count", "days": 3}, {"kind": "flag", "asks": "nobody"}):
        entry = {"key": "x", "kind": "flag", "asks": "look", "says": "x", "source": "x"} | wrong
        with pytest.raises(ValueError, match=r"missing\.toml, x"):
            read({**DATA, "trigger": [entry]})


def test_a_flag_asks_for_a_look_today_only_of_who_may_see_the_flag(web):
    from redshank.web.flags.models import Flag

    noah = web.person("Noah FIELD")
    lead = web.user("safeguarding_lead")
    Flag.objects.create(about="person", ident=noah, person_id=noah, label="Noah", state="proposed", proposed_by=lead, decide_by=datetime.now(UTC), closed=True)  # fmt: skip
    assert "A group-based flag is proposed or confirmed" in said(
        web.client("exploitation_officer").get(f"/missing/{noah}")
    )
    assert "A group-based flag" not in said(web.client("missing_adviser").get(f"/missing/{noah}"))


# ---- looking --------------------------------------------------------------------------------------------------


def test_a_look_is_kept_once_and_asks_no_more_until_a_later_episode(web):
    isla = web.person("Isla BROOK")
    adviser = web.client("missing_adviser")
    assert "Isla BROOK 2 episodes in 30 days: a supervisor looks" in said(adviser.get("/")).replace(
        "FIELD", "FIELD "
    )
    for key, text in (
        ("two_in_30", "Spoke with her mother."),
        ("three_in_90", "Strategy talk asked for."),
        ("a_day", "Search goes on."),
    ):
        assert adviser.post(f"/missing/{isla}/look", {"trigger": key, "text": text}).status_code == 302
    second = web.client("duty_inspector").post(
        f"/missing/{isla}/look", {"trigger": "a_day", "text": "Mine"}, follow=True
    )
    assert "Missing-person adviser One looked on" in said(second)
    text = said(adviser.get(f"/missing/{isla}"))
    assert "Spoke with her mother." in text
    assert "Mine" not in text
    home = said(adviser.get("/"))
    assert "Isla BROOK 2 episodes" not in home
    assert "Noah FIELD Under 13".lower() in home.lower()


@pytest.mark.parametrize(("data", "error"), [({"trigger": "under_13", "text": "x"}, "Choose what you looked at"), ({"trigger": "a_day", "text": " "}, "Write what follows")])  # fmt: skip
def test_a_look_says_at_what_and_what_follows(web, data, error):
    from redshank.web.missing.models import Look

    answer = web.client("missing_adviser").post(f"/missing/{web.person('Isla BROOK')}/look", data)
    assert answer.status_code == 400
    assert error in said(answer)
    assert Look.objects.count() == 0


# ---- one child from the first episode ------------------------------------------------------------------------


def test_every_episode_from_the_first_with_nights_places_company_and_gaps(web):
    isla = web.person("Isla BROOK")
    client = web.client("missing_adviser")
    text = said(client.get(f"/missing/{isla}"))
    assert "3 episodes since 10 January 2026, 5 nights away in all; missing now, as recorded." in text
    assert "Found, as recorded: Larkmoor bus station; The Heron Hotel." in text
    first, second, third = (text.index(x) for x in ("1. 10 January", "2. 5 March", "3. 28 March"))
    assert first < second < third
    assert "With, as recorded: Rory VANCE, associate." in text[second:third]
    assert "Jane" not in text
    assert "53 days after the last return" in text
    assert "Gaps: no return is recorded; with whom the child was is not recorded." in text[third:]
    assert "Return home interview: held 13 January 2026 at 10:00." in text[first:second]
    assert web.entries(kind="missing child", ident=isla, action="consultation")


def test_the_next_night_brings_the_return(web):
    isla = web.person("Isla BROOK")
    web.night()
    client = web.client("missing_adviser")
    assert "1 child is missing, as recorded" in said(client.get("/missing"))
    text = said(client.get(f"/missing/{isla}"))
    assert "The Heron Hotel (2 times)" in text
    assert "missing now" not in text
    assert "not offered, as recorded; due by 2 April 2026 at 20:00" in text


def test_nobody_without_an_episode_and_nobody_hidden_has_a_page(web):
    client = web.client("missing_adviser")
    nothing = said(client.get("/missing/p-nobody"))
    assert said(client.get(f"/missing/{web.person('Tess MOORE')}")) == nothing
    isla = web.person("Isla BROOK")
    web.conflict("missing_adviser", "Isla BROOK")
    assert said(web.client("missing_adviser").get(f"/missing/{isla}")) == nothing
    page = said(web.client("missing_adviser").get("/missing"))
    assert "1 child is missing" in page
    assert "Isla" not in page
    assert "Isla" not in said(web.client("missing_adviser").get("/"))
    for what in ("look", "refer"):
        assert (
            web.client("missing_adviser")
            .post(f"/missing/{isla}/{what}", {"trigger": "a_day", "text": "x", "why": "x"})
            .status_code
            == 404
        )


def test_a_restricted_episode_is_out_of_every_count(web):
    isla = web.person("Isla BROOK")
    web.restrict("record", "missing_episodes:M2")
    text = said(web.client("missing_adviser").get(f"/missing/{isla}"))
    assert "2 episodes since 10 January 2026" in text
    for hidden in ("Heron", "Rory", "2 episodes in 30 days", "3 episodes in 90 days"):
        assert hidden not in text


def test_a_partner_sees_only_what_was_shared(web):
    from redshank.web.policy.models import Share

    client = web.client("partner_member")
    assert "0 children are missing" in said(client.get("/missing"))
    isla = web.person("Isla BROOK")
    for kind, ident in (("record", "missing_episodes:M3"), ("person", isla)):
        Share.objects.create(
            audience="Children's services",
            kind=kind,
            ident=ident,
            by=web.user("safeguarding_lead"),
            reason="x",
        )
    client = web.client("partner_member")
    assert "1 child is missing" in said(client.get("/missing"))
    text = said(client.get(f"/missing/{isla}"))
    assert "1 episode since 28 March 2026" in text
    assert "Heron" not in text


# ---- referrals ------------------------------------------------------------------------------------------------


def refer(web, client, **changed):
    page = client.get(f"/missing/{web.person('Isla BROOK')}/refer")
    data = {
        "once": value_of(page, "once"),
        "why": "Adults wait for her at the hotel.",
        "owner": "mace_coordinator-one",
        "sight": "open",
    }
    return client.post(f"/missing/{web.person('Isla BROOK')}/refer", data | changed)


def referral_of():
    from redshank.web.meetings.models import Raised

    return Raised.objects.get()


def test_a_proposed_referral_stands_before_mace_with_what_stood_there(web):
    from redshank.web.meetings import sittings
    from redshank.web.meetings.bodies import BODIES

    client = web.client("missing_adviser")
    isla = web.person("Isla BROOK")
    made = refer(web, client)
    one = referral_of()
    assert made.url == f"/raised/{one.pk}"
    assert (one.meeting, one.origin, one.owner) == ("mace", "missing", web.user("mace_coordinator"))
    assert one.next_on == sittings.next_time(BODIES["mace"], one.at)
    text = said(client.get(made.url))
    assert "Missing-person adviser One raised it to the multi-agency child exploitation meeting" in text
    assert "Adults wait for her at the hotel." in text
    there = text.split("What stood there when it was raised")[1].split("Settle it")[0]
    assert "3 episodes in 90 days" in there
    assert [f"missing episode M{n}" in there for n in (1, 2, 3)] == [True] * 3
    assert "Isla BROOK" in said(web.client("mace_coordinator").get("/")).split("Before the meetings, and yours")[1]  # fmt: skip
    assert "Isla BROOK" in said(web.client("mace_coordinator").get("/raised?meeting=mace"))
    assert f'href="/raised/{one.pk}"' in client.get(f"/missing/{isla}").content.decode()


def test_what_asked_for_a_look_is_told_to_who_sees_all_that_it_was_counted_from(web):
    from redshank.web.flags.models import Flag

    isla, lead = web.person("Isla BROOK"), web.user("safeguarding_lead")
    Flag.objects.create(about="person", ident=isla, person_id=isla, label="Isla", state="proposed", proposed_by=lead, decide_by=datetime.now(UTC), closed=True)  # fmt: skip
    refer(web, web.client("exploitation_officer"))
    page = f"/raised/{referral_of().pk}"
    flag, count = "group-based flag", "3 episodes in 90 days"
    assert flag in said(web.client("exploitation_officer").get(page))
    text = said(web.client("mace_coordinator").get(page))
    assert flag not in text
    assert count in text
    web.restrict("record", "missing_episodes:M2")
    text = said(web.client("mace_coordinator").get(page))
    assert "missing episode M1" in text
    for hidden in (flag, count, "missing episode M2"):
        assert hidden not in text


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"why": ""}, "Write why the agencies should look together"),
        ({"owner": "partner_member-one"}, "Choose whose it is"),
    ],
)
def test_no_referral_without_why_and_owner(web, changed, error):
    from redshank.web.meetings.models import Raised

    answer = refer(web, web.client("missing_adviser"), **changed)
    assert answer.status_code == 400
    assert error in said(answer)
    assert Raised.objects.count() == 0


def test_one_open_referral_a_child_and_a_form_sent_twice_makes_one(web):
    isla = web.person("Isla BROOK")
    data = {"once": "same", "why": "x", "owner": "mace_coordinator-one", "sight": "open"}
    client, other = web.client("missing_adviser"), web.client("exploitation_officer")
    first = client.post(f"/missing/{isla}/refer", data)
    assert client.post(f"/missing/{isla}/refer", data).url == first.url
    second = other.post(f"/missing/{isla}/refer", data | {"why": "Mine", "once": "other"}, follow=True)
    assert "Missing-person adviser One proposed it on" in said(second)
    assert other.get(f"/missing/{isla}/refer").url == first.url
    assert [m.why for m in referral_of().moves.all()] == ["Mine"]
    # An analyst does not sit in MACE: their words are added, and they come back to the child.
    third = web.client("analyst").post(f"/missing/{isla}/refer", data | {"why": "Too", "once": "third"})
    assert third.url == f"/missing/{isla}"
    assert [m.why for m in referral_of().moves.all()] == ["Mine", "Too"]


def test_a_referral_of_ones_own_family_is_not_there(web):
    refer(web, web.client("missing_adviser"))
    web.conflict("mace_coordinator", "Isla BROOK")
    client = web.client("mace_coordinator")
    assert client.get(f"/raised/{referral_of().pk}").status_code == 404
    sent = client.post(
        f"/raised/{referral_of().pk}/settle", {"outcome": "closed", "why": "x", "once": "c", "seen": "0"}
    )
    assert sent.status_code == 404
    assert "Isla" not in said(client.get("/raised?meeting=mace"))
    assert "Isla" not in said(client.get("/"))
    assert referral_of().closed_at is None


@pytest.mark.parametrize("role", ["partner_member", "response_officer", "administrator", "tasking_chair"])
def test_other_roles_see_no_referral(web, role):
    refer(web, web.client("missing_adviser"))
    client = web.client(role)
    assert "Isla" not in client.get("/raised?meeting=mace").content.decode()
    assert client.get(f"/raised/{referral_of().pk}").status_code == 404


def test_who_only_reads_refers_and_closes_nothing(web):
    from redshank.web.meetings.models import Raised

    isla = web.person("Isla BROOK")
    client = web.client("panel_chair")
    assert client.get(f"/missing/{isla}").status_code == 200
    assert client.post(f"/missing/{isla}/refer", {"why": "x"}).status_code == 404
    assert client.post(f"/missing/{isla}/look", {"trigger": "a_day", "text": "x"}).status_code == 404
    assert Raised.objects.count() == 0


def test_looks_are_never_changed(web):
    from django.core.exceptions import ValidationError

    from redshank.web.missing.models import Look

    look = {"trigger": "a_day", "text": "x"}
    web.client("missing_adviser").post(f"/missing/{web.person('Isla BROOK')}/look", look)
    kept = Look.objects.get()
    with pytest.raises(ValidationError):
        kept.save()
    with pytest.raises(ValidationError):
        kept.delete()


def test_an_age_is_full_years_on_the_day_in_london(web):
    from redshank.web.missing.episodes import age_on

    born = date(2013, 4, 1)
    assert age_on(born, at("2026-03-31T22:59")) == 12
    assert age_on(born, at("2026-03-31T23:00")) == 13  # midnight in London, in summer time
    assert age_on(None, at("2026-03-31T23:00")) is None
