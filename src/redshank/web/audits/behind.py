"""From a cell of a report's table to the records that it counts: the same rows that the report was made from, by figure, row and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from redshank.products.document import Table
from redshank.web.audits import rates
from redshank.web.heads.models import Record
from redshank.web.pages.lists import parts

#: Columns of a rate and which records stand behind each: what is reckoned from phrases leads to the records that hold them.
OF_RATE = {
    "Records": "keys", "Words": "keys", "Phrases": "with_phrases", "Per 1,000 records": "with_phrases", "Per 10,000 words": "with_phrases",
    "Quoted, apart": "with_quoted", "System forms, apart": "with_template",
}  # fmt: skip

Row = dict[str, frozenset[str]]  # column → keys of records


class Behind:
    """Figure → the rows of its table in their order, each with the records behind its columns."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}

    def add(self, figure: str, row: Mapping[str, Iterable[str]]) -> None:
        self.rows.setdefault(figure, []).append({c: frozenset(keys) for c, keys in row.items()})

    def rate(self, figure: str, r: rates.Rate) -> None:
        self.add(figure, {column: getattr(r, name) for column, name in OF_RATE.items()})

    def of(self, table: Table, row: int, column: int) -> frozenset[str]:
        """The records behind a cell; none where nothing, or no record, stands behind it."""
        some = self.rows.get(table.figure, [])
        if row >= len(some) or len(some) != len(table.rows) or not 0 < column < len(table.head):
            return frozenset()
        return some[row].get(table.head[column], frozenset())


def seen(user: Any, keys: Iterable[str]) -> list[Record]:
    """Of these records those that the reader may open, the newest first."""
    rows = [
        r
        for some in parts(sorted(keys))
        for r in Record.objects.visible_to(user, user.as_role.purpose).filter(key__in=some)
    ]
    return sorted(rows, key=lambda r: (r.at is None, r.at and -r.at.timestamp(), r.key))
