"""What each source delivers, as the pages show it: counts from the home's store, with our names of things put in words."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from redshank.errors import RedshankError
from redshank.records import quality
from redshank.store import Store
from redshank.tables.extracts import EXTRACTS

#: A column whose own name would put a score on a page (practice rule 2), though no value of it is there.
COLUMNS = {"force_score": "the force's own figure", "force_band": "the force's own band"}


def sources(home: Path, now: datetime) -> list[dict[str, Any]]:
    """The report on every source; empty before any delivery. Raises what the store raises."""
    store = _store(home)
    found = [] if store is None else quality.sources(store, now)
    for s in found:
        s["words"] = words_of(s["table"])
        for row in (*s["columns"], *s["quarantine"]):
            row["column"] = COLUMNS.get(row["column"], row["column"])
    return found


def late(home: Path, now: datetime) -> tuple[list[tuple[str, str, datetime]], str]:
    """Sources that are late (the mapping, the table in words, when it was due), and what is wrong where nobody can tell."""
    try:
        store = _store(home)
    except RedshankError as error:  # the pages stand on their own database; here the store is only asked
        return [], error.message
    found = [] if store is None else quality.late(store, now)
    return [(source, words_of(table), due) for source, table, due in found], ""


def not_current(home: Path, now: datetime) -> tuple[list[tuple[str, datetime]], str]:
    """Tables of which the last published night has nothing newer than a day, though more was due or came in part; and what is
    wrong where nobody can tell. From the list of deliveries alone: no record, so no handling, has a part in it."""
    try:
        current = home / "CURRENT"
        found = _stand(home, current.read_bytes()) if current.is_file() else []
    except RedshankError as error:  # the pages stand on their own database; here the store is only asked
        return [], error.message
    return quality.not_current(found, now), ""


@lru_cache(maxsize=2)
def _stand(home: Path, current: bytes) -> list[quality.Standing]:
    """As far as the night read: what was loaded since is on no page yet."""
    store = _held(home, current)
    run = store.manifest.run
    return quality.standings(store, run["point"]["delivery_no"]) if run else []


#: What stands in records, shorter than the contract has it.
BESIDE_RECORDS = {"people": "people named in records", "vehicles": "vehicles in records", "phones": "telephone numbers in records"}  # fmt: skip


def words_of(table: str) -> str:
    """A table in words, without the system that it usually comes from."""
    return BESIDE_RECORDS.get(table) or EXTRACTS[table].doc.split(" (")[0]


def _store(home: Path) -> Store | None:
    current = home / "CURRENT"
    return _held(home, current.read_bytes()) if current.is_file() else None


@lru_cache(maxsize=2)
def _held(home: Path, _current: bytes) -> Store:
    """The store as one manifest has it: read once, not with each first page."""
    return Store.open(home)
