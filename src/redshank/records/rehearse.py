"""A delivery as it would be loaded, with nothing written: what would be taken, what set aside and why, what the mapping leaves.

The rules are those of :mod:`redshank.records.loading`; a row that would go to quarantine is named here as it would be there.
Files that a load would refuse are told instead of ending it, so that one look shows everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from redshank.errors import DeliveryRefused
from redshank.records.check import Checked, check
from redshank.records.loading import Job, Progress, set_erased_aside
from redshank.records.measures import reason, unknown_codes
from redshank.records.report import TableReport
from redshank.sources import Mapping, Source, open_delivery, read
from redshank.sources.delivery import tables_in
from redshank.sources.guess.draft import TODO
from redshank.sources.unknown import places
from redshank.store import Manifest, Store
from redshank.tables.extracts import EXTRACTS

EXAMPLES = 5
"""Row numbers that are told of each kind of problem (local default)."""
CODES = 20
"""Codes of a column that are told (local default)."""


@dataclass(frozen=True)
class Problem:
    """Rows of a file that fail in one column for one reason; ``kept``: they are taken all the same, with a neutral code."""

    file: str
    column: str
    problem: str
    kept: bool
    count: int
    rows: list[int]


@dataclass(frozen=True)
class Code:
    """A code that the mapping does not know, in a column for which it has codes or that is a closed list."""

    table: str
    column: str
    code: str
    count: int
    becomes: str


@dataclass
class Rehearsal:
    """``refused``: why a load of this would be refused. ``tables``: as a load reports them. ``unmapped``: per table our columns
    that have no source. ``missing`` and ``unused`` as a load reports them. ``first``: the first rows as they would be taken.
    """

    refused: list[str] = field(default_factory=list)
    tables: list[TableReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    missing: list[dict[str, str]] = field(default_factory=list)
    unused: dict[str, list[str]] = field(default_factory=dict)
    unmapped: dict[str, list[str]] = field(default_factory=dict)
    needed: list[str] = field(default_factory=list)
    first: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def rehearse(
    extract: Path,
    mapping: Mapping,
    store: Store | None = None,
    *,
    show: int = 3,
    progress: Progress | None = None,
) -> Rehearsal:
    """Reads a folder or one file by a mapping. With a store, rows that refer to records of earlier deliveries find them."""
    out = Rehearsal()
    folder, names = places(extract)
    held: dict[str, str] = {}
    wanted = []
    for name in names:
        tables = tables_in(name, mapping)
        twice = [t.table for t in tables if t.table in held]
        if not tables:
            known = ", ".join(sorted({t.file for t in mapping.tables.values()}))
            out.refused.append(f"{name} is unknown to the mapping (its files are {known})")
        elif twice:
            out.refused.append(f"{held[twice[0]]} and {name} both hold {twice[0]}")
        else:
            wanted.append(name)
            held |= {t.table: name for t in tables}
    sources = _read(folder, wanted, mapping, out, progress)
    for table, spec in mapping.tables.items():
        gone = [
            c.name
            for c in EXTRACTS[table].columns
            if c.name not in spec.columns and c.name not in spec.constants
        ]
        if gone:
            out.unmapped[table] = gone
        own = EXTRACTS[table].own_time
        if own and not set(own) & (set(spec.columns) | set(spec.constants)):
            out.needed.append(
                f"{table}: no column for {' or '.join(own)}, by which a record is known in time"
            )
    for source in sources.values():
        out.missing += [
            {**vars(m), "file": source.file, "line": m.line if m.likely else ""}
            for m in source.missing
            if m.theirs != TODO
        ]
        if source.unknown:
            out.unused[source.file] = source.unknown
        for m in source.missing:
            if m.ours in source.mapping.linking and m.theirs == TODO:
                out.refused.append(
                    f"{m.table}: no column of {source.file} is named for {m.ours} yet, without which no row can be taken"
                )
            elif m.ours in source.mapping.linking:
                out.refused.append(
                    f"{source.file} has no column {m.theirs}, without which no row of {m.table} can be taken"
                )
    whole = {t: s for t, s in sources.items() if not {m.ours for m in s.missing} & set(s.mapping.linking)}
    checked = {t: check(s) for t, s in whole.items()}
    against = store or Store(folder, Manifest(), {})
    set_erased_aside(against, checked)
    job = Job(against, "rehearsal", checked, mapping, None)
    entries = job.prepare()["quarantine"].to_pylist()
    out.tables = job.reports()
    out.problems = _problems(entries)
    for c in checked.values():
        out.codes += _codes(c)
        out.first[c.source.table] = _first(c, show)
    return out


def _read(
    folder: Path, names: list[str], mapping: Mapping, out: Rehearsal, progress: Progress | None
) -> dict[str, Source]:
    """All files at once; where one is refused, one after another, so that each says why."""
    if not names:
        return {}
    try:
        with open_delivery(folder, mapping, names) as delivery:
            return read(delivery, progress=progress, without_key=True)
    except DeliveryRefused as error:
        if len(names) == 1:
            out.refused.append(f"{error.message.rstrip('.')}: {error.advice}")
            return {}
    found: dict[str, Source] = {}
    for name in names:
        found |= _read(folder, [name], mapping, out, None)
    return {t: found[t] for t in EXTRACTS if t in found}


def _problems(entries: list[dict[str, Any]]) -> list[Problem]:
    rows: dict[tuple[str, str, str, bool], list[int]] = {}
    for e in entries:
        rows.setdefault((e["file"], e["column"] or "", reason(e["problem"]), e["kept"]), []).append(e["row"])
    return [
        Problem(*key, len(numbers), sorted(numbers)[:EXAMPLES])
        for key, numbers in sorted(rows.items(), key=lambda r: (r[0][0], -len(r[1]), r[0]))
    ]


def _codes(checked: Checked) -> list[Code]:
    """Codes outside closed lists, and codes that a mapping's list of codes does not name: these pass as they are."""
    table = checked.source.table
    out = []
    for column in EXTRACTS[table].columns:
        becomes = "not taken as it is" if column.codes else "passes as it is"
        unknown = unknown_codes(checked, column.name)
        out += [Code(table, column.name, v[:40], n, becomes) for v, n in list(unknown.items())[:CODES]]
    return out


def _first(checked: Checked, count: int) -> list[dict[str, Any]]:
    """The first rows that can be taken, without empty cells; long texts are cut."""
    good = checked.rows.filter(pa.array(checked.good)).slice(0, count).to_pylist()
    return [{k: _short(v) for k, v in row.items() if v is not None} for row in good]


def _short(value: Any) -> Any:
    text = value.isoformat() if hasattr(value, "isoformat") else value
    return text[:60] + "…" if isinstance(text, str) and len(text) > 60 else text
