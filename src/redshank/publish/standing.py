"""Whether the store that the pages read texts from can be read, for the machines that watch."""

from __future__ import annotations

from pathlib import Path

from redshank.errors import RedshankError
from redshank.store import Store


def store_trouble(home: Path) -> str:
    """Nothing where the store opens and the files it names are there; else a word without any place or name."""
    try:
        store = Store.open(home)
    except RedshankError as error:
        return type(error).__name__
    gone = [p for p in store.paths(sorted(store.manifest.references())) if not p.is_file()]
    return "files are missing" if gone else ""
