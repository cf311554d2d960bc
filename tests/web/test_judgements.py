"""Judging who is who and which proposals stand: the pages, what they keep, and who may."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse


@pytest.fixture
def people(place):
    return place.person


def from_group(client, place, name="open"):
    """A reason for the child's pages: they are opened from a group's page."""
    return {"HTTP_REFERER": "http://testserver" + reverse("group", args=[place.group[name]])}


def compare_url(people, a="Faro", b="Gido"):
    return reverse("judge-compare", args=[people[a], people[b]])


def judge(client, url, **typed):
    form = {"kind": "same", "reason": "same scar, same mother", "once": "o-1", "seen": "0"} | typed
    return client.post(url, form)


def made():
    from redshank.web.judgements.models import Decision

    return Decision.objects.latest("id")


# ---- one person or two -------------------------------------------------------------------------


@pytest.mark.databases
def test_two_persons_are_judged_the_same_with_a_preview_first(sign_in, place, people):
    client = sign_in("analyst")
    page = client.get(compare_url(people)).content.decode()
    assert "Are Faro PIKESTONE and Gido TARNLOW one person?" in page
    assert "What would change" in page
    assert reverse("group", args=[place.group["other"]]) in page
    assert reverse("child", args=[people["Hana"]]) in page  # a child of the group that it touches
    answer = judge(client, compare_url(people))
    assert answer.status_code == 302
    decision = made()
    pairs = list(decision.pairs.all())
    appearances = page.count("<tr>") - 2  # less the two heads of the tables
    assert len(pairs) == appearances - 1
    assert {p.kind for p in pairs} == {"same"}
    assert pairs[-1].a_record != pairs[-1].b_record
    shown = client.get(answer.url).content.decode()
    assert "same scar, same mother" in shown
    assert "Analyst One judged this" in shown


@pytest.mark.parametrize("kind", ["not_same", "unsure"])
def test_not_the_same_and_unsure_are_as_easy(sign_in, people, kind):
    judge(sign_in("analyst"), compare_url(people), kind=kind)
    kinds = [p.kind for p in made().pairs.all()]
    assert kinds.count(kind) == 1
    assert kinds[-1] == kind
    assert set(kinds) <= {kind, "same"} if kind == "not_same" else kinds == ["unsure"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"reason": " "}, "Write why, in your own words"), ({"kind": ""}, "Choose the same, not the same, or unsure"),
        ({"kind": "dismiss_group"}, "Choose the same"), ({"reason": "x" * 2001}, "no more than 2,000"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_what_was_typed_is_kept(sign_in, people, typed, error):
    from redshank.web.judgements.models import Decision

    answer = judge(sign_in("analyst"), compare_url(people), **typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert error in page
    assert "There is a problem" in page
    if "kind" in typed:
        assert "same scar, same mother" in page
    assert not Decision.objects.exists()


@pytest.mark.databases
def test_sent_twice_it_is_kept_once(sign_in, people):
    from redshank.web.judgements.models import Decision

    client = sign_in("analyst")
    first, second = judge(client, compare_url(people)), judge(client, compare_url(people))
    assert first.url == second.url
    assert Decision.objects.count() == 1


@pytest.mark.databases
def test_who_judges_second_sees_the_first(sign_in, people):
    judge(sign_in("analyst"), compare_url(people), kind="not_same", reason="two brothers")
    answer = judge(sign_in("researcher"), compare_url(people), once="o-2", reason="my long text")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Analyst One was first" in page
    assert "two brothers" in page
    assert "my long text" in page
    again = judge(sign_in("researcher"), compare_url(people), once="o-2", seen=re.search(r'name="seen" value="(\d+)"', page)[1])  # fmt: skip
    assert again.status_code == 302


def test_appearances_are_taken_out_with_a_preview(sign_in, place, people):
    from redshank.web.heads.models import Appearance

    client, cara = sign_in("analyst"), people["Cara"]
    origin = from_group(client, place)
    first = client.get(reverse("judge-person", args=[cara]), **origin).content.decode()
    assert "Is Cara WRENFIELD one person?" in first
    uid = Appearance.objects.get(
        person_id=cara, record_key="missing_episodes:M-open", row__isnull=False, in_full=True
    ).uid
    assert f'value="{uid}"' in first
    url = reverse("judge-split", args=[cara])
    page = client.get(url, {"take": uid}).content.decode()
    assert "Take 1 appearance out of Cara WRENFIELD?" in page
    assert reverse("group", args=[place.group["open"]]) in page  # it rests on that record
    assert "Choose at least one appearance" in client.get(url).content.decode()
    answer = client.post(url, {"take": uid, "reason": "another Cara", "once": "s-1", "seen": "0"})
    assert answer.status_code == 302
    pairs = list(made().pairs.all())
    assert [p.kind for p in pairs].count("not_same") == 1
    assert uid in {pairs[-1].a_uid, pairs[-1].b_uid}
    assert made().kind_words == "Taken apart"


def test_all_appearances_cannot_be_taken_out(sign_in, people):
    from redshank.web.heads.models import Appearance

    rows = Appearance.objects.filter(person_id=people["Faro"], row__isnull=False, in_full=True)
    answer = sign_in("analyst").post(
        reverse("judge-split", args=[people["Faro"]]),
        {"take": [a.uid for a in rows], "reason": "x", "once": "s"},
    )
    assert answer.status_code == 400
    assert "Leave at least one" in answer.content.decode()


def test_it_is_withdrawn_with_a_reason_and_stays_in_view(sign_in, people):
    from redshank.web.judgements.models import Withdrawal

    client = sign_in("analyst")
    number = judge(client, compare_url(people)).url.rsplit("/", 1)[-1]
    url = reverse("judgement-withdraw", args=[number])
    assert client.post(url, {"why": ""}).status_code == 400
    for once in ("w-1", "w-2"):
        assert client.post(url, {"why": "the scar was misread", "once": once}).status_code == 302
    assert Withdrawal.objects.count() == 1
    for page in (reverse("judgement", args=[number]), reverse("judgements"), reverse("person", args=[people["Faro"]])):  # fmt: skip
        text = client.get(page).content.decode().lower()
        assert "withdrawn" in text
        assert "same scar, same mother" in text


def test_a_judgement_is_never_changed_or_removed(sign_in, people):
    from django.core.exceptions import ValidationError

    judge(sign_in("analyst"), compare_url(people))
    decision = made()
    for thing in (decision, decision.pairs.first()):
        with pytest.raises(ValidationError):
            thing.save()
        with pytest.raises(ValidationError):
            thing.delete()


# ---- what stands -------------------------------------------------------------------------------


def test_a_later_judgement_counts_against_an_earlier_one_and_both_stay(sign_in, people):
    from redshank.web.heads.models import Appearance
    from redshank.web.judgements.models import Decision
    from redshank.web.judgements.standing import judged_pairs, not_withdrawn

    client = sign_in("analyst")
    judge(client, compare_url(people))
    judge(client, compare_url(people), kind="not_same", once="o-2", seen="1")
    faro = {a.uid for a in Appearance.objects.filter(person_id=people["Faro"], in_full=True)}
    across = [p.kind for _, p in judged_pairs(not_withdrawn()) if (p.a_uid in faro) != (p.b_uid in faro)]
    assert across == ["not_same"]
    assert Decision.objects.count() == 2


# ---- a group's proposal ------------------------------------------------------------------------


@pytest.mark.databases
def test_a_proposal_is_dismissed_after_its_records_were_opened(sign_in, place):
    client, url = sign_in("analyst"), reverse("judge-group", args=[place.group["other"]])
    refused = judge(client, url, kind="dismiss_group", reason="one family")
    assert refused.status_code == 400
    assert "Open at least one of its records first" in refused.content.decode()
    client.get(
        reverse("record", args=["crimes", "C-other"]),
        HTTP_REFERER="http://testserver" + reverse("group", args=[place.group["other"]]),
    )
    assert judge(client, url, kind="dismiss_group", reason="one family").status_code == 302
    assert made().parsed("opened")
    page = client.get(reverse("group", args=[place.group["other"]])).content.decode()
    assert "Proposal dismissed" in page
    assert "one family" in page


# ---- who may -----------------------------------------------------------------------------------


def test_only_who_may_judge_and_nobody_what_they_do_not_see(sign_in, place, people):
    for role in (
        "response_officer",
        "partner_member",
        "tasking_chair",
        "administrator",
        "auditor",
        "safeguarding_lead",
    ):
        client = sign_in(role)
        assert client.get(compare_url(people)).status_code == 404
        assert judge(client, compare_url(people)).status_code == 404
    adviser = sign_in("missing_adviser")  # judges, and is not cleared
    closed = [people["Xano"], people["Yori"], people["Zita"]]
    for url in (
        reverse("judge-compare", args=closed[:2]),
        reverse("judge-person", args=[closed[0]]),
        reverse("judge-split", args=[closed[2]]),
        reverse("judge-compare", args=["p-none", "p-none-2"]),
    ):
        assert adviser.get(url).status_code == 404
        assert judge(adviser, url).status_code == 404
    assert sign_in("missing_adviser").get(reverse("judge-group", args=[place.group["open"]])).status_code == 404  # fmt: skip


def test_a_judgement_on_closed_people_is_nowhere_for_others(sign_in, place, people):
    closed = reverse("judge-compare", args=[people["Xano"], people["Yori"]])
    number = judge(sign_in("analyst"), closed, reason="plovercee says so").url.rsplit("/", 1)[-1]
    client = sign_in("missing_adviser")
    assert client.get(reverse("judgement", args=[number])).status_code == 404
    page = client.get(reverse("judgements")).content.decode()
    assert "plovercee" not in page
    assert "0 judgements" in page
    assert client.post(reverse("judgement-withdraw", args=[number]), {"why": "x"}).status_code == 404


def test_a_matter_of_ones_own_is_in_no_judgement(sign_in, people):
    from redshank.web.accounts.models import User
    from redshank.web.policy.models import Conflict

    number = judge(sign_in("researcher"), compare_url(people)).url.rsplit("/", 1)[-1]
    user = User.objects.get(username="analyst")
    Conflict.objects.create(user=user, by=user, person_id=people["Gido"], reason="own neighbour")
    client = sign_in("analyst")
    assert client.get(reverse("judgement", args=[number])).status_code == 404
    assert "TARNLOW" not in client.get(reverse("judgements")).content.decode()
    assert client.get(compare_url(people)).status_code == 404


# ---- blind review ------------------------------------------------------------------------------


def test_a_second_person_answers_without_the_first_answer(sign_in, people):
    from redshank.web.judgements.models import Doubt, Review

    Doubt.objects.all().delete()  # only what was judged
    judge(sign_in("analyst"), compare_url(people), kind="not_same", reason="unlike handwriting")
    assert "no pair left for you" in sign_in("analyst").get(reverse("review")).content.decode()
    client = sign_in("researcher")
    page = client.get(reverse("review")).content.decode()
    assert "Do these two rows name one person?" in page
    main = page[page.index("<h1") :]
    for told in ("unlike handwriting", "Analyst", "judged", "agrees", "checked"):
        assert told not in main
    form = dict(re.findall(r'name="(a|b|once)" value="([^"]*)"', page))
    bad = client.post(reverse("review"), form)
    assert bad.status_code == 400
    assert client.post(reverse("review"), form | {"answer": "not_same"}).status_code == 302
    assert client.post(reverse("review"), form | {"answer": "same"}).status_code == 302  # answered already
    assert Review.objects.count() == 1
    after = client.get(reverse("review")).content.decode()
    assert form["a"] + form["b"] not in after


def test_pairs_of_the_machine_are_asked_too_without_its_answer(sign_in, people):
    from redshank.web.heads.models import Appearance
    from redshank.web.judgements.models import Doubt, Review

    Doubt.objects.all().delete()
    a, b = (Appearance.objects.filter(person_id=people[n], row__isnull=False, in_full=True).first() for n in ("Faro", "Gido"))  # fmt: skip
    Doubt.objects.create(
        uid="x", valid_from=0, in_full=True, in_open=True, digest=0, a_uid=a.uid, a_record=a.record_key, a_person=a.person_id,
        b_uid=b.uid, b_record=b.record_key, b_person=b.person_id, together=False,
    )  # fmt: skip
    client = sign_in("analyst")
    page = client.get(reverse("review")).content.decode()
    form = dict(re.findall(r'name="(a|b|once)" value="([^"]*)"', page))
    client.post(reverse("review"), form | {"answer": "unsure"})
    kept = Review.objects.get()
    assert (kept.source, kept.first, kept.answer) == ("proposed", "not_same", "unsure")
    shown = client.get(reverse("agreement")).content.decode()
    assert "0, 0%" in shown


def test_nobody_answers_for_a_pair_out_of_sight(sign_in, people):
    closed = reverse("judge-compare", args=[people["Xano"], people["Yori"]])
    judge(sign_in("analyst"), closed, kind="not_same")
    pair = made().pairs.last()
    a, b = sorted([pair.a_uid, pair.b_uid])
    from redshank.web.judgements.models import Review

    client = sign_in("exploitation_officer")
    role = client.user.as_role
    client.post(reverse("review"), {"a": a, "b": b, "answer": "same"})
    assert Review.objects.count() == int(role.cleared)


@pytest.mark.parametrize(
    ("answers", "n", "percent", "kappa"),
    [
        ([], 0, None, None),
        ([("same", "same")] * 5, 5, 100, None),  # everybody gave one answer: chance alone agrees always
        ([("same", "same")] * 5 + [("not_same", "not_same")] * 5, 10, 100, 1.0),
        ([("same", "not_same")] * 5 + [("not_same", "same")] * 5, 10, 0, -1.0),
        # Worked by hand: 20 same/same, 5 same/not, 10 not/same, 15 not/not: po 0.7, pe 0.5, kappa 0.4.
        ([("same", "same")] * 20 + [("same", "not_same")] * 5 + [("not_same", "same")] * 10 + [("not_same", "not_same")] * 15, 50, 70, 0.4),
    ],
)  # fmt: skip
def test_agreement_and_kappa(answers, n, percent, kappa):
    from redshank.web.judgements.blind import agreement

    found = agreement(answers)
    assert (found.n, found.percent) == (n, percent)
    assert found.kappa == (pytest.approx(kappa) if kappa is not None else None)
