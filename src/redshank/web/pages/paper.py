"""A document as a file. In a demonstration every paper says so in its marking (practice rule 27)."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from redshank.products import papers
from redshank.products.document import Document
from redshank.web import homes

DEMONSTRATION = "Demonstration: everybody and everything here is synthetic"


def write(document: Document, form: str) -> bytes:
    """The file of a document, as ``papers.write``; with the words of a demonstration where it is one.

    Raises:
        ValueError: no such form.
    """
    return papers.write(marked(document), form)


def marked(document: Document) -> Document:
    """The document, with its marking saying that this is a demonstration where it is one."""
    if not homes.demonstration_mark(settings.HOME).exists():
        return document
    return replace(document, marking=". ".join(filter(None, (document.marking, DEMONSTRATION))))
