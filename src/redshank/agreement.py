"""What every sample here is measured by: a draw that can be made again, how far two readers agree, how sure a share is.

Pure and without a database: the audit of flags, the structured reviews, the rules' precision and the documents use the
same few lines, so that a number means the same wherever it stands.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, TypeVar

Z = 1.959963984540054  # of an interval at 95 in 100


Key = TypeVar("Key", int, str)


def draw(keys: Iterable[Key], seed: str, size: int) -> list[Key]:
    """The first of all keys in the order of a hash with the seed: the same seed and the same keys draw the same.

    >>> draw(["a", "b", "c"], "one", 2) == draw(["c", "b", "a"], "one", 2)
    True
    """
    order = sorted(keys, key=lambda k: (hashlib.sha256(f"{seed}:{k}".encode()).hexdigest(), k))
    return sorted(order[:size])


def allocate(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many to draw of each stratum: one of each as far as they go, the rest in proportion to its size.

    Where there are more strata than the sample holds, the largest come first. Ties go by name.

    >>> allocate({"a": 90, "b": 9, "c": 1}, 10)
    {'a': 8, 'b': 1, 'c': 1}
    """
    given = {s: 0 for s in sorted(sizes) if sizes[s] > 0}
    for s in sorted(given, key=lambda s: (-sizes[s], s))[:size]:
        given[s] = 1
    total = sum(sizes[s] for s in given)
    while sum(given.values()) < min(size, total):
        # The one that lies furthest below its share; nobody gets more than there is.
        room = [s for s in given if given[s] < sizes[s]]
        most = max(room, key=lambda s: (size * sizes[s] - given[s] * total, s))
        given[most] += 1
    return given


def stratified(frame: Mapping[str, str], seed: str, size: int) -> list[str]:
    """A stratified random sample of a frame (key → stratum), drawn within each stratum."""
    by: dict[str, list[str]] = {}
    for key, stratum in frame.items():
        by.setdefault(stratum, []).append(key)
    shares = allocate({s: len(keys) for s, keys in by.items()}, size)
    return sorted(k for s, n in shares.items() for k in draw(by[s], seed, n))


def digest(keys: Iterable[str]) -> str:
    """Of a frame, so that a later draw can tell whether it draws from the same."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


@dataclass(frozen=True)
class Agreement:
    """How far second looks agree with first ones: n, how many are equal, and kappa where it can be told."""

    n: int
    same: int
    kappa: float | None

    @property
    def percent(self) -> int:
        return round(100 * self.same / self.n) if self.n else 0

    @property
    def words(self) -> str:
        """As a reader says it; under 20 pairs it says little, and that is said."""
        if not self.n:
            return "nothing was read twice yet"
        told = f"{self.same} of {self.n} agree ({self.percent} in 100)"
        told += (
            ", Cohen's kappa cannot be told" if self.kappa is None else f", Cohen's kappa {self.kappa:.2f}"
        )
        return f"{told}; so few say little" if self.n < 20 else told


def agreement(pairs: Iterable[tuple[Any, Any]]) -> Agreement:
    """Cohen's kappa: (observed - expected) / (1 - expected); cannot be told where all are one outcome on both sides."""
    pairs = list(pairs)
    n = len(pairs)
    if not n:
        return Agreement(0, 0, None)
    same = sum(a == b for a, b in pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    # In whole numbers, so that "all by chance" is exactly 1.
    by_chance = sum(first[k] * second[k] for k in first)
    kappa = None if by_chance == n * n else (n * same - by_chance) / (n * n - by_chance)
    return Agreement(n, same, kappa)


def wilson(part: int, n: int) -> tuple[float, float]:
    """Wilson's interval at 95 in 100 for a share of ``n``."""
    p = part / n
    middle = p + Z * Z / (2 * n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    down = 1 + Z * Z / n
    return max(0.0, (middle - half) / down), min(1.0, (middle + half) / down)


def share_words(part: int, n: int, least: int = 10) -> str:
    """A share with its interval as a reader says it; under ``least`` it is too early, and that is said.

    >>> share_words(6, 10)
    '6 of 10: 60 in 100, between 31 and 83'
    """
    if not n:
        return "none read yet"
    if n < least:
        return f"{part} of {n}: too few to say"
    low, high = wilson(part, n)
    return f"{part} of {n}: {100 * part / n:.0f} in 100, between {100 * low:.0f} and {100 * high:.0f}"
