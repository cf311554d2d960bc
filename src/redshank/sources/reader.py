"""Has a delivery's files read by the child, and gives the tables under our names."""

from __future__ import annotations

import errno
import json
import mmap
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from redshank.errors import DeliveryRefused, NoRoom, UsageError
from redshank.sources.delivery import Delivery, DeliveryFile
from redshank.sources.mapping import Mapping, TableMapping
from redshank.sources.refuse import LIMIT_ADVICE
from redshank.tables.extracts import EXTRACTS

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it, of how much."""


@dataclass(frozen=True)
class Limits:
    """What the reading process may use (local defaults; environment REDSHANK_READER_MEMORY_MB and
    REDSHANK_READER_SECONDS). Memory is address space, so it is more than what is touched.
    """

    memory_mb: int = 6144
    seconds: int = 900

    @staticmethod
    def from_environment() -> Limits:
        values = {}
        for name, key in (
            ("memory_mb", "REDSHANK_READER_MEMORY_MB"),
            ("seconds", "REDSHANK_READER_SECONDS"),
        ):
            text = os.environ.get(key)
            if text is not None:
                if not text.isdigit() or int(text) < 1:
                    raise UsageError(f"{key} must be a whole number above 0.", "Correct it or unset it.")
                values[name] = int(text)
        return Limits(**values)


@dataclass(frozen=True)
class Missing:
    """A column of theirs that the mapping names and the file does not have; ``likely`` is the one that it seems to be now."""

    table: str
    ours: str
    theirs: str
    likely: str = ""
    because: str = ""
    explicit: bool = True

    def now(self, likely: str, because: str) -> Missing:
        return replace(self, likely=likely, because=because)

    @property
    def line(self) -> str:
        """The line of the mapping that mends it, with where it stands. A mapping under our own names has no such line yet."""
        if not self.explicit:
            return f"{self.ours} = {json.dumps(self.likely, ensure_ascii=False)} in a mapping of your own (`redshank mapping new` writes one)"
        return f"[tables.{self.table}.columns] {self.ours} = {json.dumps(self.likely, ensure_ascii=False)}"


@dataclass(frozen=True)
class Source:
    """One table of a delivery as received. ``rows`` has our column names (those that the file has, and
    constants), text or typed, and ``row``; ``bad`` are rows that could not be read; ``unknown`` are columns of
    the file that the mapping does not use; ``count`` counts all data rows; ``missing`` are columns that the mapping names
    and the file does not have (under the same names as ours only those that another column seems to be).
    """

    table: str
    file: str
    kind: str
    mapping: TableMapping
    rows: pa.Table
    bad: list[tuple[int, str | None, str, str | None]]
    unknown: list[str]
    count: int
    missing: list[Missing] = field(default_factory=list)


def read(
    delivery: Delivery,
    limits: Limits | None = None,
    progress: Progress | None = None,
    *,
    without_key: bool = False,
) -> dict[str, Source]:
    """Every table of a delivery, in the order of the contract. Raises :class:`DeliveryRefused`. ``without_key``: a table of
    which no row can be taken is given all the same, for whoever only wants to know why.
    """
    out: dict[str, Source] = {}
    limits = limits or Limits.from_environment()
    for file, answer, rows, bad in in_child(delivery.files, _jobs(delivery), limits, progress):
        used = {theirs for t in file.tables for theirs in t.columns.values()}
        unknown = [n or "(no name)" for n in answer["header"] if n not in used]
        for table in file.tables:
            missing = _missing(delivery.mapping, file, table, answer["header"], unknown, limits)
            if not without_key:
                _refuse_without_key(file, table, answer["header"], missing)
            out[table.table] = _source(file, table, answer, rows, bad, unknown, missing)
    return {name: out[name] for name in EXTRACTS if name in out}


def _missing(
    mapping: Mapping,
    file: DeliveryFile,
    table: TableMapping,
    header: list[str],
    unknown: list[str],
    limits: Limits,
) -> list[Missing]:
    """Columns that the mapping names and the file has not. Names of other columns are told only of a header that is one:
    it has half of what the mapping names, or the mapping names half of it. (In a file without a header they would be somebody's data.)
    """
    gone = [
        Missing(table.table, ours, theirs, explicit=table.explicit)
        for ours, theirs in table.columns.items()
        if theirs not in header
    ]
    free = [n for n in unknown if n in header]
    here = len(table.columns) - len(gone)
    if gone and free and (here * 2 >= len(table.columns) or (len(header) - len(unknown)) * 2 >= len(header)):
        from redshank.sources.guess.renamed import likely
        from redshank.sources.guess.values import profiles
        from redshank.sources.unknown import look_at

        (whole,) = look_at([file], limits, encoding=mapping.encoding, delimiter=mapping.delimiter)
        gone = likely(table.table, gone, profiles(whole.rows.select(free)))
    return gone if table.explicit else [m for m in gone if m.likely or m.ours in table.linking]


def _refuse_without_key(
    file: DeliveryFile, table: TableMapping, header: list[str], missing: list[Missing]
) -> None:
    for gone in missing:
        if gone.ours in table.linking:
            # The header is not shown: in a file without one it would be somebody's data.
            found = sum(n in table.columns.values() for n in header)
            advice = (
                f"{json.dumps(gone.likely, ensure_ascii=False)} looks like it ({gone.because}). Mend one line of the mapping: "
                f"{gone.line}"
                if gone.likely
                else f"Of its {len(header)} columns the mapping knows {found}. Is the header row there, is the "
                "delimiter right? Another system's export needs --mapping; `redshank mapping new` proposes one."
            )
            raise DeliveryRefused(
                f"{file.file} has no column {gone.theirs}, without which no row of {table.table} can be taken.",
                advice,
            )


def _source(
    file: DeliveryFile,
    table: TableMapping,
    answer: dict[str, Any],
    rows: pa.Table,
    bad: pa.Table,
    unknown: list[str],
    missing: list[Missing] | None = None,
) -> Source:
    ours = {theirs: mine for mine, theirs in table.columns.items()}
    names = [c.name for c in EXTRACTS[table.table].columns]
    arrays: dict[str, Any] = {}
    for name in names:
        if name in table.constants:
            arrays[name] = pa.repeat(pa.scalar(table.constants[name]), rows.num_rows)
        elif table.columns.get(name) in rows.column_names:
            arrays[name] = rows.column(table.columns[name])
    arrays["row"] = rows.column("row")
    problems = [
        (b["row"], ours.get(b["column"], b["column"]), b["problem"], b["value"]) for b in bad.to_pylist()
    ]
    return Source(
        table.table,
        file.file,
        file.kind,
        table,
        pa.table(arrays),
        problems,
        unknown,
        answer["count"],
        missing or [],
    )


def _jobs(delivery: Delivery) -> list[dict[str, Any]]:
    mapping = delivery.mapping
    jobs = []
    for f in delivery.files:
        wanted = sorted({theirs for t in f.tables for theirs in t.columns.values()})
        jobs.append(
            {
                "fd": f.fd,
                "size": f.size,
                "kind": f.kind,
                "file": ascii(f.file)[1:-1],
                "encoding": mapping.encoding,
                "delimiter": mapping.delimiter,
                "wanted": wanted,
            }
        )
    return jobs


def in_child(
    files: Sequence[DeliveryFile], jobs: list[dict[str, Any]], limits: Limits, progress: Progress | None
) -> Iterator[tuple[DeliveryFile, dict[str, Any], pa.Table, pa.Table]]:
    """Has open files read by the child: of each its answer, its rows and its bad rows."""
    with _nameless() as out:
        order = {
            "jobs": jobs,
            "out": out.fileno(),
            "memory": limits.memory_mb << 20,
            "seconds": limits.seconds,
        }
        answers = _run(order, [f.fd for f in files] + [out.fileno()], jobs, progress)
        if os.fstat(out.fileno()).st_size == 0:
            raise DeliveryRefused("The delivery could not be read.", "Run it again.")
        held = pa.py_buffer(mmap.mmap(out.fileno(), 0, access=mmap.ACCESS_READ))
    for f, answer in zip(files, answers, strict=True):
        rows = pa.ipc.open_stream(held.slice(*answer["rows"])).read_all()
        bad = pa.ipc.open_stream(held.slice(*answer["bad"])).read_all()
        yield f, answer, rows, bad


def _nameless() -> Any:
    """A file without a name: in memory where the system can, so that no personal data touches a disk."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("redshank-rows"), "w+b")
    return tempfile.TemporaryFile()


def _run(
    order: dict[str, Any], fds: list[int], jobs: list[dict[str, Any]], progress: Progress | None
) -> list[dict[str, Any]]:
    # The module path is handed over, so that it also works from a source tree; -I shuts out everything else.
    path = [os.path.abspath(p) for p in sys.path]
    code = f"import sys; sys.path[:] = {path!r}; from redshank.sources.child import main; main()"
    answers: list[dict[str, Any]] = []
    crash = ""
    with subprocess.Popen(
        [sys.executable, "-I", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a crash there could print a cell
        pass_fds=fds,
        env={
            "ARROW_DEFAULT_MEMORY_POOL": "system",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "RAYON_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
            "PYTHONUTF8": "1",
        },
        cwd="/",
        text=True,
        encoding="utf-8",
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(order) + "\n")
            child.stdin.close()
        except BrokenPipeError:
            pass  # it died at once; its exit is judged below
        for job in jobs:
            line = child.stdout.readline()
            if not line.endswith("\n"):
                break
            answer = json.loads(line)
            if "refused" in answer:
                child.kill()
                raise DeliveryRefused(answer["refused"], answer["advice"])
            if answer.get("errno") in (errno.EFBIG, errno.ENOSPC):
                raise NoRoom(
                    f"Cannot hold what {job['file']} says: {os.strerror(answer['errno'])}.",
                    "Free space or raise the limit on file size (ulimit -f); the store is as it was.",
                )
            if "crash" in answer:
                crash = f" ({answer['crash']})"
                break
            answers.append(answer)
            if progress:
                progress(f"reading {job['file']}", len(answers), len(jobs))
    if len(answers) < len(jobs):
        file = jobs[len(answers)]["file"]
        raise DeliveryRefused(
            f"Reading {file} was stopped{crash}: it needs more than it may have, or is damaged.",
            LIMIT_ADVICE,
        )
    return answers
