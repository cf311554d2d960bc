"""A date or a time as one text writes it, by the formats of a mapping. No zone and no range: only what stands there."""

from __future__ import annotations

import datetime as dt
import re

from redshank.sources.mapping import compile_format

_EPOCH = dt.datetime(1970, 1, 1)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?([Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def as_written(text: str, formats: tuple[str, ...]) -> tuple[int, bool] | None:
    """Microseconds as written and whether it had an offset (then they are UTC), or nothing."""
    for pattern in formats:
        try:
            found = _iso(text) if pattern == "ISO" else _formatted(text, pattern)
        except (ValueError, OverflowError):
            continue  # the shape of a date, but no such day
        if found is not None:
            return found
    return None


def _iso(text: str) -> tuple[int, bool] | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, part, zone = match.groups()
    moment = dt.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    micros = _micros(moment) + int((part or "0").ljust(6, "0")[:6])
    if zone is None:
        return micros, False
    if zone in "Zz":
        return micros, True
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "").ljust(4, "0")
    if int(digits[:2]) > 14 or int(digits[2:]) > 59:
        return None
    return micros - sign * (int(digits[:2]) * 60 + int(digits[2:])) * 60_000_000, True


def _formatted(text: str, pattern: str) -> tuple[int, bool] | None:
    match = compile_format(pattern).fullmatch(text)
    if match is None:
        return None
    part = match.groupdict()
    if "m" in part:
        month = int(part["m"])
    else:
        word = (part.get("B") or part.get("b") or "").casefold()
        full = [m for m in _MONTHS if m == word or ("b" in part and m[:3] == word)]
        if not full:
            return None
        month = _MONTHS.index(full[0]) + 1
    hour, minute, second = (int(part.get(k) or 0) for k in "HMS")
    return _micros(dt.datetime(int(part["Y"]), month, int(part["d"]), hour, minute, second)), False


def _micros(moment: dt.datetime) -> int:
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000
