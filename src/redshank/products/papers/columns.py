"""How wide each column of a table is on an A4 page, from what stands in it: no word is cut, and a column of numbers is no wider than it needs."""

from __future__ import annotations

import re

from redshank.products.document import Table

PAGE = 17.0  # centimetres between the margins
LETTER, ROOM = 0.22, 0.5  # of a letter in bold at ten points and a half, and of a cell's own margins
LEAST = 1.2
ONE_LINE, OF_HEAD = (
    34,
    18,
)  # letters that may stand on one line before they are broken, in a cell and in a head
SMALL = 14  # rows of a table that is kept on one page
_NUMBER = re.compile(r"(fewer than )?[\d,.]+ ?%?|not shown|none|none has one|–|")


def numbers(part: Table) -> list[bool]:
    """Which columns hold numbers alone, and are set to the right."""
    return [
        n > 0 and any(r[n] for r in part.rows) and all(_NUMBER.fullmatch(r[n]) for r in part.rows)
        for n in range(len(part.head))
    ]


def widths(part: Table) -> list[float]:
    """In centimetres, of 17 at the most. A table that needs less is no wider, so that a number stands near what it counts.

    >>> widths(Table("", ("District", "Crimes"), (("Ostrelby", "2"),)))
    [2.3, 1.8]
    """
    columns = [[head, *(r[n] for r in part.rows)] for n, head in enumerate(part.head)]
    words = [max((len(w) for text in c for w in text.split()), default=1) for c in columns]
    least = [max(LEAST, w * LETTER + ROOM) for w in words]
    lines = [max([min(len(c[0]), OF_HEAD), *(len(text) for text in c[1:])]) for c in columns]
    wanted = [max(a, min(n, ONE_LINE) * LETTER + ROOM) for a, n in zip(least, lines, strict=True)]
    if sum(wanted) < PAGE:
        # What is left goes to the columns with more than one line of words, by how much they hold.
        out = _shared(wanted, [max(0, n - ONE_LINE) for n in lines], PAGE - sum(wanted))
        return [round(w, 1) for w in out]
    if sum(least) >= PAGE:  # words are broken, as nothing else is left
        return [round(PAGE * w / sum(least), 1) for w in least]
    held = [sum(map(len, c)) ** 0.5 for c in columns]
    short = [w - a <= 0.6 for w, a in zip(wanted, least, strict=True)]
    return [round(w, 1) for w in _shared(least, [0.0 if s else h for s, h in zip(short, held, strict=True)], PAGE - sum(least))]  # fmt: skip


def _shared(base: list[float], weights: list[float], rest: float) -> list[float]:
    whole = sum(weights)
    return [b + rest * w / whole for b, w in zip(base, weights, strict=True)] if whole else base


def is_small(part: Table) -> bool:
    """Whether it is short enough to stand on one page whole."""
    return len(part.rows) <= SMALL and sum(len(c) for r in part.rows for c in r) < 1_200


def may_break(part: Table) -> bool:
    """Whether a row may go on on the next page: only where one is so long that it fills most of a page."""
    across = widths(part)
    return any(
        len(c) * LETTER / max(0.5, w - ROOM) > 30 for r in part.rows for c, w in zip(r, across, strict=True)
    )
