"""Known words by number: a word's letters, eight to a number, mixed to 64 bits, looked up for all words at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from redshank.signals import text as reading

Ints = NDArray[np.int64]
Longs = NDArray[np.uint64]
LONGEST = 24  # letters; no longer word can be known
_BITS = 17  # of a slot's number in the table of words
_MIX = [
    np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD)
]
# The first n of eight letters.
_FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)


def numbers(chars: NDArray[np.uint8], starts: Ints, ends: Ints) -> Longs:
    """One number for each span of bytes: the same word has the same wherever it stands; 0 for what is too long.

    ``chars`` has at least LONGEST bytes behind the last span.
    """
    eight = np.ndarray(len(chars) - 7, "<u8", buffer=chars, strides=(1,))
    length = ends - starts
    out = (eight[starts] & _FIRST[np.minimum(length, 8)]) * _MIX[0]
    for n in (1, 2):
        more = np.flatnonzero(length > 8 * n)
        part = eight[starts[more] + 8 * n] & _FIRST[np.minimum(length[more] - 8 * n, 8)]
        out[more] += part * _MIX[n]
    out ^= out >> np.uint64(32)
    out *= _MIX[3]
    out[length > LONGEST] = 0
    return out


def _of(words: list[str]) -> Longs:
    ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
    starts = ends - np.fromiter(map(len, words), np.int64, len(words))
    return numbers(np.frombuffer(("".join(words) + " " * 32).encode(), np.uint8), starts, ends)


class Words:
    """Known plain words: the character (code point) of each, 0 where a word is unknown."""

    def __init__(self, known: Mapping[str, int]) -> None:
        plain = sorted(w for w in known if w.isascii() and w.isalpha() and w.islower())
        if too_long := [w for w in plain if len(w) > LONGEST]:
            raise ValueError(f"a word of the rules has more than {LONGEST} letters: {too_long[0]}")
        hashes = _of(plain)
        values = np.array([known[w] for w in plain], np.uint32)
        self.tables: list[tuple[np.uint64, Longs, NDArray[np.uint32]]] = []
        left = np.arange(len(plain))
        for shift in range(
            64 - _BITS, -1, -9
        ):  # what shares a slot stands in the next table, under other bits
            slot = self._slot(hashes[left], np.uint64(shift))
            _, first = np.unique(slot, return_index=True)
            keys = np.zeros(1 << _BITS, np.uint64)
            codes = np.zeros(1 << _BITS, np.uint32)
            keys[slot[first]] = hashes[left[first]]
            codes[slot[first]] = values[left[first]]
            self.tables.append((np.uint64(shift), keys, codes))
            left = np.delete(left, first)
            if not len(left):
                return
        raise ValueError("two words of the rules share a number")

    @staticmethod
    def _slot(hashes: Longs, shift: np.uint64) -> Ints:
        return ((hashes >> shift) & np.uint64((1 << _BITS) - 1)).astype(np.int64)

    def find(self, hashes: Longs) -> NDArray[np.uint32]:
        (shift, keys, codes), *more = self.tables
        slot = self._slot(hashes, shift)
        there = keys[slot]
        out = codes[slot]
        other = there != hashes
        out[other] = 0
        left = np.flatnonzero(other & (there != 0))
        for shift, keys, codes in more:
            slot = self._slot(hashes[left], shift)
            there = keys[slot]
            here = there == hashes[left]
            out[left[here]] = codes[slot[here]]
            left = left[~here & (there != 0)]
        return out


@lru_cache(maxsize=1)
def no_end() -> Longs:
    """The numbers, in order, of the words after which a full stop may not end a sentence."""
    return np.sort(_of(sorted(w for w in reading.TITLES | reading.MEASURES if w.isalpha())))
