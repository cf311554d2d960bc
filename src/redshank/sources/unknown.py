"""Files of unknown making, read as they are: every column, under the file's own names, in the same sealed child.

The encoding and the delimiter of a CSV file are looked for (:mod:`redshank.sources.sniff`). What comes back proposes a
mapping; nothing of it is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from redshank.errors import DeliveryRefused, UsageError
from redshank.sources.delivery import KINDS, DeliveryFile, names_in, open_file
from redshank.sources.reader import Limits, Progress, in_child


@dataclass(frozen=True)
class Unknown:
    """One file: its columns as they stand, the rows that can be read (with ``row``), how many rows there are, and how many
    of them cannot be read. ``encoding`` and ``delimiter`` are empty where the file is no CSV.
    """

    file: str
    kind: str
    encoding: str
    delimiter: str
    header: list[str]
    rows: pa.Table
    count: int
    unreadable: int

    @property
    def stem(self) -> str:
        return os.path.splitext(self.file)[0]


def look(extract: Path, limits: Limits | None = None, progress: Progress | None = None) -> list[Unknown]:
    """Reads a file, or every table of a folder; hidden files and other kinds are left. Raises :class:`DeliveryRefused`."""
    with _opened(extract) as files:
        return look_at(files, limits, progress)


def look_at(
    files: list[DeliveryFile], limits: Limits | None = None, progress: Progress | None = None, *,
    encoding: str | None = None, delimiter: str | None = None,
) -> list[Unknown]:  # fmt: skip
    """The same of files that are open. With an encoding and a delimiter these are used, and nothing is looked for."""
    jobs = [
        {"fd": f.fd, "size": f.size, "kind": f.kind, "file": ascii(f.file)[1:-1], "encoding": encoding,
         "delimiter": delimiter, "wanted": None}
        for f in files
    ]  # fmt: skip
    out = []
    for f, answer, rows, bad in in_child(files, jobs, limits or Limits.from_environment(), progress):
        encoding, delimiter = (answer["encoding"], answer["delimiter"]) if f.kind == "csv" else ("", "")
        header = [n for n in answer["header"] if n]
        out.append(Unknown(f.file, f.kind, encoding, delimiter, header, rows, answer["count"], bad.num_rows))
    return out


@contextmanager
def _opened(extract: Path) -> Iterator[list[DeliveryFile]]:
    folder, names = places(extract)
    files: list[DeliveryFile] = []
    try:
        for name in names:
            files.append(open_file(folder, name, ()))  # noqa: PERF401 - closed if one fails
        yield files
    finally:
        for f in files:
            os.close(f.fd)


def places(extract: Path) -> tuple[Path, list[str]]:
    """The folder of an extract, and the names of its tables in it."""
    extract = Path(extract).absolute()
    if not extract.exists():
        raise UsageError(f"There is no {extract}.", "Name a file of the export, or the folder it lies in.")
    if extract.is_dir():
        names = [n for n in names_in(extract) if os.path.splitext(n)[1].lower() in KINDS and n[0] != "."]
        if not names:
            raise DeliveryRefused(
                f"{extract} holds no table.",
                "An export is .csv, .parquet or .xlsx; rename .txt files to .csv.",
            )
        return extract, names
    if os.path.splitext(extract.name)[1].lower() not in KINDS:
        raise DeliveryRefused(
            f"{ascii(extract.name)[1:-1]} is no table.",
            "An export is .csv, .parquet or .xlsx; rename a .txt file to .csv.",
        )
    return extract.parent, [extract.name]
