"""Runs in its own process: kills a night at one write after the other and looks at what is left.

Usage: killing_night.py FORCE FOLDER STEP [OFFSET]. Every point is a child of its own (fork) that is stopped by
SIGKILL before its Nth call that writes, or in the middle of it. Prints one JSON line a point, then the totals.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

from redshank import night, records
from redshank.audit import verify_home
from redshank.night.progress import stand
from redshank.store import Store
from tests.store.killing import in_child, stop_at


def run(home: Path) -> dict:
    """As `redshank night` does, with what it tells of itself meanwhile."""
    store = Store.open(home)
    with store.writing(), night.Telling(home) as told:
        report = night.run(store, progress=told, begins=told.begins)
        told.found(report["run"], report["nothing_new"])
    return report


def seen(home: Path) -> dict:
    """The run number, a digest of every findings table, and what is not whole."""
    store = Store.open(home)
    tables, about = night.published(store)
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(repr(tables[name].to_pylist()).encode())
    audit = verify_home(home)
    told = stand(home)
    return {
        "told": told.state if told else "nothing",
        "run": about["number"] if about else 0,
        "findings": digest.hexdigest(),
        "problems": store.verify() + audit.problems,
    }


def main() -> None:
    force, folder, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    base, whole = folder / "base", folder / "whole"

    def first() -> dict:
        records.load(Store.open(base, create=True), force / "first")
        run(base)
        out = seen(base)
        records.load(Store.open(base), force / "night")
        return out

    _, old = in_child(first)
    shutil.copytree(base, whole)

    def count() -> dict:
        counted = stop_at(-1)
        run(whole)
        total = counted[0]
        return {"total": total, **seen(whole)}

    _, new = in_child(count)
    assert old is not None
    assert new is not None
    total = new.pop("total")
    for number in range(1 + int(sys.argv[4]) if len(sys.argv) > 4 else 1, total + 1, step):
        home = folder / f"home-{number}"
        shutil.copytree(base, home)

        def killed(home: Path = home, number: int = number) -> dict:
            stop_at(number)
            run(home)
            return {}

        def again(home: Path = home) -> dict:
            run(home)
            return seen(home)

        stopped, _ = in_child(killed)
        _, left = in_child(lambda home=home: seen(home))
        _, repeated = in_child(again)
        shutil.rmtree(home)
        sys.stdout.write(
            json.dumps({"point": number, "signal": stopped, "left": left, "again": repeated}) + "\n"
        )
    sys.stdout.write(json.dumps({"total": total, "old": old, "new": new}) + "\n")


if __name__ == "__main__":
    main()
