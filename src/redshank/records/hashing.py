"""Hashes of rows: equal rows, equal hashes, on every machine and from every file format."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_CELL, _PART = "\x1f", "\x1e"


def lines(rows: pa.Table, names: Sequence[str]) -> pa.Array:
    """One text a row over its typed cells; null is the empty cell."""
    cells = []
    for name in names:
        column = rows.column(name)
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.int64())
        cells.append(pc.fill_null(column.cast(pa.string()), ""))
    if not len(rows):
        return pa.array([], pa.string())
    return pc.binary_join_element_wise(*cells, _CELL)


def content_hashes(rows: pa.Table, names: Sequence[str]) -> pa.Array:
    """32 hexadecimal digits a row."""
    return pa.array(
        [hashlib.blake2b(t.encode(), digest_size=16).hexdigest() for t in lines(rows, names).to_pylist()],
        pa.string(),
    )


def row_ids(record_keys: pa.Array, rows: pa.Table, names: Sequence[str]) -> np.ndarray:
    """63-bit ids over record, content and place among equal rows of the record, in the order of the rows."""
    keys = record_keys.to_pylist()
    texts = lines(rows, names).to_pylist()
    ids = np.empty(len(keys), dtype=np.int64)
    seen: dict[str, int] = {}
    for i, (key, text) in enumerate(zip(keys, texts, strict=True)):
        whole = f"{key}{_PART}{text}"
        ordinal = seen.get(whole, 0)
        seen[whole] = ordinal + 1
        if ordinal:
            whole = f"{whole}{_PART}{ordinal}"
        ids[i] = int.from_bytes(hashlib.blake2b(whole.encode(), digest_size=8).digest(), "big") >> 1
    return ids
