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
from redshank.products.papers import columns, drawing
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
    _numbered(section.footer.paragraphs[0])
    word.add_paragraph().add_run(document.first).bold = True
    if wrong:
        word.add_paragraph(wrong)
    word.add_heading(document.title, 1)
    word.add_paragraph(document.of)
    for part in document.sections:
        word.add_heading(part.title, min(6, max(2, part.level)))
        for one in part.parts:
            _part(word, one, part.title)
    return same_bytes(word)


def _part(word: Any, part: Part, under: str) -> None:
    if isinstance(part, Text):
        word.add_paragraph(led(part))
    elif isinstance(part, Chart):
        picture = word.add_picture(io.BytesIO(drawing.png(part)), width=Cm(14))
        picture._inline.docPr.set("descr", part.alt)
        word.paragraphs[-1].paragraph_format.keep_with_next = True
        word.add_paragraph(part.caption)
    else:
        _table(word, part, under)


def _table(word: Any, part: Table, under: str) -> None:
    if part.caption and part.caption != under:
        paragraph = word.add_paragraph()
        paragraph.add_run(part.caption).bold = True
        paragraph.paragraph_format.keep_with_next = True
    table = word.add_table(rows=1, cols=len(part.head))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, part.head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    _flag(table.rows[0], "w:tblHeader")  # told again on each page, and to a screen reader as the head
    for row in part.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    whole = not columns.may_break(part)
    together = len(table.rows) - 1 if columns.is_small(part) else min(2, len(table.rows) - 1)
    right = columns.numbers(part)
    for n, row in enumerate(table.rows):
        if whole:
            _flag(row, "w:cantSplit")
        for cell, is_number in zip(row.cells, right, strict=True):
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_before = Pt(0)
                paragraph.paragraph_format.space_after = Pt(2)
                paragraph.paragraph_format.keep_with_next = n < together
                if is_number:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _widths(table, columns.widths(part))
    after = word.add_paragraph()  # a line of air: Word puts the next text against the table otherwise
    after.paragraph_format.space_before = after.paragraph_format.space_after = Pt(0)
    after.paragraph_format.line_spacing = Pt(6)


def _flag(row: Any, name: str) -> None:
    said = OxmlElement(name)
    said.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(said)


def _widths(table: Any, wide: list[float]) -> None:
    """On the columns and on each cell: some readers go by the one, others by the other."""
    table.autofit = False
    for column, centimetres in zip(table.columns, wide, strict=True):
        column.width = Cm(centimetres)
    for row in table.rows:
        for cell, centimetres in zip(row.cells, wide, strict=True):
            cell.width = Cm(centimetres)


def _numbered(paragraph: Any) -> None:
    """Which page, of how many: fields that the reader's programme fills in."""
    for said, field in ((", page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(said)
        run = paragraph.add_run()
        for kind in ("begin", "", "end"):
            if kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
            else:
                mark = OxmlElement("w:instrText")
                mark.text = field
            run._r.append(mark)


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
