"""A look-up of a few keys reads the row groups that may hold one of them, and no other."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from redshank.store import Among, Store
from redshank.store.store import ROW_GROUP

SCHEMA = pa.schema([("record_key", pa.string()), ("n", pa.int64())])


@pytest.fixture
def kept(tmp_path):
    store = Store.open(tmp_path / "home", create=True)
    count = 4 * ROW_GROUP
    rows = pa.table({"record_key": [f"k{n:06d}" for n in range(count)], "n": range(count)}, schema=SCHEMA)
    with store.writing():
        return store, store.put("records", rows)


@pytest.mark.parametrize(
    ("numbers", "groups"),
    [((1,), [0]), ((1, 4 * ROW_GROUP - 1), [0, 3]), ((), []), ((-1, 9 * ROW_GROUP), []), ((ROW_GROUP,), [1])],
)
def test_two_keys_far_apart_read_nothing_of_what_lies_between(kept, monkeypatch, numbers, groups):
    store, ref = kept
    read = []
    whole = pq.ParquetFile.read_row_groups
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_groups", lambda f, g, **more: read.extend(g) or whole(f, g, **more)
    )
    keys = pa.array([f"k{n:06d}" for n in numbers], pa.string())
    found = store.get(ref, schema=SCHEMA, where=Among("record_key", keys))
    assert read == groups
    assert found["n"].to_pylist() == [n for n in numbers if 0 <= n < 4 * ROW_GROUP]
