"""What is measured: how many requests, how long they took, and how the machine's part stands. By class of answer, never by address."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from redshank import __version__

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
STATES = ("running", "ended", "broke_off", "unreadable")


class Counts:
    """Of this process, since it began."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.began = time.time()
        self.answers: dict[str, int] = {}
        self.within = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, status: int, seconds: float) -> None:
        kind = f"{status // 100}xx"
        with self.lock:
            self.answers[kind] = self.answers.get(kind, 0) + 1
            self.within[next((i for i, b in enumerate(BOUNDS) if seconds <= b), len(BOUNDS))] += 1
            self.seconds += seconds


COUNTS = Counts()


class Counted:
    """The outermost of what a request goes through."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        began = time.perf_counter()
        response = self.get_response(request)
        COUNTS.add(response.status_code, time.perf_counter() - began)
        return response


def text(home: Path, published: int | None, waiting: int | None, night: Any) -> str:
    """All of it as Prometheus reads it (text format 0.0.4). ``published`` and ``waiting`` are None where the database is away."""
    with COUNTS.lock:
        answers, within, seconds = dict(COUNTS.answers), list(COUNTS.within), COUNTS.seconds
    out: list[str] = []

    def put(name: str, kind: str, says: str, *rows: tuple[str, float]) -> None:
        out.extend([f"# HELP redshank_{name} {says}", f"# TYPE redshank_{name} {kind}"])
        out.extend(f"redshank_{name}{labels} {value:.12g}" for labels, value in rows)

    put("info", "gauge", "Version of Redshank.", (f'{{version="{__version__}"}}', 1))
    put("started_seconds", "gauge", "When this process began (Unix time).", ("", COUNTS.began))
    put("resident_bytes", "gauge", "Memory of this process.", ("", _resident()))
    put("database_up", "gauge", "1 where the database of the pages answers.", ("", int(published is not None)))  # fmt: skip
    if published is not None:
        put("published_run", "gauge", "Number of the run that the pages show.", ("", published))
    if waiting is not None:
        put("audit_waiting", "gauge", "Entries of the audit that wait for their number.", ("", waiting))
    put("home_free_bytes", "gauge", "Room left on the disk of the home.", ("", shutil.disk_usage(home).free))
    state = night.state if night is not None else ""
    put("night_state", "gauge", "How the last night stands: 1 at its state.", *((f'{{state="{s}"}}', int(s == state)) for s in STATES))  # fmt: skip
    ended: datetime | None = night.ended if night is not None else None
    if ended is not None:
        put("night_ended_seconds", "gauge", "When the last night ended (Unix time).", ("", ended.timestamp()))
    put("answers_total", "counter", "Requests by class of answer.", *((f'{{class="{k}"}}', n) for k, n in sorted(answers.items())))  # fmt: skip
    running, rows = 0, []
    for bound, n in zip((*map(str, BOUNDS), "+Inf"), within, strict=True):
        running += n
        rows.append((f'_bucket{{le="{bound}"}}', running))
    put("answer_seconds", "histogram", "How long requests took.", *rows, ("_sum", seconds), ("_count", running))  # fmt: skip
    return "\n".join(out) + "\n"


def waiting() -> int:
    """Entries of the audit that wait for their number, as a number alone."""
    from redshank.web.trail.models import Entry

    return Entry.objects.filter(chained_at__isnull=True).count()


def _resident() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0  # a system that does not tell
    return pages * os.sysconf("SC_PAGE_SIZE")
