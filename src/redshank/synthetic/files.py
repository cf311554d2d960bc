"""Files of a delivery, the rows in them that cannot be taken, and the truth folder."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from redshank.synthetic.deliver import KEYS, Delivery, distinct, signals_truth
from redshank.synthetic.planting import Planted
from redshank.synthetic.population import Population
from redshank.synthetic.records import Force
from redshank.synthetic.structured import structured_signals


@dataclass
class Broken:
    """A row to be spoilt. ``cells`` change a copy of an ordinary row; ``raw`` spoils the line after writing."""

    table: str
    problem: str
    cells: dict[str, str]
    raw: str = ""
    last: bool = False
    kept: bool = False


def _spoilt(parquet: bool, key: str) -> list[Broken]:
    """One of each kind of row that cannot be taken; the wording is plain, the contract's list is extracts.md."""
    rows = [
        Broken("crimes", "no key", {"crime_ref": ""}),
        Broken(
            "incidents",
            "a date that is no date",
            {"incident_ref": f"QC-BAD{key}", "received_at": "31/02/2026 25:10"},
        ),
        Broken("crimes", "latitude outside the globe", {"crime_ref": f"37/LAT{key}/25", "latitude": "512"}),
        Broken(
            "intelligence",
            "a code outside the list",
            {"report_ref": f"IR25-X{key}", "source_evaluation": "7"},
        ),
        Broken("crimes", "the key stands twice with other content", {"status": "reopened"}, last=True),
        Broken(
            "vulnerability_entries", "a code outside the list", {"entry_ref": f"VVOLX{key}", "list": "watch"}
        ),
    ]
    if not parquet:
        rows += [
            Broken(
                "incidents",
                "too few cells",
                {"incident_ref": f"QC-FEW{key}", "log": "Line drops."},
                raw="few",
            ),
            Broken(
                "partner_referrals",
                "too many cells",
                {"referral_ref": f"REFX{key}", "narrative": "As sent."},
                raw="many",
            ),
            Broken(
                "vulnerability_entries",
                "bytes that are no text",
                {"entry_ref": f"VVOLB{key}", "narrative": "Caf~ area."},
                raw="bytes",
            ),
        ]
    return rows


def write_delivery(folder: Path, delivery: Delivery, parquet: bool, py: Random) -> list[dict[str, Any]]:
    """Write one delivery with its broken rows; gives the rows of truth about these."""
    folder.mkdir(parents=True, exist_ok=True)
    ending = "parquet" if parquet else "csv"
    truth: list[dict[str, Any]] = []
    wanted: dict[str, list[Broken]] = {}
    rounds = max(1, min(3, delivery.tables["people"].num_rows // 20_000))
    for i in range(rounds):
        for broken in _spoilt(parquet, str(i + 1)):
            if delivery.tables.get(broken.table) is not None:
                wanted.setdefault(broken.table, []).append(broken)
    if delivery.name == "first" and not parquet:
        wanted["custody"] = [
            Broken(
                "custody",
                "the file is cut off in the middle of the row",
                {"custody_ref": "CU/CUT"},
                "cut",
                True,
            )
        ]
    for name, table in delivery.tables.items():

        def note(row: int, problem: str, kept: bool, file: str = f"{name}.{ending}") -> None:
            truth.append({"delivery": delivery.name, "file": file, "row": row, "problem": problem,
                          "kept": "true" if kept else "false"})  # fmt: skip

        raw: list[Broken] = []
        if name == "missing_episodes":
            table = _kept_in_place(table, "risk", "severe", rounds, py, note)
        if name == "people":
            table = _kept_in_place(table, "role", "friend", rounds, py, note)
            table = _broken_people(table, delivery, rounds, note)
        elif name in wanted:
            table, positions = _with_broken(table, wanted[name], py)
            for broken, row in zip(wanted[name], positions, strict=True):
                note(row, broken.problem, broken.kept)
            raw = [b for b in wanted[name] if b.raw]
        _write(folder / f"{name}.{ending}", _nulls(table), raw, KEYS.get(name, ""))
    return truth


def _nulls(table: pa.Table) -> pa.Table:
    """Empty cells are null."""
    columns = [
        pc.if_else(pc.equal(c, ""), pa.scalar(None, pa.string()), c) if pa.types.is_string(c.type) else c
        for c in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def _kept_in_place(table: pa.Table, column: str, value: str, count: int, py: Random, note: Any) -> pa.Table:
    """A code outside its list in rows that are kept all the same."""
    rows = sorted(py.sample(range(table.num_rows), min(count, table.num_rows)))
    mask = np.zeros(table.num_rows, bool)
    mask[rows] = True
    values = table[column].combine_chunks() if isinstance(table[column], pa.ChunkedArray) else table[column]
    spoilt = pc.if_else(pa.array(mask), value, values)
    for row in rows:
        note(row + 1, "a code outside the list", True)
    return table.set_column(table.schema.get_field_index(column), column, spoilt)


def _broken_people(table: pa.Table, delivery: Delivery, rounds: int, note: Any) -> pa.Table:
    """Namings that cannot be taken, at the end so that the truth's row numbers stand."""
    extra = []
    for i in range(rounds):
        template = {
            k: v if isinstance(v, str) else "" for k, v in table.slice(i * 3, 1).to_pylist()[0].items()
        }
        template["role"] = "other"
        cases: list[tuple[dict[str, str], str]] = [
            ({"date_of_birth": "2031-05-05"}, "a birth date later than the record"),
            ({"date_of_birth": "1990-13-45"}, "a date that is no date"),
            ({"record_ref": f"NOWHERE{i + 1}"}, "its record is nowhere"),
            ({"record_type": "incidents", "record_ref": f"QC-BAD{i + 1}"}, "its record was itself refused"),
        ]
        for cells, problem in cases:
            extra.append(template | cells)
            note(table.num_rows + len(extra), problem, False)
    return pa.concat_tables([table, pa.Table.from_pylist(extra, schema=table.schema)])


def _with_broken(table: pa.Table, rows: list[Broken], py: Random) -> tuple[pa.Table, list[int]]:
    """Put copies with changed cells among the rows; gives the row number (from 1) of each."""
    copies, keys = [], []
    n = table.num_rows
    for i, broken in enumerate(rows):
        source = table.slice(py.randrange(n), 1).to_pylist()[0]
        copies.append({k: v or "" for k, v in source.items()} | broken.cells)
        keys.append(float(n + 10 + i) if broken.last else py.random() * n)
    whole = pa.concat_tables([table, pa.Table.from_pylist(copies, schema=table.schema)])
    order = np.argsort(np.concatenate([np.arange(n, dtype=float), np.array(keys)]), kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return whole.take(pa.array(order)), [int(x) + 1 for x in place[n:]]


def _write(path: Path, table: pa.Table, raw: list[Broken], key: str) -> None:
    if path.suffix == ".parquet":
        pq.write_table(table, path, compression="zstd", row_group_size=100_000)
        return
    buffer = io.BytesIO()
    pacsv.write_csv(table, buffer)
    data = buffer.getvalue()
    for broken in sorted(raw, key=lambda b: b.raw == "cut"):
        data = _spoil(data, broken, broken.cells[key])
    path.write_bytes(data)


def _spoil(data: bytes, broken: Broken, key: str) -> bytes:
    start = data.index(f'\n"{key}",'.encode()) + 1
    end = data.index(b"\n", start)
    line = data[start:end]
    if broken.raw == "few":
        line = line[: line.index(b",", line.index(b",") + 1)]
    elif broken.raw == "many":
        line += b',"again","again"'
    elif broken.raw == "bytes":
        line = line.replace(b"Caf~", b"Caf\xe9\xff")
    else:
        return data[: start + len(line) - 9]
    return data[:start] + line + data[end:]


def _traditions(people: pa.Table, population: Population) -> pa.Table:
    """The naming tradition of everybody whom a record names: a file of its own, since people.csv is the contract's."""
    named = sorted(set(people["true_person"].to_pylist()))
    names = [population.tradition_names[population.tradition[int(p[1:])]] for p in named]
    return pa.table({"true_person": pa.array(named, pa.string()), "tradition": pa.array(names, pa.string())})


def write_truth(
    folder: Path, deliveries: list[tuple[Delivery, Force]], planted: Planted, quarantine: list[list[dict[str, Any]]],
    now: int, days: int,
) -> dict[str, Any]:  # fmt: skip
    """The truth folder. ``now``: the moment by which a return interview can be overdue."""
    folder.mkdir(parents=True, exist_ok=True)
    replaced = pa.array(
        sorted(
            {r for r in deliveries[1][0].refs.tolist() if r}
            & {r for r in deliveries[0][0].refs.tolist() if r}
        ),
        pa.string(),
    )
    people = pa.concat_tables([t for d, _ in deliveries for t in d.truth["people"]])
    signals = [s for d, f in deliveries if (s := signals_truth(f, d)) is not None]
    signals += structured_signals(deliveries, planted, replaced, now)
    stated = distinct(pa.concat_tables(signals))
    stated = stated.set_column(4, "withheld", pc.if_else(stated["withheld"], "true", "false"))
    spans = [
        t.filter(pc.invert(pc.is_in(t["record_ref"], value_set=replaced))) if d.name == "first" else t
        for d, _ in deliveries
        for t in d.truth.get("language", [])
    ]
    language = pa.concat_tables(spans).sort_by(
        [(k, "ascending") for k in ("record_type", "record_ref", "start")]
    )
    files = {
        "people": people, "signals": stated, "language": language,
        "groups": planted.groups_table(), "children": planted.children_table(), "lines": planted.lines_table(deliveries),
        "decoys": planted.decoys_table(), "traditions": _traditions(people, deliveries[0][1].population),
        "quarantine": pa.Table.from_pylist([row for rows in quarantine for row in rows]),
    }  # fmt: skip
    for name, table in files.items():
        pacsv.write_csv(_nulls(table), folder / f"{name}.csv", pacsv.WriteOptions(quoting_style="needed"))
    counts: dict[str, Any] = {f"{d.name}/{k}": t.num_rows for d, _ in deliveries for k, t in d.tables.items()}
    return counts | {f"truth/{k}": t.num_rows for k, t in files.items()}
