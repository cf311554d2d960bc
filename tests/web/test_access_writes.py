"""Every id in every write swapped for a foreign one: refused, and nothing changed."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import transaction

from redshank.web.flags.models import Act, Flag

from .answers import ALWAYS, state, told
from .conftest import decide, make_rows, opens, propose, test_form
from .sampled import roles

FOREIGN = ("Hana", "Iris", "Faro", "Gido")


def hide(sign_in, place):
    """The other group, its people and its records, hidden from everybody; gives kind → idents."""
    from redshank.web.policy.models import Restriction

    lead = sign_in("safeguarding_lead-2").user
    hidden = {
        "person": [place.person[n] for n in FOREIGN], "group": [place.group["other"]],
        "record": ["crimes:C-other", "missing_episodes:M-other", "intelligence:I-other"], "place": [place.cell["kiosk"]],
    }  # fmt: skip
    for kind, idents in hidden.items():
        for ident in idents:
            Restriction.objects.create(kind=kind, ident=ident, by=lead, reason="need to know")
    return hidden


def mentions(idents):
    """How often each of these stands in any cell that a write can change."""
    found = dict.fromkeys(idents, 0)
    for model in apps.get_models():
        # An edition of the matrix copies the whole run; who may see a row of it is asked when it is read.
        if model._meta.label in ALWAYS | {"matrix.Row"}:
            continue
        for row in model._base_manager.values_list():
            for cell in row:
                if isinstance(cell, str):
                    for ident in idents:
                        found[ident] += ident in cell
    return found


@pytest.mark.parametrize("role", roles())
def test_no_form_takes_an_id_that_the_page_did_not_offer(role, sign_in, place, pages):
    """Each form of each page, sent with every id in it swapped for a hidden one: no row then speaks of that one."""
    make_rows(place)
    hidden = hide(sign_in, place)
    kind_of = {i: "person" for i in place.person.values()} | {i: "group" for i in place.group.values()}
    kind_of |= dict.fromkeys(place.cell.values(), "place")
    client = sign_in(role)
    forms = {}
    gone = {i for idents in hidden.values() for i in idents}
    for page in pages[role].values():  # as they were before: what is hidden since is no page of theirs
        if any(i in page.url for i in gone):
            continue
        for form in page.read.forms:
            forms.setdefault((form.action.split("/")[1], tuple(sorted(form.fields))), form)
    before = mentions([i for idents in hidden.values() for i in idents])
    for form in forms.values():
        if form.action == "/sign-out":
            continue
        given = {name: values[:3] for name, values in form.fields.items() if values}
        for name, values in form.fields.items():
            kinds = {"record" if ":" in v else kind_of.get(v) for v in values} - {None}
            for kind in kinds:
                swapped = test_form() | given | {name: hidden.get(kind, hidden["record"])}
                swapped |= {"once": f"{role[:8]}{name}{kind}"[:32]}
                with transaction.atomic():
                    client.post(form.action, swapped)
        with transaction.atomic():  # and with every field that any form of ours has for a thing
            everything = dict.fromkeys(("evidence", "record", "records", "person", "group", "ident", "key", "item", "items"), hidden["record"])  # fmt: skip
            client.post(form.action, test_form() | given | everything | {"once": f"{role}{form.action}"[:32]})
    assert mentions(before) == before


@pytest.mark.databases
def test_a_flag_that_is_out_of_sight_takes_no_decision_and_no_withdrawal(sign_in, place):
    closed = propose(sign_in("analyst"), "group", place.group["closed"])
    hidden = propose(sign_in("analyst"), "group", place.group["other"])
    hide(sign_in, place)
    for role in ("panel_chair", "tasking_chair", "exploitation_officer", "partner_member", "analyst-2"):
        client = sign_in(role)
        before = state()
        for number in (closed, hidden):
            if number == closed and client.user.as_role.cleared:
                continue
            for act in ("decide", "withdraw", "more"):
                form = {"outcome": "confirmed", "confidence": "high", "rationale": "x", "acts": "1", "withdraw_rationale": "x"}  # fmt: skip
                answer = client.post(f"/flags/{number}/{act}", form)
                assert told(answer) == told(client.post(f"/flags/999999/{act}", form)), (role, act)
                assert answer.status_code == 404
        assert state() == before, role


def test_evidence_that_was_not_offered_is_not_taken(sign_in, place):
    client = sign_in("analyst")
    opens(client, "crimes:C-open")
    opens(client, "crimes:C-other")
    where = f"/flags/propose/group/{place.group['open']}"
    client.post(where, test_form(evidence=["crimes:C-open", "crimes:C-other", "crimes:no"]))
    assert Act.objects.get().parsed("evidence") == ["crimes:C-open"]
    answer = client.post(where, test_form(evidence=["crimes:C-other"]))
    assert answer.status_code == 400
    assert Flag.objects.count() == 1


def test_nobody_withdraws_what_another_proposed(sign_in, place):
    number = propose(sign_in("analyst"), "group", place.group["open"])
    other = sign_in("analyst-2")
    before = state()
    answer = other.post(f"/flags/{number}/withdraw", {"withdraw_rationale": "mine now"})
    assert answer.status_code == 400
    assert state() == before


def test_a_handover_is_signed_by_its_taker_alone_and_given_to_who_shares_the_work(sign_in):
    giver, taker, other = sign_in("analyst"), sign_in("analyst-2"), sign_in("researcher")
    for stranger in ("partner-member", "response-officer", "analyst", "nobody", ""):
        assert giver.post("/handover", {"taker": stranger, "note": "x"}).status_code == 400, stranger
    assert giver.post("/handover", {"taker": "analyst-2", "note": "Two items are open."}).status_code == 302
    (given,) = taker.get("/handover").context["taken"]
    giver.get("/handover")
    before = state()
    for client in (other, giver):
        answer = client.post(f"/handover/{given.pk}/sign")
        assert told(answer) == told(client.post("/handover/999999/sign"))
    assert state() == before
    assert b"hands over to you" in taker.get("/").content
    assert taker.post(f"/handover/{given.pk}/sign").status_code == 302
    assert b"hands over to you" not in taker.get("/").content
    assert taker.post(f"/handover/{given.pk}/sign").status_code == 404  # once


@pytest.mark.databases
def test_rule_1_a_flag_is_confirmed_by_another_person_who_opened_the_records(sign_in, place):
    proposer, other = sign_in("analyst"), sign_in("exploitation_officer")
    number = propose(proposer, "group", place.group["open"])
    form = {"outcome": "confirmed", "confidence": "high", "rationale": "x", "acts": "1"}
    assert proposer.post(f"/flags/{number}/decide", form).status_code == 400  # who proposed does not decide
    assert other.post(f"/flags/{number}/decide", form).status_code == 400  # nor who opened nothing
    assert Flag.objects.get(pk=number).state == "proposed"
    assert decide(other, number, "confirmed").status_code == 302
    act = Act.objects.get(flag_id=number, kind="confirmed")
    assert Flag.objects.get(pk=number).state == "confirmed"
    assert set(act.parsed("opened")) == set(act.parsed("evidence"))  # what was opened is stored


def test_rule_1_records_opened_before_the_proposal_do_not_count_for_confirming(sign_in, place):
    other = sign_in("exploitation_officer")
    for ref in ("C-open", "M-open", "R-open", "V-open", "I-open"):
        kind = {"C": "crimes", "M": "missing_episodes", "R": "partner_referrals", "V": "vulnerability_entries", "I": "intelligence"}[ref[0]]  # fmt: skip
        opens(other, f"{kind}:{ref}")
    number = propose(sign_in("analyst"), "group", place.group["open"])
    form = {"outcome": "confirmed", "confidence": "high", "rationale": "x", "acts": "1"}
    assert other.post(f"/flags/{number}/decide", form).status_code == 400
    assert other.post(f"/flags/{number}/decide", form | {"outcome": "not_proven"}).status_code == 302


def test_rule_1_the_three_answers_stand_equally_and_near_none_against_is_a_warning(sign_in, place):
    import re

    number = propose(sign_in("analyst"), "group", place.group["open"])
    text = sign_in("exploitation_officer").get(f"/flags/{number}").content.decode()
    offered = re.findall(r'type="radio" name="outcome"[^>]*value="(\w+)"|name="outcome" value="(\w+)"', text)
    assert {a or b for a, b in offered} == {"confirmed", "not_proven", "need_more"}
    user = sign_in("analyst").user
    from django.utils import timezone

    for n in range(10):
        Flag.objects.create(about="group", ident=f"g-{n}", label="x", state="confirmed", proposed_by=user, decide_by=timezone.now())  # fmt: skip
    assert sign_in("analyst").get("/flags").context["too_smooth"] is True
