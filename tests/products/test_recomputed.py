"""Every number of every figure, a second time by other means (:mod:`recompute`): two periods, the force and one district.

The drafts are a cleared analyst's with handling C: their content is the full edition, as the findings' export is.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from .conftest import Force
from .drafting import every_figure, read
from .recompute import FIGURES
from .recompute.told import of_one

DRAFTS = ("year", "month", "district", "district-month")


def test_every_figure_of_the_registry_is_recomputed():
    assert set(every_figure()) == set(FIGURES)


def test_the_recomputation_uses_nothing_of_the_products():
    for path in sorted((Path(__file__).parent / "recompute").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []  # fmt: skip
            assert not [n for n in names if n.startswith(("redshank.products", "redshank.web.products"))], (
                path
            )


@pytest.mark.slow
@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_says_what_the_records_and_decisions_say(force: Force, draft: str, name: str):
    told, mine = read(force.paper(draft))[name], FIGURES[name](force.world(draft))
    told.ordered = mine.ordered
    assert told.says == of_one(mine.says)
    assert told.nonzero() == mine.nonzero()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(FIGURES) - {"quality.audits"}))
def test_a_figure_counts_something_that_is_not_nought(force: Force, name: str):
    """Nothing is proved by two noughts that are equal."""
    told = read(force.paper("year"))[name]
    assert told.nonzero() or any(c in "123456789" for c in told.says)
