"""A new database is made from the models at once; it is the one that walking through every migration makes."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

POINTS = int(os.environ.get("REDSHANK_KILL_POINTS", "3"))
MADE = """
import sys
import time
from pathlib import Path
from redshank.publish.setup import prepare_django
prepare_django(Path(sys.argv[1]))
from django.core.management import call_command
from redshank.web.fresh import migrate
if sys.argv[2] == "at once":
    migrate()
call_command("migrate", interactive=False, verbosity=0)
"""


def database(home: Path, way: str) -> sqlite3.Connection:
    home.mkdir(mode=0o700, exist_ok=True)
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK_", "DJANGO_"))}
    subprocess.run([sys.executable, "-c", MADE, str(home), way], check=True, timeout=600, env=plain, cwd=home)
    return sqlite3.connect(home / "web" / "redshank.sqlite3")


def shape(found: sqlite3.Connection) -> dict[str, object]:
    """Tables with their columns in any order, foreign keys, and indexes by what they cover, whatever they are called."""
    out: dict[str, object] = {}
    for name, text in found.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ):
        columns = {r[1:6] for r in found.execute(f"PRAGMA table_info('{name}')")}
        keys = {r[2:5] for r in found.execute(f"PRAGMA foreign_key_list('{name}')")}
        covered = set()
        for index in found.execute(f"PRAGMA index_list('{name}')").fetchall():
            parts = tuple(r[2:4] for r in found.execute(f"PRAGMA index_xinfo('{index[1]}')"))
            where = found.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index[1],)).fetchone()
            covered.add(
                (index[2], index[4], parts, (where[0] or "").partition(" WHERE ")[2] if where else "")
            )
        checks = text.count("CHECK") + text.count(" UNIQUE ")
        out[name] = (columns, keys, covered, checks if "VIRTUAL" in text else 0)
    out["triggers"] = sorted(
        found.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    )
    return out


@pytest.mark.slow
def test_made_at_once_is_what_all_migrations_make(tmp_path):
    at_once, stepwise = (database(tmp_path / w.replace(" ", "-"), w) for w in ("at once", "step by step"))
    one, two = shape(at_once), shape(stepwise)
    assert set(one) == set(two)
    assert {t: (one[t], two[t]) for t in one if one[t] != two[t]} == {}
    steps = "SELECT app, name FROM django_migrations ORDER BY 1, 2"
    assert at_once.execute(steps).fetchall() == stepwise.execute(steps).fetchall()
    for number in range(POINTS):
        home = tmp_path / f"killed-{number}"
        killed(home, random.Random(number).uniform(0, 3))
        again = shape(database(home, "at once"))
        assert again == one, f"killed for the {number + 1}th time, the next start does not make it whole"


def killed(home: Path, after: float) -> None:
    """Ends the making of a database by kill -9, so many seconds after its file stands there."""
    home.mkdir(mode=0o700)
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK_", "DJANGO_"))}
    child = subprocess.Popen([sys.executable, "-c", MADE, str(home), "at once"], env=plain, cwd=home)
    while child.poll() is None and not (home / "web" / "redshank.sqlite3").exists():
        time.sleep(0.01)
    time.sleep(after)
    child.kill()
    child.wait()


def test_no_model_has_changed_without_a_migration():
    from io import StringIO

    from django.core.management import call_command

    said = StringIO()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(f"`django makemigrations` would write: {said.getvalue()}")


def test_a_database_that_stands_is_not_walked_through_again(own_database, monkeypatch):
    from django.core import management
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    from redshank.web import fresh

    called = []
    monkeypatch.setattr(management, "call_command", lambda *a, **k: called.append(a))
    fresh.migrate()
    assert (called, fresh.stands(connection)) == ([], True)
    row = MigrationRecorder.Migration.objects.filter(app="worklist").last()
    row.delete()
    fresh.migrate()
    assert called == [("migrate",)]
    row.save()
