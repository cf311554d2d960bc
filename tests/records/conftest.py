"""A home, and deliveries written by hand."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

import redshank.records.loading as loading
from redshank.sources import csvfile
from redshank.sources import reader as reading
from redshank.store import Store
from redshank.tables.extracts import EXTRACTS


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "home", create=True)


@pytest.fixture
def here(monkeypatch):
    """Reads CSV in this process: tests of rules need no child (tests/sources has it)."""

    def read_here(delivery, limits=None, progress=None):
        out = {}
        for file in delivery.files:
            data = os.pread(file.fd, file.size, 0)
            wanted = sorted({c for t in file.tables for c in t.columns.values()})
            mapping = delivery.mapping
            read = csvfile.read_csv(data, file.file, mapping.encoding, mapping.delimiter, wanted)
            answer = {"header": read.header, "count": read.count}
            for table in file.tables:
                out[table.table] = reading._source(file, table, answer, read.rows, read.bad_table(), [])
        return {name: out[name] for name in EXTRACTS if name in out}

    monkeypatch.setattr(loading, "read", read_here)


@pytest.fixture
def deliver(tmp_path):
    """``deliver(name, crimes=[{...}], people="text as it stands")`` writes a delivery folder."""

    def write(name: str, **tables) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for table, rows in tables.items():
            path = folder / f"{table}.csv"
            if isinstance(rows, str):
                path.write_text(rows, encoding="utf-8", newline="")
                continue
            columns = list(dict.fromkeys(c for r in rows for c in r)) or _linking(table)
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, quoting=csv.QUOTE_ALL)
                writer.writeheader()
                writer.writerows(rows)
        return folder

    return write


def _linking(table: str) -> list[str]:
    from redshank.sources import load_mapping

    return list(load_mapping("standard").tables[table].linking)
