"""Work on parts at the same time, one process for each core, where there is enough of it.

A part is worked on by a fork of this process, so nothing is read or made ready twice, and its result comes back
through a pipe. The results are in the order of the parts. Where no process can be started, or one ends without a
result, its part is worked on here: there is nothing that only several processes can do.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")
MOST = 4  # processes: each holds its own copy of what it makes
ENOUGH = 1_500_000  # bytes of text that are worth a process


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def number(size: int) -> int:
    """The processes that so many bytes of text are worth."""
    return max(1, min(cores(), MOST, size // ENOUGH))


def each(work: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """What ``work`` makes of each part; the first part is worked on here, the others meanwhile."""
    started = [_start(work, part) for part in parts[1:]]
    try:
        out = [work(part) for part in parts[:1]]
        for n, one in enumerate(started):
            data = b"" if one is None else _end(*one)
            started[n] = None
            out.append(pickle.loads(data) if data else work(parts[1 + n]))
        return out
    finally:
        for one in started:
            if one is not None:
                os.kill(one[0], signal.SIGKILL)
                _end(*one)


def _start(work: Callable[[Part], Result], part: Part) -> tuple[int, int] | None:
    """(process, end of a pipe to read from), or nothing where there can be no process."""
    try:
        out, into = os.pipe()
    except OSError:
        return None
    try:
        child = os.fork()
    except OSError:
        os.close(out)
        os.close(into)
        return None
    if child:
        os.close(into)
        return child, out
    status = 1  # whatever goes wrong here goes wrong again in the parent, which says so
    try:
        # Nothing of this process stays open there: a lock of the store ends with the process that took it.
        os.closerange(3, into)
        os.closerange(into + 1, os.sysconf("SC_OPEN_MAX"))
        with os.fdopen(into, "wb") as pipe:
            pickle.dump(work(part), pipe, protocol=pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)


def _end(child: int, out: int) -> bytes:
    """What a process wrote, when it has ended well."""
    with os.fdopen(out, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    return data if status == 0 else b""


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without the search for cycles, which goes through everything again and again while many rows are made."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
