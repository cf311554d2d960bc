"""Many patterns over many code strings at once.

Asking each pattern of each sentence costs more in calls than in matching. Here each pattern is run once over all
those sentences that hold a word of every set it needs, joined with a character that no pattern matches.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from redshank.signals.grammar import APART, Pattern

_FEW = 64
_AT_ONCE = 4096  # code strings whose words are held as bits at one time


class Search:
    """The patterns by number: which sets of characters each needs, and its regular expression when it is asked for."""

    def __init__(self, needs: Sequence[Sequence[frozenset[str]]], patterns: Sequence[Pattern]) -> None:
        self.patterns = patterns
        bit: dict[frozenset[str], int] = {}
        for sets in needs:
            for n in sets:
                bit.setdefault(n, len(bit))
        self.need = np.zeros((len(needs), len(bit) // 64 + 1), np.uint64)  # the bits that each pattern needs
        for number, sets in enumerate(needs):
            for n in sets:
                self.need[number, bit[n] // 64] |= np.uint64(1 << bit[n] % 64)
        chars = sorted({c for n in bit for c in n})
        self.row = np.zeros(max(map(ord, chars), default=0) + 2, np.int64)  # row 0: no set holds it
        self.row[[ord(c) for c in chars]] = np.arange(1, len(chars) + 1)
        self.bits = np.zeros((len(chars) + 1, len(bit) // 64 + 1), np.uint64)
        for n, b in bit.items():
            self.bits[self.row[[ord(c) for c in n]], b // 64] |= np.uint64(1 << b % 64)

    def find(self, codes: Sequence[str]) -> Iterator[tuple[int, int, int, re.Match[str]]]:
        """(number of the pattern, number of the code string, where that begins in the match's string, match).

        In order of pattern and, for one pattern, of code string and place.
        """
        for number, which in self._worth(self._have(codes)):
            for k, base, m in _each(self.patterns[number].regex, [codes[i] for i in which]):
                yield number, which[k], base, m

    def _worth(self, have: NDArray[np.uint64]) -> Iterator[tuple[int, list[int]]]:
        """(number of the pattern, numbers of the code strings that hold all it needs) where there are any."""
        if have.shape[1] < _FEW:  # all patterns at once for each of a few
            all_there = [((column & self.need) == self.need).all(axis=1) for column in have.T]
            there = np.array(all_there, bool).reshape(have.shape[1], len(self.need))
            for number in np.flatnonzero(there.any(axis=0)).tolist():
                yield number, np.flatnonzero(there[:, number]).tolist()
            return
        every = np.arange(have.shape[1])
        for number, needs in enumerate(self.need):
            which = every
            for word in np.flatnonzero(needs).tolist():
                which = which[have[word, which] & needs[word] == needs[word]]
            if len(which):
                yield number, which.tolist()

    def _have(self, codes: Sequence[str]) -> NDArray[np.uint64]:
        """The bits of each code string, one column for each."""
        parts = []
        for low in range(0, len(codes), _AT_ONCE):
            some = codes[low : low + _AT_ONCE]
            points = np.frombuffer((APART.join(some) + APART).encode("utf-32-le"), np.uint32)
            rows = self.row[np.minimum(points, len(self.row) - 1)]
            sizes = np.fromiter(map(len, some), np.int64, len(some)) + len(APART)
            parts.append(np.bitwise_or.reduceat(self.bits[rows], np.cumsum(sizes) - sizes, axis=0).T)
        return np.concatenate(parts, axis=1) if parts else np.zeros((self.bits.shape[1], 0), np.uint64)


def _each(regex: re.Pattern[str], codes: list[str]) -> Iterator[tuple[int, int, re.Match[str]]]:
    """(number of the code string, where it begins, match) of one pattern."""
    matches = list(regex.finditer(APART.join(codes)))
    begins = [0, *accumulate(len(c) + 1 for c in codes)] if matches else []
    for m in matches:
        k = bisect_right(begins, m.start()) - 1
        yield k, begins[k], m
