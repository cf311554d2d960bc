from __future__ import annotations

import pytest

from redshank.engine import Engine, duckdb_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    return duckdb_engine(memory_limit="1GB", threads=2)
