"""``redshank serve``: the web application on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, Steps, out
from redshank.errors import NotPermitted, UsageError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add(app: typer.Typer) -> None:
    @app.command(name="serve", epilog="Example: redshank --home demo/home serve --port 8000")
    def serve(
        host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
        port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
        threads: Annotated[
            int, typer.Option(help="How many requests at once in each process.", min=1, max=64)
        ] = 8,
        workers: Annotated[
            int, typer.Option(help="How many processes; 0 is one for each core, four at most.", min=0, max=16)
        ] = 0,
        prepare_only: Annotated[
            bool, typer.Option("--prepare", help="Make the database, publish the last night, and end.")
        ] = False,
    ) -> None:
        """Publishes the last completed night to the pages and serves them; Ctrl-C ends it."""
        from redshank import publish
        from redshank.store import Store

        if host not in LOOPBACK and not os.environ.get("REDSHANK_ORIGIN", "").startswith("https://"):
            raise NotPermitted(
                f"--host {host}: others could read what travels",
                "put a proxy with TLS before it and set REDSHANK_ORIGIN=https://…, or stay on 127.0.0.1",
            )
        home = Path(Settings.home).absolute()
        Store.open(home)
        with Steps() as steps:
            done = publish.prepare(home, steps)
        if not _assets():
            out.print(
                "The pages' styles are not here: install Node 18 or newer with npm and run `make setup`. "
                "The pages work without them, but look bare."
            )
        if prepare_only:
            out.print("The pages are ready. Open them with:")
            out.print(f"  redshank --home {Settings.home} serve", markup=False)
            return
        _audit(home, done)
        out.print(f"Redshank serves http://{host}:{port}/ from {Settings.home}", markup=False)
        if done["demonstration"]:
            out.print(f"A demonstration: choose a role at http://{host}:{port}/demonstration", markup=False)
        from redshank.publish.serving import cores, run

        try:
            run(home, host, port, threads, workers or min(4, cores()))
        except OSError as error:
            raise UsageError(
                f"--port {port}: cannot be listened on ({error.strerror})", "name another"
            ) from error


def _assets() -> bool:
    from redshank import web

    return (Path(str(web.__file__)).parent / "assets" / "govuk-frontend.css").exists()


def _audit(home: Path, done: dict) -> None:
    from redshank.audit import Audit

    rows = sum(counts["standing"] for counts in done["published"].values())
    Audit(home).append("serve", "web application", {"rows published": rows}, purpose=Settings.purpose)
