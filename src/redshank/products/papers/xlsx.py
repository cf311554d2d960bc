"""A document as a workbook: what it says on the first sheet, each table on its own."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from redshank.products.document import Document, Table, Text

_NO_NAME = re.compile(r"[\[\]:*?/\\']")
_EPOCH = dt.datetime(1980, 1, 1)


def write(document: Document) -> bytes:
    book = Workbook()
    book.properties.title, book.properties.creator = document.title, "Redshank"
    book.properties.created = book.properties.modified = _EPOCH
    first: Any = book.active
    first.title = "Read this first"
    for text in (document.first, document.title, document.of, document.marking):
        _row(first, [text])
    first["A2"].font = Font(bold=True, size=14)
    taken = {first.title.casefold()}
    for section in document.sections:
        _row(first, [])
        _row(first, [section.title], bold=True)
        for part in section.parts:
            if isinstance(part, Text):
                _row(first, [f"{part.text} ({part.by})" if part.by else part.text])
            elif isinstance(part, Table):
                name = _name(part.caption or section.title, taken)
                _row(first, [f"Sheet {name}: {part.caption}"])
                _sheet(book.create_sheet(name), part, document.marking)
    first.column_dimensions["A"].width = 110
    return _same_bytes(book)


def _sheet(sheet: Any, part: Table, marking: str) -> None:
    _row(sheet, list(part.head), bold=True)
    for row in part.rows:
        _row(sheet, list(row))
    sheet.freeze_panes = "A2"
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = marking.replace("&", "&&")
    for at, head in enumerate(part.head, 1):
        longest = max([len(head), *(len(r[at - 1]) for r in part.rows)])
        sheet.column_dimensions[get_column_letter(at)].width = min(60, max(8, longest + 2))


def _row(sheet: Any, cells: list[str], bold: bool = False) -> None:
    """A whole number is a number; everything else is a text, whatever it begins with."""
    at = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None or sheet.row_dimensions[1].height else 1  # fmt: skip
    if not cells:
        sheet.cell(at, 1, "").data_type = "s"
        return
    for column, text in enumerate(cells, 1):
        cell = sheet.cell(at, column)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=bold)
        if re.fullmatch(r"\d{1,3}(,\d{3})+|\d{1,9}", text) and not (len(text) > 1 and text[0] == "0"):
            cell.value = int(text.replace(",", ""))
        else:
            cell.value = text
            cell.data_type = "s"


def _name(caption: str, taken: set[str]) -> str:
    """A sheet's name: at most 31 signs, none of those that it may not hold, each once."""
    plain = _NO_NAME.sub(" ", caption).strip()[:28] or "Table"
    name, n = plain, 1
    while name.casefold() in taken:
        n += 1
        name = f"{plain[: 28 - len(str(n))]} {n}"
    taken.add(name.casefold())
    return name


def _same_bytes(book: Any) -> bytes:
    made, out = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in parts.namelist():
            data = parts.read(name)
            if name == "docProps/core.xml":  # the library writes the hour of its saving
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", data)
            kept.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
