"""A folder that deliveries arrive in: which are whole, in which order they are taken, and what became of each.

Each folder in it is one delivery, taken in the order of the folders' names; nothing in it is ever moved or changed. A delivery is
*whole* when nothing of it has changed for a while and none of its names says that it is still being written. One that is
not whole yet holds up those after it, because a later version of a record replaces an earlier one. One that is refused holds up
none: it stays refused until it or its mapping changes, and is told each time.

What became of each stands in the home (``arrived.json``), so that a look costs a listing and no reading.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from redshank.errors import DeliveryRefused, NotPermitted, UsageError
from redshank.sources import Mapping

STATE = "arrived.json"
WRITING = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp")
"""Endings of files that are still being written (local default: what copying programs use)."""


@dataclass(frozen=True)
class Arrival:
    """A delivery in the folder. ``state``: taken, refused, or waiting; ``why`` says what is so, of one taken what its
    load had to tell."""

    name: str
    state: str
    why: str = ""


def look(
    folder: Path,
    home: Path,
    mapping: Mapping,
    take: Callable[[Path], str],
    *,
    settle: float,
    now: Callable[[], float],
) -> Iterator[Arrival]:
    """Takes what is whole, one after another, and tells of each delivery that is new, refused or waited for. ``now`` is a clock in
    seconds, against which a delivery's last change is held. ``take`` loads
    one folder and says what there is to say; what it raises other than a refusal ends the look, with everything before it kept.
    """
    known = _read(home)
    held_up = ""
    for place in _deliveries(folder):
        stamp, youngest, writing = _stamp(place)
        key = str(place)
        before = known.get(key)
        if before is not None and before["stamp"] == stamp:
            if not before["refused"]:
                continue  # also where the mapping has changed since: what was taken was taken by the one before
            if before["mapping"] == mapping.digest:
                yield Arrival(place.name, "refused", before["refused"])
                continue
        if held_up:
            yield Arrival(place.name, "waiting", f"{held_up} comes first and is not whole yet")
            continue
        age = now() - youngest
        if writing or age < settle:
            held_up = place.name
            yield Arrival(
                place.name,
                "waiting",
                f"{writing} is still being written" if writing else "it changed a moment ago",
            )
            continue
        refused, said = "", ""
        try:
            said = take(place)
        except DeliveryRefused as error:
            refused = str(error).replace("\n ", "")
        known[key] = {"stamp": stamp, "mapping": mapping.digest, "refused": refused}
        _write(home, known)
        yield Arrival(place.name, "refused" if refused else "taken", refused or said)


def _deliveries(folder: Path) -> list[Path]:
    try:
        places = sorted(
            p for p in folder.iterdir() if p.is_dir() and not p.is_symlink() and not p.name.startswith(".")
        )
    except FileNotFoundError as error:
        raise UsageError(
            f"There is no folder {folder}.", "Name the folder that deliveries arrive in."
        ) from error
    except NotADirectoryError as error:
        raise UsageError(f"{folder} is no folder.", "Name the folder that deliveries arrive in.") from error
    except PermissionError as error:
        raise NotPermitted(f"This user may not read {folder}.", "Ask its owner for the right.") from error
    return [p.absolute() for p in places]


def _stamp(place: Path) -> tuple[str, float, str]:
    """What a delivery looks like from outside, when it last changed, and a name that is still being
    written. An empty folder is still being written: its files have yet to come.
    """
    seen = hashlib.sha256()
    status = place.stat()
    youngest, writing = max(status.st_mtime, status.st_ctime), "" if os.listdir(place) else "an empty folder"
    for name in sorted(os.listdir(place)):
        status = (place / name).lstat()
        seen.update(f"\n{name}\0{status.st_size}\0{status.st_mtime_ns}".encode("utf-8", "surrogateescape"))
        youngest = max(youngest, status.st_mtime, status.st_ctime)
        if name.casefold().endswith(WRITING) or name.startswith(("~", ".")):
            writing = ascii(name)[1:-1]
    return seen.hexdigest(), youngest, writing


def _read(home: Path) -> dict[str, dict[str, str]]:
    path = home / STATE
    if not path.is_file():
        return {}
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise UsageError(
            f"{path} is damaged.",
            "Remove it: deliveries that were loaded before are then looked at once more, and change nothing.",
        ) from error


def _write(home: Path, known: dict[str, dict[str, str]]) -> None:
    """Whole or not at all: a kill on the way leaves the state before, and a delivery is then taken again, which changes nothing."""
    path = home / STATE
    fresh = path.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(known, file, indent=1, sort_keys=True, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
