"""``redshank load``: takes one delivery into the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from redshank.cli.common import Settings, Steps, out, parse_time, print_json, without_cycles
from redshank.cli.mapping import missing_line, open_questions
from redshank.errors import UsageError


def add(app: typer.Typer) -> None:
    @app.command(name="load", epilog="Example: redshank --home demo/home load demo/force/first")
    def load(
        delivery: Annotated[Path, typer.Argument(help="Folder with the extracts of one delivery.")],
        mapping: Annotated[str, typer.Option(help="A built-in mapping's name, or a TOML file.")] = "standard",
        name: Annotated[
            str | None, typer.Option(help="Name of the delivery; by default its folder's.")
        ] = None,
        received: Annotated[
            str | None, typer.Option(help="When it was received; by default its latest own time.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Loads one delivery: whole or not at all. Rows that cannot be taken go to quarantine, with the reason."""
        without_cycles()
        from redshank.sources.lean import leave_pandas_out

        if Settings.alone:
            leave_pandas_out()
        when = parse_time(received, "--received") if received else None
        if not delivery.exists():  # told before a home is made for nothing
            raise UsageError(f"There is no folder {delivery}.", "Name the folder of one delivery.")
        with Steps(quiet=as_json) as steps:
            report = take(delivery, mapping, steps, name=name, received=when)
        if as_json:
            print_json(report.as_dict())
            return
        if not report.new:
            out.print(
                f"Delivery {escape(report.delivery)} was loaded before with the same content: nothing to do."
            )
            return
        show(report, mapping)


def show(report: Any, mapping: str) -> None:
    """What a load took, and what somebody should know of it."""
    table = Table(
        "table",
        "taken",
        "replaced",
        "unchanged",
        "quarantined",
        title=f"Delivery {escape(report.delivery)}",
        title_justify="left",
    )
    for row in report.tables:
        table.add_row(
            row.table, *(f"{n:,}" for n in (row.taken, row.replaced, row.unchanged, row.quarantined))
        )
    out.print(table)
    for file, columns in report.missing_columns.items():
        for missing in columns:
            out.print(f"· {missing_line(file, missing)}", markup=False)
    if asked := len(open_questions(mapping)):
        lines = "1 line" if asked == 1 else f"{asked} lines"
        out.print(
            f"· {mapping} has {lines} still to settle; `redshank mapping check` names them", markup=False
        )
    for message in _ignored(report):
        out.print(f"· {message}", markup=False)
    if aside := sum(row.quarantined for row in report.tables):
        rows = "row is" if aside == 1 else "rows are"
        out.print(
            f"· {aside:,} {rows} in quarantine; `redshank night` and then `redshank findings export DIR` say why, row by row"
        )


def take(
    delivery: Path,
    mapping: Any,
    steps: Steps,
    *,
    name: str | None = None,
    received: Any = None,
    pulled: dict[str, Any] | None = None,
    store: Any = None,
) -> Any:
    """Loads one delivery into the home, with its entries in the audit. ``store`` is one that is held already."""
    from redshank import records
    from redshank.audit import Audit
    from redshank.store import Store

    store = store or Store.open(Settings.home, create=True)
    with store.writing():
        # Before anything is taken: should the disk fill or the power go behind the store's commit, the audit
        # still tells that one was being taken; a damaged audit stops it here.
        Audit(Settings.home).append("load begins", "a delivery", purpose=Settings.purpose)
        report = records.load(
            store, delivery, mapping=mapping, name=name, received=received, progress=steps, pulled=pulled
        )
        if report.new:
            Audit(Settings.home).append(
                "load", f"delivery {report.delivery}", _totals(report), purpose=Settings.purpose
            )
    return report


def _totals(report) -> dict[str, int]:
    return {
        n: sum(getattr(t, n) for t in report.tables)
        for n in ("taken", "replaced", "unchanged", "quarantined")
    }


def _ignored(report) -> list[str]:
    return [
        f"{file}: the columns {', '.join(names)} are not known and were ignored"
        for file, names in report.unknown_columns.items()
    ]
