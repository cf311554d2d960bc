"""A delivery: one folder of files, each known to the mapping, opened once and hashed.

Refused (:class:`DeliveryRefused`): an empty folder, a file no table belongs to (hidden files and folders, too),
two files for one table, a link or anything else that is no plain file. Links are refused because a link
named ``people.csv`` may point anywhere on the machine.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from redshank.errors import DeliveryRefused, NotPermitted, UsageError
from redshank.sources.mapping import Mapping, TableMapping

KINDS = {".csv": "csv", ".parquet": "parquet", ".xlsx": "xlsx"}


@dataclass(frozen=True)
class DeliveryFile:
    """A plain file of the delivery, open for reading; usually one table, several for a wide export."""

    file: str
    kind: str
    fd: int = field(compare=False)
    size: int
    sha256: str
    tables: tuple[TableMapping, ...]


@dataclass(frozen=True)
class Delivery:
    """``content_hash`` covers names and bytes of the files and the mapping they are read with."""

    folder: Path
    mapping: Mapping
    files: tuple[DeliveryFile, ...]
    content_hash: str


@contextmanager
def open_delivery(folder: Path, mapping: Mapping, only: list[str] | None = None) -> Iterator[Delivery]:
    """Opens every file of a folder (or those named in ``only``), once. They are closed at the end of the block."""
    folder = Path(folder).absolute()
    names = names_in(folder) if only is None else only
    tables = _assign(folder, names, mapping)
    open_files: list[DeliveryFile] = []
    try:
        for name in names:
            open_files.append(open_file(folder, name, tables[name]))  # noqa: PERF401 - closed if one fails
        whole = hashlib.sha256(f"mapping {mapping.digest}\n".encode())
        for f in open_files:
            whole.update(f"{f.sha256} {f.file}\n".encode("utf-8", "surrogateescape"))
        yield Delivery(folder, mapping, tuple(open_files), whole.hexdigest())
    finally:
        for f in open_files:
            os.close(f.fd)


def names_in(folder: Path) -> list[str]:
    """What lies in a folder, sorted. Raises where it is none, may not be read or is empty."""
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError as error:
        raise UsageError(f"There is no folder {folder}.", "Name the folder of one delivery.") from error
    except NotADirectoryError as error:
        raise DeliveryRefused(f"{folder} is no folder.", "A delivery is a folder of tables.") from error
    except PermissionError as error:
        raise NotPermitted(f"This user may not read {folder}.", "Ask its owner for the right.") from error
    if not names:
        raise DeliveryRefused(f"{folder} is empty.", "A delivery holds at least one table.")
    return names


def tables_in(name: str, mapping: Mapping) -> list[TableMapping]:
    """The tables that a mapping reads from a file of that name."""
    stem = os.path.splitext(name)[0].casefold()
    return [t for t in mapping.tables.values() if fnmatchcase(stem, t.file.casefold())]


def _assign(folder: Path, names: list[str], mapping: Mapping) -> dict[str, tuple[TableMapping, ...]]:
    """Which tables each file holds."""
    out: dict[str, tuple[TableMapping, ...]] = {}
    taken: dict[str, str] = {}
    for name in names:
        ending = os.path.splitext(name)[1]
        shown = ascii(name)[1:-1]
        if ending.lower() not in KINDS:
            raise DeliveryRefused(
                f"{shown} is no table of a delivery.",
                f"Take it out of {folder}; a delivery holds .csv, .parquet and .xlsx files only.",
            )
        found = tables_in(name, mapping)
        if not found:
            known = ", ".join(sorted({t.file for t in mapping.tables.values()}))
            raise DeliveryRefused(
                f"{shown} is unknown to the mapping {mapping.name}.",
                f"Take it out of {folder}, or give --mapping. Files of this mapping are: {known}.",
            )
        for table in found:
            if table.table in taken:
                raise DeliveryRefused(
                    f"{ascii(taken[table.table])[1:-1]} and {shown} both hold {table.table}.",
                    "A delivery brings a table once: leave one of them out, or make two deliveries.",
                )
            taken[table.table] = name
        out[name] = tuple(found)
    return out


def open_file(folder: Path, name: str, tables: tuple[TableMapping, ...]) -> DeliveryFile:
    """A plain file, opened and hashed; whoever asks closes it."""
    shown = ascii(name)[1:-1]
    try:
        # O_NONBLOCK: a pipe named crimes.csv must not hang us before we see that it is one.
        fd = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except PermissionError as error:
        raise NotPermitted(f"This user may not read {shown}.", "Ask its owner for the right.") from error
    except OSError as error:
        raise DeliveryRefused(
            f"{shown} cannot be opened as a plain file ({os.strerror(error.errno or 0)}).",
            "Links are not followed: put the file itself into the folder.",
        ) from error
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise DeliveryRefused(f"{shown} is no plain file.", "Put the file itself into the folder.")
        with open(fd, "rb", closefd=False) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except BaseException:
        os.close(fd)
        raise
    kind = KINDS[os.path.splitext(name)[1].lower()]
    return DeliveryFile(name, kind, fd, status.st_size, digest, tables)
