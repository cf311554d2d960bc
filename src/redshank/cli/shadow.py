"""``redshank shadow``: what a force's existing scan named, beside what Redshank names, to be read blind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, day_of, out, print_json


def add(app: typer.Typer) -> None:
    @app.command(
        name="shadow",
        epilog="Example: redshank shadow march.csv --as a.lead --since 2026-03-01 --until 2026-03-28",
    )
    def shadow(
        file: Annotated[
            Path,
            typer.Argument(metavar="LIST", help="CSV with record_type and record_ref: what the scan named."),
        ],
        account: Annotated[str, typer.Option("--as", help="Account of whoever draws the sample.")],
        since: Annotated[str, typer.Option(help="First day that the scan looked at.")],
        until: Annotated[str, typer.Option(help="Last day that it looked at.")],
        size: Annotated[int, typer.Option(help="How many records people are to read.")] = 80,
        seed: Annotated[str, typer.Option(help="Seed of the draw; else made from the list.")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Takes a list of the existing scan and draws a sample of what both named, one alone, or neither.

        People read it under Reviews without being told which is which; its report is the month's page. The list itself is not kept.
        """
        from redshank.audit import Audit
        from redshank.products.shadow_month import CELLS
        from redshank.publish import shadow as taking

        home = Path(Settings.home).absolute()
        told = taking.take(
            home, file, account, day_of(since, "--since"), day_of(until, "--until"), size, seed
        )
        counts = {k: told[k] for k in ("sample", "listed", "among_records", "drawn")}
        Audit(home).append("shadow list", "a list of the existing scan", counts, purpose=Settings.purpose)
        if as_json:
            print_json(told)
            return
        if not told["new"]:
            out.print(f"This list was taken before: sample {told['sample']}.")
            return
        out.print(f"Sample {told['sample']}: {told['drawn']} records to read, under Reviews.")
        for cell, n in told["records"].items():
            out.print(f"· {CELLS[cell].lower()}: {n:,}")
        if other := told["listed"] - told["among_records"]:
            out.print(f"· {other:,} of the {told['listed']:,} listed are no records of these days that {account} may see", markup=False)  # fmt: skip
