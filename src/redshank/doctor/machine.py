"""What the machine and its settings say: Python, libraries, settings, files of secrets, clock's zone, the mail server."""

from __future__ import annotations

import socket
import stat
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from redshank import settings
from redshank.doctor import Place, Seen, right, wrong
from redshank.errors import RedshankError

#: Library → the least version and the first that is too new (docs/decisions/0002-pins.md).
NEEDS = {"duckdb": ("1.5", "2"), "ibis-framework": ("12", "13"), "splink": ("5", "6"), "sqlglot": ("0", "30"), "django": ("5.2", "5.3")}  # fmt: skip
ZONES = ("Europe/London", "UTC", "Etc/UTC", "GB", "Etc/UCT", "UCT", "Universal", "Etc/Universal", "Zulu", "")
PATIENCE = 5  # seconds for the mail server


def looks(place: Place) -> Iterator[Seen]:
    yield from _python(place)
    styles = (place.package / "web" / "assets" / "govuk-frontend.css").is_file()
    yield right("D03", "here") if styles else wrong("D03", "missing from the package")
    yield from _settings(place)
    yield from _secrets(place)
    known = place.zone in ZONES
    yield right("D26", place.zone or "not named") if known else wrong("D26", place.zone)
    yield from _mail(place)


def _part(text: str) -> tuple[int, ...]:
    return tuple(int(x) for x in text.split(".") if x.isdigit())


def _python(place: Place) -> Iterator[Seen]:
    version = place.version or metadata.version
    python = version("python") if place.version else ".".join(map(str, sys.version_info[:3]))
    yield right("D01", python) if _part(python) >= (3, 11) else wrong("D01", python)
    found = {name: version(name) for name in NEEDS}
    off = [n for n, v in found.items() if not _part(NEEDS[n][0]) <= _part(v) < _part(NEEDS[n][1])]
    if off:
        yield wrong("D02", ", ".join(f"{n} {found[n]}, not from {NEEDS[n][0]} to below {NEEDS[n][1]}" for n in off))  # fmt: skip
    else:
        yield right("D02", ", ".join(f"{n} {v}" for n, v in found.items()))


def _settings(place: Place) -> Iterator[Seen]:
    half = _half_told(place)
    if half:
        yield from half
    else:
        told = sum(1 for n in settings.NAMES if place.environment.get(n))
        yield right("D04", f"{told} set")
    for name in settings.unknown(place.environment):
        yield wrong("D05", name, name)
    if place.environment.get("REDSHANK_DEBUG"):
        yield wrong("D06", "on")


def _half_told(place: Place) -> list[Seen]:
    """Each reader of settings is asked; a secret that others can read is the next look's."""
    from redshank.backup.keys import KEY_VARIABLE, SHORTEST
    from redshank.web import mailing, provider

    out = []
    # What lies in the files of secrets is looked at apart, so that one mistake is told once.
    without = {k: v for k, v in place.environment.items() if k not in settings.SECRET_FILES}
    if place.environment.get("REDSHANK_OIDC_CLIENT_SECRET_FILE"):
        without.setdefault("REDSHANK_OIDC_CLIENT_SECRET", "in a file")
    if place.environment.get("REDSHANK_SMTP_PASSWORD_FILE"):
        without.pop("REDSHANK_SMTP_USER", None)
    for read in (mailing.read, provider.read):
        try:
            read(without)
        except RedshankError as error:
            out.append(wrong("D04", error.message, error.message.split(" ")[0].rstrip(":")))
    key = place.environment.get(KEY_VARIABLE, "").strip()
    if key and len(key) < SHORTEST:
        out.append(wrong("D04", f"{KEY_VARIABLE} is shorter than {SHORTEST} signs", KEY_VARIABLE))
    for name in ("REDSHANK_READER_MEMORY_MB", "REDSHANK_READER_SECONDS"):
        text = place.environment.get(name)
        if text is not None and (not text.isdigit() or int(text) < 1):
            out.append(wrong("D04", f"{name} is no whole number above 0", name))
    if place.environment.get("REDSHANK_LOG_FORMAT", "plain") not in ("plain", "json"):
        out.append(wrong("D04", "REDSHANK_LOG_FORMAT is neither plain nor json", "REDSHANK_LOG_FORMAT"))
    return out


def _secrets(place: Place) -> Iterator[Seen]:
    named = [place.environment[n] for n in settings.SECRET_FILES if place.environment.get(n)]
    files = [Path(n) for n in named]
    if place.home.parent.is_dir():  # keys that were made beside a backup and left there
        files += sorted(place.home.parent.glob("*.backup.key"))
    bad = False
    for path in files:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError as error:
            bad = True
            yield wrong("D07", f"{path}: {error.strerror}", path)
            continue
        if mode & 0o077:
            bad = True
            yield wrong("D07", f"{path} can be read by others (its mode is {mode:04o})", path)
    if not bad:
        yield right("D07", f"{len(files)} looked at")


def _mail(place: Place) -> Iterator[Seen]:
    host = place.environment.get("REDSHANK_SMTP_HOST", "").strip()
    if not host:
        return
    plain = place.environment.get("REDSHANK_SMTP_STARTTLS", "yes") == "no"
    port = place.environment.get("REDSHANK_SMTP_PORT", "").strip() or ("25" if plain else "587")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return  # told as a setting
    try:
        with socket.create_connection((host, int(port)), timeout=PATIENCE):
            yield right("D35", "answers")
    except OSError as error:
        yield wrong("D35", f"port {port}: {error.strerror or 'no answer'}")
