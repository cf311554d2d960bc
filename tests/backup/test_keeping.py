"""Backups are kept for so many days and no longer; a drill restores one and leaves nothing behind."""

import os
import time

import pytest

from redshank.audit import Audit
from redshank.backup import drill, expire, make
from redshank.errors import DeliveryRefused, UsageError
from tests.backup.test_backup import KEY, home

__all__ = ["home"]


def old(path, days):
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def saved(home, place, name):
    Audit(home).append("backup", f"file {name}", {})
    make(home, place / name, KEY)
    return place / name


def test_what_is_older_than_the_days_goes_with_its_key_and_nothing_else(home, tmp_path):
    first, second, newest = (saved(home, tmp_path, n) for n in ("first", "second", "newest"))
    (tmp_path / "first.key").write_text("a key\n")
    (tmp_path / "list.txt").write_text("kept by somebody else\n")
    foreign = tmp_path / "of another home"
    foreign.write_bytes(first.read_bytes())
    Audit(home).append("backup", "file notes", {})
    (tmp_path / "notes").write_text("named like a backup, and none\n")
    for name in ("first", "list.txt", "of another home", "notes", "newest"):
        old(tmp_path / name, 40)
    old(second, 34)
    assert expire(home, newest, 35) == ["first"]
    assert not first.exists()
    assert not (tmp_path / "first.key").exists()
    for kept in (second, newest, foreign, tmp_path / "list.txt", tmp_path / "notes"):
        assert kept.exists(), kept


def test_a_backup_is_kept_for_a_day_at_least(home, tmp_path):
    with pytest.raises(UsageError):
        expire(home, saved(home, tmp_path, "b"), 0)


def test_a_drill_tells_what_came_back_and_leaves_nothing(home, tmp_path):
    file = saved(home, tmp_path, "b")
    before = sorted(p.name for p in tmp_path.iterdir())
    found = drill(file, KEY, tmp_path, lambda folder: None)
    assert found.restored.audit_entries == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_drill_of_a_damaged_database_says_so_and_leaves_nothing(home, tmp_path):
    import sqlite3
    from contextlib import closing

    (home / "web").mkdir(mode=0o700)
    path = home / "web" / "redshank.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE things (a TEXT)")
        database.executemany("INSERT INTO things VALUES (?)", [("x" * 500,)] * 100)
        database.execute("CREATE INDEX by_a ON things (a)")
        database.commit()
    file = saved(home, tmp_path, "b")

    def damage(folder):
        place = folder / "web" / "redshank.sqlite3"
        data = bytearray(place.read_bytes())
        data[-4096:-2048] = bytes(2048)
        place.write_bytes(data)

    with pytest.raises(DeliveryRefused, match="damaged"):
        drill(file, KEY, tmp_path, damage)
    assert not list(tmp_path.glob(".*"))


def test_what_a_killed_restore_had_unpacked_is_removed_by_the_next(home, tmp_path):
    from redshank.backup import restore

    file = saved(home, tmp_path, "b")
    left = tmp_path / ".again.restoring-abc"
    (left / "web").mkdir(parents=True)
    (left / "web" / "redshank.sqlite3").write_text("in clear")
    restore(file, tmp_path / "again", KEY)
    assert not left.exists()
