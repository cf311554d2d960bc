"""Every allowed operation gives its drawn values on DuckDB and on Spark; the stages use no other."""

from __future__ import annotations

from typing import Any

import pytest

from redshank import engine as engines
from redshank.engine import Engine
from tests.spec.drawn import cell
from tests.spec.operations import ALLOWED, ROWS, Operation
from tests.spec.test_tables import CASES

NODES = {n for op in ALLOWED for n in op.nodes}


def values(engine: Engine, op: Operation) -> str:
    rows = engine.arrow(op.make(engine.table(ROWS))).select(["id", "x"]).to_pylist()
    return "; ".join(x for _, x in sorted((r["id"], cell(r["x"])) for r in rows))


def kinds(engine: Engine, op: Operation) -> str:
    return str(engine.arrow(op.make(engine.table(ROWS))).schema.field("x").type)


def named(op: Operation) -> str:
    return op.name


@pytest.mark.parametrize("op", ALLOWED, ids=named)
def test_on_duckdb(op: Operation, duck):
    assert values(duck, op) == op.gives


@pytest.mark.spark
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("op", ALLOWED, ids=named)
def test_on_spark(op: Operation, duck, spark):
    assert values(spark, op) == op.gives
    assert kinds(spark, op) == kinds(duck, op)


def used(monkeypatch, run) -> set[str]:
    """Names of the operations in all expressions that ``run`` hands to DuckDB."""
    seen: set[str] = set()
    arrow = engines.DuckDB.arrow

    def watched(self: Any, expr: Any, schema: Any = None) -> Any:
        seen.update(type(node).__name__ for node in expr.op().find(lambda _: True))
        return arrow(self, expr, schema)

    monkeypatch.setattr(engines.DuckDB, "arrow", watched)
    run()
    return seen


def test_stages_use_allowed_operations_only(duck, monkeypatch):
    seen = used(monkeypatch, lambda: [case.run(duck, case.given) for case in CASES])
    assert {"JoinChain", "CountDistinct", "Filter"} <= seen  # the watch sees what the stages do
    assert seen - NODES == set()


def test_the_watch_sees_one_that_is_not_allowed(duck, monkeypatch):
    def split() -> None:
        rows = duck.table(ROWS)
        duck.arrow(rows.select(x=rows.k.split("|")))

    assert used(monkeypatch, split) - NODES == {"StringSplit"}
