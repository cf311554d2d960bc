"""Reads that stand out are shown to who watches over the audit, as a reason to ask, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from .conftest import opens

URL = "/trail/unusual"


def told(client):
    return [(t.user.username, t.why, t.count, t.of) for t in client.get(URL).context["told"]]


def named(client, name, district=""):
    client.user.name, client.user.district = name, district
    client.user.save()


def entries(user, kind, ident, count, days_ago=0):
    from redshank.web.trail.models import Entry

    at = timezone.now() - timedelta(days=days_ago)
    for _ in range(count):
        Entry.objects.create(
            ref=f"r{Entry.objects.count()}", at=at, user=user, role=user.role, action="consultation", kind=kind,
            ident=ident, purpose="work",
        )  # fmt: skip


def test_a_page_of_ones_own_family_name_stands_out_however_it_is_written(sign_in, place):
    from redshank.web.heads.models import Person

    reader, auditor = sign_in("analyst"), sign_in("auditor")
    surname = Person.objects.filter(person_id=place.person["Faro"]).first().name.split()[-1]
    named(reader, f"Ana {surname.title()}")
    assert told(auditor) == []
    reader.get(f"/persons/{place.person['Faro']}")
    reader.get(f"/persons/{place.person['Gido']}")
    assert told(auditor) == [("analyst", "name", 1, 2)]
    page = auditor.get(URL).content.decode()
    assert "own family name" in page
    assert place.person["Faro"] not in page, "whose page it was stands in the audit, not here"
    assert reader.get(URL).status_code == 404


@pytest.mark.parametrize(("away", "near", "stands"), [(10, 9, True), (9, 0, False), (10, 10, False)])
def test_records_of_another_district_stand_out_when_they_are_many_and_most(
    sign_in, place, away, near, stands
):
    from redshank.web.heads.models import Record

    reader, auditor = sign_in("analyst"), sign_in("auditor")
    record = Record.objects.filter(key="crimes:C-open").first()
    assert record.district
    named(reader, "Analyst One", "Elsewhere")
    Record.objects.filter(key="crimes:C-other").update(district="Elsewhere")
    entries(reader.user, "record", "crimes:C-open", away)
    entries(reader.user, "record", "crimes:C-other", near)
    assert told(auditor) == ([("analyst", "district", away, away + near)] if stands else [])
    named(reader, "Analyst One", "")
    assert told(auditor) == [], "who works for the whole force has no district of their own"


@pytest.mark.parametrize(("usual", "today", "stands"), [(5, 60, True), (5, 59, False), (20, 60, False)])
def test_far_more_than_on_ones_other_days_stands_out(sign_in, place, usual, today, stands):
    reader, auditor = sign_in("analyst"), sign_in("auditor")
    for day in (1, 2, 3):
        entries(reader.user, "group", place.group["open"], usual, days_ago=day)
    entries(reader.user, "group", place.group["open"], today)
    assert told(auditor) == ([("analyst", "many", today, 3 * usual + today)] if stands else [])


def test_what_is_older_is_not_told_and_the_number_opens_to_the_reads(sign_in, place):
    reader, auditor = sign_in("analyst"), sign_in("auditor")
    entries(reader.user, "group", place.group["open"], 70, days_ago=40)
    assert told(auditor) == []
    entries(reader.user, "group", place.group["open"], 61)
    page = auditor.get(URL).content.decode()
    address = page.split('href="/trail?')[1].split('"')[0].replace("&amp;", "&")
    assert auditor.get(f"/trail?{address}").context["shown"].total == 61


def test_rule_13_a_matter_of_the_watchers_own_stays_out(sign_in, place):
    from redshank.web.heads.models import Person
    from redshank.web.policy.models import Conflict

    reader, lead = sign_in("analyst"), sign_in("safeguarding_lead")
    surname = Person.objects.filter(person_id=place.person["Faro"]).first().name.split()[-1]
    named(reader, f"Ana {surname}")
    reader.get(f"/persons/{place.person['Faro']}")
    assert told(lead) == [("analyst", "name", 1, 1)]
    Conflict.objects.create(user=lead.user, person_id=place.person["Faro"], by=lead.user, reason="cousin")
    assert told(sign_in("safeguarding_lead")) == []
    assert opens(reader, "crimes:C-open").status_code == 200
