"""A count is kept only as long as, and only for whom, it is true."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from redshank.web.heads.models import Child, Group
from redshank.web.pages import paging
from redshank.web.policy.models import Conflict

WHY = "for a test"


@pytest.fixture
def outside(monkeypatch):
    """As in a request that is in no transaction, which a test always is."""
    monkeypatch.setattr(paging, "connection", SimpleNamespace(in_atomic_block=False))
    paging._counts.clear()
    yield
    paging._counts.clear()


def test_the_second_time_nothing_is_counted(outside, sign_in):
    user = sign_in("analyst").user
    first = paging.count(Child.objects.visible_to(user, WHY))
    assert first == Child.objects.visible_to(user, WHY).count() > 0
    (key,) = paging._counts
    at, _ = paging._counts[key]
    paging._counts[key] = (at, first + 100)
    assert paging.count(Child.objects.visible_to(user, WHY).order_by("place")) == first + 100
    paging._counts[key] = (at - paging.KEPT_SECONDS - 1, first + 100)
    assert paging.count(Child.objects.visible_to(user, WHY)) == first


def test_who_sees_less_gets_a_count_of_their_own(outside, sign_in, place):
    """A conflict decided a moment ago counts at once: what is hidden is part of the question."""
    one, two = sign_in("analyst").user, sign_in("analyst-2").user
    everything = paging.count(Child.objects.visible_to(one, WHY))
    Conflict.objects.create(user=two, by=one, person_id=place.person["Cara"], reason=WHY)
    assert (
        paging.count(Child.objects.visible_to(two, WHY))
        == Child.objects.visible_to(two, WHY).count()
        < everything
    )
    assert paging.count(Child.objects.visible_to(one, WHY)) == everything


def test_no_count_reads_what_may_change_between_two_questions(outside, sign_in):
    """A query that looks into anything but heads is counted each time, and so is a list."""
    user = sign_in("analyst").user
    flagged = Group.objects.visible_to(user, WHY).filter(group_id__in=_flagged())
    assert paging.count(flagged) == 0
    assert paging.count([1, 2, 3]) == 3
    assert not paging._counts


def _flagged():
    from redshank.web.flags.models import Flag

    return Flag.objects.values("ident")


def test_inside_a_transaction_nothing_is_kept(sign_in):
    paging._counts.clear()
    user = sign_in("analyst").user
    assert paging.count(Child.objects.visible_to(user, WHY)) > 0
    assert not paging._counts
