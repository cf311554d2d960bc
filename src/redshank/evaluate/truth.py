"""Reading a truth folder: CSV, UTF-8, header row; any file may be absent, further columns are ignored."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from redshank.errors import UsageError
from redshank.tables.findings import STATUSES as STATUS_LIST

STATUSES = tuple(STATUS_LIST.split("|"))
STRENGTHS = ("weak", "moderate", "strong")

# The indicators that always exist (contract of the findings). Only these are compared: a truth knows no others.
INDICATORS = (
    "missing_episode",
    "repeat_missing",
    "return_interview_overdue",
    "older_associate",
    "unexplained_gifts",
    "hotel_or_premises",
    "taxi_or_vehicle",
    "multiple_phones",
    "online_contact",
    "transported",
    "substance_supply",
    "school_absence",
    "concern_by_business",
    "associates_with_known_suspect",
    "county_lines",
    "disclosure",
    "multiple_suspects",
    "coercion_or_control",
    "unexplained_injury",
    "debt_or_threat",
)

# name, kind, needed: "value" (column and a value in each row), "column" (may be empty), "" (column may be absent)
_SPECS: dict[str, str] = {
    "people": "true_person:text:value delivery:text:value record_type:text:value record_ref:text:value row:whole:value",
    "groups": "true_group:text:value true_person:text:value role:text:value active_from:date: active_to:date: "
    "kind:text:column strength:strength:column recognisable_on:date:",
    "children": "true_person:text:value sexual:bool:column criminal:bool:column harmed:bool:column from:date:",
    "lines": "line_ref:text:value uses_sexual_exploitation:text:column band:text:",
    "signals": "record_type:text:value record_ref:text:value indicator:text:value status:status:value withheld:bool: "
    "source:text:",
    "language": "record_type:text:value record_ref:text:value start:whole:column end:whole:column quoted:bool:",
    "quarantine": "delivery:text:value file:text:value row:whole:value problem:text:",
    "decoys": "decoy:text:value kind:text:value true_person:text:column",
    "traditions": "true_person:text:value tradition:text:value",
}
_OPTIONAL = (
    "decoys",
    "traditions",
)  # files of our own forces, which no contract asks for: absent without a word
_ARROW = {"whole": pa.int64(), "date": pa.date32(), "bool": pa.bool_()}


@dataclass
class Truth:
    """The planted truth; None for a file that is absent. ``people`` is a table, the others are rows."""

    people: pa.Table | None = None
    groups: list[dict[str, Any]] | None = None
    children: list[dict[str, Any]] | None = None
    lines: list[dict[str, Any]] | None = None
    signals: list[dict[str, Any]] | None = None
    language: list[dict[str, Any]] | None = None
    quarantine: list[dict[str, Any]] | None = None
    decoys: list[dict[str, Any]] | None = None
    traditions: list[dict[str, Any]] | None = None
    notes: list[str] = field(default_factory=list)


def read(folder: Path) -> Truth:
    """The truth of a folder. UsageError where the folder holds none, or a file cannot be read."""
    if not folder.is_dir():
        raise UsageError(
            f"{folder}: there is no such folder", "name the truth folder, with people.csv and so on"
        )
    out = Truth()
    for name in _SPECS:
        path = folder / f"{name}.csv"
        if not path.is_file():
            if name not in _OPTIONAL:
                out.notes.append(f"there is no {name}.csv in the truth: its figures are not measured")
            continue
        table = _read(path, name)
        setattr(out, name, table if name == "people" else table.to_pylist())
    if all(getattr(out, name) is None for name in _SPECS):
        raise UsageError(
            f"{folder}: it holds no file of a truth", f"it may hold: {', '.join(f'{n}.csv' for n in _SPECS)}"
        )
    return out


def _read(path: Path, name: str) -> pa.Table:
    specs = [tuple(part.split(":")) for part in _SPECS[name].split()]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, None)
            if header is None:
                raise UsageError(f"{path.name}: it is empty", "a truth file has a header row")
            header = [h.strip() for h in header]
            for column, _, need in specs:
                if need and column not in header:
                    raise UsageError(
                        f"{path.name}: the column {column} is missing",
                        f"it has: {', '.join(header) or 'none'}",
                    )
            rows = []
            for number, row in enumerate(reader, 1):
                if len(row) != len(header):
                    raise UsageError(
                        f"{path.name}, row {number}: {len(row)} cells, the header has {len(header)}",
                        "quote cells that hold commas",
                    )
                rows.append(row)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name}: it is not UTF-8", "save it as UTF-8") from error
    except csv.Error as error:
        raise UsageError(
            f"{path.name}: it is no CSV: {error}", "quote cells that hold commas or quotes"
        ) from error
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    arrays = {}
    for column, kind, need in specs:
        values = cells[header.index(column)] if column in header else [""] * len(rows)
        arrays[column] = _column(path.name, column, kind, need, values)
    return pa.table(arrays)


def _column(file: str, column: str, kind: str, need: str, values: Any) -> pa.Array:
    convert = _CONVERT[kind]
    out = []
    for number, raw in enumerate(values, 1):
        text = raw.strip()
        if not text:
            if need == "value":
                raise UsageError(f"{file}, row {number}, {column}: it is empty", "each row needs one")
            out.append(False if kind == "bool" and column != "quoted" else None)
            continue
        try:
            out.append(convert(text))
        except ValueError as error:
            raise UsageError(
                f"{file}, row {number}, {column}: {text[:40]!r} is no {kind}", str(error)
            ) from error
    return pa.array(out, type=_ARROW.get(kind, pa.string()))


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("write a whole number") from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError("write 2026-03-14") from None


def _bool(text: str) -> bool:
    folded = text.casefold()
    if folded not in ("true", "false", "1", "0", "yes", "no"):
        raise ValueError("write true or false")
    return folded in ("true", "1", "yes")


def _one_of(codes: tuple[str, ...]) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if text.casefold() not in codes:
            raise ValueError(f"it is one of: {', '.join(codes)}")
        return text.casefold()

    return convert


_CONVERT: dict[str, Callable[[str], Any]] = {
    "text": str,
    "whole": _whole,
    "date": _date,
    "bool": _bool,
    "status": _one_of(STATUSES),
    "strength": _one_of(STRENGTHS),
}
