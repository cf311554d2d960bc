"""The id of a hit."""

from __future__ import annotations

import hashlib


def signal_id(record_key: str, indicator: str, start: int | None, end: int | None, rule: str) -> str:
    """16 hexadecimal digits; the same hit of the same rule has the same id in every run."""
    said = f"{record_key}|{indicator}|{'' if start is None else start}|{'' if end is None else end}|{rule}"
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
