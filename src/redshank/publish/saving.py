"""The pages' database in a backup and out of it again: a PostgreSQL row by row, the embedded one as the file that it is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from redshank.publish.setup import is_served, prepare_django

ROWS = Path("web") / "rows"
EMBEDDED = Path("web") / "redshank.sqlite3"


def outside() -> bool:
    """Whether the database of the pages lies outside the home."""
    return bool(os.environ.get("REDSHANK_DATABASE_URL"))


def rows_of(home: Path) -> Callable[[Path], int] | None:
    """What writes the rows of a home's database outside into a folder, and tells how many; None where there is none."""
    if not outside() or not is_served(home):
        return None
    prepare_django(home)
    from redshank.web import rows

    return lambda folder: sum(count for count, _ in rows.write(folder).values())


def put_back(folder: Path) -> int | None:
    """Puts the database of a home that is being restored where it belongs: into PostgreSQL where
    REDSHANK_DATABASE_URL names one, else into the home. The rows put back; None where the file in the home is it already."""
    saved, embedded = folder / ROWS, folder / EMBEDDED
    if not saved.is_dir() and not (outside() and embedded.is_file()):
        return None
    prepare_django(folder)
    from django.db import connections

    from redshank.web import rows

    try:
        if saved.is_dir():
            if not outside():
                _remove(embedded)  # of the time before the database moved out of the home
            told = rows.read(saved)
        else:
            with tempfile.TemporaryDirectory(prefix=".tmp-", dir=folder) as between:
                rows.write(Path(between), using=rows.beside(embedded))
                told = rows.read(Path(between))
            connections["beside"].close()
            _remove(embedded)
    finally:
        connections["default"].close()
    shutil.rmtree(saved, ignore_errors=True)
    for path in (folder / "web").glob(f"{EMBEDDED.name}*"):
        path.chmod(0o600)
    return sum(count for count, _ in told.values())


def _remove(database: Path) -> None:
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
