"""What the reading child says when a file cannot be read as a whole, and the shape of its bad rows.

No module of the child imports more of Redshank than this.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

LIMIT_ADVICE = "Split the file, or raise the limits (REDSHANK_READER_MEMORY_MB, REDSHANK_READER_SECONDS)."

SHOWN = 1000
"""Characters of a bad value that quarantine keeps (local default)."""

BAD_SCHEMA = pa.schema(
    [("row", pa.int64()), ("column", pa.string()), ("problem", pa.string()), ("value", pa.string())]
)


class Refused(Exception):
    """The whole file cannot be taken; ``message`` names no content."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


@dataclass
class Read:
    """What was read: ``rows`` has the wanted columns that exist and ``row``; ``count`` counts bad rows, too."""

    header: list[str]
    rows: pa.Table
    count: int
    bad: list[tuple[int, str | None, str, str | None]] = field(default_factory=list)

    def bad_table(self) -> pa.Table:
        names = BAD_SCHEMA.names
        return pa.Table.from_pylist([dict(zip(names, b, strict=True)) for b in self.bad], BAD_SCHEMA)


def shown(text: str | None) -> str | None:
    """A bad value, cut to what quarantine keeps, with marks for what is no text."""
    if text is None:
        return None
    short = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return short.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def chosen(wanted: list[str] | None, names: list[str]) -> list[str]:
    """Which of a file's columns to read: the wanted ones that it has, or with None all that have a name."""
    return [n for n in names if n] if wanted is None else [n for n in wanted if n in names]


def check_header(names: list[str], file: str, encoding: str | None = None) -> list[str]:
    """Column names, trimmed. Refuses what is no text, and a name that stands twice."""
    if encoding is not None and any("\0" in n or "\udcff" in n for n in names):
        raise Refused(
            f"The header of {file} is no text in {encoding}.",
            "Name the file's encoding in a mapping (encoding = …), or save it as UTF-8.",
        )
    names = [n.strip() for n in names]
    seen: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        if name and name in seen:
            # By place, not by name: without a header row the names would be somebody's data.
            raise Refused(
                f"Columns {seen[name]} and {place} of {file} have the same name.",
                "Rename one of them or leave it out.",
            )
        seen[name] = place
    if not any(names):
        raise Refused(f"{file} has no header row.", "The first row must name the columns.")
    return names
