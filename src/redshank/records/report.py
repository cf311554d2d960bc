"""What a load did, in figures. No personal data: names of files, tables and columns, and counts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class TableReport:
    """``rows = taken + replaced + unchanged + quarantined + repeated``. ``kept`` are rows listed in quarantine
    and taken all the same; they are counted where they were taken.
    """

    table: str
    file: str
    rows: int
    taken: int = 0
    replaced: int = 0
    unchanged: int = 0
    quarantined: int = 0
    repeated: int = 0
    kept: int = 0


@dataclass(frozen=True)
class LoadReport:
    """``new`` is false when the same delivery had been loaded before and nothing happened. ``missing_columns``: of each file the
    columns that the mapping names and it does not have (table, ours, theirs), with the one that it seems to be now (``likely``,
    ``because``, ``line``: what to write in the mapping), where one is.
    """

    delivery: str
    number: int
    new: bool
    tables: list[TableReport] = field(default_factory=list)
    unknown_columns: dict[str, list[str]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    missing_columns: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
