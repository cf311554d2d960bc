"""``redshank findings export``: the tables that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, out, print_json, writing_to
from redshank.errors import UsageError


def add(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="The findings of the last completed run.")
    app.add_typer(group, name="findings")

    @group.command(
        name="export", epilog="Example: redshank --home demo/home findings export demo/findings --format csv"
    )
    def export(
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write into.")],
        form: Annotated[
            str,
            typer.Option(
                "--format",
                help="csv or parquet; ftm (FollowTheMoney entities) or gexf for chart tools, without handling C and what is restricted.",
            ),
        ] = "csv",
        run: Annotated[
            str | None, typer.Option(help="A replay, such as replay-1; by default the last completed run.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Writes every findings table from the last completed run."""
        from redshank import findings
        from redshank.audit import Audit
        from redshank.night import published
        from redshank.store import Store

        if form in ("ftm", "gexf"):
            _for_tools(folder, form, run, as_json)
            return
        if form not in ("csv", "parquet"):
            raise UsageError(f"--format {form}: there is no such format", "choose csv, parquet, ftm or gexf")
        store = Store.open(Settings.home)
        tables, about = published(store, run)
        counts = {name: rows.num_rows for name, rows in tables.items()}
        of = "no run" if about is None else f"run {run or about['number']}"
        left = {"format": form, "rows": sum(counts.values())}
        # What leaves is written down before it leaves: a full audit stops it, a failing folder leaves one entry too many.
        Audit(store.home).append("findings export", of, left, purpose=Settings.purpose)
        with writing_to(folder):
            files = findings.export(tables, folder, form)
        if as_json:
            print_json({"run": about, "rows": counts, "files": [str(f) for f in files]})
            return
        if about is None:
            out.print(
                "No night has run yet: the tables hold their headers alone. Run `redshank night` first."
            )
        for name, rows in counts.items():
            out.print(f"{name:16} {rows:>9,} rows")


def _for_tools(folder: Path, form: str, run: str | None, as_json: bool) -> None:
    """One file for tools that draw networks; the audit keeps that it left."""
    from redshank.audit import Audit
    from redshank.publish import exporting

    if run is not None:
        raise UsageError(
            f"--format {form} is of the last completed run", "leave --run away, or choose csv or parquet"
        )
    home = Path(Settings.home).absolute()
    text, told = exporting.made(home, form)
    left = {"run": told["run"], "format": form, "rows": sum(told["entities"].values())}
    Audit(home).append("findings export", f"run {told['run']}", left, purpose=Settings.purpose)
    with writing_to(folder):
        path = exporting.write(folder, form, text)
    if as_json:
        print_json(told | {"files": [str(path)]})
        return
    for name, count in told["entities"].items():
        out.print(f"{name:16} {count:>9,}")
