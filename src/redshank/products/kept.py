"""A document kept as an edition: the same bytes for the same document, where people write in it, and what differs from the one before.

Products of a specification are kept as figures (:mod:`redshank.products.frozen`); every other document (a response, an audit, a
statement) is kept as it was made, and what people wrote stands apart until a reader asks for the whole.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from redshank.products.build import Written
from redshank.products.document import Chart, Document, Part, Section, Table, Text

KINDS: dict[str, type] = {"text": Text, "table": Table, "chart": Chart}


@dataclass(frozen=True)
class Kept:
    """The document as it was made; ``apart``: what was hidden from its maker (kind:ident), so that it is shown to nobody from
    whom more is hidden."""

    document: Document
    apart: frozenset[str] = frozenset()


def pack(kept: Kept) -> bytes:
    of = {v: k for k, v in KINDS.items()}
    d = kept.document
    told = {
        "title": d.title, "marking": d.marking, "first": d.first, "of": d.of, "apart": sorted(kept.apart),
        "sections": [
            {"title": s.title, "level": s.level, "key": s.key, "parts": [[of[type(p)], asdict(p)] for p in s.parts]} for s in d.sections
        ],
    }  # fmt: skip
    return zlib.compress(json.dumps(told, sort_keys=True, separators=(",", ":")).encode(), 6)


def unpack(packed: bytes) -> Kept:
    told = json.loads(zlib.decompress(packed))
    sections = tuple(Section(s["title"], tuple(_part(*p) for p in s["parts"]), s["level"], s["key"]) for s in told["sections"])  # fmt: skip
    return Kept(Document(told["title"], told["marking"], told["first"], told["of"], sections), frozenset(told["apart"]))  # fmt: skip


def _part(kind: str, data: dict[str, Any]) -> Part:
    if kind == "table":
        data = data | {"head": tuple(data["head"]), "rows": tuple(tuple(r) for r in data["rows"])}
    part: Part = KINDS[kind](**data)
    return part


# ---- where people write ------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A section, or a line that was left for a person; ``asks`` is what the line says of itself."""

    key: str
    title: str
    asks: str = ""


def slug(text: str) -> str:
    """
    >>> slug("What is due, and when?")
    'what-is-due-and-when'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "part"


def places(document: Document) -> list[Place]:
    """Every section and, after it, the lines of it that nobody has written. A key is made of titles alone, so that the next
    edition has the same."""
    return [p for _, some in _placed(document) for p in some.values()]


def unwritten(document: Document, words: Iterable[Written]) -> list[Place]:
    told = {w.heading for w in words}
    return [p for p in places(document) if p.asks and p.key not in told]


def _placed(document: Document) -> Iterator[tuple[Section, dict[int, Place]]]:
    """Sections with their places: -1 the section itself, n the line that is its part n."""
    taken: set[str] = set()

    def free(key: str) -> str:
        n, own = 1, key
        while own in taken:
            n += 1
            own = f"{key}-{n}"
        taken.add(own)
        return own

    above = ""
    for section in document.sections:
        if section.level <= 2:
            above = slug(section.title)
        key = free(above if section.level <= 2 else f"{above}.{slug(section.title)}")
        found = {-1: Place(key, section.title)}
        for n, part in enumerate(section.parts):
            if isinstance(part, Text) and part.kind == "unwritten":
                label = part.text.partition(":")[0]
                found[n] = Place(free(f"{key}.{slug(label)}"), label, part.text)
        yield section, found


def whole(document: Document, words: Iterable[Written], of: str = "", before: Iterable[str] = ()) -> Document:
    """The document with what people wrote: in the place of a line that was left for them, or at the end of a section.

    Args:
        of: what of its state stands before the document's own line.
        before: corrections; they stand before everything else.
    """
    by = {w.heading: w for w in words}
    sections = []
    if corrected := tuple(Text(c, "author") for c in before):
        sections.append(Section("Corrections", corrected, key="corrections"))
    for section, found in _placed(document):
        parts: list[Part] = []
        for n, part in enumerate(section.parts):
            wrote = by.get(found[n].key) if n in found else None
            parts += [part] if wrote is None else _said(wrote, f"{found[n].title}: ")
        if (wrote := by.get(found[-1].key)) is not None:
            parts += _said(wrote)
        sections.append(replace(section, parts=tuple(parts), key=found[-1].key))
    said = " ".join(t for t in (of, document.of) if t)
    return replace(document, of=said, sections=tuple(sections))


def _said(wrote: Written, label: str = "") -> list[Part]:
    some = [p.strip() for p in wrote.text.split("\n\n") if p.strip()]
    return [Text(f"{'' if n else label}{p}", "author", wrote.by) for n, p in enumerate(some)]


# ---- what differs ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A text or a cell that differs between two editions. Empty: one of them does not say it."""

    section: str
    of: str
    before: str
    now: str


def differences(before: Document, now: Document) -> list[Change]:
    """Texts that are told anew or no longer, and cells by row and column; each in the section where it stands."""
    out = []
    old, new = _by_section(before), _by_section(now)
    for key in dict.fromkeys([*old, *new]):
        a, b = old.get(key), new.get(key)
        title = (b or a or ("", [], {}))[0]
        if a is None or b is None:
            out.append(Change(title, "the whole section", "" if a is None else "told", "" if b is None else "told"))  # fmt: skip
            continue
        out += [Change(title, "text", t, "") for t in a[1] if t not in b[1]]
        out += [Change(title, "text", "", t) for t in b[1] if t not in a[1]]
        cells = dict.fromkeys([*a[2], *b[2]])
        out += [Change(title, c, a[2].get(c, ""), b[2].get(c, "")) for c in cells if a[2].get(c, "") != b[2].get(c, "")]  # fmt: skip
    return out


def _by_section(document: Document) -> dict[str, tuple[str, list[str], dict[str, str]]]:
    out = {}
    for section, found in _placed(document):
        texts, cells = [], {}
        for part in section.parts:
            if isinstance(part, Text):
                texts.append(part.text)
            elif isinstance(part, Table):
                seen: dict[str, int] = {}
                for row in part.rows:
                    seen[row[0]] = seen.get(row[0], 0) + 1
                    again = f" ({seen[row[0]]})" if seen[row[0]] > 1 else ""
                    for head, cell in zip(part.head[1:], row[1:], strict=True):
                        cells[f"{part.caption}: {row[0]}{again}, {head}"] = cell
            else:
                texts.append(part.alt)
        out[found[-1].key] = (section.title, texts, cells)
    return out
