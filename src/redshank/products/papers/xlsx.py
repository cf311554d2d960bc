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
from openpyxl.worksheet.properties import PageSetupProperties

from redshank.products.document import Document, Table, Text
from redshank.products.papers.html import led

_NO_NAME = re.compile(r"[\[\]:*?/\\']")
WIDE = 76  # letters of the first sheet
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
                _row(first, [led(part)])
            elif isinstance(part, Table):
                name = _name(part.caption or section.title, taken)
                _row(first, [f"Table: {part.caption or section.title}, on the sheet “{name}”"])
                _sheet(book.create_sheet(name), part, document)
    first.column_dimensions["A"].width = WIDE
    _printed(first, document)
    for at in range(1, first.max_row + 1):
        _high(first, at, [WIDE])
    return _same_bytes(book)


def _printed(sheet: Any, document: Document) -> None:
    """As it comes out of a printer: the marking on each page, as at when, which page of how many; no wider than the paper."""
    marking, first = (text.replace("&", "&&") for text in (document.marking, document.first))
    sheet.oddHeader.center.text = f"{marking}. {first}"[:200]
    sheet.oddFooter.center.text = f"{marking}, page &P of &N"
    sheet.page_margins.left = sheet.page_margins.right = 0.4  # inches
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _high(sheet: Any, at: int, widths: list[int]) -> None:
    """High enough for its longest cell: not every programme reckons it when it opens a file."""
    said = [str(c.value or "") for c in sheet[at]]
    lines = max((sum(-(-max(1, len(p)) // max(1, int(w) - 2)) for p in text.split("\n")) for text, w in zip(said, widths, strict=False)), default=1)  # fmt: skip
    if lines > 1:
        sheet.row_dimensions[at].height = min(409, 15 * lines)  # points; a row is no higher than 409


def _sheet(sheet: Any, part: Table, document: Document) -> None:
    _row(sheet, list(part.head), bold=True)
    for row in part.rows:
        _row(sheet, list(row))
    sheet.freeze_panes = "A2"
    _printed(sheet, document)
    sheet.print_title_rows = "1:1"
    widths = []
    for at, head in enumerate(part.head, 1):
        longest = max([len(head), *(len(r[at - 1]) for r in part.rows)])
        widths.append(min(60, max(8, longest + 2)))
        sheet.column_dimensions[get_column_letter(at)].width = widths[-1]
    for at in range(1, sheet.max_row + 1):
        _high(sheet, at, widths)


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
    plain = " ".join(_NO_NAME.sub(" ", caption).split())
    if len(plain) > 28:  # between words, where there is a place
        plain = plain[:28].rpartition(" ")[0] if " " in plain[10:28] else plain[:28]
    plain = plain or "Table"
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
