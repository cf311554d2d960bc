"""``redshank pull``: what changed at a source's database since last time, read only, and loaded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from redshank.cli.common import Settings, Steps, out, print_json, without_cycles
from redshank.cli.load import show, take


def add(app: typer.Typer) -> None:
    @app.command(name="pull", epilog="Example: redshank --home force pull rms-pull.toml")
    def pull(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML file with one SELECT a table.")],
        everything: Annotated[
            bool, typer.Option("--all", help="Read all of it again, after a mapping or a SELECT was mended.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Reads what changed in a PostgreSQL since the last pull and loads it, whole or not at all.

        It only reads. The address of the database is in a file of mode 0600 that FILE names, or in REDSHANK_SOURCE_URL, and is never
        shown. How far it has come moves with the load or not at all, so that it is safe to stop and to run again at any time.
        """
        without_cycles()
        from redshank.records import pulling
        from redshank.sources import sql
        from redshank.sources.lean import leave_pandas_out
        from redshank.store import Store

        if Settings.alone:
            leave_pandas_out()

        asked = sql.load_pull(file)
        url = sql.read_url(asked, os.environ.get("REDSHANK_SOURCE_URL", ""))
        store = Store.open(Settings.home, create=True)
        with Steps(quiet=as_json) as steps:

            def taken(folder: Path, name: str, told: dict[str, Any]) -> Any:
                return take(folder, asked.mapping, steps, name=name, pulled=told, store=store)

            report, answer = pulling.pull(store, asked, url, taken, everything=everything, tell=steps)
        told = {
            "source": asked.name,
            "read": answer.rows,
            "loaded": None if report is None else report.as_dict(),
        }
        if as_json:
            print_json(told)
        elif report is None or not report.new:
            rows = sum(answer.rows.values())
            again = f" ({rows:,} rows that stand already were read again)" if rows else ""
            out.print(f"{asked.name}: nothing new{again}.", markup=False)
        else:
            show(report, asked.mapping_path)
