"""The whole night on Spark: every fiftieth record of the small synthetic force, then a second night on top, gives
DuckDB's findings row for row in every column."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from redshank import night, records
from redshank.night.publish import published
from redshank.store import Store
from redshank.synthetic import write
from redshank.tables import EXTRACTS, FINDINGS

ATTACHED = ("people", "vehicles", "phones")


def rows_in(path: Path) -> list[list[str]]:
    if not path.exists():
        return [[]]
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        return list(csv.reader(file))


def rows_out(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        csv.writer(file).writerows(rows)


def part_of(delivery: Path, out: Path, every: int) -> Path:
    """Every n-th record of each extract, with the rows that belong to it."""
    out.mkdir(parents=True)
    chosen: set[tuple[str, str]] = set()
    for name, table in EXTRACTS.items():
        if name in ATTACHED or not (delivery / f"{name}.csv").exists():
            continue
        head, *rows = rows_in(delivery / f"{name}.csv")
        kept = rows if name == "premises" else rows[::every]
        at = head.index(table.key[0])
        chosen |= {(name, r[at]) for r in kept}
        rows_out(out / f"{name}.csv", [head, *kept])
    for name in ATTACHED:
        head, *rows = rows_in(delivery / f"{name}.csv")
        one, two = head.index("record_type"), head.index("record_ref")
        rows_out(out / f"{name}.csv", [head, *(r for r in rows if (r[one], r[two]) in chosen)])
    return out


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("force")
    write(folder, "small", seed=5)
    return part_of(folder / "first", folder / "part", 50), part_of(folder / "night", folder / "part-night", 5)


def findings(home: Path, deliveries: tuple[Path, Path], engine: str) -> dict[str, list[dict]]:
    store = Store.open(home, create=True)
    for delivery in deliveries:
        with store.writing():
            records.load(store, delivery)
            report = night.run(store, engine=engine)
        assert report["engine"] == engine
    tables, _ = published(store)
    return {name: tables[name].to_pylist() for name in FINDINGS}


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_two_nights_on_spark_equal_two_nights_on_duckdb(deliveries, tmp_path, spark):
    ours = findings(tmp_path / "duckdb", deliveries, "duckdb")
    theirs = findings(tmp_path / "spark", deliveries, "spark")
    assert len(ours["people"]) > 60
    assert len(ours["signals"]) > 5
    assert [name for name in ours if ours[name] != theirs[name]] == []
