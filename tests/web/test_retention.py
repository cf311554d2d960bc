"""Preservation notices: one from the first day, others by one named person, none lifted by one alone (practice rule 26)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from .conftest import client_of
from .test_meetings_race import at_once
from .worklist_tools import text_of

pytestmark = pytest.mark.databases


def notices():
    from redshank.web.retention.models import Notice

    return Notice.objects


def standing():
    return notices().get(kind="standing")


def over(kind: str, ident: str) -> list[str]:
    from redshank.web.retention.covering import over

    return [n.title for n in over(kind, ident)]


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def send(client, **more):
    sent = {
        "covers": "everything", "kind": "public_inquiry", "title": "The inquiry's letter", "authority": "The inquiry, letter 7", "why": "It asks us to keep it.",
        "since": today(-1), "once": "one",
    }  # fmt: skip
    return client.post("/preservation/new", sent | more)


def made(client, **more) -> int:
    answer = send(client, **more)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def step(client, number: int, kind: str, **more):
    page = client.get(f"/preservation/{number}")
    sent = {"kind": kind, "why": f"Why {kind}.", "steps": len(page.context["steps"]), "once": f"{kind}{len(page.context['steps'])}"}  # fmt: skip
    return client.post(f"/preservation/{number}/act", sent | more)


def lift(number: int, first: str = "auditor", second: str = "safeguarding_lead") -> None:
    assert step(client_of(first), number, "lift_proposed").status_code == 302
    assert step(client_of(second), number, "lift_confirmed").status_code == 302


# ---- the one from the start -------------------------------------------------------------------


def test_rule_26_a_home_keeps_exploitation_material_from_its_first_day(sign_in, place):
    for role in ("auditor", "safeguarding_lead"):
        client = sign_in(role)
        page = text_of(client.get("/preservation"))
        assert "Standing notice over exploitation material" in page
        assert "here from the first day" in page
        assert "local default" in text_of(client.get(f"/preservation/{standing().pk}"))
    assert over("person", place.person["Cara"])
    assert over("group", place.group["open"])
    assert over("record", place.record["closed"])


def test_what_is_no_exploitation_material_is_not_covered_by_the_standing_notice(sign_in, place):
    assert over("record", "crimes:of-no-night") == []
    from redshank.web.heads.models import Behind, Record, Signal

    plain = Record.objects.exclude(key__in=Signal.objects.values("record_key")).exclude(
        key__in=Behind.objects.values("record_key")
    )
    assert over("record", plain.first().key) == []


def test_a_second_standing_notice_is_not_made(sign_in, place):
    answer = send(sign_in("auditor"), kind="standing")
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == ["kind"]


# ---- making -----------------------------------------------------------------------------------


def test_a_notice_says_for_what_over_what_by_whom_why_and_since_when(sign_in, place):
    auditor = sign_in("auditor")
    number = made(auditor)
    page = text_of(auditor.get(f"/preservation/{number}"))
    for said in ("Public inquiry", "Everything that is held", "letter 7", "It asks us to keep it.", auditor.user.name, "In force"):  # fmt: skip
        assert said in page, said
    assert f"/preservation/{number}" in auditor.get("/preservation").content.decode()
    entry = last_entry("preservation notice")
    assert (entry.action, entry.ident, entry.user) == ("alteration", str(number), auditor.user)
    assert json.loads(entry.details) == {"act": "made", "kind": "public_inquiry", "covers": "everything"}


def last_entry(kind: str):
    from redshank.web.trail.models import Entry

    return Entry.objects.filter(kind=kind, action="alteration").order_by("-pk").first()


def test_a_form_sent_twice_makes_one(sign_in, place):
    auditor = sign_in("auditor")
    assert made(auditor) == made(auditor)
    assert notices().count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"covers": ""}, "covers"), ({"covers": "person:p-000000000000"}, "covers"), ({"kind": ""}, "kind"), ({"title": " "}, "title"), ({"authority": ""}, "authority"),
     ({"why": ""}, "why"), ({"since": "soon"}, "since"), ({"since": "2999-01-01"}, "since"), ({"title": "x" * 201}, "title")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(sign_in, place, wrong, field):
    answer = send(sign_in("auditor"), **wrong)
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [field]
    assert notices().count() == 1


def test_one_person_group_or_record_is_looked_for_and_covered_with_what_stands_in_its_records(sign_in, place):
    auditor = sign_in("auditor")
    lift(standing().pk)
    cara, group = place.person["Cara"], place.group["open"]
    assert over("person", cara) == []
    found = {f.value: f for f in look(auditor, "new", "Cara")}
    made(auditor, covers=f"person:{cara}", find="Cara", title="Cara's claim", kind="litigation", once="p")
    assert found[f"person:{cara}"].name in text_of(auditor.get("/preservation"))
    assert over("person", cara) == ["Cara's claim"]
    from redshank.web.heads.models import Appearance, Record

    hers = set(Appearance.objects.filter(person_id=cara).values_list("record_key", flat=True))
    assert hers
    assert all(over("record", key) == ["Cara's claim"] for key in hers)
    beside = set(Appearance.objects.filter(record_key__in=hers).values_list("person_id", flat=True))
    assert all(over("person", p) == ["Cara's claim"] for p in beside if p)
    others = Record.objects.exclude(key__in=hers).values_list("key", flat=True)
    assert all(over("record", key) == [] for key in others)
    made(auditor, covers=f"group:{group}", find=group, title="The group", once="g")
    assert "The group" in over("group", group)
    from redshank.web.heads.models import Behind, Member

    behind = Behind.objects.filter(kind="group", ident=group).values_list("record_key", flat=True)
    assert all("The group" in over("record", key) for key in behind)
    members = Member.objects.filter(group_id=group).values_list("person_id", flat=True)
    assert all("The group" in over("person", p) for p in members)


def look(client, where: str, said: str):
    page = client.post(f"/preservation/{where}", {"find": said, "do": "look"})
    assert page.status_code == 200
    return page.context["found"] if where == "new" else page.context["rows"]


def test_a_record_is_covered_by_its_own_notice_and_whoever_stands_in_it(sign_in, place):
    auditor = sign_in("auditor")
    lift(standing().pk)
    from redshank.web.heads.models import Appearance

    one = Appearance.objects.filter(person_id=place.person["Cara"], in_open=True).first()
    made(auditor, covers=f"record:{one.record_key}", find=one.record_key.partition(":")[2], title="One record")  # fmt: skip
    assert over("record", one.record_key) == ["One record"]
    assert over("person", place.person["Cara"]) == ["One record"]


def test_everything_covers_what_no_night_has_taken_yet(sign_in, place):
    made(sign_in("auditor"), title="All of it")
    assert over("record", "crimes:of-no-night") == ["All of it"]


def test_the_page_tells_which_notices_cover_what_is_looked_for_and_puts_no_name_into_an_address(
    sign_in, place
):
    auditor = sign_in("auditor")
    rows = {f.value: [n.title for n in over] for f, over in look(auditor, "look", "Cara")}
    assert rows[f"person:{place.person['Cara']}"] == ["Standing notice over exploitation material"]
    assert auditor.get("/preservation/look?find=Cara").context["rows"] == []
    assert "Nothing is found" in text_of(auditor.post("/preservation/look", {"find": "Nobody Atall"}))


# ---- lifting takes two named people -----------------------------------------------------------


def test_rule_26_lifting_takes_two_named_people_and_holds_until_the_second(sign_in, place):
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number, cara = standing().pk, place.person["Cara"]
    assert step(auditor, number, "lift_proposed").status_code == 302
    assert over("person", cara), "a proposal alone lifts nothing"
    alone = step(auditor, number, "lift_confirmed")
    assert alone.status_code == 400
    assert "you proposed it" in text_of(alone)
    assert over("person", cara)
    assert "proposes to lift it" in text_of(lead.get("/"))
    assert "proposes to lift it" not in text_of(auditor.get("/"))
    assert step(lead, number, "lift_confirmed").status_code == 302
    assert over("person", cara) == []
    page = text_of(auditor.get(f"/preservation/{number}"))
    for said in (auditor.user.name, lead.user.name, "Why lift_proposed.", "Why lift_confirmed.", "Lifted"):
        assert said in page, said
    assert f"/preservation/{number}" in auditor.get("/preservation?show=lifted").content.decode()
    assert json.loads(last_entry("preservation notice").details) == {"act": "lift_confirmed"}
    assert last_entry("preservation notice").user == lead.user


def test_two_of_one_role_may_lift_it_and_whoever_made_a_notice_may_propose(sign_in, place):
    number = made(sign_in("auditor"))
    lift(number, "auditor", "auditor-2")
    assert notices().get(pk=number).state == "lifted"


def test_a_proposal_is_refused_by_another_or_withdrawn_by_its_own_author_and_then_stands_anew(sign_in, place):
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = standing().pk
    step(auditor, number, "lift_proposed")
    assert step(auditor, number, "lift_refused").status_code == 400
    assert step(lead, number, "lift_withdrawn").status_code == 400
    assert step(lead, number, "lift_refused").status_code == 302
    assert step(lead, number, "lift_confirmed").status_code == 400, "nothing is proposed any more"
    assert step(lead, number, "lift_proposed").status_code == 302
    assert step(lead, number, "lift_withdrawn").status_code == 302
    assert over("person", place.person["Cara"])
    step(lead, number, "lift_proposed")
    assert step(lead, number, "lift_confirmed").status_code == 400, "the proposer is who proposed last"
    assert step(auditor, number, "lift_confirmed").status_code == 302
    page = text_of(auditor.get(f"/preservation/{number}"))
    assert all(said in page for said in ("Why lift_refused.", "Why lift_withdrawn."))


def test_a_lifted_notice_is_lifted_for_good(sign_in, place):
    number = standing().pk
    lift(number)
    for kind in ("lift_proposed", "lift_confirmed", "lift_refused", "lift_withdrawn", "made", "nonsense"):
        assert step(client_of("auditor"), number, kind, once=f"again{kind}").status_code == 400


@pytest.mark.parametrize(("wrong", "field"), [({"why": ""}, "why"), ({"why": "x" * 4001}, "why")])
def test_a_step_without_a_reason_is_not_kept(sign_in, place, wrong, field):
    answer = step(sign_in("auditor"), standing().pk, "lift_proposed", **wrong)
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [field]
    assert standing().state == "in_force"


def test_whoever_comes_second_is_told_who_was_first(sign_in, place):
    auditor, lead, number = sign_in("auditor"), sign_in("safeguarding_lead"), standing().pk
    step(auditor, number, "lift_proposed")
    answer = step(lead, number, "lift_proposed", steps=0)
    answer = step(lead, number, "lift_confirmed", steps=7) if answer.status_code == 302 else answer
    assert answer.status_code == 409
    assert f"{auditor.user.name} was first" in text_of(answer)
    assert "Why lift_proposed." in answer.content.decode()


def test_two_who_confirm_at_once_lift_it_once(own_database, place):
    from redshank.web.accounts.models import User
    from redshank.web.retention import acts
    from redshank.web.retention.models import Step

    number = standing().pk
    people = {n: User.objects.get(username=n) for n in ("auditor", "auditor-2", "safeguarding-lead")}
    acts.lift(people["auditor"], number, "lift_proposed", "Why.", "p", 0)

    def confirm(name: str):
        try:
            return acts.lift(people[name], number, "lift_confirmed", "Why.", "c", 1)
        except (acts.NotAllowed, acts.Meanwhile) as wrong:
            return wrong

    done = at_once([lambda: confirm("auditor-2"), lambda: confirm("safeguarding-lead")])
    assert sum(isinstance(d, Step) for d in done) == 1
    assert Step.objects.filter(kind="lift_confirmed").count() == 1


def test_the_database_itself_refuses_a_notice_lifted_by_one(sign_in, place):
    user = sign_in("auditor").user
    for first, second in ((user, user), (user, None), (None, user)):
        with pytest.raises(IntegrityError), transaction.atomic():
            notices().filter(kind="standing").update(state="lifted", proposed_by=first, lifted_by=second)


def test_a_notice_and_its_steps_are_never_removed(sign_in, place):
    from redshank.web.retention.models import Step

    lift(standing().pk)
    kept = Step.objects.first()
    for wrong in (standing().delete, kept.delete, kept.save):
        with pytest.raises(ValidationError):
            wrong()


# ---- who --------------------------------------------------------------------------------------


def test_nobody_but_data_protection_and_the_safeguarding_lead_makes_or_lifts_one(sign_in, place):
    from redshank.web.accounts.roles import ROLES

    for key, role in ROLES.items():
        may = key in ("auditor", "safeguarding_lead")
        assert (role.allows("preservation.make"), role.allows("preservation.lift"), role.allows("see.rights")) == (may,) * 3, key  # fmt: skip
    analyst = sign_in("analyst")
    assert analyst.get("/preservation").status_code == 404
    assert send(analyst).status_code == 404
    assert analyst.post(f"/preservation/{standing().pk}/act", {"kind": "lift_proposed", "why": "x", "steps": 0}).status_code == 404  # fmt: skip


def test_a_notice_over_a_matter_of_the_readers_own_is_not_shown_to_them_and_holds_all_the_same(
    sign_in, place
):
    from redshank.web.policy.models import Conflict

    number = made(sign_in("auditor"), covers=f"person:{place.person['Cara']}", find="Cara", title="Her claim")
    lead = sign_in("safeguarding_lead")
    assert lead.get(f"/preservation/{number}").status_code == 200
    Conflict.objects.create(user=lead.user, person_id=place.person["Cara"], by=lead.user, reason="family")
    lead = sign_in("safeguarding_lead")
    assert lead.get(f"/preservation/{number}").status_code == 404
    assert "Her claim" not in lead.get("/preservation").content.decode()
    assert lead.post(f"/preservation/{number}/act", {"kind": "lift_proposed", "why": "x", "steps": 1}).status_code == 404  # fmt: skip
    assert "Her claim" in over("person", place.person["Cara"])
