"""Disclosure control: what an edition shows of each number, so that no small count can be worked out from the others.

In the force's own edition numbers are exact. In every other a number below five is "fewer than 5", and any other is
rounded to the nearest five; the same number is shown alike in every edition, so that two of them side by side tell no
more than one. What a reader could still take from sums (parts that divide one population; two tables that divide the
same) is then worked out as bounds: where a small number would be narrowed down to fewer than three values, a number
that narrows it is withheld. The base of five is a local default.

Bounds are propagated over sums alone. That is all a reader has: shares are of rounded numbers, and columns beside the
first divide nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redshank.products.figures.core import Figure

BASE = 5
LEAST_WIDTH = 2  # a small number keeps at least three possible values
Ref = tuple[str, str]  # figure, cell


@dataclass(frozen=True)
class Shown:
    """A number as an edition has it: its words, and between what a reader knows it to lie (``high`` None: no bound)."""

    text: str
    low: int
    high: int | None

    @property
    def number(self) -> int | None:
        """What a share or a chart may be made of."""
        return None if self.high is None else (self.low if self.low == self.high else round((self.low + self.high) / 2))  # fmt: skip


WITHHELD = Shown("not shown", 0, None)


def exact(n: int) -> Shown:
    return Shown(f"{n:,}", n, n)


def rounded(n: int) -> Shown:
    """
    >>> rounded(4), rounded(5), rounded(8)
    (Shown(text='fewer than 5', low=0, high=4), Shown(text='5', low=5, high=7), Shown(text='10', low=8, high=12))
    """
    if n < BASE:
        return Shown(f"fewer than {BASE}", 0, BASE - 1)
    near = BASE * ((n + BASE // 2) // BASE)
    return Shown(f"{near:,}", max(BASE, near - BASE // 2), near + BASE // 2)


def all_exact(figures: Sequence[Figure]) -> dict[Ref, Shown]:
    return {(f.name, i): exact(c.n) for f in figures for i, c in f.cells.items()}


def guarded(figures: Sequence[Figure]) -> dict[Ref, Shown]:
    """What an edition for others shows of each cell."""
    out = {(f.name, i): rounded(c.n) for f in figures for i, c in f.cells.items()}
    small = {(f.name, i) for f in figures for i, c in f.cells.items() if c.n < BASE}
    while True:
        bounds = _bounds(figures, out)
        bad = [ref for ref in small if out[ref].high is not None and _width(bounds[ref]) < LEAST_WIDTH]
        if not bad:
            return out
        for ref in _what_narrows(figures, out, bad[0]):
            out[ref] = WITHHELD


def _width(bound: tuple[int, int | None]) -> int:
    low, high = bound
    return LEAST_WIDTH if high is None else high - low


def _parts(figures: Sequence[Figure]) -> list[tuple[str, list[Ref]]]:
    """Population, and the cells that divide it."""
    return [(f.grid.whole, [(f.name, ids[0]) for _, ids in f.grid.rows]) for f in figures if f.grid and f.grid.whole]  # fmt: skip


def _totals(figures: Sequence[Figure]) -> dict[str, list[Ref]]:
    out: dict[str, list[Ref]] = defaultdict(list)
    for f in figures:
        for ident, population in f.wholes.items():
            out[population].append((f.name, ident))
    return out


def _bounds(figures: Sequence[Figure], shown: Mapping[Ref, Shown]) -> dict[Ref, tuple[int, int | None]]:
    """What a reader who adds up everything knows of each cell."""
    known: dict[Ref, tuple[int, int | None]] = {r: (s.low, s.high) for r, s in shown.items()}
    parts, totals = _parts(figures), _totals(figures)
    changed = True
    while changed:
        changed = False
        whole: dict[str, tuple[int, int | None]] = defaultdict(lambda: (0, None))
        for population, refs in totals.items():
            for ref in refs:
                whole[population] = _meet(whole[population], known[ref])
        for population, refs in parts:
            highs = [known[r][1] for r in refs]
            top = None if None in highs else sum(h for h in highs if h is not None)
            whole[population] = _meet(whole[population], (sum(known[r][0] for r in refs), top))
        for population, refs in totals.items():
            for ref in refs:
                changed |= _narrow(known, ref, whole[population])
        for population, refs in parts:
            low, high = whole[population]
            for ref in refs:
                others = [known[r] for r in refs if r != ref]
                most = None if high is None else high - sum(o[0] for o in others)
                least = 0 if any(o[1] is None for o in others) else low - sum(o[1] for o in others if o[1] is not None)  # fmt: skip
                changed |= _narrow(known, ref, (max(0, least), most))
    return known


def _meet(a: tuple[int, int | None], b: tuple[int, int | None]) -> tuple[int, int | None]:
    high = b[1] if a[1] is None else a[1] if b[1] is None else min(a[1], b[1])
    return max(a[0], b[0]), high


def _narrow(known: dict[Ref, tuple[int, int | None]], ref: Ref, bound: tuple[int, int | None]) -> bool:
    new = _meet(known[ref], bound)
    if new == known[ref]:
        return False
    known[ref] = new
    return True


def _what_narrows(figures: Sequence[Figure], shown: Mapping[Ref, Shown], ref: Ref) -> list[Ref]:
    """What to withhold: the totals of the population that the cell divides; where they are withheld already, every other
    table that divides it; at last the table itself."""
    mine = next((p for p, refs in _parts(figures) if ref in refs), "")
    population = mine or next((p for p, refs in _totals(figures).items() if ref in refs), "")
    totals = [r for r in _totals(figures)[population] if shown[r].high is not None and r != ref]
    if totals:
        return totals
    tables = [refs for p, refs in _parts(figures) if p == population]
    others = [r for refs in tables if ref not in refs for r in refs if shown[r].high is not None]
    if others:
        return others
    return [r for refs in tables if ref in refs for r in refs if shown[r].high is not None] or [ref]
