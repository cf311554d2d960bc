"""A pack as a Word document: headings, a header row in each table, the marking on each page."""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as Written
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import OpcError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from redshank.web.meetings.packs.content import Pack, Section


def write(pack: Pack, template: Path | None = None) -> tuple[bytes, str]:
    """The document, and what was wrong with the force's own template, if there is one: then it has the standard layout and says so."""
    if template is not None and template.is_file():
        try:
            return _by_template(pack, template), ""
        except (TemplateError, ValueError, KeyError, OSError, OpcError, BadZipFile, SyntaxError) as error:
            # What the libraries say of a file that is none of theirs names its path.
            said = "it is no Word file" if isinstance(error, OSError | OpcError | BadZipFile) else error
            wrong = f"The template {template.name} was not used: {said}. This is the standard layout."
            return _standard(pack, wrong), wrong
    return _standard(pack), ""


def _by_template(pack: Pack, path: Path) -> bytes:
    """The force's own layout. Fields are the names of :class:`Pack` and :class:`Section`; one that there is not is an error."""
    document = DocxTemplate(str(path))
    document.render(asdict(pack), SandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
    return _bytes(document)


def _standard(pack: Pack, wrong: str = "") -> bytes:
    document = Document()
    document.core_properties.title = pack.title
    document.core_properties.author = "Redshank"
    document.core_properties.language = "en-GB"
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    for edge in (section.header, section.footer):
        edge.paragraphs[0].text = pack.marking
        edge.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    first = document.add_paragraph()
    first.add_run(pack.first).bold = True
    if wrong:
        document.add_paragraph(wrong)
    document.add_heading(pack.title, 1)
    document.add_paragraph(pack.of)
    for part in pack.sections:
        _section(document, part)
    return _bytes(document)


def _section(document: Written, part: Section) -> None:
    document.add_heading(part.title, 2)
    for text in part.paragraphs:
        document.add_paragraph(text)
    if not part.head:
        return
    table = document.add_table(rows=1, cols=len(part.head))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, part.head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    repeat = OxmlElement("w:tblHeader")  # told again on each page, and to a screen reader as the head
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in part.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    _widths(table, part)


def _widths(table: object, part: Section) -> None:
    """A column of numbers is narrow; the others share the rest of seventeen centimetres."""
    narrow = [not h for h in part.head]
    each = (17 - sum(narrow)) / max(1, len(narrow) - sum(narrow))
    table.autofit = False  # type: ignore[attr-defined]
    for row in table.rows:  # type: ignore[attr-defined]
        for cell, small in zip(row.cells, narrow, strict=True):
            cell.width = Cm(1 if small else each)


def _bytes(document: object) -> bytes:
    """The file, of the same bytes for the same pack: the parts carry no time of their writing."""
    made, out = io.BytesIO(), io.BytesIO()
    document.save(made)  # type: ignore[attr-defined]
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in parts.namelist():
            kept.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), parts.read(name), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
