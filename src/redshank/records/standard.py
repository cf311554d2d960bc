"""Standard forms of what is compared: phones, postcodes, marks, handles, addresses, other names.

All are functions of one text, applied once to each different value (:func:`redshank.records.fold.by_value`).
None of them fails: what has no standard form stays, folded, so that equal entries still compare equal.
"""

from __future__ import annotations

import datetime as dt
import re

import phonenumbers
import pyarrow as pa
from anyascii import anyascii

from redshank.records.fold import by_value, fold_text
from redshank.records.rules import rules

_PUNCTUATION = re.compile(r"[\s().\-/]+")
_UK = re.compile(r"(?:0|\+44|0044)([1-357-9]\d{9})", re.ASCII)
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_NOT_PLAIN = re.compile(r"[^A-Z0-9]+")
_FLAT = re.compile(r"(FLAT|UNIT|ROOM) ([0-9A-Z]+)(?: (.*))?")
_NUMBERED = re.compile(r"[0-9]+[A-Z]?( [0-9]+[A-Z]?)? [A-Z].*")


def phone(text: str) -> str | None:
    """E.164 where it is a possible number (region GB), else its digits; null without a digit.

    The usual British shapes are recognised at once; everything else goes through Google's phonenumbers.
    tests/records/test_standard.py holds the two to the same answer.
    """
    bare = _PUNCTUATION.sub("", text)
    usual = _UK.fullmatch(bare)
    if usual:
        return f"+44{usual[1]}"
    return phone_by_library(text)


def phone_by_library(text: str) -> str | None:
    """The same, by the library alone."""
    try:
        parsed = phonenumbers.parse(text, "GB")
        possible = phonenumbers.is_possible_number_with_reason(parsed)
        if possible == phonenumbers.ValidationResult.IS_POSSIBLE:  # not one that only a town knows
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass  # no number by the library's rules: its digits are still comparable
    digits = "".join(c for c in text if c.isdigit() and c.isascii())
    return digits or None


def postcode(text: str) -> str | None:
    """``AB1 2CD`` where it has the shape of a postcode, else the folded text."""
    plain = plain_text(text)
    if plain is None:
        return None
    match = _POSTCODE.fullmatch(plain.replace(" ", ""))
    return f"{match[1]} {match[2]}" if match else plain


def vrm(text: str) -> str | None:
    """A registration mark: upper case letters and digits only."""
    return _NOT_PLAIN.sub("", anyascii(text).upper()) or None


def handle(text: str) -> str | None:
    """A name used online: case folded, without spaces at the ends and leading @."""
    return text.strip().casefold().lstrip("@").strip() or None


def plain_text(text: str) -> str | None:
    """Upper case letters and digits with single spaces; apostrophes vanish."""
    latin = anyascii(text).upper().replace("'", "")
    return _NOT_PLAIN.sub(" ", latin).strip() or None


def address(text: str) -> str | None:
    """House number and street of an address, with its flat where one is named: ``FLAT 2 14 HIGH STREET``.

    Parts are cut at commas and line breaks. Taken are a leading flat, then the first part that has a number
    and a street (a number alone is joined with the part after it), else the first part. Usual abbreviations
    are written out; ``ST`` is a street at the end of a part and a saint elsewhere.
    """
    parts = [p for p in (plain_text(p) for p in re.split(r"[,\n\r;]+", text)) if p]
    parts = [_expand(p) for p in parts]
    flat = ""
    if parts and (match := _FLAT.fullmatch(parts[0])):
        flat = f"{match[1]} {match[2]} "
        parts = ([match[3]] if match[3] else []) + parts[1:]
    for i, part in enumerate(parts):
        if _NUMBERED.fullmatch(part):
            return flat + part
        if re.fullmatch(r"[0-9]+[A-Z]?", part) and i + 1 < len(parts):
            return f"{flat}{part} {parts[i + 1]}"
    return (flat + parts[0] if parts else flat.strip()) or None


def _expand(part: str) -> str:
    words = [rules().street_words.get(w, w) for w in part.split()]
    if len(words) > 1 and words[-1] == "ST":
        words[-1] = "STREET"
    return " ".join(words)


def other_names(text: str) -> str | None:
    """Names joined with a pipe, each folded, without repetition, in their order."""
    names = dict.fromkeys(n for n in (fold_text(part) for part in text.split("|")) if n)
    return "|".join(names) or None


def first_name(folded: str) -> str | None:
    """The first of folded forenames."""
    return folded.split(" ", 1)[0] or None


def placeholder(days: pa.Array) -> pa.Array:
    """Whether a birth date is one that systems fill in where none is known; null without a date."""
    known = rules()
    texts = days.cast(pa.string())

    def check(text: str) -> bool:
        return text[5:] in known.placeholder_days or dt.date.fromisoformat(text) in known.placeholder_dates

    return by_value(texts, check, pa.bool_())
