"""A record's text, read from the store after the policy has answered: at most one look-up a page.

The version shown is the one the heads were made from, so that offsets of signals fit; earlier versions stand beside it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from redshank import records
from redshank.errors import StoreDamaged
from redshank.records.view import RECORDS, of_keys
from redshank.store import Store


@dataclass(frozen=True)
class Version:
    """One version of a record as it was received."""

    delivery: str
    delivery_no: int
    known_at: Any
    text: str
    fields: dict[str, Any]


def versions(home: Path, key: str, delivery_no: int) -> tuple[Version, list[Version]]:
    """The version that delivery brought, and the others, newest first."""
    made = _read(home, [key])
    for one in made:
        if one.delivery_no == delivery_no:
            return one, [v for v in made if v is not one]
    raise _gone()


def texts(home: Path, wanted: dict[str, int]) -> dict[str, str]:
    """The texts of records in one look-up: key and delivery of the version in, text out. An as-of hides times and what goes
    with them, never a text.
    """
    if not wanted:
        return {}
    where = of_keys(pa.array(sorted(wanted), pa.string()))
    rows = Store.open(home).area(
        "records", ["record_key", "delivery_no", "text"], schema=RECORDS, where=where
    )
    every = zip(*(rows[c].to_pylist() for c in ("record_key", "delivery_no", "text")), strict=True)
    found = {key: text or "" for key, number, text in every if wanted[key] == number}
    if len(found) < len(wanted):
        raise _gone()
    return found


def people(home: Path, keys: list[str]) -> dict[str, dict[str, Any]]:
    """What the rows of people of a few records say, by appearance: address, number, other names."""
    if not keys:
        return {}
    store = Store.open(home)
    limit = (store.manifest.run or {}).get("point", {}).get("as_of")
    when = dt.datetime.fromisoformat(limit) if limit else None
    rows = records.current(store, as_of=when, keys=pa.array(keys, pa.string()))["appearances"]
    columns = ["appearance_id", "also_known_as", "address", "postcode", "phone", "online_handle"]
    return {str(r["appearance_id"]): r for r in rows.select(columns).to_pylist()}


def fields(home: Path, wanted: dict[str, int]) -> dict[str, dict[str, Any]]:
    """All fields of a few records in one look-up: key and delivery of the version in, fields out."""
    found = (
        {(v.fields["record_key"], v.delivery_no): v.fields for v in _read(home, sorted(wanted))}
        if wanted
        else {}
    )
    try:
        return {key: found[key, number] for key, number in wanted.items()}
    except KeyError:
        raise _gone() from None


def _gone() -> StoreDamaged:
    return StoreDamaged("the record's version is not in the store", "publish again: redshank serve")


def _read(home: Path, keys: list[str]) -> list[Version]:
    """All versions of these records, newest first; what the run's as-of hides is empty."""
    store = Store.open(home)
    wanted = pa.array(keys, pa.string())
    found = store.area("records", schema=RECORDS, where=of_keys(wanted)).to_pylist()
    limit = (store.manifest.run or {}).get("point", {}).get("as_of")
    if limit:
        seen = records.current(store, as_of=dt.datetime.fromisoformat(limit), keys=wanted)[
            "records"
        ].to_pylist()
        blanked = {(r["record_key"], r["delivery_no"]): r for r in seen}
        found = [blanked.get((r["record_key"], r["delivery_no"]), r) for r in found]
    found.sort(key=lambda r: -r["delivery_no"])
    return [Version(r["delivery"], r["delivery_no"], r["known_at"], r["text"] or "", r) for r in found]
