"""The tables that other tools build on, made from a completed run, and their export.

In: the night's state. Out: exactly the tables of :data:`redshank.tables.FINDINGS`, in a total order, so
that equal findings are equal files.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from redshank.tables import FINDINGS

SORT = {
    "signals": ["record_type", "record_ref", "indicator", "start", "end", "rule", "status"],
    "language": ["record_type", "record_ref", "start", "end", "reason"],
    "people": ["record_type", "record_ref", "delivery", "row"],
    "groups": ["group_id", "role", "person_id"],
    "group_evidence": ["group_id", "person_a", "person_b", "tie", "record_type", "record_ref"],
    "children": ["score", "person_id"],
    "lines": ["score", "line_ref"],
    "places": ["score", "h3"],
    "quarantine": ["delivery", "file", "row", "column"],
}
DESCENDING = {"score"}


def ordered(name: str, rows: pa.Table) -> pa.Table:
    """Rows of one findings table in its schema and total order."""
    schema = FINDINGS[name].schema
    rows = rows.select(schema.names).cast(schema)
    keys = [(c, "descending" if c in DESCENDING else "ascending") for c in SORT[name]]
    return rows.sort_by(keys)


def empty() -> dict[str, pa.Table]:
    """Headers alone: what is exported before any night."""
    return {name: table.empty() for name, table in FINDINGS.items()}


def people(appearances: pa.Table, person_of: pa.Table) -> pa.Table:
    """One row for each current people row that is not in quarantine, with its person."""
    joined = appearances.select(["appearance_id", "delivery", "record_type", "record_ref", "row"]).join(
        person_of.select(["appearance_id", "person_id", "probability"]), "appearance_id", join_type="inner"
    )
    return ordered("people", joined)


def groups(members: pa.Table) -> pa.Table:
    """Members of groups as the contract has them: strength 0 to 1, the full sentence."""
    strength = pc.divide(members["strength"].cast(pa.float64()), 1000.0)
    return ordered(
        "groups", members.set_column(members.schema.get_field_index("strength"), "strength", strength)
    )


def _printable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return pc.strftime(
            column.cast(pa.timestamp("s", tz="UTC"), safe=False), format="%Y-%m-%dT%H:%M:%S+00:00"
        )
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "true", "false")
    return column


def export(tables: dict[str, pa.Table], folder: Path, form: str = "csv") -> list[Path]:
    """Writes each table whole or not at all (a temporary name, then a rename); returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in FINDINGS:
        rows = tables[name]
        path = folder / f"{name}.{form}"
        waiting = folder / f".{name}.{form}.part"
        if form == "parquet":
            pq.write_table(rows, waiting, compression="zstd")
        else:
            printable = pa.table([_printable(c) for c in rows.columns], names=rows.column_names)
            pa_csv.write_csv(printable, waiting, pa_csv.WriteOptions(quoting_style="needed"))
        os.replace(waiting, path)
        written.append(path)
    return written
