"""``redshank explain KIND ID``: why something stands where it does, down to the records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, out, print_json, writing_to
from redshank.errors import UsageError


def add(app: typer.Typer) -> None:
    @app.command(name="explain", epilog="Example: redshank --home demo/home explain group g-1a2b3c4d5e")
    def explain(
        kind: Annotated[
            str, typer.Argument(metavar="KIND", help="person, group, child, place, line or signal.")
        ],
        identity: Annotated[str, typer.Argument(metavar="ID", help="As it stands in the findings.")],
        chart: Annotated[
            Path | None, typer.Option(help="group: also write the chart (.svg or .html).")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Why a person, group, child, place, line or signal stands where it does, with the records."""
        from redshank import explain as explaining
        from redshank.audit import Audit
        from redshank.store import Store

        if kind not in explaining.KINDS:
            raise UsageError(
                f"explain {kind}: there is no such kind", f"choose one of {', '.join(explaining.KINDS)}"
            )
        if chart is not None and kind != "group":
            raise UsageError("--chart draws groups", "leave --chart away")
        store = Store.open(Settings.home)
        told = explaining.explain(store, kind, identity)
        Audit(Settings.home).append("explain", kind, {}, purpose=Settings.purpose, personal={"id": identity})
        if chart is not None:
            with writing_to(chart):
                explaining.write_chart(told, chart)
        if as_json:
            print_json(told)
        else:
            explaining.render(out, kind, told)
