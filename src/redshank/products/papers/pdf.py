"""A document as PDF/UA: Typst tags headings, tables, charts and language; nothing is fetched, no font of the machine is needed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import typst
from anyascii import anyascii

from redshank.products.document import Chart, Document, Part, Text, each_text
from redshank.products.papers import columns, drawing
from redshank.products.papers.html import led

LAYOUT = Path(__file__).parent / "document.typ"
#: Letters that the fonts in the wheel certainly have: Latin with its accents, punctuation, currency.
SURE = re.compile("[^\t\n\x20-\u024f\u1e00-\u1eff\u2000-\u206f\u20a0-\u20bf]+")
SPELT = "Names in letters that this file's fonts lack are spelt in Latin ones here; the Word file has them as recorded."


def write(document: Document) -> bytes:
    """The document, of the same bytes for the same document. Where a letter is in no font, the standard forbids a blank box in
    its place: such words are spelt in Latin letters, and the file says so."""
    try:
        return _compile(document)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    spelt = each_text(document, lambda text: SURE.sub(lambda m: anyascii(m.group()), text))
    return _compile(replace(spelt, of=f"{spelt.of} {SPELT}"))


def _compile(document: Document) -> bytes:
    told = {
        "title": document.title, "marking": document.marking, "first": document.first, "of": document.of,
        "sections": [{"title": s.title, "level": min(4, max(2, s.level)), "parts": [_part(p, s.title) for p in s.parts]} for s in document.sections],
    }  # fmt: skip
    return bytes(typst.compile(LAYOUT.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(told)}, pdf_standards="ua-1", ignore_system_fonts=True, timestamp=0))  # fmt: skip


def _part(part: Part, under: str) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"is": "text", "text": led(part)}
    if isinstance(part, Chart):
        return {"is": "chart", "caption": part.caption, "alt": part.alt, "svg": drawing.svg(part)}
    return {
        "is": "table", "caption": part.caption if part.caption != under else "", "head": part.head, "rows": part.rows, "wide": columns.widths(part),
        "right": columns.numbers(part), "small": columns.is_small(part), "may_break": columns.may_break(part),
    }  # fmt: skip
