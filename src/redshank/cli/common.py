"""What the commands share: the home, the console, times, progress."""

from __future__ import annotations

import errno
import gc
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from redshank import logs
from redshank.errors import NoRoom, UsageError

LONDON = ZoneInfo("Europe/London")
#: Signs that a terminal obeys instead of showing (controls, writing directions): a record may hold them.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """Text in which no sign steers a terminal; each stands as a replacement character."""
    return OBEYED.sub("\ufffd", text)


class Plain(Console):
    """A console on which what records hold is shown and never obeyed."""

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(harmless(text), **how)


out = Plain(highlight=False, soft_wrap=True)
err = Plain(stderr=True, highlight=False, soft_wrap=True)

Progress = Callable[[str, int, int], None]


class Settings:
    """Filled once by the program's own options, read by each command."""

    home: Path = Path("redshank-home")
    purpose: str = ""
    #: The process is this one command and ends with it.
    alone: bool = False


def without_cycles() -> None:
    """No search for cycles in a process that does one thing and ends: what a night makes are rows, and going through
    all of them again and again is a fifth of its work. What is in a cycle stays until the end."""
    if Settings.alone:
        gc.disable()


def parse_time(text: str, what: str) -> datetime:
    """ISO 8601, a date alone means its end; without an offset Europe/London. UTC out."""
    try:
        try:
            stamp = datetime.combine(date.fromisoformat(text), time(23, 59, 59, 999999), LONDON)
        except ValueError:  # more than a date
            stamp = datetime.fromisoformat(text)
        return (stamp if stamp.tzinfo else stamp.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{what}: {text!r} is no ISO 8601 time", "write 2026-03-14 or 2026-03-14T22:05:00+00:00"
        ) from None


def day_of(text: str, what: str) -> date:
    """A day that a person typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{what}: {text!r} is no day", "write 2026-03-14") from None


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Writes where the user said: a place that cannot be written is theirs to mend, not a defect of ours."""
    try:
        yield
    except OSError as error:
        said = f"{path}: cannot be written ({error.strerror})"
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}:
            raise NoRoom(said, "free space, mend the rights, or name another place") from error
        raise UsageError(said, "name another place") from error


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    text = json.dumps(value, indent=2, sort_keys=False, default=str, ensure_ascii=False)
    # Escaped is what json leaves as it is and a terminal would obey.
    sys.stdout.write(OBEYED.sub(lambda m: f"\\u{ord(m[0]):04x}", text) + "\n")


def both(first: Progress, second: Progress) -> Progress:
    """One progress that tells two."""

    def tell(step: str, done: int, total: int) -> None:
        first(step, done, total)
        second(step, done, total)

    return tell


class Steps:
    """Progress on standard error: a bar with an estimate on a terminal, plain lines otherwise."""

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.bar: Any = None
        self.tasks: dict[str, Any] = {}

    def __enter__(self) -> Steps:
        if not self.quiet and sys.stderr.isatty() and not logs.as_json():
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self.bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=err,
                transient=True,
            )
            self.bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        if self.quiet:
            return
        if logs.as_json():
            if step not in self.tasks:
                self.tasks[step] = True
                sys.stderr.write(logs.line("info", "redshank.cli", "step", step=harmless(step)) + "\n")
            return
        if self.bar is not None:
            if step not in self.tasks:
                self.tasks[step] = self.bar.add_task(step, total=total)
            self.bar.update(self.tasks[step], completed=done, total=total)
        elif step not in self.tasks:
            self.tasks[step] = True
            err.print(f"{step} …")
