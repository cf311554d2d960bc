"""Sending e-mail through the force's own mail server, as the environment describes it; nothing by default.

``REDSHANK_SMTP_HOST``           the mail server
``REDSHANK_SMTP_PORT``           its port; else 587 with STARTTLS and 25 without
``REDSHANK_SMTP_FROM``           the sender's address
``REDSHANK_SMTP_STARTTLS``       ``yes`` (as without it) or ``no``
``REDSHANK_SMTP_USER``           the account at the mail server, where it asks for one …
``REDSHANK_SMTP_PASSWORD_FILE``  … and a file of mode 0600 that holds its password

``REDSHANK_ORIGIN`` is needed with it: a message leads to the pages by nothing else.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redshank.errors import NotPermitted, UsageError
from redshank.settings import refuse_made_up

BEFORE = "REDSHANK_SMTP_"
KNOWN = ("HOST", "PORT", "FROM", "STARTTLS", "USER", "PASSWORD_FILE")
#: Seconds after which a mail server that says nothing is given up until the next round.
PATIENCE = 20


@dataclass(frozen=True)
class Server:
    """One mail server. The password is never part of a text that this object gives of itself."""

    host: str
    port: int
    sender: str
    starttls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def read(environment: Mapping[str, str]) -> Server | None:
    """The mail server that the environment describes, or None where it describes none.

    Errors: :class:`UsageError` half a description or an unknown name; :class:`NotPermitted` a password that others can read.
    """
    told = {k.removeprefix(BEFORE): v.strip() for k, v in environment.items() if k.startswith(BEFORE)}
    told = {k: v for k, v in told.items() if v}
    if not told:
        return None
    if unknown := sorted(set(told) - set(KNOWN)):
        raise UsageError(f"{BEFORE}{unknown[0]}: there is no such setting", f"known: {', '.join(BEFORE + k for k in KNOWN)}")  # fmt: skip
    if missing := [k for k in ("HOST", "FROM") if k not in told]:
        raise UsageError(f"{BEFORE}{missing[0]} is missing", "e-mail needs a mail server and a sender")
    if not environment.get("REDSHANK_ORIGIN"):
        raise UsageError("REDSHANK_ORIGIN is missing", "an e-mail leads to the pages by it: write https://…")
    if told.get("STARTTLS", "yes") not in ("yes", "no"):
        raise UsageError(f"{BEFORE}STARTTLS is neither yes nor no", "write yes or no")
    if ("USER" in told) != ("PASSWORD_FILE" in told):
        raise UsageError(f"{BEFORE}USER and {BEFORE}PASSWORD_FILE go together", "set both, or neither")
    if "@" not in told["FROM"] or not told["FROM"].isascii() or not told["FROM"].isprintable():
        raise UsageError(f"{BEFORE}FROM is no address", "write redshank@…")
    starttls = told.get("STARTTLS", "yes") == "yes"
    port = told.get("PORT", "587" if starttls else "25")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(f"{BEFORE}PORT is no port", "write 587, or leave it away")
    return Server(told["HOST"], int(port), told["FROM"], starttls, told.get("USER", ""), _password(told))


def _password(told: Mapping[str, str]) -> str:
    if "PASSWORD_FILE" not in told:
        return ""
    path = Path(told["PASSWORD_FILE"])
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{BEFORE}PASSWORD_FILE: {path} cannot be read", "name a file with the password") from error  # fmt: skip
    if mode & 0o077:
        raise NotPermitted(f"{path} can be read by others (its mode is {mode:04o})", f"chmod 600 {path}")
    refuse_made_up(text, f"{BEFORE}PASSWORD_FILE")
    return text
