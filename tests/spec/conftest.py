"""One DuckDB and one Spark for all of these tests. Every test of Spark carries the same xdist group, so that one
worker starts one session."""

from __future__ import annotations

import pytest

from redshank.engine import Engine, duckdb_engine, spark_engine


@pytest.fixture(scope="session")
def duck() -> Engine:
    return duckdb_engine("1GB", 2)


@pytest.fixture(scope="session")
def spark() -> Engine:
    return spark_engine()
