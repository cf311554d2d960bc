"""The reading child: is handed open files, gives back tables, can open nothing.

It is started by :mod:`redshank.sources.reader` as its own process with limits on memory and processor time, an
empty environment and no path of the home or the delivery. After its imports it forbids itself, by an audit
hook that cannot be removed, to open a file, to connect, or to start a program. Jobs come as JSON on standard
input, answers go as JSON lines to standard output, rows as Arrow streams into one file without a name.
"""

from __future__ import annotations

import codecs
import io
import json
import mmap
import os
import resource
import sys
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from redshank.sources.csvfile import read_csv
from redshank.sources.lean import leave_pandas_out
from redshank.sources.refuse import LIMIT_ADVICE, Read, Refused
from redshank.sources.sniff import ENCODINGS, sniff
from redshank.sources.typedfile import read_parquet, read_xlsx

_FORBIDDEN = (
    "open",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.remove",
    "os.rename",
    "os.listdir",
    "os.scandir",
    "subprocess.Popen",
    "socket.",
    "shutil.",
    "ctypes.",
    "urllib.",
)


def _hook(event: str, _args: Any) -> None:
    if event == "open" and isinstance(_args[0], int):
        return  # wrapping a descriptor that it was handed
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"the reading process may not {event}")


def seal(memory: int, seconds: int) -> None:
    """Limits, then the lock. Nothing is imported after this."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.addaudithook(_hook)


def _read(job: dict[str, Any]) -> Read:
    if not job["size"]:
        raise Refused(f"{job['file']} is empty.", "A table has at least a header row.")
    with mmap.mmap(job["fd"], job["size"], access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
        data = bytes(view)  # a copy: Arrow's buffers may outlive the map
    if job["kind"] == "csv":
        if job["encoding"] is None:  # a file of unknown making
            job["encoding"], job["delimiter"] = sniff(data)
        return read_csv(data, job["file"], job["encoding"], job["delimiter"], job["wanted"])
    if job["kind"] == "parquet":
        return read_parquet(memoryview(data), job["file"], job["wanted"])
    return read_xlsx(memoryview(data), job["file"], job["wanted"])


def _answer(job: dict[str, Any], out: Any) -> dict[str, Any]:
    try:
        read = _read(job)
    except Refused as refused:
        return {"refused": refused.message, "advice": refused.advice}
    except MemoryError:
        return {"refused": f"{job['file']} needs more memory than it may have.", "advice": LIMIT_ADVICE}
    spans = []
    for table in (read.rows, read.bad_table()):
        start = out.tell()
        with pa.ipc.new_stream(out, table.schema) as stream:
            stream.write_table(table)
        spans.append([start, out.tell() - start])
    said = {"encoding": job["encoding"], "delimiter": job["delimiter"]}
    return {"header": read.header, "count": read.count, "rows": spans[0], "bad": spans[1], **said}


def _warm_up() -> None:
    """Goes every way once, so that whatever libraries import late is imported before the lock."""
    leave_pandas_out()
    for encoding in ("cp437", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        codecs.lookup(encoding)  # cp437: names in ZIP archives; the others: byte-order marks
    for text in (b"a,b\n1,2\n", b"a,b\n1,\xff\n1,2\n1\n1,2\n"):
        rows = read_csv(text, "a", "utf-8", ",", ["a"]).rows
    packed = io.BytesIO()
    pq.write_table(rows.append_column("r", pa.array([0.5] * rows.num_rows)), packed)
    read_parquet(memoryview(packed.getvalue()), "a", ["a", "r"])
    with pa.ipc.new_stream(io.BytesIO(), rows.schema) as stream:
        stream.write_table(rows)


def _report(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """Where a crash happened, without its message: that could hold a cell."""
    places = []
    while trace is not None:
        places.append(f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}")
        trace = trace.tb_next
    sys.stdout.write(
        json.dumps(
            {"crash": f"{kind.__name__} at {' '.join(places[-6:])}", "errno": getattr(error, "errno", None)}
        )
        + "\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Reads one order from standard input and works through its jobs."""
    sys.excepthook = _report
    order = json.loads(sys.stdin.readline())
    for job in order["jobs"]:
        for encoding in ENCODINGS if job["encoding"] is None else (job["encoding"],):
            codecs.lookup(encoding)  # imports the codec while it still may
    out = os.fdopen(order["out"], "wb")
    _warm_up()
    seal(order["memory"], order["seconds"])
    for job in order["jobs"]:
        answer = _answer(job, out)
        out.flush()  # before the answer: what it speaks of must be there
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
