"""Runs in its own process: kills a load at one write after the other and looks at what is left.

Usage: killing.py FOLDER STEP. Every point is a child process of its own (fork) that is stopped by SIGKILL before
its Nth call that writes, or in the middle of it. Prints one JSON line per point and a last one with the totals.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pyarrow as pa

import redshank.records.loading as loading
from redshank.records import current, load
from redshank.sources import csvfile
from redshank.sources import reader as reading
from redshank.store import Store

WRITES = ("write", "fsync", "replace", "unlink", "mkdir", "open")


def read_here(delivery, limits=None, progress=None):
    """The reader without its child process: what is killed here is the writer."""
    out = {}
    for file in delivery.files:
        table = file.tables[0]
        data = os.pread(file.fd, file.size, 0)
        wanted = sorted(table.columns.values())
        read = csvfile.read_plain(memoryview(data), file.file, "utf-8", ",", wanted)
        answer = {"header": read.header, "count": read.count}
        out[table.table] = reading._source(file, table, answer, read.rows, read.bad_table(), [])
    return out


def stop_at(number: int) -> list[int]:
    """Wraps the calls that write: the process kills itself at the given one. Counts them."""
    counted = [0]

    def wrap(name):
        real = getattr(os, name)

        def call(*args, **more):
            if name == "open" and not (len(args) > 1 and args[1] & (os.O_WRONLY | os.O_RDWR)):
                return real(*args, **more)
            counted[0] += 1
            if counted[0] == number:
                if name == "write" and number % 2:
                    real(args[0], args[1][: len(args[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **more)

        setattr(os, name, call)

    for name in WRITES:
        wrap(name)
    return counted


def state(home: Path) -> dict:
    """What a store holds, as a number of its manifest and a digest of its view."""
    store = Store.open(home, create=True)
    problems = store.verify()
    view = current(store)
    whole = hashlib.sha256()
    for name in sorted(view):
        whole.update(repr(view[name].to_pylist()).encode())
    deliveries = [d["name"] for d in store.manifest.deliveries]
    return {"deliveries": deliveries, "view": whole.hexdigest(), "problems": problems}


def in_child(function) -> tuple[int, dict | None]:
    """Runs a function in a fork; its signal (0 for none) and its result."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if not pid:
        pa.set_cpu_count(1)
        out = function()
        os.write(write_end, json.dumps(out).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, json.loads(data) if data else None


def main() -> None:
    folder, step = Path(sys.argv[1]), int(sys.argv[2])
    loading.read = read_here
    base = folder / "base"

    def first():
        load(Store.open(base, create=True), folder / "first")
        return state(base)

    _, old = in_child(first)

    def count():
        counted = stop_at(-1)
        load(Store.open(whole), folder / "night")
        total = counted[0]
        return {"total": total, **state(whole)}

    whole = folder / "whole"
    shutil.copytree(base, whole)
    _, new = in_child(count)
    assert old is not None
    assert new is not None
    total = new.pop("total")
    for number in range(1, total + 1, step):
        home = folder / f"home-{number}"
        shutil.copytree(base, home)

        def killed(home=home, number=number):
            stop_at(number)
            load(Store.open(home), folder / "night")
            return {}

        def repeated(home=home):
            load(Store.open(home), folder / "night")
            left = [str(p.relative_to(home)) for p in home.rglob(".tmp-*")]
            return {**state(home), "left": left}

        stopped, _ = in_child(killed)
        _, left = in_child(lambda home=home: state(home))
        _, again = in_child(repeated)
        shutil.rmtree(home)
        line = {"point": number, "signal": stopped, "left": left, "again": again}
        sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.write(json.dumps({"total": total, "old": old, "new": new}) + "\n")


if __name__ == "__main__":
    main()
