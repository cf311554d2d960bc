"""Parts in groups, decoys and lines are drawn blind to tradition."""

from __future__ import annotations

from collections import Counter

import numpy as np

from redshank.synthetic.planting import plant
from redshank.synthetic.records import Force
from redshank.synthetic.write import SCALES, people_of


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
