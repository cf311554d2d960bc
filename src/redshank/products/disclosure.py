"""Disclosure control: what an edition shows of each number, so that no small count can be worked out from the others.

In the force's own edition numbers are exact. In every other a number below five is "fewer than 5", and any other is
rounded to the nearest five; the same number is shown alike in every edition, so that two of them side by side tell no
more than one. What a reader could still take from sums is then worked out as bounds: where a small number would be narrowed
down to fewer than three values, a number that narrows it is withheld. The base of five is a local default.

What adds up to what is stated by the figures themselves: a column that divides a population (``Grid.whole``), cells that
count one population (``Figure.wholes``), any other sum or part (``Figure.sums``), and rows that stand there only because
something was counted (``Figure.least``). Populations are named alike over all figures of a product, so that a sum over
two of them is one relation. Shares are of rounded numbers and tell nothing more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redshank.products.figures.core import SLOT, Figure

BASE = 5
LEAST_WIDTH = 2  # a small number keeps at least three possible values
STEPS = 20_000  # of working out bounds, which takes some hundred; sums that contradicted each other would never end
TRIED = 8  # numbers that are tried before the nearest total is withheld
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
    sums = _Sums(figures)
    by_itself = sums.bounds(
        {}
    )  # where a table has no row, there is nothing, and no number need be withheld for it
    printed = (sums.of[f.name, i] for f in figures for i, c in f.cells.items() if c.n < BASE)
    small = sorted({v for v in printed if _width(by_itself[v]) >= LEAST_WIDTH})
    every = {v: rounded(n) for v, n in sums.printed.items()}  # of each quantity that stands in the text
    told, taken = dict(every), []
    while (bad := _narrowed_to(sums.bounds(told), small)) is not None:
        taken.append(sums.what_narrows(told, bad))
        del told[taken[-1]]
    for v in taken:  # one that was taken in vain, since it took others to help, is told after all
        if _narrowed_to(sums.bounds(told | {v: every[v]}), small) is None:
            told[v] = every[v]
    withheld = sums.printed.keys() - told.keys()
    return {ref: WITHHELD if sums.of[ref] in withheld else s for ref, s in out.items()}


Bound = tuple[int, int | None]


def _width(bound: Bound) -> int:
    low, high = bound
    return LEAST_WIDTH if high is None else high - low


def _narrowed_to(known: Mapping[str, Bound], small: Sequence[str]) -> str | None:
    """The first small number that a reader could narrow down to fewer than three values."""
    return next((v for v in small if _width(known[v]) < LEAST_WIDTH), None)


class _Sums:
    """Quantities (a cell, or all cells of one population) and the sums that hold between them."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self.of: dict[Ref, str] = {}
        self.printed: dict[str, int] = {}
        self.least: set[str] = set()
        self.sums: list[tuple[str, tuple[str, ...]]] = []
        for f in figures:
            for ident in f.cells:
                self.of[f.name, ident] = f.wholes.get(ident) or f"{f.name}:{ident}"
        for f in figures:
            said = {i for found in SLOT.findall(f.says) for i in found if i}
            said |= {i for _, ids in (f.grid.rows if f.grid else ()) for i in ids}
            for ident in said & f.cells.keys():
                self.printed[self.of[f.name, ident]] = f.cells[ident].n
            self.least |= {self._named(f, i) for i in f.least}
            stated = [*f.sums]
            if f.grid and f.grid.whole:
                stated.append((f.grid.whole, tuple(ids[0] for _, ids in f.grid.rows)))
            for total, parts in stated:
                self.sums.append((self._named(f, total), tuple(self._named(f, p) for p in parts)))
        self.touching: dict[str, list[int]] = defaultdict(list)
        for n, (total, parts) in enumerate(self.sums):
            for v in dict.fromkeys((total, *parts)):
                self.touching[v].append(n)
        self.everything = sorted({*self.of.values(), *self.touching})

    def _named(self, f: Figure, name: str) -> str:
        """A cell of the figure, or a population by its name."""
        return self.of.get((f.name, name), name)

    def bounds(self, told: Mapping[str, Shown]) -> dict[str, Bound]:
        """What a reader who adds up everything knows of each quantity."""
        known: dict[str, Bound] = {}
        for v in self.everything:
            low, high = (told[v].low, told[v].high) if v in told else (0, None)
            known[v] = (max(low, int(v in self.least)), high)
        waiting = list(range(len(self.sums)))
        for _ in range(STEPS):  # what is known after any number of steps is so
            if not waiting:
                break
            n = waiting.pop(0)
            for v in self._narrowed(n, known):
                waiting.extend(m for m in self.touching[v] if m not in waiting)
        return known

    def _narrowed(self, n: int, known: dict[str, Bound]) -> list[str]:
        """Narrows the quantities of one sum by each other; those that changed."""
        total, parts = self.sums[n]
        lows = sum(known[p][0] for p in parts)
        highs = [known[p][1] for p in parts]
        open_ = highs.count(None)
        top = sum(h for h in highs if h is not None)
        low, high = known[total] = _meet(was := known[total], (lows, None if open_ else top))
        changed = [total] if known[total] != was else []
        for part, its in zip(parts, highs, strict=True):
            most = None if high is None else high - (lows - known[part][0])
            least = 0 if open_ - (its is None) else low - (top - (its or 0))
            if (new := _meet(known[part], (least, most))) != known[part]:
                lows += new[0] - known[part][0]
                known[part] = new
                changed.append(part)
        return changed

    def what_narrows(self, told: Mapping[str, Shown], bad: str) -> str:
        """What to withhold for it: of the numbers that reach it through sums the first that frees it, totals first and small
        numbers last, near ones before far ones; where none does alone, the first of them."""
        totals = {t for t, _ in self.sums}
        near = self._near(bad)
        some = sorted((v for v in near if v in told), key=lambda v: (v == bad, told[v].high == BASE - 1, v not in totals, near[v], v))  # fmt: skip
        for v in some[:TRIED]:
            if _width(self.bounds({k: s for k, s in told.items() if k != v})[bad]) >= LEAST_WIDTH:
                return v
        return some[0]

    def _near(self, start: str) -> dict[str, int]:
        """Everything that sums tie to it, with how many sums lie between."""
        out, at = {start: 0}, [start]
        while at:
            ahead = []
            for v in at:
                for n in self.touching[v]:
                    total, parts = self.sums[n]
                    for w in (total, *parts):
                        if w not in out:
                            out[w] = out[v] + 1
                            ahead.append(w)
            at = ahead
        return out


def _meet(a: Bound, b: Bound) -> Bound:
    high = b[1] if a[1] is None else a[1] if b[1] is None else min(a[1], b[1])
    return max(a[0], b[0]), high
