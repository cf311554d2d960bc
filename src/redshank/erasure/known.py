"""What only the records to be erased say: words, names and numbers that stand in no other record of the store.

By these a copy is told wherever it lies. A word that other records hold, too, tells nobody that it came from here, and stays
where it stands in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.marks import is_told, tokens
from redshank.records.view import RECORDS, ROW_AREAS
from redshank.store import Store

AREAS = {"records": RECORDS} | {area: stored for area, (stored, _, _, _) in ROW_AREAS.items()}
#: What a system writes into every row, and what tells nothing of the record itself.
PLAIN = {
    "record_key",
    "record_type",
    "record_ref",
    "delivery",
    "content_hash",
    "source_origin",
    "local_key",
    "row_id",
}
#: Columns that call or find somebody or something: one such word tells a copy by itself.
TELLING = {
    "forenames", "surname", "also_known_as", "address", "postcode", "phone", "online_handle", "local_person_id", "number", "vrm",
    "name", "found_postcode", "fore_std", "sur_std", "aka_std", "address_std", "first_std",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """``keys``: tombstone's id by ``record_type:record_ref``. ``words``: what stands only in these records; ``telling``: those
    of them that name or find somebody. ``days``: birth dates (ISO) that only they hold."""

    keys: dict[str, str]
    words: tuple[str, ...]
    telling: tuple[str, ...]
    days: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Known:
        return cls(dict(told["keys"]), tuple(told["words"]), tuple(told["telling"]), tuple(told["days"]))


def known(store: Store, keys: dict[str, str]) -> Known:
    """Reads every version of every record once: those of ``keys`` against all others."""
    mine = pa.array(sorted(keys), pa.string())
    words: set[str] = set()
    telling: set[str] = set()
    days: set[str] = set()
    for area, schema in AREAS.items():
        rows = store.area(area, schema=schema)
        rows = rows.filter(pc.is_in(rows["record_key"], value_set=mine))
        for name, values in _texts(rows):
            found = {t for v in values for t in tokens(v) if is_told(t)}
            words |= found
            telling |= found if name in TELLING else set()
        if area == "appearances":
            days |= {d.isoformat() for d in rows["date_of_birth"].to_pylist() if d is not None}
    for area, schema in AREAS.items():
        for ref in store.manifest.tables.get(area, []):
            rows = store.get(ref, schema=schema)
            rows = rows.filter(pc.invert(pc.is_in(rows["record_key"], value_set=mine)))
            for _, values in _texts(rows):
                for value in values:
                    words.difference_update(tokens(value))
            if area == "appearances":
                days -= {d.isoformat() for d in pc.unique(rows["date_of_birth"]).to_pylist() if d is not None}
    return Known(keys, tuple(sorted(words)), tuple(sorted(telling & words)), tuple(sorted(days)))


def _texts(rows: pa.Table) -> Iterator[tuple[str, Iterable[str]]]:
    for field in rows.schema:
        if pa.types.is_string(field.type) and field.name not in PLAIN:
            values = pc.drop_null(pc.unique(rows[field.name]))
            yield field.name, values.to_pylist()
