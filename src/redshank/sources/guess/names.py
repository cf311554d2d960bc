"""What a column's name says: its words, written out, and how like they are to the words of one of our columns."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from redshank.sources.mapping import Mapping
from redshank.tables.extracts import EXTRACTS

_RUNS = re.compile(r"[A-Za-z]+|\d+")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: Words that many columns share tell less about which it is.
_WEAK = frozenset(
    {"number", "date", "code", "reference", "identifier", "time", "name", "type", "person", "record"}
)
_LIGHT = 0.4


@dataclass(frozen=True)
class Words:
    """The data of ``words.toml``."""

    noise: frozenset[str]
    expand: dict[str, tuple[str, ...]]
    same: dict[str, frozenset[str]]  # word: the words it may stand for
    tables: dict[str, tuple[str, ...]]
    columns: dict[str, dict[str, list[str]]]
    codes: dict[str, dict[str, str]]  # our column: their code (folded): ours
    wide: dict[str, str]


@cache
def words() -> Words:
    body: dict[str, Any] = tomllib.loads((resources.files(__package__) / "words.toml").read_text("utf-8"))
    same: dict[str, set[str]] = {}
    for word, others in body["same"].items():
        for other in others:
            same.setdefault(other, set()).add(word)
    codes: dict[str, dict[str, str]] = {}
    for column, ours in body["codes"].items():
        found: dict[str, str] = {}
        twice: set[str] = set()
        for code, theirs in ours.items():
            for their in theirs:
                twice |= {their} if their in found else set()
                found[their] = code
        codes[column] = {k: v for k, v in found.items() if k not in twice}
    return Words(
        frozenset(body["noise"]),
        {k: tuple(v.split()) for k, v in body["expand"].items()},
        {k: frozenset(v) for k, v in same.items()},
        {k: tuple(v) for k, v in body["tables"].items()},
        body["columns"],
        codes,
        body["wide"],
    )


@cache
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case, abbreviations written out, each once: ``DT_REC`` is date, recorded."""
    known = words()
    out: dict[str, None] = {}
    for run in _RUNS.findall(name):
        # Written together an abbreviation may have capitals inside: PCode, DoB.
        parts = [run] if run.casefold() in known.expand else _PARTS.findall(run)
        for word in map(str.casefold, parts):
            out.update(dict.fromkeys(known.expand.get(word, (word,))))
    told = [w for w in out if w not in known.noise]
    return tuple(told or out)


@cache
def _alike(one: str, other: str) -> float:
    """How far two words mean the same, 0 to 1."""
    if one == other:
        return 1.0
    same = words().same
    mine, yours = same.get(one, frozenset()) | {one}, same.get(other, frozenset()) | {other}
    if mine & yours:
        return 0.85
    short, long = sorted((one, other), key=len)
    if len(short) >= 4 and long.startswith(short):
        return 0.85
    if len(short) >= 3 and short[0] == long[0] and len(long) >= len(short) + 2 and _within(short, long):
        return 0.6  # letters left out: natlty, pstcd
    if len(short) >= 5 and short[:5] == long[:5]:
        return 0.7
    return 0.0


def _within(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)


def _weight(word: str, context: frozenset[str]) -> float:
    return _LIGHT if word in _WEAK or word in context else 1.0


@cache
def similarity(name: str, phrase: str, context: frozenset[str] = frozenset()) -> float:
    """How like a name's words are to a phrase's, 0 to 1. Words of ``context`` (what the table is called) count less."""
    left, right = list(tokens(name)), list(tokens(phrase))
    total = sum(_weight(w, context) for w in (*left, *right))
    pairs = sorted(
        ((_alike(a, b), a, b) for a in left for b in right), key=lambda p: (-p[0], p[1] != p[2], p[1], p[2])
    )
    found, used_left, used_right = 0.0, set(), set()
    for alike, a, b in pairs:
        if not alike or a in used_left or b in used_right:
            continue
        used_left.add(a)
        used_right.add(b)
        found += alike * (_weight(a, context) + _weight(b, context))
    return found / total if total else 0.0


@dataclass(frozen=True)
class Known:
    """What counts as known beside the words: names (folded) and codes of a mapping, and the values of the extract's keys, by
    which a reference to a record is known.
    """

    columns: dict[tuple[str, str], str] = field(default_factory=dict)
    codes: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    keys: dict[str, frozenset[str]] = field(default_factory=dict)

    @staticmethod
    def of(mapping: Mapping | None) -> Known:
        tables = mapping.tables.values() if mapping else ()
        return Known(
            {(t.table, ours): theirs.casefold() for t in tables for ours, theirs in t.columns.items()},
            {(t.table, column): codes for t in tables for column, codes in t.codes.items()},
        )

    def codes_of(self, table: str, column: str) -> dict[str, str]:
        """Their codes (folded) that are ours."""
        return words().codes.get(column, {}) | self.codes.get((table, column), {})


@cache
def context_of(table: str) -> frozenset[str]:
    """What a table is called: in a column's name these words tell little."""
    said = {w for phrase in (table, *words().tables[table]) for w in tokens(phrase)}
    return frozenset(said)


@cache
def phrases(table: str, column: str) -> tuple[str, ...]:
    """Names by which one of our columns is known."""
    known = words().columns
    return (column, *known.get(table, {}).get(column, ()), *known["any"].get(column, ()))


def name_score(name: str, table: str, column: str, known: Known | None = None) -> tuple[float, str]:
    """The best likeness of a name to what one of our columns is called, and the phrase that it is like."""
    folded = name.strip().casefold()
    if folded == column or (known is not None and known.columns.get((table, column)) == folded):
        return 1.0, column
    context = context_of(table)
    return max((similarity(name, phrase, context), phrase) for phrase in phrases(table, column))


def file_score(stem: str, table: str) -> float:
    """How far a file's name says that it holds a table, 0 to 1."""
    if stem.casefold() == table:
        return 1.0
    left = set(tokens(stem))
    best = 0.0
    for phrase in (table, *words().tables[table]):
        right = set(tokens(phrase))
        if all(any(_alike(a, b) >= 0.85 for a in left) for b in right):
            best = max(best, 0.6 + 0.1 * min(len(right), 3))
    return best


assert set(EXTRACTS) == set(words().tables)  # every table has words by which a file is known
