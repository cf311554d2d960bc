"""Words by which a copy of a record is told, wherever it lies: for erasure, in both halves."""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORTEST = 4
"""Letters of the shortest word that is looked for, and
:data:`SHORTEST_NUMBER` figures of a number: shorter ones stand in ids and counts by chance (local default)."""
SHORTEST_NUMBER = 6
_WORD = re.compile(r"[^\W_]+")


def tokens(text: str) -> Iterator[str]:
    """Words and numbers of a text, without case, and each two neighbours as one where a figure stands where they meet
    (``AB12 CDE``, ``ZZ1 1AA``, ``07700 900101``)."""
    before = ""
    for found in _WORD.finditer(text.casefold()):
        word = found[0]
        yield word
        if before and (word[0].isdigit() or before[-1].isdigit()):
            yield before + word
        before = word


def is_told(word: str) -> bool:
    """Long enough to be looked for."""
    return len(word) >= (SHORTEST_NUMBER if word.isdigit() else SHORTEST)
