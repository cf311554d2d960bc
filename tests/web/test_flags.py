"""The flag itself: on an adult as on a child, with the records that name them as evidence."""

from __future__ import annotations

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
