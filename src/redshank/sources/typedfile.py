"""Parquet and XLSX: cells may be typed. What comes back is text, whole days, times or real numbers only."""

from __future__ import annotations

import io
import zipfile

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from redshank.sources.refuse import Read, Refused, check_header, chosen, shown

MAX_UNPACKED = 2 << 30
"""Bytes an XLSX may unpack to (local default); a sheet of a million rows has about a tenth of it."""

MAX_RATIO = 200
"""Times its packed size a part may unpack to (local default); sheets reach about 30."""


def read_parquet(data: memoryview, file: str, wanted: list[str] | None) -> Read:
    """The wanted columns of a Parquet file."""
    try:
        source = pq.ParquetFile(pa.BufferReader(pa.py_buffer(data)))
        names = check_header(source.schema_arrow.names, file)
        places = chosen(wanted, names)
        for name in places:
            _refuse_nested(source.schema_arrow.field(source.schema_arrow.names[names.index(name)]), file)
        table = source.read(columns=[source.schema_arrow.names[names.index(n)] for n in places])
        count = source.metadata.num_rows
    except (pa.ArrowException, OSError, EOFError) as error:
        raise Refused(
            f"{file} is no whole Parquet file.", "It may have been cut off on the way: copy it again."
        ) from error
    read = Read(names, pa.table({}), count)
    bad = np.zeros(count, dtype=bool)
    columns = [_plain(table.column(i), name, read, bad) for i, name in enumerate(places)]
    rows = pa.table([*columns, pa.array(np.arange(1, count + 1))], names=[*places, "row"])
    read.bad.sort(key=lambda b: b[0])
    read.rows = rows.filter(pa.array(~bad)) if bad.any() else rows
    return read


def _refuse_nested(column: pa.Field, file: str) -> None:
    if pa.types.is_nested(column.type):
        raise Refused(
            f"Column {column.name} of {file} holds lists or structures.", "Write one plain value a cell."
        )


def _plain(column: pa.ChunkedArray, name: str, read: Read, bad: np.ndarray) -> pa.ChunkedArray:
    """A column as text, time, day or real. Bytes that are no text mark their row as bad."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type), name, read, bad)
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_date(kind):
        return column.cast(pa.date32())
    if pa.types.is_floating(kind):
        return column.cast(pa.float64())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        try:
            column.validate(full=True)
            text = column.cast(pa.string())
            if not pc.any(pc.match_substring(text, "\0")).as_py():
                return text
        except pa.ArrowInvalid:
            pass  # some row's bytes are no text: find out which
        return _decode(column.cast(pa.binary(), safe=False), name, read, bad)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return _decode(column.cast(pa.binary()), name, read, bad)
    return column.cast(pa.string())


def _decode(column: pa.ChunkedArray, name: str, read: Read, bad: np.ndarray) -> pa.ChunkedArray:
    out: list[str | None] = []
    for i, value in enumerate(column.to_pylist()):
        try:
            text = None if value is None else value.decode("utf-8")
            why = "a NUL byte, which no text holds" if text is not None and "\0" in text else ""
        except UnicodeDecodeError:
            text, why = None, "bytes that are no text in utf-8"
        if why and not bad[i]:
            bad[i] = True
            read.bad.append((i + 1, name, why, shown(value.decode("utf-8", "replace"))))
        out.append(None if why else text)
    return pa.chunked_array([pa.array(out, pa.string())])


def read_xlsx(data: memoryview, file: str, wanted: list[str] | None) -> Read:
    """The wanted columns of an XLSX file's first sheet, as text: whole numbers without a point, days and
    times as ISO. A formula counts as the value it last showed; text that looks like one is text.
    """
    _refuse_bomb(data, file)
    try:
        book = fastexcel.read_excel(bytes(data))
        header = book.load_sheet(0, header_row=None, n_rows=1, dtypes="string").to_arrow()
        names = [c[0].as_py() or "" for c in header.columns] if header.num_rows else []
        names = check_header(names, file)
        sheet = book.load_sheet(0, header_row=None, dtypes="string").to_arrow()
    except fastexcel.FastExcelError as error:
        raise Refused(
            f"{file} is no XLSX workbook.", "Save it from the spreadsheet program again."
        ) from error
    body = pa.Table.from_batches([sheet]).slice(1)
    count = body.num_rows
    places = chosen(wanted, names)
    arrays = [body.column(names.index(n)).cast(pa.string()) for n in places]
    rows = pa.table([*arrays, pa.array(np.arange(1, count + 1))], names=[*places, "row"])
    blank = np.ones(count, dtype=bool)
    for column in body.columns:
        blank &= column.is_null().to_numpy() if column.type != pa.null() else True
    return Read(names, rows.filter(pa.array(~blank)) if blank.any() else rows, int(count - blank.sum()))


def _refuse_bomb(data: memoryview, file: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            infos = parts.infolist()
    except zipfile.BadZipFile as error:
        raise Refused(
            f"{file} is no XLSX workbook.", "A workbook with a password must be saved without one."
        ) from error
    if not any(i.filename == "xl/workbook.xml" for i in infos):
        raise Refused(f"{file} is a ZIP archive, but no XLSX workbook.", "Save the sheet as .xlsx or .csv.")
    unpacked = sum(i.file_size for i in infos)
    worst = max((i.file_size / max(i.compress_size, 1) for i in infos if i.file_size > 1 << 20), default=0)
    if unpacked > MAX_UNPACKED or worst > MAX_RATIO:
        raise Refused(
            f"{file} would unpack to {unpacked >> 20} MiB, more than a sheet is allowed to.",
            "Save it as CSV or Parquet instead.",
        )
