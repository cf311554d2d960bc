"""What several tests of records look at."""

from __future__ import annotations

from redshank.records.view import QUARANTINE
from redshank.store import Store


def quarantined(store: Store) -> list[tuple]:
    """Delivery, file, row, column, kept of every entry."""
    rows = store.area("quarantine", schema=QUARANTINE).to_pylist()
    return [(r["delivery"], r["file"], r["row"], r["column"], r["kept"]) for r in rows]
