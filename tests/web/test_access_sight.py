"""Restricting, granting for a time, sharing, matters of one's own, taking back, asking: each with a reason and in the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from redshank.web.access.models import Ask, Look, Standing
from redshank.web.policy.models import Conflict, Grant, Restriction, Share
from redshank.web.trail.models import Entry

from .answers import state, told

C_OPEN = "/records/crimes/C-open"


def settle(client, kind, ident, act, **more):
    return client.post(f"/sight/{kind}/{ident}", {"act": act, "reason": "strategy meeting of 1 June"} | more)


@pytest.mark.databases
def test_a_restricted_record_is_gone_for_all_but_those_named_and_comes_back(sign_in):
    lead, named, other = sign_in("safeguarding_lead"), sign_in("analyst"), sign_in("researcher")
    assert other.get(C_OPEN).status_code == 200
    assert settle(lead, "record", "crimes:C-open", "restrict", keep=["analyst"]).status_code == 302
    assert lead.get(C_OPEN).status_code == named.get(C_OPEN).status_code == 200
    assert told(other.get(C_OPEN)) == told(other.get("/records/crimes/C-0"))
    (made,) = Restriction.objects.all()
    assert lead.post(f"/sight/restriction/{made.pk}/end", {}).status_code == 400  # not without a reason
    assert other.get(C_OPEN).status_code == 404
    assert lead.post(f"/sight/restriction/{made.pk}/end", {f"why-restriction-{made.pk}": "the trial is over"}).status_code == 302  # fmt: skip
    assert other.get(C_OPEN).status_code == 200
    made.refresh_from_db()
    assert (made.ended_by, made.ended_why) == (lead.user, "the trial is over")
    assert "the trial is over" in lead.get("/sight").content.decode()
    did = Entry.objects.filter(action="alteration", kind="record", ident="crimes:C-open")
    assert did.count() == 2


def test_a_grant_opens_what_is_restricted_to_one_person_until_it_runs_out_and_says_why_afterwards(sign_in):
    lead, second, officer, other = (sign_in(r) for r in ("safeguarding_lead", "safeguarding_lead-2", "exploitation_officer", "analyst"))  # fmt: skip
    settle(lead, "record", "crimes:C-open", "restrict")
    assert second.get(C_OPEN).status_code == 404
    (made,) = Restriction.objects.all()
    form = {"user": "exploitation-officer", "days": "7", "reason": "visit"}
    for wrong in ({"days": "0"}, {"days": "31"}, {"days": "x"}, {"user": "administrator"}, {"reason": " "}):
        assert second.post(f"/sight/restrictions/{made.pk}/grant", form | wrong).status_code == 400, wrong
    assert second.post(f"/sight/restrictions/{made.pk}/grant", form).status_code == 302
    assert officer.get(C_OPEN).status_code == 200
    grant = Grant.objects.get(user=officer.user)
    grant.until = timezone.now() - timedelta(minutes=1)
    grant.save()
    assert officer.get(C_OPEN).status_code == 404
    why = officer.get("/why/record/crimes:C-open")
    assert "The safeguarding lead can grant it again" in why.content.decode()
    # whoever never saw it is told what is told of nothing
    assert told(other.get("/why/record/crimes:C-open")) == told(other.get("/why/record/crimes:C-0"))


@pytest.mark.databases
def test_what_is_shared_with_an_agency_is_seen_there_until_it_is_taken_back(sign_in, place):
    officer, lead = sign_in("partnership_officer"), sign_in("safeguarding_lead")
    mine, other = sign_in("partner_member"), sign_in("partner_member-2")
    cara = place.person["Cara"]
    assert settle(officer, "person", cara, "share", audience="Children's services").status_code == 302
    assert mine.get(f"/persons/{cara}").status_code == 200
    assert other.get(f"/persons/{cara}").status_code == 404
    assert Entry.objects.filter(action="disclosure", ident=cara).count() == 1
    (made,) = Share.objects.all()
    lead.post(f"/sight/share/{made.pk}/end", {f"why-share-{made.pk}": "case closed"})
    assert mine.get(f"/persons/{cara}").status_code == 404
    assert "case closed" in mine.get(f"/why/person/{cara}").content.decode()
    assert mine.get(f"/why/person/{place.person['Hana']}").status_code == 404


def test_rule_12_what_rests_on_handling_c_is_not_shared(sign_in, place):
    lead = sign_in("safeguarding_lead")
    for kind, ident in (("record", "intelligence:IC-1"), ("person", place.person["Zita"]), ("group", place.group["closed"])):  # fmt: skip
        answer = settle(lead, kind, ident, "share", audience="Children's services")
        assert answer.status_code == 400
        assert "handling C" in answer.content.decode()
    assert not Share.objects.exists()


def test_rule_13_a_recorded_matter_hides_itself_and_its_record_from_whom_it_is_about(sign_in, place):
    lead, second = sign_in("safeguarding_lead"), sign_in("safeguarding_lead-2")
    arlo = place.person["Arlo"]
    assert (
        settle(lead, "person", arlo, "conflict", who="safeguarding-lead").status_code == 400
    )  # not about oneself
    assert settle(lead, "person", arlo, "conflict", who="safeguarding-lead-2").status_code == 302
    assert second.get(f"/persons/{arlo}").status_code == 404
    assert "Arlo" not in second.get("/sight").content.decode()
    (made,) = Conflict.objects.all()
    before = state()
    answer = second.post(f"/sight/conflict/{made.pk}/end", {f"why-conflict-{made.pk}": "x"})
    assert told(answer) == told(second.post("/sight/conflict/999999/end", {"why-conflict-999999": "x"}))
    assert state() == before
    assert "Arlo" in lead.get("/sight").content.decode()


def test_only_who_manages_sight_restricts_grants_or_records(sign_in):
    officer = sign_in("exploitation_officer")
    for act in ("restrict", "grant", "conflict", "nonsense"):
        assert settle(officer, "record", "crimes:C-open", act, user="analyst", days="3", who="analyst").status_code == 404  # fmt: skip
    for model in (Restriction, Grant, Conflict):
        assert not model.objects.exists()


def test_anybody_asks_or_declares_and_is_answered_without_learning_what_exists(sign_in):
    asker, other, lead = sign_in("response_officer"), sign_in("analyst"), sign_in("safeguarding_lead")
    answers = []
    for words in ("crime C-open", "crime C-nowhere"):
        asker.post("/asks", {"what": "sight", "words": words, "why": "a call"})
        answers.append(Ask.objects.latest("pk"))
    assert asker.post("/asks", {"what": "sight", "words": "", "why": ""}).status_code == 400
    first = answers[0].pk
    before = state()
    for stranger in (other, asker):
        assert stranger.post(f"/asks/{first}/answer", {f"answer-{first}": "yes"}).status_code == 404
    assert state() == before
    assert lead.post(f"/asks/{first}/answer", {f"answer-{first}": ""}).status_code == 400
    assert lead.post(f"/asks/{first}/answer", {f"answer-{first}": "Shared with your role."}).status_code == 302  # fmt: skip
    assert "Shared with your role." in asker.get("/asks").content.decode()
    assert "C-open" not in other.get("/asks").content.decode()


# ---- rule 29 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lapse", "says"),
    [
        ({"trained_on": None}, "training is not recorded"),
        ({"trained_on": timezone.localdate() - timedelta(days=800)}, "training is out of date"),
        ({"vetting": "recruit"}, "Your role needs: management vetting"),
        ({"vetted_until": timezone.localdate() - timedelta(days=1)}, "vetting has run out"),
        ({"left_on": timezone.localdate()}, "You have left"),
        ({"certified_on": timezone.localdate() - timedelta(days=93)}, "line manager has not confirmed"),
    ],
)
def test_rule_29_access_follows_training_vetting_and_the_managers_word_from_the_same_day(lapse, says, sign_in):  # fmt: skip
    client = sign_in("analyst")
    assert client.get("/groups").status_code == 200
    Standing.objects.filter(user=client.user).update(**lapse)
    for url in ("/", "/groups", C_OPEN, "/flags/register.csv"):
        answer = client.get(url)
        assert answer.status_code == 403, url
        assert says in answer.content.decode(), url
        assert b"C-open" not in answer.content
    assert Entry.objects.filter(user=client.user, action="refusal").exists()


def test_rule_29_an_account_of_which_nothing_is_recorded_opens_nothing(sign_in):
    client = sign_in("panel_chair")
    Standing.objects.filter(user=client.user).delete()
    assert client.get("/").status_code == 403


def test_rule_29_the_line_manager_confirms_each_quarter_or_takes_away(sign_in):
    manager, member, stranger = (
        sign_in("safeguarding_lead"),
        sign_in("analyst"),
        sign_in("safeguarding_lead-2"),
    )
    Standing.objects.filter(user=member.user).update(manager=manager.user, certified_on=None)
    assert member.get("/").status_code == 403
    form = {"keeps": "yes", "reason": "still on the desk"}
    assert told(stranger.post("/team/analyst", form)) == told(stranger.post("/team/nobody", form))
    assert manager.post("/team/analyst", {"keeps": "", "reason": ""}).status_code == 400
    assert manager.post("/team/analyst", form).status_code == 302
    assert member.get("/").status_code == 200
    assert manager.post("/team/analyst", {"keeps": "no", "reason": "moved on"}).status_code == 302
    assert member.get("/").status_code == 403
    assert [(k.keeps, k.reason) for k in Look.objects.order_by("pk")] == [(True, "still on the desk"), (False, "moved on")]  # fmt: skip


def test_rule_29_a_mover_loses_the_old_role_at_once(sign_in):
    from redshank.web.access.accounts import Told

    admin, member = sign_in("administrator"), sign_in("analyst")
    given = Told.of(member.user)
    form = {"role": "learning", "vetting": "management", "trained_on": str(given.trained_on), "vetted_until": str(given.vetted_until)}  # fmt: skip
    assert admin.post("/people/analyst", form | {"trained_on": "yesterday"}).status_code == 400
    assert admin.post("/people/analyst", form).status_code == 302
    assert member.get("/groups").status_code == 403  # until the line manager confirms the new role
    Standing.objects.filter(user=member.user).update(certified_on=timezone.localdate())
    assert member.get("/groups").status_code == 404
    assert member.get("/language").status_code == 200


def test_nobody_gives_themselves_a_role_and_no_one_else_manages_accounts(sign_in):
    admin = sign_in("administrator")
    assert admin.post("/people/administrator", {"role": "safeguarding_lead"}).status_code == 400
    for role in ("safeguarding_lead", "auditor"):
        client = sign_in(role)
        assert told(client.get("/people/analyst")) == told(client.get("/people/nobody"))
    assert told(admin.get("/people/nobody"))[0] == 404


def test_a_deputy_is_offered_as_taker(sign_in):
    admin, giver = sign_in("administrator"), sign_in("panel_chair")
    admin.post("/people/panel-chair", {"role": "panel_chair", "deputy": "tasking-chair"})
    giver = sign_in("panel_chair")
    Standing.objects.filter(user=giver.user).update(trained_on=timezone.localdate(), vetting="management", vetted_until=timezone.localdate(), certified_on=timezone.localdate())  # fmt: skip
    assert giver.post("/handover", {"taker": "tasking-chair", "note": "Panel of Tuesday."}).status_code == 302
