"""The small words that fill slots."""

from __future__ import annotations

from functools import cache

from redshank.synthetic.grammar import load


@cache
def _all() -> dict[str, list[str]]:
    return load("slots.toml")["words"]


def words(slot: str) -> list[str]:
    """The words of a slot; an unknown slot is an error of the grammar."""
    return _all()[slot]


def shortenings() -> dict[str, str]:
    """Words in full to the way in which a hurried hand writes them."""
    return load("slots.toml")["short"]
