"""The first page: five parts in one order, what holds something in full, and what holds nothing in one line of names."""

from __future__ import annotations

import re

import pytest

from redshank.web.accounts.roles import ROLES
from redshank.web.pages.today import NOTHING, SOURCES, TITLES


def parts(client) -> dict[str, str]:
    """Heading of a part → its HTML, in the order of the page."""
    page = client.get("/").content.decode()
    found = re.findall(r'<h2 class="govuk-heading-m" id="section-(\w+)">(.*?)</section>', page, re.DOTALL)
    return dict(found)


@pytest.mark.parametrize("role", list(ROLES))
def test_every_block_of_a_role_stands_once_with_its_lines_or_among_those_with_nothing(sign_in, role):
    client = sign_in(role)
    mine = {key: sources for key, sources in ROLES[role].first.items() if sources}
    # Asked before the page is: the page itself is a read, which the auditor's page counts.
    held = {k: [SOURCES[s](client.user, ROLES[role].purpose) for s in sources] for k, sources in mine.items()}
    told = parts(client)
    assert list(told) == list(mine) == [k for k in TITLES if k in mine]
    for key, blocks in held.items():
        full = [b.title for b in blocks if b.lines]
        empty = [b.title for b in blocks if not b.lines]
        assert [re.sub(r"\s*<.*", "", h) for h in re.findall(r"<h3[^>]*>(.*?)</h3>", told[key])] == full
        lines = re.findall(r'<p class="redshank-none">(.*?)</p>', told[key], re.DOTALL)
        assert len(lines) == bool(empty)
        if empty:
            words = re.sub(r"<[^>]+>", "", lines[0])
            assert words == f"{NOTHING[key]}: {'; '.join(empty)}."


def test_what_replaces_no_emergency_call_says_so_also_when_it_is_empty(sign_in):
    from redshank.web.heads.models import Urgent

    Urgent.objects.update(valid_to=0)
    told = parts(sign_in("duty_inspector"))["cannot_wait"]
    assert "Nothing waits in: " in told
    assert told.count("This list replaces no emergency call.") == 1


def test_every_account_of_a_demonstration_has_a_deputy_so_that_each_step_names_somebody(sign_in):
    from redshank.web.accounts.demonstration import make_accounts
    from redshank.web.accounts.models import User
    from redshank.web.worklist.config import WAITING
    from redshank.web.worklist.waiting import people_of

    make_accounts()
    made = User.objects.filter(demonstration=True).select_related("deputy")
    assert set(made.values_list("role", flat=True)) == set(ROLES)
    for user in made:
        assert user.deputy, user.username
        assert user.deputy != user
        assert user.deputy.demonstration
    User.objects.filter(demonstration=False).update(is_active=False)
    for step in WAITING["step"]:
        people = people_of(step)
        assert people
        assert all(p.as_role.allows("urgent.take") for p in people), step
    team = made.get(agency="Partnership Exploitation Team")
    assert (team.role, team.deputy.role) == ("partner_member", "partner_member")
    from redshank.web.meetings.actions import teams

    assert "Partnership Exploitation Team" in teams()
    made.update(deputy=None)  # a demonstration of an earlier version is given them too
    make_accounts()
    assert not User.objects.filter(demonstration=True, deputy__isnull=True).exists()


def overdue(record_key: str, text: str, uid: str) -> None:
    """A signal of the pattern on one record, as the night writes it."""
    from redshank.web.heads.models import Signal

    row = Signal.objects.filter(valid_to__isnull=True, in_full=True, in_open=True).first()
    row.pk, row.uid, row.signal_id, row.record_key, row.text = None, uid, uid, record_key, text
    row.indicator, row.status, row.rule = "return_interview_overdue", "affirmed", "pattern:return_interview_overdue"  # fmt: skip
    row.save(force_insert=True)


def test_an_interview_that_was_held_late_is_owed_no_more(sign_in):
    """The block counted those too: 63 stood as overdue, and two thirds of them had been held."""
    from redshank.web.heads.models import Signal

    Signal.objects.filter(indicator="return_interview_overdue").delete()
    overdue("missing_episodes:M-open", "no interview recorded 72 hours after the return", "s-1")
    overdue("missing_episodes:M-other", "held 90 hours after the return", "s-2")
    client = sign_in("missing_adviser")
    told = parts(client)["overdue"]
    (more,) = re.findall(r'no interview within 72 hours <a[^>]*href="([^"]+)"[^>]*>.*?1</a>', told)
    opened = client.get(more.replace("&amp;", "&"))
    assert [r.key for r in opened.context["shown"].page] == ["missing_episodes:M-open"]
    assert "1 return without an interview recorded within 72 hours" in opened.content.decode()


def test_a_record_on_the_first_page_is_called_by_its_kind_and_number(sign_in):
    """It used to stand as "call or incident", which tells nobody which."""
    from redshank.web.heads.models import Item

    client = sign_in("analyst")
    row = Item.objects.filter(valid_to__isnull=True, in_open=True).first()
    row.pk, row.uid, row.about, row.ident, row.title = None, "record:x", "record", "incidents:N-1", "call or incident"  # fmt: skip
    row.since_run, row.place, row.person_id, row.group_id = client.user.before_run + 1, 0, "", ""
    row.record_key = "incidents:N-1"
    row.records = '["incidents:N-1"]'
    row.save(force_insert=True)
    assert "Incident N-1: call or incident" in parts(client)["new"]


def test_a_block_whose_lines_stand_for_many_offers_no_second_way_to_all(sign_in):
    """ "All 38" stood under one line that said "38 reads"."""
    client = sign_in("auditor")
    for _ in range(2):
        client.get("/")
    told = parts(client)["new"]
    assert "reads of records and lists" in told
    assert ">All " not in told
