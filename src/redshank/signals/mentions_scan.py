"""Mentions in many texts: what one text gives (:mod:`mentions`), found without reading every text for every kind.

RE2 over the whole column says which texts may hold a rare kind. Names in capitals and premises stand in so many
that they are looked for in all texts joined: neither holds the line ends that divide them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from redshank.signals import text as reading
from redshank.signals.mentions import (
    KINDS,
    PAIR,
    Mention,
    Register,
    called_people,
    person,
    runs,
    taken_by,
    tidy,
    upper_text,
)
from redshank.signals.reader import SEPARATOR, chunks
from redshank.signals.scan_common import table_of

# Texts in which a person may be named in one of the two rare ways; a letter that only case folding makes an i or s
# counts.
_COMMA_WORTH = r"[A-Z]['’\-A-Z]+, "
_ALIAS_WORTH = r"(?i:known|aka|a\.k\.a|nick|street name|goes by|alias|moniker|called|named|name of)|[\x{130}\x{131}\x{17f}\x{212a}]"
_COLUMNS = [
    "record_key", "kind", "start", "end", "text", "value", "first_std", "sur_std", "nickname", "age", "near_role",
    "negated",
]  # fmt: skip


def scan_mentions(records: pa.Table, premises: pa.Table | None) -> pa.Table:
    """Mentions in the records' texts, in order of record and offset."""
    register = Register(premises)
    columns = records.select(["record_key", "text"])
    some = columns.filter(pc.fill_null(pc.greater(pc.binary_length(columns["text"]), 0), False))
    texts: list[str] = some["text"].to_pylist()
    found: dict[int, list[Mention]] = defaultdict(list)
    for worth, function in KINDS:
        for i in _worth(some["text"], worth):
            found[i] += function(texts[i])
    comma, alias = set(_worth(some["text"], _COMMA_WORTH)), set(_worth(some["text"], _ALIAS_WORTH))
    called = {i: list(called_people(texts[i], i in comma, i in alias)) for i in comma | alias}
    for i, mentions in called.items():
        found[i] += mentions
    taken = {i: taken_by(mentions) for i, mentions in called.items() if mentions}
    for i, one in _paired(texts):
        if i not in taken or not taken[i].meets(one.start, one.end):
            found[i].append(one)
    for i, one in _premises(register, texts):
        found[i].append(one)
    keys = some["record_key"].to_pylist()
    rows = [
        (keys[i], m.kind, m.start, m.end, texts[i][m.start : m.end], *m[3:8], m.near_role or None, m.negated)
        for i in sorted(found)
        for m in tidy(found[i])
    ]
    return table_of("mentions", _COLUMNS, rows)


def _worth(texts: pa.ChunkedArray, pattern: str) -> list[int]:
    return pc.indices_nonzero(pc.match_substring_regex(texts, pattern)).to_pylist()  # type: ignore[no-any-return]


def _joined(texts: list[str]) -> Iterator[tuple[int, list[int], str]]:
    """(number of the first text, where each begins, the texts joined) of some texts after the others."""
    for low, high in chunks(texts):
        sizes = [len(t) + len(SEPARATOR) for t in texts[low:high]]
        yield low, [0, *accumulate(sizes)], SEPARATOR.join(texts[low:high])


def _paired(texts: list[str]) -> Iterator[tuple[int, Mention]]:
    """(number of the text, person) for names of several words in capitals."""
    for low, starts, joined in _joined(texts):
        for m in PAIR.finditer(joined):
            for s, e, fore, sur in runs(m.group()):
                n = bisect_right(starts, m.start()) - 1
                text, at = texts[low + n], m.start() - starts[n]
                if upper_text(text):
                    break
                found = person(text, at + s, at + e, fore, sur)
                if found:
                    yield low + n, found


def _premises(register: Register, texts: list[str]) -> Iterator[tuple[int, Mention]]:
    """(number of the text, premises)."""
    for low, starts, joined in _joined(texts):
        for s, e, ref in register.places(reading.fold(joined)):
            n = bisect_right(starts, s) - 1
            yield low + n, Mention("premises", s - starts[n], e - starts[n], ref)
