"""CSV as RFC 4180 has it. Rows that break it are named, never repaired and never dropped.

Two ways to the same result. *Plain*: Python's csv module in strict mode, row by row; its rows are the truth.
*Fast*: when a scan of the bytes proves that every quote opens or closes a cell, that there is no NUL and that
every row has as many cells as the header, Arrow's reader gives the same rows thirty times as fast. Anything
the scan cannot prove goes the plain way (tests/sources/test_csv.py compares the two on random bytes).

Rows are counted as a CSV parser counts them: a quoted line break is no new row, an empty line is no row, a bad
row is one. A quote that stands inside an unquoted cell is taken as the sign it is. After a broken quote the
next row is the next line.
"""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv

from redshank.sources.refuse import Read, Refused, check_header, chosen, shown

MARK = "\udcff"
"""Stands for bytes that are no text; no encoding decodes to it."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BATCH = 20_000


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return MARK, error.end


codecs.register_error("redshank-mark", _mark)
csv.field_size_limit(sys.maxsize)


def read_csv(
    data: bytes | memoryview, file: str, encoding: str, delimiter: str, wanted: list[str] | None
) -> Read:
    """The wanted columns (with None all) of a CSV file as text. Raises :class:`Refused` for a file with no usable header or
    with more than half of its rows in another encoding.
    """
    view, encoding = _without_bom(memoryview(data), encoding)
    fast = read_fast(view, file, encoding, delimiter, wanted)
    return fast if fast is not None else read_plain(view, file, encoding, delimiter, wanted)


def _without_bom(view: memoryview, encoding: str) -> tuple[memoryview, str]:
    """A byte-order mark declares the encoding, whatever the mapping says."""
    head = bytes(view[:4])
    for bom, name in _BOMS:
        if head.startswith(bom):
            return view[len(bom) :], name
    if encoding in ("utf-16", "utf-32"):
        return view, f"{encoding}-le"  # without a mark: as Windows writes it
    return view, "utf-8" if encoding == "utf-8-sig" else encoding


# ---- the plain way ----------------------------------------------------------------------------------


class _Lines:
    """Lines of a text, remembering those of the row that is being read."""

    def __init__(self, source: Iterator[str]) -> None:
        self.source = source
        self.current: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self.source)
        self.current.append(line)
        return line


def read_plain(view: memoryview, file: str, encoding: str, delimiter: str, wanted: list[str] | None) -> Read:
    """Row by row."""
    text = io.TextIOWrapper(io.BytesIO(view), encoding, errors="redshank-mark", newline="")
    lines = _Lines(iter(text))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = next((cells for cells in reader if cells), [])
    except csv.Error as error:
        raise Refused(
            f"The header of {file} cannot be read: {error}.", "Correct its quotes, or export it again."
        ) from error
    names = check_header(header, file, encoding)
    places = [(name, names.index(name)) for name in chosen(wanted, names)]
    read = Read(names, pa.table({}), 0)
    good: list[list[str]] = []
    numbers: list[int] = []
    parts: list[pa.Table] = []
    no_text = 0
    short: int | None = None  # place in read.bad of a last row with too few cells

    def flush() -> None:
        if numbers:
            columns = list(zip(*good, strict=True))
            arrays = [pa.array(columns[i], pa.string()) for _, i in places]
            parts.append(pa.table([*arrays, pa.array(numbers)], names=[*(n for n, _ in places), "row"]))
            good.clear()
            numbers.clear()

    while True:
        lines.current.clear()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            read.count += 1
            raw = "".join(lines.current)
            at_end = str(error) == "unexpected end of data"
            why = "the file ends inside a quoted cell" if at_end else "a quoted cell goes on after its quote"
            read.bad.append((read.count, None, why, shown(raw)))
            no_text += MARK in raw or "\0" in raw
            continue
        if not cells:
            continue
        read.count += 1
        short = None
        row = "".join(cells)
        if MARK in row or "\0" in row:
            no_text += 1
            read.bad.append((read.count, *_no_text(cells, names, encoding)))
        elif len(cells) != len(names):
            if len(cells) < len(names):
                short = len(read.bad)
            few = "few" if len(cells) < len(names) else "many"
            why = f"too {few} cells: {len(cells)} where the header has {len(names)}"
            read.bad.append((read.count, None, why, shown("".join(lines.current))))
        else:
            good.append(cells)
            numbers.append(read.count)
            if len(numbers) == _BATCH:
                flush()
    flush()
    if short is not None and not _ends_with_newline(view, encoding):
        number, column, _, value = read.bad[short]
        read.bad[short] = (number, column, "the file ends in the middle of this row", value)
    if no_text * 2 > read.count:
        raise Refused(
            f"{file} is no text in {encoding}: {no_text} of its {read.count} rows hold bytes that are none.",
            "Name the file's encoding in a mapping (encoding = …), or save it as UTF-8.",
        )
    empty = pa.schema([*((n, pa.string()) for n, _ in places), ("row", pa.int64())])
    read.rows = pa.concat_tables(parts) if parts else empty.empty_table()
    return read


def _no_text(cells: list[str], names: list[str], encoding: str) -> tuple[str | None, str, str | None]:
    for i, cell in enumerate(cells):
        if MARK in cell or "\0" in cell:
            why = (
                f"bytes that are no text in {encoding}" if MARK in cell else "a NUL byte, which no text holds"
            )
            return (names[i] if i < len(names) else None), why, shown(cell.replace(MARK, "\ufffd"))
    raise AssertionError("called for a row without a mark")


def _ends_with_newline(view: memoryview, encoding: str) -> bool:
    tail = bytes(view[-8:]).decode(encoding, "replace")
    return tail.endswith(("\n", "\r"))


# ---- the fast way -----------------------------------------------------------------------------------


def read_fast(
    view: memoryview, file: str, encoding: str, delimiter: str, wanted: list[str] | None
) -> Read | None:
    """The same by Arrow's reader, or nothing where the scan cannot prove that it is the same."""
    if encoding != "utf-8":
        try:
            view = memoryview(bytes(view).decode(encoding).encode())
        except UnicodeError:
            return None
    names = _header(view, file, delimiter)
    if names is None or not _clean(view, delimiter):
        return None
    places = chosen(wanted, names)
    numbered = [f"c{i}" for i in range(len(names))]
    try:
        if len(places) < len(names):
            str(view, "utf-8")  # Arrow checks only the columns that it gives
    except UnicodeDecodeError:
        return None
    try:
        table = pcsv.read_csv(
            pa.BufferReader(pa.py_buffer(view)),
            read_options=pcsv.ReadOptions(
                column_names=numbered, block_size=min(max(len(view), 1), 1 << 27), use_threads=False
            ),
            parse_options=pcsv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(numbered, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
                include_columns=[f"c{names.index(n)}" for n in places] or [numbered[0]],
            ),
        )
    except pa.ArrowInvalid:
        return None  # cells too few or too many, or bytes that are no text
    if not table.num_rows:
        return None
    table = table.slice(1)  # the header
    count = table.num_rows
    rows = table.rename_columns(places) if places else table.select([])
    return Read(names, rows.append_column("row", pa.array(np.arange(1, count + 1))), count)


def _header(view: memoryview, file: str, delimiter: str) -> list[str] | None:
    head = bytes(view[: 1 << 16]).decode("utf-8", "replace")
    try:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True)
        cells = next((c for c in reader if c), [])
    except csv.Error:
        return None
    if len(head) >= 1 << 15 and len("".join(cells)) > 1 << 14:
        return None
    return check_header(cells, file) if cells and "\ufffd" not in "".join(cells) else None


def _clean(view: memoryview, delimiter: str) -> bool:
    """Whether every quote opens or closes a cell and there is no NUL. Looks at bytes: in UTF-8 no part of
    another sign looks like a quote, a delimiter or a line break.
    """
    data = np.frombuffer(view, dtype=np.uint8)
    if not len(data) or (data == 0).any():
        return False
    quotes = np.flatnonzero(data == ord('"'))
    if len(quotes) % 2:
        return False
    if not len(quotes):
        return True
    opening, closing = quotes[0::2], quotes[1::2]
    border = np.zeros(256, dtype=bool)
    border[[ord(delimiter), 10, 13]] = True
    before = border[data[np.maximum(opening - 1, 0)]]
    before[0] |= opening[0] == 0
    after = border[data[np.minimum(closing + 1, len(data) - 1)]]
    after[-1] |= closing[-1] == len(data) - 1
    doubled = opening[1:] == closing[:-1] + 1  # "" inside a cell closes and opens at once
    before[1:] |= doubled
    after[:-1] |= doubled
    return bool(before.all() and after.all())
