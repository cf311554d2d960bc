"""The token that opens ``/metrics`` from another machine: in a file of mode 0600 that ``REDSHANK_METRICS_TOKEN_FILE`` names."""

from __future__ import annotations

import stat
from pathlib import Path

from redshank.errors import NotPermitted, UsageError
from redshank.settings import refuse_made_up

NAME = "REDSHANK_METRICS_TOKEN_FILE"
SHORTEST = 20


def read(file: str) -> str:
    """The token, or nothing where no file is named. Errors: UsageError unreadable or short; NotPermitted open to others."""
    if not file.strip():
        return ""
    path = Path(file.strip())
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{NAME}: {path} cannot be read", "name a file with the token") from error
    if mode & 0o077:
        raise NotPermitted(f"{path} can be read by others (its mode is {mode:04o})", f"chmod 600 {path}")
    if len(text) < SHORTEST:
        raise UsageError(f"{NAME}: the token in {path} is shorter than {SHORTEST} signs", "take a longer one")
    refuse_made_up(text, NAME)
    return text
