"""Small deliveries cut out of a larger one."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from redshank.tables import EXTRACTS

ATTACHED = ("people", "vehicles", "phones")


def _read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        return list(csv.reader(file))


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        csv.writer(file).writerows(rows)


def first_records(delivery: Path, out: Path, records: int) -> Path:
    """A delivery of the first records, taken from the extracts in turn, with the rows that belong to them."""
    shutil.rmtree(out, ignore_errors=True)  # of an earlier measurement in the same scratch folder
    out.mkdir(parents=True)
    extracts = {
        name: _read(delivery / f"{name}.csv")
        for name in EXTRACTS
        if name not in ATTACHED and (delivery / f"{name}.csv").exists()
    }
    kept: dict[str, list[list[str]]] = {name: [] for name in extracts}
    chosen: set[tuple[str, str]] = set()
    for place in range(records):
        for name, rows in extracts.items():
            if len(chosen) < records and place + 1 < len(rows):
                row = rows[place + 1]
                kept[name].append(row)
                chosen.add((name, row[rows[0].index(EXTRACTS[name].key[0])]))
    for name, rows in kept.items():
        if rows:
            _write(out / f"{name}.csv", [extracts[name][0], *rows])
    for name in ATTACHED:
        head, *rows = _read(delivery / f"{name}.csv")
        one, two = head.index("record_type"), head.index("record_ref")
        _write(out / f"{name}.csv", [head, *(r for r in rows if (r[one], r[two]) in chosen)])
    return out
