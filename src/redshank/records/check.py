"""A table as received becomes a table of declared types, and every row that breaks a rule says which.

A row is judged by its columns in the declared order; its first failing column is the one that quarantine
names. A ``role`` or ``risk`` outside its closed list does not fail the row: it is kept as ``other`` or
``not stated``, and listed with ``kept`` (only when nothing else fails).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.records.fold import by_value
from redshank.records.rules import rules
from redshank.records.times import NO_DATE, OUT_OF_RANGE, parse_dates, parse_times
from redshank.sources import Source
from redshank.sources.refuse import shown
from redshank.tables.extracts import EXTRACTS, RECORD_TABLES
from redshank.tables.model import DATE, REAL, TIME, Column

AS_RECEIVED = ("narrative", "log", "reason")
"""Free texts: kept to the last space; offsets point into them."""

KEPT = {("people", "role"): "other", ("missing_episodes", "risk"): "not stated"}
_RANGES = {"latitude": 90.0, "longitude": 180.0, "found_latitude": 90.0, "found_longitude": 180.0}
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


@dataclass
class Checked:
    """``rows`` has all readable rows in the declared types (failing cells empty) and ``row``. ``failing`` is
    the index of a row's first failing column, or -1; ``why`` its reason.
    """

    source: Source
    rows: pa.Table
    failing: np.ndarray
    why: np.ndarray
    kept: np.ndarray
    kept_why: np.ndarray
    erased: frozenset[int] = frozenset()

    @property
    def names(self) -> list[str]:
        return [c.name for c in EXTRACTS[self.source.table].columns]

    @property
    def good(self) -> np.ndarray:
        return self.failing < 0

    def fail(self, mask: np.ndarray, column: str, why: str | np.ndarray) -> None:
        """Rows fail in a column, unless an earlier column has failed already."""
        index = self.names.index(column)
        new = mask & ((self.failing < 0) | (self.failing > index))
        self.failing[new] = index
        self.why[new] = why[new] if isinstance(why, np.ndarray) else why

    def erase(self, why: dict[int, str], column: str) -> None:
        """Rows of an erased record fail by their key before anything else does, and nothing of them is kept."""
        index = self.names.index(column)
        for i, words in why.items():
            self.failing[i], self.why[i], self.kept[i] = index, words, -1
        self.erased = frozenset(why)

    def quarantine(self, delivery: str, unreadable: bool = True) -> list[dict]:
        """Entries for every row that failed or was kept with a neutral code, and every ``unreadable`` one."""
        entries = [
            {
                "delivery": delivery,
                "file": self.source.file,
                "row": row,
                "column": column,
                "problem": problem,
                "value": value,
                "kept": False,
            }
            for row, column, problem, value in (self.source.bad if unreadable else ())
        ]
        numbers = self.rows.column("row").to_numpy()
        listed = np.flatnonzero((self.failing >= 0) | (self.kept >= 0))
        for i in listed.tolist():
            failed = self.failing[i] >= 0
            column = self.names[self.failing[i] if failed else self.kept[i]]
            entries.append(
                {
                    "delivery": delivery,
                    "file": self.source.file,
                    "row": int(numbers[i]),
                    "column": column,
                    "problem": self.why[i] if failed else self.kept_why[i],
                    "value": None if i in self.erased else self._received(column, i),
                    "kept": not failed,
                }
            )
        return sorted(entries, key=lambda e: e["row"])

    def _received(self, column: str, i: int) -> str | None:
        if column not in self.source.rows.column_names:
            return None
        cell = self.source.rows.column(column)[i]
        try:
            value = cell.as_py()
        except (OverflowError, ValueError):  # a typed time of no year that a calendar knows
            return shown(str(cell.value))
        return shown(None if value is None else str(value))


def check(source: Source) -> Checked:
    """Types, ranges and closed lists of one table."""
    count = source.rows.num_rows
    none = np.full(count, -1, dtype=np.int64)
    reasons = np.full(count, None, dtype=object)
    out = Checked(source, pa.table({}), none, reasons, none.copy(), reasons.copy())
    declared = EXTRACTS[source.table]
    arrays: list[pa.Array] = []
    for column in declared.columns:
        if column.name in source.rows.column_names:
            cells = source.rows.column(column.name).combine_chunks()
            arrays.append(_column(out, column, cells))
        else:
            arrays.append(pa.nulls(count, column.type))
    for name in declared.key or ("record_type", "record_ref"):
        empty = pc.is_null(arrays[out.names.index(name)]).to_numpy(zero_copy_only=False)
        out.fail(empty, name, "the key is empty" if declared.key else "it does not say which record it is of")
    out.rows = pa.table([*arrays, source.rows.column("row")], names=[*out.names, "row"])
    return out


def _column(out: Checked, column: Column, cells: pa.Array) -> pa.Array:
    name, mapping, table = column.name, out.source.mapping, out.source.table
    if column.type in (TIME, DATE):
        formats = mapping.formats[name]
        if out.source.kind != "csv" and "ISO" not in formats:
            formats = (*formats, "ISO")  # a typed cell of a mixed column arrives as ISO text
        if pa.types.is_floating(cells.type):
            cells = text_of(cells)
        if pa.types.is_string(cells.type):
            cells = trimmed(cells)
        values, codes = (parse_times if column.type == TIME else parse_dates)(cells, formats)
        what = "time" if column.type == TIME else "date"
        style = " or ".join(f.replace("ISO", "ISO 8601") for f in mapping.formats[name])
        out.fail(codes == NO_DATE, name, f"it is no {what} written as {style}")
        low, high = rules().earliest.year, rules().latest.year
        out.fail(codes == OUT_OF_RANGE, name, f"the {what} is before {low} or after {high}")
        return values
    if column.type == REAL:
        return _real(out, name, cells)
    cells = text_of(cells)
    if name in AS_RECEIVED:
        return pc.if_else(pc.equal(cells, ""), None, cells)
    cells = trimmed(cells)
    if name in mapping.codes:
        codes_of = mapping.codes[name]
        cells = by_value(cells, lambda v: codes_of.get(v.casefold(), v) or None, pa.string())
    closed = RECORD_TABLES if name == "record_type" else column.codes
    if not closed:
        return cells
    return _code(out, name, cells, closed, KEPT.get((table, name)))


def _code(out: Checked, name: str, cells: pa.Array, closed: tuple[str, ...], neutral: str | None) -> pa.Array:
    known = {c.casefold(): c for c in closed}
    values = by_value(cells, lambda v: known.get(v.casefold()), pa.string())
    outside = pc.and_(pc.is_valid(cells), pc.is_null(values))
    mask = outside.to_numpy(zero_copy_only=False)
    if not mask.any():
        return values
    why = f"the code is none of: {', '.join(closed)}"
    if neutral is None:
        out.fail(mask, name, why)
        return values
    out.kept[mask] = out.names.index(name)
    out.kept_why[mask] = f"{why}; kept as {neutral}"
    return pc.if_else(outside, neutral, values)


def _real(out: Checked, name: str, cells: pa.Array) -> pa.Array:
    if pa.types.is_floating(cells.type):
        values = pc.if_else(pc.is_nan(cells), None, cells)
        wrong = np.zeros(len(cells), dtype=bool)
    else:
        cells = trimmed(text_of(cells))
        shaped = pc.fill_null(pc.match_substring_regex(cells, _NUMBER), False)
        values = pc.if_else(shaped, cells, None).cast(REAL)
        wrong = pc.and_(pc.is_valid(cells), pc.invert(shaped)).to_numpy(zero_copy_only=False)
    numbers = values.fill_null(0.0).to_numpy()
    wrong |= ~np.isfinite(numbers)
    out.fail(wrong, name, "it is no number")
    limit = _RANGES.get(name)
    if limit is not None:
        outside = np.abs(numbers) > limit
        out.fail(outside, name, f"it is outside -{limit:.0f} to {limit:.0f} degrees")
        wrong = wrong | outside
    return pc.if_else(pa.array(~wrong), values, None)


def text_of(cells: pa.Array) -> pa.Array:
    """Any cells as text; a whole number has no point (spreadsheets know no other numbers)."""
    kind = cells.type
    if pa.types.is_string(kind):
        return cells
    if pa.types.is_floating(kind):
        values = [
            None if v is None or v != v else str(int(v)) if v.is_integer() else repr(v)
            for v in cells.to_pylist()
        ]
        return pa.array(values, pa.string())
    if pa.types.is_timestamp(kind):
        return pa.array([None if v is None else v.isoformat() for v in cells.to_pylist()], pa.string())
    return cells.cast(pa.string())


def trimmed(cells: pa.Array) -> pa.Array:
    """Without white space at the ends; nothing left is null."""
    cells = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(cells, ""), None, cells)
