"""``redshank user``: accounts of the web application, made and reset on the server."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, out
from redshank.errors import UsageError

users = typer.Typer(help="Accounts of the web application.", no_args_is_help=True)


def _day(text: str, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{option} {text}: this is no date", "write 2026-03-14") from None


def add(app: typer.Typer) -> None:
    app.add_typer(users, name="user")


def _say(username: str, password: str, home: Path, action: str) -> None:
    from redshank.audit import Audit

    Audit(home).append(action, "account", {}, purpose=Settings.purpose, personal={"account": username})
    out.print(f"{username} signs in with this password, shown once: {password}", markup=False)
    out.print("At the first sign-in the authenticator app is set up.")


@users.command(
    name="add",
    epilog="Example: redshank --home home user add j.reed 'Jo Reed' --role analyst --trained-on 2026-03-14",
)
def make(
    username: Annotated[str, typer.Argument(help="What the person types to sign in.")],
    name: Annotated[str, typer.Argument(help="The person's name, as pages say it.")],
    role: Annotated[str, typer.Option(help="One role (docs/reference/permissions.md).")],
    agency: Annotated[str, typer.Option(help="The agency of a partner member.")] = "",
    trained_on: Annotated[str, typer.Option(help="Day of the training; without it nothing opens.")] = "",
    vetting: Annotated[str, typer.Option(help="Level of vetting.")] = "",
    vetted_until: Annotated[str, typer.Option(help="Last day of the vetting.")] = "",
    manager: Annotated[str, typer.Option(help="Account of the line manager.")] = "",
    deputy: Annotated[str, typer.Option(help="Account of the deputy, who stands in.")] = "",
) -> None:
    """Makes an account; its first password is printed once."""
    from redshank.publish import accounts

    home = Path(Settings.home).absolute()
    password = accounts.add(
        home, username, name, role, agency=agency, trained_on=_day(trained_on, "--trained-on"), vetting=vetting,
        vetted_until=_day(vetted_until, "--vetted-until"), manager=manager, deputy=deputy,
    )  # fmt: skip
    _say(username, password, home, "user add")


@users.command(epilog="Example: redshank --home home user reset j.reed")
def reset(username: Annotated[str, typer.Argument(help="The account.")]) -> None:
    """Gives an account a new password and a new second factor, and unlocks it."""
    from redshank.publish import accounts

    home = Path(Settings.home).absolute()
    _say(username, accounts.reset(home, username), home, "user reset")


@users.command(
    epilog="Example: redshank --home home user token j.reed 'Case system' --scope concerns.write --scope concerns.read"
)
def token(
    username: Annotated[str, typer.Argument(help="The account as which a program reads and writes.")],
    name: Annotated[str, typer.Argument(help="What the token is for.")],
    scope: Annotated[list[str], typer.Option(help="What it may do (docs/interfaces.md); again for more.")],
    days: Annotated[int, typer.Option(help="For how many days it is good, at most 90.")] = 30,
) -> None:
    """Makes a token for the interface; it is printed once, and the account's page lists it."""
    from redshank.audit import Audit
    from redshank.publish import accounts

    home = Path(Settings.home).absolute()
    number, secret = accounts.token(home, username, name, scope, days)
    personal = {"account": username}
    Audit(home).append("user token", "token", {"number": number, "scopes": scope, "days": days}, purpose=Settings.purpose, personal=personal)  # fmt: skip
    out.print(f"Token {number} of {username}, shown once: {secret}", markup=False)
