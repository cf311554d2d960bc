"""A home goes into one sealed file and comes back whole, or is refused and nothing stands."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redshank.audit import Audit, verify_home
from redshank.backup import key_for_backup, key_for_restore, make, restore
from redshank.backup.sealed import HEADER, PIECE
from redshank.errors import DeliveryRefused, UsageError
from redshank.store import Store

KEY = "a key of this test alone"


@pytest.fixture
def home(tmp_path):
    import pyarrow as pa

    place = tmp_path / "home"
    store = Store.open(place, create=True)
    with store.writing():
        manifest = store.manifest.copy()
        manifest.tables["things"] = [store.put("reports", pa.table({"a": list(range(1000))}))]
        store.commit(manifest)
    Audit(place).append("load", "delivery first", {"rows": 3}, personal={"name": "somebody"})
    return place


def content(home):
    return {
        p.relative_to(home).as_posix(): p.read_bytes()
        for p in home.rglob("*")
        if p.is_file() and not p.name.endswith("lock")
    }


def test_everything_comes_back_private_and_nothing_of_it_can_be_read_in_the_file(home, tmp_path):
    made = make(home, tmp_path / "b", KEY)
    done = restore(tmp_path / "b", tmp_path / "again", KEY)
    assert content(tmp_path / "again") == content(home)
    assert made.files == done.files == len(content(home))
    assert done.audit_entries == 1
    assert verify_home(tmp_path / "again").problems == []
    assert {oct(p.stat().st_mode & 0o777) for p in (tmp_path / "again").rglob("*") if p.is_file()} == {
        "0o600"
    }
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
    sealed = (tmp_path / "b").read_bytes()
    assert b"PAR1" not in sealed
    assert b"delivery first" not in sealed


def test_how_far_a_night_is_does_not_come_back_with_a_home_it_did_not_run_on(home, tmp_path):
    from redshank.night import Telling
    from redshank.night.progress import FILE, LOCK

    with Telling(home):
        pass
    make(home, tmp_path / "b", KEY)
    restore(tmp_path / "b", tmp_path / "again", KEY)
    assert not {FILE, LOCK} & {p.name for p in (tmp_path / "again").iterdir()}
    assert (home / FILE).exists()


def test_two_backups_of_one_home_share_no_sealed_bytes(home, tmp_path):
    make(home, tmp_path / "a", KEY)
    make(home, tmp_path / "b", KEY)
    one, two = (tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()
    assert one[HEADER : HEADER + 64] != two[HEADER : HEADER + 64]


def test_the_wrong_key_opens_nothing_and_leaves_no_home(home, tmp_path):
    make(home, tmp_path / "b", KEY)
    with pytest.raises(DeliveryRefused, match="key does not fit"):
        restore(tmp_path / "b", tmp_path / "again", KEY + "!")
    assert not (tmp_path / "again").exists()
    assert [p.name for p in tmp_path.iterdir() if "restoring" in p.name] == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_cut_or_added_byte_is_refused(home, tmp_path, data):
    file = tmp_path / "b"
    if not file.exists():
        make(home, file, KEY)
    sealed = file.read_bytes()
    how = data.draw(st.sampled_from(["flip", "cut", "add"]))
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = {
        "flip": sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :],
        "cut": sealed[:at],
        "add": sealed + bytes([at % 256]),
    }[how]
    (tmp_path / "c").write_bytes(changed)
    with pytest.raises(DeliveryRefused):
        restore(tmp_path / "c", tmp_path / "again", KEY)
    assert not (tmp_path / "again").exists()


def test_pieces_cannot_change_places(tmp_path, home):
    (home / "big").write_bytes(bytes(range(256)) * (3 * PIECE // 256))
    make(home, tmp_path / "b", KEY)
    sealed = (tmp_path / "b").read_bytes()
    piece = PIECE + 16
    body = sealed[HEADER:]
    (tmp_path / "c").write_bytes(sealed[:HEADER] + body[piece : 2 * piece] + body[:piece] + body[2 * piece :])
    with pytest.raises(DeliveryRefused):
        restore(tmp_path / "c", tmp_path / "again", KEY)


def test_a_backup_goes_over_no_home_in_use(home, tmp_path):
    make(home, tmp_path / "b", KEY)
    before = content(home)
    with pytest.raises(UsageError, match="not empty"):
        restore(tmp_path / "b", home, KEY)
    assert content(home) == before


def test_a_backup_does_not_lie_in_the_home_it_saves(home):
    with pytest.raises(UsageError, match="inside the home"):
        make(home, home / "b", KEY)


def test_a_whole_backup_of_a_damaged_home_is_refused_at_restore(home, tmp_path):
    next((home / "data").rglob("*.parquet")).write_bytes(b"PAR1 and nothing more")
    make(home, tmp_path / "b", KEY)
    with pytest.raises(DeliveryRefused, match="not whole"):
        restore(tmp_path / "b", tmp_path / "again", KEY)


def test_a_database_that_is_being_written_comes_as_one_moment(home, tmp_path):
    (home / "web").mkdir(mode=0o700)
    with closing(sqlite3.connect(home / "web" / "app.sqlite3")) as database:
        database.execute("pragma journal_mode=wal")
        database.execute("create table t (a)")
        database.executemany("insert into t values (?)", [(i,) for i in range(1000)])
        database.commit()
        database.execute("insert into t values (1000)")  # not committed
        make(home, tmp_path / "b", KEY)
    restore(tmp_path / "b", tmp_path / "again", KEY)
    with closing(sqlite3.connect(tmp_path / "again" / "web" / "app.sqlite3")) as database:
        assert database.execute("select count(*) from t").fetchone() == (1000,)
    assert not list((tmp_path / "again").rglob("*-wal"))


def test_a_key_is_made_once_kept_private_and_found_again(tmp_path, monkeypatch):
    monkeypatch.delenv("REDSHANK_KEY", raising=False)
    key, path = key_for_backup(tmp_path / "b")
    assert path == tmp_path / "b.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_for_backup(tmp_path / "b") == (key, path)
    assert key_for_restore(tmp_path / "b", None) == key
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="no key"):
        key_for_restore(tmp_path / "b", None)
    assert key_for_restore(tmp_path / "b", tmp_path / "elsewhere") == key


def test_a_short_key_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("REDSHANK_KEY", "short")
    with pytest.raises(UsageError, match="shorter"):
        key_for_backup(tmp_path / "b")


def test_by_the_command_line_and_the_key_stands_nowhere_in_what_is_said(home, tmp_path):
    program = [sys.executable, "-c", "from redshank.cli import main; main()"]
    env = {"PATH": "/usr/bin:/bin", "REDSHANK_KEY": KEY}
    for args in (
        ["--home", home, "backup", tmp_path / "b"],
        ["--home", tmp_path / "again", "restore", tmp_path / "b"],
    ):
        done = subprocess.run([*program, *map(str, args)], capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr
        assert KEY not in done.stdout + done.stderr
    actions = [e["action"] for e in Audit(tmp_path / "again").entries()]
    assert actions == ["load", "backup", "restore"]
    assert not (tmp_path / "b.key").exists()


@pytest.mark.parametrize("key", ["changemechangeme", "Placeholder of 16", "xxxxxxxxxxxxxxxxxxxx"])
def test_a_key_of_a_manual_seals_nothing(monkeypatch, tmp_path, key):
    from redshank.backup.keys import key_for_backup
    from redshank.errors import NotPermitted

    monkeypatch.setenv("REDSHANK_KEY", key)
    with pytest.raises(NotPermitted, match="placeholder"):
        key_for_backup(tmp_path / "b")
    assert list(tmp_path.iterdir()) == []
