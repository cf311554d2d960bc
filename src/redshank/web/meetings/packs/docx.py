"""A pack as a Word document: in the force's own layout where there is one, else in the standard one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from redshank.products.papers import docx as standard
from redshank.products.papers import writable
from redshank.web.meetings.packs.content import Pack, as_document


def write(pack: Pack, template: Path | None = None) -> tuple[bytes, str]:
    """The document, and what was wrong with the force's own template, if there is one: then it has the standard layout and says so."""
    if template is not None and template.is_file():
        try:
            return _by_template(pack, template), ""
        except (TemplateError, ValueError, KeyError, OSError, OpcError, BadZipFile, SyntaxError) as error:
            # What the libraries say of a file that is none of theirs names its path.
            said = "it is no Word file" if isinstance(error, OSError | OpcError | BadZipFile) else error
            wrong = f"The template {template.name} was not used: {said}. This is the standard layout."
            return standard.write(as_document(pack), wrong), wrong
    return standard.write(as_document(pack)), ""


def _by_template(pack: Pack, path: Path) -> bytes:
    """The force's own layout. Fields are the names of :class:`Pack` and :class:`Section`; one that there is not is an error."""
    document = DocxTemplate(str(path))
    document.render(_writable(asdict(pack)), SandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
    return standard.same_bytes(document)


def _writable(told: Any) -> Any:
    if isinstance(told, dict):
        return {k: _writable(v) for k, v in told.items()}
    return [_writable(v) for v in told] if isinstance(told, list) else writable(told)
