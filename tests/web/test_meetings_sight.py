"""What is raised is seen by whoever has the chair: small places go elsewhere, and what rests on handling C goes as a person chose."""

from __future__ import annotations

import html


def sent(client, about: str, ident: str, body: str, **more: str):
    """What the page of raising answers."""
    from redshank.web.meetings import raising

    district = raising.districts(client.user)[0]
    return client.post(
        f"/raise/{about}/{ident}",
        {"meeting": body, "why": "Seen again.", "once": f"{body}{ident}", "district": district, **more},
    )


def words(answer) -> str:
    return html.unescape(answer.content.decode())


def raised():
    from redshank.web.meetings.models import Raised

    return Raised.objects.get()


def test_a_place_with_fewer_than_three_children_does_not_go_before_a_chair_who_does_not_see_it(
    sign_in, place
):
    analyst, chair = sign_in("analyst"), sign_in("tasking_chair")
    refused = sent(analyst, "place", place.cell["kiosk"], "tasking")
    assert refused.status_code == 400
    assert "Fewer than three children are tied to this place, so the chair of the TTCG" in words(refused)
    assert sent(analyst, "place", place.cell["lodge"], "tasking").status_code == 302
    assert chair.get(f"/raised/{raised().pk}").status_code == 200
    assert sent(analyst, "place", place.cell["kiosk"], "four_weekly").status_code == 302


def test_a_small_place_is_not_passed_on_to_such_a_chair_either(sign_in, place):
    from redshank.web.meetings import raising

    analyst = sign_in("analyst")
    sent(analyst, "place", place.cell["kiosk"], "four_weekly")
    district = raising.districts(analyst.user)[0]
    decided = analyst.post(
        f"/raised/{raised().pk}/settle",
        {
            "outcome": "passed",
            "to": "tasking",
            "district": district,
            "why": "A patrol.",
            "once": "p",
            "seen": 0,
        },
    )
    assert decided.status_code == 409
    assert "Fewer than three children are tied to this place" in words(decided)
    assert raised().meeting == "four_weekly"


def test_a_child_whose_records_are_partly_under_handling_c_is_raised_as_the_open_records_show_it(
    sign_in, place
):
    analyst, chair = sign_in("analyst"), sign_in("tasking_chair")
    ident = place.person["Cara"]
    asked = sent(analyst, "child", ident, "tasking")
    assert asked.status_code == 400
    assert "Choose with which records it is raised" in words(asked)
    assert "not before the chair of: TTCG, MACE" in words(asked)
    assert sent(analyst, "child", ident, "tasking", sight="open").status_code == 302
    assert not raised().closed
    assert chair.get(f"/raised/{raised().pk}").status_code == 200


def test_raised_with_what_rests_on_handling_c_it_is_for_cleared_roles(sign_in, place):
    analyst, chair = sign_in("analyst"), sign_in("tasking_chair")
    assert sent(analyst, "child", place.person["Cara"], "tasking", sight="closed").status_code == 302
    assert raised().closed
    assert chair.get(f"/raised/{raised().pk}").status_code == 404
    assert analyst.get(f"/raised/{raised().pk}").status_code == 200


def test_of_what_rests_on_handling_c_alone_nothing_goes_to_a_chair_in_the_open(sign_in, place):
    refused = sent(sign_in("analyst"), "group", place.group["closed"], "tasking", sight="open")
    assert refused.status_code == 400
    assert "sees nothing of it in the open records" in words(refused)
