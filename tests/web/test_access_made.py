"""Pages about rows that people made here, where what the row is about is out of the reader's sight."""

from __future__ import annotations

import pytest

from .answers import state, told
from .conftest import decide, propose
from .test_access_writes import hide


@pytest.mark.databases
def test_texts_of_a_flag_that_is_out_of_sight_are_not_there(sign_in, place):
    closed = propose(sign_in("analyst"), "group", place.group["closed"])
    hidden = propose(sign_in("analyst"), "group", place.group["other"])
    hide(sign_in, place)
    for role, number in (("partnership_officer", closed), ("partnership_officer", hidden), ("analyst-2", hidden)):  # fmt: skip
        client = sign_in(role)
        before = state()
        assert told(client.get(f"/flags/{number}/texts")) == told(client.get("/flags/999999/texts")), role
        form = {"kind": "intelligence", "reference": "X-1", "text": "x", "once": "y" * 32}
        assert told(client.post(f"/flags/{number}/texts", form)) == told(client.post("/flags/999999/texts", form))  # fmt: skip
        assert state() == before


def test_a_sample_of_the_register_shows_no_flag_that_is_out_of_sight(sign_in, place):
    from redshank.web.register.models import Drawn

    number = propose(sign_in("analyst"), "group", place.group["other"])
    decide(sign_in("exploitation_officer"), number, "confirmed")
    drawer = sign_in("safeguarding_lead")
    answer = drawer.post("/flags/samples", {"size": "5", "seed": "1", "once": "z" * 32})  # fmt: skip
    if not Drawn.objects.exists():
        pytest.fail(f"no sample was drawn: {answer.status_code} {getattr(answer, 'context', None) and answer.context.get('errors')}")  # fmt: skip
    sample = Drawn.objects.latest("pk").sample_id
    hide(sign_in, place)
    for role in ("safeguarding_lead", "analyst-2"):
        client = sign_in(role)
        looked = client.get(f"/flags/samples/{sample}/{number}")
        assert told(looked) == told(client.get(f"/flags/samples/{sample}/999999")), role
        assert looked.status_code == 404
        assert "ending 202" not in client.get(f"/flags/samples/{sample}").content.decode(), role
