"""What the web application keeps in the home: ``HOME/web`` with its database, its secret and its marks.

The secret is made here, once, by the machine; it is never a default and never in an environment. A file that is
too short, repeats itself, reads like a placeholder or can be read by others is refused.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from redshank.errors import NotPermitted
from redshank.settings import PLACEHOLDERS, PLACEHOLDERS_ALONE

SHORTEST = 50


def folder(home: Path) -> Path:
    """``HOME/web``, made private where it is missing."""
    path = Path(home) / "web"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def make_secret(home: Path) -> str:
    """The home's secret, made on first use with mode 0600; :class:`NotPermitted` where it is no secret."""
    path = folder(home) / "secret"
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_secret(home)
    with os.fdopen(fd, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return read_secret(home)


def read_secret(home: Path) -> str:
    """The secret; :class:`NotPermitted` where it is missing, a placeholder, or open to others."""
    path = Path(home) / "web" / "secret"
    advice = "remove the file and start again: a new one is made (everybody signs in anew)"
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotPermitted(f"{path}: there is no readable secret", "start with `redshank serve`") from error
    if mode & 0o077:
        raise NotPermitted(f"{path} can be read by others (its mode is {mode:04o})", f"chmod 600 {path}")
    weak = (
        len(text) < SHORTEST
        or len(set(text)) < 16
        or any(p in text.lower() for p in (*PLACEHOLDERS, *PLACEHOLDERS_ALONE))
    )
    if weak:
        raise NotPermitted(f"{path} holds no secret, but a placeholder", advice)
    return text


def demonstration_mark(home: Path) -> Path:
    """The mark of a demonstration home: written once, it refuses every extract but synthetic ones for good."""
    return Path(home) / "DEMONSTRATION"
