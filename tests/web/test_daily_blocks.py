"""The daily meeting's blocks of orders that end and of calls that quote Operation Makesafe: for whom, with what, leading where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from . import disruption_tools
from .test_makesafe import CALL, added
from .test_meetings import body


def sitting():
    from redshank.web.meetings.models import Sitting

    return Sitting(meeting="daily", at=body("daily").next(datetime.now(UTC) + timedelta(days=1)))


def day(days: int = 0) -> str:
    return (sitting().at.date() + timedelta(days=days)).isoformat()


def block(client, name: str):
    """The block as an account has it today: what limits a reader is read anew."""
    from redshank.web.accounts.models import User
    from redshank.web.meetings.recorded import RECORDED

    sits = sitting()
    return RECORDED[name](User.objects.get(pk=client.user.pk), sits, sits.at - timedelta(days=4000))


def test_the_daily_body_has_both_blocks():
    assert {"orders", "makesafe"} <= set(body("daily").recorded)


@pytest.mark.databases
def test_orders_in_use_that_end_are_to_be_reviewed_or_were_broken_stand_before_the_daily_meeting(
    sign_in, place
):
    officer = sign_in("partnership_officer")
    lodge = place.cell["lodge"]
    number = disruption_tools.proposed_part(sign_in("analyst"), "place", lodge, "business", "lodge")
    assert disruption_tools.decide_part(sign_in("exploitation_officer"), number, "confirmed").status_code == 302  # fmt: skip
    kept = {}
    for name, sets in {
        "ends": {"option": "32", "expires_on": day(1), "granted_on": disruption_tools.day(-1), "review_on": day(60)},
        "review": {"option": "33", "review_on": day()},
        "later": {"option": "34", "expires_on": day(9), "granted_on": disruption_tools.day(-1), "review_on": day(60)},
        "broken": {"option": "21", "review_on": day(60)},
    }.items():  # fmt: skip
        kept[name] = disruption_tools.recorded(officer, "place", lodge, decision="used", once=name, **sets)
    kept["considered"] = disruption_tools.recorded(officer, "place", lodge, option="58", decision="considered", review_on=day(), once="no")  # fmt: skip
    added_ = officer.post(f"/disruption/{kept['broken']}/add", {"kind": "breach", "text": "Open again.", "day": disruption_tools.day(-1), "steps": "1", "once": "b"})  # fmt: skip
    assert added_.status_code == 302, added_.context["errors"]
    found = block(sign_in("duty_inspector"), "orders")
    assert {t.url for t in found.lines} == {f"/disruption/{kept[n]}" for n in ("ends", "review", "broken")}
    assert found.total == 3
    hints = {t.url: t.hint for t in found.lines}
    assert "expires on" in hints[f"/disruption/{kept['ends']}"]
    assert "to be reviewed on" in hints[f"/disruption/{kept['review']}"]
    assert "breach on" in hints[f"/disruption/{kept['broken']}"]
    assert all("confirmed by" in h and "leads" in h for h in hints.values())
    for t in found.lines:
        assert sign_in("duty_inspector").get(t.url).status_code == 200


def test_whoever_does_not_see_the_register_has_no_block_of_it(sign_in):
    assert block(sign_in("missing_adviser"), "orders") is None
    assert block(sign_in("learning"), "makesafe") is None


def test_rule_12_an_order_that_rests_on_handling_c_stands_for_cleared_roles_alone(sign_in, place):
    from redshank.web.disruption.models import Measure

    number = disruption_tools.recorded(sign_in("analyst"), "person", place.person["Xano"], decision="used", review_on=day(), once="x")  # fmt: skip
    assert Measure.objects.get(pk=number).closed
    assert block(sign_in("analyst"), "orders").total == 1
    assert block(sign_in("partnership_officer"), "orders").total == 0


@pytest.mark.databases
def test_calls_that_quote_makesafe_stand_with_their_follow_up_for_who_sees_the_operation(sign_in):
    client = sign_in("partnership_officer")
    found = block(client, "makesafe")
    (line,) = found.lines
    assert line.url == "/records/incidents/N-2"
    assert "not placed yet" in line.hint
    number = added(client)
    client.post(CALL, {"act": "linked", "business": str(number), "text": "The log names it.", "steps": "0", "once": "l"})  # fmt: skip
    client.post(CALL, {"act": "response", "text": "A car went.", "steps": "1", "once": "r"})
    (line,) = block(client, "makesafe").lines
    assert "linked to a business, response noted" in line.hint
    assert "Turnstone" not in f"{line.text} {line.hint}"  # no business by name
    (chair,) = block(
        sign_in("duty_inspector"), "makesafe"
    ).lines  # sees calls, and nothing else of the operation
    assert (chair.url, chair.hint) == (line.url, line.hint)
    assert sign_in("duty_inspector").get(chair.url).status_code == 200
    (other,) = block(sign_in("tasking_chair"), "makesafe").lines  # sees records, and no calls
    assert other.url == line.url
    assert "linked" not in other.hint


def test_a_call_before_the_window_of_the_sitting_is_not_new_to_it(sign_in):
    from redshank.web.accounts.models import User
    from redshank.web.meetings.recorded import RECORDED
    from redshank.web.pages.around import publication

    user, sits = User.objects.get(username="analyst"), sitting()
    sits.at = publication().as_of + timedelta(days=1)
    assert RECORDED["makesafe"](user, sits, publication().as_of).total == 0
    assert sign_in("analyst").user == user


@pytest.mark.databases
def test_a_restricted_call_is_in_no_block(sign_in):
    from redshank.web.policy.models import Restriction

    assert block(sign_in("analyst"), "makesafe").total == 1
    Restriction.objects.create(kind="record", ident="incidents:N-2", by=sign_in("safeguarding_lead").user, reason="need to know")  # fmt: skip
    assert block(sign_in("analyst"), "makesafe").total == 0


def test_a_pack_holds_the_block_as_far_as_its_reader_sees_it(sign_in, place):
    from docx import Document

    number = disruption_tools.recorded(sign_in("analyst"), "person", place.person["Xano"], decision="used", review_on=day(), once="x")  # fmt: skip
    assert number
    url = f"/meetings/daily/{day()}/pack.docx"
    mine = tables(Document(BytesIO(sign_in("analyst").get(url).content)))
    theirs = tables(Document(BytesIO(sign_in("analyst").get(f"{url}?for=partnership-officer").content)))
    name = "Xano"
    assert name in mine
    assert name not in theirs


def tables(document) -> str:
    return "\n".join(c.text for t in document.tables for row in t.rows for c in row.cells)
