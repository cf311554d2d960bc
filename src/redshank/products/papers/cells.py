"""A cell that a spreadsheet cannot take for a formula: the one place where it is decided, for products and for pages."""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(text: str) -> str:
    """A text that would be read as a formula is led by an apostrophe, which a spreadsheet shows as text."""
    return "'" + text if text[:1] in STARTS else text
