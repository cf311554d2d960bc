"""``redshank doctor``: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, out, print_json
from redshank.errors import Exit


def add(app: typer.Typer) -> None:
    @app.command(name="doctor", epilog="Example: redshank --home demo/home doctor")
    def doctor(
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
        strict: Annotated[
            bool, typer.Option("--strict", help="Exit 1 also where somebody should only look.")
        ] = False,
    ) -> None:
        """Checks machine, settings, home, store, audit, deliveries, backups and pages; says what to do.

        Nothing is written. Each mistake has a code that docs/reference/doctor.md explains. Exit 11: the store is damaged; 1: something
        else does not work or is not safe.
        """
        from redshank.doctor import Place, look

        seen = list(look(Place(Path(Settings.home).absolute())))
        if as_json:
            print_json(
                [
                    {
                        "check": s.check,
                        "found": s.found,
                        "good": s.good,
                        "code": s.code,
                        "level": s.level,
                        "advice": s.advice,
                    }
                    for s in seen
                ]
            )
        else:
            for s in seen:
                word = {"bad": "BAD ", "look": "LOOK"}.get(s.level, "good")
                code = f" [{s.code}]" if s.code else ""
                out.print(f"{word}  {s.check}: {s.found}{code}", markup=False)
                if s.advice:
                    out.print(f"      {s.advice}", markup=False)
        codes = {s.code for s in seen if not s.good}
        if codes or (strict and any(s.code for s in seen)):
            raise typer.Exit(int(Exit.STORE if "D13" in codes else Exit.FOUND))
