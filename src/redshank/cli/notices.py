"""``redshank notices``: what waits for people, in the application and by e-mail."""

from __future__ import annotations

from pathlib import Path

import typer

from redshank.cli.common import Settings, err, out
from redshank.errors import Exit

notices = typer.Typer(help="Notices that something waits, without personal data.", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    app.add_typer(notices, name="notices")


@notices.callback()
def _of_notices() -> None:
    """Notices that something waits, without personal data."""


@notices.command(epilog="Example: redshank --home demo/home notices send")
def send() -> None:
    """Writes reminders of what is due, and sends what waits by e-mail; safe to run again. The pages do the same every few minutes."""
    from redshank.publish import notices as posted

    home = Path(Settings.home).absolute()
    posted.ready(home)
    told = posted.send(home)
    if told["busy"]:
        out.print("Another process is sending now; what waits is in its hands.")
        return
    out.print(f"{told['reminders']} new reminders.")
    if not told["server"]:
        out.print("No mail server is set up (REDSHANK_SMTP_HOST): notices stand on the pages alone.")
        return
    out.print(f"{told['sent']} people were written to.")
    if told["failure"] or told["refused"]:
        if told["refused"]:
            err.print(f"{told['refused']} messages were refused; they are kept and tried again. The administrator's first page says whose.")  # fmt: skip
        if told["failure"]:
            err.print(f"{told['failure']}. Everything is kept and tried again.", markup=False)
        raise typer.Exit(int(Exit.FOUND))
