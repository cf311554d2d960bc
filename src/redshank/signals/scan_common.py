"""What the three scans share: days and texts of records, rows of tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.signals.context import day_of
from redshank.tables.between import BETWEEN


def day_column(records: pa.Table) -> list[date | None]:
    """The day against which "long past" is measured: when it happened, else the record's own time."""
    when = pc.coalesce(records["event_at"], records["own_at"])
    if when.type.tz in (None, "UTC"):
        return when.cast(pa.date32(), safe=False).to_numpy().tolist()  # type: ignore[no-any-return]
    return [day_of(v) for v in when.to_pylist()]


class Texts:
    """The texts of one column of records, and what is asked of the records that hold them."""

    def __init__(
        self, records: pa.Table, column: str, children: Iterable[str], adults: Iterable[str]
    ) -> None:
        values = records[column]
        asked = dict.fromkeys(("record_key", "record_type", "record_ref", "event_at", "own_at", column))
        self.records = records.select(list(asked)).filter(
            pc.fill_null(pc.greater(pc.binary_length(values), 0), False)
        )
        self.texts: list[str] = self.records[column].to_pylist()
        self.keys: list[str] = self.records["record_key"].to_pylist()
        self.kinds: list[str] = self.records["record_type"].to_pylist()
        # Whether a record's people hold a child: True, False (adults only); None where that is not known.
        names = {**dict.fromkeys(adults, False), **dict.fromkeys(children, True)}
        self.known: list[bool | None] = list(map(names.get, self.keys))
        self.days = day_column(self.records)
        self.refs = self.records["record_ref"].combine_chunks()

    def record(self, n: int) -> tuple[str, str, str]:
        """Key, type and reference of the record of text n."""
        return self.keys[n], self.kinds[n], self.refs[n].as_py()


def table_of(name: str, columns: list[str], rows: list[tuple[Any, ...]]) -> pa.Table:
    """A table between stages from rows of the named columns; the columns not named are null."""
    schema = BETWEEN[name].schema
    given = dict(zip(columns, zip(*rows, strict=True), strict=True)) if rows else {}
    return pa.table([pa.array(given.get(f.name, [None] * len(rows)), f.type) for f in schema], schema=schema)
