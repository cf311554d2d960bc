"""A backup that is older than an erasure brings back what was erased: the register of erasures takes it out again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from redshank import night, records
from redshank.store import Store, tombstones
from tests.erasure import force

OURS = ("crimes", "QX77-ZORB")  # the other marked record is covered by the notice that stands from the start
ITS = ("QX77-ZORB", "Snorvelwick", "QX07ZRB")  # and no other record's


def run(home: Path, *args: str) -> tuple[int, str]:
    """In its own process: a process has one database of pages, and other tests here have theirs."""
    words = [sys.executable, "-m", "redshank", "--home", str(home), *args]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def older(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("again") / "home"
    records.load(Store.open(home, create=True), force.first(home.parent / "first"))
    store = Store.open(home)
    with store.writing():
        night.run(store)
    return home


def test_what_a_restore_brought_back_is_erased_again_and_not_taken_again(older, tmp_path):
    now, back = tmp_path / "now", tmp_path / "back"
    shutil.copytree(older, now)
    shutil.copytree(older, back)  # as a restore of a backup that was made before the erasure
    code, said = run(now, "erase", *OURS, "--reason", "The court ordered it.", "--by", "A. Keeper")
    assert code == 0, said
    register = tmp_path / "erasures.json"
    code, said = run(now, "erase", "--register", str(register))
    assert (code, "1 erased record, none by name" in said) == (0, True), said
    assert not any(t in register.read_text() for t in force.TELLTALES)
    assert register.stat().st_mode & 0o077 == 0

    assert {m for m in ITS for f in force.told_in_files(back) if m in f} == set(
        ITS
    )  # else the next could not fail
    code, said = run(back, "erase", "--again", str(register), "--by", "A. Keeper")
    assert (code, "Erased: 1 of crimes. " in said) == (0, True), said
    assert [f for f in force.told_in_files(back) if any(m in f for m in ITS)] == []
    code, said = run(back, "erase", "--again", str(register), "--by", "A. Keeper")
    assert (code, "Nothing of it is here" in said) == (0, True), said


def test_a_home_without_the_records_takes_the_register_over_and_refuses_them_later(older, tmp_path):
    home, register = tmp_path / "home", tmp_path / "erasures.json"
    records.load(Store.open(home, create=True), force.first(tmp_path / "first", without=True))
    store = Store.open(home)
    with store.writing():
        night.run(store)
    salt = "0f" * 16
    marks = {tombstones.mark(salt, k): f"e-{n}" for n, k in enumerate(force.KEYS)}
    days = {t: "2026-06-02" for t in marks.values()}
    told = {"redshank": "register of erasures, 1", "lists": [{"salt": salt, "marks": marks, "days": days}]}
    register.write_text(json.dumps(told))
    code, said = run(home, "erase", "--again", str(register), "--by", "A. Keeper")
    assert (code, "what is delivered again will not be taken" in said) == (0, True), said
    records.load(Store.open(home), force.again(tmp_path / "later"))
    told_again = tombstones.register(Store.open(home).manifest)["lists"]
    assert told_again[0]["salt"] == salt
    assert force.told_in_files(home) == []
    assert any("C-later" in p.read_bytes().decode("latin-1") for p in (home / "data").rglob("*.parquet"))


@pytest.mark.parametrize(
    "told",
    [
        "no json", "[]", '{"lists": []}', '{"redshank": "register of erasures, 1", "lists": [{}]}',
        '{"redshank": "register of erasures, 1", "lists": [{"marks": {}, "days": {}, "salt": "zz"}]}',
    ],
)  # fmt: skip
def test_what_is_no_register_is_refused_and_changes_nothing(older, tmp_path, told):
    file = tmp_path / "register.json"
    file.write_text(told)
    before = Store.open(older).manifest.number
    code, said = run(older, "erase", "--again", str(file), "--by", "A. Keeper")
    assert (code, "cannot be used" in said, "Traceback" in said) == (10, True, False), said
    assert Store.open(older).manifest.number == before


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--again", "x.json"], "say who asks"),
        (["--again", "x.json", "--register", "y.json"], "each stand alone"),
        (["crimes", "C1", "--register", "y.json"], "each stand alone"),
    ],
)
def test_a_wrong_way_to_ask_is_told(older, args, says):
    code, said = run(older, "erase", *args)
    assert (code, says in said) == (2, True), said
