"""The database of the pages comes back from a backup row for row: out of SQLite and PostgreSQL, into SQLite and PostgreSQL."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web import postgres

pytestmark = pytest.mark.skipif(
    postgres.programs() is None, reason="no PostgreSQL is installed (.ci/run installs it)"
)
#: Adds what only some columns hold: microseconds, letters of every kind, a file, JSON, nothing at all.
MAKE = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from redshank.publish.setup import prepare_django
prepare_django(Path(sys.argv[1]))
from redshank.web.fresh import migrate
migrate()
from redshank.web.accounts.models import User
from redshank.web.searching.models import WORDED
from redshank.web.trail.models import Entry
for n in range(3):
    User.objects.create(username=f"someone-{n}", role="analyst", name="Zoë ‘quoted’ 道", last_login=datetime(2026, 3, 1, 4, 5, 6, 789012 + n, UTC))
for n in range(2100):
    Entry.objects.create(ref=f"r{n}", user_id=None, role="analyst", action="consultation", kind="record", purpose="a\\nline, a \\"quote\\"", details='{"a": 1}')
"""
AFTER = """
import sys
from pathlib import Path
from redshank.publish.setup import prepare_django
prepare_django(Path(sys.argv[1]))
from redshank.web.accounts.models import User
print(User.objects.create(username="the next", role="analyst").pk)
"""


def run(*arguments: str, url: str | None = None, ok: int = 0) -> str:
    given = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK_", "DJANGO_"))}
    given |= {"REDSHANK_KEY": "a key of this test alone"} | ({"REDSHANK_DATABASE_URL": url} if url else {})
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=given, timeout=180
    )
    assert done.returncode == ok, done.stderr
    return done.stdout + done.stderr


def redshank(home: Path, *arguments: str, url: str | None = None, ok: int = 0) -> str:
    return run("-c", "from redshank.cli import main; main()", "--home", str(home), *arguments, url=url, ok=ok)


def rows(database: Path) -> dict[str, list[str]]:
    """Every row of every table, but sessions and when each migration was made; the tables' own text too."""
    with closing(sqlite3.connect(database)) as opened:
        named = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        names = [n for (n,) in named if n not in ("django_session", "django_migrations", "sqlite_sequence")]
        out = {
            name: sorted(map(repr, opened.execute(f'SELECT * FROM "{name}"')))
            for name in names
            if "_words" not in name
        }
        made = opened.execute("SELECT app, name FROM django_migrations").fetchall()
        return out | {"migrations": sorted(map(repr, made))}


def test_every_row_goes_from_sqlite_to_postgresql_and_back(tmp_path):
    import psycopg

    from redshank.store import Store

    home = tmp_path / "home"
    Store.open(home, create=True)
    run("-c", MAKE, str(home))
    redshank(home, "backup", str(tmp_path / "a"))
    with postgres.Server() as server:
        urls = []
        for name in ("one", "two"):
            with psycopg.connect(server.url(), autocommit=True) as opened:
                opened.execute(f"CREATE DATABASE {name}")
            urls.append(server.url().replace(urlsplit(server.url()).path, f"/{name}"))
        one, two = urls
        redshank(tmp_path / "moved", "restore", str(tmp_path / "a"), url=one)
        assert not (tmp_path / "moved" / "web" / "redshank.sqlite3").exists(), "a second copy stays behind"
        said = redshank(tmp_path / "over", "restore", str(tmp_path / "a"), url=one, ok=2)
        assert "not empty" in said
        assert not (tmp_path / "over").exists()
        redshank(tmp_path / "moved", "backup", str(tmp_path / "b"), url=one)
        assert b"someone-1" not in (tmp_path / "b").read_bytes()
        redshank(tmp_path / "copied", "restore", str(tmp_path / "b"), url=two)
        assert int(run("-c", AFTER, str(tmp_path / "copied"), url=two)) == 4, "a number is given twice"
    redshank(tmp_path / "back", "restore", str(tmp_path / "b"))
    was, now = (rows(h / "web" / "redshank.sqlite3") for h in (home, tmp_path / "back"))
    assert len(was["accounts_user"]) == 3
    assert len(was["trail_entry"]) == 2100
    assert now == was
    assert not (tmp_path / "back" / "web" / "rows").exists(), "rows in clear stay in the home"
