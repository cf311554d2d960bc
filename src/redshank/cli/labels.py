"""``redshank labels``: what people marked in texts, as a measure of the rules."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, err, out, print_json, writing_to
from redshank.errors import Exit

labels = typer.Typer(help="Training labels, as a measure of the rules.", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    app.add_typer(labels, name="labels")


@labels.callback()
def _of_labels() -> None:
    """Training labels, as a measure of the rules."""


@labels.command(
    name="import", epilog="Example: redshank --home home labels import marked.csv --aside aside.csv"
)
def take(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV of labels.")],
    aside: Annotated[
        Path | None, typer.Option(help="Where to write which rows were put aside, and why.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
) -> None:
    """Measures the rules in force by spans that people marked; the pages of the rules show it. Exit 1 where rows were put aside.

    Columns: text, start, end (characters from 0, half open), indicator, verdict (yes, no), by; record_type where it matters.
    The texts are read and not kept.
    """
    from redshank.audit import Audit
    from redshank.products.papers.cells import safe
    from redshank.publish import labels as taking

    home = Path(Settings.home).absolute()
    told = taking.take(home, file)
    bad = told["aside"]
    counts = {k: v for k, v in told.items() if k != "aside"} | {"put_aside": len(bad)}
    Audit(home).append("labels import", "a file of labels", counts, purpose=Settings.purpose)
    if aside is not None:
        with writing_to(aside), aside.open("w", encoding="utf-8", newline="") as to:
            writer = csv.DictWriter(to, ["row", "column", "problem"])
            writer.writeheader()
            writer.writerows({k: safe(str(v)) for k, v in row.items()} for row in bad)
    if as_json:
        print_json(told)
    else:
        out.print(f"{told['labels']} labels, {told['new']} of them new.")
        out.print(f"Of {told['state_it']} spans that state something, the rules found {told['found']}; of {told['labels'] - told['state_it']} that do not, they found {told['wrongly_found']}.")  # fmt: skip
        for a in bad[:10]:
            err.print(f"row {a['row']}, column {a['column'] or '?'}: {a['problem']}", markup=False)
    if bad:
        raise typer.Exit(int(Exit.FOUND))
