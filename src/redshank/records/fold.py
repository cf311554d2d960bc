"""Names folded to ``[A-Z ]``, once, so that everything linking compares is ASCII (decisions 2.4).

The rule: composed form (NFC, so that decomposed spellings are the same), every script to Latin letters
(anyascii, ISC licence), upper case; apostrophes and full stops vanish (O'Brien → OBRIEN, St. John → ST JOHN);
hyphens and everything else that is no letter become one space (Smith-Jones → SMITH JONES); no space at
the ends. Nothing left is null: an empty name compares with nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

_VANISH = re.compile(r"['’‘ʼʻ`´.]")
_OTHER = re.compile(r"[^A-Z]+")


def fold_text(name: str) -> str | None:
    """One name folded; null when no letter is left."""
    latin = anyascii(unicodedata.normalize("NFC", name)).upper()
    return _OTHER.sub(" ", _VANISH.sub("", latin)).strip() or None


def fold(names: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column of names folded; different values are folded once."""
    return by_value(names, fold_text, pa.string())


def by_value(
    column: pa.Array | pa.ChunkedArray, function: Callable[[str], Any], kind: pa.DataType
) -> pa.Array:
    """A function of one text, applied once to each different value of a column; null stays null."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    coded = pc.dictionary_encode(column)
    values = pa.array([function(v) for v in coded.dictionary.to_pylist()], kind)
    return values.take(coded.indices)
