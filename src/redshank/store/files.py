"""Writing files so that a crash leaves either the old one or the new one, and naming what went wrong.

All writing goes through ``os.open``, ``os.write``, ``os.fsync``, ``os.replace`` and ``os.unlink``: the kill test
(tests/store/test_kill.py) stops the process at each of them.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redshank.errors import NoRoom

TEMPORARY = ".tmp-"

_ADVICE = {
    errno.ENOSPC: "Free some space on that disk, then run the same command again; the store is as it was.",
    errno.EDQUOT: "Your quota is used up: free some space or ask for more; the store is as it was.",
    errno.EFBIG: "A limit on file size (ulimit -f) stopped it: raise the limit; the store is as it was.",
    errno.EROFS: "The disk is mounted read-only: give a --home that can be written.",
    errno.EACCES: "This user may not write there: give a --home of your own, or ask its owner.",
    errno.EPERM: "This user may not write there: give a --home of your own, or ask its owner.",
}


@contextmanager
def room(place: Path) -> Iterator[None]:
    """Turns "no room" and "no right to write" into :class:`NoRoom`; every other error passes."""
    try:
        yield
    except OSError as error:
        if error.errno not in _ADVICE:
            raise
        reason = os.strerror(error.errno or 0)
        raise NoRoom(f"Cannot write in {place}: {reason}.", _ADVICE[error.errno]) from error


class Sink:
    """A new file, private to its owner, hashed while it is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.closed = False
        self._hash = hashlib.sha256()
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)

    def write(self, data: bytes | memoryview) -> int:
        view = memoryview(data).cast("B")
        self._hash.update(view)
        done = 0
        while done < len(view):
            done += os.write(self._fd, view[done:])
        return done

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            os.close(self._fd)

    def sync(self) -> str:
        """On the disk; gives the hash."""
        os.fsync(self._fd)
        self.close()
        return self._hash.hexdigest()


def sync_folder(folder: Path) -> None:
    """Makes names in a folder durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_whole(path: Path, data: bytes) -> str:
    """Replaces a small file: the old content or the new, never a part. Gives the hash."""
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    sink = Sink(temporary)
    try:
        sink.write(data)
        digest = sink.sync()
        os.replace(temporary, path)
    finally:
        sink.close()
    sync_folder(path.parent)
    return digest


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
