"""Parts in groups, decoys and lines are drawn blind to tradition."""

from __future__ import annotations

import csv
from collections import Counter

import numpy as np
import pytest

from redshank.synthetic.planting import plant
from redshank.synthetic.population import SWAPS
from redshank.synthetic.records import Force
from redshank.synthetic.write import SCALES, people_of, write


def chi_square(drawn: list[int], pool: np.ndarray) -> float:
    """Statistic over traditions, rare ones taken together."""
    size, counts, shares = len(drawn), Counter(drawn), np.bincount(pool) / len(pool)
    total, rest_seen, rest_share = 0.0, 0, 0.0
    for tradition, share in enumerate(shares):
        if share * size < 5:
            rest_seen, rest_share = rest_seen + counts[tradition], rest_share + share
        else:
            total += (counts[tradition] - share * size) ** 2 / (share * size)
    return total + ((rest_seen - rest_share * size) ** 2 / (rest_share * size) if rest_share else 0.0)


def test_tradition_tells_nothing_of_a_persons_part():
    suspects: list[int] = []
    children: list[int] = []
    pools: dict[str, list[np.ndarray]] = {"adult": [], "child": []}
    for seed in (1, 2, 3):
        population, _, py = people_of("medium", seed)
        end = (population.today + 1) * 86400
        planted = plant(Force(population), Force(population), SCALES["medium"], end - 730 * 86400, end, py)
        suspects += [
            int(population.tradition[m.person]) for g in planted.groups for m in g.suspects if m.known
        ]
        children += [int(population.tradition[m.person]) for g in planted.groups for m in g.children]
        for age, found in pools.items():
            found.append(population.tradition[population.ages[age]])
    # 20 traditions: the statistic passes 43.8 by chance once in a thousand (19 degrees of freedom).
    assert len(suspects) > 400
    assert chi_square(suspects, np.concatenate(pools["adult"])) < 43.8
    assert len(children) > 300
    assert chi_square(children, np.concatenate(pools["child"])) < 43.8


def test_the_statistic_would_notice():
    pool = np.repeat(np.arange(20), 100)
    assert chi_square([0] * 100 + list(range(20)) * 15, pool) > 43.8


def rows(path):
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("swap", SWAPS)
def test_a_counterfactual_force_has_that_changed_and_nothing_else(small, tmp_path, swap):
    write(tmp_path, seed=1, swap=swap)
    same = ("people", "groups", "children", "lines", "signals", "decoys", "quarantine")
    for name in same:  # who did what, who is who, and which row is broken
        assert rows(tmp_path / "truth" / f"{name}.csv") == rows(small.folder / "truth" / f"{name}.csv"), name
    head, *before = rows(small.folder / "first" / "people.csv")
    after = rows(tmp_path / "first" / "people.csv")[1:]
    assert len(after) == len(before)
    pairs = [
        (dict(zip(head, b, strict=False)), dict(zip(head, a, strict=False)))
        for b, a in zip(before, after, strict=True)
    ]
    changed = {c for b, a in pairs for c in b if b[c] != a.get(c)}
    may = {
        "ethnicity": {"ethnicity_self_defined", "ethnicity_officer_defined"},
        "nationality": {"nationality"},
        "tradition": {"forenames", "surname", "online_handle", "also_known_as"},
        "sex": {"forenames", "surname", "sex", "online_handle", "also_known_as"},
    }[swap]
    assert changed
    assert changed <= may
    if swap != "tradition":
        first = min(may - {"forenames", "surname", "online_handle", "also_known_as"})
        both = [(b[first], a[first]) for b, a in pairs if b.get(first) and a.get(first)]
        assert len(both) > 100
        assert all(b != a for b, a in both if len(b) <= 12)  # everybody's


def test_what_cannot_be_changed_is_refused(tmp_path):
    with pytest.raises(ValueError, match="'religion': it is one of ethnicity"):
        write(tmp_path, swap="religion")
