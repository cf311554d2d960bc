"""Several people at once before a meeting, with real transactions on both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from .conftest import client_of

pytestmark = pytest.mark.databases


def at_once(works: list[Any]) -> list[Any]:
    """Begins all together; what each gave."""
    from django.db import connections

    gate, out = threading.Barrier(len(works)), [None] * len(works)

    def run(n: int) -> None:
        try:
            gate.wait(20)
            out[n] = works[n]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    return out


def raised_group(place: Any) -> Any:
    from redshank.web.meetings.models import Raised

    client = client_of("analyst")
    sent = {"meeting": "daily", "why": "Seen twice", "once": "first"}
    assert client.post(f"/raise/group/{place.group['open']}", sent).status_code == 302
    return Raised.objects.get()


def test_four_who_raise_one_thing_raise_it_once_with_four_reasons(own_database, place):
    from redshank.web.meetings.models import Raised

    clients = [client_of(r) for r in ("analyst", "researcher", "exploitation_officer", "partnership_officer")]
    path = f"/raise/group/{place.group['open']}"
    ended = at_once(
        [
            lambda c=c, n=n: (
                c.post(path, {"meeting": "daily", "why": f"reason {n}", "once": f"r{n}"}).status_code
            )
            for n, c in enumerate(clients)
        ]
    )
    assert ended == [302] * 4
    found = Raised.objects.get()
    assert {found.why, *found.moves.values_list("why", flat=True)} == {f"reason {n}" for n in range(4)}


def test_of_three_who_settle_one_thing_one_does_and_the_others_read_it(own_database, place):
    raised = raised_group(place)
    clients = [client_of(r) for r in ("duty_inspector", "analyst", "safeguarding_lead")]
    sent = {"outcome": "closed", "why": "talked about", "seen": 0}
    ended = at_once(
        [
            lambda c=c, n=n: c.post(f"/raised/{raised.pk}/settle", sent | {"once": f"s{n}"})
            for n, c in enumerate(clients)
        ]
    )
    assert sorted(a.status_code for a in ended) == [302, 409, 409]
    assert all(b"was first: talked about" in a.content for a in ended if a.status_code == 409)
    assert raised.moves.count() == 1


def test_of_two_who_cancel_a_sitting_the_agenda_goes_on_once(own_database, place):
    from redshank.web.meetings.bodies import LONDON

    raised = raised_group(place)
    path = f"/meetings/daily/{raised.next_on.astimezone(LONDON).date().isoformat()}/act"
    sent = {"act": "cancel", "cancel_why": "snow"}
    ended = at_once(
        [
            lambda c=client_of(r), r=r: c.post(path, sent | {"once": r}).status_code
            for r in ("duty_inspector", "analyst")
        ]
    )
    assert ended == [302, 302]
    assert [m.kind for m in raised.moves.all()] == ["cancelled"]
    before = raised.next_on
    raised.refresh_from_db()
    assert (raised.next_on - before).days == 1
