"""What a file brings, row by row. A row that cannot be read is listed with its number, its column and the reason, never lost.

Two kinds: people in post (role, district, and a staff reference or a number) and the attendance of one event (a staff
reference, or role and district with a number, or an audience outside the force with a number). No names are needed; other
columns are left alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from redshank.web.learning.settings import DATA, post_written
from redshank.web.policy.names import fold

#: What a column may be called → what it is.
COLUMNS = {
    "role": "post", "post": "post", "district": "district", "number": "number", "count": "number", "staff reference": "staff_ref",
    "staff ref": "staff_ref", "reference": "staff_ref", "username": "staff_ref", "audience": "audience",
}  # fmt: skip
CALLED = {"post": "role", "district": "district", "number": "number", "staff_ref": "staff reference", "audience": "audience"}  # fmt: skip
REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")
MOST = 100_000


class NotAFile(Exception):
    """Nothing of it can be read; the text says why."""


@dataclass(frozen=True)
class Row:
    """A row that was read."""

    row: int
    post: str
    district: str
    staff_ref: str
    number: int
    audience: str = ""
    line: tuple[str, ...] = ()


@dataclass(frozen=True)
class Left:
    """A row that was not."""

    row: int
    column: str
    reason: str
    line: list[str]


@dataclass
class Taken:
    sha256: str
    rows: list[Row] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.rows) + len(self.left)


class _Wrong(Exception):
    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(reason)


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Rows as a spreadsheet counts them."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # as spreadsheets of older offices save it
    if "\x00" in text:
        raise NotAFile("It is no CSV file: save the sheet as CSV first")
    head = text.split("\n", 1)[0]
    mark = ";" if head.count(";") > head.count(",") else ","
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1)
    except csv.Error as wrong:
        raise NotAFile(f"It is no CSV file that can be read: {wrong}") from None


def _head(cells: list[str]) -> dict[str, int]:
    """What each column is; of two that are the same thing the first counts."""
    out: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = COLUMNS.get(fold(cell).strip())
        if name and name not in out:
            out[name] = at
    return out


def read(data: bytes, kind: str) -> Taken:
    """The rows of a file of people in post, or of attendance."""
    if len(data) > DATA["file"]["most_bytes"]:
        raise NotAFile("The file is too large: give one of a single event or establishment")
    out = Taken(hashlib.sha256(data).hexdigest())
    lines = _lines(data)
    _, head = next(lines, (1, []))
    where = _head(head)
    if not where:
        raise NotAFile(f"The first row names no column that is known here: {', '.join(sorted(COLUMNS))}")
    if kind == "establishment" and ("post" not in where or not {"staff_ref", "number"} & set(where)):
        raise NotAFile("People in post need a column “role”, and one “staff reference” or “number”")
    if kind == "attendance" and not {"staff_ref", "number"} & set(where):
        raise NotAFile("Attendance needs a column “staff reference” or “number”")
    if kind == "attendance" and "staff_ref" not in where and not {"post", "audience"} & set(where):
        raise NotAFile("A number of people needs a column “role” or “audience” beside it")
    seen: set[str] = set()
    for number, cells in lines:
        if not any(c.strip() for c in cells):
            continue
        if out.total >= DATA["file"]["most_rows"]:
            raise NotAFile(f"The file has more than {DATA['file']['most_rows']:,} rows")
        try:
            out.rows.append(_row(number, cells, where, kind, seen))
        except _Wrong as wrong:
            out.left.append(Left(number, CALLED.get(wrong.column, wrong.column), wrong.reason, cells))
    if not out.total:
        raise NotAFile("The file has a head and no row")
    return out


def _row(number: int, cells: list[str], where: dict[str, int], kind: str, seen: set[str]) -> Row:
    if len(cells) <= max(where.values()):
        raise _Wrong(_last(where), f"the row ends after {len(cells)} cells")
    told = {name: cells[at].strip() for name, at in where.items()}
    post = post_written(told.get("post", ""))
    ref, audience = told.get("staff_ref", ""), told.get("audience", "")
    if told.get("post") and not post:
        raise _Wrong("post", f"no post is known as “{told['post'][:60]}”")
    if len(told.get("district", "")) > 80:
        raise _Wrong("district", "it is longer than 80 characters")
    if ref and not REF.fullmatch(ref):
        raise _Wrong("staff_ref", "a reference is letters, digits, dots, strokes and hyphens, at most 60")
    if ref and ref.casefold() in seen:
        raise _Wrong("staff_ref", f"“{ref}” stands twice in the file")
    count = _count(told.get("number", ""), ref)
    if kind == "establishment" and not post:
        raise _Wrong("post", "the role is empty")
    if kind == "attendance" and audience and (ref or post):
        raise _Wrong("audience", "a row is of the force or of an audience outside it, not of both")
    if len(audience) > 200:
        raise _Wrong("audience", "it is longer than 200 characters")
    if not ref and not post and not audience:
        raise _Wrong("staff_ref" if "staff_ref" in where else "post", "nobody is named: no reference, no role, no audience")  # fmt: skip
    if ref:
        seen.add(ref.casefold())
    return Row(number, post, told.get("district", ""), ref, count, audience, tuple(cells))


def _last(where: dict[str, int]) -> str:
    return max(where, key=lambda n: where[n])


def _count(text: str, ref: str) -> int:
    """How many a row stands for: one with a reference, else the number that it gives."""
    if ref:
        if text not in ("", "1"):
            raise _Wrong("number", "a row with a staff reference stands for one person")
        return 1
    if not text:
        raise _Wrong("number", "neither a staff reference nor a number is given")
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:7]) <= MOST:
        raise _Wrong("number", f"“{text[:20]}” is no number of people from 1 to {MOST:,}")
    return int(text)
