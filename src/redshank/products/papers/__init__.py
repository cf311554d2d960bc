"""A document in a form: ``write(document, form)``.

The same document gives the same bytes. Signs that no document can hold (XML 1.0, section 2.2) are left out.
"""

from __future__ import annotations

import re

from redshank.products.document import Document, each_text

TYPES = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
FORMS = tuple(TYPES)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """Without the signs that no document can hold."""
    return _UNWRITABLE.sub("", text)


def plain(document: Document) -> Document:
    """Without what no form can hold: a document is written whatever somebody typed."""
    return each_text(document, writable)


def write(document: Document, form: str) -> bytes:
    """The file.

    Raises:
        ValueError: no such form.
    """
    if form not in FORMS:
        raise ValueError(f"a document is written as {', '.join(FORMS)}; not as {form!r}")
    from redshank.products.papers import csv, docx, html, pdf, xlsx

    writers = {"html": html.write, "docx": docx.write, "pdf": pdf.write, "xlsx": xlsx.write, "csv": csv.write}
    return writers[form](plain(document))
