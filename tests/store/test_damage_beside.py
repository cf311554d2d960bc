"""Damage beside the current state: told as what it is, and it never turns a commit that stands into a defect."""

from __future__ import annotations

import pyarrow as pa
import pytest

from redshank.errors import StoreDamaged
from redshank.store import Store


def commit(store: Store, number: int) -> None:
    with store.writing():
        manifest = store.manifest.copy()
        manifest.tables["x"] = [store.put("x", pa.table({"n": [number]}))]
        store.commit(manifest)


def test_a_folder_in_place_of_the_pointer_is_damage(tmp_path):
    store = Store.open(tmp_path / "home", create=True)
    commit(store, 1)
    pointer = tmp_path / "home" / "CURRENT"
    pointer.unlink()
    pointer.mkdir()
    with pytest.raises(StoreDamaged, match="CURRENT"):
        Store.open(tmp_path / "home")


def test_junk_in_an_older_manifest_stops_no_commit(tmp_path):
    home = tmp_path / "home"
    store = Store.open(home, create=True)
    for number in (1, 2):
        commit(store, number)
    older = sorted((home / "manifests").glob("*.json"))[-2]
    older.chmod(0o600)
    older.write_text("junk", encoding="utf-8")
    commit(Store.open(home), 3)
    again = Store.open(home)
    assert again.get(again.manifest.tables["x"])["n"].to_pylist() == [3]
