"""The one door to what is kept."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from redshank.errors import NotPermitted, StoreBusy, StoreDamaged, UsageError
from redshank.store.files import TEMPORARY, Sink, digest_of, room, sync_folder, write_whole
from redshank.store.manifest import FORMAT, Manifest

KEEP = 3
"""Manifests that stay after a commit, so that readers of yesterday's state can finish (local default)."""

LET_GO = "let_go"
"""In ``other`` of a manifest: the number of the first that may stay. What stands before it names what was erased, and goes
with the next commit or, where a kill came between, with the one after."""

ROW_GROUP = 5_000
"""Rows a row group: a point look-up reads one of them (decisions 2.6)."""

WRITTEN: dict[str, Any] = {"compression": "lz4", "use_dictionary": False}
"""How columns are written. Every night writes and reads its whole state, and most of its columns hold keys: finding
their dictionaries and packing them tighter costs more time than a third less room is worth."""


@lru_cache(maxsize=64)
def _groups(path: Path, column: str) -> tuple[pq.FileMetaData, list[tuple[Any, Any] | None]]:
    """A file's metadata, and of each row group the bounds of a column, where it has them. A file never changes."""
    found = pq.read_metadata(path)
    at = found.schema.to_arrow_schema().get_field_index(column)
    every = (found.row_group(n).column(at).statistics for n in range(found.num_row_groups))
    return found, [(s.min, s.max) if s is not None and s.has_min_max else None for s in every]


@dataclass(frozen=True)
class Among:
    """Rows whose column is one of some values. (Arrow's own filters would bring pandas with them into every command.)"""

    column: str
    values: pa.Array

    def read(self, path: Path, names: Sequence[str] | None) -> pa.Table:
        """The rows of a file that match; of row groups whose bounds hold none of the values nothing is read."""
        metadata, bounds = _groups(path, self.column)
        values = sorted(v for v in pc.unique(self.values).to_pylist() if v is not None)

        def may_hold(ends: tuple[Any, Any] | None) -> bool:
            return ends is None or bisect_right(values, ends[1]) > bisect_left(values, ends[0])

        groups = [n for n, ends in enumerate(bounds) if values and may_hold(ends)]
        with pq.ParquetFile(path, metadata=metadata) as file:
            names = list(names) if names is not None else file.schema_arrow.names
            if not groups:
                return file.schema_arrow.empty_table().select(names)
            rows = file.read_row_groups(groups, columns=list(dict.fromkeys([*names, self.column])))
        return rows.filter(pc.is_in(rows[self.column], value_set=self.values)).select(names)


class Store:
    """A home's store, opened at one manifest. Use :meth:`open`.

    Errors: :class:`UsageError` no home there; :class:`NotPermitted` a home others can read;
    :class:`StoreDamaged` another version, or a file missing or changed; :class:`StoreBusy` another writer;
    :class:`NoRoom` no room or no right to write.
    """

    def __init__(self, home: Path, manifest: Manifest, hashes: dict[str, str]) -> None:
        self.home = home
        self.manifest = manifest
        self._hashes = hashes
        self._new: dict[str, str] = {}
        self._depth = 0

    # ---- opening -----------------------------------------------------------------------------------

    @classmethod
    def open(cls, home: Path | str, *, create: bool = False) -> Store:
        """The store of a home as it now stands. A home without a store yet is an empty store; an absent
        home is an error unless ``create``.
        """
        home = Path(home).absolute()
        if not home.is_dir():
            if home.exists():
                raise UsageError(f"{home} is not a folder.", "Give --home a folder.")
            if not create:
                raise UsageError(
                    f"There is no home at {home}.",
                    "Load a delivery first (redshank load FOLDER), or name another with --home.",
                )
            try:
                with room(home.parent):
                    home.mkdir(mode=0o700, parents=True)
            except OSError as error:
                raise UsageError(
                    f"No home can be made at {home} ({error.strerror}).", "Name another place with --home."
                ) from error
        mode = stat.S_IMODE(home.stat().st_mode)
        if mode & 0o007:
            raise NotPermitted(
                f"Every user of this machine can get at {home} (its mode is {mode:04o}).",
                f"It is to hold personal data: make it private first (chmod 700 {home}).",
            )
        manifest, hashes = cls._read(home)
        return cls(home, manifest, hashes)

    @staticmethod
    def _read(home: Path) -> tuple[Manifest, dict[str, str]]:
        advice = "Run `redshank doctor`, or bring back a backup with `redshank restore`."
        try:
            pointer = (home / "CURRENT").read_bytes()
        except FileNotFoundError:
            later = [p for p in (home / "manifests").glob("[0-9]*.json") if int(p.stem) > 1]
            if later:
                raise StoreDamaged(f"{home} holds manifests, but CURRENT is gone.", advice) from None
            return Manifest(), {}
        except PermissionError as error:
            raise NotPermitted(f"This user may not read {home}.", "Ask its owner.") from error
        except OSError as error:
            raise StoreDamaged(f"{home / 'CURRENT'} cannot be read.", advice) from error
        try:
            current = json.loads(pointer)
            found, number, expected = current["format"], int(current["number"]), current["sha256"]
        except (ValueError, KeyError, TypeError) as error:
            raise StoreDamaged(f"{home / 'CURRENT'} cannot be read.", advice) from error
        if found != FORMAT:
            raise StoreDamaged(
                f"{home} is of store version {found}; this Redshank reads version {FORMAT}.",
                "Use the Redshank that wrote it, or load the deliveries into a new home.",
            )
        path = home / "manifests" / f"{number:06d}.json"
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StoreDamaged(f"{path} is missing or cannot be read.", advice) from error
        if hashlib.sha256(data).hexdigest() != expected:
            raise StoreDamaged(f"{path} is not what was written.", advice)
        return Manifest.decode(data)

    # ---- reading -----------------------------------------------------------------------------------

    def paths(self, refs: Sequence[str]) -> list[Path]:
        """Absolute paths of references, for engines that read Parquet themselves."""
        return [self.home / "data" / ref for ref in refs]

    def get(
        self,
        refs: Sequence[str] | str,
        columns: Sequence[str] | None = None,
        *,
        schema: pa.Schema | None = None,
        where: Among | None = None,
    ) -> pa.Table:
        """The rows of files, in the order of the references. ``schema`` gives the columns and types (needed
        when there are no files); ``where`` gives only rows that match, of row groups that can.
        """
        refs = [refs] if isinstance(refs, str) else list(refs)
        if schema is not None and columns is not None:
            schema = pa.schema([schema.field(c) for c in columns])
        if not refs:
            if schema is None:
                raise ValueError("get() of no files needs a schema")
            return schema.empty_table()
        names = list(columns) if columns is not None else (schema.names if schema is not None else None)
        parts = []
        for ref, path in zip(refs, self.paths(refs), strict=True):
            try:
                if where is None:
                    with pq.ParquetFile(path) as file:
                        part = file.read(columns=names)
                else:
                    part = where.read(path, names)
            except (FileNotFoundError, pa.ArrowInvalid, OSError) as error:
                raise StoreDamaged(
                    f"{ref} is missing or damaged.",
                    "Run `redshank doctor`; if another run has just finished, open the store again.",
                ) from error
            parts.append(part.cast(schema) if schema is not None else part)
        return pa.concat_tables(parts)

    def area(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        *,
        schema: pa.Schema,
        where: Among | None = None,
    ) -> pa.Table:
        """All rows of an area in the manifest that this store holds."""
        return self.get(self.manifest.tables.get(name, []), columns, schema=schema, where=where)

    # ---- writing -----------------------------------------------------------------------------------

    @contextmanager
    def writing(self, wait_seconds: float = 60) -> Iterator[Store]:
        """Holds the writer's lock. Reads the manifest again once it has it, so that a writer always builds
        on the newest state. May be nested.
        """
        if self._depth:
            self._depth += 1
            try:
                yield self
            finally:
                self._depth -= 1
            return
        with room(self.home):
            fd = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            self._acquire(fd, wait_seconds)
            self.manifest, self._hashes = self._read(self.home)
            self._new = {}
            self._depth = 1
            yield self
        finally:
            self._depth = 0
            os.close(fd)

    def _acquire(self, fd: int, wait_seconds: float) -> None:
        until = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                left = until - time.monotonic()
                if left <= 0:
                    raise StoreBusy(
                        f"Another run holds {self.home} (waited {wait_seconds:.0f} seconds).",
                        "Let it finish and run the same command again; nothing was changed.",
                    ) from error
                time.sleep(min(0.2, left))

    def put(self, area: str, table: pa.Table) -> str:
        """Writes a table as a new file of an area and gives its reference. Nothing points to it before
        :meth:`commit` does. Rows should be sorted by what they are looked up by.
        """
        self._must_write()
        folder = self.home / "data" / area
        with room(self.home):
            folder.parent.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            temporary = folder / f"{TEMPORARY}{os.getpid()}-{len(self._new)}"
            sink = Sink(temporary)
            try:
                pq.write_table(table, pa.PythonFile(sink, "w"), row_group_size=ROW_GROUP, **WRITTEN)
                digest = sink.sync()
            finally:
                sink.close()
            ref = f"{area}/{digest[:40]}.parquet"
            os.replace(temporary, self.home / "data" / ref)
            sync_folder(folder)
        self._new[ref] = digest
        return ref

    def commit(self, manifest: Manifest) -> Manifest:
        """Makes a manifest the current one, whole or not at all, and holds it."""
        self._must_write()
        manifest = manifest.copy()
        manifest.number = self.manifest.number + 1
        manifest.format = FORMAT
        hashes = {}
        for ref in sorted(manifest.references()):
            known = self._new.get(ref) or self._hashes.get(ref)
            hashes[ref] = known or digest_of(self.home / "data" / ref)
        with room(self.home):
            folder = self.home / "manifests"
            folder.mkdir(mode=0o700, exist_ok=True)
            if hashes:
                sync_folder(self.home / "data")
            digest = write_whole(folder / f"{manifest.number:06d}.json", manifest.encode(hashes))
            pointer = {"format": FORMAT, "number": manifest.number, "sha256": digest}
            write_whole(self.home / "CURRENT", (json.dumps(pointer, sort_keys=True) + "\n").encode())
        self.manifest, self._hashes, self._new = manifest, hashes, {}
        self._sweep()
        return manifest

    @contextmanager
    def building_on(self, manifest: Manifest) -> Iterator[None]:
        """Reads go by a manifest that is not committed yet, for what has to go into one commit with it. Without a
        commit inside, the store holds what it held before.
        """
        self._must_write()
        before, self.manifest = self.manifest, manifest
        self.manifest.number = before.number
        try:
            yield
        except BaseException:
            self.manifest = before
            raise
        if self.manifest.number == before.number:
            self.manifest = before

    def unnamed(self) -> list[str]:
        """Files that the current manifest does not name: what a sweep could not remove, or another is writing."""
        named = self.manifest.references()
        files = [p.relative_to(self.home / "data").as_posix() for p in sorted(self.home.glob("data/*/*"))]
        return [f for f in files if f not in named]

    def tidy(self) -> None:
        """Removes now what a commit would remove: after a kill that came between a commit and its sweep."""
        self._must_write()
        self._sweep()

    def _must_write(self) -> None:
        if not self._depth:
            raise RuntimeError("put() and commit() belong inside `with store.writing():`")

    def _sweep(self) -> None:
        """Removes manifests before the last :data:`KEEP` and files that none of those left names."""
        named: set[str] = set()
        for path in sorted((self.home / "manifests").iterdir()):
            if not path.stem.isdigit():
                _remove(path)  # a temporary file of a run that was stopped
                continue
            number = int(path.stem)
            first = max(self.manifest.number - KEEP + 1, self.manifest.other.get(LET_GO, 0))
            if not first <= number <= self.manifest.number:
                _remove(path)
            elif number == self.manifest.number:
                named |= self.manifest.references()
            else:
                try:
                    named |= Manifest.decode(path.read_bytes())[0].references()
                except (OSError, ValueError, KeyError, TypeError):
                    return  # what an older, damaged manifest names is not known: nothing is removed; doctor tells
        data = self.home / "data"
        if data.is_dir():
            for area in sorted(data.iterdir()):
                for path in sorted(area.iterdir()):
                    if f"{area.name}/{path.name}" not in named:
                        _remove(path)
        for path in self.home.glob(f"{TEMPORARY}*"):
            _remove(path)

    # ---- checking ----------------------------------------------------------------------------------

    def verify(self) -> list[str]:
        """Problems in words: files missing or not what was written, modes too open. Empty when all is well."""
        problems = []
        for ref in sorted(self.manifest.references()):
            path = self.home / "data" / ref
            if not path.is_file():
                problems.append(f"{ref} is missing")
            elif digest_of(path) != self._hashes.get(ref):
                problems.append(f"{ref} is not what was written")
        for path in [self.home, *sorted(self.home.glob("data/**/*")), *sorted(self.home.glob("manifests/*"))]:
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                problems.append(f"{path.relative_to(self.home)} can be read by others (mode {mode:04o})")
        return problems


def _remove(path: Path) -> None:
    # The commit has happened. What cannot be removed now is removed by a later one.
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():  # what a pull brought (records/pulling.py)
            shutil.rmtree(path)
        else:
            path.unlink()
