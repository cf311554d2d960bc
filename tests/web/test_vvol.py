"""The VVOL lists: a person's decision each, append-only, seen with what they are about; and what may go wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from .conftest import client_of
from .test_lines import later
from .test_meetings_race import at_once
from .worklist_tools import text_of

pytestmark = pytest.mark.databases


def entries():
    from redshank.web.vvol.models import Entry

    return Entry.objects


def add(client, kind, ident, to, **more):
    """Adds it, resting on the first of its records without handling C; the answer."""
    path = f"/vvol/add/{kind}/{ident}"
    shown = client.get(path)
    keys = [r.key for r, _ in shown.context["evidence"] if r.handling != "C"]
    sent = {
        "on": to, "why": f"Why {to}.", "evidence": keys[:1], "owner": client.user.username, "review_on": later(), "once": f"{to}{ident}"[:30],
    }  # fmt: skip
    return client.post(path, sent | more)


def added(client, kind, ident, to, **more) -> int:
    answer = add(client, kind, ident, to, **more)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def review(client, number, kind, **more):
    page = client.get(f"/vvol/{number}")
    sent = {
        "kind": kind, "why": f"Why {kind}.", "owner": client.user.username, "review_on": later(40), "steps": page.context["steps"],
        "once": f"{kind}{page.context['steps']}",
    }  # fmt: skip
    return client.post(f"/vvol/{number}/review", sent | more)


# ---- adding, keeping, removing ----------------------------------------------------------------


def test_an_entry_holds_list_reason_source_who_owner_and_review(sign_in, place):
    analyst = sign_in("analyst")
    number = added(analyst, "person", place.person["Cara"], "victim")
    words = text_of(analyst.get(f"/vvol/{number}"))
    for said in ("victim list", "Why victim.", "Analyst One", "Next review", "What it rests on"):
        assert said in words, said
    assert f"/vvol/{number}" in analyst.get(f"/children/{place.person['Cara']}").content.decode()
    assert f"/vvol/{number}" in analyst.get(f"/persons/{place.person['Cara']}").content.decode()
    assert f"/vvol/{number}" in analyst.get("/vvol").content.decode()
    entry = entries().get()
    assert (entry.owner, entry.review_on.isoformat(), entry.is_child) == (analyst.user, later(), True)


def test_the_night_puts_nobody_on_a_list(sign_in, place):
    assert not entries().exists()
    assert "None. An entry is added" in text_of(sign_in("analyst").get("/vvol"))


def test_what_is_kept_and_removed_stands_in_the_history_with_every_reason(sign_in, place):
    analyst = sign_in("analyst")
    number = added(analyst, "person", place.person["Cara"], "vulnerability")
    assert review(analyst, number, "kept").status_code == 302
    assert entries().get().review_on.isoformat() == later(40)
    assert review(analyst, number, "removed", review_on="").status_code == 302
    words = text_of(analyst.get(f"/vvol/{number}"))
    assert all(said in words for said in ("Why vulnerability.", "Why kept.", "Why removed."))
    assert f"/vvol/{number}" not in analyst.get("/vvol").content.decode()
    assert f"/vvol/{number}" in analyst.get("/vvol?show=removed").content.decode()
    assert review(analyst, number, "kept", steps=3).status_code == 400
    assert added(analyst, "person", place.person["Cara"], "vulnerability", once="anew") != number


def test_acts_are_added_and_never_changed(sign_in, place):
    from django.core.exceptions import ValidationError

    from redshank.web.vvol.models import Act

    added(sign_in("analyst"), "person", place.person["Cara"], "victim")
    act = Act.objects.get()
    with pytest.raises(ValidationError):
        act.save()
    with pytest.raises(ValidationError):
        act.delete()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"on": "location"}, "on"), ({"on": ""}, "on"), ({"why": ""}, "why"), ({"evidence": []}, "evidence"), ({"evidence": ["crimes:C-99"]}, "evidence"),
     ({"owner": "nobody"}, "owner"), ({"owner": "duty-inspector"}, "owner"), ({"review_on": "soon"}, "review_on"), ({"review_on": "2020-01-01"}, "review_on"),
     ({"finding": "group:g-000000000000", "evidence": []}, "evidence")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(sign_in, place, wrong, field):
    answer = add(sign_in("analyst"), "person", place.person["Hana"], "victim", **wrong)
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [field]
    assert not entries().exists()


def test_an_entry_may_rest_on_a_finding_alone(sign_in, place):
    analyst = sign_in("analyst")
    finding = f"group:{place.group['open']}"
    number = added(analyst, "person", place.person["Arlo"], "offender", evidence=[], finding=finding)
    assert f"/groups/{place.group['open']}" in analyst.get(f"/vvol/{number}").content.decode()


def test_nobody_stands_twice_on_one_list(sign_in, place):
    added(sign_in("analyst"), "person", place.person["Cara"], "victim")
    answer = add(sign_in("researcher"), "person", place.person["Cara"], "victim", once="second")
    assert answer.status_code == 400
    assert "already" in answer.context["errors"]["on"]
    added(sign_in("researcher"), "person", place.person["Cara"], "vulnerability")
    assert entries().count() == 2


# ---- a child on the offender list (practice rule 8) -------------------------------------------


def test_a_child_is_put_on_the_offender_list_only_after_the_defence_and_the_referral_were_considered(
    sign_in, place
):
    analyst = sign_in("analyst")
    elin = place.person["Elin"]
    page = text_of(analyst.get(f"/vvol/add/person/{elin}"))
    assert "Modern Slavery Act 2015 s.45" in page
    assert "National Referral Mechanism" in page
    answer = add(analyst, "person", elin, "offender")
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == ["considered"]
    assert not entries().exists()
    number = added(
        analyst, "person", elin, "offender", considered="Referred on Monday; the defence is likely."
    )
    words = text_of(analyst.get(f"/vvol/{number}"))
    assert "Modern Slavery Act 2015 s.45" in words
    assert "Referred on Monday" in words


def test_an_adult_needs_no_such_word_and_is_said_by_the_records_own_category(sign_in, place):
    analyst = sign_in("analyst")
    assert "s.45" not in text_of(analyst.get(f"/vvol/add/person/{place.person['Arlo']}"))
    number = added(analyst, "person", place.person["Arlo"], "offender")
    assert "the records' own category: suspect in a crime" in text_of(analyst.get(f"/vvol/{number}"))


# ---- sight ------------------------------------------------------------------------------------


def test_a_role_sees_an_entry_only_when_it_sees_the_thing(sign_in, place):
    analyst = sign_in("analyst")
    kiosk = added(analyst, "place", place.cell["kiosk"], "location")
    lodge = added(analyst, "place", place.cell["lodge"], "location")
    cara = added(analyst, "person", place.person["Cara"], "victim")
    seen = {
        role: {n for n in (kiosk, lodge, cara) if sign_in(role).get(f"/vvol/{n}").status_code == 200}
        for role in ("researcher", "partnership_officer", "missing_adviser", "partner_member", "auditor")
    }
    assert seen == {
        "researcher": {kiosk, lodge, cara}, "partnership_officer": {lodge, cara}, "missing_adviser": {cara}, "partner_member": set(), "auditor": set(),
    }  # fmt: skip
    assert "Reed Kiosk" not in text_of(sign_in("partnership_officer").get("/vvol"))


def test_an_entry_that_rests_on_handling_c_is_for_cleared_roles(sign_in, place):
    number = added(sign_in("analyst"), "person", place.person["Cara"], "victim", closed="1")
    by_record = added(
        sign_in("analyst"), "person", place.person["Xano"], "victim", evidence=["intelligence:IC-1"]
    )
    assert sign_in("partnership_officer").get(f"/vvol/{by_record}").status_code == 404
    assert sign_in("researcher").get(f"/vvol/{number}").status_code == 200
    assert sign_in("partnership_officer").get(f"/vvol/{number}").status_code == 404
    # Nobody learns of it by adding the same.
    assert add(sign_in("partnership_officer"), "person", place.person["Cara"], "victim").status_code == 302


def test_an_entry_that_rests_on_a_record_of_handling_c_is_for_cleared_roles_whatever_was_ticked(
    sign_in, place
):
    analyst = sign_in("analyst")
    ident = place.person["Cara"]
    shown = analyst.get(f"/vvol/add/person/{ident}")
    secret = next(r.key for r, _ in shown.context["evidence"] if r.handling == "C")
    number = added(analyst, "person", ident, "victim", evidence=[secret])
    assert analyst.get(f"/vvol/{number}").status_code == 200
    assert sign_in("missing_adviser").get(f"/vvol/{number}").status_code == 404


@pytest.mark.parametrize("hides", ["person", "record"])
def test_a_restricted_person_or_record_takes_its_entry_out_of_sight(sign_in, place, hides):
    from redshank.web.policy.models import Restriction

    number = added(sign_in("analyst"), "person", place.person["Cara"], "victim")
    ident = place.person["Cara"] if hides == "person" else entries().get().parsed("evidence")[0]
    Restriction.objects.create(kind=hides, ident=ident, by=client_of("safeguarding_lead").user, reason="need to know")  # fmt: skip
    researcher = sign_in("researcher")
    assert researcher.get(f"/vvol/{number}").status_code == 404
    assert (
        researcher.post(
            f"/vvol/{number}/review", {"kind": "removed", "why": "x", "owner": "researcher"}
        ).status_code
        == 404
    )
    assert f"/vvol/{number}" not in researcher.get("/vvol").content.decode()


@pytest.mark.parametrize("role", ["duty_inspector", "tasking_chair", "panel_chair", "mace_coordinator"])
def test_a_role_that_reads_the_lists_does_not_write_them(sign_in, place, role):
    number = added(sign_in("analyst"), "person", place.person["Cara"], "victim")
    client = sign_in(role)
    assert client.get(f"/vvol/{number}").status_code == 200
    assert client.get(f"/vvol/add/person/{place.person['Cara']}").status_code == 404
    assert client.post(f"/vvol/{number}/review", {"kind": "removed", "why": "x"}).status_code == 404
    assert entries().get().removed_at is None


# ---- people who become one, or are gone -------------------------------------------------------


def merged(was, now):
    """The next night takes two for one person."""
    from redshank.web.heads.models import Moved, Person

    Person.objects.filter(person_id=was).update(valid_to=1)
    Moved.objects.create(
        uid=f"person|{was}",
        kind="person",
        was=was,
        now=now,
        valid_from=1,
        in_full=True,
        in_open=True,
        digest=0,
    )


def test_an_entry_follows_the_surviving_id(sign_in, place):
    cara, dina = place.person["Cara"], place.person["Dina"]
    number = added(sign_in("analyst"), "person", cara, "victim")
    merged(cara, dina)
    analyst = sign_in("analyst")
    page = analyst.get(f"/vvol/{number}")
    assert page.context["subject"].ident == dina
    assert f"/persons/{dina}" in page.content.decode()
    assert f"/vvol/{number}" in analyst.get(f"/persons/{dina}").content.decode()
    assert "already" in add(analyst, "person", dina, "victim").context["errors"]["on"]
    assert review(analyst, number, "kept").status_code == 302


def test_two_entries_whose_people_become_one_stand_both_until_a_person_removes_one(sign_in, place):
    cara, dina = place.person["Cara"], place.person["Dina"]
    numbers = [added(sign_in("analyst"), "person", p, "victim") for p in (cara, dina)]
    merged(cara, dina)
    analyst = sign_in("analyst")
    assert [e.pk for e in analyst.get(f"/vvol/{numbers[0]}").context["others"]] == [numbers[1]]
    assert review(analyst, numbers[0], "removed", review_on="").status_code == 302


def test_an_entry_whose_person_is_hidden_under_the_surviving_id_is_hidden(sign_in, place):
    from redshank.web.policy.models import Restriction

    cara, dina = place.person["Cara"], place.person["Dina"]
    number = added(sign_in("analyst"), "person", cara, "victim")
    merged(cara, dina)
    Restriction.objects.create(kind="person", ident=dina, by=client_of("safeguarding_lead").user, reason="need to know")  # fmt: skip
    assert sign_in("analyst").get(f"/vvol/{number}").status_code == 404


def test_an_entry_stands_when_the_night_holds_its_person_no_longer(sign_in, place):
    from redshank.web.heads.models import Person

    cara = place.person["Cara"]
    number = added(sign_in("analyst"), "person", cara, "victim")
    Person.objects.filter(person_id=cara).update(valid_to=1)
    analyst = sign_in("analyst")
    assert "holds it no longer" in text_of(analyst.get(f"/vvol/{number}"))
    assert review(analyst, number, "removed", review_on="").status_code == 302


# ---- at once, first page, agenda --------------------------------------------------------------


def test_of_three_who_review_at_once_one_does_and_the_others_read_it(own_database, place):
    from redshank.web.vvol.models import Act

    number = added(client_of("analyst"), "person", place.person["Cara"], "victim")
    clients = [client_of(r) for r in ("analyst", "researcher", "safeguarding_lead")]
    sent = {"why": "Looked at.", "review_on": later(), "steps": 1}
    ended = at_once(
        [
            lambda c=c, n=n: c.post(f"/vvol/{number}/review", sent | {"kind": ("kept", "removed", "kept")[n], "once": f"r{n}", "owner": c.user.username})
            for n, c in enumerate(clients)
        ]
    )  # fmt: skip
    assert sorted(a.status_code for a in ended) == [302, 409, 409]
    assert all("was first" in text_of(a) for a in ended if a.status_code == 409)
    assert Act.objects.count() == 2


def test_of_two_who_add_the_same_at_once_one_entry_stands(own_database, place):
    clients = [client_of(r) for r in ("analyst", "researcher")]
    path = f"/vvol/add/person/{place.person['Cara']}"
    key = clients[0].get(path).context["evidence"][0][0].key
    sent = {"on": "victim", "why": "Seen.", "evidence": [key], "review_on": later()}
    ended = at_once([lambda c=c, n=n: c.post(path, sent | {"once": f"a{n}", "owner": c.user.username}) for n, c in enumerate(clients)])  # fmt: skip
    assert sorted(a.status_code for a in ended) == [302, 400]
    assert entries().count() == 1


def test_a_form_sent_twice_adds_and_reviews_once(sign_in, place):
    from redshank.web.vvol.models import Act

    analyst = sign_in("analyst")
    numbers = {added(analyst, "person", place.person["Cara"], "victim") for _ in range(2)}
    assert len(numbers) == 1
    for _ in range(2):
        assert review(analyst, *numbers, "kept", steps=1, once="same").status_code == 302
    assert Act.objects.count() == 2


def test_a_review_that_is_due_is_its_owners_first_and_for_others_without_a_name(sign_in, place):
    from redshank.web.vvol.first import due

    added(sign_in("analyst"), "person", place.person["Cara"], "victim")
    assert due(sign_in("analyst").user, "test").total == 0
    entries().update(review_on=timezone.localdate())
    told = {r: due(sign_in(r).user, "test").lines[0] for r in ("analyst", "researcher", "safeguarding_lead")}
    assert all("WRENFIELD" in told[r].text for r in ("analyst", "safeguarding_lead"))
    assert "WRENFIELD" not in told["researcher"].text + told["researcher"].hint
    assert told["researcher"].url == ""
    assert "VVOL entries due for review" in text_of(sign_in("analyst").get("/"))


def test_the_agenda_of_the_four_weekly_meeting_tells_what_was_added_removed_and_is_due(sign_in, place):
    from redshank.web.meetings.bodies import BODIES
    from redshank.web.vvol.agenda import block

    assert "vvol" in BODIES["four_weekly"].recorded
    analyst, today = sign_in("analyst"), timezone.localdate()
    before = timezone.now() - timedelta(days=1)
    number = added(analyst, "person", place.person["Cara"], "victim")
    (told,) = block(analyst.user, today, before, 40).lines
    assert told.text == "Victim list: Cara WRENFIELD"
    assert "a child; added by Analyst One" in told.hint
    assert "Why victim." in told.hint
    assert block(analyst.user, today, timezone.now(), 40).total == 0
    entries().update(review_on=today)
    assert "review due" in block(analyst.user, today, timezone.now(), 40).lines[0].hint
    review(analyst, number, "removed", review_on="")
    assert "removed by Analyst One" in block(sign_in("researcher").user, today, before, 40).lines[0].hint
    assert block(sign_in("learning").user, today, before, 40) is None


def test_an_entry_of_somebody_who_left_goes_on_with_its_review_and_shows_the_step(sign_in, place):
    from redshank.web.access import standing
    from redshank.web.meetings import leavers

    analyst, lead = sign_in("analyst"), sign_in("safeguarding_lead")
    number = added(analyst, "person", place.person["Cara"], "victim")
    before = entries().get(pk=number)
    standing.record(analyst.user, left_on=standing.today())
    assert leavers.passes_on(analyst.user, lead.user) == 1
    entry = entries().get(pk=number)
    assert entry.owner.as_role.allows("vvol.edit")
    assert entry.owner != analyst.user
    assert (entry.review_on, entry.removed_at) == (before.review_on, None)
    assert [a.kind for a in entry.acts.order_by("pk")] == ["added", "handed"]
    assert "Handed on" in text_of(sign_in("safeguarding_lead").get(f"/vvol/{number}"))
    assert leavers.passes_on(analyst.user, lead.user) == 0
    assert review(sign_in("safeguarding_lead"), number, "handed", once="x").status_code == 400
