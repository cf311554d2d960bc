"""A document before it has a form: sections of texts, tables and charts. Each says what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

#: Whose words a text is. A figure's sentence, a gap that is stated, what its author has still to write, what stands in another
#: edition alone, what a named person wrote, a draft that nobody has taken over yet, or the fixed words of the specification.
KINDS = ("fixed", "figure", "gap", "unwritten", "held", "author", "draft")
#: What leads a text of that kind, so that nobody takes it for a finding.
LED = {
    "gap": "Not known", "unwritten": "Not written yet", "held": "Not in this edition", "draft": "Draft, not yet taken over by anybody",
}  # fmt: skip


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind: str = "fixed"
    by: str = ""  # of "author": name and role
    figure: str = ""  # of "figure" and "gap": the name of the figure that it tells

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no kind of text: {self.kind}")


@dataclass(frozen=True)
class Table:
    """A table with a head; every cell is words already."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figure: str = ""

    def __post_init__(self) -> None:
        if any(len(r) != len(self.head) for r in self.rows):
            raise ValueError(f"a row of the table {self.caption!r} is not as long as its head")


@dataclass(frozen=True)
class Chart:
    """A chart as Vega-Lite. What it shows stands in ``alt`` and, in numbers, in a table beside it."""

    caption: str
    alt: str
    spec: dict[str, Any]
    figure: str = ""


Part = Text | Table | Chart


@dataclass(frozen=True)
class Section:
    """A heading and what stands beneath it."""

    title: str
    parts: tuple[Part, ...] = ()
    level: int = 2
    key: str = ""


@dataclass(frozen=True)
class Document:
    """Everything that a reader gets."""

    title: str
    marking: str
    first: str  # as at when, and whether that is old: the first line (practice rule 15)
    of: str  # for whom, by which edition and specification, in which state
    sections: tuple[Section, ...] = field(default=())

    def parts(self) -> Iterator[tuple[Section, Part]]:
        for section in self.sections:
            for part in section.parts:
                yield section, part


def say(*texts: str, kind: str = "fixed", figure: str = "") -> tuple[Text, ...]:
    """Paragraphs."""
    return tuple(Text(t, kind=kind, figure=figure) for t in texts)


def table(caption: str, head: list[str], rows: list[list[str]], figure: str = "") -> Table:
    return Table(caption, tuple(head), tuple(tuple(r) for r in rows), figure)


def each_text(document: Document, change: Callable[[str], str]) -> Document:
    """The document with each of its texts changed."""

    def of(part: Part) -> Part:
        if isinstance(part, Text):
            return replace(part, text=change(part.text), by=change(part.by))
        if isinstance(part, Chart):
            return replace(part, caption=change(part.caption), alt=change(part.alt))
        rows = tuple(tuple(change(c) for c in row) for row in part.rows)
        return replace(part, caption=change(part.caption), head=tuple(change(h) for h in part.head), rows=rows)  # fmt: skip

    sections = tuple(replace(s, title=change(s.title), parts=tuple(of(p) for p in s.parts)) for s in document.sections)  # fmt: skip
    return Document(change(document.title), document.marking, change(document.first), change(document.of), sections)  # fmt: skip
