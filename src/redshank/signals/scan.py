"""Records in, signals, language and mentions out: the function that the night calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.signals import workers
from redshank.signals.language import COLUMNS as LANGUAGE_COLUMNS
from redshank.signals.language import language_rows
from redshank.signals.mentions import forget_names
from redshank.signals.mentions_scan import scan_mentions
from redshank.signals.reader import Batch, chunks, read_batch
from redshank.signals.ready import language_engine, signal_engine
from redshank.signals.scan_common import Texts, table_of
from redshank.signals.scanner import merge
from redshank.signals.signal_ids import signal_id
from redshank.signals.unsaid import all_unsaid

_COLUMNS = [
    "record_key", "record_type", "record_ref", "indicator", "status", "start", "end", "text", "rule", "signal_id"
]  # fmt: skip


def forget() -> None:
    """Forgets what was remembered of the texts read so far; the rules and their regular expressions stay."""
    for engine in (signal_engine(), language_engine()):
        engine.forget()
    forget_names()


def batches_of(texts: list[str]) -> Iterator[tuple[int, Batch]]:
    """(number of its first text, batch) of the texts, read one batch after another, without what is not read."""
    words = signal_engine().vocabulary
    texts = all_unsaid(texts)
    for low, high in chunks(texts):
        yield low, read_batch(texts[low:high], words.words, words.chars_of)


def signal_rows(texts: Texts, column: str, low: int, batch: Batch) -> Iterator[tuple[Any, ...]]:
    """Rows of the indicators in a batch of texts whose first is number ``low``, in order of text and offset."""
    part = slice(low, low + len(batch.texts))
    found = signal_engine().placed_in(batch, texts.kinds[part], texts.days[part], texts.known[part])
    for n, placed in found:
        key, kind, ref = texts.record(low + n)
        text = texts.texts[low + n]
        for h in merge([p[0] for p in placed]):
            start, end = (h.start, h.end) if column == "text" else (None, None)
            rule = h.rule.id if column == "text" else f"field:{column}/{h.rule.id}"
            name = signal_id(key, h.rule.indicator, h.start, h.end, rule)
            yield key, kind, ref, h.rule.indicator, h.status, start, end, text[h.start : h.end], rule, name


def scan_signals(records: pa.Table, children: Iterable[str] = (), adults: Iterable[str] = ()) -> pa.Table:
    """Indicators that the texts state (narrative or log, and the ``reason`` of a vulnerability entry)."""
    return _scanned(records, partial(_part, children=children, adults=adults))["signals"]


def scan(
    records: pa.Table,
    premises: pa.Table | None = None,
    children: Iterable[str] = (),
    adults: Iterable[str] = (),
) -> dict[str, pa.Table]:
    """Signals, language and mentions of the given records (schema BETWEEN['records']).

    Each record's rows depend on that record alone (its text, reason, type and time), on the register of
    ``premises`` (rows of the same schema with record_type premises) for mentions, and on whether its key stands
    in ``children`` (keys of records whose structured people name somebody under 18, for texts that give the
    child only by name) or in ``adults`` (keys of records about adults only).
    """

    def part(some: pa.Table) -> dict[str, pa.Table]:
        return _part(some, children, adults, whole=True) | {"mentions": scan_mentions(some, premises)}

    return _scanned(records, part)


def _scanned(records: pa.Table, work: Callable[[pa.Table], dict[str, pa.Table]]) -> dict[str, pa.Table]:
    """The tables of all records: of each part of them, the reasons' signals behind those of all texts."""
    signal_engine()  # made here, once, and not in each process
    with workers.uncollected():
        found = workers.each(work, parts_of(records))
    tables = {name: pa.concat_tables([f[name] for f in found]).combine_chunks() for name in found[0]}
    reasons = tables.pop("reasons")
    return tables | {"signals": pa.concat_tables([tables["signals"], reasons]).combine_chunks()}


def parts_of(records: pa.Table) -> list[pa.Table]:
    """The records in order, divided so that each core has as much text to read; a small delivery is one part."""
    sizes = np.asarray(pc.fill_null(pc.binary_length(records["text"]), 0)).cumsum()
    count = workers.number(int(sizes[-1]) if len(sizes) else 0)
    cuts = [int(np.searchsorted(sizes, sizes[-1] * n / count)) for n in range(1, count)]
    marks = [0, *cuts, records.num_rows]
    return [records.slice(a, b - a) for a, b in pairwise(marks)]


def _part(
    records: pa.Table, children: Iterable[str], adults: Iterable[str], whole: bool = False
) -> dict[str, pa.Table]:
    """Signals of the texts, signals of the reasons and (``whole``) the language of some records."""
    signals: list[tuple[Any, ...]] = []
    language: list[tuple[Any, ...]] = []
    texts = Texts(records, "text", children, adults)
    for low, batch in batches_of(texts.texts):
        signals += signal_rows(texts, "text", low, batch)
        if whole:
            language += language_rows(texts, low, batch)
    because: list[tuple[Any, ...]] = []
    reasons = Texts(records, "reason", children, adults)
    for low, batch in batches_of(reasons.texts):
        because += signal_rows(reasons, "reason", low, batch)
    out = {
        "signals": table_of("signals", _COLUMNS, signals),
        "reasons": table_of("signals", _COLUMNS, because),
    }
    return out | {"language": table_of("language", LANGUAGE_COLUMNS, language)} if whole else out
