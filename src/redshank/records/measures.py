"""What a delivery's tables hold, in counts: made while it is loaded, so that sources can be compared over time.

A measure holds no value of any cell. Ethnicity and nationality are measured for completeness alone, also by the person's part in
the record, because inspectors found them missing most where they were asked for (Casey, National Audit on Group-based Child Sexual
Exploitation and Abuse, June 2025).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.records.check import Checked, text_of, trimmed
from redshank.records.shape import own_times
from redshank.tables.between import BETWEEN
from redshank.tables.extracts import EXTRACTS
from redshank.tables.model import TEXT

MEASURES = BETWEEN["measures"].schema
WHO = ("ethnicity_self_defined", "ethnicity_officer_defined", "nationality")
"""Measured by part as well."""
EITHER = "ethnicity_either"
"""Rows in which ethnicity is recorded in one way or the other."""
PARTS = ("suspect", "victim", "missing")
NOT_STATED = pa.array(["ns", "n", "0", "9", "not stated", "not known", "unknown", "not recorded"], TEXT)
"""Codes that say that nothing was said (local default; NS and 9 stand in the 18+1 and 6+1 lists for "not stated")."""


def measure(
    checked: dict[str, Checked], listed: dict[str, list[dict[str, Any]]], delivery: str, number: int
) -> pa.Table:
    """A row per table and column, per part where that is asked, and per reason of the table's entries in quarantine."""
    rows: list[dict[str, Any]] = []
    for table, c in checked.items():
        newest = _newest(table, c)
        base = {"delivery": delivery, "delivery_no": number, "table": table, "newest": newest}
        for column in EXTRACTS[table].columns:
            cells = c.rows[column.name].combine_chunks()
            rows.append(
                {**base, "part": "", "column": column.name, "rows": len(cells), "filled": _filled(column.name, cells),
                 "unknown": _unknown(c, column.name)}
            )  # fmt: skip
        reasons = Counter((e["column"] or "", reason(e["problem"])) for e in listed.get(table, ()))
        rows += [
            {
                **base,
                "part": "",
                "column": column,
                "rows": count,
                "filled": 0,
                "unknown": 0,
                "problem": problem,
            }
            for (column, problem), count in reasons.most_common()
        ]
        if table == "people":
            rows += [{**base, **row} for row in _who(c.rows)]
    return pa.Table.from_pylist(rows, schema=MEASURES)


#: How problems begin that say something of one row only, and what all such rows have in common.
COMMON = {
    "the same key stands": "the same key stands in another row with other content",
    "erased on": "it was erased before and is not taken again",
}


def reason(problem: str) -> str:
    """A problem without what is of one row only, so that equal ones count together."""
    return next((common for begins, common in COMMON.items() if problem.startswith(begins)), problem)


def _who(people: pa.Table) -> list[dict[str, Any]]:
    out = []
    for part in ("", *PARTS):
        mine = people.filter(pc.fill_null(pc.equal(people["role"], part), False)) if part else people
        says = {name: _says(mine[name].combine_chunks()) for name in WHO}
        says[EITHER] = pc.or_(says[WHO[0]], says[WHO[1]])
        out += [
            {
                "part": part,
                "column": name,
                "rows": mine.num_rows,
                "filled": pc.sum(mask).as_py() or 0,
                "unknown": 0,
            }
            for name, mask in says.items()
            if part or name == EITHER
        ]
    return out


def _says(cells: pa.Array) -> pa.Array:
    """Whether a cell is filled and says more than that nothing was said."""
    return pc.and_(pc.is_valid(cells), pc.invert(pc.is_in(pc.utf8_lower(cells), value_set=NOT_STATED)))


def _filled(column: str, cells: pa.Array) -> int:
    return pc.sum(_says(cells)).as_py() or 0 if column in WHO else len(cells) - cells.null_count


def _newest(table: str, checked: Checked) -> dt.datetime | None:
    if not EXTRACTS[table].own_time:
        return None
    return pc.max(own_times(table, checked.rows).filter(pa.array(checked.good))).as_py()


def _unknown(checked: Checked, name: str) -> int:
    """Cells with a code outside a closed list, or that the mapping's list of codes does not name."""
    return sum(unknown_codes(checked, name).values())


def unknown_codes(checked: Checked, name: str) -> dict[str, int]:
    """Codes that are not known, the most frequent first, with how many cells hold each."""
    source = checked.source
    codes, closed = source.mapping.codes.get(name, {}), EXTRACTS[source.table].column(name).codes
    if (not codes and not closed) or name not in source.rows.column_names:
        return {}
    known = {c.casefold() for c in (*codes, *codes.values(), *closed)}
    cells = trimmed(text_of(source.rows.column(name).combine_chunks())).drop_null()
    counts = {c["values"]: c["counts"] for c in pc.value_counts(cells).to_pylist()}
    unknown = {v: n for v, n in counts.items() if v.casefold() not in known}
    return dict(sorted(unknown.items(), key=lambda u: (-u[1], u[0])))
