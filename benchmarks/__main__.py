"""Measurements, written as data: ``python -m benchmarks [--check] [--only NAME]`` (``make bench``, ``make bench-check``).

Each of the tables night, scan, whole, linkage, pages, packs, products and large (``make bench-large``) is one file in ``benchmarks/results``; ``summary.json`` and the
README's table are made from these files and never written by hand. ``--check`` runs nothing: it exits 1 where a
file is missing or ill-formed, or the summary or the README says anything else than the results.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks import machine, measures, report


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="run nothing; say what does not fit")
    parser.add_argument("--only", choices=report.TABLES, action="append", help="this table only")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--scale", choices=("small", "medium"), default="medium", help="small is for trying it out"
    )
    parser.add_argument(
        "--scratch", type=Path, help="folder for the force and its homes; by default one that goes away"
    )
    arguments = parser.parse_args()
    if arguments.check:
        found = report.problems()
        print("\n".join(found) or "benchmarks: the results, the summary and the README agree")
        return int(bool(found))
    with tempfile.TemporaryDirectory() as folder:
        _measure(arguments, arguments.scratch or Path(folder))
    report.write_summary()
    if not report.write_readme():
        print(f"README.md holds no {report.OPEN} … {report.CLOSE}: its table was not written")
    print(report.table())
    return 0


def _measure(arguments: argparse.Namespace, scratch: Path) -> None:
    scratch.mkdir(parents=True, exist_ok=True)
    bench = measures.Bench(
        scratch, arguments.repeats, arguments.scale, lambda step: print(f"· {step}", file=sys.stderr)
    )
    tables = arguments.only or [t for t in report.TABLES if t not in report.LONG]
    if not {"linkage", *report.LONG} >= set(tables):
        bench.prepare()
    for name in tables:
        watch = machine.Watch()
        content = getattr(bench, name)()
        about = {
            "when": machine.now(),
            "machine": machine.machine(),
            "cores": os.cpu_count(),
            "others": watch.others(),
            "repeats": arguments.repeats,
            "versions": machine.versions(),
        }
        report.write(name, about | content)


if __name__ == "__main__":
    sys.exit(main())
