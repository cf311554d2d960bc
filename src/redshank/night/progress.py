"""How far a night is, told to the pages while it runs: one small file beside the store, never part of it.

::

    home/
      night.json    the stage, since when, and how long each stage took in the last night of its kind
      night.lock    held as long as the night lives, so that a killed one is told from a slow one

The file holds names of stages, times and counts of stages: nothing of a record. It is replaced as a whole, outside
the store's commit: a kill at any moment leaves the store as it is without it. A night that ended in any way no longer
holds the lock; a file that still says "running" then is of a night that broke off.

:class:`Telling` writes, :func:`stand` reads. Several nights may hold the lock (one publishes while the next begins);
the file tells of the one that began last.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from redshank.night.pipeline import STEPS
from redshank.store.files import write_whole

FILE = "night.json"
LOCK = "night.lock"
STAGES = {
    "night": ("reading", *(name for name, _ in STEPS), "keeping", "publishing"),
    "replay": ("replay", "keeping"),
}
#: The file is written at each new stage, and within one at most this often (local default).
EVERY = timedelta(seconds=1)
_asking = threading.Lock()  # two readers of one process would take each other for a night


def now() -> datetime:
    return datetime.now(UTC)


class Telling:
    """Tells of one night from its begin to its end, as a context; called like any progress of a night.

    That it cannot write stops no night: ``trouble`` then says why, once, and nothing more is told.
    """

    def __init__(self, home: Path, kind: str = "night") -> None:
        self.home = Path(home)
        self.trouble = ""
        self._fd = -1
        self._written = datetime.min.replace(tzinfo=UTC)
        self._took: dict[str, dict[str, float]] = {}
        self._seconds: dict[str, float] = {}
        at = now().isoformat()
        self._told: dict[str, Any] = {
            "night": secrets.token_hex(8), "kind": kind, "state": "running", "stage": STAGES[kind][0], "part": None,
            "began": at, "stage_began": at, "ended": None, "full": None, "run": None, "nothing_new": False,
        }  # fmt: skip

    def __enter__(self) -> Telling:
        try:
            self._fd = os.open(self.home / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_SH)
        except OSError as error:
            self.trouble = error.strerror or "no lock"
        before = _read(self.home)
        self._took = before["took"] if before else {}
        self._write()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._next("")
        self._told |= {"state": "ended" if kind is None else "stopped", "ended": now().isoformat()}
        if kind is None and not self._told["nothing_new"] and self._told["full"] is not None:
            self._took[_pace(self._told["full"])] = self._seconds
        if self._is_mine():
            self._write()
        if self._fd >= 0:
            os.close(self._fd)

    def __call__(self, step: str, done: int, total: int) -> None:
        """A stage of the night begins, or a part of one is done."""
        if self._told["kind"] == "replay":
            self._next("replay", [done - 1, total])
        elif step in STAGES["night"][1:-2]:
            self._next("keeping" if done == total else step)
        else:
            self._next("publishing", [done, total] if step == "publishing" else None)

    def begins(self, full: bool) -> None:
        """What is new was read: whether everything is computed again is known, and so how long it may take."""
        self._told["full"] = full

    def found(self, run: int | None, nothing_new: bool = False) -> None:
        """The number of the run that was kept."""
        self._told |= {"run": run, "nothing_new": nothing_new}

    def _next(self, stage: str, part: list[int] | None = None) -> None:
        told, at = self._told, now()
        fresh = stage != told["stage"]
        if fresh:
            took = (at - datetime.fromisoformat(told["stage_began"])).total_seconds()
            self._seconds[told["stage"]] = round(self._seconds.get(told["stage"], 0) + took, 3)
            if not stage:
                return
            told |= {"stage": stage, "stage_began": at.isoformat()}
        told["part"] = part
        if fresh or at - self._written >= EVERY:
            self._write()

    def _is_mine(self) -> bool:
        """Whether no later night tells of itself meanwhile."""
        found = _read(self.home)
        return found is None or found["night"] == self._told["night"]

    def _write(self) -> None:
        if self.trouble:
            return
        self._written = now()
        text = json.dumps(self._told | {"took": self._took}, sort_keys=True) + "\n"
        try:
            write_whole(self.home / FILE, text.encode())
        except OSError as error:
            self.trouble = error.strerror or "it cannot be written"


@dataclass(frozen=True)
class Stand:
    """How far a night is: ``state`` is running, ended, broke_off, or unreadable (the file is damaged)."""

    state: str
    kind: str = "night"
    stage: str = ""
    part: tuple[int, int] | None = None
    began: datetime | None = None
    stage_began: datetime | None = None
    ended: datetime | None = None
    run: int | None = None
    nothing_new: bool = False
    left: timedelta | None = None
    is_late: bool = False  # the stage takes longer than in the last night of its kind
    night: str = ""

    @property
    def stages(self) -> tuple[str, ...]:
        return STAGES[self.kind]

    @property
    def number(self) -> int:
        """Of which stage it is, from one."""
        return self.stages.index(self.stage) + 1


def stand(home: Path) -> Stand | None:
    """How far the night that began last is, or None before any. Takes no lock that a night would wait for."""
    home = Path(home)
    try:
        told = _read(home, strict=True)
        if told is not None and told["state"] == "running" and not is_alive(home):
            told = _read(
                home, strict=True
            )  # it may have ended between the two looks: it says so before it lets go
            if told is not None and told["state"] == "running" and not is_alive(home):
                told["state"] = "stopped"
    except ValueError:
        return Stand("unreadable")
    return None if told is None else _stand(told)


def is_alive(home: Path) -> bool:
    """Whether some night of this home lives; the lock of a killed one is gone with it."""
    try:
        fd = os.open(Path(home) / LOCK, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        with _asking:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(fd, fcntl.LOCK_UN)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(fd)


def _read(home: Path, strict: bool = False) -> dict[str, Any] | None:
    """What the file says; None where there is none. A damaged one is a ValueError where ``strict``, else none."""
    try:
        told = json.loads((home / FILE).read_text(encoding="utf-8"))
        if told["stage"] not in STAGES[told["kind"]] or not isinstance(told["took"], dict):
            raise ValueError("no such stage")
        for name in ("began", "stage_began"):
            datetime.fromisoformat(told[name])
        return told
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OSError) as error:
        if strict:
            raise ValueError("the file does not say how far a night is") from error
        return None


def _pace(full: bool | None) -> str:
    return "full" if full else "new"


def _stand(told: dict[str, Any]) -> Stand:
    running = told["state"] == "running"
    left, is_late = _left(told) if running else (None, False)
    part = told["part"]
    return Stand(
        state={"stopped": "broke_off"}.get(told["state"], told["state"]),
        kind=told["kind"],
        stage=told["stage"],
        part=(part[0], part[1]) if part else None,
        began=datetime.fromisoformat(told["began"]),
        stage_began=datetime.fromisoformat(told["stage_began"]),
        ended=datetime.fromisoformat(told["ended"]) if told["ended"] else None,
        run=told["run"],
        nothing_new=told["nothing_new"],
        left=left,
        is_late=is_late,
        night=told["night"],
    )


def _left(told: dict[str, Any]) -> tuple[timedelta | None, bool]:
    """An estimate of what remains: as the last night of the same kind took, or by the parts that are done. None where
    there is nothing to go by."""
    spent = (now() - datetime.fromisoformat(told["stage_began"])).total_seconds()
    stages = STAGES[told["kind"]]
    later = stages[stages.index(told["stage"]) + 1 :]
    took = told["took"].get(_pace(told["full"]), {}) if told["full"] is not None else {}
    by_parts = None
    if told["part"] and told["part"][0] > 0:
        done, total = told["part"]
        by_parts = spent / done * (total - done)
    expected = took.get(told["stage"])
    if by_parts is None and expected is None:
        return None, False
    here = by_parts if by_parts is not None else max(0.0, (expected or 0.0) - spent)
    return timedelta(
        seconds=here + sum(took.get(s, 0) for s in later)
    ), expected is not None and spent > expected
