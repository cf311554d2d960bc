"""Restoring: a home from a backup, checked before it stands where it is to stand."""

from __future__ import annotations

import fcntl
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from redshank.audit import verify_home
from redshank.backup.sealed import Opening
from redshank.errors import DeliveryRefused, UsageError
from redshank.store import Store


@dataclass
class Restored:
    """What came back: files, entries of the audit, number of the store's manifest."""

    files: int
    audit_entries: int
    manifest: int
    rows: int | None = None  # of the pages' database, where they were put back one by one


def restore(
    file: Path, home: Path, key: str, database: Callable[[Path], int | None] = lambda folder: None
) -> Restored:
    """Makes ``home`` from a backup. It must be absent or empty; it appears whole and checked, or not at all.

    ``database`` puts the rows of the pages' database where they belong, from the folder that is to become the home, and
    says how many there were (None: the database is a file of the home, and stands already).

    Errors: UsageError for a home in use or a missing file; DeliveryRefused where the file, its key or what is in it
    does not hold.
    """
    home = home.absolute()
    if not file.is_file():
        raise UsageError(f"{file}: there is no such file", "name a file that `redshank backup` wrote")
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise UsageError(
            f"{home} is not empty: a backup never goes over a home that is in use",
            "name an empty folder with --home, look at what came back, then exchange the two",
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    beginning = f".{home.name}.restoring-"
    for left in home.parent.glob(f"{beginning}*"):
        _clear(left)
    folder = Path(tempfile.mkdtemp(prefix=beginning, dir=home.parent))
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        count = _take_out(file, folder, key)
        store = Store.open(folder)
        audit = verify_home(folder)
        problems = store.verify() + audit.problems
        if problems:
            raise DeliveryRefused(
                f"{file}: what it holds is not whole ({len(problems)} problems, the first: {problems[0]})",
                "bring another copy of the backup, or an older one",
            )
        rows = database(folder)
        os.rename(folder, home)  # over an empty folder, or where nothing is
    finally:
        os.close(held)
        shutil.rmtree(folder, ignore_errors=True)  # gone already when all went well
    return Restored(count, audit.entries, store.manifest.number, rows)


def _clear(left: Path) -> None:
    """Removes what a restore that was killed had unpacked, in clear; not what another one holds just now."""
    held = os.open(left, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left)
    except BlockingIOError:
        pass
    finally:
        os.close(held)


def _take_out(file: Path, folder: Path, key: str) -> int:
    count = 0
    with file.open("rb") as raw:
        opening = Opening(raw, key, file.name)
        try:
            with tarfile.open(fileobj=opening, mode="r|") as tar:  # type: ignore[call-overload]
                for member in tar:
                    if not member.isreg():
                        raise DeliveryRefused(
                            f"{file}: it holds what is no file", "bring another copy of the backup"
                        )
                    tar.extract(member, folder, filter="data")
                    count += 1
        except tarfile.TarError as error:
            raise DeliveryRefused(f"{file}: it cannot be read", "bring another copy of the backup") from error
        opening.drain()
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return count
