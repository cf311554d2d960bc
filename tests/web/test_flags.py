"""The flag itself: on an adult as on a child, with the records that name them as evidence."""

from __future__ import annotations

import pytest

from .conftest import decide, propose


@pytest.mark.databases
def test_a_flag_on_an_adult_rests_on_the_records_that_name_them_and_is_decided_like_any_other(sign_in, place):
    """Its form looked for evidence behind children alone, so that no adult could be flagged at all."""
    from redshank.web.flags.models import Flag

    arlo = place.person["Arlo"]
    shown = sign_in("analyst").get(f"/flags/propose/person/{arlo}")
    assert shown.context["evidence"]
    number = propose(sign_in("analyst"), "person", arlo)
    flag = Flag.objects.get(pk=number)
    assert (flag.about, flag.ident, flag.state) == ("person", arlo, "proposed")
    assert decide(sign_in("exploitation_officer"), number, "confirmed").status_code == 302
    assert Flag.objects.get(pk=number).state == "confirmed"


def test_an_adult_is_called_a_child_in_no_draft_and_in_no_row_of_the_register(sign_in, place):
    from redshank.web.flags.models import Flag
    from redshank.web.register.texts import drafted

    number = propose(sign_in("analyst"), "person", place.person["Arlo"])
    lead = sign_in("safeguarding_lead")
    name = Flag.objects.get(pk=number).label
    for draft in drafted(lead.user, Flag.objects.get(pk=number)):
        for line in draft["text"].splitlines():
            assert not (line.startswith("Name:") and name in line), (draft["system"], line)
    rows = lead.get("/flags/register.csv").content.decode().splitlines()
    mine = [r for r in rows if r.split(",")[0].strip('"') == str(number)]
    assert mine
    assert all("Child" not in r.split(",")[1] for r in mine)


def test_what_was_shared_twice_is_taken_back_whole(sign_in, place):
    """Two officers shared a child with one agency: the lead took one back, read that it was taken back, and the agency saw on."""
    from redshank.web.access import acts
    from redshank.web.policy.models import Share

    lead, officer = sign_in("safeguarding_lead"), sign_in("exploitation_officer")
    about = acts.thing(lead.user, "person", place.person["Cara"])
    assert about is not None
    rows = [acts.share(by.user, about, "Children's services", "joint work") for by in (lead, officer)]
    acts.end(lead.user, "share", rows[0].pk, "case closed")
    standing = Share.objects.filter(ident=about.ident, audience="Children's services", ended_at__isnull=True)
    assert not standing.exists()
