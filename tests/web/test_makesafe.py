"""Operation Makesafe: businesses, trainings, visits with cadets, calls, the order, the message; where, never why."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from redshank.web.accounts.roles import ROLES
from redshank.web.makesafe.models import (
    Acknowledged,
    Ask,
    Business,
    Call,
    CallStep,
    Message,
    Order,
    OrderStep,
    Step,
    Struck,
    Training,
    Visit,
    Welfare,
)
from redshank.web.makesafe.settings import ASKED, DATA, OF_KIND, later, read
from redshank.web.policy.models import Restriction, Share

from .answers import state, told
from .crawl import crawl

TEAM = ("neighbourhood_officer", "partnership_officer")
OTHERS = ("analyst", "researcher", "exploitation_officer", "safeguarding_lead")
HEREON = {"name": "Tern Hotel", "category": "hotel", "district": "Northmere", "address": "2 Reed Lane", "postcode": "ZZ9 9CC", "latitude": "52.4", "longitude": "-1.2"}  # fmt: skip
RESULTS = {"challenged": "yes", "identified": "yes", "called": "yes"}
CADET = {"cadet": "yes", "cadet_age": "16", "consent": "Mother, 1 May", "inspector": "Inspector Dunlin", "risk": "File 12"}  # fmt: skip


def today() -> date:
    return timezone.localdate()


def text_of(answer) -> str:
    text = re.sub(r"<head>.*?</head>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    text = text.replace("&#x27;", "'").replace("&quot;", '"')
    return re.sub(r"\ball (?=\d)", "", re.sub(r"\s+", " ", text))  # a count of the first page opens its list


def field(answer, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.content.decode())
    assert found, name
    return found[1]


def added(client, **more) -> int:
    """A business by hand; those that look alike are waved through."""
    answer = client.post("/makesafe/add", HEREON | more)
    if answer.status_code == 200:
        answer = client.post("/makesafe/add", HEREON | more | {"advised": answer.context["advised"]})
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def sends(client, number: int, what: str, form: dict) -> object:
    """A form of a business as its page offers it."""
    url = f"/makesafe/businesses/{number}/{what}"
    return client.post(url, {"steps": field(client.get(url), "steps")} | form)


def trains(client, number: int, **more) -> object:
    form = {
        "on": today().isoformat(),
        "who": "PC Knot",
        "trained": "4",
        "staff": "6",
        "message": "none",
    } | more
    return sends(client, number, "training", form)


def visits(client, number: int, **more) -> object:
    form = {"kind": "ordinary", "on": today().isoformat(), "who": "PC Knot", "message": "none"} | more
    return sends(client, number, "visit", form)


def mystery(client, number: int, **more) -> object:
    return visits(client, number, kind="test", **({"cadet": "no"} | RESULTS | more))


def said(text: str, **more) -> dict:
    return {"text": text, **more}


# ---- what a force settles --------------------------------------------------------------------------------------


def test_homes_and_parks_are_no_business():
    assert {"hotel", "taxi operator", "takeaway", "licensed premises", "shop"} <= set(OF_KIND)
    assert not {"residential", "park", "other"} & set(OF_KIND)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"result": DATA["result"][:2]}, "has the results"),
        ({"revisit": {"days": 28, "fails": []}}, "fails names no result"),
        ({"revisit": {"days": 28, "fails": ["polite"]}}, "fails names no result"),
        ({"totals": {"least": 1}}, "lets single results through"),
        ({"category": [*DATA["category"], DATA["category"][0] | {"kinds": []}]}, "a category stands twice"),
        ({"category": [*DATA["category"], {"key": "x", "title": "X", "kinds": ["hotel"]}]}, "in two categories"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_refused(change, error):
    with pytest.raises(ValueError, match=error):
        read(DATA | change)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2026-03-14", 12, "2027-03-14"), ("2024-02-29", 12, "2025-02-28"), ("2026-01-31", 1, "2026-02-28"), ("2026-03-31", -12, "2025-03-31"), ("2026-01-15", -1, "2025-12-15")],
)  # fmt: skip
def test_months_later(day, months, expected):
    assert later(date.fromisoformat(day), months) == date.fromisoformat(expected)


# ---- businesses ------------------------------------------------------------------------------------------------


def test_the_night_publishes_businesses_of_the_premises_register_with_the_district_around_them(home):
    from redshank.web.heads.models import Premises

    found = {p.name: (p.category, p.district, p.address, p.latitude) for p in Premises.objects.all()}
    assert found["Marsh Lodge"] == ("hotel", "Northmere", "1 Quay Street", 52.4101)
    assert found["Reed Kiosk"][:2] == ("takeaway", "Southmere")


def test_premises_that_are_no_business_are_not_copied():
    from types import SimpleNamespace

    import pyarrow as pa

    from redshank.publish.premises import made

    row = {"record_key": "premises:1", "record_type": "premises", "name": "X", "kind": "residential", "location": "", "postcode": "", "latitude": 52.1, "longitude": -1.1, "district": None}  # fmt: skip
    rows = [row, row | {"record_key": "premises:2", "kind": "shop"}, row | {"record_key": "premises:3", "kind": "shop", "latitude": None}]  # fmt: skip
    crime = row | {"record_key": "crimes:1", "record_type": "crimes", "kind": None, "district": "Eastmere"}
    heads = SimpleNamespace(e=SimpleNamespace(view={"records": pa.Table.from_pylist([*rows, crime])}))
    told_ = {r["uid"]: r["district"] for r in made(heads)["Premises"].to_pylist()}
    assert told_ == {"premises:2": "Eastmere", "premises:3": ""}


@pytest.mark.databases
def test_one_is_taken_in_once_and_the_second_of_two_sees_who_did(sign_in):
    first, second = sign_in("partnership_officer"), sign_in("neighbourhood_officer")
    assert "Marsh Lodge" in text_of(first.get("/makesafe/register"))
    page = second.get("/makesafe/register/PR-1")
    assert "1 Quay Street" in text_of(page)
    assert first.post("/makesafe/register/PR-1", {"once": "a"}).status_code == 302
    assert first.post("/makesafe/register/PR-1", {"once": "a"}).status_code == 302
    answer = second.post("/makesafe/register/PR-1", {"once": field(page, "once")}, follow=True)
    assert "Exploitation partnership officer One took it in on" in text_of(answer)
    made = Business.objects.get()
    assert (made.name, made.category, made.district) == ("Marsh Lodge", "hotel", "Northmere")
    assert Step.objects.get().kind == "taken"
    assert "/makesafe/register/PR-1" not in first.get("/makesafe/register").content.decode()
    assert second.get("/makesafe/register/PR-1").status_code == 302
    from redshank.web.trail.models import Entry

    assert Entry.objects.filter(action="collection", kind="business", ident=str(made.pk)).count() == 1


@pytest.mark.databases
def test_a_business_by_hand_is_added_once_and_one_that_looks_alike_is_shown_first(sign_in):
    client = sign_in("neighbourhood_officer")
    number = added(client)
    again = {"name": "The Tern Hotel", "address": "2 Reed Lane Road", "postcode": "zz99cc", "once": "b"}
    held = client.post("/makesafe/add", HEREON | again)
    assert held.status_code == 200
    assert "Not added yet. Is it one of these? Tern Hotel" in text_of(held)
    assert Business.objects.count() == 1
    for _ in range(2):
        assert client.post("/makesafe/add", HEREON | again | {"advised": str(number)}).status_code == 302
    assert Business.objects.count() == 2
    elsewhere = {"postcode": "ZZ1 1ZZ", "latitude": "52.9", "address": "9 Far Lane"}
    assert (
        client.post("/makesafe/add", HEREON | elsewhere).status_code == 302
    )  # another town's hotel of that name


@pytest.mark.parametrize(
    ("wrong", "name"),
    [({"name": " "}, "name"), ({"category": "moon"}, "category"), ({"address": ""}, "address"), ({"latitude": "north"}, "latitude"), ({"latitude": "91"}, "latitude"), ({"longitude": ""}, "longitude"), ({"name": "x" * 201}, "name")],
)  # fmt: skip
def test_what_a_business_needs(sign_in, wrong, name):
    answer = sign_in("partnership_officer").post("/makesafe/add", HEREON | wrong)
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [name]
    assert not Business.objects.exists()


@pytest.mark.databases
def test_a_change_is_a_step_and_the_second_of_two_sees_the_first(sign_in):
    first, second = sign_in("neighbourhood_officer"), sign_in("partnership_officer")
    number = added(first)
    theirs = field(second.get(f"/makesafe/businesses/{number}/change"), "steps")
    form = HEREON | {"name": "Tern Inn", "text": "It has a new name."}
    assert sends(first, number, "change", form).status_code == 302
    late = second.post(f"/makesafe/businesses/{number}/change", HEREON | {"address": "3 Reed Lane", "text": "They moved.", "steps": theirs})  # fmt: skip
    assert late.status_code == 409
    assert "Neighbourhood and proactive team officer One was first" in text_of(late)
    assert "They moved." in late.content.decode()
    stands = Business.objects.get()
    assert (stands.name, stands.address) == ("Tern Inn", "2 Reed Lane")
    page = text_of(second.get(f"/makesafe/businesses/{number}"))
    assert "Added by hand" in page
    assert "Name: Tern Hotel" in page
    assert "Changed by Neighbourhood and proactive team officer One Name: Tern Inn It has a new name." in page
    assert sends(first, number, "change", form | {"text": ""}).status_code == 400


def test_it_leaves_the_operation_with_a_reason_and_takes_no_training_then(sign_in):
    client = sign_in("neighbourhood_officer")
    number = added(client)
    steps = field(client.get(f"/makesafe/businesses/{number}"), "steps")
    url = f"/makesafe/businesses/{number}/move"
    assert client.post(url, {"why": "", "steps": steps}).status_code == 400
    for _ in range(2):
        assert client.post(url, {"why": "Closed down.", "steps": steps, "once": "m"}).status_code == 302
    assert Business.objects.get().state == "closed"
    assert trains(client, number).status_code == 400
    assert mystery(client, number).status_code == 400
    assert not Training.objects.exists()
    assert "Tern Hotel" not in text_of(client.get("/makesafe"))
    assert "Tern Hotel" in text_of(client.get("/makesafe?show=left"))


def test_what_was_written_stays(sign_in):
    from django.core.exceptions import ValidationError

    client = sign_in("neighbourhood_officer")
    number = added(client)
    trains(client, number)
    mystery(client, number)
    for row in (Step.objects.first(), Training.objects.get(), Visit.objects.get()):
        with pytest.raises(ValidationError):
            row.save()
        with pytest.raises(ValidationError):
            row.delete()
    with pytest.raises(ValidationError):
        Business.objects.get().delete()


def test_where_the_register_says_something_else_today_the_page_says_so(sign_in):
    from redshank.web.heads.models import Premises

    client = sign_in("partnership_officer")
    client.post("/makesafe/register/PR-1", {"once": "a"})
    url = f"/makesafe/businesses/{Business.objects.get().pk}"
    assert "says something else" not in text_of(client.get(url))
    Premises.objects.filter(name="Marsh Lodge").update(name="Marsh Inn")
    assert "The premises register says something else now: name Marsh Inn." in text_of(client.get(url))
    Premises.objects.filter(name="Marsh Inn").update(valid_to=1)
    assert "It stands no more in the premises register." in text_of(client.get(url))


# ---- training --------------------------------------------------------------------------------------------------


@pytest.mark.databases
def test_a_training_is_kept_once_and_due_again_after_twelve_months(sign_in):
    client = sign_in("neighbourhood_officer")
    number = added(client)
    assert "Training : never Due" in text_of(client.get(f"/makesafe/businesses/{number}"))
    steps = field(client.get(f"/makesafe/businesses/{number}/training"), "steps")
    form = {"on": today().isoformat(), "who": "PC Knot", "trained": "4", "staff": "6", "message": "none", "materials": ["poster", "video"], "steps": steps, "once": "t"}  # fmt: skip
    for _ in range(2):
        assert client.post(f"/makesafe/businesses/{number}/training", form).status_code == 302
    kept = Training.objects.get()
    assert (kept.trained, kept.staff, kept.left) == (4, 6, ["Posters", "Training video"])
    other = sign_in("partnership_officer")
    late = other.post(f"/makesafe/businesses/{number}/training", form | {"once": "u"})
    assert late.status_code == 409
    assert "was first" in text_of(late)


@pytest.mark.parametrize(("ago", "is_due"), [(0, False), (12, True), (11, False)])
def test_training_is_due_on_the_day_twelve_months_after(sign_in, ago, is_due):
    client = sign_in("neighbourhood_officer")
    number = added(client)
    trains(client, number, on=later(today(), -ago).isoformat())
    assert ("Tern Hotel" in text_of(client.get("/makesafe?show=training"))) is is_due
    assert ("Tern Hotel" in text_of(client.get("/")).split("Makesafe training due")[1]) is is_due


@pytest.mark.parametrize(
    ("wrong", "name"),
    [({"trained": "7"}, "trained"), ({"trained": "0"}, "trained"), ({"staff": "x"}, "staff"), ({"who": ""}, "who"), ({"message": ""}, "message"), ({"message": "9"}, "message"), ({"on": "2999-01-01"}, "on"), ({"on": "soon"}, "on")],
)  # fmt: skip
def test_what_a_training_needs(sign_in, wrong, name):
    client = sign_in("neighbourhood_officer")
    answer = trains(client, added(client), **wrong)
    assert answer.status_code == 400
    assert name in answer.context["errors"]
    assert not Training.objects.exists()


def test_a_training_recorded_wrongly_is_struck_out_counts_no_more_and_stays_to_be_seen(sign_in):
    client = sign_in("neighbourhood_officer")
    number = added(client)
    trains(client, number)
    pk = Training.objects.get().pk
    url = f"/makesafe/struck/training/{pk}"
    assert client.post(url, {}).status_code == 400
    assert client.post(url, {f"why-training-{pk}": "Another hotel."}).status_code == 302
    second = sign_in("partnership_officer").post(url, {f"why-training-{pk}": "Mine."}, follow=True)
    assert "struck it out on" in text_of(second)
    assert Struck.objects.get().text == "Another hotel."
    page = text_of(client.get(f"/makesafe/businesses/{number}"))
    assert "Training : never" in page
    assert "4 of 6 staff" in page
    assert "Another hotel." in page


# ---- visits ----------------------------------------------------------------------------------------------------


@pytest.mark.databases
def test_the_three_results_of_a_test_visit_are_kept_apart(sign_in):
    client = sign_in("neighbourhood_officer")
    number = added(client)
    assert mystery(client, number, challenged="yes", identified="no", called="na").status_code == 302
    kept = Visit.objects.get()
    assert (kept.challenged, kept.identified, kept.called) == ("yes", "no", "na")
    page = text_of(client.get(f"/makesafe/visits/{kept.pk}"))
    assert "Challenged or refused Yes Identification asked for No Police called Not applicable" in page


@pytest.mark.parametrize("result", list(ASKED))
def test_a_test_visit_lacks_none_of_its_results(sign_in, result):
    client = sign_in("neighbourhood_officer")
    answer = mystery(client, added(client), **{result: ""})
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [result]
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ({"kind": ""}, "kind"), ({"kind": "ordinary", "called": "yes"}, "called"), ({"kind": "ordinary", "cadet": "yes"}, "cadet"),
        ({"kind": "test", **dict.fromkeys(RESULTS, "na"), "cadet": "no"}, "challenged"), ({"kind": "test", **RESULTS}, "cadet"),
    ],
)  # fmt: skip
def test_what_a_visit_needs(sign_in, form, name):
    client = sign_in("neighbourhood_officer")
    answer = visits(client, added(client), **form)
    assert answer.status_code == 400
    assert name in answer.context["errors"]
    assert not Visit.objects.exists()


@pytest.mark.databases
def test_the_database_itself_takes_no_test_visit_without_three_results(sign_in):
    client = sign_in("neighbourhood_officer")
    business = Business.objects.get(pk=added(client))
    rows = {"business": business, "on": today(), "who": "x", "by": client.user}
    wrong = (
        {"kind": "test", "challenged": "yes", "identified": "", "called": "no"},
        {"kind": "ordinary", "challenged": "yes"},
        {"kind": "ordinary", "again_by": today()},
    )
    for n, more in enumerate(wrong):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit(**rows, once=f"v{n}", **more).save()


@pytest.mark.parametrize("result", list(ASKED))
def test_after_a_no_a_visit_is_due_within_28_days_until_somebody_was_there(sign_in, result):
    client = sign_in("neighbourhood_officer")
    number = added(client)
    day = today() - timedelta(days=20)
    mystery(client, number, on=day.isoformat(), **{result: "no"})
    (found,) = client.get("/makesafe?show=visit").context["shown"].page
    assert found.visit_due == day + timedelta(days=28)
    assert "Tern Hotel" in text_of(client.get("/")).split("Makesafe visits due")[1]
    visits(client, number)
    assert not list(client.get("/makesafe?show=visit").context["shown"].page)


def test_a_passed_test_visit_asks_for_none_within_28_days(sign_in):
    client = sign_in("neighbourhood_officer")
    mystery(client, added(client), called="na")
    assert Visit.objects.get().again_by is None
    assert not list(client.get("/makesafe?show=visit").context["shown"].page)


@pytest.mark.parametrize(
    ("taken", "there", "asks", "expected"),
    [
        ("2026-01-01", [], [], "2026-04-01"),
        ("2026-01-01", [("2026-02-01", None)], [], "2027-02-01"),
        ("2026-01-01", [("2026-02-01", "2026-03-01")], [], "2026-03-01"),
        ("2026-01-01", [("2026-02-01", "2026-03-01"), ("2026-02-20", None)], [], "2027-02-20"),
        ("2026-01-01", [("2026-02-01", None)], [("2026-02-02", "2026-02-10")], "2026-02-10"),
        ("2026-01-01", [("2026-02-02", None)], [("2026-02-02", "2026-02-10")], "2027-02-02"),
        ("2026-01-01", [], [("2026-02-02", "2026-02-10")], "2026-02-10"),
    ],
)  # fmt: skip
def test_the_earliest_cause_says_by_when(taken, there, asks, expected):
    from redshank.web.makesafe.standing import visit_due

    day = date.fromisoformat
    rows = [Visit(on=day(on), again_by=day(again) if again else None) for on, again in there]
    assert visit_due(day(taken), rows, [(day(a), day(b)) for a, b in asks]) == day(expected)


# ---- cadets (practice rule 24) ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [("cadet_age", ""), ("cadet_age", "12"), ("cadet_age", "18"), ("cadet_age", "-5"), ("consent", " "), ("inspector", ""), ("risk", "")],
)  # fmt: skip
def test_rule_24_a_test_visit_with_a_cadet_cannot_be_saved_without_what_protects_the_cadet(sign_in, name, value):  # fmt: skip
    client = sign_in("neighbourhood_officer")
    answer = mystery(client, added(client), **(CADET | {name: value}))
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [name]
    assert not Visit.objects.exists()


@pytest.mark.databases
@pytest.mark.parametrize(
    "lacks", [{"cadet_age": None}, {"consent": ""}, {"inspector": ""}, {"risk": ""}, {"kind": "ordinary"}]
)
def test_rule_24_the_database_itself_refuses_a_cadet_without_it(sign_in, lacks):
    client = sign_in("neighbourhood_officer")
    business = Business.objects.get(pk=added(client))
    whole = {
        "business": business, "on": today(), "who": "x", "by": client.user, "kind": "test", "once": "c", **RESULTS, "with_cadet": True,
        "cadet_age": 16, "consent": "Mother", "inspector": "Inspector", "risk": "File",
    }  # fmt: skip
    results = dict.fromkeys(RESULTS, "") if "kind" in lacks else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit(**(whole | results | lacks)).save()
    Visit(**whole).save()


def test_rule_24_no_act_takes_a_cadet_without_it_either(sign_in):
    from redshank.web.makesafe import acts

    client = sign_in("neighbourhood_officer")
    number = added(client)
    given = {"kind": "test", "on": today(), "who": "x", **RESULTS}
    for cadet in (acts.Cadet(None, "a", "b", "c"), acts.Cadet(16, "", "b", "c")):
        with pytest.raises(acts.NotAllowed):
            acts.visit(client.user, number, given, cadet, "x", 1)
    with pytest.raises(acts.NotAllowed):
        acts.visit(client.user, number, given | {"kind": "ordinary"}, acts.Cadet(16, "a", "b", "c"), "x", 1)
    assert not Visit.objects.exists()


@pytest.mark.databases
def test_rule_24_the_welfare_check_is_overdue_on_the_first_page_until_it_is_recorded(sign_in):
    client, other, lead = (sign_in(r) for r in (*TEAM, "safeguarding_lead"))
    number = added(client)
    assert mystery(client, number, **CADET).url == f"/makesafe/visits/{Visit.objects.get().pk}"
    pk = Visit.objects.get().pk
    title = "Welfare checks of cadets missing"
    for one in (client, other):
        assert f"{title} 1 Cadet on the test visit of" in text_of(one.get("/"))
    bare = text_of(lead.get("/"))
    assert "A cadet was on a test visit and no welfare check is recorded" in bare
    assert "Tern Hotel" not in bare
    assert "Welfare check missing" in text_of(client.get(f"/makesafe/businesses/{number}"))
    url = f"/makesafe/visits/{pk}/welfare"
    early = (today() - timedelta(days=1)).isoformat()
    assert client.post(url, said("Well.", on=early)).status_code == 400
    assert client.post(url, said("", on=today().isoformat())).status_code == 400
    assert f"{title} 1" in text_of(client.get("/"))
    for _ in range(2):
        client.post(url, said("Well, asked by PC Knot.", on=today().isoformat()))
    second = other.post(url, said("Mine.", on=today().isoformat()), follow=True)
    assert "recorded it on" in text_of(second)
    assert Welfare.objects.get().text == "Well, asked by PC Knot."
    for one in (client, other, lead):
        assert f"{title} 1" not in text_of(one.get("/"))


def test_a_visit_without_a_cadet_takes_no_welfare_check_and_one_struck_out_misses_none(sign_in):
    client = sign_in("neighbourhood_officer")
    number = added(client)
    mystery(client, number)
    pk = Visit.objects.get().pk
    assert client.post(f"/makesafe/visits/{pk}/welfare", said("x", on=today().isoformat())).status_code == 400
    mystery(client, number, **CADET)
    pk = Visit.objects.get(with_cadet=True).pk
    assert "Welfare checks of cadets missing 1" in text_of(client.get("/"))
    client.post(f"/makesafe/struck/visit/{pk}", {f"why-visit-{pk}": "No cadet was there."})
    assert "Welfare checks of cadets missing 1" not in text_of(client.get("/"))


# ---- where, never why; no result by name (practice rule 24) ----------------------------------------------------


WHY = "Godwit: three children were found near it"


@pytest.fixture
def busy(sign_in):
    """A business with a failed test visit, an ask for a visit, a call, an order and a message; gives its number."""
    client, lead = sign_in("partnership_officer"), sign_in("safeguarding_lead")
    client.post("/makesafe/register/PR-1", {"once": "a"})
    number = Business.objects.get().pk
    trains(client, number)
    mystery(client, number, challenged="no", on=(today() - timedelta(days=40)).isoformat(), text="Sanderling note", **(CADET | {"cadet": "yes"}))  # fmt: skip
    visits(client, number, on=(today() - timedelta(days=30)).isoformat())
    due = (today() + timedelta(days=5)).isoformat()
    assert lead.post(f"/makesafe/businesses/{number}/ask", {"due": due, "reason": WHY, "once": "k"}).status_code == 302  # fmt: skip
    lead.post("/makesafe/orders", said("Whimbrel order", once="o"))
    lead.post("/makesafe/message", said("Call 101 and quote the operation.", from_day=today().isoformat()))
    return number


def test_rule_24_the_teams_see_that_a_visit_is_due_and_never_why(sign_in, busy):
    due = today() + timedelta(days=5)
    for role in TEAM:
        client = sign_in(role)
        (found,) = client.get("/makesafe?show=visit").context["shown"].page
        assert (found.business.pk, found.visit_due) == (busy, due)
        for page in crawl(client).values():
            assert "Godwit" not in page.text, (role, page.url)
        assert not Ask.objects.visible_to(client.user, "a test").exists()
        # Nothing of the business tells that somebody asked: steps are those of the teams alone.
        assert "ask" not in {s.kind for s in Step.objects.visible_to(client.user, "a test")}
        refused = client.post(f"/makesafe/businesses/{busy}/ask", {"due": due.isoformat(), "reason": "x"})
        assert refused.status_code == 404
    assert Ask.objects.count() == 1


def test_rule_24_a_visit_that_was_asked_for_reads_as_any_other_that_is_due(sign_in):
    client, lead = sign_in("neighbourhood_officer"), sign_in("safeguarding_lead")
    asked, usual = added(client, name="Asked Inn"), added(client, name="Usual Inn")
    due = today() + timedelta(days=3)
    lead.post(f"/makesafe/businesses/{asked}/ask", {"due": due.isoformat(), "reason": WHY})
    visits(client, usual, on=later(due, -12).isoformat())

    def plain(number: int, name: str) -> str:
        page = text_of(client.get(f"/makesafe/businesses/{number}"))
        return page[: page.index("Trainings")].replace(name, "it")[page.index("Operation Makesafe:") :]

    assert plain(asked, "Asked Inn") == plain(usual, "Usual Inn")
    home = text_of(client.get("/"))
    lines = [re.search(rf"{name} (by [^;]+; .*?)(?= Asked| Usual| Makesafe)", home) for name in ("Asked Inn", "Usual Inn")]  # fmt: skip
    assert lines[0]
    assert lines[1]
    assert lines[0][1].strip() == lines[1][1].strip()


def test_rule_24_why_is_read_by_those_who_see_findings(sign_in, busy):
    for role in ("analyst", "safeguarding_lead"):
        assert WHY in text_of(sign_in(role).get(f"/makesafe/businesses/{busy}"))
    for role in ("researcher", "exploitation_officer"):
        assert WHY not in text_of(sign_in(role).get(f"/makesafe/businesses/{busy}"))


@pytest.mark.databases(roles=("analyst", "safeguarding_lead"))
@pytest.mark.parametrize("role", OTHERS)
def test_rule_24_no_result_of_a_test_visit_stands_by_a_business_outside_the_teams(sign_in, busy, role):
    client = sign_in(role)
    page = text_of(client.get(f"/makesafe/businesses/{busy}"))
    assert "Marsh Lodge" in page
    test = Visit.objects.get(kind="test")
    for url, found in crawl(client, "/makesafe", within="/makesafe").items():
        if url.startswith("/makesafe/figures"):
            continue
        for word in ("Sanderling", "Test visit", "Challenged", "Police called", "Visit due", "Visit again"):
            assert word not in found.words, (url, word)
        assert test.on.isoformat() not in found.text, url
    for url in (f"/makesafe/visits/{test.pk}", f"/makesafe/businesses/{busy}/visit"):
        assert told(client.get(url))[:2] == told(client.get("/makesafe/visits/999999"))[:2]
    assert not Visit.objects.visible_to(client.user, "a test").filter(kind="test").exists()
    assert not Welfare.objects.visible_to(client.user, "a test").exists()
    assert {s.kind for s in Step.objects.visible_to(client.user, "a test")} == {"taken", "trained", "visited"}
    assert "fewer than 5" in text_of(client.get("/makesafe/figures"))


def test_rule_24_a_struck_test_visit_is_not_told_outside_the_teams_either(sign_in, busy):
    test = Visit.objects.get(kind="test")
    sign_in("neighbourhood_officer").post(f"/makesafe/struck/visit/{test.pk}", {f"why-visit-{test.pk}": "Dotterel"})  # fmt: skip
    for role in OTHERS:
        client = sign_in(role)
        assert "Dotterel" not in text_of(client.get(f"/makesafe/businesses/{busy}"))
        assert not Struck.objects.visible_to(client.user, "a test").exists()


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, "fewer than 5 answers"), (4, 4, "fewer than 5 answers"), (0, 5, "fewer than 5 of 5"), (4, 12, "fewer than 5 of 12"),
        (5, 10, "5 of 10 (50%)"), (6, 10, "all but fewer than 5 of 10"), (12, 12, "all but fewer than 5 of 12"), (7, 12, "7 of 12 (58%)"),
    ],
)  # fmt: skip
def test_small_numbers_of_results_are_not_told_nor_what_they_follow_from(part, whole, expected):
    from redshank.web.makesafe.figures import guarded

    assert guarded(part, whole, False) == expected


def figure(client, says: str) -> str:
    parts = client.get("/makesafe/figures").context["parts"]
    (found,) = [f.told for _, rows in parts for f in rows if f.says.startswith(says)]
    return found


def test_the_figures_count_what_was_recorded(sign_in, busy):
    client, other = sign_in("neighbourhood_officer"), sign_in("analyst")
    assert figure(client, "Challenged") == "0 of 1 (0%)"
    assert figure(client, "Identification") == "1 of 1 (100%)"
    assert figure(client, "Visited again within") == "1 of 1 (100%)"
    assert figure(client, "Staff trained") == figure(other, "Staff trained") == "4 of 6 (67%)"
    assert figure(client, "Trained in the last") == "1 of 1 (100%)"
    assert figure(other, "Challenged") == "fewer than 5 answers"
    assert figure(other, "Test visits") == "fewer than 5"
    for n in range(5):
        number = added(client, name=f"House {n}", postcode=f"ZZ8 {n}AA", latitude=f"51.{n}", address=f"{n} Row")  # fmt: skip
        mystery(client, number, challenged="no" if n < 3 else "yes")
    assert figure(other, "Test visits") == "6"
    assert figure(client, "Challenged") == "2 of 6 (33%)"
    assert figure(other, "Challenged") == "fewer than 5 of 6"
    assert figure(other, "Identification") == "all but fewer than 5 of 6"


@pytest.mark.parametrize("role", list(ROLES))
def test_rule_24_coverage_against_findings_is_for_analysts_and_the_safeguarding_lead_alone(sign_in, role):
    client = sign_in(role)
    answer = client.get("/makesafe/coverage")
    if role in ("analyst", "safeguarding_lead"):
        assert answer.status_code == 200
    else:
        assert told(answer) == told(client.get("/there-is-no-such-page"))
    assert "/makesafe/coverage" not in client.get("/makesafe").content.decode() or answer.status_code == 200


@pytest.mark.parametrize("role", TEAM)
def test_rule_24_no_team_may_see_findings_beside_businesses(role):
    assert not ROLES[role].allows("makesafe.coverage")
    assert {r for r in ROLES if ROLES[r].allows("makesafe.record")} == set(TEAM)
    assert not {r for r in ROLES if ROLES[r].allows("makesafe.record") and ROLES[r].allows("makesafe.coverage")}  # fmt: skip


@pytest.mark.databases
def test_coverage_counts_places_with_a_trained_business(sign_in, place):
    client, analyst = sign_in("neighbourhood_officer"), sign_in("analyst")

    def headline() -> str:
        return re.search(r"(\d+) of \d+ places? with findings", text_of(analyst.get("/makesafe/coverage")))[1]

    assert headline() == "0"
    outside = "not in the operation: Marsh Lodge"
    assert outside in text_of(analyst.get("/makesafe/coverage"))
    client.post("/makesafe/register/PR-1", {"once": "a"})
    number = Business.objects.get().pk
    assert headline() == "0"
    assert outside not in text_of(analyst.get("/makesafe/coverage"))
    assert "Marsh Lodge , never trained" in text_of(analyst.get("/makesafe/coverage"))
    trains(client, number)
    assert headline() == "1"
    added(client, latitude="", longitude="")
    assert headline() == "1"


# ---- calls -----------------------------------------------------------------------------------------------------

CALL = "/makesafe/calls/incidents/N-2"


@pytest.mark.databases
def test_calls_that_quote_the_operation_are_found_and_linked_by_a_person(sign_in):
    client, other = sign_in("partnership_officer"), sign_in("analyst")
    page = text_of(client.get("/makesafe/calls"))
    assert "1 call that quotes the operation and is not placed yet" in page
    assert "The caller quoted Operation Makesafe." in page
    assert not Call.objects.exists()  # nothing is linked by itself
    number = added(client)
    link = {"act": "linked", "business": str(number), "text": "The log names the hotel.", "steps": "0", "once": "l"}  # fmt: skip
    feedback = {"act": "feedback", "text": "Told the manager.", "on": today().isoformat(), "steps": "0", "once": "f"}  # fmt: skip
    assert client.post(CALL, feedback).status_code == 400  # nothing can be said back before it is linked
    for _ in range(2):
        assert client.post(CALL, link).status_code == 302
    late = client.post(CALL, link | {"once": "m", "act": "set_aside"})
    assert late.status_code == 409
    assert "was first" in text_of(late)
    assert client.post(CALL, {"act": "response", "text": "A car went at once.", "steps": "1"}).status_code == 302  # fmt: skip
    assert client.post(CALL, {"act": "follow_up", "text": "Visited the child.", "steps": "2"}).status_code == 302  # fmt: skip
    assert "N-2" in text_of(client.get("/makesafe/calls?show=untold"))
    assert client.post(CALL, feedback | {"steps": "3"}).status_code == 302
    assert "N-2" not in text_of(client.get("/makesafe/calls?show=untold"))
    assert list(CallStep.objects.values_list("kind", flat=True)) == ["linked", "response", "follow_up", "feedback"]  # fmt: skip
    assert "told the business on" in text_of(client.get(f"/makesafe/businesses/{number}"))
    assert "Told the manager." in text_of(other.get(CALL))
    assert (
        other.post(CALL, link | {"once": "z", "steps": "4"}).status_code == 404
    )  # an analyst records nothing
    assert CallStep.objects.count() == 4


@pytest.mark.parametrize(
    ("form", "name"),
    [({"act": "linked", "text": "x"}, "business"), ({"act": "linked", "text": "x", "business": "0"}, "business"), ({"act": "moon", "text": "x"}, "act"), ({"act": "set_aside", "text": ""}, "text"), ({"act": "feedback", "text": "x"}, "on")],
)  # fmt: skip
def test_what_is_done_about_a_call_needs(sign_in, form, name):
    answer = sign_in("partnership_officer").post(CALL, form | {"steps": "0"})
    assert answer.status_code == 400
    assert name in answer.context["errors"]
    assert not Call.objects.exists()


def test_a_call_is_in_sight_with_its_record_alone(sign_in):
    client, officer, lead = sign_in("partnership_officer"), sign_in("neighbourhood_officer"), sign_in("safeguarding_lead")  # fmt: skip
    number = added(client)
    client.post(CALL, {"act": "linked", "business": str(number), "text": "Turnstone", "steps": "0"})
    business = f"/makesafe/businesses/{number}"
    assert officer.get(CALL).status_code == 404
    assert "0 calls" in text_of(officer.get("/makesafe/calls?show=all"))
    assert "N-2" not in text_of(officer.get(business))
    Share.objects.create(audience="neighbourhood_officer", kind="record", ident="incidents:N-2", by=lead.user, reason="visit")  # fmt: skip
    officer = sign_in("neighbourhood_officer")
    assert "Turnstone" in text_of(officer.get(CALL))
    assert "N-2" in text_of(officer.get(business))
    Restriction.objects.create(kind="record", ident="incidents:N-2", by=lead.user, reason="need to know")
    for role in (*TEAM, *OTHERS):
        one = sign_in(role)
        assert one.get(CALL).status_code == 404, role
        assert "N-2" not in text_of(one.get(business)), role
        assert "0 calls" in text_of(one.get("/makesafe/calls?show=all")), role
        assert not Call.objects.visible_to(one.user, "a test").exists()
        assert not CallStep.objects.visible_to(one.user, "a test").exists()


@pytest.mark.databases
def test_a_duty_inspector_reads_what_followed_a_call_and_nothing_else_of_the_operation(sign_in, busy):
    client, inspector = sign_in("partnership_officer"), sign_in("duty_inspector")
    assert "Nothing is recorded of what followed" in text_of(inspector.get(CALL))
    client.post(
        CALL, {"act": "linked", "business": str(busy), "text": "The log names it.", "steps": "0", "once": "l"}
    )
    client.post(
        CALL, {"act": "follow_up", "text": "Turnstone: the child was seen the same evening.", "steps": "1"}
    )
    page = inspector.get(CALL)
    assert "Linked to Marsh Lodge." in text_of(page)
    assert "Turnstone: the child was seen" in text_of(page)
    assert "N-2" in text_of(inspector.get("/makesafe/calls?show=linked"))
    assert "Makesafe calls" in text_of(page)  # of the menu
    for shown in (page, inspector.get("/makesafe/calls?show=linked")):
        ways = re.findall(r'(?:href|action)="(/makesafe[^"]*)"', shown.content.decode())
        assert ways
        assert all(w.startswith("/makesafe/calls") for w in ways), ways
    assert inspector.post(CALL, {"act": "follow_up", "text": "x", "steps": "2"}).status_code == 404
    assert inspector.get(f"/makesafe/businesses/{busy}").status_code == 404
    Restriction.objects.create(kind="record", ident="premises:PR-1", by=sign_in("safeguarding_lead").user, reason="need to know")  # fmt: skip
    assert not Call.objects.visible_to(sign_in("duty_inspector").user, "a test").exists()
    # A chair who sees records and no calls meets the answer for nothing.
    assert sign_in("tasking_chair").get(CALL).status_code == 404


def test_no_other_record_is_taken_for_a_call(sign_in):
    client = sign_in("analyst")
    for ref in ("incidents/N-1", "crimes/C-open", "incidents/N-0"):
        assert told(client.get(f"/makesafe/calls/{ref}"))[:2] == told(client.get("/makesafe/calls/incidents/N-0"))[:2]  # fmt: skip


def test_a_call_by_its_code_alone_is_found_too(sign_in):
    from redshank.web.heads.models import Signal

    row = Signal.objects.filter(valid_to__isnull=True, in_full=True, in_open=True).first()
    row.pk, row.uid, row.signal_id, row.record_key, row.rule = None, "code", "code", "incidents:N-9", "field:incident_code"  # fmt: skip
    row.start = row.end = None
    row.save(force_insert=True)
    page = text_of(sign_in("analyst").get("/makesafe/calls"))
    assert "2 calls that quote the operation" in page
    assert "By the code with which the call was opened or closed" in page


# ---- the operational order -------------------------------------------------------------------------------------


@pytest.mark.databases
def test_the_life_of_the_order_from_draft_to_superseded_with_who_acknowledged_it(sign_in):
    lead, officer, two = sign_in("safeguarding_lead"), sign_in("neighbourhood_officer"), sign_in("neighbourhood_officer-2")  # fmt: skip
    for _ in range(2):
        assert lead.post("/makesafe/orders", said("First order", once="o")).status_code == 302
    act = "/makesafe/orders/1/act"
    early = lead.post(act, said("Chief", kind="adopted", steps="1"))
    assert early.status_code == 400
    assert "adopted after those whom it concerns were consulted" in text_of(early)
    assert officer.post("/makesafe/orders/1/acknowledge").status_code == 400
    assert lead.post(act, said("With licensing: no change.", kind="consulted", steps="1")).status_code == 302
    late = sign_in("partnership_officer").post(act, said("Mine", kind="adopted", steps="1"))
    assert late.status_code == 409
    assert lead.post(act, said("By the superintendent.", kind="adopted", steps="2")).status_code == 302
    page = text_of(officer.get("/makesafe/orders/1"))
    assert "Version 1: adopted" in page
    assert "Acknowledged by 0 of 2" in page
    assert "With licensing: no change." in page
    assert "Makesafe order to acknowledge 1 Version 1" in text_of(officer.get("/"))
    for _ in range(2):
        assert officer.post("/makesafe/orders/1/acknowledge").status_code == 302
    signed = Acknowledged.objects.get()
    assert (signed.by, signed.order.number) == (officer.user, 1)
    assert "Makesafe order to acknowledge 1" not in text_of(officer.get("/"))
    assert "Makesafe order to acknowledge 1" in text_of(two.get("/"))
    page = text_of(lead.get("/makesafe/orders/1"))
    assert "Acknowledged by 1 of 2" in page
    assert "Not yet: Neighbourhood and proactive team officer Two." in page
    assert "acknowledged by 1 of 2" in text_of(lead.get("/makesafe/orders"))
    lead.post("/makesafe/orders", said("Second order", once="p"))
    lead.post("/makesafe/orders/2/act", said("All.", kind="consulted", steps="1"))
    assert lead.post("/makesafe/orders/2/act", said("Again.", kind="adopted", steps="2")).status_code == 302
    assert list(Order.objects.values_list("number", "state")) == [(2, "adopted"), (1, "superseded")]
    last = OrderStep.objects.filter(order__number=1).last()
    assert (last.kind, last.text) == ("superseded", "By version 2")
    assert "Makesafe order to acknowledge 1 Version 2" in text_of(officer.get("/"))


def test_only_members_of_the_teams_acknowledge_and_only_who_writes_the_order_writes(sign_in):
    lead, partner, officer = sign_in("safeguarding_lead"), sign_in("partnership_officer"), sign_in("neighbourhood_officer")  # fmt: skip
    lead.post("/makesafe/orders", said("Order", once="o"))
    lead.post("/makesafe/orders/1/act", said("All.", kind="consulted", steps="1"))
    lead.post("/makesafe/orders/1/act", said("Yes.", kind="adopted", steps="2"))
    assert partner.post("/makesafe/orders/1/acknowledge").status_code == 400
    assert lead.post("/makesafe/orders/1/acknowledge").status_code == 404
    assert not Acknowledged.objects.exists()
    before = state()
    assert officer.post("/makesafe/orders", said("Mine")).status_code == 404
    assert officer.post("/makesafe/message", said("Mine", from_day=today().isoformat())).status_code == 404
    assert officer.post("/makesafe/orders/1/act", said("x", kind="consulted", steps="3")).status_code == 404
    assert state() == before
    two = officer.user
    two.is_active = False
    two.save()
    assert "Acknowledged by 0 of 1" in text_of(lead.get("/makesafe/orders/1"))


# ---- the message -----------------------------------------------------------------------------------------------


@pytest.mark.databases
def test_consistency_counts_who_gave_the_version_in_force_on_the_day(sign_in):
    lead, client = sign_in("safeguarding_lead"), sign_in("neighbourhood_officer")
    number = added(client)
    first, second = today() - timedelta(days=100), today() - timedelta(days=10)
    for n, day in enumerate((first, second), 1):
        assert lead.post("/makesafe/message", said(f"Words {n}", from_day=day.isoformat(), once=str(n))).status_code == 302  # fmt: skip
    assert lead.post("/makesafe/message", said("Words 3", from_day=first.isoformat())).status_code == 400
    assert Message.objects.count() == 2
    trains(client, number, message="1", on=(second - timedelta(days=1)).isoformat())  # the one in force then
    trains(client, number, message="1", on=second.isoformat())  # an old one
    visits(client, number, message="2")
    mystery(client, number, message="none")
    trains(client, number, message="1", on=(today() - timedelta(days=400)).isoformat())  # too long ago
    visits(client, number, message="1")
    pk = Visit.objects.latest("pk").pk
    client.post(f"/makesafe/struck/visit/{pk}", {f"why-visit-{pk}": "x"})
    page = text_of(client.get("/makesafe/message"))
    assert "Consistency: 2 of 4 trainings and visits in the last 12 months gave the version in force" in page
    assert figure(client, "Gave the version") == "2 of 4 (50%)"
    assert (
        figure(lead, "Gave the version") == "2 of 3 (67%)"
    )  # else the number of test visits could be told from it
    assert "Version 2, from" in page
    assert "version 1 of the message" in text_of(client.get(f"/makesafe/businesses/{number}"))


# ---- files, the map, out of sight ------------------------------------------------------------------------------


def rows_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_file_holds_training_and_no_visit_and_leaves_for_those_who_may(sign_in, busy):
    from redshank.web.trail.models import Entry

    added(sign_in("neighbourhood_officer"), name="=Tern", postcode="ZZ7 7AA")
    for role in ROLES:
        client = sign_in(role)
        answer = client.get("/makesafe/businesses.csv")
        if not ROLES[role].allows("makesafe.export"):
            assert answer.status_code == 404, role
            continue
        rows = {r["Business"]: r for r in rows_of(answer)}
        assert rows["Marsh Lodge"]["Staff trained"] == "4"
        assert rows["'=Tern"]["Status"] == "never trained"
        assert not re.search(r"visit|challeng|police", answer.content.decode(), re.IGNORECASE)
        assert Entry.objects.filter(action="disclosure", kind="businesses", user=client.user).count() == 1


def test_the_map_draws_what_the_table_holds_and_tells_of_training_alone(sign_in, busy):
    client = sign_in("analyst")
    added(sign_in("neighbourhood_officer"), name="Nowhere Inn", latitude="", longitude="", postcode="ZZ7 7AA")
    page = client.get("/makesafe")
    assert {s.business.name for s in page.context["shown"].page} == {"Marsh Lodge", "Nowhere Inn"}
    assert reverse("makesafe-points") in page.content.decode()
    assert "1 of 2 have coordinates" in text_of(page)
    (point,) = client.get("/makesafe/points.json").json()["cells"]
    assert point["geometry"]["coordinates"] == [-1.2101, 52.4101]
    assert point["properties"]["said"].startswith("Marsh Lodge: Hotel, trained ")
    assert set(point["properties"]) == {"kind", "url", "filled", "said"}
    assert client.get("/makesafe/points.json?category=taxi").json()["cells"] == []
    assert "data-map" not in client.get("/makesafe?category=taxi").content.decode()


def test_a_business_that_is_out_of_sight_is_not_there_with_anything_of_it(sign_in, busy):
    client = sign_in("partnership_officer")
    lead = sign_in("safeguarding_lead")
    training, visit = Training.objects.get().pk, Visit.objects.get(kind="test").pk
    client.post(CALL, {"act": "linked", "business": str(busy), "text": "x", "steps": "0"})
    Restriction.objects.create(kind="record", ident="premises:PR-1", by=lead.user, reason="need to know")
    at = {"business": busy, "visited": visit, "training": training}
    urls = {
        "/makesafe/businesses/{}": busy, "/makesafe/businesses/{}/change": busy, "/makesafe/businesses/{}/training": busy,
        "/makesafe/businesses/{}/visit": busy, "/makesafe/businesses/{}/move": busy, "/makesafe/businesses/{}/ask": busy,
        "/makesafe/visits/{}": at["visited"], "/makesafe/visits/{}/welfare": at["visited"],
        "/makesafe/struck/visit/{}": at["visited"], "/makesafe/struck/training/{}": at["training"],
    }  # fmt: skip
    form = HEREON | {"text": "x", "why": "x", "reason": "x", "due": "2999-01-01", "on": today().isoformat(), f"why-visit-{visit}": "x", f"why-training-{training}": "x", "steps": "9"}  # fmt: skip
    for role in (*TEAM, *OTHERS):
        one = sign_in(role)
        before = state()
        for url, number in urls.items():
            for send in (one.get, lambda u, c=one: c.post(u, form)):
                assert told(send(url.format(number)))[:2] == told(send(url.format(999999)))[:2], (role, url)
        assert told(one.get("/makesafe/register/PR-1"))[:2] == told(one.get("/makesafe/register/PR-0"))[:2]
        assert state() == before, role
        for url, page in crawl(one, "/makesafe", within="/makesafe").items():
            # A call's own place is the record's, and a place is called by what its records name.
            if "/calls" not in url and "/coverage" not in url:
                assert "Marsh Lodge" not in page.text, (role, url)
    assert figure(sign_in("analyst"), "Businesses in the operation") == "0"


@pytest.mark.parametrize("role", [r for r in ROLES if r not in (*TEAM, *OTHERS)])
def test_other_roles_meet_the_answer_for_nothing(sign_in, busy, role):
    client = sign_in(role)
    nothing = told(client.get("/there-is-no-such-page"))
    for url in ("/makesafe", "/makesafe/figures", f"/makesafe/businesses/{busy}", "/makesafe/orders/1", "/makesafe/businesses.csv"):  # fmt: skip
        assert told(client.get(url)) == nothing, url
    for model in (Business, Training, Visit, Ask, Order, Message, Step):
        assert not model.objects.visible_to(client.user, "a test").exists()


def test_orders_and_visits_that_there_are_not_are_nothing(sign_in):
    client = sign_in("partnership_officer")
    for url in ("/makesafe/orders/7", "/makesafe/orders/7/act", "/makesafe/orders/7/acknowledge", "/makesafe/visits/7", "/makesafe/struck/moon/7"):  # fmt: skip
        assert client.post(url, {"text": "x", "kind": "consulted"}).status_code == 404, url
