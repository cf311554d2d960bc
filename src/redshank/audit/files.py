"""Files of the audit: private modes, writes that last, one lock. POSIX only, as the whole of Redshank is."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from redshank.errors import NoRoom, StoreBusy, UsageError

WAIT_SECONDS = 60.0  # contract: another run is waited for this long before exit 15
DIRECTORY, FILE = 0o700, 0o600


@contextlib.contextmanager
def room(what: str) -> Iterator[None]:
    """Turns a refusal of the operating system (full disk, no right) into NoRoom, which names the part."""
    try:
        yield
    except OSError as error:
        raise NoRoom(
            f"the audit's {what} cannot be written: {error.strerror or type(error).__name__}",
            "make room or give this user the right to write there, then run again; nothing acknowledged is lost",
        ) from error


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Holds the flock of ``path``; StoreBusy after ``wait`` seconds. Threads exclude each other too."""
    if shared and not path.exists():
        yield  # nobody ever wrote here, or it is a copy
        return
    flags = os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT
    with room("lock"):
        descriptor = os.open(path, flags | os.O_CLOEXEC, FILE)
    try:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise StoreBusy(
                        f"the audit is held by another run (waited {wait:g} s)",
                        "wait for that run to end, then run again",
                    ) from None
                time.sleep(0.004)
        yield
    finally:
        os.close(descriptor)


def directory(path: Path) -> None:
    """Makes a private directory, and its parents, that survive a loss of power."""
    with room("directory"):
        if not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                path.mkdir(mode=DIRECTORY)
            sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def append(path: Path, data: bytes, keep: int, what: str) -> None:
    """Cuts a file to ``keep`` bytes, writes ``data`` after them and waits until the disk has it."""
    with room(what):
        fresh = not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, FILE)
        try:
            os.ftruncate(descriptor, keep)
            os.lseek(descriptor, keep, os.SEEK_SET)
            _write(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if fresh:
            sync_directory(path.parent)


def replace(path: Path, data: bytes, what: str) -> None:
    """Writes a file whole: at every moment there is the old one or the new one, never a part.

    UsageError where ``path`` is a folder, a pipe or a device: only a file is ever exchanged for another.
    """
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no file", "name a file, or a place where nothing is yet")
    with room(what):
        beside = path.with_name(path.name + ".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE)
        try:
            _write(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(beside, path)
        sync_directory(path.parent)


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def whole_lines(path: Path) -> int:
    """Bytes up to and with the last line feed; what stands after it is torn. Zero without a file."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        while position > 0:
            step = min(4096, position)
            position -= step
            file.seek(position)
            found = file.read(step).rfind(b"\n")
            if found >= 0:
                return position + found + 1
        return 0
