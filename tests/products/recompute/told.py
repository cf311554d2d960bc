"""What a figure says: its sentence, and its table cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

Cells = dict[tuple[str, str], str]


@dataclass
class Told:
    """``ordered``: the rows stand in an order that means something, and are compared in it."""

    says: str
    cells: list[tuple[str, str, str]] = field(default_factory=list)  # row, column, text
    ordered: bool = False

    def nonzero(self) -> Cells | list[tuple[str, str, str]]:
        """A row that stands with nought says the same as one that is not there."""
        some = [c for c in self.cells if c[2] not in ("0", "")]
        return some if self.ordered else {(row, column): text for row, column, text in some}


def n(value: int) -> str:
    return f"{value:,}"


def column(name: str, counts: Iterable[tuple[str, int]]) -> list[tuple[str, str, str]]:
    """A table of one column."""
    return [(label, name, n(count)) for label, count in counts]


def share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "no share"


def band(age: int | None) -> str:
    if age is None:
        return "not recorded"
    for top, label in ((10, "under 10"), (13, "10 to 12"), (16, "13 to 15"), (18, "16 and 17")):
        if age < top:
            return label
    return "18 and over"


_MANY = {"children": "child", "people": "person", "persons": "person"}
_NOUNS = [
    "actions",
    "children",
    "concerns",
    "crimes",
    "episodes",
    "flags",
    "groups",
    "interviews",
    "lines",
    "options",
    "people",
    "persons",
    "places",
    "records",
    "referrals",
    "rows",
    "things",
    "times",
    "trainings",
    "visits",
]
_VERBS = {"are": "is", "were": "was", "have": "has"} | {v: f"{v}s" for v in ("come", "count", "hold", "span", "stand", "tell", "wait")}  # fmt: skip


def of_one(says: str) -> str:
    """A sentence in which every one is followed by words of one: what is counted, where it stands next, and what it does."""

    def one(found: re.Match[str]) -> str:
        words, counted = found[2].split(" "), 0
        for at, word in enumerate(words):
            if (
                word in _NOUNS
                and not counted
                and all(w in ("", "county", "flagged", "proposed") for w in words[:at])
            ):
                words[at], counted = _MANY.get(word, word.removesuffix("s")), 1
        does = next((at for at, word in enumerate(words) if word in _VERBS), None)
        if does is not None:
            words[does] = _VERBS[words[does]]
        return found[1] + " ".join(words)

    return re.sub(r"(?<![\w,.])(1)(?= )([^\d,;:.]*)", one, says)
