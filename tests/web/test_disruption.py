"""The disruption register: what is offered for whom, who confirms a part, the rows and their steps, lists, who sees them."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from .answers import state, told
from .conftest import client_of, opens
from .disruption_tools import (
    CAR,
    NUMBER,
    codes,
    confirm_group,
    confirm_part,
    day,
    decide_part,
    form,
    propose_part,
    proposed_part,
    record,
    recorded,
    said,
)

#: The day on which the rows of the toolkit are looked at here, so that no row goes stale under a test.
TODAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch):
    from redshank.web.disruption import acts, lists, models, options, views

    for module in (acts, lists, models, options, views):
        monkeypatch.setattr(module, "today", lambda: TODAY)


def text_of_toolkit() -> str:
    from redshank.web.disruption import options

    return (Path(options.__file__).parent / "options.toml").read_text(encoding="utf-8")


def an_option(**more):
    from dataclasses import replace

    from redshank.web.disruption.options import TOOLKIT

    return replace(TOOLKIT.options["10"], **more)


# ---- the toolkit as data --------------------------------------------------------------------------


def test_every_row_of_the_toolkit_is_there_in_its_order_with_targets_and_how_sure():
    from redshank.web.disruption.options import TOOLKIT

    wanted = [*map(str, range(1, 57)), "57a", "57b", "57c", "57d", "57e", "58"]
    assert list(TOOLKIT.options) == wanted
    targets = {"2": "C", "3": "CS", "20": "BP", "21": "SPB", "29": "L", "39": "CPS", "41": "V", "58": "PBA"}
    assert {c: set(TOOLKIT.options[c].targets) for c in targets} == {c: set(t) for c, t in targets.items()}
    assert TOOLKIT.options["29"].sure == "seen"
    assert TOOLKIT.options["27"].sure == "unsure"
    assert TOOLKIT.options["49"].charge


def test_sources_are_cited_by_publisher_title_and_date_and_never_by_a_site_that_copied_them():
    from redshank.web.disruption.options import TOOLKIT

    assert all("“" in o.source and o.source.count(",") >= 2 for o in TOOLKIT.options.values())
    assert not re.search(r"https?:|www\.|\.(com|org|co\.uk|gov\.uk)\b|wiki", text_of_toolkit(), re.IGNORECASE)


@pytest.mark.parametrize(
    ("mend", "says"),
    [
        (lambda t: t + "\n[[option", "cannot be read"),
        (lambda t: t.replace('version = "redshank-2026-1"', ""), "lacks its version"),
        (lambda t: t.replace("term_days = 365", "term_days = 0"), "term_days must be a whole number"),
        (lambda t: t.replace('code = "2"\n', 'code = "1"\n', 1), "option 1: the code stands twice"),
        (lambda t: re.sub(r'criterion = "At least 2 years"\n', "", t), "option 45: lacks criterion"),
        (lambda t: t.replace('targets = ["L"]', 'targets = ["X"]', 1), "option 29: targets must be some of"),
        (lambda t: t.replace('sure = "seen"', 'sure = "hoped"', 1), "option 1: sure must be one of"),
        (
            lambda t: t.replace('in_force = "yes"', 'in_force = "soon"', 1),
            "option 1: in_force must be one of",
        ),
        (lambda t: t.replace('in_force = "yes"', 'in_force = "no"', 1), "option 1: says in why"),
        (lambda t: t.replace("checked_on = 2026-11-26\n", "", 1), "option 1: checked_on must be a day"),
        (
            lambda t: re.sub(r'for_a_child = "[^"]*"\n', "", t, count=1),
            "option 2: has for_a_child if and only if",
        ),
        (
            lambda t: t.replace("reaches_from = 16", "reaches_from = 18"),
            "option 21: reaches_from must be an age",
        ),
        (lambda t: t.replace('publisher = "College of Policing", ', ""), "option 1: source needs publisher"),
        (
            lambda t: t.replace('sure = "seen"', 'sure = "seen"\nhunch = 1', 1),
            "option 1: does not know hunch",
        ),
        (lambda t: re.sub(r"(?s)\[outcomes\].*?\n\n", "", t), r"lacks \[outcomes\]"),
    ],
)
def test_a_broken_file_is_refused_in_words_that_say_where(mend, says):
    from redshank.web.disruption.options import Broken, read

    read(text_of_toolkit())
    assert mend(text_of_toolkit()) != text_of_toolkit()
    with pytest.raises(Broken, match=says):
        read(mend(text_of_toolkit()))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, ""),
        ({"in_force": "no", "why": "Repealed"}, "Not in force: Repealed."),
        ({"in_force": "not known", "why": "Not found"}, "Not known to be in force: Not found."),
        ({"valid_from": TODAY + timedelta(days=1)}, "Not in force before 2 December 2026."),
        ({"valid_from": TODAY}, ""),
        ({"valid_to": TODAY - timedelta(days=1)}, "Not in force since 30 November 2026."),
        ({"checked_on": TODAY - timedelta(days=365)}, ""),
        ({"checked_on": TODAY - timedelta(days=366)}, "Nobody has checked it since 30 November 2025"),
    ],
)
def test_a_row_not_in_force_or_not_checked_in_its_term_is_greyed_with_the_reason(changed, says):
    greyed = an_option(**changed).greyed()
    assert greyed.startswith(says)
    assert bool(greyed) == bool(says)


def test_the_page_of_the_toolkit_shows_greyed_rows_with_their_reason(sign_in):
    page = sign_in("panel_chair").get("/disruption/options")
    html = page.content.decode()
    assert page.context["grey"] == html.count('<li class="redshank-row--off">') == 8
    assert "Not known to be in force: Royal Assent on 29 April 2026" in html
    assert "Written from general knowledge of the field on 26 November 2026: compare it with the text" in html


# ---- rule 22: what is offered for whom --------------------------------------------------------------


@pytest.mark.databases
def test_nothing_is_offered_before_a_second_person_confirmed_the_part(sign_in, place):
    from .conftest import decide, propose

    arlo = place.person["Arlo"]
    reader = sign_in("tasking_chair")
    assert codes(reader, "person", arlo) == []
    assert "Nothing is offered: no second person has confirmed a flag" in said(reader.get(f"/disruption/about/person/{arlo}"))  # fmt: skip
    number = propose(sign_in("analyst"), "group", place.group["open"])
    assert codes(reader, "person", arlo) == []
    decide(sign_in("exploitation_officer"), number, "confirmed")
    assert "10" in codes(reader, "person", arlo)
    page = said(reader.get(f"/disruption/about/person/{arlo}"))
    assert "The part was confirmed by Child exploitation officer One" in page
    assert re.search(r"It rests on [4-9] records", page)
    assert codes(reader, "person", place.person["Faro"]) == []  # of another group


def test_an_adult_is_offered_what_is_for_suspected_adults_charge_first_and_the_rest_in_the_toolkits_order(
    sign_in, place
):
    from redshank.web.disruption.options import TOOLKIT

    confirm_group(sign_in, place)
    client = sign_in("analyst")
    answer = client.get(f"/disruption/about/person/{place.person['Arlo']}")
    found = [o.option for o in (*answer.context["charge"], *answer.context["others"])]
    assert {o.code for o in found} == {c for c, o in TOOLKIT.options.items() if "S" in o.targets}
    order = list(TOOLKIT.options)
    for part in (answer.context["charge"], answer.context["others"]):
        at = [order.index(o.option.code) for o in part]
        assert at == sorted(at)
    assert {"49", "5", "31"} <= {o.option.code for o in answer.context["charge"]}
    text = said(answer)
    assert text.index("First: investigation and charge") < text.index("Consider, with legal advice")
    assert "Investigation and charge come first." in text


def test_rule_7_an_adult_is_a_proposed_person_of_concern_with_the_records_own_category(sign_in, place):
    confirm_group(sign_in, place)
    client = sign_in("analyst")
    text = said(client.get(f"/disruption/about/person/{place.person['Arlo']}"))
    assert "a proposed person of concern; the records' own category: suspect in a crime" in text
    number = recorded(client, "person", place.person["Arlo"])
    assert "a proposed person of concern; the records' own category: suspect in a crime" in said(
        client.get(f"/disruption/{number}")
    )
    assert "proposed person of concern" not in said(
        client.get(f"/disruption/about/person/{place.person['Cara']}")
    )


@pytest.mark.databases
def test_for_a_child_only_what_protects_is_offered_in_words_about_protecting(sign_in, place):
    from redshank.web.disruption.options import TOOLKIT

    confirm_group(sign_in, place)
    for role in ("analyst", "panel_chair"):
        answer = sign_in(role).get(f"/disruption/about/person/{place.person['Cara']}")
        offers = [*answer.context["charge"], *answer.context["others"]]
        assert [o.option.code for o in offers] == [c for c, o in TOOLKIT.options.items() if "C" in o.targets]
        assert all(o.says == o.option.for_a_child for o in offers)
        assert "A child first: only what protects is offered here." in said(answer)


def confirm_person(sign_in, ident):
    from .conftest import decide, propose

    number = propose(sign_in("analyst"), "person", ident)
    assert decide(sign_in("exploitation_officer"), number, "confirmed").status_code == 302
    return number


def test_a_child_whom_a_record_names_as_suspect_is_a_child_first(sign_in, place):
    elin = place.person["Elin"]
    confirm_person(sign_in, elin)
    client = sign_in("analyst")
    offered = codes(client, "person", elin)
    assert {"2", "15", "16"} <= set(offered)
    assert not {"10", "24", "26", "49"} & set(offered)
    text = said(client.get(f"/disruption/about/person/{elin}"))
    assert "A record also names this child as suspect" in text
    assert "Modern Slavery Act 2015 s.45" in text


def test_under_18_at_the_time_of_the_evidence_is_a_child_first_also_when_grown_since(sign_in, place):
    """The records of the group are of the spring of 2026: somebody who turned 18 between them and today."""
    from redshank.web.heads.models import Appearance, Person, Publication

    confirm_group(sign_in, place)
    arlo = place.person["Arlo"]
    born = date(2008, 5, 10)  # 17 when the group's records were made
    Person.objects.filter(person_id=arlo).update(born=born)
    Appearance.objects.filter(person_id=arlo).update(born=None)
    Publication.objects.update(as_of="2026-07-01T05:00:00Z")
    assert set(codes(sign_in("analyst"), "person", arlo)) & {"10", "13"} == set()
    assert "2" in codes(sign_in("analyst"), "person", arlo)
    Person.objects.filter(person_id=arlo).update(born=date(2006, 5, 10))
    assert "10" in codes(sign_in("analyst"), "person", arlo)


def test_one_birth_date_of_a_child_among_others_is_enough(sign_in, place):
    from redshank.web.heads.models import Appearance

    confirm_group(sign_in, place)
    arlo = place.person["Arlo"]
    one = Appearance.objects.filter(person_id=arlo, in_open=True).first()
    Appearance.objects.filter(pk=one.pk).update(born=date(2010, 1, 1))
    assert "10" not in codes(sign_in("analyst"), "person", arlo)


def test_nothing_is_offered_before_the_age_is_established(sign_in, place):
    from redshank.web.heads.models import Appearance, Person

    confirm_group(sign_in, place)
    arlo = place.person["Arlo"]
    Person.objects.filter(person_id=arlo).update(born=None)
    Appearance.objects.filter(person_id=arlo).update(born=None)
    client = sign_in("analyst")
    assert codes(client, "person", arlo) == []
    assert "Nothing is offered before the age is established" in said(client.get(f"/disruption/about/person/{arlo}"))  # fmt: skip
    assert recorded(client, "person", arlo)  # by hand it can be recorded


def test_a_later_not_proven_on_the_person_counts_more_than_the_group(sign_in, place):
    from .conftest import decide, propose

    confirm_group(sign_in, place)
    arlo = place.person["Arlo"]
    assert codes(sign_in("analyst"), "person", arlo)
    number = propose(sign_in("analyst"), "person", arlo)
    assert decide(sign_in("exploitation_officer"), number, "not_proven").status_code == 302
    assert codes(sign_in("analyst"), "person", arlo) == []


def test_who_joined_a_group_after_it_was_confirmed_is_not_confirmed_with_it(sign_in, place):
    from redshank.web.flags.models import Act
    from redshank.web.heads.models import Member, Publication

    number = confirm_group(sign_in, place)
    run = Publication.objects.get(pk=1).current_run
    assert Act.objects.filter(flag=number, kind="confirmed").get().run == run
    Member.objects.filter(group_id=place.group["open"], person_id=place.person["Bram"]).update(
        valid_from=run + 1
    )
    Publication.objects.update(current_run=run + 1)
    client = sign_in("analyst")
    assert codes(client, "person", place.person["Arlo"])
    assert codes(client, "person", place.person["Bram"]) == []


def test_an_order_that_may_reach_a_child_is_suggested_for_neither_child_nor_area_and_recorded_by_hand(
    sign_in, place
):
    confirm_group(sign_in, place)
    confirm_part(sign_in, "place", place.cell["lodge"], "area")
    client = sign_in("analyst")
    reaching = {"21", "22", "23", "24", "25", "26", "27", "45"}
    assert reaching <= {*codes(client, "person", place.person["Arlo"]), "23"}
    assert codes(client, "place", place.cell["lodge"]) == ["58"]
    assert not reaching & set(codes(client, "person", place.person["Cara"]))
    from redshank.web.disruption.models import Measure

    number = recorded(client, "person", place.person["Cara"], option="26", decision="not_used", once="a")
    assert Measure.objects.get(pk=number).by_hand
    assert "recorded by hand" in said(client.get(f"/disruption/{number}"))
    number = recorded(client, "person", place.person["Cara"], option="15", once="b")
    assert not Measure.objects.get(pk=number).by_hand
    assert Measure.objects.get(pk=number).is_child


def test_by_hand_it_can_be_recorded_before_anybody_confirmed_a_part(sign_in, place):
    from redshank.web.disruption.models import Measure

    number = recorded(sign_in("analyst"), "person", place.person["Faro"], option="1", decision="not_used")
    assert Measure.objects.get(pk=number).by_hand


# ---- parts of places, lines, vehicles and numbers ------------------------------------------------


@pytest.mark.databases
def test_what_a_thing_is_is_proposed_by_one_person_and_confirmed_by_another_who_opened_the_records(
    sign_in, place
):
    lodge = place.cell["lodge"]
    proposer = sign_in("exploitation_officer")
    number = proposed_part(proposer, "place", lodge, "business")
    assert codes(proposer, "place", lodge) == []
    own = decide_part(proposer, number, "confirmed")
    assert own.status_code == 400
    assert "You proposed it: another person decides." in said(own)
    second = sign_in("duty_inspector")
    unread = second.post(f"/disruption/parts/{number}/decide", {"outcome": "confirmed", "why": "x", "steps": 1, "once": "q"})  # fmt: skip
    assert "Open the records that it relies on first: 3 not opened" in said(unread)
    assert decide_part(second, number, "confirmed", "r").status_code == 302
    offered = codes(proposer, "place", lodge)
    assert {"18", "19", "20", "32", "35"} <= set(offered)
    assert not {"10", "2", "22"} & set(offered)


def test_a_part_without_an_opened_record_a_reason_or_what_it_is_is_not_proposed(sign_in, place):
    from redshank.web.disruption.models import Part

    client, page = sign_in("analyst"), f"/disruption/parts/propose/line/{place.line}"
    keys = [r.key for r, _, _ in client.get(page).context["evidence"]]
    whole = {"what": "line", "why": "x", "evidence": keys, "once": "a"}
    assert "Open at least one of the records" in said(client.post(page, whole))
    for key in keys:
        opens(client, key, page)
    for left, says in (
        ("what", "Choose what it is"),
        ("why", "Write why"),
        ("evidence", "Choose the records"),
    ):
        assert says in said(client.post(page, {k: v for k, v in whole.items() if k != left}))
    assert Part.objects.count() == 0
    assert client.post(page, whole).status_code == 302
    again = client.post(page, whole)  # the same form again
    assert Part.objects.count() == 1
    assert again.url == f"/disruption/parts/{Part.objects.get().pk}"
    other = propose_part(sign_in("researcher"), "line", place.line, "line", "b")
    assert "It is proposed or confirmed already" in said(other)


@pytest.mark.parametrize("outcome", ["not_proven", "need_more"])
def test_not_proven_and_need_more_offer_nothing_and_ask_for_no_less(sign_in, place, outcome):
    number = proposed_part(sign_in("analyst"), "vehicle", CAR, "vehicle")
    second = sign_in("exploitation_officer")
    page = second.get(f"/disruption/parts/{number}").content.decode()
    radios = re.findall(r'name="outcome" id="[^"]*" value="(\w+)"', page)
    assert radios == ["confirmed", "not_proven", "need_more"]
    assert decide_part(second, number, outcome).status_code == 302
    assert codes(second, "vehicle", CAR) == []


def test_a_confirmed_part_is_taken_back_with_a_reason_and_can_be_proposed_again(sign_in):
    number = confirm_part(sign_in, "phone", NUMBER, "number")
    client = sign_in("tasking_chair")
    assert codes(client, "phone", NUMBER) == ["29", "53"]
    give = {"outcome": "ended", "steps": 2, "once": "z"}
    assert client.post(f"/disruption/parts/{number}/decide", give).status_code == 400
    assert sign_in("mace_coordinator").post(f"/disruption/parts/{number}/decide", give | {"end_why": "x"}).status_code == 400  # fmt: skip
    assert client.post(f"/disruption/parts/{number}/decide", give | {"end_why": "The number changed hands."}).status_code == 302  # fmt: skip
    assert codes(client, "phone", NUMBER) == []
    assert "The number changed hands." in said(client.get(f"/disruption/parts/{number}"))
    assert propose_part(sign_in("analyst"), "phone", NUMBER, "number", "again").status_code == 302


def test_two_people_decide_on_a_part_and_the_second_sees_the_first(sign_in):
    number = proposed_part(sign_in("analyst"), "vehicle", CAR, "vehicle")
    assert decide_part(sign_in("duty_inspector"), number, "not_proven", "a").status_code == 302
    late = sign_in("tasking_chair").post(f"/disruption/parts/{number}/decide", {"outcome": "confirmed", "why": "My text", "steps": 1, "once": "b"})  # fmt: skip
    assert late.status_code == 409
    assert "Duty inspector One was first" in said(late)
    assert "My text" in said(late)


def test_a_vehicle_and_a_line_are_offered_what_is_for_them(sign_in, place):
    confirm_part(sign_in, "vehicle", CAR, "vehicle")
    confirm_part(sign_in, "line", place.line, "line")
    client = sign_in("analyst")
    assert codes(client, "vehicle", CAR) == ["35", "41", "42"]
    assert codes(client, "line", place.line) == ["29", "53"]


# ---- the register ---------------------------------------------------------------------------------


@pytest.mark.databases
def test_a_row_keeps_rationale_lead_advice_dates_conditions_links_and_the_toolkits_version(sign_in, place):
    from redshank.web.disruption.models import Measure

    confirm_group(sign_in, place)
    client = sign_in("analyst")
    arlo = place.person["Arlo"]
    number = recorded(
        client, "person", arlo, decision="used", granted_on=day(-3), conditions="No contact with any child.", expires_on=day(5), review_on=day(4),
        lead="exploitation-officer", link_child=place.person["Cara"], link_group=place.group["open"], link_vehicle=CAR,
    )  # fmt: skip
    m = Measure.objects.get(pk=number)
    assert (m.decision, m.toolkit, m.district, m.by_hand) == ("used", "redshank-2026-1", "Northmere", False)
    assert (m.child_id, m.group_id, m.vehicle) == (place.person["Cara"], place.group["open"], CAR)
    text = said(sign_in("tasking_chair").get(f"/disruption/{number}"))
    for words in (
        "The statements are not signed yet.", "Child exploitation officer One leads", "Legal advice was sought on 30 November 2026",
        "Granted or served on 28 November 2026", "No contact with any child.", "Expires on 6 December 2026", "Review on 5 December 2026",
        "Cara WRENFIELD", "redshank-2026-1", "No view of the victim or child is recorded",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"text": " "}, "Write why"),
        ({"lead": "nobody"}, "Choose who leads it"),
        ({"lead": "partner-member"}, "Choose who leads it"),
        ({"advice": ""}, "Say whether legal advice was sought"),
        ({"review_on": ""}, "Write when it is looked at again"),
        ({"review_on": "soon"}, "Write the day as year, month and day"),
        ({"review_on": "2026-11-30"}, "The review is to be today or later"),
        ({"granted_on": "2026-12-02", "expires_on": "2026-12-01"}, "It cannot expire before it was granted"),
        ({"option": "99"}, "Choose an option of the toolkit"),
        ({"decision": "wished"}, "Choose whether it was considered"),
        ({"link_child": "p-000000000000"}, "Choose one of those that are offered"),
        ({"text": "x" * 4001}, "Write no more than 4,000 characters"),
    ],
)
def test_no_row_without_what_it_needs(sign_in, place, changed, says):
    from redshank.web.disruption.models import Measure

    confirm_group(sign_in, place)
    answer = record(sign_in("analyst"), "person", place.person["Arlo"], **changed)
    assert answer.status_code == 400
    assert says in said(answer)
    assert Measure.objects.count() == 0


@pytest.mark.parametrize("code", ["27", "57b", "24"])
def test_what_is_greyed_is_never_recorded_as_newly_used_but_as_considered_it_is(sign_in, place, code):
    from redshank.web.disruption.models import Measure

    confirm_group(sign_in, place)
    client, arlo = sign_in("analyst"), place.person["Arlo"]
    answer = record(client, "person", arlo, option=code, decision="used")
    assert answer.status_code == 400
    assert "It cannot be recorded as newly used. Not known to be in force" in said(answer)
    number = recorded(client, "person", arlo, option=code)
    later = client.post(f"/disruption/{number}/add", form(client, kind="decided", decision="used", steps=1, once="l"))  # fmt: skip
    assert later.status_code == 400
    assert Measure.objects.get(pk=number).decision == "considered"


def test_a_form_sent_twice_records_once_and_adds_once(sign_in, place):
    from redshank.web.disruption.models import Measure, Step

    client, arlo = sign_in("analyst"), place.person["Arlo"]
    first, second = record(client, "person", arlo), record(client, "person", arlo)
    assert first.url == second.url
    number = int(first.url.rsplit("/", 1)[1])
    more = {"kind": "view", "text": "She feels safer.", "steps": 1, "once": "b"}
    for _ in range(2):
        assert client.post(f"/disruption/{number}/add", more).status_code == 302
    assert (Measure.objects.count(), Step.objects.count()) == (1, 2)
    # Another person's form with the same mark is another form.
    assert record(sign_in("researcher"), "person", arlo).url != first.url


def test_two_people_at_once_and_the_second_sees_the_firsts_step(sign_in, place):
    number = recorded(sign_in("analyst"), "person", place.person["Arlo"])
    first, second = sign_in("exploitation_officer"), sign_in("tasking_chair")
    step = {"kind": "view", "text": "She says she feels safer.", "steps": 1, "once": "v"}
    assert first.post(f"/disruption/{number}/add", step).status_code == 302
    late = second.post(f"/disruption/{number}/add", step | {"text": "My own text", "once": "w"})
    assert late.status_code == 409
    assert "Child exploitation officer One was first" in said(late)
    assert "She says she feels safer." in said(late)
    assert "My own text" in late.content.decode()
    assert second.post(f"/disruption/{number}/add", step | {"text": "My own text", "once": "w", "steps": 2}).status_code == 302  # fmt: skip


@pytest.mark.databases
def test_of_four_who_press_at_the_same_moment_one_is_first_and_three_are_told(own_database, place):
    from django.db import connection

    from redshank.web.disruption.models import Step

    arlo = place.person["Arlo"]
    number = recorded(client_of("analyst"), "person", arlo)
    clients = [
        client_of(r) for r in ("exploitation_officer", "tasking_chair", "researcher", "duty_inspector")
    ]
    gate, ended = threading.Barrier(len(clients)), [0] * len(clients)

    def press(n):
        gate.wait()
        step = {"kind": "view", "text": f"Told by {n}", "steps": 1, "once": f"n{n}"}
        ended[n] = clients[n].post(f"/disruption/{number}/add", step).status_code
        connection.close()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(len(clients))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(ended) == [302, 409, 409, 409]
    assert Step.objects.filter(measure=number).count() == 2


def test_steps_are_added_and_never_changed_or_removed(sign_in, place):
    from redshank.web.disruption.models import Step

    recorded(sign_in("analyst"), "person", place.person["Arlo"])
    step = Step.objects.get()
    step.text = "Something else"
    for act in (step.save, step.delete):
        with pytest.raises(ValidationError):
            act()


def test_breaches_reviews_outcome_and_view_are_added_each_with_what_it_needs(sign_in, place):
    client = sign_in("analyst")
    number = recorded(client, "person", place.person["Arlo"], option="1", decision="used", expires_on=day(60))

    def add(steps, **given):
        return client.post(f"/disruption/{number}/add", {"steps": steps, "once": f"s{steps}", "lead": "analyst"} | given)  # fmt: skip

    for wrong, says in (
        ({"kind": "breach", "text": "x"}, "Write on which day it was"),
        ({"kind": "breach", "text": "x", "day": day(1)}, "Write on which day it was"),
        ({"kind": "breach", "text": "", "day": day()}, "Write what was said or done"),
        ({"kind": "outcome", "text": "x", "outcome": "aim"}, "write by what it was measured"),
        ({"kind": "outcome", "text": "x", "outcome": "great", "measured": "x"}, "Choose the outcome"),
        (
            {"kind": "reviewed", "text": "x"},
            "Write when it is looked at again, or first decide, or record the outcome",
        ),
        ({"kind": "reviewed", "text": "x", "review_on": day(3), "lead": ""}, "Choose who leads it"),
        ({"kind": "other", "text": "x"}, "Choose what is added"),
    ):
        answer = add(1, **wrong)
        assert (answer.status_code, says in said(answer)) == (400, True), wrong
    assert add(1, kind="breach", text="Waited outside.", day=day(-2)).status_code == 302
    assert add(2, kind="breach", text="Rang her.", day=day(-1)).status_code == 302
    assert add(3, kind="view", text="“I want him to stop.”").status_code == 302
    assert add(4, kind="outcome", text="x", outcome="partly", measured="Missing episodes, 5 before and 1 after").status_code == 302  # fmt: skip
    assert add(5, kind="reviewed", text="Goes on.", review_on=day(20), lead="exploitation-officer").status_code == 302  # fmt: skip
    text = said(client.get(f"/disruption/{number}"))
    for words in (
        "Used; Child exploitation officer One leads. Did it in part. 2 breaches.", "On 29 November 2026.", "Waited outside.",
        "Missing episodes, 5 before and 1 after", "“I want him to stop.”", "Review on 21 December 2026",
    ):  # fmt: skip
        assert words in text, words
    assert "No view of the victim" not in text


@pytest.mark.parametrize("kind", ["breach", "outcome"])
def test_what_was_never_used_has_no_breach_and_no_outcome(sign_in, place, kind):
    client = sign_in("analyst")
    number = recorded(client, "person", place.person["Arlo"])
    step = {
        "kind": kind,
        "text": "x",
        "day": day(-1),
        "outcome": "aim",
        "measured": "x",
        "steps": 1,
        "once": "b",
    }
    answer = client.post(f"/disruption/{number}/add", step)
    assert (answer.status_code, "It was not used" in said(answer)) == (400, True)


def test_a_further_decision_stands_beside_the_first_with_its_own_reason(sign_in, place):
    client = sign_in("analyst")
    number = recorded(client, "person", place.person["Arlo"])
    more = form(
        client,
        kind="decided",
        decision="refused",
        text="The court wanted more.",
        review_on="",
        steps=1,
        once="d",
    )
    assert client.post(f"/disruption/{number}/add", more).status_code == 302
    text = said(client.get(f"/disruption/{number}"))
    assert "Applied for and refused; Analyst One leads" in text
    assert text.index("The statements are not signed yet.") < text.index("The court wanted more.")


def test_rule_6_what_was_shown_at_the_decision_is_kept_when_the_toolkit_changes(sign_in, place, monkeypatch):
    from dataclasses import replace

    from redshank.web.disruption import acts, models, options, views

    confirm_group(sign_in, place)
    client = sign_in("analyst")
    number = recorded(client, "person", place.person["Arlo"])
    new = an_option(does="Other words", criterion="Another test", in_force="no", why="Repealed")
    kit = replace(options.TOOLKIT, version="redshank-2027-1", options={**options.TOOLKIT.options, "10": new})
    for module in (acts, models, options, views):
        monkeypatch.setattr(module, "TOOLKIT", kit)
    text = said(client.get(f"/disruption/{number}"))
    then, now = text.split("The option as it stands now")
    for words in (
        "What was shown then, as recorded at", "An act of a sexual nature, and an order is necessary", "Toolkit version redshank-2026-1",
        "Confirmed by Child exploitation officer One", "Knife Crime Prevention Order (not to be used", "crime C-open",
    ):  # fmt: skip
        assert words in then, words
    assert "Other words" in now
    assert "Not in force: Repealed." in now


# ---- lists ----------------------------------------------------------------------------------------


@pytest.fixture
def some(sign_in, place):
    """Five rows: option and decision → number."""
    analyst, officer = sign_in("analyst"), sign_in("exploitation_officer")
    arlo, faro = place.person["Arlo"], place.person["Faro"]
    return {
        "used soon": recorded(
            analyst, "person", arlo, option="10", decision="used", expires_on=day(7), once="1"
        ),
        "used later": recorded(
            analyst, "person", arlo, option="13", decision="used", expires_on=day(8), once="2"
        ),
        "expired": recorded(
            analyst, "person", arlo, option="1", decision="used", expires_on=day(-1), once="3"
        ),
        "not used": recorded(
            analyst, "person", faro, option="1", decision="not_used", review_on="", once="4"
        ),
        "officer's": recorded(officer, "person", faro, option="44", once="5"),
    }


def overdue(number):
    from redshank.web.disruption.models import Measure

    Measure.objects.filter(pk=number).update(review_on=TODAY - timedelta(days=1))


@pytest.mark.databases
def test_each_filter_gives_its_rows_and_no_other(sign_in, some):
    client = sign_in("analyst")
    overdue(some["used later"])

    def found(query):
        rows = client.get(f"/disruption?{query}").context["shown"].page
        return {name for name, n in some.items() if n in {m.pk for m in rows}}

    assert found("") == set(some)
    assert found("option=1") == {"expired", "not used"}
    assert found("decision=not_used") == {"not used"}
    assert found("district=Southmere") == {"not used", "officer's"}
    assert found("due=expiring") == {"used soon"}
    assert found("due=expired") == {"expired"}
    assert found("due=review") == {"used later"}
    assert found("mine=1") == set(some) - {"officer's"}
    assert found("option=1&decision=used") == {"expired"}


def test_counts_are_with_n_in_the_toolkits_order_and_open_to_their_rows(sign_in, some):
    client = sign_in("analyst")
    recorded(client, "person", client.get(f"/disruption/{some['not used']}").context["measure"].ident, option="44", once="6")  # fmt: skip
    page = client.get("/disruption")
    counts = page.context["counts"]
    assert [(c["code"], c["n"]) for c in counts] == [("1", 2), ("10", 1), ("13", 1), ("44", 2)]
    opened = 0
    for c in counts:
        for _, n, query in c["cells"]:
            assert client.get(f"/disruption?{query}").context["shown"].total == n
            opened += n
    assert opened == page.context["shown"].total == 6
    client.post(f"/disruption/{some['expired']}/add", {"kind": "outcome", "text": "x", "outcome": "aim", "measured": "x", "steps": 1, "once": "o"})  # fmt: skip
    page = client.get("/disruption")
    ((words, n, query),) = page.context["counts"][0]["outcomes"]
    assert (words, n) == ("Did what it was for", 1)
    assert [m.pk for m in client.get(f"/disruption?{query}").context["shown"].page] == [some["expired"]]
    assert "Did what it was for: 1 of 2" in said(page)


@pytest.mark.databases
def test_the_file_holds_every_step_and_no_cell_that_reads_as_a_formula(sign_in, place, some):
    import csv

    client = sign_in("analyst")
    client.post(
        f"/disruption/{some['expired']}/add", {"kind": "view", "text": "=1+1", "steps": 1, "once": "f"}
    )
    rows = list(csv.DictReader(client.get("/disruption/register.csv").content.decode().splitlines()))
    assert len(rows) == 6
    assert {r["Option"] for r in rows} == {"Child Abduction Warning Notice", "Sexual Risk Order", "Slavery and Trafficking Prevention Order", "Restraining order"}  # fmt: skip
    assert [r["Rationale or text"] for r in rows if r["Step"].startswith("The victim")] == ["'=1+1"]
    assert {r["What it is"] for r in rows} == {"a person; the records' own category: suspect in a crime"}
    few = client.get("/disruption/register.csv?decision=not_used").content.decode().splitlines()
    assert len(few) == 2
    assert sign_in("tasking_chair").get("/disruption/register.csv").status_code == 404


@pytest.mark.databases
def test_per_area_is_for_lead_and_auditor_and_tells_no_small_number(sign_in, place):
    from redshank.web.accounts.roles import ROLES

    client = sign_in("analyst")
    for n in range(5):
        recorded(
            client, "person", place.person["Arlo"], once=f"n{n}", decision="used" if n < 2 else "considered"
        )
    recorded(client, "person", place.person["Faro"], once="s")
    for role in ("safeguarding_lead", "auditor"):
        rows = sign_in(role).get("/disruption/areas").context["rows"]
        assert rows == [
            {"district": "Northmere", "recorded": "5", "used": "fewer than 5"},
            {"district": "Southmere", "recorded": "fewer than 5", "used": "0"},
        ]
    assert {r for r, may in ROLES.items() if may.allows("disruption.fairness")} == {"safeguarding_lead", "auditor"}  # fmt: skip
    assert sign_in("analyst").get("/disruption/areas").status_code == 404


def block(client, title):
    found = [
        b
        for s in client.get("/").context["sections"]
        for b in (*s["blocks"], *s["empty"])
        if b.title == title
    ]
    assert len(found) <= 1
    return found[0] if found else None


def test_what_expires_in_seven_days_stands_on_the_first_page_of_who_leads_it_and_of_the_lead(sign_in, some):
    title = "Orders that expire within 7 days"
    for role, n in (("analyst", 1), ("safeguarding_lead", 1), ("exploitation_officer", 0)):
        told = block(sign_in(role), title)
        assert (told.total, len(told.lines)) == (n, n), role
        if n:
            assert told.lines[0].text.endswith("Sexual Risk Order")
            assert "expires on 8 December 2026" in told.lines[0].hint
            assert sign_in(role).get(told.more).context["shown"].total == 1


@pytest.mark.databases
def test_rule_25_an_overdue_review_stands_with_its_lead_and_who_oversees_and_for_others_without_a_name(
    sign_in, some
):
    title = "Reviews of disruption options that are overdue"
    overdue(some["officer's"])
    for role in ("exploitation_officer", "safeguarding_lead", "panel_chair"):
        (line,) = block(sign_in(role), title).lines
        assert "PIKESTONE" in line.text, role
        assert line.url == f"/disruption/{some[chr(111) + 'fficer' + chr(39) + 's']}"
    (line,) = block(sign_in("researcher"), title).lines
    assert line.text == "A review in the disruption register is overdue"
    assert (line.url, "PIKESTONE" in line.hint) == ("", False)
    assert block(sign_in("partner_member"), title) is None


def test_a_part_that_waits_stands_on_the_first_page_of_who_may_decide_and_did_not_propose_it(sign_in):
    title = "Parts of places, lines and vehicles to confirm, or not"
    propose_part(sign_in("analyst"), "vehicle", CAR, "vehicle")
    assert block(sign_in("analyst"), title).total == 0
    assert block(sign_in("duty_inspector"), title).total == 1


# ---- who sees it ----------------------------------------------------------------------------------


def sees(client, number) -> bool:
    """Whether a row is there for somebody: on its page, in the list, in the file; the three agree."""
    page = client.get(f"/disruption/{number}").status_code == 200
    listing = client.get("/disruption")
    listed = listing.status_code == 200 and number in {m.pk for m in listing.context["shown"].page}
    file = client.get("/disruption/register.csv")
    if file.status_code == 200:
        assert bool(re.search(rf"^{number},", file.content.decode(), re.MULTILINE)) == page
    assert page == listed
    return page


@pytest.mark.databases
def test_only_the_roles_of_the_policy_see_the_register_and_a_partner_sees_nothing(sign_in, place):
    from redshank.web.accounts.roles import ROLES
    from redshank.web.policy.models import Share

    lead = sign_in("safeguarding_lead").user
    arlo = place.person["Arlo"]
    for audience in ("Children's services", "response_officer", "neighbourhood_officer"):
        Share.objects.create(audience=audience, kind="person", ident=arlo, by=lead, reason="x")
    number = recorded(sign_in("analyst"), "person", arlo)
    seeing = {r for r in ROLES if sees(sign_in(r), number)}
    assert seeing == {
        "analyst", "researcher", "exploitation_officer", "duty_inspector", "tasking_chair", "panel_chair", "mace_coordinator",
        "partnership_officer", "safeguarding_lead", "auditor",
    }  # fmt: skip
    for role in ("partner_member", "response_officer", "neighbourhood_officer"):
        client = sign_in(role)
        assert client.get(f"/persons/{arlo}").status_code == 200
        assert "Disruption" not in client.get(f"/persons/{arlo}").content.decode()
        assert client.get(f"/disruption/about/person/{arlo}").status_code == 404


@pytest.mark.databases
def test_rule_12_what_rests_on_handling_c_is_for_cleared_roles_and_its_lead_is_cleared(sign_in, place):
    from redshank.web.accounts.roles import ROLES

    client = sign_in("analyst")
    assert "choose a lead who may see it" in said(record(client, "person", place.person["Xano"], lead="tasking-chair"))  # fmt: skip
    closed = recorded(client, "person", place.person["Xano"], once="x")
    linked = recorded(client, "person", place.person["Arlo"], link_vehicle=CAR, once="y")
    part = proposed_part(client, "vehicle", "LM56NPQ", "vehicle")
    for role, may in ROLES.items():
        if not may.allows("see.disruption"):
            continue
        reader = sign_in(role)
        assert sees(reader, closed) == may.cleared, role
        assert sees(reader, linked), role
        assert (reader.get(f"/disruption/parts/{part}").status_code == 200) == may.cleared, role
        assert ("LM56NPQ" in reader.get("/disruption/parts").content.decode()) == may.cleared, role


def test_rule_12_a_lead_without_clearance_is_not_given_a_closed_row_later(sign_in, place):
    client = sign_in("analyst")
    number = recorded(client, "person", place.person["Xano"])
    step = {
        "kind": "reviewed",
        "text": "x",
        "review_on": day(9),
        "lead": "tasking-chair",
        "steps": 1,
        "once": "r",
    }
    assert "choose a lead who may see it" in said(client.post(f"/disruption/{number}/add", step))


def test_rule_12_a_row_whose_part_a_closed_flag_confirmed_is_closed_too(sign_in, place):
    """Nothing behind the person is closed: only the group of which the flag speaks."""
    from redshank.web.disruption.models import Measure
    from redshank.web.flags.models import Flag

    number = confirm_group(sign_in, place)
    Flag.objects.filter(pk=number).update(closed=True)
    row = recorded(sign_in("analyst"), "person", place.person["Bram"])
    assert Measure.objects.get(pk=row).closed
    assert codes(sign_in("tasking_chair"), "person", place.person["Bram"]) == []


def test_rule_10_a_place_with_fewer_than_three_children_is_for_the_analytical_roles(sign_in, place):
    from redshank.web.accounts.roles import ROLES

    client = sign_in("analyst")
    kiosk = recorded(client, "place", place.cell["kiosk"], option="32", once="k")
    lodge = recorded(client, "place", place.cell["lodge"], option="32", once="l")
    for role, may in ROLES.items():
        if may.allows("see.disruption"):
            assert sees(sign_in(role), kiosk) == may.small, role
            assert sees(sign_in(role), lodge), role
            if may.allows("disruption.export") and not may.small:
                assert "Reed" not in sign_in(role).get("/disruption/register.csv").content.decode()


@pytest.mark.databases
def test_rule_13_a_matter_of_ones_own_leaves_no_trace_here(sign_in, place):
    """The person, a child beside them, a row that is linked with them, and a text that names them."""
    from redshank.web.policy.models import Conflict

    confirm_group(sign_in, place)
    confirm_part(sign_in, "vehicle", CAR, "vehicle")
    writer = sign_in("researcher")
    rows = {
        "own": recorded(writer, "person", place.person["Arlo"], once="1"),
        "child": recorded(writer, "person", place.person["Cara"], option="15", once="2"),
        "car": recorded(writer, "vehicle", CAR, option="41", once="3"),
        "linked": recorded(
            writer, "place", place.cell["lodge"], option="18", link_child=place.person["Cara"], once="4"
        ),
        "named": recorded(
            writer, "person", place.person["Faro"], text="He lives with Arlo Fenwick.", once="5"
        ),
        "other": recorded(writer, "person", place.person["Gido"], once="6"),
    }
    later = {"kind": "view", "text": "Her friend Arlo FENWICK helps.", "steps": 1, "once": "l"}
    step = recorded(writer, "person", place.person["Gido"], option="44", once="7")
    writer.post(f"/disruption/{step}/add", later)
    client = sign_in("duty_inspector")
    assert all(sees(client, n) for n in (*rows.values(), step))
    Conflict.objects.create(
        user=client.user, person_id=place.person["Arlo"], by=client.user, reason="brother"
    )
    client = sign_in("duty_inspector")
    assert [name for name, n in (*rows.items(), ("step", step)) if sees(client, n)] == ["other"]
    page = client.get("/disruption")
    assert (page.context["shown"].total, sum(c["n"] for c in page.context["counts"])) == (1, 1)
    assert not re.search("Arlo|Cara|AB12CDE", said(client.get("/disruption/parts")))
    assert client.get(f"/disruption/about/vehicle/{CAR}").status_code == 404
    nothing = told(client.get("/disruption/999999"))
    before = state()
    for n in (*[v for k, v in rows.items() if k != "other"], step):
        assert told(client.get(f"/disruption/{n}")) == nothing
        assert told(client.post(f"/disruption/{n}/add", later)) == told(client.post("/disruption/999999/add", later))  # fmt: skip
    assert state() == before


def test_what_rests_on_a_restricted_record_goes_with_it(sign_in, place):
    from redshank.web.policy.models import Restriction

    confirm_group(sign_in, place)
    client = sign_in("analyst")
    resting = recorded(client, "person", place.person["Arlo"], once="a")
    by_hand = recorded(client, "person", place.person["Faro"], once="b")
    part = confirm_part(sign_in, "vehicle", CAR, "vehicle")
    Restriction.objects.create(kind="record", ident="crimes:C-open", by=client.user, reason="x")
    reader = sign_in("duty_inspector")
    assert [sees(reader, n) for n in (resting, by_hand)] == [False, True]
    assert (
        reader.get(f"/disruption/parts/{part}").status_code == 200
    )  # rests on the two records that name the car
    Restriction.objects.create(
        kind="record", ident="vulnerability_entries:V-open", by=client.user, reason="x"
    )
    assert sign_in("duty_inspector").get(f"/disruption/parts/{part}").status_code == 404


def test_a_part_that_is_out_of_sight_takes_no_decision(sign_in, place):
    from redshank.web.policy.models import Restriction

    number = proposed_part(sign_in("analyst"), "place", place.cell["lodge"], "premises")  # fmt: skip
    Restriction.objects.create(
        kind="place", ident=place.cell["lodge"], by=sign_in("analyst").user, reason="x"
    )
    client = sign_in("duty_inspector")
    give = {"outcome": "not_proven", "why": "x", "steps": 1, "once": "n"}
    before = state()
    assert told(client.post(f"/disruption/parts/{number}/decide", give)) == told(client.post("/disruption/parts/9999/decide", give))  # fmt: skip
    assert state() == before


def test_an_older_id_of_somebody_hidden_is_hidden_too(sign_in, place):
    """A row about an id that went into a person later: the person is hidden, so is the row."""
    from redshank.web.disruption.models import Measure
    from redshank.web.heads.models import Moved
    from redshank.web.policy.models import Conflict

    writer = sign_in("analyst")
    number = recorded(writer, "person", place.person["Arlo"])
    Measure.objects.filter(pk=number).update(
        ident="p-0000000000aa", person_id="p-0000000000aa", name="X", folded=""
    )
    Moved.objects.create(uid="m", valid_from=1, in_full=True, in_open=True, digest=0, kind="person", was="p-0000000000aa", now=place.person["Arlo"])  # fmt: skip
    client = sign_in("tasking_chair")
    rows = client.get(f"/disruption/about/person/{place.person['Arlo']}").context["rows"]
    assert [m.pk for m in rows] == [number]  # it stands with who the id went into
    assert client.get("/disruption/about/person/p-0000000000aa").url.endswith(place.person["Arlo"])
    Conflict.objects.create(user=client.user, person_id=place.person["Bram"], by=client.user, reason="x")
    Conflict.objects.create(user=client.user, person_id=place.person["Arlo"], by=client.user, reason="x")
    assert not sees(sign_in("tasking_chair"), number)


@pytest.mark.databases
def test_every_read_list_and_write_is_in_the_audit(sign_in, place):
    from redshank.web.trail.models import Entry

    client = sign_in("analyst")
    arlo = place.person["Arlo"]
    number = recorded(client, "person", arlo)
    client.get(f"/disruption/{number}")
    client.get(f"/disruption/about/person/{arlo}")
    client.get("/disruption?option=10")
    client.get("/disruption/register.csv")
    found = set(Entry.objects.filter(user=client.user).values_list("action", "kind", "ident"))
    assert {
        ("alteration", "measure", str(number)), ("consultation", "measure", str(number)), ("consultation", "person", arlo),
        ("consultation", "list of disruption options", ""), ("disclosure", "disruption register", ""),
    } <= found  # fmt: skip
    sign_in("panel_chair").get("/disruption/999999")
    assert Entry.objects.filter(action="refusal", kind="measure", ident="999999").exists()


# ---- the toolkit line of a meeting ------------------------------------------------------------------


def test_rule_23_a_meetings_line_says_options_considered_or_none_because(sign_in, place):
    from redshank.web.disruption import acts
    from redshank.web.disruption.models import ToolkitLine
    from redshank.web.disruption.subjects import subject

    client, arlo = sign_in("mace_coordinator"), place.person["Arlo"]
    page = f"/disruption/line/person/{arlo}"
    for given, says in (
        ({}, "Choose whether options were considered"),
        ({"none": "yes", "because": " "}, "Write why none"),
        ({"none": "no"}, "No option is recorded here: record one, or write why none"),
    ):
        answer = client.post(page, given | {"once": "x"})
        assert (answer.status_code, says in said(answer)) == (400, True), given
    assert ToolkitLine.objects.count() == 0
    for _ in range(2):
        assert (
            client.post(page, {"none": "yes", "because": "Charged and in custody.", "once": "n"}).status_code
            == 302
        )
    assert ToolkitLine.objects.get().says() == "None, because: Charged and in custody."
    recorded(client, "person", arlo, decision="refused", review_on="")
    reader = sign_in("mace_coordinator").user
    made = acts.toolkit_line(reader, subject(reader, "person", arlo), "m")
    assert made.says() == "Sexual Risk Order (applied for and refused)"
    assert made.pk == acts.toolkit_line(reader, subject(reader, "person", arlo), "m").pk
    text = said(client.get(f"/disruption/about/person/{arlo}"))
    assert "Sexual Risk Order (applied for and refused)" in text
    with pytest.raises(ValidationError):
        made.save()


def test_a_line_goes_with_an_option_that_is_out_of_its_readers_sight(sign_in, place):
    from redshank.web.disruption import acts
    from redshank.web.disruption.models import ToolkitLine
    from redshank.web.disruption.subjects import subject
    from redshank.web.policy.models import Conflict

    writer, arlo = sign_in("analyst"), place.person["Arlo"]
    recorded(writer, "person", arlo, link_child=place.person["Dina"])
    made = acts.toolkit_line(writer.user, subject(writer.user, "person", arlo), "m")
    reader = sign_in("duty_inspector").user
    assert ToolkitLine.objects.visible_to(reader, "x").filter(pk=made.pk).exists()
    Conflict.objects.create(user=reader, person_id=place.person["Elin"], by=writer.user, reason="niece")
    Conflict.objects.create(user=reader, person_id=place.person["Dina"], by=writer.user, reason="niece")
    assert not ToolkitLine.objects.visible_to(sign_in("duty_inspector").user, "x").filter(pk=made.pk).exists()
    recorded(writer, "person", place.person["Xano"], once="x")
    closed = acts.toolkit_line(writer.user, subject(writer.user, "person", place.person["Xano"]), "c")
    assert (
        not ToolkitLine.objects.visible_to(sign_in("mace_coordinator").user, "x")
        .filter(pk=closed.pk)
        .exists()
    )


# ---- where it is reached from -----------------------------------------------------------------------


def test_the_pages_of_a_person_child_place_line_and_thing_lead_to_it(sign_in, place):
    client = sign_in("analyst")
    for page, about in (
        (f"/persons/{place.person['Arlo']}", f"person/{place.person['Arlo']}"),
        (f"/children/{place.person['Cara']}", f"person/{place.person['Cara']}"),
        (f"/places/{place.cell['lodge']}", f"place/{place.cell['lodge']}"),
        (f"/lines/{place.line}", f"line/{place.line}"),
        (f"/things/vehicle/{CAR}", f"vehicle/{CAR}"),
        (f"/things/phone/{NUMBER}", f"phone/{NUMBER}"),
    ):
        assert f'href="/disruption/about/{about}"' in client.get(page).content.decode(), page
        assert client.get(f"/disruption/about/{about}").status_code == 200, about
    assert client.get("/disruption/about/handle/somebody").status_code == 404


def test_an_item_of_the_multi_agency_meeting_takes_its_line_from_the_register(sign_in, place):
    """Practice rule 23: with nothing recorded and nothing written it does not leave."""
    from redshank.web.meetings.models import Raised

    officer, cell = sign_in("exploitation_officer"), place.cell["lodge"]
    sent = {"meeting": "mace", "why": "Children gather there", "once": "r"}
    assert officer.post(f"/raise/place/{cell}", sent).status_code == 302
    raised = Raised.objects.get()
    closing = {"outcome": "closed", "why": "The owner was spoken to", "gateway": "ca2004", "seen": 0}
    assert "nothing leaves without it" in said(
        officer.post(f"/raised/{raised.pk}/settle", closing | {"once": "a"})
    )
    recorded(officer, "place", cell)
    assert "In the disruption register:" in said(officer.get(f"/raised/{raised.pk}"))
    assert officer.post(f"/raised/{raised.pk}/settle", closing | {"once": "b"}).status_code == 302
    assert raised.moves.get().toolkit.endswith(")")
