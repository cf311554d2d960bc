"""What is raised is seen by whoever has the chair: small places go elsewhere, and what rests on handling C goes as a person chose."""

from __future__ import annotations

import html

from django.urls import reverse


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
    assert "does not see what rests on it, in: TTCG, MACE" in words(asked)
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


def test_the_open_records_are_raised_also_to_a_chair_who_is_cleared(sign_in, place):
    assert sent(sign_in("analyst"), "child", place.person["Cara"], "daily", sight="open").status_code == 302
    assert not raised().closed


def test_an_agency_is_asked_about_a_child_partly_under_handling_c_once_nothing_written_rests_on_it(
    sign_in, place
):
    from redshank.web.sharing.models import Ask

    officer, chair = sign_in("exploitation_officer"), sign_in("mace_coordinator")
    ident = place.person["Cara"]
    form = {
        "agency": "Children's services", "what": "Attendance", "why": "To see where help is needed", "gateway": "ca2004",
        "due": "2030-01-31", "once": "a",
    }  # fmt: skip
    refused = officer.post(f"/sharing/ask/child/{ident}", form)
    assert refused.status_code == 400
    assert "Say that nothing of it rests on handling C" in words(refused)
    assert officer.post(f"/sharing/ask/child/{ident}", form | {"open": "yes"}).status_code == 302
    ask = Ask.objects.get()
    assert not ask.closed
    assert chair.get(f"/sharing/{ask.pk}").status_code == 200
    alone = officer.post(f"/sharing/ask/group/{place.group['closed']}", form | {"open": "yes", "once": "b"})
    assert alone.status_code == 400
    assert "rests on reports of handling C alone" in words(alone)


def test_a_referral_to_the_front_door_is_read_by_the_chairs_of_that_child(sign_in, place):
    from redshank.web.sharing.models import Referral

    officer, chair = sign_in("exploitation_officer"), sign_in("mace_coordinator")
    form = {
        "agency": "A school",
        "what": "Met at the gate",
        "day": "2026-01-05",
        "time": "10:00",
        "once": "m",
    }
    assert officer.post(f"/mash/refer/{place.person['Cara']}", form).status_code == 302
    assert chair.get(f"/mash/{Referral.objects.get().pk}").status_code == 200


# ---- the other ways to a meeting ask the same ---------------------------------------------------


def from_worklist(client, ident, kind="raise", about="child", **more):
    seen = client.get(reverse("item", args=[about, ident])).context["seen"]
    form = {
        "act": kind,
        f"{kind}_why": "Seen again.",
        "once": f"{kind}{seen}{len(more)}",
        "seen": seen,
    } | more
    return client.post(reverse("item-raise", args=[about, ident]), form)


def test_the_worklist_asks_with_which_records_something_is_raised(sign_in, place):
    from redshank.web.worklist.models import Act

    analyst, ident = sign_in("analyst"), place.person["Cara"]
    asked = from_worklist(analyst, ident)
    assert asked.status_code == 400
    assert "Choose with which records it is raised" in words(asked)
    assert not Act.objects.filter(kind="raise").exists()
    assert from_worklist(analyst, ident, raise_sight="open").status_code == 302
    assert not raised().closed


def test_raised_from_the_worklist_with_what_rests_on_handling_c_it_is_for_cleared_roles(sign_in, place):
    assert from_worklist(sign_in("analyst"), place.person["Cara"], raise_sight="closed").status_code == 302
    assert raised().closed


def test_of_a_group_that_rests_on_handling_c_alone_the_worklist_raises_nothing_in_the_open(sign_in, place):
    from redshank.web.meetings.models import Raised

    refused = from_worklist(sign_in("analyst"), place.group["closed"], about="group", raise_sight="open")
    assert refused.status_code == 400
    assert "sees nothing of it in the open records" in words(refused)
    assert not Raised.objects.exists()


def test_many_held_at_once_go_with_handling_c_to_cleared_roles_alone(sign_in, place):
    analyst = sign_in("analyst")
    form = {"keys": [f"child|{place.person['Cara']}"], "do": "hold", "bulk_why": "A pattern.", "once": "bulk"}
    assert analyst.post("/worklist/bulk", form).status_code == 302
    assert raised().closed


def test_the_matrix_asks_with_which_records_a_child_is_raised(sign_in, place):
    from redshank.web.matrix.models import Edition

    analyst, ident = sign_in("analyst"), place.person["Cara"]
    assert analyst.post("/matrix", {"meeting_on": "2026-12-20", "once": "e"}).status_code == 302
    address = f"/matrix/{Edition.objects.get().pk}/children/{ident}"
    asked = analyst.post(f"{address}/raise", {"raise_why": "Seen again.", "once": "m"})
    assert asked.status_code == 400
    assert "Choose with which records it is raised" in words(asked)
    assert 'name="sight"' in words(asked)
    sent = analyst.post(f"{address}/raise", {"raise_why": "Seen again.", "once": "m", "sight": "open"})
    assert sent.status_code == 302
    one = raised()
    assert (one.closed, one.title) == (False, "Cara " + one.title.split(" ", 1)[1])
    # The raiser's own word that the reason rests on handling C needs no second answer.
    assert analyst.post(f"{address}/raise", {"raise_why": "Other.", "once": "n", "closed": "1"}).status_code == 302  # fmt: skip
    from redshank.web.meetings.models import Raised

    assert Raised.objects.filter(closed=True).count() == 1


def test_a_referral_to_mace_asks_with_which_records_a_child_is_referred(sign_in, place):
    from redshank.web.heads.models import Appearance, Record

    analyst, ident = sign_in("analyst"), place.person["Cara"]
    row = Appearance.objects.filter(person_id=ident, valid_to__isnull=True).first()
    Record.objects.filter(key=row.record_key).update(kind="missing_episodes", missing_from="2026-05-01T10:00:00Z")  # fmt: skip
    Appearance.objects.filter(pk=row.pk).update(role="missing")
    page = analyst.get(f"/missing/{ident}/refer")
    assert page.status_code == 200
    assert 'name="sight"' in page.content.decode()
    form = {"why": "Met twice.", "owner": page.context["owners"][0].username, "once": "r"}
    asked = analyst.post(f"/missing/{ident}/refer", form)
    assert asked.status_code == 400
    assert "Choose with which records it is raised" in words(asked)
    assert analyst.post(f"/missing/{ident}/refer", form | {"sight": "open"}).status_code == 302
    assert not raised().closed


def test_a_row_that_only_stands_elsewhere_in_the_order_rests_on_nothing_closed(sign_in, place):
    """Another child's report of handling C moves everybody's place in the full edition: that says nothing of this child."""
    from redshank.web.heads.models import Child, Line

    line = Line.objects.filter(line_ref="L-1", valid_to__isnull=True).get(in_full=True)
    line.in_open = False
    line.save(update_fields=["in_open"])
    line.pk, line.in_full, line.in_open, line.place = None, False, True, line.place + 1
    line.save(force_insert=True)
    full = Line.objects.get(line_ref="L-1", in_full=True)
    assert not full.rests_on_c
    Line.objects.filter(pk=line.pk).update(band="low")
    assert full.rests_on_c
    Line.objects.filter(pk=line.pk).delete()
    assert full.rests_on_c
    assert not Child.objects.filter(in_open=True).first().rests_on_c
