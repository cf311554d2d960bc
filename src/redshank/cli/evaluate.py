"""``redshank evaluate``: scores the findings against a truth folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, out, print_json
from redshank.errors import Exit, UsageError


def add(app: typer.Typer) -> None:
    @app.command(
        name="evaluate", epilog="Example: redshank --home demo/home evaluate --truth demo/force/truth"
    )
    def evaluate(
        truth: Annotated[Path, typer.Option("--truth", help="Folder with the truth's CSV files.")],
        run: Annotated[
            str | None, typer.Option(help="A replay, such as replay-1; by default the last completed run.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Scores the findings of a run against planted truth; exit 13 where a bar is missed."""
        from redshank import evaluate as scoring
        from redshank.night import published
        from redshank.store import Store

        if not truth.is_dir():
            raise UsageError(
                f"{truth}: there is no such folder", "name the truth folder that `redshank synthetic` wrote"
            )
        store = Store.open(Settings.home)
        tables, about = published(store, run)
        if about is None:
            raise UsageError("no night has run yet", "run `redshank night` first")
        report = scoring.evaluate(tables, truth, about)
        if as_json:
            print_json(report.as_dict())
        else:
            report.render(out)
        if report.missed:
            raise typer.Exit(int(Exit.BAR_MISSED))
