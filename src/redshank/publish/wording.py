"""How many words records have: what a rate of language is measured against. Read from the store, kept for one run."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Lock

from redshank.publish.reading import texts

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_KEPT: dict[tuple[str, int], dict[tuple[str, int], int]] = {}
_LOCK = Lock()


def count(text: str) -> int:
    """Runs of letters and digits; a hyphen or an apostrophe within joins.

    >>> count("She didn't return; 14-year-old, 07700 900101.")
    6
    """
    return len(_WORD.findall(text or ""))


def words_of(home: Path, run: int, wanted: dict[str, int]) -> dict[str, int]:
    """Words of each record: key and delivery of the version in, number out. A later run forgets what an earlier one read."""
    with _LOCK:
        if (str(home), run) not in _KEPT:
            _KEPT.clear()
            _KEPT[str(home), run] = {}
        kept = _KEPT[str(home), run]
        missing = {k: n for k, n in wanted.items() if (k, n) not in kept}
        if missing:
            kept |= {(k, missing[k]): count(t) for k, t in texts(home, missing).items()}
        return {k: kept[k, n] for k, n in wanted.items()}
