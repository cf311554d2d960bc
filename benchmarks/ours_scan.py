"""The child that measures our scan: ``python -m benchmarks.ours_scan HOME REPEATS``. Prints one JSON object.

The texts are in memory, as they are in the peer's data frame; reading them is not part of either figure. Nor is
starting Python, reading the rules and making their regular expressions, which happens once in a process
(``ready_seconds``, and what ``first_seconds`` has more than the repeats). Before each repeat everything is forgotten
that was remembered of the texts: without that the second reading of the same texts would look them up.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc

from redshank import records, signals
from redshank.signals import workers
from redshank.signals.ready import signal_engine
from redshank.signals.scan import forget, scan_signals
from redshank.store import Store


def seconds(work: Callable[[], object]) -> float:
    forget()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cpu() -> float:
    """Seconds of all cores that this process and those that it started have worked."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    home, repeats = Path(sys.argv[1]), int(sys.argv[2])
    rows = records.current(Store.open(home))["records"]
    premises = rows.filter(pc.equal(rows["record_type"], "premises"))
    texts = rows.filter(pc.is_valid(rows["text"]))
    size = pc.sum(pc.binary_length(texts["text"])).as_py()
    began = time.perf_counter()
    signal_engine()
    ready = time.perf_counter() - began
    processes, workers.MOST = workers.number(size), 1
    first = seconds(lambda: signals.scan(texts, premises))
    spent = cpu()
    alone = [seconds(lambda: scan_signals(texts)) for _ in range(repeats)]
    spent = (cpu() - spent) / repeats
    workers.MOST = processes
    found = signals.scan(texts, premises)
    print(
        json.dumps(
            {
                "texts": texts.num_rows,
                "bytes": size,
                "characters": pc.sum(pc.utf8_length(texts["text"])).as_py(),
                "rows": {name: t.num_rows for name, t in found.items()},
                "processes": processes,
                "ready_seconds": ready,
                "first_seconds": first,
                "signals_seconds": [seconds(lambda: scan_signals(texts)) for _ in range(repeats)],
                "signals_alone_seconds": alone,
                "signals_alone_cpu_seconds": spent,
                "all_seconds": [seconds(lambda: signals.scan(texts, premises)) for _ in range(repeats)],
            }
        )
    )


if __name__ == "__main__":
    main()
