"""Several people at once at one recommendation, with real transactions on both databases."""

from __future__ import annotations

import pytest
from django.utils import timezone

from .conftest import client_of
from .test_meetings_race import at_once

pytestmark = pytest.mark.databases


def row():
    from redshank.web.tracker.models import Recommendation

    return Recommendation.objects.get(report__key="group-based-2023", kind="recommendation", number="4")


def post(client, kind: str, seen: int, once: str, **more) -> int:
    return client.post(f"/tracker/{row().pk}/{kind}", {"seen": seen, "once": once} | more).status_code


def test_of_two_who_close_and_send_back_at_once_one_does(own_database):
    lead, second, chair = (
        client_of("safeguarding_lead"),
        client_of("safeguarding_lead-2"),
        client_of("panel_chair"),
    )
    day = timezone.localdate().isoformat()
    assert (
        post(
            lead,
            "evidence",
            0,
            "e",
            choice="document",
            text="A review",
            on=day,
            quality="outcome",
            why="It shows it",
        )
        == 302
    )
    assert post(lead, "complete", 1, "c", why="Done") == 302
    ended = at_once([
        lambda: post(second, "closed", 2, "x", why="I read it"),
        lambda: post(chair, "returned", 2, "y", why="Not yet"),
        lambda: post(lead, "closed", 2, "z", why="Mine"),
    ])  # fmt: skip
    assert sorted(ended) == [302, 400, 400]
    assert ended[2] == 400  # whoever called it complete never closes it
    assert row().status in ("closed", "in_progress")
    assert row().acts.count() == 3


def test_one_form_sent_four_times_at_once_acts_once(own_database):
    lead = client_of("safeguarding_lead")
    ended = at_once([lambda: post(lead, "position", 0, "same", choice="open", text="One position")] * 4)
    assert ended == [302] * 4
    assert row().acts.count() == 1


def test_two_who_take_in_one_report_at_once_take_it_in_once(own_database):
    from redshank.web.tracker.models import Report

    from .test_tracker_pages import CSV

    leads = [client_of("safeguarding_lead"), client_of("safeguarding_lead-2")]
    ended = at_once(
        [
            lambda c=c, n=n: c.post("/tracker/import", {"text": CSV, "once": f"i{n}"}).status_code
            for n, c in enumerate(leads)
        ]
    )
    assert ended == [302, 302]
    assert Report.objects.get(title="Progress report").recommendations.count() == 2
