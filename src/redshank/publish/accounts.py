"""Accounts from the command line: made, and given a new password. There is no default account."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path
from typing import Any

from redshank.errors import UsageError
from redshank.publish.setup import prepare_django


def _ready(home: Path) -> None:
    from redshank.store import Store

    Store.open(home)
    prepare_django(home)
    from redshank.web.fresh import migrate

    migrate()


def add(home: Path, username: str, name: str, role: str, **told: Any) -> str:
    """Makes an account and returns its first password, which is shown once."""
    _ready(home)
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from redshank.web.access import standing
    from redshank.web.accounts.models import User
    from redshank.web.accounts.roles import ROLES

    if role not in ROLES:
        raise UsageError(f"--role {role}: there is no such role", f"choose one of {', '.join(ROLES)}")
    if told["vetting"] and told["vetting"] not in standing.NEEDS.levels:
        raise UsageError(f"--vetting {told['vetting']}: there is no such level", f"choose one of {', '.join(standing.NEEDS.levels)}")  # fmt: skip
    if role == "partner_member" and not told["agency"]:
        raise UsageError("a partner member belongs to an agency", "add --agency")
    manager = _found(told["manager"]) if told["manager"] else None
    deputy = _found(told["deputy"]) if told.get("deputy") else None
    password = secrets.token_urlsafe(15)
    try:
        with transaction.atomic():
            user = User.objects.make(username, name, role, password, agency=told["agency"], deputy=deputy)
            standing.record(
                user, trained_on=told["trained_on"], vetting=told["vetting"], vetted_until=told["vetted_until"],
                manager=manager, certified_on=date.today(),
            )  # fmt: skip
    except ValidationError as error:
        raise UsageError(f"{username}: {'; '.join(error.messages)}", "choose another") from error
    return password


def _found(username: str) -> Any:
    from redshank.web.accounts.models import User

    found = User.objects.filter(username=username).first()
    if found is None:
        raise UsageError(f"{username}: there is no such account", "the administrator's page lists them")
    if found.demonstration:
        raise UsageError(f"{username} belongs to the demonstration", "its accounts have no password")
    return found


def reset(home: Path, username: str) -> str:
    """A new password and a new second factor; what was open of the account ends."""
    _ready(home)
    from axes.utils import reset as unlock
    from django.db import transaction
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from redshank.web.api import tokens

    password = secrets.token_urlsafe(15)
    with transaction.atomic():
        user = _found(username)
        user.set_password(password)  # the hash of a session goes with it: whoever is signed in is signed out
        user.save(update_fields=["password"])
        TOTPDevice.objects.filter(user=user).delete()
        unlock(username=username)
        tokens.end_of(user, "its owner's account was reset")
    return password


def token(home: Path, username: str, name: str, scopes: list[str], days: int) -> tuple[int, str]:
    """A token of this account for the interface: its number, and the token, which is told once."""
    _ready(home)
    from redshank.web.accounts.models import User
    from redshank.web.api import scopes as known
    from redshank.web.api import tokens

    owner = User.objects.filter(username=username, is_active=True).first()
    if owner is None:
        raise UsageError(f"{username}: there is no such account", "the administrator's page lists them")
    try:
        row, secret = tokens.make(owner, name, scopes, days)
    except tokens.NotAllowed as reason:
        raise UsageError(f"{reason}", f"scopes for this role: {', '.join(known.open_to(owner)) or 'none'}") from reason  # fmt: skip
    return row.pk, secret
