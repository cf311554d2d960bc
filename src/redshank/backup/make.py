"""Making a backup: everything of a home, at one moment, sealed into one file and read back to the end."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from redshank.audit import Audit
from redshank.audit import files as audit_files
from redshank.backup.sealed import Opening, Sealing
from redshank.errors import UsageError
from redshank.store import Store

LEFT_OUT = (
    "lock",
    "night.lock",
    "night.json",
    "audit/lock",
    "audit/pending.lock",
    "reports/redshank-defect.txt",
)
DATABASE = ".sqlite3"
BETWEEN = ".tmp-backup-"
ROWS = "web/rows"  # where the rows of a database outside the home stand in a backup


@dataclass
class Made:
    """What a backup holds: files of the home, bytes of the sealed file."""

    files: int
    bytes: int


def make(home: Path, file: Path, key: str, rows: Callable[[Path], object] | None = None) -> Made:
    """Writes a home into ``file``, whole or not at all, and reads it back.

    ``rows`` writes the rows of a database outside the home into an empty folder; they come into the backup too.

    Errors: UsageError where ``file`` lies inside the home or is no file; StoreBusy; StoreDamaged; NoRoom by the
    caller's ``writing_to``.
    """
    home, file = home.absolute(), file.absolute()
    if file.resolve().is_relative_to(home.resolve()):
        raise UsageError(
            f"{file} lies inside the home it is to save", "name a file elsewhere, best on another disk"
        )
    if file.exists() and not file.is_file():
        raise UsageError(f"{file} is no file", "name a file")
    store, audit = Store.open(home), Audit(home)
    audit.sequence()
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        with store.writing(), audit_files.locked(audit.lock):
            for left in (*home.glob(f"{BETWEEN}*"), *file.parent.glob(f".{file.name}.*.tmp")):
                _remove(left)  # of a backup that was killed
            count = _write(home, temporary, key, rows)
        with temporary.open("rb") as back:
            Opening(back, key, file.name).drain()
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
    audit_files.sync_directory(file.parent)
    return Made(count, file.stat().st_size)


def _write(home: Path, path: Path, key: str, rows: Callable[[Path], object] | None) -> int:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    count = 0
    with os.fdopen(descriptor, "wb") as out:
        sealing = Sealing(out, key)
        with tarfile.open(fileobj=sealing, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
            for name, source in _everything(home, rows):
                info = tarfile.TarInfo(name)
                info.size, info.mode = source.stat().st_size, 0o600
                with source.open("rb") as data:
                    tar.addfile(info, data)
                count += 1
        sealing.close()
        out.flush()
        os.fsync(out.fileno())
    return count


def _everything(home: Path, rows: Callable[[Path], object] | None) -> Iterator[tuple[str, Path]]:
    yield from _files(home)
    if rows is not None:
        with tempfile.TemporaryDirectory(prefix=BETWEEN, dir=home) as folder:
            rows(Path(folder))
            for path in sorted(Path(folder).iterdir()):
                yield f"{ROWS}/{path.name}", path


def _files(home: Path) -> Iterator[tuple[str, Path]]:
    """Name in the backup and place on disk, in the order of names; a database as its own consistent copy."""
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home)
        if not stat.S_ISREG(path.lstat().st_mode):
            continue
        if name.as_posix() in LEFT_OUT or any(part.startswith(".tmp-") for part in name.parts):
            continue
        if path.name.endswith((f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal")):
            continue
        if path.suffix == DATABASE:
            with tempfile.TemporaryDirectory(prefix=BETWEEN, dir=home) as folder:
                copy = Path(folder) / path.name
                with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
                    source.backup(target)
                yield name.as_posix(), copy
        else:
            yield name.as_posix(), path


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
