"""The record of the Algorithmic Transparency Recording Standard."""

from __future__ import annotations

from redshank.products.document import Document
from redshank.products.statements import Declared, build, read

CODE = "transparency-record"


def document(declared: Declared) -> Document:
    return build(read(CODE), declared)
