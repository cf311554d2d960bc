"""Where the key of a backup comes from: the environment, or a file of its own beside the first backup."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from redshank.errors import UsageError
from redshank.settings import refuse_made_up

KEY_VARIABLE = "REDSHANK_KEY"
SHORTEST = 16
"""Signs that a key of the user's own needs at least (local default; a made one has 43)."""


def beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.key")


def key_for_backup(file: Path) -> tuple[str, Path | None]:
    """The key, and the file it was written to when it had to be made (mode 0600; an older one is used again)."""
    given = _for_a_new_backup()
    if given:
        return given, None
    path = beside(file)
    if path.is_file():
        return _read(path), path
    key = secrets.token_urlsafe(32)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(key + "\n")
    return key, path


def key_for_restore(file: Path, key_file: Path | None) -> str:
    """The key of a backup: of the file named, of the environment, or of the file beside it. UsageError: none."""
    if key_file is not None:
        return _read(key_file)
    given = _given()
    if given:
        return given
    if beside(file).is_file():
        return _read(beside(file))
    raise UsageError(
        f"{file}: there is no key to open it with",
        f"set {KEY_VARIABLE}, or name the file of the key with --key-file",
    )


def _given() -> str:
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key and len(key) < SHORTEST:
        raise UsageError(
            f"{KEY_VARIABLE} is shorter than {SHORTEST} signs",
            "take a longer one: it guards children's records",
        )
    return key


def _for_a_new_backup() -> str:
    """The key of the environment; one of a manual seals nothing (it still opens what was sealed with it)."""
    key = _given()
    refuse_made_up(key, KEY_VARIABLE)
    return key


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: no key can be read there", "name the file of the key with --key-file"
        ) from error
