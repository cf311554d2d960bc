"""Stretches of a text that do not overlap: whether a new one meets any of them, in the time of a look into a sorted list.

Asking each kept stretch in turn takes the square of their number; a pasted telephone download holds tens of thousands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable


class Spans:
    """Kept stretches, each from its start to before its end, in signs."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def meets(self, start: int, end: int) -> bool:
        """Whether any kept stretch shares a sign with it: of those that begin before its end the last ends last."""
        before = bisect_left(self.starts, end)
        return before > 0 and self.ends[before - 1] > start

    def keep(self, start: int, end: int) -> None:
        """Keeps one that meets none."""
        at = bisect_left(self.starts, start)
        self.starts.insert(at, start)
        self.ends.insert(at, end)


def united(spans: Iterable[tuple[int, int]]) -> Spans:
    """Stretches that may overlap, as those they cover together.

    >>> united([(5, 9), (0, 2), (7, 12)]).ends
    [2, 12]
    """
    out = Spans()
    for start, end in sorted(spans):
        if out.ends and start < out.ends[-1]:
            out.ends[-1] = max(end, out.ends[-1])
        else:
            out.starts.append(start)
            out.ends.append(end)
    return out
