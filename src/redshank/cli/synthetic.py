"""``redshank synthetic``: writes the synthetic force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Steps, out, print_json, writing_to
from redshank.errors import UsageError


def add(app: typer.Typer) -> None:
    @app.command(name="synthetic", epilog="Example: redshank synthetic demo/force --scale small --seed 7")
    def synthetic(
        folder: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write into.")],
        scale: Annotated[
            str, typer.Option(help="small (3 k records), medium (60 k) or large (1 M).")
        ] = "small",
        seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
        days: Annotated[int, typer.Option(help="How many days the first delivery covers.")] = 730,
        swap: Annotated[
            str,
            typer.Option(
                help="The same force with only this changed for everybody: ethnicity, nationality, tradition or sex."
            ),
        ] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Writes a synthetic force: deliveries OUT/first and OUT/night, and its truth OUT/truth."""
        from redshank import synthetic as force

        if scale not in ("small", "medium", "large"):
            raise UsageError(f"--scale {scale}: there is no such scale", "choose small, medium or large")
        if swap not in ("", "ethnicity", "nationality", "tradition", "sex"):
            raise UsageError(
                f"--swap {swap}: nothing of that name can be changed",
                "choose ethnicity, nationality, tradition or sex",
            )
        if days < 300:
            raise UsageError(f"--days {days}: groups and their traces need months", "give 300 or more")
        with writing_to(folder):
            folder.mkdir(parents=True, exist_ok=True)
        with writing_to(folder), Steps(quiet=as_json) as steps:
            counts = force.write(
                folder,
                scale=scale,
                seed=seed,
                days=days,
                swap=swap,
                progress=lambda step: steps(step, 0, 1),
            )
        if as_json:
            print_json(counts)
        else:
            out.print(
                f"A synthetic force ({scale}, seed {seed}) lies in {folder}: first/, night/ and truth/."
            )
