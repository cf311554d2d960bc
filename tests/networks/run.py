"""One call of the whole stage, for the tests."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa
from world import AS_OF, World

from redshank.engine import Engine, duckdb_engine
from redshank.networks import make_links, propose
from redshank.tables import BETWEEN


@lru_cache(maxsize=1)
def engine() -> Engine:
    return duckdb_engine("1GB", 2)


def night(
    view: dict[str, pa.Table] | World,
    ledger: pa.Table | None = None,
    judgements: pa.Table | None = None,
    as_of: datetime = AS_OF,
    run_no: int = 1,
) -> dict[str, Any]:
    """A full night over a view."""
    view = view.view() if isinstance(view, World) else view
    links = make_links(view, None, engine=engine())
    out = propose(
        links, view["persons"], view, None, None, ledger if ledger is not None else BETWEEN["group_ledger"].empty(),
        judgements if judgements is not None else BETWEEN["judgements"].empty(), as_of, run_no, engine(),
    )  # fmt: skip
    return {**out, "links": links}


def groups(out: dict[str, Any]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Persons of concern and children by group."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for r in out["group_members"].to_pylist():
        found.setdefault(r["group_id"], (set(), set()))[r["role"] == "child"].add(r["person_id"])
    return {g: (frozenset(a), frozenset(b)) for g, (a, b) in found.items()}
