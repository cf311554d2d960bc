"""The flag itself: on an adult as on a child, with the records that name them as evidence."""

from __future__ import annotations

from datetime import date

import pytest

from .conftest import decide, propose


@pytest.mark.databases
def test_a_flag_on_an_adult_rests_on_the_records_that_name_them_and_is_decided_like_any_other(sign_in, place):
    """Its form looked for evidence behind children alone, so that no adult could be flagged at all."""
    from redshank.web.flags.models import Flag

    arlo = place.person["Arlo"]
    shown = sign_in("analyst").get(f"/flags/propose/person/{arlo}")
    assert shown.context["evidence"]
    number = propose(sign_in("analyst"), "person", arlo)
    flag = Flag.objects.get(pk=number)
    assert (flag.about, flag.ident, flag.state) == ("person", arlo, "proposed")
    assert decide(sign_in("exploitation_officer"), number, "confirmed").status_code == 302
    assert Flag.objects.get(pk=number).state == "confirmed"


def test_an_adult_is_called_a_child_in_no_draft_and_in_no_row_of_the_register(sign_in, place):
    from redshank.web.flags.models import Flag
    from redshank.web.register.texts import drafted

    number = propose(sign_in("analyst"), "person", place.person["Arlo"])
    lead = sign_in("safeguarding_lead")
    name = Flag.objects.get(pk=number).label
    for draft in drafted(lead.user, Flag.objects.get(pk=number)):
        for line in draft["text"].splitlines():
            assert not (line.startswith("Name:") and name in line), (draft["system"], line)
    rows = lead.get("/flags/register.csv").content.decode().splitlines()
    mine = [r for r in rows if r.split(",")[0].strip('"') == str(number)]
    assert mine
    assert all("Child" not in r.split(",")[1] for r in mine)


def test_what_was_shared_twice_is_taken_back_whole(sign_in, place):
    """Two officers shared a child with one agency: the lead took one back, read that it was taken back, and the agency saw on."""
    from redshank.web.access import acts
    from redshank.web.policy.models import Share

    lead, officer = sign_in("safeguarding_lead"), sign_in("exploitation_officer")
    about = acts.thing(lead.user, "person", place.person["Cara"])
    assert about is not None
    rows = [acts.share(by.user, about, "Children's services", "joint work") for by in (lead, officer)]
    acts.end(lead.user, "share", rows[0].pk, "case closed")
    standing = Share.objects.filter(ident=about.ident, audience="Children's services", ended_at__isnull=True)
    assert not standing.exists()


# ---- need more, and more given -----------------------------------------------------------------


def asked_for_more(sign_in, place, **changes):
    """A flag on the open group that rests on one record, and a second person who asked for more."""
    from .conftest import opens, test_form

    analyst, officer = sign_in("analyst"), sign_in("exploitation_officer")
    where = f"/flags/propose/group/{place.group['open']}"
    key = place.record["open"]
    opens(analyst, key, where)
    analyst.post(where, test_form(evidence=[key], step_exchange="not_established") | changes)
    from redshank.web.flags.models import Flag

    number = Flag.objects.latest("pk").pk
    assert decide(officer, number, "need_more").status_code == 302
    return analyst, officer, number


def further(client, number: int) -> str:
    """Opens a further record behind it; gives its key."""
    from .conftest import opens

    key = next(e["record"].key for e in client.get(f"/flags/{number}/more").context["evidence"])
    opens(client, key, f"/flags/{number}/more")
    return key


@pytest.mark.databases
def test_what_was_asked_for_is_given_and_whoever_asked_decides(sign_in, place):
    """'Need more' was an end: only withdrawing was left, and with it what had been asked for was lost."""
    from redshank.web.flags.models import Act, Flag

    from .conftest import test_form

    analyst, officer, number = asked_for_more(sign_in, place)
    assert "Read anew." in analyst.get(f"/flags/{number}").content.decode()
    form = analyst.get(f"/flags/{number}/more")
    assert {s["step"].key: s["answer"] for s in form.context["steps"]}["exchange"] == "not_established"
    key = further(analyst, number)
    before = Flag.objects.get(pk=number).decide_by
    answer = analyst.post(
        f"/flags/{number}/more", test_form(evidence=[key], rationale="Curlewmore.", once="m1")
    )
    assert answer.status_code == 302
    flag = Flag.objects.get(pk=number)
    assert (flag.state, flag.state_words, flag.decided_at) == ("proposed", "Proposed, more given", None)
    assert flag.decide_by >= before
    act = Act.objects.get(flag=flag, kind="more")
    assert act.parsed("evidence") == [place.record["open"], key]
    assert act.parsed("answers")["exchange"] == "yes"
    # Its first page says so, and nothing was asked of who gave more.
    assert analyst.post(f"/flags/{number}/decide", {"outcome": "not_proven", "confidence": "low", "rationale": "x", "acts": 3}).status_code == 400  # fmt: skip
    assert "proposed, more given" in officer.get("/").content.decode()
    assert decide(officer, number, "confirmed").status_code == 302
    assert Flag.objects.get(pk=number).state == "confirmed"
    rows = officer.get("/flags/register.csv").content.decode()
    told = [r for r in rows.splitlines() if r.split(",")[0] == str(number)]
    assert len(told) == 4
    for word in ("Proposed", "Need more", "More given", "Confirmed"):
        assert any(f",{word}," in r for r in told), word
    assert "Curlewmore." in rows


def test_further_records_are_opened_by_both_before_they_count(sign_in, place):
    from redshank.web.flags.models import Act, Flag

    from .conftest import test_form

    analyst, officer, number = asked_for_more(sign_in, place)
    evidence = analyst.get(f"/flags/{number}/more").context["evidence"]
    unopened = next(e["record"].key for e in evidence if e["opened"] is None)
    answer = analyst.post(f"/flags/{number}/more", test_form(evidence=[unopened], rationale="Curlewmore."))
    assert answer.status_code == 400
    assert "Curlewmore." in answer.content.decode()
    assert "Open the records that you add first" in answer.content.decode()
    assert not Act.objects.filter(kind="more").exists()
    key = further(analyst, number)
    assert analyst.post(f"/flags/{number}/more", test_form(evidence=[key])).status_code == 302
    # Whoever asked had opened the first record, not the further one.
    stale = {"outcome": "confirmed", "confidence": "high", "rationale": "x", "acts": 3}
    assert officer.post(f"/flags/{number}/decide", stale).status_code == 400
    assert Flag.objects.get(pk=number).state == "proposed"


def test_more_sent_twice_is_given_once_and_a_page_from_before_hears_of_it(sign_in, place):
    from redshank.web.flags.models import Act

    from .conftest import test_form

    analyst, officer, number = asked_for_more(sign_in, place)
    form = test_form(evidence=[], rationale="Words alone.", once="same")
    assert analyst.post(f"/flags/{number}/more", form).status_code == 302
    assert analyst.post(f"/flags/{number}/more", form).status_code == 302
    assert Act.objects.filter(flag_id=number, kind="more").count() == 1
    late = {"outcome": "not_proven", "confidence": "low", "rationale": "Curlewlate.", "acts": 2}
    answer = officer.post(f"/flags/{number}/decide", late)
    assert answer.status_code == 409
    assert "more given" in answer.content.decode()
    assert "Curlewlate." in answer.content.decode()


def test_a_leaver_s_flag_is_taken_on_by_a_colleague_and_by_nobody_before(sign_in, place):
    from redshank.web.flags.models import Flag

    from .conftest import test_form

    analyst, _officer, number = asked_for_more(sign_in, place)
    other = sign_in("analyst-2")
    assert other.get(f"/flags/{number}/more").status_code == 302
    assert other.post(f"/flags/{number}/more", test_form(evidence=[])).status_code == 302
    assert Flag.objects.get(pk=number).state == "need_more"
    analyst.user.is_active = False
    analyst.user.save()
    assert (
        other.post(f"/flags/{number}/more", test_form(evidence=[], rationale="Taken on.")).status_code == 302
    )
    assert Flag.objects.get(pk=number).state == "proposed"
    assert decide(other, number, "confirmed").status_code == 400  # who gave more proposes it too
    assert other.post(f"/flags/{number}/withdraw", {"withdraw_rationale": "Made twice."}).status_code == 302
    assert Flag.objects.get(pk=number).state == "withdrawn"


# ---- the definition that it was made under -----------------------------------------------------


@pytest.fixture
def earlier(monkeypatch):
    """An earlier definition: one question worded otherwise, one that is asked no more."""
    from dataclasses import replace

    from redshank.web.flags import definition
    from redshank.web.flags.definition import IN_FORCE, Step

    steps = (
        Step("under_18", "Curlewold: below eighteen then?", "", ()),
        Step("gift", "Curlewgift: was there a gift?", "", ()),
    )
    old = replace(
        IN_FORCE,
        version="redshank-2025-1",
        steps=steps,
        answers={"yes": "Aye"},
        confidence={"high": "Very sure"},
    )
    monkeypatch.setitem(definition.KNOWN, old.version, old)
    table = {"version": old.version, "changed": "Curlewchanged: the gift went.", "valid_from": date(2025, 1, 1), "valid_to": date(2025, 12, 31)}  # fmt: skip
    monkeypatch.setattr(definition, "EARLIER", (table,))
    return old


def under(earlier, by, key: str, state: str):
    import json

    from redshank.web.flags.models import Act

    from .test_register_review import flagged

    flag = flagged(by, key, state, definition=earlier.version)
    told = {"answers": json.dumps({"under_18": "yes", "gift": "yes"}), "confidence": "high"}
    Act.objects.filter(flag=flag, kind="proposed").update(**told)
    return flag


def test_a_decision_is_shown_in_the_words_it_was_made_in(sign_in, place, earlier):
    """Practice rule 6: an old act stood under today's questions, and its answer to a dropped one was gone."""
    from redshank.web.flags.definition import IN_FORCE
    from redshank.web.flags.models import Act
    from redshank.web.flags.views import act_told
    from redshank.web.register.texts import facts

    client = sign_in("analyst")
    flag = under(earlier, client.user, place.record["open"], "confirmed")
    text = client.get(f"/flags/{flag.pk}").content.decode()
    for words in (
        "Curlewold: below eighteen then?",
        "Curlewgift: was there a gift?",
        "Aye",
        "very sure",
        "is asked no more",
    ):
        assert words in text, words
    assert IN_FORCE.steps[0].question in text  # beside it, as it reads now
    assert "you decide" not in text
    told = act_told(Act.objects.get(flag=flag, kind="proposed"))
    assert told["answers"] == [
        ("Curlewold: below eighteen then?", "Aye"),
        ("Curlewgift: was there a gift?", "Aye"),
    ]
    drafted = dict(facts(client.user, flag)["answers"])
    assert drafted["Curlewgift: was there a gift?"] == "Aye"
    assert IN_FORCE.steps[1].question not in drafted


def test_an_open_flag_of_an_earlier_definition_says_so_before_it_is_decided(sign_in, place, earlier):
    client = sign_in("analyst")
    flag = under(earlier, client.user, place.record["open"], "proposed")
    text = sign_in("exploitation_officer").get(f"/flags/{flag.pk}").content.decode()
    assert "Proposed under definition redshank-2025-1" in text
    assert "Curlewchanged" in text
    assert flag.label in client.get("/flags/again").content.decode()


def test_a_definition_whose_text_is_not_kept_words_nothing_and_hides_nothing(home):
    from redshank.web.flags.definition import of

    unknown = of("redshank-1999-1")
    assert unknown.told({"under_18": "not_established"}) == [("Under 18", "Not established")]
    assert unknown.kinds({"group_basis": "named"}) == [("Group basis", "Named")]
    assert unknown.reads({"under_18": "yes"}) == ""


def test_an_earlier_definition_is_kept_whole_or_refused(home):
    from redshank.web.flags.definition import _one

    with pytest.raises(ValueError, match=r"redshank-2025-1: .*steps.* missing"):
        _one({"version": "redshank-2025-1", "name": "x", "sources": []})


# ---- texts for other systems -------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", ["duty_inspector", "safeguarding_lead", "panel_chair", "crime_registrar", "analyst"]
)
def test_whoever_decides_or_proposes_takes_the_texts_and_sees_the_reference(role, sign_in, place):
    from redshank.web.register.models import Sent

    from .test_register_review import flagged

    analyst = sign_in("analyst")
    flag = flagged(analyst.user, place.record["open"])
    Sent(flag=flag, system="mash", reference="CURLEW-77", text="x", by=analyst.user, once="s1").save()
    client = sign_in(role)
    assert "CURLEW-77" in client.get(f"/flags/{flag.pk}").content.decode()
    assert client.get(f"/flags/{flag.pk}/texts").status_code == 200
    if client.user.as_role.allows("register.export"):
        assert "CURLEW-77" in client.get("/flags/register.csv").content.decode()


def test_whoever_neither_proposes_nor_decides_takes_no_texts(sign_in, place):
    from redshank.web.accounts.roles import ROLES

    for role in ROLES.values():
        may = role.allows("flag.propose") or role.allows("flag.decide")
        assert role.allows("flag.texts") == may, role.title


# ---- the register by kind ----------------------------------------------------------------------


def test_each_count_of_the_register_opens_what_it_counts_and_the_file_says_the_same(sign_in, place):
    import csv
    import io
    import json

    from redshank.web.flags.models import Act

    from .test_register_review import flagged

    client = sign_in("analyst")
    for n, (key, nature, state) in enumerate(
        (("open", "cse", "confirmed"), ("other", "csa", "not_proven"), ("plain", "cse", "proposed"))
    ):
        flag = flagged(client.user, place.record[key], state)
        Act.objects.filter(flag=flag, kind="proposed").update(
            axes=json.dumps({"nature": nature, "recent": "both"})
        )
        Act.objects.filter(flag=flag, kind=state).update(seconds=30 + 600 * n)
    page = client.get("/flags")
    found = {(c["axis"]["key"], o["key"]): o for c in page.context["counted"] for o in c["options"]}
    assert {k: o["n"] for k, o in found.items()} == {
        ("nature", "cse"): 2,
        ("nature", "csa"): 1,
        ("recent", "both"): 3,
    }
    for o in found.values():
        assert client.get(f"/flags?{o['query']}").context["shown"].total == o["n"]
    assert client.get("/flags?state=decided").context["shown"].total == page.context["decided"] == 2
    took = {t["state"]: (t["minutes"], t["quick"]) for t in page.context["took"]}
    assert took == {"confirmed": (0.5, True), "not_proven": (10.5, False)}
    assert "Under a minute" in page.content.decode()
    rows = list(csv.DictReader(io.StringIO(client.get("/flags/register.csv?nature=cse").content.decode())))
    proposed = [r for r in rows if r["Act"] == "Proposed"]
    assert [r["Nature"] for r in proposed] == ["Child sexual exploitation"] * 2
    assert [r["Answer: exchange"] for r in proposed] == ["Not established"] * 2
    # Who may not see a flag counts none of it.
    hidden = sign_in("partner_member").get("/flags")
    assert hidden.status_code in (403, 404) or not any(c["options"] for c in hidden.context["counted"])


# ---- an id that a night made one with another ---------------------------------------------------------------------


def went(kind, was, now):
    """A night made two one: the id that was leads to the one that is."""
    from redshank.web.heads.models import Moved, Publication

    run = Publication.objects.get(pk=1).current_run
    Moved.objects.create(uid=f"{kind}:{was}", kind=kind, was=was, now=now, valid_from=run, in_full=True, in_open=True, digest=1)  # fmt: skip


def flagged_before(client, about, ident):
    """A flag that stands under the id of before the night that makes it one with this thing; :func:`went` is that night."""
    from redshank.web.flags.models import Flag

    number = propose(client, about, ident)
    sets = {f"{about}_id": f"{about[0]}-was"}
    Flag.objects.filter(pk=number).update(ident=f"{about[0]}-was", **sets)
    return number


@pytest.mark.databases
def test_a_flag_follows_a_child_whom_a_night_made_one_with_another(sign_in, place):
    """It vanished from the page, from the next edition and from the triggers, and a second one could be opened beside it."""
    from datetime import date

    from django.utils import timezone

    from redshank.web.flags import acts
    from redshank.web.flags.models import Flag
    from redshank.web.heads.models import Publication
    from redshank.web.matrix.acts import prepare
    from redshank.web.missing.acts import flagged
    from redshank.web.register.texts import drafted

    cara, analyst, lead = place.person["Cara"], sign_in("analyst"), sign_in("safeguarding_lead")
    number = flagged_before(sign_in("partnership_officer"), "person", cara)
    assert not analyst.get(f"/children/{cara}").context["flags"]
    assert not flagged(lead.user, {cara})
    went("person", "p-was", cara)

    for page in (f"/children/{cara}", f"/persons/{cara}", f"/worklist/items/child/{cara}"):
        assert [f.pk for f in analyst.get(page, follow=True).context["flags"]] == [number], page
    assert flagged(lead.user, {cara}) == {cara}
    other = sign_in("researcher")
    assert [f.pk for f in other.get(f"/flags/propose/person/{cara}").context["open_flags"]] == [number]
    assert propose(other, "person", cara) == number  # none was made
    relied = tuple(acts.evidence_of(Flag.objects.get(pk=number)))
    given = acts.Given({}, {}, "high", "again", relied, "again")
    with pytest.raises(acts.NotAllowed, match="open already"):
        acts.propose(analyst.user, "person", cara, "Cara", given, run=1, shown={}, closed=False, district="")

    officer = sign_in("exploitation_officer")
    assert decide(officer, number, "confirmed").status_code == 302
    run = Publication.objects.get(pk=1).current_run
    made = prepare(sign_in("researcher").user, date(2026, 6, 1), run, timezone.now(), "merged")
    assert {r.standing.split(" on ")[0] for r in made.rows.filter(person_id=cara)} == {f"confirmed by {officer.user.name}"}  # fmt: skip
    name = analyst.get(f"/persons/{cara}").context["person"].name
    assert any(name in d["text"] for d in drafted(lead.user, Flag.objects.get(pk=number)))


@pytest.mark.databases
def test_a_flag_follows_a_group_that_became_part_of_another(sign_in, place):
    analyst, group = sign_in("analyst"), place.group["open"]
    number = flagged_before(analyst, "group", group)
    assert not analyst.get(f"/groups/{group}").context["flags"]
    went("group", "g-was", group)
    assert [f.pk for f in analyst.get(f"/groups/{group}").context["flags"]] == [number]
    assert propose(sign_in("researcher"), "group", group) == number
    # An address of before leads to the form of what stands.
    assert analyst.get("/flags/propose/group/g-was").context["thing"].ident == group


@pytest.mark.databases
def test_a_flag_under_an_older_id_is_hidden_with_the_child_whom_it_is_about(sign_in, place):
    """Also where the child is hidden for standing beside somebody else whose matter is the reader's own."""
    from redshank.web.flags.models import Flag
    from redshank.web.heads.models import Appearance
    from redshank.web.policy.models import Conflict, Restriction

    cara, lead = place.person["Cara"], sign_in("safeguarding_lead")
    number = flagged_before(sign_in("analyst"), "person", cara)
    went("person", "p-was", cara)
    records = Appearance.objects.filter(person_id=cara).values("record_key")
    beside = Appearance.objects.filter(record_key__in=records).exclude(person_id=cara).first()
    seer = sign_in("exploitation_officer")
    assert seer.get(f"/flags/{number}").status_code == 200
    Conflict.objects.create(user=seer.user, person_id=beside.person_id, by=lead.user, reason="family")
    assert sign_in("exploitation_officer").get(f"/flags/{number}").status_code == 404
    Restriction.objects.create(kind="person", ident=cara, by=lead.user, reason="need to know")
    other = sign_in("partnership_officer").user
    assert not Flag.objects.visible_to(other, "register").filter(pk=number).exists()


@pytest.mark.databases
def test_a_judgement_stands_on_the_page_of_whoever_its_two_people_became(sign_in, place):
    from redshank.web.judgements import acts

    cara, client = place.person["Cara"], sign_in("analyst")
    given = acts.Given("the same school and birthday", "once-merged", 0)
    made = acts.decide(client.user, "same", given, label="Two", person_a="p-was", person_b="p-is", closed=False, shown={}, opened={})  # fmt: skip
    assert made not in acts.about_people(client.user, cara)
    went("person", "p-was", cara)
    went("person", "p-is", cara)
    assert "the same school and birthday" in client.get(f"/persons/{cara}").content.decode()
    assert f"/persons/{cara}" in client.get(f"/judgements/{made.pk}").content.decode()
    with pytest.raises(acts.Meanwhile):
        acts.decide(client.user, "unsure", acts.Given("x", "once-later", 0), label="Two", person_a=cara, person_b="p-x", closed=False, shown={}, opened={})  # fmt: skip
