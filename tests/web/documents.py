"""The words of a document as its reader has them: Word and PDF are packed, so their bytes tell nothing."""

from __future__ import annotations

import io
import re


def words_of_docx(data: bytes) -> str:
    from docx import Document

    document = Document(io.BytesIO(data))
    parts = [p.text for p in document.paragraphs]
    parts += [c.text for t in document.tables for r in t.rows for c in r.cells]
    parts += [p.text for s in document.sections for p in (*s.header.paragraphs, *s.footer.paragraphs)]
    return "\n".join(parts)


def words_of_pdf(data: bytes) -> str:
    from pypdf import PdfReader

    return re.sub(r"\s+", " ", " ".join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages))


WORDS = {"docx": words_of_docx, "pdf": words_of_pdf}

#: Type of content → its words.
TYPES = {
    "application/pdf": words_of_pdf,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": words_of_docx,
}
