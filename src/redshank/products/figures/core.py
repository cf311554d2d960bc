"""A figure: a named, documented query over rows. Its numbers are cells, and every cell knows what stands behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from redshank.products.rows import Period, Rows, local

#: In a figure's sentence: a cell's number, or a share of two.
SLOT = re.compile(r"\{([\w.]+)(?:/([\w.]+))?\}")


@dataclass(frozen=True)
class Cell:
    """A count, and the keys of what was counted (a record's key, ``group:ID``, ``flag:NUMBER``, ``act:KIND:ID``)."""

    n: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """Rows of one or more cells. ``whole``: the population that the first column divides without overlap, if it does."""

    head: tuple[str, ...]  # of the labels' column, then of each cell
    rows: tuple[tuple[str, tuple[str, ...]], ...]  # label, ids of cells
    whole: str = ""
    chart: str = ""  # bars, months
    about: tuple[str, ...] = ()  # of a grid that names: what each row is about (``group:ID``, ``child:ID``)
    called: tuple[str, ...] = ()  # and how it is called, without anything that is said of it


Sum = tuple[str, tuple[str, ...]]  # a total, and the parts that divide it


@dataclass(frozen=True)
class Figure:
    """``says`` is a sentence with ``{id}`` for a cell's number and ``{a/b}`` for a share in per cent.

    ``wholes``: cell → population; two figures that count the same population name it alike, so that no reader can take
    one from the other (:mod:`redshank.products.disclosure`). ``sums``: every other total and the parts that divide it, each the
    id of a cell or a population's name; what is not printed and only makes a sum whole (:func:`part_of`) is a population too.
    ``least``: what is at least one, because its row would not stand there otherwise.
    """

    name: str
    title: str
    says: str
    cells: dict[str, Cell]
    grid: Grid | None = None
    wholes: dict[str, str] = field(default_factory=dict)
    gap: str = ""  # what cannot be said, and why
    sums: tuple[Sum, ...] = ()
    least: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """A figure as it is registered: what it asks, how it counts, what it reads."""

    name: str
    asks: str
    how: str
    names: bool  # it names people, groups or places, or tells small numbers in words: for the force's own edition alone
    run: Callable[[Rows, Period], Figure]
    everywhere: tuple[str, ...] = ()  # scopes of a product in which it counts the whole force all the same


REGISTRY: dict[str, Query] = {}


def figure(
    name: str, asks: str, *, names: bool = False, everywhere: tuple[str, ...] = ()
) -> Callable[[Any], Any]:
    """Registers a query. The function's docstring says how it counts, and is printed in the annex of each product."""

    def declare(run: Callable[[Rows, Period], Figure]) -> Callable[[Rows, Period], Figure]:
        if name in REGISTRY:
            raise ValueError(f"two figures are called {name}")
        REGISTRY[name] = Query(name, asks, " ".join((run.__doc__ or "").split()), names, run, everywhere)
        return run

    return declare


def cell(keys: Iterable[str]) -> Cell:
    """So many things, each once."""
    each = tuple(sorted(set(keys)))
    return Cell(len(each), each)


def of_people(pairs: Iterable[tuple[str, Iterable[str]]]) -> Cell:
    """So many people, with the records behind them."""
    held: dict[str, set[str]] = {}
    for person, keys in pairs:
        held.setdefault(person, set()).update(keys)
    return Cell(len(held), tuple(sorted({k for keys in held.values() for k in keys})))


def divided(
    head: tuple[str, ...],
    parts: Iterable[tuple[str, Cell]],
    whole: str = "",
    chart: str = "",
    prefix: str = "row",
) -> tuple[Grid, dict[str, Cell]]:
    """A grid of one column from labelled cells, and the cells by their ids."""
    rows, cells = [], {}
    for n, (label, one) in enumerate(parts):
        ident = f"{prefix}{n}"
        rows.append((label, (ident,)))
        cells[ident] = one
    return Grid(head, tuple(rows), whole, chart), cells


def part_of(total: str, *parts: str, figure: str = "") -> Sum:
    """The parts do not overlap, and something may be in none of them: the rest has a name of its own.

    >>> part_of("all", "young", figure="children.ages")
    ('all', ('young', 'children.ages: all but young'))
    """
    return (total, (*parts, f"{figure}: {total} but {', '.join(parts)}"))


def overlapping(total: str, parts: Iterable[str], figure: str, more: tuple[str, ...] = ()) -> tuple[Sum, ...]:
    """Parts that may overlap, and leave nothing out: each is a part, and together they are at least the total (``more``: and
    at least so much above it)."""
    each = tuple(parts)
    if not each:
        return ()
    alike = f"{figure}: all rows"
    return (
        *(part_of(total, p, figure=figure) for p in each),
        (alike, each),
        (alike, (total, *more, f"{figure}: counted again")),
    )


def listed(grid: Grid) -> tuple[str, ...]:
    """Of a table that has a row only for what was counted: its first column."""
    return tuple(ids[0] for _, ids in grid.rows)


def by(items: Iterable[Any], label: Callable[[Any], str], key: Callable[[Any], str], order: list[str] | None = None) -> list[tuple[str, Cell]]:  # fmt: skip
    """Things counted by a label; in the order given, else by number and label."""
    held: dict[str, set[str]] = {}
    for item in items:
        held.setdefault(label(item), set()).add(key(item))
    if order is not None:
        return [(name, cell(held.get(name, ()))) for name in order] + [(n, cell(k)) for n, k in sorted(held.items()) if n not in order]  # fmt: skip
    return [(name, cell(keys)) for name, keys in sorted(held.items(), key=lambda i: (-len(i[1]), i[0]))]


AGES = ("under 10", "10 to 12", "13 to 15", "16 and 17", "18 and over", "not recorded")


def band(age: int | None) -> str:
    """Age bands: a local default."""
    if age is None:
        return "not recorded"
    return AGES[0] if age < 10 else AGES[1] if age < 13 else AGES[2] if age < 16 else AGES[3] if age < 18 else AGES[4]  # fmt: skip


SEXES = {"F": "female", "M": "male", "X": "other"}


def sex(code: str) -> str:
    return SEXES.get(code, "not recorded")


def month(at: datetime) -> str:
    return local(at).strftime("%Y-%m")


def months_of(p: Period) -> list[str]:
    """Every month of a period, also one in which nothing is counted."""
    out, at = [], p.start.replace(day=1)
    while at <= p.end:
        out.append(at.strftime("%Y-%m"))
        at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    return out


def place(district: str) -> str:
    return district or "no district recorded"
