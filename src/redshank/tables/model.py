"""The shape in which a table is declared."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
TEXT = pa.string()
DATE = pa.date32()
REAL = pa.float64()
WHOLE = pa.int64()
BOOL = pa.bool_()


@dataclass(frozen=True)
class Column:
    name: str
    type: pa.DataType
    doc: str
    codes: tuple[str, ...] = ()  # a closed list; empty means open


@dataclass(frozen=True)
class Table:
    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    own_time: tuple[
        str, ...
    ] = ()  # extracts: the first of these that is filled says when the record is known

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(c.name, c.type) for c in self.columns])

    def column(self, name: str) -> Column:
        for c in self.columns:
            if c.name == name:
                return c
        raise KeyError(f"{self.name} has no column {name}; it has: {', '.join(c.name for c in self.columns)}")

    def empty(self) -> pa.Table:
        return self.schema.empty_table()

    def build(self, rows: list[dict]) -> pa.Table:
        """Rows (dictionaries) as a table of this schema; absent columns are null."""
        return pa.Table.from_pylist(rows, schema=self.schema)


def columns(spec: str, kinds: dict[str, pa.DataType] | None = None) -> tuple[Column, ...]:
    """Columns from lines ``name [type] : meaning``; types are text, time, date, real, whole, bool."""
    names = {"text": TEXT, "time": TIME, "date": DATE, "real": REAL, "whole": WHOLE, "bool": BOOL}
    out = []
    for line in spec.strip().splitlines():
        head, _, doc = line.partition(":")
        bits = head.split()
        kind = bits[1] if len(bits) > 1 else "text"
        codes: tuple[str, ...] = ()
        doc = doc.strip()
        if doc.startswith("{"):
            inside, _, doc = doc[1:].partition("}")
            codes = tuple(c.strip() for c in inside.split("|"))
        out.append(Column(bits[0], names[kind], doc.strip(), codes))
    return tuple(out)
