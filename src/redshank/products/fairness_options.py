"""How often each disruption option was considered and used, by the recorded ethnicity of whom it was recorded for.

For fairness of action alone: nothing that finds, orders or proposes reads it. Adults of concern and children stand apart
(practice rule 8), and so do ethnicity as the person said it and as an officer saw it. Options stand in the toolkit's order and values
by name, so that nothing is ranked (practice rule 22). A count that rests on fewer than five people is withheld, with as many further ones
as it takes so that neither the register's count of the option nor a sum over the options gives it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from redshank.products.fairness import LEAST, Somebody, few, named, ordered, valued

Cell = tuple[str, str]  # option, value


@dataclass(frozen=True)
class Taken:
    """One row of the disruption register that is about a person."""

    option: str  # code
    name: str
    order: int  # the toolkit's
    person: str
    is_child: bool
    used: bool


@dataclass(frozen=True)
class Line:
    """One option and value: how many were considered, and used of these; "not shown" where withheld."""

    value: str
    considered: str
    used: str


@dataclass(frozen=True)
class Block:
    """One option with a line for each value; ``code`` leads to its rows in the register."""

    code: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Counted:
    """The options of one of the two: adults of concern or children, by one of the two ways of recording."""

    key: str
    title: str
    blocks: tuple[Block, ...]


WHO = (
    (False, "adults", "Recorded for adults: proposed persons of concern"),
    (True, "children", "Recorded for people under 18: what protects them"),
)
HOW = (("self", "ethnicity as the person said it"), ("officer", "ethnicity as an officer saw it"))


def counted(
    taken: Sequence[Taken], people: Mapping[str, Somebody], names: Mapping[str, Mapping[str, str]]
) -> list[Counted]:
    """The four tables. Somebody of whom nothing is recorded any more counts as not recorded."""
    out = []
    for is_child, who, title in WHO:
        rows = [t for t in taken if t.is_child == is_child]
        for how, words in HOW:
            known = names.get(f"ethnicity_{how}", {})
            value = {
                t.person: named(valued(getattr(people[t.person], f"ethnicity_{how}") if t.person in people else ()), known)
                for t in rows
            }  # fmt: skip
            out.append(Counted(f"{who}-{how}", f"{title}, by {words}", _blocks(rows, value)))
    return out


def _blocks(rows: Sequence[Taken], value: Mapping[str, str]) -> tuple[Block, ...]:
    options = {t.option: t.name for t in sorted(rows, key=lambda t: t.order)}
    values = [v for v, _ in ordered(dict.fromkeys(value.values(), 0))]
    considered = {(o, v): 0 for o in options for v in values}
    used = dict(considered)
    people: dict[Cell, set[str]] = {cell: set() for cell in considered}
    people_used: dict[Cell, set[str]] = {cell: set() for cell in considered}
    for t in rows:
        cell = t.option, value[t.person]
        considered[cell] += 1
        people[cell].add(t.person)
        if t.used:
            used[cell] += 1
            people_used[cell].add(t.person)
    small = {cell for cell, who in people.items() if len(who) < LEAST}
    hidden = closed(considered, small)
    # How few an option was considered for and not used could be told from the two counts.
    few_left = {c for c in considered if 0 < considered[c] - used[c] < LEAST}
    hidden_used = closed(used, hidden | few_left | {c for c, who in people_used.items() if len(who) < LEAST})
    return tuple(
        Block(o, name, tuple(
            Line(v, few() if (o, v) in hidden else f"{considered[o, v]:,}", few() if (o, v) in hidden_used else f"{used[o, v]:,}")
            for v in values
        ))
        for o, name in options.items()
    )  # fmt: skip


def closed(cells: Mapping[Cell, int], hidden: Iterable[Cell]) -> set[Cell]:
    """These cells, and further ones until no option and no value has just one withheld: its sum would give that one away.

    >>> cells = {("a", "x"): 2, ("a", "y"): 9, ("b", "x"): 8, ("b", "y"): 7, ("c", "x"): 30, ("c", "y"): 40}
    >>> sorted(closed(cells, [("a", "x")]))
    [('a', 'x'), ('a', 'y'), ('b', 'x'), ('b', 'y')]
    """
    out = set(hidden)
    lines = [[c for c in cells if c[at] == key] for at in (0, 1) for key in sorted({c[at] for c in cells})]
    while True:
        lone = [line for line in lines if len(line) > 1 and sum(c in out for c in line) == 1]
        if not lone:
            return out
        # The least of those that are shown, as for every other table of fairness.
        out.add(min((c for c in lone[0] if c not in out), key=lambda c: (cells[c], c)))
