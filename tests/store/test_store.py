"""The store: whole or as before, private, one writer."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import threading

import pyarrow as pa
import pytest

from redshank.errors import Exit, NoRoom, NotPermitted, StoreBusy, StoreDamaged, UsageError
from redshank.store import Store

ROWS = pa.table({"record_key": ["a", "b"], "n": [1, 2]})


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def commit(store: Store, *tables: pa.Table, area: str = "records") -> None:
    with store.writing():
        manifest = store.manifest.copy()
        for table in tables:
            manifest.tables.setdefault(area, []).append(store.put(area, table))
        store.commit(manifest)


def test_what_is_put_and_committed_is_there_when_opened_again(home):
    store = Store.open(home, create=True)
    commit(store, ROWS)
    again = Store.open(home)
    assert again.manifest == store.manifest
    assert again.manifest.number == 1
    assert again.area("records", schema=ROWS.schema).equals(ROWS)
    assert again.area("records", ["n"], schema=ROWS.schema).column_names == ["n"]
    assert again.verify() == []


def test_an_area_without_files_is_an_empty_table(home):
    store = Store.open(home, create=True)
    assert store.area("records", schema=ROWS.schema).num_rows == 0


def test_equal_content_has_one_name(home):
    store = Store.open(home, create=True)
    with store.writing():
        assert store.put("records", ROWS) == store.put("records", ROWS)


def test_what_is_not_committed_is_not_there(home):
    store = Store.open(home, create=True)
    with store.writing():
        store.put("records", ROWS)
    assert Store.open(home).manifest.number == 0
    commit(Store.open(home), ROWS.slice(1))
    assert len(list((home / "data" / "records").iterdir())) == 1, "the file that nobody names is swept"


def test_absent_home_is_wrong_usage_with_advice(home):
    with pytest.raises(UsageError, match="no home") as error:
        Store.open(home)
    assert "redshank load" in error.value.advice
    assert not home.exists()


def test_a_file_is_no_home(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError):
        Store.open(tmp_path / "file", create=True)


def test_everything_is_private(home):
    old = os.umask(0)
    try:
        commit(Store.open(home, create=True), ROWS)
    finally:
        os.umask(old)
    for path in [home, *home.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_a_home_that_others_can_read_is_refused(home):
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    with pytest.raises(NotPermitted, match="Every user") as error:
        Store.open(home, create=True)
    assert "chmod 700" in error.value.advice
    assert error.value.exit == Exit.NOT_PERMITTED


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda h: (h / "CURRENT").write_text("nonsense"), "cannot be read"),
        (lambda h: (h / "CURRENT").write_text('{"format": 99, "number": 2, "sha256": ""}'), "version 99"),
        (lambda h: (h / "manifests" / "000002.json").write_text("{}"), "not what was written"),
        (lambda h: (h / "manifests" / "000002.json").unlink(), "missing"),
        (lambda h: (h / "CURRENT").unlink(), "CURRENT is gone"),
    ],
)
def test_damage_is_named(home, damage, words):
    store = Store.open(home, create=True)
    commit(store, ROWS)
    commit(store, ROWS.slice(1))
    damage(home)
    with pytest.raises(StoreDamaged, match=words) as error:
        Store.open(home)
    assert error.value.exit == Exit.STORE


def test_verify_names_files_that_are_missing_or_changed(home):
    store = Store.open(home, create=True)
    commit(store, ROWS, ROWS.slice(1))
    first, second = store.manifest.tables["records"]
    (home / "data" / first).unlink()
    (home / "data" / second).write_bytes(b"PAR1")
    (home / "data" / second).chmod(0o644)
    expected = {
        f"{first} is missing",
        f"{second} is not what was written",
        f"data/{second} can be read by others (mode 0644)",
    }
    assert set(store.verify()) == expected
    with pytest.raises(StoreDamaged):
        store.get([first])


def test_references_count_wherever_they_stand(home):
    store = Store.open(home, create=True)
    with store.writing():
        manifest = store.manifest.copy()
        manifest.run = {"tables": {"signals": [store.put("signals", ROWS)]}}
        manifest.runs = [{"deep": [{"ref": store.put("pairs", ROWS.slice(1))}]}]
        store.commit(manifest)
    assert len(store.manifest.references()) == 2
    for _ in range(5):
        commit(store)
    assert store.verify() == []


def test_a_reader_keeps_its_state_while_three_commits_pass(home):
    writer = Store.open(home, create=True)
    commit(writer, ROWS)
    reader = Store.open(home)
    for n in range(2):
        with writer.writing():
            manifest = writer.manifest.copy()
            manifest.tables = {"records": [writer.put("records", pa.table({"n": [n]}))]}
            writer.commit(manifest)
    assert reader.area("records", schema=ROWS.schema).equals(ROWS)
    commit(writer)
    with pytest.raises(StoreDamaged, match="missing"):
        reader.area("records", schema=ROWS.schema)


def test_a_writer_builds_on_the_newest_state(home):
    one, two = Store.open(home, create=True), Store.open(home)
    commit(one, ROWS)
    commit(two, ROWS.slice(1))
    assert len(Store.open(home).manifest.tables["records"]) == 2


def test_two_writers_at_once(home):
    store = Store.open(home, create=True)
    with store.writing():
        with (
            pytest.raises(StoreBusy, match="Another run") as error,
            Store.open(home).writing(wait_seconds=0.3),
        ):
            pass
        with store.writing():  # nested is the same writer
            pass
    assert error.value.exit == Exit.BUSY
    with Store.open(home).writing(wait_seconds=0):
        pass


def test_a_writer_waits_its_turn(home):
    store = Store.open(home, create=True)
    got = threading.Event()

    def second() -> None:
        with Store.open(home).writing(wait_seconds=10):
            got.set()

    with store.writing():
        thread = threading.Thread(target=second)
        thread.start()
        assert not got.wait(0.3)
    thread.join(10)
    assert got.is_set()


def test_putting_without_the_lock_is_a_defect(home):
    store = Store.open(home, create=True)
    with pytest.raises(RuntimeError):
        store.put("records", ROWS)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("call", ["write", "fsync", "replace", "open"])
def test_no_room_leaves_the_store_as_it_was(home, monkeypatch, code, call):
    store = Store.open(home, create=True)
    commit(store, ROWS)
    before = Store.open(home).manifest
    real = getattr(os, call)

    def full(*args, **more):
        if call == "open" and not args[1] & os.O_WRONLY:
            return real(*args, **more)
        raise OSError(code, os.strerror(code))

    with store.writing():
        monkeypatch.setattr(os, call, full)
        with pytest.raises(NoRoom) as error:
            store.put("records", ROWS.slice(1))
        monkeypatch.setattr(os, call, real)
    assert error.value.advice
    assert error.value.exit == Exit.NO_ROOM
    assert Store.open(home).manifest == before
    assert Store.open(home).verify() == []


def test_a_limit_on_file_size_is_no_room(home):
    code = (
        "import resource, sys, pyarrow as pa; from redshank.store import Store; from redshank.errors import NoRoom\n"
        "import random; random.seed(1)\n"
        f"store = Store.open({str(home)!r}, create=True)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "rows = pa.table({'a': [random.random() for _ in range(50_000)]})\n"
        "try:\n"
        "    with store.writing(): store.put('records', rows)\n"
        "except NoRoom as error: sys.exit(int(error.exit))\n"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == Exit.NO_ROOM
    assert Store.open(home).manifest.number == 0


def test_the_manifest_is_plain_json_with_the_hash_of_every_file(home):
    store = Store.open(home, create=True)
    commit(store, ROWS)
    body = json.loads((home / "manifests" / "000001.json").read_text())
    assert list(body["files"]) == body["tables"]["records"]
