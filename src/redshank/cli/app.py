"""The program and its commands. One file a command; ``redshank COMMAND --help`` shows an example of each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank import __version__
from redshank.cli.common import Settings
from redshank.errors import UsageError

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Redshank reads a force's extracts every night, finds what no single record shows, and explains it from the records. "
    "It proposes; a person decides.",
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"redshank {__version__}")
        raise typer.Exit


@app.callback()
def program(
    home: Annotated[
        Path,
        typer.Option("--home", envvar="REDSHANK_HOME", help="Where everything that Redshank keeps lies."),
    ] = Path("redshank-home"),
    purpose: Annotated[
        str, typer.Option(envvar="REDSHANK_PURPOSE", help="Why you look; kept in the audit.")
    ] = "",
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    import os

    if len(purpose) > 200 or not purpose.isprintable():
        raise UsageError("--purpose: no plain text of up to 200 signs", "say in one line why you look")
    Settings.home = Path(home)
    Settings.purpose = purpose
    os.environ["REDSHANK_HOME"] = str(home)


from redshank.cli import (  # noqa: E402 - each module adds its commands to the program above
    audit,
    backup,
    doctor,
    erase,
    evaluate,
    explain,
    findings,
    judge,
    labels,
    language,
    load,
    mapping,
    night,
    notices,
    product,
    pull,
    rules,
    serve,
    shadow,
    sources,
    synthetic,
    user,
    watch,
)

for module in (
    synthetic,
    load,
    pull,
    mapping,
    night,
    serve,
    sources,
    findings,
    product,
    explain,
    evaluate,
    language,
    rules,
    judge,
    labels,
    shadow,
    doctor,
    audit,
    backup,
    erase,
    user,
    notices,
    watch,
):
    module.add(app)
