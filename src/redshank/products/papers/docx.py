"""A document as Word: headings, a head row in each table, charts with their alternative text, the marking on each page."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from redshank.products.document import Chart, Document, Part, Table, Text
from redshank.products.papers import drawing
from redshank.products.papers.html import led


def write(document: Document, wrong: str = "") -> bytes:
    """``wrong``: what stands beneath the first line where a force's own layout could not be used."""
    word = Word()
    word.core_properties.title = document.title
    word.core_properties.author = "Redshank"
    word.core_properties.language = "en-GB"
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)  # type: ignore[attr-defined]
    normal.paragraph_format.space_before = Pt(6)  # type: ignore[attr-defined]
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    for edge in (section.header, section.footer):
        edge.paragraphs[0].text = document.marking
        edge.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.add_paragraph().add_run(document.first).bold = True
    if wrong:
        word.add_paragraph(wrong)
    word.add_heading(document.title, 1)
    word.add_paragraph(document.of)
    for part in document.sections:
        word.add_heading(part.title, min(6, max(2, part.level)))
        for one in part.parts:
            _part(word, one)
    return same_bytes(word)


def _part(word: Any, part: Part) -> None:
    if isinstance(part, Text):
        word.add_paragraph(led(part))
    elif isinstance(part, Chart):
        picture = word.add_picture(io.BytesIO(drawing.png(part)), width=Cm(13))
        picture._inline.docPr.set("descr", part.alt)
        word.add_paragraph(part.caption)
    else:
        _table(word, part)


def _table(word: Any, part: Table) -> None:
    if part.caption:
        paragraph = word.add_paragraph()
        paragraph.add_run(part.caption).bold = True
        paragraph.paragraph_format.keep_with_next = True
    table = word.add_table(rows=1, cols=len(part.head))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, part.head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    repeat = OxmlElement("w:tblHeader")  # told again on each page, and to a screen reader as the head
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in part.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_before = Pt(0)
    _widths(table, part)


def _widths(table: Any, part: Table) -> None:
    """Seventeen centimetres, shared."""
    # A column of numbers is narrow where one of words stands beside it.
    short = [n > 0 and all(len(r[n]) <= 12 for r in part.rows) for n in range(len(part.head))]
    wide = {
        n: (1.0 if not h and not part.rows else 2.6 if short[n] else 0.0) for n, h in enumerate(part.head)
    }
    if part.rows and all(len(r[0]) <= 4 for r in part.rows) and not part.head[0]:
        wide[0] = 1.0
    rest = [n for n, w in wide.items() if not w]
    each = (17 - sum(wide.values())) / max(1, len(rest))
    table.autofit = False
    for row in table.rows:
        for n, cell in enumerate(row.cells):
            cell.width = Cm(wide[n] or each)


def same_bytes(word: Any) -> bytes:
    """The file, of the same bytes for the same content: the parts carry no time of their writing."""
    made, out = io.BytesIO(), io.BytesIO()
    word.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in parts.namelist():
            kept.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), parts.read(name), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
