"""How a text file of unknown making is written: its encoding and its delimiter, from its first bytes.

Only :func:`redshank.sources.unknown.look` asks; a delivery is never read by a guess, its mapping says. Nothing here opens a
file: it runs in the reading child.
"""

from __future__ import annotations

import csv
import io

#: What an export may be written in when no byte-order mark says (local default): the encodings of Windows and of the web.
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "windows-1252")
DELIMITERS = (",", ";", "\t", "|", "^", "~")
HEAD = 1 << 18
"""Bytes that are looked at."""


def sniff(data: bytes | memoryview) -> tuple[str, str]:
    """Encoding and delimiter of a CSV file."""
    head = bytes(data[:HEAD])
    whole = len(head) == len(data)
    encoding = _encoding(head, whole)
    return encoding, _delimiter(head.decode(encoding, "replace").lstrip("\ufeff"), whole)


def _encoding(head: bytes, whole: bool) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if head.startswith(b"\xff\xfe") else "utf-16-be"
    zeros = head[:4096].count(0)
    if zeros * 3 > min(len(head), 4096):  # every second byte of Latin text in UTF-16 is one
        return "utf-16-le" if head[1:4096:2].count(0) * 2 > zeros else "utf-16-be"
    try:
        # The last sign may be cut off in the middle.
        (head if whole else head[: head.rfind(b"\n") + 1]).decode("utf-8")
    except UnicodeDecodeError as error:
        # Some rows of no text do not make another encoding: then most of what is not ASCII reads as UTF-8.
        text = head.decode("utf-8", "replace")
        broken, other = text.count("\ufffd"), sum(1 for c in text if ord(c) > 127)
        if not error.end or other - broken <= broken:
            return "windows-1252"
    return "utf-8"


def _delimiter(text: str, whole: bool) -> str:
    """The sign that parts the header into most columns and most rows into as many."""
    best, found = (0.0, 0), ","
    for delimiter in DELIMITERS:
        rows = [r for r in _rows(text, delimiter) if r]
        if not whole:
            rows = rows[:-1]
        if len(rows) < 1 or len(rows[0]) < 2:
            continue
        width = len(rows[0])
        even = sum(len(r) == width for r in rows[:200]) / len(rows[:200])
        if (round(even, 1), width) > best:
            best, found = (round(even, 1), width), delimiter
    return found


def _rows(text: str, delimiter: str) -> list[list[str]]:
    out = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            out.append(row)
            if len(out) > 201:
                break
    except csv.Error:
        pass  # quotes that this delimiter does not explain: what came before is what it has to show
    return out
