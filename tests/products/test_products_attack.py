"""A reader adds up everything that an edition for others prints, of a real force: no small number may come out of it.

The attacker (:mod:`tests.products.attacking`) shares nothing with the guard: it reads numbers from the words of the file, finds what
adds up by what stands behind the numbers of all drafts, and solves them as integers.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from redshank.products.build import Wanted, build
from redshank.products.figures import REGISTRY
from redshank.products.frozen import unpack
from redshank.products.papers import write
from redshank.products.rows import Period
from redshank.products.specs import Heading, Spec, read
from redshank.products.words import month_said

from . import attacking
from .attacking import Draft, Name, Relation
from .conftest import Force

PRODUCTS = ("problem-profile", "vulnerability-profile", "exploitation-bulletin")
WHOLE = Spec(
    "all", "1", "All", "a test", 1, 0, (Heading("all", "All", tuple(REGISTRY), (), "", "", ""),), False
)


@cache
def contents(folders: tuple[Path, ...]) -> dict[tuple[int, str], Any]:
    return {
        (n, p.name): unpack(p.read_bytes())
        for n, f in enumerate(folders)
        for p in sorted((f / "contents").iterdir())
    }


@cache
def what_adds_up(folders: tuple[Path, ...]) -> tuple[list[Relation], set[Name]]:
    """Of all drafts of both forces; and the rows that do not stand in every one, which a reader knows to count something."""
    every = [attacking.behind(_open(c)) for c in contents(folders).values()]
    now_and_then = {n for d in every for n in d if n[1] and not all(n in other for other in every)}
    columns = {(n[0], n[2]) for n in now_and_then}
    nought = {(n[0], n[2]) for d in every for n in d if n[1] and d[n][0] == 0}
    return attacking.relations(every), {n for n in now_and_then if (n[0], n[2]) in columns - nought}


def _open(content: Any) -> list[Any]:
    return [f for f in content.figures if not REGISTRY[f.name].names]


def drafted(content: Any, spec: Spec, edition: str) -> Draft:
    figures = [f for f in content.figures if f.name in spec.figures]
    day = content.as_of.date()
    paper = write(build(Wanted(spec, Period(day, day), edition), content.rows, figures), "csv")
    mine = [f for f in figures if not REGISTRY[f.name].names]
    return Draft(attacking.behind(mine), attacking.read(paper, mine, month_said))


def attacked(
    folders: tuple[Path, ...], drafts: list[Draft], same: list[tuple[int, Name, int, Name]]
) -> list[Any]:
    known, sometimes = what_adds_up(folders)
    least = {(d, n) for d, draft in enumerate(drafts) for n in draft.true if n in sometimes}
    return attacking.found_out(drafts, known, same, least)


def folders_of(forces: list[Force]) -> tuple[Path, ...]:
    return tuple(f.folder for f in forces)


@pytest.mark.slow
def test_the_attacker_reads_every_number_and_finds_what_adds_up(forces):
    folders = folders_of(forces)
    known, _ = what_adds_up(folders)
    whole = {(t, frozenset(p)) for t, p, all_ in known if all_}
    owed = frozenset(
        ("missing.interviews", label, "Episodes") for label in ("held in time", "held late", "overdue")
    )
    assert (("missing.interviews", "", "owed"), owed) in whole
    assert len(whole) > 40
    for content in contents(folders).values():
        draft = drafted(content, WHOLE, "public")
        assert all(draft.printed[n][0] <= draft.true[n][0] <= draft.printed[n][1] for n in draft.printed)
        assert len(draft.printed) > 0.9 * len(draft.true) - 60


@pytest.mark.slow
@pytest.mark.parametrize(
    "code", ["all", "problem-profile", *(pytest.param(p, marks=pytest.mark.long) for p in PRODUCTS[1:])]
)
def test_no_small_number_comes_out_of_two_editions_one_after_the_other(forces, code):
    """Of the force and of each district. What both print of one thing is one number: a month of which both hold every day, and
    all that is told as it stands now. The partners' edition prints the same numbers as the public one."""
    folders = folders_of(forces)
    spec = WHOLE if code == "all" else read(code, None)
    held = contents(folders)
    for (n, name), later in held.items():
        if name.endswith("-2"):
            earlier = held[n, name.replace("-2", "-1")]
            two = [drafted(earlier, spec, "public"), drafted(later, spec, "public")]
            for content, draft in zip((earlier, later), two, strict=True):
                assert drafted(content, spec, "partner").printed == draft.printed
            same = [
                (0, x, 1, x)
                for x in two[0].true
                if x in two[1].true and two[0].true[x] == two[1].true[x] and two[0].true[x][0] > 0
            ]
            assert attacked(folders, two, same) == [], (n, name)
