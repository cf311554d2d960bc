"""How wide each column of a table is on an A4 page, from what stands in it: no word is cut, and a column of numbers is no wider than it needs."""

from __future__ import annotations

import re

from redshank.products.document import Table

PAGE = 17.0  # centimetres between the margins
LETTER, BOLD, ROOM = (
    0.2,
    0.22,
    0.5,
)  # of a letter at ten points and a half, of one in bold, and of a cell's own margins
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
    least = [max(LEAST, ROOM + max((len(w) * BOLD for text in c for w in text.split()), default=0.0)) for c in columns]  # fmt: skip
    lines = [max(BOLD * min(len(c[0]), OF_HEAD), LETTER * max((len(text) for text in c[1:]), default=0)) for c in columns]  # fmt: skip
    wanted = [max(a, n + ROOM) for a, n in zip(least, lines, strict=True)]
    if sum(least) >= PAGE:  # words are broken, as nothing else is left
        return [round(PAGE * w / sum(least), 1) for w in least]
    out, rest = dict(enumerate(wanted)), PAGE
    long = set(out)
    # Who needs no more than its share gets what it needs; what is left goes to the others, by how much they hold.
    while long and (easy := [n for n in long if wanted[n] <= rest / len(long)]):
        rest -= sum(wanted[n] for n in easy)
        long -= set(easy)
    held = {n: sum(map(len, columns[n])) ** 0.5 for n in long}
    spare = rest - sum(least[n] for n in long)
    if spare < 0:  # a word of a long column is wider than what is left: all share alike
        whole = sum(wanted)
        spare = PAGE - sum(least)
        return [round(a + spare * w / whole, 1) for a, w in zip(least, wanted, strict=True)]
    for n in long:
        out[n] = least[n] + spare * held[n] / sum(held.values())
    return [round(out[n], 1) for n in range(len(columns))]


def is_small(part: Table) -> bool:
    """Whether it is short enough to stand on one page whole."""
    return len(part.rows) <= SMALL and sum(len(c) for r in part.rows for c in r) < 1_200


def may_break(part: Table) -> bool:
    """Whether a row may go on on the next page: only where one is so long that it fills most of a page."""
    across = widths(part)
    return any(
        len(c) * LETTER / max(0.5, w - ROOM) > 30 for r in part.rows for c, w in zip(r, across, strict=True)
    )
