"""A pack as PDF/UA: Typst tags headings, tables and language; nothing is fetched, and no font of the machine is needed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typst

from redshank.web.meetings.packs.content import Pack

LAYOUT = Path(__file__).parent / "pack.typ"


def write(pack: Pack) -> bytes:
    """The document, of the same bytes for the same pack."""
    data = {"data": json.dumps(asdict(pack))}
    return bytes(typst.compile(LAYOUT.read_bytes(), format="pdf", sys_inputs=data, pdf_standards="ua-1", ignore_system_fonts=True, timestamp=0))  # fmt: skip
