"""A pull: what changed at a source since its mark becomes a delivery, and the mark moves with that delivery's commit or not at all.

The mark of a table is the latest time that its SELECT gave, and never later than the database's own clock. It stands in the store's list of
deliveries, with the delivery that brought it; so a kill at any moment leaves either both or neither, and the next pull reads
again what is missing. Rows that stand in the overlap come again each time and change nothing.

What is pulled lies in the home only until it is loaded (``.tmp-pull-…``): no copy stays there that an erasure would have to find.
The store is held from the mark to the commit, so that two pulls of one source cannot read from the same mark.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redshank.errors import UsageError
from redshank.records.report import LoadReport
from redshank.sources import sql
from redshank.store import Store
from redshank.store.files import TEMPORARY, write_whole

KNOWN = "pulls.json"
"""Of each source the file of its pull, for doctor: names and places, no address."""
BETWEEN = f"{TEMPORARY}pull-"

Take = Callable[[Path, str, dict[str, Any]], LoadReport]


def marks(store: Store, source: str) -> dict[str, dt.datetime]:
    """How far each table of a source has come, by its last delivery that says so."""
    out: dict[str, dt.datetime] = {}
    for entry in store.manifest.deliveries:
        told = entry.get("pulled")
        if told and told["source"] == source:
            out |= {t: dt.datetime.fromisoformat(at) for t, at in told["marks"].items()}
    return out


def pull(
    store: Store,
    asked: sql.Pull,
    url: str,
    take: Take,
    *,
    everything: bool = False,
    tell: Callable[[str, int, int], None] | None = None,
) -> tuple[LoadReport | None, sql.Answer]:
    """Reads a source and has it taken (``take`` is given folder, name and what the store's entry is to say). None where the source had
    no row. ``everything``: as if it had never been pulled, after a mapping or a SELECT was mended.
    """
    with store.writing():
        remember(store.home, asked)
        for left in store.home.glob(f"{BETWEEN}*"):
            shutil.rmtree(left)  # of a pull that was killed
        since = {} if everything else marks(store, asked.name)
        folder = store.home / f"{BETWEEN}{os.getpid()}"
        folder.mkdir(mode=0o700)
        try:
            answer = sql.write(asked, url, since, folder, tell)
            if not any(answer.rows.values()):
                return None, answer
            told = {t: at.isoformat() for t, at in answer.marks.items()}
            report = take(folder, _name(store, asked.name), {"source": asked.name, "marks": told})
        finally:
            if folder.exists():  # a commit sweeps it away
                shutil.rmtree(folder)
    return report, answer


def remember(home: Path, asked: sql.Pull) -> None:
    """Writes down where a source's pull lies. Two files of one name would move each other's mark."""
    places = known(home)
    before = places.get(asked.name)
    if before not in (None, str(asked.path)) and Path(before).is_file():
        raise UsageError(
            f"{asked.path.name} and {before} both call their source {asked.name}.",
            "Give one of them another name, or remove the one that is no longer used.",
        )
    if before != str(asked.path):
        text = json.dumps(places | {asked.name: str(asked.path)}, indent=1, sort_keys=True)
        write_whole(home / KNOWN, text.encode())


def known(home: Path) -> dict[str, str]:
    """Of each source that was ever pulled the place of its file."""
    path = home / KNOWN
    if not path.is_file():
        return {}
    try:
        return {str(k): str(v) for k, v in json.loads(path.read_text("utf-8")).items()}
    except (ValueError, AttributeError) as error:
        raise UsageError(f"{path} is damaged.", "Remove it: the next pull writes it again.") from error


def _name(store: Store, source: str) -> str:
    taken = {e["name"] for e in store.manifest.deliveries}
    number = 1 + sum(1 for e in store.manifest.deliveries if e.get("pulled", {}).get("source") == source)
    while (name := f"{source}-{number:04d}") in taken:
        number += 1
    return name
