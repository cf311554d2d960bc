"""How a spelling becomes comparable. Publishing and searching fold with the same functions, so that they meet.

Words are ASCII letters and digits, lower case: accents and scripts go by anyascii, apostrophes vanish. A name has four
kinds of words in the index, told apart by their first letter: ``n`` as written, ``k`` other forms of the name (William,
Bill), ``s`` its consonants as heard, ``d`` itself with one letter left out. A near spelling shares an ``s`` or a ``d``; how
near it is, :func:`near` decides.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from anyascii import anyascii

_APOSTROPHES = re.compile(r"['’‘ʼʻ`´]")
_WORD = re.compile(r"[a-z0-9]+")
_HEARD = tuple(
    (re.compile(pattern), heard)
    for pattern, heard in (
        (r"^(kn|gn|pn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"tch|sch|cz|sz|sh|ch", "x"), (r"ph", "f"), (r"gh", "g"),
        (r"ck|kh|q", "k"), (r"dh|th", "t"), (r"bh", "b"), (r"zh|z", "s"), (r"c(?=[eiy])", "s"), (r"c", "k"), (r"w", "v"),
        (r"d", "t"),
    )
)  # fmt: skip
_SILENT = re.compile(r"(?<=.)[aeiouyh]+")
_TWICE = re.compile(r"(.)\1+")
_MOBILE = re.compile(r"44(7[1-57-9]\d\d)(\d{6})")
POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?([0-9]([A-Z]{2})?)?$")


def folded(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    return _APOSTROPHES.sub("", text if text.isascii() else anyascii(text)).lower()


def words(text: str) -> list[str]:
    """The words of a text in their order."""
    return _WORD.findall(folded(text))


@lru_cache(maxsize=200_000)
def heard(word: str) -> str:
    """The consonants of a word as they are heard, after its first letter: Kathryn and Catherine are both ``ktrn``."""
    for pattern, sound in _HEARD:
        word = pattern.sub(sound, word)
    return _TWICE.sub(r"\1", _SILENT.sub("", _TWICE.sub(r"\1", word)))


@lru_cache(maxsize=200_000)
def shortened(word: str) -> tuple[str, ...]:
    """The word, and the word with one letter left out at each place; short words only as they are."""
    if len(word) < 4:
        return (word,)
    return tuple(dict.fromkeys([word, *(word[:i] + word[i + 1 :] for i in range(len(word)))]))


@lru_cache(maxsize=200_000)
def name_words(word: str, forms: tuple[str, ...] = ()) -> str:
    """What the index holds of one word of a name."""
    out = [f"n{word}", *(f"k{form}" for form in forms)]
    if word.isalpha() and len(word) > 2:
        out += [f"s{heard(word)}", *(f"d{x}" for x in shortened(word))]
    return " ".join(out)


def edits(a: str, b: str, most: int = 3) -> int:
    """How many letters were changed, added, left out or exchanged with their neighbour; ``most`` when it is that or more."""
    if abs(len(a) - len(b)) >= most:
        return most
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row = row, [i]
        for j, y in enumerate(b, 1):
            least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before = last
    return min(row[-1], most)


def near(asked: str, written: str) -> bool:
    """Whether one may be a slip or another spelling of the other."""
    if min(len(asked), len(written)) < 3:
        return False
    allowed = 1 if min(len(asked), len(written)) < 6 else 2
    return edits(asked, written) <= allowed or (len(heard(asked)) > 2 and heard(asked) == heard(written))


def compact(text: str) -> str:
    """Upper case letters and digits without spaces: vehicle marks, postcodes, references."""
    return "".join(words(text)).upper()


def handle(text: str) -> str:
    return text.strip().casefold().lstrip("@").strip()


@lru_cache(maxsize=50_000)
def number(text: str) -> str:
    """A phone number as its digits with the country's code; its own digits where it is no possible number."""
    try:
        parsed = phonenumbers.parse(text, "GB")
        if phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)[1:]
    except phonenumbers.NumberParseException:
        pass  # its digits can still be compared
    return "".join(c for c in text if c.isdecimal() and c.isascii())


@lru_cache(maxsize=50_000)
def number_words(digits: str) -> str:
    """A number as it is said: 07700 900123."""
    if mobile := _MOBILE.fullmatch(
        digits
    ):  # most are, and the library takes a third of a millisecond for each
        return f"0{mobile[1]} {mobile[2]}"
    try:
        parsed = phonenumbers.parse(f"+{digits}", "GB")
        if phonenumbers.is_possible_number(parsed):
            kind = phonenumbers.PhoneNumberFormat
            home = parsed.country_code == 44
            return phonenumbers.format_number(parsed, kind.NATIONAL if home else kind.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        pass  # no number by the library's rules: shown as it is
    return digits


def postcode_words(value: str) -> str:
    return f"{value[:-3]} {value[-3:]}" if len(value) > 4 else value
