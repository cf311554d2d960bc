"""A source that is a database: read only, no more than what is new, and a mark that moves with the load or not at all."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from redshank import records
from redshank.errors import DeliveryRefused, NotPermitted, UsageError
from redshank.records import pulling
from redshank.records.view import RECORDS
from redshank.sources import sql
from redshank.store import Store

from ..web import postgres

pytestmark = pytest.mark.skipif(
    postgres.programs() is None, reason="no PostgreSQL is installed (.ci/run installs it)"
)
ROOT = Path(__file__).resolve().parents[2]
psycopg = pytest.importorskip("psycopg")

TABLES = """
CREATE TABLE crime (ref text, at timestamp, lat numeric, note text, changed timestamptz);
CREATE TABLE person (ref text, surname text, born date);
CREATE TABLE written (n int);
CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO written VALUES (1); RETURN 1; END $$;
"""
CRIMES = """SELECT ref AS crime_ref, at AS recorded_at, lat AS latitude, note AS narrative, changed FROM crime
WHERE changed >= :since AND ref NOT LIKE 'X%' AND 'a:since'::text <> ''"""
PEOPLE = """SELECT 'crimes' AS record_type, p.ref AS record_ref, surname, born AS date_of_birth, c.changed
FROM person p JOIN crime c USING (ref) WHERE c.changed >= :since"""


@pytest.fixture(scope="module")
def server():
    with postgres.Server() as running:
        yield running.make("force")


@pytest.fixture
def source(server, tmp_path):
    """A force's database with three crimes and a person, a pull of it, and a home."""

    class Source:
        home, folder = tmp_path / "home", tmp_path

        def __init__(self):
            self.url = server
            self.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + TABLES)
            for n in (1, 2, 3):
                self.add(n)
            self.sql("INSERT INTO person VALUES ('C1', 'PLOVER', '1980-02-03')")
            self.file = tmp_path / "pull.toml"
            self.secret = tmp_path / "force.url"
            self.secret.write_text(self.url)
            self.secret.chmod(0o600)
            self.write()

        def add(self, n, day=None, changed=None):
            at = f"2026-03-{day or n:02} 10:00"
            self.sql(f"INSERT INTO crime VALUES ('C{n}', '{at}', 51.25, 'Note {n}.', '{changed or at}+00')")

        def sql(self, text):
            with psycopg.connect(self.url, autocommit=True) as opened:
                return opened.execute(text).fetchall() if text.startswith("SELECT") else opened.execute(text)

        def write(self, crimes=CRIMES, more="", mark="changed", people=PEOPLE):
            marked = f'mark = "{mark}"' if mark else ""
            tables = f"[tables.crimes]\n{marked}\nselect = '''{crimes}'''\n"
            if people:
                tables += f"[tables.people]\nmark = 'changed'\nselect = '''{people}'''\n"
            self.file.write_text(f'name = "rms"\nurl_file = "force.url"\n{more}\n{tables}')

        def pull(self, **how):
            store = Store.open(self.home, create=True)
            asked = sql.load_pull(self.file)

            def take(folder, name, told):
                return records.load(store, folder, name=name, pulled=told)

            return pulling.pull(store, asked, sql.read_url(asked, ""), take, **how)[0]

        def held(self):
            """References and narratives of every version in the store."""
            rows = Store.open(self.home).area("records", ["record_ref", "delivery_no"], schema=RECORDS)
            return sorted(r["record_ref"] for r in rows.to_pylist())

        def deliveries(self):
            return [d["name"] for d in Store.open(self.home).manifest.deliveries]

        def marks(self):
            return pulling.marks(Store.open(self.home), "rms")

        def command(self, *more, ok=0, environment=None):
            kept = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK_", "DJANGO_", "PG"))}
            done = subprocess.run(
                [sys.executable, "-m", "redshank", "--home", str(self.home), "pull", str(self.file), *more],
                capture_output=True, text=True, env=kept | (environment or {}), timeout=120, check=False,
            )  # fmt: skip
            assert done.returncode == ok, done.stderr
            return done.stdout + done.stderr

    return Source()


def at(day, hour=10):
    return dt.datetime(2026, 3, day, hour, tzinfo=dt.UTC)


def test_a_second_pull_finds_nothing_new_and_a_third_only_what_changed(source):
    report = source.pull()
    assert {t.table: (t.rows, t.taken) for t in report.tables} == {"crimes": (3, 3), "people": (1, 1)}
    before = Store.open(source.home).manifest.number
    assert source.pull().new is False
    assert (source.deliveries(), Store.open(source.home).manifest.number) == (["rms-0001"], before)
    assert source.marks() == {"crimes": at(3), "people": at(1)}
    source.add(9)
    source.sql("UPDATE crime SET note = 'Another.', changed = '2026-03-09 11:00+00' WHERE ref = 'C2'")
    crimes, people = source.pull().tables
    assert (crimes.rows, crimes.taken, crimes.replaced) == (3, 1, 1)  # C3 stands in the overlap
    assert people.rows == 1  # C1 is not behind the mark of the people, whose overlap it stands in
    assert source.deliveries() == ["rms-0001", "rms-0002"]
    assert source.marks()["crimes"] == at(9, 11)


def test_a_row_that_was_committed_late_is_found_in_the_overlap_or_by_all(source):
    source.pull()
    source.add(4, changed="2026-03-02 12:00")  # a day and less behind the mark: its transaction ended late
    source.add(5, changed="2026-03-02 09:00")  # more than that: the price of a mark, told in docs/connect.md
    source.pull()
    assert source.held() == ["C1", "C2", "C3", "C4"]
    source.pull(everything=True)
    assert source.held() == ["C1", "C2", "C3", "C4", "C5"]


@pytest.mark.parametrize("where", ["before the load", "inside the commit", "after the commit"])
def test_killed_between(source, where, monkeypatch):
    """The mark and the records are there both or neither; the next pull brings what is missing, and no copy stays."""
    source.pull()
    source.add(9)
    before = source.marks()

    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    if not (child := os.fork()):
        if where == "before the load":
            monkeypatch.setattr(records, "load", die)
        elif where == "inside the commit":
            monkeypatch.setattr("redshank.store.store.write_whole", die)
        else:
            monkeypatch.setattr(Store, "_sweep", die)
        source.pull()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    done = where == "after the commit"
    assert (source.marks() != before, "C9" in source.held()) == (done, done)
    assert [
        p for p in source.home.glob(f"{pulling.BETWEEN}*") if list(p.iterdir())
    ]  # the copy that it had made
    source.add(10)
    assert source.pull().new
    assert source.held() == ["C1", "C10", "C2", "C3", "C9"]
    assert source.marks()["crimes"] == at(10)
    assert not list(source.home.glob(".tmp-*"))
    assert not Store.open(source.home).verify()


@pytest.mark.parametrize(
    ("select", "state"),
    [
        ("WITH x AS (INSERT INTO written VALUES (1) RETURNING n) SELECT n::text AS crime_ref, now() AS changed FROM x WHERE now() >= :since", "0A000"),
        ("SELECT writes()::text AS crime_ref, now() AS changed WHERE now() >= :since", "25006"),
        ("SELECT set_config('transaction_read_only', 'off', false) AS crime_ref, writes() AS district, now() AS changed WHERE now() >= :since", "25"),
    ],
)  # fmt: skip
def test_a_select_that_writes_is_refused(source, select, state):
    source.write(select)
    with pytest.raises(DeliveryRefused, match=state):
        source.pull()
    assert source.sql("SELECT count(*) FROM written") == [(0,)]
    assert source.deliveries() == []


@pytest.mark.parametrize("select", ["DELETE FROM crime", "SELECT 1; DELETE FROM crime", "TABLE crime", ""])
def test_what_is_not_one_select_is_refused_before_anything_is_asked(source, select):
    source.write(select, mark="")
    with pytest.raises(UsageError, match=r"tables\.crimes\.select"):
        source.pull()


def test_a_select_that_takes_too_long_is_ended(source):
    source.write(
        "SELECT pg_sleep(30)::text AS crime_ref, now() AS changed WHERE now() >= :since",
        "timeout_seconds = 1",
    )
    with pytest.raises(DeliveryRefused, match="57014"):
        source.pull()


def test_what_the_server_says_of_a_value_is_not_told(source):
    source.write("SELECT note::int::text AS crime_ref, changed FROM crime WHERE changed >= :since")
    with pytest.raises(DeliveryRefused, match="22P02") as caught:
        source.pull()
    assert "Note" not in str(caught.value)


def test_values_keep_their_meaning_and_a_mark_in_the_future_holds_nothing_back(source):
    source.sql("UPDATE crime SET at = '2026-07-01 00:30', changed = '2199-01-01 10:00+00' WHERE ref = 'C1'")
    source.pull()
    rows = Store.open(source.home).area("records", schema=RECORDS).to_pylist()
    one = next(r for r in rows if r["record_ref"] == "C1")
    assert one["own_at"] == dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)  # without an offset: London's
    assert one["latitude"] == 51.25
    assert source.marks()["crimes"] <= dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)


def test_rows_in_quarantine_are_told_once_and_not_each_time(source):
    source.add(4)
    source.sql("UPDATE crime SET lat = 400 WHERE ref = 'C4'")
    assert source.pull().tables[0].quarantined == 1
    assert source.pull().new  # the first answer from the overlap alone
    assert source.pull().new is False


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda s: s.write(mark=""), "a mark and :since belong together"),
        (lambda s: s.write(more='url = "postgres://a:heron-7@b/c"'), "does not belong into this file"),
        (lambda s: s.write(more='overlap_hours = "a day"'), "overlap_hours"),
        (lambda s: s.write(more="colour = 1"), "colour"),
        (lambda s: s.write(mark="at"), "no column at that is a time"),
        (lambda s: s.write(crimes="SELECT ref AS changed, at AS changed FROM crime WHERE changed >= :since"), "changed twice"),
        (lambda s: s.write(crimes="SELECT ref AS crime_ref, changed, ARRAY[1] AS district FROM crime WHERE changed >= :since"), "district"),
        (lambda s: s.write(crimes="SELECT nothing FROM crime WHERE changed >= :since"), "42703"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_and_where(source, change, told):
    change(source)
    with pytest.raises((UsageError, DeliveryRefused), match=re.escape(told)) as caught:
        source.pull()
    assert "pull.toml" in str(caught.value)
    assert "heron" not in str(caught.value)
    assert not list(source.home.glob(".tmp-*"))


def test_two_files_of_one_name_do_not_share_a_mark(source):
    source.home.mkdir()
    first, other = sql.load_pull(source.file), source.folder / "other.toml"
    other.write_text(source.file.read_text())
    pulling.remember(source.home, first)
    with pytest.raises(UsageError, match="both call their source rms"):
        pulling.remember(source.home, sql.load_pull(other))
    source.file.unlink()  # the file was moved
    pulling.remember(source.home, sql.load_pull(other))
    assert pulling.known(source.home) == {"rms": str(other)}


def test_the_address_is_told_nowhere(source, monkeypatch):
    """By no answer, no error and no file of the home; and a file that others can read is refused."""
    word = "heron-and-plover-7"
    wrong = source.url.replace("redshank@", f"redshank:{word}@")
    source.secret.write_text(wrong)
    said = source.command()
    assert "rms-0001" in said
    told = source.command("--json")
    assert json.loads(told)["loaded"]["new"] is False
    said += told
    source.secret.write_text(wrong.replace("/force", "/none"))
    said += source.command(ok=10, environment={"REDSHANK_DEBUG": "1"})
    asked = sql.load_pull(source.file)
    for text, error in (
        (f"postgres://u:{word}@127.0.0.1:9/x", DeliveryRefused),
        (f"postgres://u:{word}@[::1/x", UsageError),
        (f"postgres://u:{word}@host:port/x", UsageError),
        (f"{word} postgres", UsageError),
        ("", UsageError),
    ):
        source.secret.write_text(text)
        with pytest.raises(error) as caught:
            sql.connect(asked, sql.read_url(asked, ""))
        said += "".join(traceback.format_exception(caught.value))
    source.secret.chmod(0o640)
    with pytest.raises(NotPermitted, match="chmod 600"):
        sql.read_url(asked, "")
    assert word not in said
    assert str(source.url) not in said
    held = b"".join(p.read_bytes() for p in source.home.rglob("*") if p.is_file())
    assert word.encode() not in held
    assert b"postgres://" not in held


def test_the_address_may_come_from_the_environment(source):
    source.file.write_text(source.file.read_text().replace('url_file = "force.url"\n', ""))
    asked = sql.load_pull(source.file)
    with pytest.raises(UsageError, match="REDSHANK_SOURCE_URL is not set"):
        sql.read_url(asked, "")
    assert sql.read_url(asked, f" {source.url}\n") == source.url
    with pytest.raises(NotPermitted, match="placeholder"):
        sql.read_url(asked, source.url.replace("redshank@", "redshank:changeme@"))


def test_the_file_of_the_manual_is_taken(source):
    blocks = re.findall(r"(?m)(?:^    .*\n|^\n)+", (ROOT / "docs" / "connect.md").read_text("utf-8"))
    text = next(b for b in blocks if "select =" in b)
    source.file.write_text(re.sub("(?m)^    ", "", text).replace('"rms.toml"', '"standard"'))
    asked = sql.load_pull(source.file)
    assert [s.table for s in asked.selects] == ["crimes", "people", "premises"]
    with pytest.raises((UsageError, NotPermitted)):
        sql.read_url(asked, "")
