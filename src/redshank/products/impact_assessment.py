"""The data protection impact assessment, with the appropriate policy document and the records of processing."""

from __future__ import annotations

from redshank.products.document import Document
from redshank.products.statements import Declared, build, read

CODE = "impact-assessment"


def document(declared: Declared) -> Document:
    return build(read(CODE), declared)
