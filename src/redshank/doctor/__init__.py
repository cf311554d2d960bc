"""``redshank doctor``: the mistakes of set-up that are made, found and named, each with what to do.

In: a home, the environment, and what the machine says of itself (:class:`Place`, so that tests can say it). Out: one
:class:`Seen` a look; nothing is written anywhere, nothing of a record is told. The mistakes are data (``mistakes.toml``).

``machine``   Python, libraries, settings, files of secrets, clock, time zone, mail server
``keeping``   the home: who may read it, where it lies, room, store, audit, leftovers, nights, deliveries, backups
``serving``   the pages: secret, address, database, tables, published run, and whether there are people enough
"""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path


@dataclass(frozen=True)
class Mistake:
    """One row of ``mistakes.toml``."""

    code: str
    check: str
    level: str  # bad, look
    is_so: str
    do: str


@dataclass(frozen=True)
class Seen:
    """One look and what was found. ``code`` is empty where all is well; ``level`` then too."""

    check: str
    found: str
    code: str = ""
    level: str = ""
    advice: str = ""

    @property
    def good(self) -> bool:
        return self.level != "bad"


def _zone() -> str:
    """The machine's time zone by its name, where it has one."""
    if named := os.environ.get("TZ", "").lstrip(":"):
        return named
    try:
        return os.readlink("/etc/localtime").partition("zoneinfo/")[2]
    except OSError:
        return ""


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@dataclass(frozen=True)
class Place:
    """What is looked at. Everything but the home has the machine's own answer by default."""

    home: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    here: Path = field(default_factory=Path.cwd)
    zone: str = field(default_factory=_zone)
    mounts: str = field(default_factory=_mounts)
    free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    version: Callable[[str], str] | None = None  # of a library
    package: Path = field(default_factory=lambda: Path(__file__).resolve().parent.parent)


@lru_cache(maxsize=1)
def mistakes() -> dict[str, Mistake]:
    text = (resources.files("redshank.doctor") / "mistakes.toml").read_text(encoding="utf-8")
    return {code: Mistake(code, m["check"], m["level"], m["is"], m["do"]) for code, m in tomllib.loads(text).items()}  # fmt: skip


def wrong(code: str, found: str, place: object = "") -> Seen:
    """A mistake that was found, with the advice of its row."""
    one = mistakes()[code]
    return Seen(one.check, found, code, one.level, one.do.replace("{place}", str(place)))


def right(code: str, found: str) -> Seen:
    """The same look where all is well."""
    return Seen(mistakes()[code].check, found)


def look(place: Place) -> Iterator[Seen]:
    """Every look, in the order of the manual. A home that is absent is no mistake: loading makes it."""
    from redshank.doctor import keeping, machine, serving

    yield from machine.looks(place)
    stands = yield from keeping.looks(place)
    if stands:
        yield from serving.looks(place)


def markdown() -> str:
    """The manual's page."""
    out = [
        "# What `redshank doctor` finds", "",
        "It looks and writes nothing. **bad**: something does not work or is not safe; the exit code is 1, of a damaged store 11. **look**: it works,",
        "but somebody should look; the exit code is 0, and 1 with `--strict` (for a timer that tells somebody).", "",
        "| code | at the start of the line | | what is so | what to do |", "|---|---|---|---|---|",
    ]  # fmt: skip
    out += [
        f"| {m.code} | {m.check} | {m.level} | {m.is_so} | {m.do.replace('{place}', '*the place*')} |" for m in mistakes().values()
    ]  # fmt: skip
    return "\n".join(out) + "\n"
