"""The last completed run for notebooks: read only, with a stated purpose, each opening in the audit.

Import :func:`redshank.open`; the examples of docs/notebooks.md run in the tests. What stands in the tables is what
``redshank findings export`` writes, with the records, people, vehicles and phones that it rests on.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from redshank import records
from redshank.audit import Audit
from redshank.errors import UsageError
from redshank.night import published
from redshank.store import Store
from redshank.tables import BETWEEN, FINDINGS

#: What the findings rest on, as the run knew it.
VIEW = ("records", "appearances", "vehicles", "phones")
PURPOSE_LONGEST = 200


class Opened:
    """One completed run of one home. It holds to that run also while the next night writes; nothing of it can be changed.

    Every table is asked for by name, as an Ibis expression (``run["children"]``), as Arrow (:meth:`arrow`) or as a file
    (:meth:`parquet`). The audit keeps the opening, and the first look at each table.
    """

    def __init__(self, home: str | os.PathLike[str], purpose: str) -> None:
        self.home = Path(home).absolute()
        self.purpose = " ".join(purpose.split())
        if not 3 <= len(self.purpose) <= PURPOSE_LONGEST:
            raise UsageError(
                "a home is opened for a stated purpose",
                f'say why in 3 to {PURPOSE_LONGEST} characters: redshank.open(home, purpose="…")',
            )
        store = Store.open(self.home)
        if store.manifest.run is None:
            raise UsageError("no night has run yet: there is no completed run", "run `redshank night` first")
        self._store: Store | None = store
        self._told(
            "notebook opens", f"run {store.manifest.run['number']}", {"run": store.manifest.run["number"]}
        )
        self._run: dict[str, Any] = store.manifest.run
        self._tables: dict[str, pa.Table] = {}
        self._looked: set[str] = set()

    def _told(self, action: str, subject: str, details: dict[str, Any]) -> None:
        """What the audit does not hold is not shown: an error here stops the look."""
        Audit(self.home).append(action, subject, details, purpose=self.purpose)

    @property
    def number(self) -> int:
        """The number of the run."""
        return int(self._run["number"])

    @property
    def as_of(self) -> datetime:
        """As at when: the time of the extracts (practice rule 15). What came later is not in it."""
        return datetime.fromisoformat(self._run["as_of"])

    @property
    def names(self) -> tuple[str, ...]:
        """The tables, as in the data dictionary (docs/reference/tables.md)."""
        return (*FINDINGS, *VIEW)

    def columns(self, name: str) -> dict[str, str]:
        """The columns of a table and what each means."""
        table = FINDINGS[name] if name in FINDINGS else BETWEEN[self._known(name)]
        return {c.name: c.doc for c in table.columns}

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow."""
        self._known(name)
        if self._store is None:
            raise UsageError("this run was closed", "open it again")
        if name not in self._looked:
            self._told("notebook reads", f"table {name}", {"run": self.number})
            self._looked.add(name)
        if name not in self._tables:
            if name in FINDINGS:
                self._tables |= published(self._store)[0]
            else:
                limit = self._run["point"]["as_of"]
                self._tables |= records.current(
                    self._store, as_of=datetime.fromisoformat(limit) if limit else None
                )
        return self._tables[name]

    def __getitem__(self, name: str) -> ibis.Table:
        """A table as an Ibis expression, which DuckDB runs in memory (``.execute()``, ``.to_pyarrow()``)."""
        return ibis.memtable(self.arrow(name))

    def parquet(self, name: str, path: str | os.PathLike[str]) -> Path:
        """Writes a table to a file of one's own, outside the home; the audit keeps that it left."""
        rows, to = self.arrow(name), Path(path).absolute()
        if to.resolve().is_relative_to(self.home.resolve()):
            raise UsageError(f"{path}: a notebook writes nothing into a home", "name a file elsewhere")
        self._told("notebook writes", f"table {name}", {"run": self.number, "rows": rows.num_rows})
        beside = to.with_name(f".{to.name}.part")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            pq.write_table(rows, file, compression="zstd")
        os.replace(beside, to)
        return to

    def close(self) -> None:
        """Lets go of the run and of what was read of it."""
        self._store = None
        self._tables.clear()

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        """Which run, and nothing of what is in it: a notebook prints this of itself."""
        return f"<run {self.number} as at {self.as_of:%Y-%m-%d %H:%M}, {'closed' if self._store is None else 'open'}>"

    def _known(self, name: str) -> str:
        if name not in self.names:
            raise UsageError(f"{name}: there is no such table", f"tables: {', '.join(self.names)}")
        return name
