"""Runs in its own process: kills an erasure at one write after the other and looks at what is left.

Usage: killing_erasure.py FOLDER POINTS. FOLDER holds ``base``, a home after its night. POINTS are parts of a thousand of all
writes, with commas between. Prints one JSON line a point, then the totals.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from redshank import erasure
from redshank.store import Store, tombstones
from tests.crash.killing_night import seen
from tests.erasure import force
from tests.store.killing import in_child, stop_at

ASKED = erasure.Asked(force.KEYS, "A court ordered it.", "p.keeper")


def run(home: Path) -> None:
    """As `redshank erase` does with the store: what a kill left undone is finished first."""
    store = Store.open(home)
    with store.writing():
        done = erasure.unfinished(store)
        if done is None and len(erasure.erased_before(store, force.KEYS)) < len(force.KEYS):
            done = erasure.erase(store, ASKED)
        if done is not None:
            erasure.finish(store, done.number, {})


def look(home: Path) -> dict:
    """Findings as a digest, how many tombstones, what is not whole, and in how many files a mark stands."""
    told = seen(home)
    stones = tombstones.erased_among(Store.open(home).manifest, force.KEYS)
    return {**told, "stones": len(stones), "marked": len(force.told_in_files(home))}


def main() -> None:
    folder = Path(sys.argv[1])
    base, whole = folder / "base", folder / "whole"
    shutil.rmtree(whole, ignore_errors=True)
    shutil.copytree(base, whole)

    def count() -> dict:
        counted = stop_at(-1)
        run(whole)
        total = counted[0]
        return {"total": total, **look(whole)}

    _, new = in_child(count)
    assert new is not None
    total = new.pop("total")
    for number in sorted({max(1, total * int(n) // 1000) for n in sys.argv[2].split(",")}):
        home = folder / f"home-{number}"
        shutil.copytree(base, home)

        def killed(home: Path = home, number: int = number) -> dict:
            stop_at(number)
            run(home)
            return {}

        def again(home: Path = home) -> dict:
            run(home)
            return look(home)

        stopped, _ = in_child(killed)
        _, left = in_child(lambda home=home: look(home))
        _, repeated = in_child(again)
        shutil.rmtree(home)
        sys.stdout.write(json.dumps({"point": number, "signal": stopped, "left": left, "again": repeated}) + "\n")  # fmt: skip
    _, old = in_child(lambda: look(base))
    sys.stdout.write(json.dumps({"total": total, "old": old, "new": new}) + "\n")


if __name__ == "__main__":
    main()
