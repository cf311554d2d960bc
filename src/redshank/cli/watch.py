"""``redshank watch``: a folder that deliveries arrive in, each loaded once it is whole."""

from __future__ import annotations

import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from redshank.cli.common import Settings, Steps, out, print_json
from redshank.cli.load import take
from redshank.cli.mapping import missing_line
from redshank.errors import Exit, StoreBusy


def add(app: typer.Typer) -> None:
    @app.command(name="watch", epilog="Example: redshank watch /srv/deliveries/rms --mapping rms.toml --once")
    def watch(
        folder: Annotated[Path, typer.Argument(help="Folder in which each folder is a delivery.")],
        mapping: Annotated[str, typer.Option(help="A built-in mapping's name, or a TOML file.")] = "standard",
        once: Annotated[bool, typer.Option("--once", help="Look once and end, for cron.")] = False,
        every: Annotated[int, typer.Option(min=1, help="Seconds between looks.")] = 60,
        settle: Annotated[
            int, typer.Option(min=0, help="Seconds without a change after which a delivery is whole.")
        ] = 120,
        as_json: Annotated[bool, typer.Option("--json", help="With --once: report as JSON.")] = False,
    ) -> None:
        """Loads deliveries as they arrive in a folder, in the order of their names, one at a time.

        A delivery that is still being written is left, and holds up those after it. Nothing in the folder is moved or changed. A
        delivery that is refused is told and passed over until it or its mapping changes; with --once the exit is then 10.
        """
        from redshank.records.arriving import look
        from redshank.sources import load_mapping
        from redshank.store import Store

        told: set[tuple[str, str, str]] = set()
        while True:
            Store.open(Settings.home, create=True)
            known = load_mapping(mapping)  # again each time: it may have been mended
            found = []
            try:
                with Steps(quiet=as_json or not once) as steps:
                    arrivals = look(
                        folder,
                        Settings.home,
                        known,
                        partial(taken, known, steps),
                        settle=settle,
                        now=time.time,
                    )
                    for arrival in arrivals:
                        found.append(arrival)
                        line = (arrival.name, arrival.state, arrival.why)
                        if not as_json and line not in told:
                            why = f": {arrival.why}" if arrival.why else ""
                            out.print(f"{arrival.name}: {arrival.state}{why}", markup=False)
                        told.add(line)
            except StoreBusy:
                if once:
                    raise
            if once:
                if as_json:
                    print_json([asdict(a) for a in found])
                elif not found:
                    out.print("Nothing new.")
                if any(a.state == "refused" for a in found):
                    raise typer.Exit(int(Exit.REFUSED))
                return
            time.sleep(every)


def taken(mapping: Any, steps: Steps, delivery: Path) -> str:
    """Loads one delivery; what a person should know of it."""
    report = take(delivery, mapping, steps)
    return "; ".join(missing_line(file, m) for file, gone in report.missing_columns.items() for m in gone)
