"""Vehicles and numbers: a page for whoever may open a record that speaks of it, and for nobody else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from . import village
from .charts_tools import bare

pytestmark = pytest.mark.databases


def url(kind: str, ident: str) -> str:
    return f"/things/{kind}/{ident}"


CAR, PHONE, CLOSED = url("vehicle", "AB12CDE"), url("phone", "+447700900101"), url("phone", "+447700900303")


def test_a_vehicle_names_its_records_its_people_and_its_group(sign_in, place):
    client = sign_in("analyst")
    text = client.get(CAR).content.decode()
    assert "partner referral R-open" in text
    assert "vulnerability entry V-open" in text
    assert village.ARLO.name in text
    assert reverse("group", args=[place.group["open"]]) in text
    assert reverse("group", args=[place.group["other"]]) not in text


def test_the_records_behind_the_number_are_those_that_speak_of_it(sign_in):
    answer = sign_in("analyst").get(PHONE)
    assert {r.key for r, _ in answer.context["rows"]} == {
        "crimes:C-open", "intelligence:I-open", "missing_episodes:M-open", "missing_episodes:M-now",
    }  # fmt: skip


def test_record_and_group_lead_to_it(sign_in, place):
    client = sign_in("analyst")
    assert PHONE in client.get(reverse("record", args=["crimes", "C-open"])).content.decode()
    told = client.get(reverse("group-chart", args=[place.group["open"]]), {"show": "things"}).json()
    assert PHONE in {n["url"] for n in told["nodes"]}


def test_the_read_is_in_the_audit(sign_in):
    from redshank.web.trail.models import Entry

    client = sign_in("analyst")
    client.get(CAR)
    assert Entry.objects.filter(
        user=client.user, action="consultation", kind="vehicle", ident="AB12CDE"
    ).exists()


@pytest.mark.parametrize(
    "role", ["response_officer", "partner_member", "learning", "administrator", "auditor"]
)
def test_who_may_open_no_record_of_it_meets_the_answer_for_nothing(sign_in, role):
    client = sign_in(role)
    nothing = client.get(url("vehicle", "ZZ99ZZZ"))
    assert nothing.status_code == 404
    for address in (CAR, PHONE, CLOSED):
        assert bare(client.get(address)) == bare(nothing)


def test_a_number_that_only_handling_c_knows_is_nothing_to_the_uncleared(sign_in):
    assert sign_in("analyst").get(CLOSED).status_code == 200
    assert sign_in("missing_adviser").get(CLOSED).status_code == 404


def test_what_was_shared_shows_with_that_record_alone(sign_in, place):
    from redshank.web.policy.models import Share

    client = sign_in("partner_member")
    Share.objects.create(
        audience=client.user.audience, kind="record", ident="crimes:C-open", by=client.user, reason="meeting"
    )
    answer = client.get(PHONE)
    assert [r.key for r, _ in answer.context["rows"]] == ["crimes:C-open"]
    assert "I-open" not in answer.content.decode()
    assert client.get(CAR).status_code == 404


def test_a_conflict_takes_the_records_away(sign_in, place):
    from redshank.web.policy.models import Conflict

    client = sign_in("analyst")
    Conflict.objects.create(user=client.user, person_id=place.person["Arlo"], by=client.user, reason="family")
    assert client.get(CAR).status_code == 404
    assert village.ARLO.name not in client.get(PHONE).content.decode()


def test_an_unknown_kind_is_nothing(sign_in):
    assert sign_in("analyst").get(url("boat", "1")).status_code == 404


def test_what_a_text_denies_is_no_use_of_it(home):
    import pyarrow as pa

    from redshank.publish.things import use_rows
    from redshank.tables import BETWEEN

    empty = {name: BETWEEN[name].empty() for name in ("vehicles", "phones", "appearances")}
    mention = {"record_key": "crimes:1", "kind": "vehicle", "value": "AB12CDE", "negated": True}
    heads = SimpleNamespace(records={"crimes:1": {}})
    heads.appearances = pa.table(
        {"appearance_id": pa.array([], pa.int64()), "person_id": pa.array([], pa.string())}
    )
    heads.e = SimpleNamespace(view=empty, mentions=BETWEEN["mentions"].build([mention]))
    assert use_rows(heads).num_rows == 0
    heads.e.mentions = BETWEEN["mentions"].build([mention | {"negated": False}])
    assert use_rows(heads)["ident"].to_pylist() == ["AB12CDE"]
