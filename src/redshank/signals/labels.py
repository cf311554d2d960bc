"""Training labels: texts in which people marked what states an indicator, and what does not; and what the rules in force make of them.

A file has the columns text, start, end, indicator, verdict (``yes``: the span states it, ``no``: it does not), by; and record_type where the
texts are of one. A row that cannot be read is put aside with its number, its column and why; never with what stands in it.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from redshank.errors import DeliveryRefused
from redshank.signals.ready import rulebook
from redshank.signals.scan import scan_signals
from redshank.tables import BETWEEN
from redshank.tables.extracts import RECORD_TABLES

NEEDED = ("text", "start", "end", "indicator", "verdict", "by")
VERDICTS = {"yes": True, "no": False}
LONGEST = 100_000  # characters of one text
MOST = 100_000  # rows of one file


@dataclass(frozen=True)
class Label:
    """One span of one text with a person's word on it. ``mark`` is a hash: the same label in another file is the same."""

    text: str
    start: int
    end: int
    indicator: str
    is_so: bool
    by: str
    record_type: str

    @property
    def mark(self) -> str:
        parts = (self.text, str(self.start), str(self.end), self.indicator, self.record_type)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Aside:
    """A row that could not be read: where, and why in words of ours."""

    row: int
    column: str
    problem: str


def read(path: Path) -> tuple[list[Label], list[Aside]]:
    """The labels of a file and the rows that were put aside; :class:`DeliveryRefused` where the file itself is none."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DeliveryRefused(f"{path.name}: not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise DeliveryRefused(f"{path.name}: cannot be read ({error.strerror})", "check name and rights") from None  # fmt: skip
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = list(reader)
    except csv.Error as error:
        raise DeliveryRefused(f"{path.name}: no CSV ({error})", "quote cells that hold commas, quotes or lines") from None  # fmt: skip
    missing = [c for c in NEEDED if c not in (reader.fieldnames or [])]
    if missing:
        raise DeliveryRefused(f"{path.name}: the columns {', '.join(missing)} are missing", "`redshank labels import --help` names all of them")  # fmt: skip
    if len(rows) > MOST:
        raise DeliveryRefused(f"{path.name}: more than {MOST:,} rows", "send it in parts")
    known = {r.indicator for r in rulebook().indicators}
    labels: list[Label] = []
    aside: list[Aside] = []
    for number, raw in enumerate(rows, 1):
        found = _label(raw, known)
        if isinstance(found, Label):
            labels.append(found)
        else:
            aside.append(Aside(number, *found))
    return labels, aside


def _label(raw: dict[str, Any], known: set[str]) -> Label | tuple[str, str]:
    """A label, or the column and why the row is none."""
    if None in raw or any(raw.get(c) is None for c in NEEDED):
        return "", "not as many cells as the first row names"
    text, by = raw["text"], raw["by"].strip()
    if not text.strip():
        return "text", "empty"
    if len(text) > LONGEST:
        return "text", f"longer than {LONGEST:,} characters"
    ends = []
    for column in ("start", "end"):
        said = raw[column].strip()
        if not said.isascii() or not said.isdigit() or len(said) > 9:
            return column, "no number of characters from the start of the text, which is 0"
        ends.append(int(said))
    if not ends[0] < ends[1] <= len(text):
        return "end", "the span does not lie in the text"
    if raw["indicator"].strip() not in known:
        return "indicator", "the rules in force know no such indicator"
    if raw["verdict"].strip() not in VERDICTS:
        return "verdict", "neither yes nor no"
    if not by or len(by) > 120:
        return "by", "who says so is missing, or longer than 120 characters"
    kind = (raw.get("record_type") or "incidents").strip()
    if kind not in RECORD_TABLES:
        return "record_type", "no such table"
    return Label(text, ends[0], ends[1], raw["indicator"].strip(), VERDICTS[raw["verdict"].strip()], by, kind)


def found_in(labels: list[Label]) -> list[list[str]]:
    """For each label the rules whose hits of its indicator touch its span, as the night would read its text by itself."""
    by_text: dict[tuple[str, str], str] = {}
    for label in labels:
        by_text.setdefault((label.record_type, label.text), f"label-{len(by_text)}")
    if not by_text:
        return []
    schema = BETWEEN["records"].schema
    rows = [
        {"record_key": f"{kind}:{ref}", "record_type": kind, "record_ref": ref, "text": text}
        for (kind, text), ref in by_text.items()
    ]
    blank = dict.fromkeys(schema.names)
    hits: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for hit in scan_signals(pa.Table.from_pylist([blank | r for r in rows], schema=schema)).to_pylist():
        if hit["status"] == "affirmed" and hit["start"] is not None:
            hits[hit["record_ref"]].append(hit)
    return [
        sorted({h["rule"] for h in hits[by_text[x.record_type, x.text]] if h["indicator"] == x.indicator and h["start"] < x.end and x.start < h["end"]})
        for x in labels
    ]  # fmt: skip
