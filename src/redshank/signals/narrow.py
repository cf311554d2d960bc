"""Folded text as bytes, one a character, and what each byte says about the borders of words.

ASCII stays itself; every other character becomes a byte for what it is: a letter, a digit, a space, a mark, or odd
(combining marks, soft hyphens and the like, whose words only :mod:`text` divides).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_LETTER, _DIGIT, _SPACE, _MARK, ODD, CURLY, ELLIPSIS, LINE, CLOSING = range(128, 137)
# To what part of a word a byte may belong.
NONE, BODY, NUMBER, SINGLE = range(4)
_PAD = b" " * 32  # behind the text: a space, and room for the last word
_STANDS_FOR = {"’": CURLY, "…": ELLIPSIS, "\u2028": LINE, "\u2029": LINE, "”": CLOSING}
_ODD = frozenset("´ʼ\u00ad\u200b‐‑\ufeff") | frozenset(map(chr, range(0x300, 0x370)))


def byte_of(char: str) -> int:
    """The byte that stands for a character."""
    if char in _STANDS_FOR:
        return _STANDS_FOR[char]
    if char in _ODD or "\ud800" <= char <= "\udfff":
        return ODD
    if char < "\x80":
        return ord(char)
    if char.isalnum():
        return _DIGIT if char.isdecimal() else _LETTER
    return _SPACE if char.isspace() else _MARK


def table(*wanted: int | str) -> Flags:
    """For each byte whether it is one of these."""
    out = np.zeros(256, bool)
    out[[ord(c) if isinstance(c, str) else c for c in wanted]] = True
    return out


def _part(byte: int) -> int:
    char = chr(byte)
    if byte >= 128:
        return {_LETTER: BODY, _DIGIT: NUMBER, _MARK: SINGLE, CURLY: SINGLE, ELLIPSIS: SINGLE, CLOSING: SINGLE}.get(
            byte, NONE
        )  # fmt: skip
    if char.isalnum():
        return NUMBER if char.isdecimal() else BODY
    return NONE if char.isspace() or char in "_-/`" else SINGLE


_PARTS = bytes(map(_part, range(256)))
SPACES = table(*(c for c in map(chr, range(128)) if c.isspace()), _SPACE, LINE)
SMALL = table(*"abcdefghijklmnopqrstuvwxyz")
# ASCII that is a token of its own when it stands alone.
ALONE = np.frombuffer(_PARTS, np.uint8) >= NUMBER
ALONE[128:] = False
ALONE[[ord("-"), ord("/")]] = True


class Narrow:
    """A folded text as bytes."""

    def __init__(self, folded: str) -> None:
        if folded.isascii():
            self.bytes = np.frombuffer(folded.encode() + _PAD, np.uint8)
        else:
            wide = np.frombuffer(folded.encode("utf-32-le", "surrogatepass") + _PAD * 4, np.uint32)
            self.bytes = wide.astype(np.uint8)
            self.bytes[len(folded) :] = ord(" ")
            places = np.flatnonzero(wide[: len(folded)] > 127)
            chars, which = np.unique(wide[places], return_inverse=True)
            self.bytes[places] = np.array([byte_of(chr(c)) for c in chars.tolist()], np.uint8)[which]
        self.chars: Bytes = self.bytes[: len(folded)]
        parts = bytearray(self.chars.tobytes().translate(_PARTS))
        self.parts: Bytes = np.frombuffer(parts, np.uint8)

    def at(self, *wanted: int | str) -> Ints:
        """The places of some characters."""
        found = np.zeros(len(self.chars), bool)
        for c in wanted:
            found |= self.chars == (ord(c) if isinstance(c, str) else c)
        return np.flatnonzero(found)

    def part_at(self, places: Ints) -> Bytes:
        """The parts of some characters; before the first and behind the last there is none."""
        inside = (places >= 0) & (places < len(self.parts))
        return np.where(inside, self.parts[np.where(inside, places, 0)], np.uint8(NONE))


def tokens(narrow: Narrow) -> tuple[Ints, Ints, Ints, Ints]:
    """(starts, ends, marks inside words, places whose words need a closer look), from neighbouring characters alone.

    An apostrophe between letters and the slash of "y/o" are part of a word; a hyphen or slash between words is no
    token.
    """
    parts = narrow.parts
    place = narrow.at("'", CURLY)
    inner = place[(narrow.part_at(place - 1) == BODY) & (narrow.part_at(place + 1) == BODY)]
    slash = narrow.at("/")
    slash = slash[(slash > 0) & SMALL[narrow.bytes[slash - 1]] & SMALL[narrow.bytes[slash + 1]]]
    before, after = slash - 2, slash + 2
    lone = ~_alnum(narrow.part_at(before)) & ~_alnum(narrow.part_at(after))
    slash, before, after = slash[lone], before[lone], after[lone]
    near = table("-", "/", "'", CURLY)
    doubtful = slash[near[narrow.bytes[before]] | near[narrow.bytes[after]]]
    joiner = narrow.at("-", "/")
    joiner = joiner[~(_alnum(narrow.part_at(joiner - 1)) & _alnum(narrow.part_at(joiner + 1)))]
    parts[joiner] = SINGLE
    inner = np.sort(np.concatenate([inner, slash]))
    parts[inner] = BODY

    differs = np.ones(len(parts) + 1, bool)
    np.not_equal(parts[1:], parts[:-1], out=differs[1:-1])
    single, some = parts == SINGLE, parts != NONE
    starts = np.flatnonzero(some & (differs[:-1] | single))
    ends = np.flatnonzero(some & (differs[1:] | single)) + 1
    token = np.searchsorted(starts, inner, "right") - 1
    twice = inner[1:][np.diff(token) == 0]  # of two apostrophes in one word only the first is part of it
    small = (narrow.chars - np.uint8(ord("a"))) < 26
    not_plain = np.flatnonzero((parts == BODY) & ~small)
    doubtful = np.concatenate([doubtful, twice])
    return starts, ends, not_plain, doubtful


def _alnum(parts: Bytes) -> Flags:
    return (parts == BODY) | (parts == NUMBER)
