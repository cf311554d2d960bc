"""The home: who may read it, where it lies, room, store, audit, leftovers, nights, deliveries, backups."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from redshank.doctor import Place, Seen, right, wrong
from redshank.errors import RedshankError

SHARES = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "fuse.sshfs",
    "fuse.glusterfs",
    "ceph",
    "afs",
    "ncpfs",
)
LEAST_ROOM = 1_000_000_000  # bytes
HELD = timedelta(hours=12)
SLACK = timedelta(minutes=5)  # for two clocks that differ a little
BACKUP, DRILL = timedelta(days=2), timedelta(days=90)


def looks(place: Place) -> Generator[Seen, None, bool]:
    """Every look at the home; whether it stands well enough to look at its pages."""
    from redshank.store import Store

    home = place.home
    yield from _second(place)
    if not home.exists():
        yield Seen("home", f"none at {home}; loading a delivery makes one")
        return False
    if not home.is_dir():
        yield wrong("D08", f"{home} is no folder", home)
        return False
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & 0o007:
        yield wrong("D08", f"{home} is open to every user of this machine (its mode is {mode:04o})", home)
        return False
    yield right("D08", f"{home}, its mode is {mode:04o}")
    yield from _owner(place)
    yield from _disk(place)
    try:
        store = Store.open(home)
        problems = store.verify()
    except RedshankError as error:
        seen = wrong("D13", error.message)
        yield Seen(seen.check, seen.found, seen.code, seen.level, error.advice or seen.advice)
        return False
    yield wrong("D13", "; ".join(problems)) if problems else right("D13", "whole")
    yield from _audit(place)
    if not problems:
        yield from _runs(place, store)
    yield from _erasures(store)
    yield from _deliveries(place, store)
    yield from _pulls(place)
    yield from _backups(place, store)
    if not problems:
        yield from clusters(store)
    return not problems


def is_demonstration(store: Any) -> bool:
    deliveries = store.manifest.deliveries
    return bool(deliveries) and all(d.get("synthetic") is True for d in deliveries)


def _second(place: Place) -> Iterator[Seen]:
    other = place.here / "redshank-home"
    same = other.exists() and place.home.exists() and other.samefile(place.home)
    if (other / "CURRENT").is_file() and not same:
        yield wrong("D12", f"{other} beside {place.home}", other)


def _owner(place: Place) -> Iterator[Seen]:
    """A command that was run as root leaves files that the service cannot replace; root itself can write anyway."""
    home = place.home
    owner = home.stat().st_uid
    others = [p for p in (*home.iterdir(), *(home / "web").glob("*"), *(home / "audit").glob("*")) if p.lstat().st_uid != owner]  # fmt: skip
    if os.geteuid() not in (0, owner):
        yield wrong("D09", f"{home} is owned by user {owner}", home)
    elif others:
        yield wrong("D09", f"{len(others)} things in {home} are of another user than the home, first {others[0].name}", home)  # fmt: skip
    else:
        yield right("D09", "one user owns all of it")


def _disk(place: Place) -> Iterator[Seen]:
    kind = _file_system(place)
    share = kind in SHARES or kind.startswith("fuse.")
    yield wrong("D10", kind, place.home) if share else right("D10", kind or "not told")
    takes = sum(p.lstat().st_size for p in place.home.rglob("*") if p.is_file() and not p.is_symlink())
    free = place.free(place.home)
    text = f"{free / 1e9:.1f} GB free, the home takes {takes / 1e9:.1f} GB"
    yield wrong("D11", text, place.home) if free < max(LEAST_ROOM, takes) else right("D11", text)


def _file_system(place: Place) -> str:
    """The kind of file system that holds the home: of the longest mount point above it."""
    home, best, kind = str(place.home.resolve()), -1, ""
    for line in place.mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        if (home == point or home.startswith(point.rstrip("/") + "/")) and len(point) >= best:
            best, kind = len(point), parts[2]
    return kind


def _audit(place: Place) -> Iterator[Seen]:
    from redshank.audit import Audit, verify_home
    from redshank.audit.checks import check_modes

    home = place.home
    found = verify_home(home)
    if found.problems:
        yield wrong("D14", "; ".join(found.problems))
    else:
        yield right("D14", f"whole, {found.entries} entries")
    modes = check_modes(home)
    if not modes.holds:
        yield wrong("D15", modes.says, home / "audit")
    if not found.problems:
        newest = max((datetime.fromisoformat(e["at"]) for e in Audit(home).entries()), default=None)
        if newest is not None and newest > place.now + SLACK:
            yield wrong("D25", f"the newest entry is of {newest:%Y-%m-%d %H:%M} UTC, this machine says {place.now:%Y-%m-%d %H:%M} UTC")  # fmt: skip
        else:
            yield right("D25", "behind no entry")


def _runs(place: Place, store: Any) -> Iterator[Seen]:
    from redshank.night.progress import is_alive, stand
    from redshank.store.files import TEMPORARY

    manifest = store.manifest
    held = _held(place.home / "lock")
    if held and place.now - datetime.fromtimestamp(_began(place.home), place.now.tzinfo) > HELD:
        yield wrong("D18", "held", place.home / "lock")
    left = [p for p in place.home.rglob(f"{TEMPORARY}*")]
    if left and not held and not is_alive(place.home):
        yield wrong("D16", f"{len(left)} in {left[0].parent}")
    told = stand(place.home)
    broken = told is not None and told.state in ("broke_off", "unreadable")
    told_of = manifest.run["as_of"] if manifest.run else "none yet"
    yield wrong("D17", f"{told_of}, and one since then did not end") if broken else right("D17", told_of)
    waiting = _unread(store)
    if waiting and not held:
        yield wrong("D20", f"{waiting} not read yet")


def _unread(store: Any) -> int:
    """Deliveries after the one up to which the last night read."""
    from redshank.night import state as states

    point = states.read(store).point
    read = point["delivery_no"] if point else 0
    return sum(1 for d in store.manifest.deliveries if d["number"] > read)


def _held(lock: Path) -> bool:
    try:
        fd = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(fd)


def _began(home: Path) -> float:
    """When whoever holds the lock began, as near as files tell: a night says so, anything else touches nothing."""
    try:
        told = json.loads((home / "night.json").read_text(encoding="utf-8"))
        return datetime.fromisoformat(told["began"]).timestamp()
    except (OSError, ValueError, KeyError):
        return (home / "lock").stat().st_mtime


def _erasures(store: Any) -> Iterator[Seen]:
    """Whether an erasure that was begun has reached every copy, where there ever was one."""
    from redshank.store import tombstones

    told = store.manifest.other.get(tombstones.NAME)
    if not told:
        return
    if told["unfinished"] is not None:
        yield wrong("D19", f"number {len(told['acts'])} has not reached every copy yet")
    else:
        yield right("D19", f"{len(told['acts'])} done")


def _deliveries(place: Place, store: Any) -> Iterator[Seen]:
    from redshank.records import quality
    from redshank.records.arriving import STATE

    yield Seen("deliveries", str(len(store.manifest.deliveries)))
    if not is_demonstration(store) and (late := quality.late(store, place.now)):
        which = ", ".join(sorted({f"{table} of {source}" for source, table, _ in late}))
        yield wrong("D21", which, which)
    try:
        known = json.loads((place.home / STATE).read_text(encoding="utf-8"))
        refused = sorted(Path(name) for name, one in known.items() if one["refused"])
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        yield wrong("D22", f"{STATE} cannot be read: the next look reads every delivery again", "it")
        return
    if refused := [p for p in refused if p.exists()]:
        yield wrong("D22", f"{len(refused)} refused, first {refused[0]}", refused[0])


def _pulls(place: Place) -> Iterator[Seen]:
    """Each database that was ever pulled: its file, whether it opens, and whether the account could write there."""
    from redshank.records import pulling
    from redshank.sources import sql

    try:
        known = pulling.known(place.home)
    except RedshankError as error:
        yield wrong("D36", error.message, place.home / pulling.KNOWN)
        return
    for name, path in known.items():
        try:
            asked = sql.load_pull(Path(path))
            url = sql.read_url(asked, place.environment.get(sql.VARIABLE, ""))
        except RedshankError as error:
            yield wrong("D36", f"{name}: {error.message}", place.home / pulling.KNOWN)
            continue
        try:
            tables = sql.can_write(asked, url)
        except RedshankError as error:
            yield wrong("D37", error.message, name)
            continue
        yield right("D37", f"{name} answers")
        if tables:
            yield wrong("D38", f"{name}: {tables} tables", asked.path)


def _backups(place: Place, store: Any) -> Iterator[Seen]:
    """By the audit, which has an entry of each. A demonstration is made again in three minutes."""
    from redshank.audit import Audit, verify_home

    if is_demonstration(store) or not store.manifest.deliveries or verify_home(place.home).problems:
        return
    last: dict[str, datetime] = {}
    for entry in Audit(place.home).entries():
        if entry["action"] in ("backup", "backup drill", "restore"):
            last[entry["action"]] = datetime.fromisoformat(entry["at"])
    for code, action, most in (("D23", "backup", BACKUP), ("D24", "backup drill", DRILL)):
        at = last.get(action)
        if at is None or place.now - at > most:
            yield wrong(code, "none yet" if at is None else f"the last was on {at:%Y-%m-%d}")
        else:
            yield right(code, f"{at:%Y-%m-%d}")


def clusters(store: Any) -> Iterator[Seen]:
    """The ten persons with most appearances: a cluster that has grown too large is seen here first."""
    from redshank.night import state as states

    rows = states.read(store).tables["person_of"]
    if not rows.num_rows:
        return
    sizes = rows.group_by("person_id").aggregate([([], "count_all")]).sort_by([("count_all", "descending")])
    told = ", ".join(f"{r['person_id']} ({r['count_all']})" for r in sizes.slice(0, 10).to_pylist())
    yield Seen("ten persons with most appearances", told)
