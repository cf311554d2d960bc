"""Names taken out of texts: which words, proposed from who else the records name; and the text without them.

A proposal errs on the side of taking out. A person looks at every text as it goes out, adds words and keeps words in; a
second person looks again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

INSTEAD = "[name taken out]"
_PART = re.compile(r"[^\W\d_][\w’'-]*", re.UNICODE)
SHORTEST = 2
#: Of whom or what a word is taken out whole alone: no part of a place, a number or a reference is a name.
WHOLE = frozenset(
    ["number", "vehicle", "online name", "a number or address of somebody else", "a record about others"]
)


@dataclass(frozen=True, order=True)
class Word:
    """A word or words to take out, and whose they are."""

    text: str
    whose: str


def proposed(others: Iterable[tuple[str, str]], own: Iterable[str]) -> tuple[Word, ...]:
    """Words to take out: (name, in which part) of others, whole and each part of it; never a part of the person's own name alone.

    >>> [w.text for w in proposed([("Bram OAKLEY", "suspect")], ["Cara OAKLEY"])]
    ['Bram OAKLEY', 'Bram']
    """
    mine = {p.casefold() for name in own for p in _PART.findall(name)}
    mine_whole = {" ".join(name.split()).casefold() for name in own}
    out: dict[str, Word] = {}
    for name, whose in others:
        whole = " ".join((name or "").split())
        if not whole or whole.casefold() in mine_whole:
            continue
        # A number, an address or an online name is taken out whole alone.
        is_name = whose not in WHOLE and not any(c.isdigit() for c in whole)
        parts = (
            [p for p in _PART.findall(whole) if len(p) >= SHORTEST and p.casefold() not in mine]
            if is_name
            else []
        )
        if not parts and any(p.casefold() in mine for p in _PART.findall(whole)) and " " not in whole:
            continue
        for text in (whole, *parts):
            out.setdefault(text.casefold(), Word(text, whose))
    return tuple(out.values())


def taken_out(text: str, words: Iterable[str]) -> str:
    """The text without these words, the longest first, whatever their case; possessives go with their name.

    >>> taken_out("Bram Oakley's car; bramble", ["Bram", "Bram OAKLEY"])
    '[name taken out] car; bramble'
    """
    given = sorted({" ".join(w.split()) for w in words if w.strip()}, key=lambda w: (-len(w), w))
    if not given:
        return text
    told = "|".join(r"\s+".join(re.escape(p) for p in w.split(" ")) for w in given)
    pattern = re.compile(rf"(?<![\w])(?:{told})(?:[’']s)?(?![\w])", re.IGNORECASE)
    return pattern.sub(INSTEAD, text)
