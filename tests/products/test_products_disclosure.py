"""No reader works a small number out of the others: attacked with a linear programme over everything that is published."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from redshank.products.disclosure import BASE, WITHHELD, guarded, rounded
from redshank.products.figures import Cell, Figure, Grid


def divided(name: str, numbers: list[int], population: str, total: bool = True) -> Figure:
    """A figure that divides a population, with its total in the sentence."""
    cells = {f"row{n}": Cell(v) for n, v in enumerate(numbers)}
    grid = Grid(
        ("Part", "Number"), tuple((f"part {n}", (f"row{n}",)) for n in range(len(numbers))), population
    )
    if total:
        cells["all"] = Cell(sum(numbers))
    return Figure(name, name, "{all}" if total else "", cells, grid, {"all": population} if total else {})


def attacked(editions: list[list[Figure]], shown: list[dict]) -> list[tuple[int, tuple[str, str], int]]:
    """Small cells of which a reader of all editions finds the one value that they can have: edition, cell, value.

    The reader knows how the rounding goes, which parts divide which population, and that a later edition of a longer
    period holds the earlier one.
    """
    at: dict[tuple[int, tuple[str, str]], int] = {}
    bounds: list[tuple[float, float | None]] = []
    equal: list[tuple[dict[int, float], float]] = []
    for e, figures in enumerate(editions):
        for f in figures:
            for cell in f.cells:
                at[e, (f.name, cell)] = len(bounds)
                s = shown[e][f.name, cell]
                bounds.append((s.low, s.high))
        whole: dict[str, int] = {}
        for f in figures:
            for population in {f.grid.whole, *f.wholes.values()} - {""}:
                if population not in whole:
                    whole[population] = len(bounds)
                    bounds.append((0, None))
            for cell, population in f.wholes.items():
                equal.append(({at[e, (f.name, cell)]: 1, whole[population]: -1}, 0))
            if f.grid.whole:
                parts = {at[e, (f.name, ids[0])]: 1.0 for _, ids in f.grid.rows}
                equal.append((parts | {whole[f.grid.whole]: -1}, 0))
    later: list[dict[int, float]] = []
    if len(editions) == 2:
        later = [{at[0, ref]: 1.0, at[1, ref]: -1.0} for (e, ref) in at if e == 0 and (1, ref) in at]
    n = len(bounds)
    row = lambda told: [told.get(i, 0.0) for i in range(n)]  # noqa: E731
    a_eq, b_eq = [row(t) for t, _ in equal], [b for _, b in equal]
    a_ub, b_ub = [row(t) for t in later], [0.0] * len(later)
    found = []
    for (e, ref), i in at.items():
        true = next(f for f in editions[e] if f.name == ref[0]).cells[ref[1]].n
        if true >= BASE:
            continue
        ends = []
        for sign in (1, -1):
            goal = [0.0] * n
            goal[i] = sign
            done = linprog(
                goal,
                A_eq=a_eq or None,
                b_eq=b_eq or None,
                A_ub=a_ub or None,
                b_ub=b_ub or None,
                bounds=bounds,
            )
            ends.append(math.inf if done.status == 3 else sign * done.fun)
        if ends[1] - ends[0] < 1 - 1e-6 or math.floor(ends[1] + 1e-6) == math.ceil(ends[0] - 1e-6):
            found.append((e, ref, round(ends[0])))
    return found


numbers = st.lists(st.integers(0, 14), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(numbers, st.lists(st.integers(0, 3), min_size=6, max_size=6), st.randoms(use_true_random=False))
@example([3, 3, 3, 3, 0], [0] * 6, None)
@example([7, 7, 7, 7, 1], [0] * 6, None)
def test_no_small_number_is_told_by_sums_by_a_second_table_or_by_a_second_edition(first, more, random):
    total = sum(first)
    other = [total // 2, total - total // 2]  # the same population, divided otherwise
    later = [a + b for a, b in zip(first, more, strict=False)]
    later_other = [sum(later) // 2, sum(later) - sum(later) // 2]
    editions = [
        [divided("districts", first, "crimes"), divided("ages", other, "crimes", total=False)],
        [divided("districts", later, "crimes"), divided("ages", later_other, "crimes", total=False)],
    ]
    shown = [guarded(figures) for figures in editions]
    assert attacked(editions, shown) == []


def test_the_attack_finds_what_rounding_alone_gives_away():
    """Four parts at the lower edge of their range and a total at the upper edge of its own: the fifth can only be nought."""
    figures = [divided("districts", [8, 8, 8, 8, 0], "crimes")]
    told = {("districts", f"row{n}"): rounded(v) for n, v in enumerate([8, 8, 8, 8, 0])}
    told["districts", "all"] = rounded(32)
    low = {("districts", "row4")}
    exact = told | {("districts", "all"): type(told["districts", "all"])("32", 32, 32)}
    assert {ref for _, ref, _ in attacked([figures], [exact])} == low
    assert attacked([figures], [guarded(figures)]) == []


def test_a_total_that_would_tell_a_small_part_is_withheld_and_the_parts_stay():
    figures = [divided("districts", [8, 8, 8, 8, 0, 0], "crimes")]
    shown = guarded(figures)
    assert shown["districts", "all"] == WITHHELD
    assert [shown["districts", f"row{n}"].text for n in range(6)] == ["10"] * 4 + ["fewer than 5"] * 2


@pytest.mark.parametrize("n", range(300))
def test_a_rounded_number_lies_where_its_reader_thinks(n):
    shown = rounded(n)
    assert shown.low <= n <= shown.high
    assert shown.high - shown.low >= 2
    assert (n < BASE) == (shown.text == "fewer than 5")


def test_the_same_number_is_shown_alike_in_every_edition():
    few, many = [divided("a", [6, 9], "x")], [divided("a", [6, 9], "x"), divided("b", [6, 30], "y")]
    assert guarded(few)["a", "row0"] == guarded(many)["b", "row0"]


def of_children(ages: list[int], young: int) -> Figure:
    """As ``children.ages``: its sentence tells how many are under 13, which are its first two rows."""
    made = divided("ages", ages, "children")
    cells = made.cells | {"young": Cell(young)}
    return Figure(
        "ages", "ages", "{all} {young}", cells, made.grid, made.wholes, sums=(("young", ("row0", "row1")),)
    )


def test_a_subtotal_in_a_sentence_tells_no_row_that_it_is_made_of():
    shown = guarded([of_children([4, 4, 9, 6], 8)])
    assert shown["ages", "young"] == WITHHELD
    assert shown["ages", "row0"].text == "fewer than 5"


def test_a_second_column_that_divides_the_same_is_held_against_the_total_as_well():
    grid = Grid(("", "one", "two"), tuple((f"part {n}", (f"a{n}", f"b{n}")) for n in range(3)), "children")
    cells = {
        "a0": Cell(8),
        "a1": Cell(8),
        "a2": Cell(7),
        "b0": Cell(12),
        "b1": Cell(7),
        "b2": Cell(4),
        "all": Cell(23),
    }
    sums = (("children", ("b0", "b1", "b2")),)
    shown = guarded([Figure("matrix", "", "{all}", cells, grid, {"all": "children"}, sums=sums)])
    assert shown["matrix", "all"] == WITHHELD or WITHHELD in (shown["matrix", "b0"], shown["matrix", "b1"])


def test_the_same_sum_over_two_figures_is_one():
    """Flagged by the record system: eight; by both and by it alone, in another figure, four each."""
    flagged = Figure("flagged", "", "{own}", {"own": Cell(8)}, sums=(("own", ("both", "alone")),))
    compared = Figure(
        "compared", "", "{b} {a}", {"b": Cell(4), "a": Cell(4)}, wholes={"b": "both", "a": "alone"}
    )
    assert guarded([flagged, compared])["flagged", "own"] == WITHHELD
    assert guarded([flagged])["flagged", "own"].text == "10"


def test_rows_that_stand_only_where_something_was_counted_are_each_one_at_least():
    made = divided("outcomes", [1, 1, 2], "crimes")
    named = Figure(
        made.name, "", made.says, made.cells, made.grid, made.wholes, least=("row0", "row1", "row2")
    )
    assert guarded([made])["outcomes", "all"].text == "fewer than 5"
    assert guarded([named])["outcomes", "all"] == WITHHELD
