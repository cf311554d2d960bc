"""Reading a text without changing it: folding, words, sentences, quotations.

Everything here works in characters of the text as received. Folding keeps the length, so an offset in the
folded copy is an offset in the original. Nothing is normalised away: CRLF, emoji, combining marks and a
byte-order mark only ever sit between words or inside one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# A word is letters (with combining marks, one inner apostrophe) or digits; "y/o", "u/k" are one word; any other
# visible character is a token of its own. Digits and letters are split: "14yo" is "14", "yo".
TOKEN = re.compile(
    r"(?<![^\W_])[a-z]/[a-z](?![^\W_])|\d+|[^\W\d_][^\W\d_\u0300-\u036f]*(?:[\u0300-\u036f\u00ad\u200b][^\W\d_\u0300-\u036f]*)*"
    r"(?:['’ʼ´`][^\W\d_]+)?|(?<![^\W_])[-/‐‑]|[-/‐‑](?![^\W_])|[^\w\s\u0300-\u036f\u00ad\u200b\ufeff/‐‑-]"
)
_APOSTROPHES = str.maketrans(
    {"’": "'", "ʼ": "'", "´": "'", "`": "'", "‘": "'", "\u00ad": None, "\u200b": None}
)
_CANDIDATE = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|[.!?](?=[A-Z][a-z])|;|\r\n|\n|\r|\u2028|\u2029")
_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\.?$")
# Never the end of a sentence (titles), or not before a small letter or digit (measures).
TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "mx",
        "dr",
        "st",
        "sgt",
        "insp",
        "supt",
        "ch",
        "det",
        "prof",
        "rev",
        "cllr",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "approx",
        "tel",
        "ref",
        "ext",
        "cf",
        "vs",
    ]
)
MEASURES = frozenset(
    [
        "hrs",
        "hr",
        "yrs",
        "yr",
        "mins",
        "min",
        "no",
        "nos",
        "etc",
        "approx",
        "est",
        "dob",
        "mob",
        "reg",
        "veh",
        "sect",
        "para",
        "inf",
        "addr",
        "a.m",
        "p.m",
    ]
)
_NOT_OPENING = frozenset(["til", "till", "em", "cos", "cause", "bout", "n", "tis", "twas"])
QUOTE_LIMIT = 800  # characters; a longer "quotation" is a mark somebody forgot


def fold(text: str) -> str:
    """Lower case with the same number of characters (a character whose lower form is longer is kept)."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def plain(word: str) -> str:
    """The form under which a word of a folded text is looked up: plain apostrophe, no accents, no possessive."""
    if not word.isascii():
        word = word.translate(_APOSTROPHES)
        if not word.isascii():
            word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if word.endswith("'s") and len(word) > 2:
        word = word[:-2]
    return word


def tokens(folded: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """(start, end, word as looked up) of each token; a hyphen or slash between words joins and is no token."""
    return [(m.start(), m.end(), plain(m.group())) for m in TOKEN.finditer(folded, start, end)]


def _breaks(text: str, m: re.Match[str], line_start: int) -> bool:
    mark = m.group()
    if mark == ";":
        return True
    end = m.end()
    if mark in ("\r\n", "\n", "\r", "\u2028", "\u2029"):
        after = text[end : end + 1]
        before = text[line_start : m.start()].rstrip()
        if not after or after in "\r\n" or not before or before[-1] in ".!?:":
            return True
        if after.isspace():
            after = text[end : end + 40].lstrip()[:1]
        # A long line that does not end its sentence was wrapped; a short one is an entry of a log.
        return not after.islower() and m.start() - line_start < 60
    before = text[max(0, m.start() - 14) : m.start()]
    word = _WORD_BEFORE.search(before)
    if word is None or not mark.startswith(".") or len(mark) > 1:
        return True
    last = word.group(1).lower()
    following = text[end : end + 3].lstrip()[:1]
    if last in TITLES or (len(last) == 1 and last not in "i" and following.isalpha() and following.isupper()):
        return False
    return not (last in MEASURES and (following.islower() or following.isdigit()))


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open spans that cover the text; a semicolon and the end of a log's line end a sentence too."""
    out = []
    start = line = 0
    for m in _CANDIDATE.finditer(text):
        if _breaks(text, m, line):
            if m.end() > start:
                out.append((start, m.end()))
            start = m.end()
        if m.group()[0] in "\r\n\u2028\u2029":
            line = m.end()
    if start < len(text):
        out.append((start, len(text)))
    return out


_OPENING = re.compile("[\"“„«'‘]")
_QUOTE = re.compile("[\"“”„«»'‘’]")
_PAIRS = {"“": "”", "„": "“", "«": "»"}


def quotations(text: str) -> list[tuple[int, int]]:
    """Spans between quotation marks (marks excluded), of any length in words; see :func:`spoken` for the rest.

    Straight and curly, double and single. A single mark opens only before a word and after a space, and closes
    only before something that is no letter, so an apostrophe never does. A mark without a partner is ignored.
    """
    out: list[tuple[int, int]] = []
    if not _OPENING.search(text):
        return out
    open_at: dict[str, int] = {}
    for m in _QUOTE.finditer(text):
        i, c = m.start(), m.group()
        before = text[i - 1] if i else " "
        after = text[i + 1] if i + 1 < len(text) else " "
        opens = not before.isalnum() and before not in ".,!?" and not after.isspace()
        closes = not before.isspace() and not after.isalnum()
        kind = {"“": '"', "”": '"', "„": '"', "«": "«", "»": "«", "‘": "'", "’": "'"}.get(c, c)
        at = open_at.get(kind)
        if at is not None and i - at > QUOTE_LIMIT:
            del open_at[kind]
            at = None
        if at is not None and closes and c not in "“«‘":
            out.append((at, i))
            del open_at[kind]
        elif c not in "”»’" and (opens or (at is None and c in "“„«")):
            if kind == "'" and _first_word(text, i + 1) in _NOT_OPENING:
                continue
            if at is None or kind != "'":
                open_at[kind] = i + 1
    out.sort()
    return out


def _first_word(text: str, at: int) -> str:
    m = re.compile(r"[^\W\d_]+").match(text, at)
    return m.group().lower() if m else ""


def spoken(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those quotations that quote speech: three words or more, or directly after a colon or a word of saying."""
    return [
        (s, e)
        for s, e in spans
        if len(text[s:e].split()) >= 3 or _SAYING.search(text[max(0, s - 24) : s - 1])
    ]


_SAYING = re.compile(
    r"(?:\b(?:said|says|say|saying|stated?|states|stating|told (?:me|us|her|him|them|staff|officers)|replied|asked|wrote|"
    r"writes|shouted|answered|quotes?|quoted|verbatim|words)[ ,:]*|:\s*)$",
    re.I,
)


def positions(spans: list[tuple[int, int]]) -> Iterator[int]:
    """Every character inside the spans (used by the tests)."""
    for s, e in spans:
        yield from range(s, e)
