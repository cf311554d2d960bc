"""A document's tables as one CSV: a row for each cell that is not a row's first, so that any table fits."""

from __future__ import annotations

import csv
import io

from redshank.products.document import Document, Table, Text
from redshank.products.papers.cells import safe

HEAD = ("section", "part", "figure", "row", "column", "says")


def write(document: Document) -> bytes:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(HEAD)
    for what, said in (("title", document.title), ("as at", document.first), ("of", document.of), ("marking", document.marking)):  # fmt: skip
        lines.writerow(["", what, "", "", "", safe(said)])
    for section, part in document.parts():
        if isinstance(part, Text):
            lines.writerow([safe(section.title), part.kind, part.figure, "", "", safe(part.text)])
        elif isinstance(part, Table):
            for row in part.rows:
                for column, cell in zip(part.head[1:], row[1:], strict=True):
                    lines.writerow([safe(section.title), safe(part.caption), part.figure, safe(row[0]), safe(column), safe(cell)])  # fmt: skip
    return out.getvalue().encode("utf-8-sig")
