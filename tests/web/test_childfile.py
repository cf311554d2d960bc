"""A child's file: added to and never changed, the judgement first, a plan near 18, and nobody sees what is not theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from . import village
from .charts_tools import bare

pytestmark = pytest.mark.databases


#: Opened from the first page, which shows tasks only: no reason is asked for.
FROM_TASK = {"HTTP_REFERER": "http://testserver/"}


def add_url(person_id: str, kind: str = "judgement") -> str:
    return reverse("child-file-add", args=[person_id, kind])


def keep(client, person_id: str, kind: str, text: str, **more: str):
    return client.post(add_url(person_id, kind), {"text": text, **more})


def page(client, person_id: str) -> str:
    return client.get(reverse("child", args=[person_id]), **FROM_TASK).content.decode()


# ---- what is kept and where it stands ----------------------------------------------------------


def test_the_judgement_stands_before_the_reasons_on_page_and_in_the_list(sign_in, place):
    client = sign_in("exploitation_officer")
    keep(client, place.person["Cara"], "judgement", "Curlewjudgement: safer since the move.")
    text = page(client, place.person["Cara"])
    assert text.index("Curlewjudgement") < text.index("What puts")
    listed = client.get(reverse("children")).content.decode()
    own = listed[listed.index(village.CARA.name) :]
    assert own.index("Curlewjudgement") < own.index("<ul")


@pytest.mark.parametrize("kind", ["voice", "adult", "placing", "protective", "done"])
def test_each_kind_is_kept_with_who_and_when(sign_in, place, kind):
    client = sign_in("missing_adviser")
    assert keep(client, place.person["Cara"], kind, f"Curlew{kind}.").status_code == 302
    text = page(client, place.person["Cara"])
    assert f"Curlew{kind}." in text
    assert client.user.name in text[text.index(f"Curlew{kind}") :]


def test_what_is_not_recorded_is_never_none(sign_in, place):
    text = page(sign_in("analyst"), place.person["Cara"])
    assert "Not recorded is not none." in text
    assert "It ranks before everything below." in text


def test_an_entry_is_corrected_by_a_later_one_and_both_stand(sign_in, place):
    from redshank.web.childfile.models import Entry

    client = sign_in("analyst")
    keep(client, place.person["Cara"], "adult", "Curlewfirst aunt.")
    first = Entry.objects.get()
    keep(
        sign_in("researcher"),
        place.person["Cara"],
        "adult",
        "Curlewsecond grandmother.",
        corrects=str(first.pk),
    )
    text = page(client, place.person["Cara"])
    assert "Curlewsecond" in text
    assert "Curlewfirst" not in text
    whole = client.get(reverse("child-file", args=[place.person["Cara"]]), **FROM_TASK).content.decode()
    assert whole.index("Curlewsecond") < whole.index("Curlewfirst")


def test_an_entry_is_neither_changed_nor_removed(sign_in, place):
    from redshank.web.childfile.models import Entry

    keep(sign_in("analyst"), place.person["Cara"], "voice", "As heard.")
    entry = Entry.objects.get()
    entry.text = "otherwise"
    with pytest.raises(ValidationError):
        entry.save()
    with pytest.raises(ValidationError):
        entry.delete()


def test_a_form_sent_twice_is_kept_once(own_database, sign_in, place):
    from redshank.web.childfile.models import Entry

    client = sign_in("analyst")
    for _ in range(2):
        assert (
            keep(client, place.person["Cara"], "done", "A visit.", once="0123456789abcdef").status_code == 302
        )
    assert Entry.objects.count() == 1


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(sign_in, place):
    client = sign_in("analyst")
    empty = keep(client, place.person["Cara"], "voice", "  ")
    assert empty.status_code == 400
    assert "There is a problem" in empty.content.decode()
    long = keep(client, place.person["Cara"], "voice", "x" * 4001)
    assert long.status_code == 400
    assert "x" * 4001 in long.content.decode()
    foreign = keep(client, place.person["Cara"], "voice", "kept text", corrects="999999")
    assert foreign.status_code == 400
    assert "kept text" in foreign.content.decode()


def test_an_entry_of_another_child_is_not_corrected(sign_in, place):
    from redshank.web.childfile.models import Entry

    client = sign_in("analyst")
    keep(client, place.person["Dina"], "voice", "Of Dina.")
    answer = keep(client, place.person["Cara"], "voice", "Of Cara.", corrects=str(Entry.objects.get().pk))
    assert answer.status_code == 400
    assert Entry.objects.count() == 1


def test_it_is_in_the_audit_as_collected_and_as_read(sign_in, place):
    from redshank.web.trail.models import Entry

    client = sign_in("analyst")
    keep(client, place.person["Cara"], "voice", "As heard.")
    client.get(reverse("child-file", args=[place.person["Cara"]]), **FROM_TASK)
    found = Entry.objects.filter(user=client.user, kind="child's file", ident=place.person["Cara"])
    assert set(found.values_list("action", flat=True)) == {"collection", "consultation"}


# ---- near 18 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2029, 6, 1), None),
        (date(2029, 7, 21), False),
        (date(2030, 1, 19), False),
        (date(2030, 1, 20), True),
        (date(2031, 1, 1), True),
    ],
)
def test_a_plan_is_asked_for_in_the_months_before_and_after_the_birthday(home, today, expected):
    from redshank.web.childfile.kinds import near_eighteen

    found = near_eighteen(date(2012, 1, 20), datetime(today.year, today.month, today.day, tzinfo=UTC))
    assert (found.is_past if found else None) is expected


def test_born_on_a_leap_day(home):
    from redshank.web.childfile.kinds import eighteenth

    assert eighteenth(date(2012, 2, 29)) == date(2030, 3, 1)


def test_the_page_asks_for_the_plan_until_one_stands(sign_in, place):
    from redshank.web.heads.models import Publication

    client = sign_in("analyst")
    assert "Turns 18" not in page(client, place.person["Cara"])
    Publication.objects.filter(pk=1).update(as_of=datetime(2029, 12, 1, tzinfo=UTC))
    assert "Turns 18 on 20 January 2030" in page(client, place.person["Cara"])
    assert "No transition plan is recorded" in page(client, place.person["Cara"])
    keep(client, place.person["Cara"], "transition", "Curlewplan.")
    assert "No transition plan is recorded" not in page(client, place.person["Cara"])
    Publication.objects.filter(pk=1).update(as_of=datetime(2030, 2, 1, tzinfo=UTC))
    text = page(client, place.person["Cara"])
    assert "An adult since 20 January 2030" in text
    assert "Curlewplan" in text


def test_a_child_named_as_suspect_stands_with_defence_and_referral(sign_in, place):
    text = page(sign_in("analyst"), place.person["Elin"])
    assert "Modern Slavery Act 2015 s.45" in text
    assert "National Referral Mechanism" in text
    assert "Modern Slavery Act 2015 s.45" not in page(sign_in("analyst"), place.person["Cara"])


# ---- who may -----------------------------------------------------------------------------------


def test_what_rests_on_handling_c_is_for_cleared_roles(sign_in, place):
    keep(sign_in("analyst"), place.person["Cara"], "judgement", "Curlewclosed.", closed="1")
    assert "Curlewclosed" in page(sign_in("exploitation_officer"), place.person["Cara"])
    uncleared = sign_in("panel_chair")
    for url in (
        reverse("child", args=[place.person["Cara"]]),
        reverse("children"),
        reverse("child-file", args=[place.person["Cara"]]),
    ):
        assert "Curlewclosed" not in uncleared.get(url, **FROM_TASK).content.decode()


def test_who_is_not_cleared_cannot_close_and_a_correction_stays_closed(sign_in, place):
    from redshank.web.childfile.models import Entry

    keep(sign_in("panel_chair"), place.person["Cara"], "done", "Open.", closed="1")
    assert Entry.objects.get().closed is False
    keep(sign_in("analyst"), place.person["Cara"], "voice", "Closed.", closed="1")
    closed = Entry.objects.get(kind="voice")
    keep(sign_in("analyst"), place.person["Cara"], "voice", "Corrected.", corrects=str(closed.pk))
    assert Entry.objects.get(text="Corrected.").closed is True


def test_a_partner_adds_to_a_shared_child_and_sees_their_own_agency_alone(sign_in, place):
    from redshank.web.policy.models import Share

    partner = sign_in("partner_member")
    assert keep(partner, place.person["Cara"], "voice", "Curlewpartner.").status_code == 404
    for audience in (partner.user.audience, sign_in("partner_member-2").user.audience):
        Share.objects.create(
            audience=audience, kind="person", ident=place.person["Cara"], by=partner.user, reason="meeting"
        )
    keep(sign_in("analyst"), place.person["Cara"], "voice", "Curlewpolice.")
    partner, other = sign_in("partner_member"), sign_in("partner_member-2")
    assert keep(partner, place.person["Cara"], "voice", "Curlewpartner.").status_code == 302
    assert "Curlewpartner" in page(partner, place.person["Cara"])
    assert "Curlewpolice" not in page(partner, place.person["Cara"])
    assert "Curlewpartner" not in page(other, place.person["Cara"])
    assert "Curlewpartner" in page(sign_in("analyst"), place.person["Cara"])


def test_a_conflict_hides_the_file_and_takes_no_entry(sign_in, place):
    from redshank.web.childfile.models import Entry
    from redshank.web.policy.models import Conflict

    client = sign_in("analyst")
    Conflict.objects.create(user=client.user, person_id=place.person["Cara"], by=client.user, reason="family")
    assert client.get(reverse("child-file", args=[place.person["Cara"]]), **FROM_TASK).status_code == 404
    assert keep(client, place.person["Cara"], "voice", "x").status_code == 404
    assert Entry.objects.count() == 0


def test_a_child_that_only_handling_c_knows_is_nothing_to_the_uncleared(sign_in, place):
    from redshank.web.childfile.models import Entry

    client = sign_in("panel_chair")
    nothing = bare(client.get(add_url("p-nothing")))
    assert bare(client.get(add_url(place.person["Zita"]))) == nothing
    assert keep(client, place.person["Zita"], "voice", "x").status_code == 404
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    "role", ["response_officer", "crime_registrar", "learning", "auditor", "administrator"]
)
def test_a_role_without_children_meets_the_answer_for_nothing(sign_in, place, role):
    from redshank.web.childfile.models import Entry

    client = sign_in(role)
    nothing = bare(client.get("/children/p-nothing/file"))
    assert bare(client.get(reverse("child-file", args=[place.person["Cara"]]), **FROM_TASK)) == nothing
    assert keep(client, place.person["Cara"], "voice", "x").status_code == 404
    assert Entry.objects.count() == 0


def test_an_unknown_kind_is_nothing(sign_in, place):
    assert sign_in("analyst").get(add_url(place.person["Cara"], "score")).status_code == 404


def test_entries_of_a_merged_id_follow_the_child(sign_in, place):
    from redshank.web.childfile.models import Entry
    from redshank.web.heads.models import Moved, Publication

    client = sign_in("analyst")
    Entry.objects.create(
        person_id="p-was", kind="voice", text="Curlewmoved.", by=client.user, role="analyst", once="m"
    )
    assert "Curlewmoved" not in page(client, place.person["Cara"])
    run = Publication.objects.get(pk=1).current_run
    Moved.objects.create(uid="person:p-was", kind="person", was="p-was", now=place.person["Cara"], valid_from=run, in_full=True, in_open=True, digest=1)  # fmt: skip
    assert "Curlewmoved" in page(client, place.person["Cara"])


def test_outside_a_task_a_reason_is_asked_for_before_the_file_and_the_form_open(sign_in, place):
    client = sign_in("analyst")
    client.defaults.pop("HTTP_REFERER", None)  # from nowhere
    keep(client, place.person["Cara"], "voice", "Curlewvoice.")
    for url in (reverse("child-file", args=[place.person["Cara"]]), add_url(place.person["Cara"])):
        text = client.get(url).content.decode()
        assert "Why do you open" in text
        assert "Curlewvoice" not in text
    assert (
        "Curlewvoice"
        in client.get(reverse("child-file", args=[place.person["Cara"]]), **FROM_TASK).content.decode()
    )


def test_what_was_typed_is_kept_when_the_reason_ran_out_meanwhile(sign_in, place):
    answer = keep(sign_in("analyst"), place.person["Cara"], "voice", " ")
    assert answer.status_code == 400
    assert "Why do you open" not in answer.content.decode()


def test_the_year_by_month_counts_the_records_in_sight_and_lists_them(sign_in, place):
    from redshank.web.heads.models import Appearance, Record
    from redshank.web.policy.models import Restriction

    cara, client = place.person["Cara"], sign_in("exploitation_officer")
    answer = client.get(f"/children/{cara}")
    months = answer.context["months"]
    shown = [r.key for m in months for r in m["records"]]
    assert shown
    named = Appearance.objects.visible_to(client.user, client.user.as_role.purpose).filter(person_id=cara)
    assert set(shown) <= set(named.values_list("record_key", flat=True))
    assert sum(m["episodes"] for m in months) == sum(k.startswith("missing_episodes:") for k in shown)
    told = Record.objects.visible_to(client.user, client.user.as_role.purpose).filter(key__in=shown)
    assert sum(m["signals"] for m in months) == told.filter(signals__gt=0).count()
    month = client.get(f"/children/{cara}?month={months[0]['key']}")
    assert month.context["month"]["records"] == months[0]["records"]
    away = months[0]["records"][0].key
    lead = sign_in("safeguarding_lead").user
    Restriction.objects.create(kind="record", ident=away, by=lead, reason="need to know")
    after = client.get(f"/children/{cara}").context["months"]
    assert away not in [r.key for m in after for r in m["records"]]
