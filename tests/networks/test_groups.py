"""Planted groups are found whole, decoys are not; each kind alone and all in one world."""

from __future__ import annotations

import pytest
from plants import DECOYS, GROUPS, noise, whole
from run import groups, night
from world import World


@pytest.mark.parametrize("kind", sorted(GROUPS))
def test_a_planted_group_is_found_whole_and_alone(kind):
    w = World()
    grown, children = GROUPS[kind](w, "g", 5)
    ((suspects, kids),) = groups(night(w)).values()
    assert {s for s in suspects if not s.startswith("unidentified-")} == grown
    assert kids == children


@pytest.mark.parametrize("kind", sorted(DECOYS))
def test_a_decoy_is_no_group(kind):
    w = World()
    DECOYS[kind](w, "d", 5)
    assert groups(night(w)) == {}


def test_in_one_world_the_groups_stand_and_the_decoys_do_not():
    w, planted, decoys = whole()
    found = groups(night(w))
    assert len(found) == len(planted)
    proposed = {p for suspects, kids in found.values() for p in suspects | kids}
    assert not proposed & set().union(*decoys.values())
    for grown, children in planted:
        assert any(grown <= s and children == k for s, k in found.values())


def test_a_thousand_unrelated_records_change_nothing():
    w, _, _ = whole()
    before = sorted(groups(night(w)).values(), key=lambda g: sorted(g[0] | g[1]))
    noise(w, 1000)
    assert sorted(groups(night(w)).values(), key=lambda g: sorted(g[0] | g[1])) == before
