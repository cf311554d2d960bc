"""How long backups are kept, and the drill: a backup that nobody has restored is a hope."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from redshank.audit import Audit
from redshank.backup.keys import beside
from redshank.backup.restore import Restored, restore
from redshank.backup.sealed import MAGIC
from redshank.errors import DeliveryRefused, UsageError

KEEP_DAYS = 35
"""Days for which a backup is kept unless the force says otherwise (local default): what was erased is gone from the last backup then."""


def expire(home: Path, newest: Path, days: int) -> list[str]:
    """Removes the backups of this home beside ``newest`` that are older than ``days``, with their keys; their names.

    A backup of this home is a sealed file whose name the home's audit has as one. The newest stays whatever its age.
    """
    if days < 1:
        raise UsageError(f"--keep {days}: a backup is kept for a day at least", "name a number of days")
    names = {
        str(entry["subject"]).removeprefix("file ")
        for entry in Audit(home).entries()
        if entry["action"] == "backup"
    }
    before = time.time() - days * 86_400
    gone = []
    for path in sorted(newest.parent.iterdir()):
        if path.name not in names or path.name == newest.name or not path.is_file():
            continue
        if path.stat().st_mtime >= before or not _sealed(path):
            continue
        path.unlink()
        beside(path).unlink(missing_ok=True)
        gone.append(path.name)
    return gone


def _sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _said(database: Path) -> str:
    """What SQLite says of its own file: ``ok``, or what is wrong with it."""
    try:
        with closing(sqlite3.connect(database)) as opened:
            return str(opened.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


@dataclass
class Drilled:
    """What a drill found: what came back, the findings read again, and how long it took."""

    restored: Restored
    findings: int
    seconds: float


def drill(file: Path, key: str, folder: Path, database: Callable[[Path], int | None]) -> Drilled:
    """Restores a backup into a folder of its own under ``folder``, reads everything once, and removes it again.

    Errors: those of :func:`restore`; DeliveryRefused where the findings or the embedded database cannot be read.
    """
    from redshank.night import published
    from redshank.store import Store

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=".redshank-drill-", dir=folder) as place:
        home = Path(place) / "home"
        done = restore(file, home, key, database)
        tables, _ = published(Store.open(home))
        embedded = home / "web" / "redshank.sqlite3"
        if embedded.exists():
            said = _said(embedded)
            if said != "ok":
                raise DeliveryRefused(
                    f"{file}: the database in it is damaged ({said})", "bring another copy of the backup"
                )
        return Drilled(done, sum(t.num_rows for t in tables.values()), time.monotonic() - began)
