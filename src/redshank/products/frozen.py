"""A product's content as it is kept: figures with the keys behind every number, so that it is the same however often it is read."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redshank.products.figures import Cell, Figure, Grid
from redshank.products.rows import Held, Rows


@dataclass(frozen=True)
class Content:
    figures: tuple[Figure, ...]
    as_of: datetime
    run: int
    held: tuple[tuple[str, int], ...]  # table, records
    people: frozenset[str]  # everybody whom it counts
    spec: dict[str, Any]  # code, version, title, source: as they were
    not_current: str = ""  # which data were not, when the figures were computed

    @property
    def keys(self) -> set[str]:
        return {k for f in self.figures for c in f.cells.values() for k in c.keys}

    @property
    def rows(self) -> Rows:
        """What the fixed texts tell of the reading."""
        return Rows(self.as_of, self.run, held=tuple(Held(kind, "", None, n) for kind, n in self.held), not_current=self.not_current)  # fmt: skip


def keep(figures: list[Figure], rows: Rows, spec: dict[str, Any]) -> Content:
    held: dict[str, int] = {}
    for h in rows.held:
        held[h.kind] = held.get(h.kind, 0) + h.records
    people = {m.person for m in rows.members} | {c.person for c in rows.children} | {n.person for n in rows.named} | {e.person for e in rows.episodes if e.person}  # fmt: skip
    return Content(
        tuple(figures),
        rows.as_of,
        rows.run,
        tuple(sorted(held.items())),
        frozenset(people),
        spec,
        rows.not_current,
    )


def pack(content: Content) -> bytes:
    """The same bytes for the same content. Keys stand once, figures point at them."""
    keys = sorted(content.keys)
    at = {k: n for n, k in enumerate(keys)}
    told = {
        "as_of": content.as_of.isoformat(), "run": content.run, "held": content.held, "people": sorted(content.people), "spec": content.spec,
        "keys": keys,
        "figures": [
            {
                "name": f.name, "title": f.title, "says": f.says, "gap": f.gap, "wholes": f.wholes, "sums": f.sums, "least": f.least,
                "grid": None if f.grid is None else [f.grid.head, f.grid.rows, f.grid.whole, f.grid.chart, f.grid.about, f.grid.called],
                "cells": {i: [c.n, [at[k] for k in c.keys]] for i, c in sorted(f.cells.items())},
            }
            for f in content.figures
        ],
    }  # fmt: skip
    if content.not_current:  # those without it stay as they were signed, byte for byte
        told["not_current"] = content.not_current
    return zlib.compress(json.dumps(told, sort_keys=True, separators=(",", ":")).encode(), 6)


def checksum(packed: bytes, *texts: str) -> str:
    """Over the content itself (however it is compressed) and what people wrote."""
    digest = hashlib.sha256(zlib.decompress(packed))
    for text in texts:
        digest.update(b"\0" + text.encode())
    return digest.hexdigest()


def unpack(packed: bytes) -> Content:
    told = json.loads(zlib.decompress(packed))
    keys = told["keys"]
    figures = tuple(
        Figure(
            f["name"], f["title"], f["says"], {i: Cell(n, tuple(keys[k] for k in some)) for i, (n, some) in f["cells"].items()},
            _grid(f["grid"]), f["wholes"], f["gap"],
            # Of what was kept before sums stood with it none is known but those of its table.
            tuple((total, tuple(parts)) for total, parts in f.get("sums", ())), tuple(f.get("least", ())),
        )
        for f in told["figures"]
    )  # fmt: skip
    return Content(figures, datetime.fromisoformat(told["as_of"]), told["run"], tuple((k, n) for k, n in told["held"]), frozenset(told["people"]), told["spec"], told.get("not_current", ""))  # fmt: skip


def _grid(told: list[Any] | None) -> Grid | None:
    if told is None:
        return None
    head, rows, whole, chart, about, called = told
    return Grid(
        tuple(head),
        tuple((label, tuple(ids)) for label, ids in rows),
        whole,
        chart,
        tuple(about),
        tuple(called),
    )


@dataclass(frozen=True)
class Change:
    """One number that differs between two editions."""

    figure: str
    title: str
    label: str
    before: str
    now: str


def differences(before: Content, now: Content) -> list[Change]:
    """Numbers that differ, by figure and row; a row or figure that one of them lacks is told as such."""
    out = []
    old = {f.name: f for f in before.figures}
    for f in now.figures:
        g = old.get(f.name)
        mine, theirs = _labelled(f), _labelled(g) if g else {}
        for label in dict.fromkeys([*theirs, *mine]):
            a, b = theirs.get(label), mine.get(label)
            if a != b:
                out.append(Change(f.name, f.title, label, "not told" if a is None else f"{a:,}", "not told" if b is None else f"{b:,}"))  # fmt: skip
    gone = [g for g in before.figures if g.name not in {f.name for f in now.figures}]
    return out + [Change(g.name, g.title, "the whole figure", "told", "not told") for g in gone]


def _labelled(f: Figure) -> dict[str, int]:
    """Numbers by what a reader would call them: of a sentence by their place in it, of a table by row and column."""
    out: dict[str, int] = {}
    in_grid: set[str] = set()
    if f.grid:
        for label, ids in f.grid.rows:
            for column, ident in zip(f.grid.head[1:], ids, strict=False):
                out[f"{label}, {column}".strip(", ")] = f.cells[ident].n
                in_grid.add(ident)
    for n, ident in enumerate([i for i in f.cells if i not in in_grid], 1):
        out[f"number {n} of the sentence"] = f.cells[ident].n
    return out
