"""A pack as PDF/UA: Typst tags headings, tables and language; nothing is fetched, and no font of the machine is needed."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import typst
from anyascii import anyascii

from redshank.web.meetings.packs.content import Pack, each_text

LAYOUT = Path(__file__).parent / "pack.typ"
#: Letters that the fonts in the wheel certainly have: Latin with its accents, punctuation, currency.
SURE = re.compile("[^\t\n\x20-\u024f\u1e00-\u1eff\u2000-\u206f\u20a0-\u20bf]+")
SPELT = "Names in letters that this file's fonts lack are spelt in Latin ones here; the Word file has them as recorded."


def write(pack: Pack) -> bytes:
    """The document, of the same bytes for the same pack. Where a letter is in no font, the standard forbids a blank box in
    its place: such words are spelt in Latin letters, and the file says so."""
    try:
        return _compile(pack)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    spelt = each_text(pack, lambda text: SURE.sub(lambda m: anyascii(m.group()), text))
    return _compile(replace(spelt, of=f"{spelt.of} {SPELT}"))


def _compile(pack: Pack) -> bytes:
    data = {"data": json.dumps(asdict(pack))}
    return bytes(typst.compile(LAYOUT.read_bytes(), format="pdf", sys_inputs=data, pdf_standards="ua-1", ignore_system_fonts=True, timestamp=0))  # fmt: skip
