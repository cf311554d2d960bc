"""Reads many texts at once: words and sentences of a whole buffer as arrays, exactly as :mod:`text` reads one.

Nine of ten records state nothing, so no Python object is made for a word before a rule may match. The texts are
folded and joined, one byte a character (:mod:`narrow`), where the borders of words follow from neighbouring bytes;
each plain word is looked up by a number made of its letters (:mod:`words`). Words with anything but a-z in them are
looked up one by one. What neighbouring characters alone do not decide is left to :mod:`text`: the words of texts
with combining marks, soft hyphens and the like, and the sentences of texts with line breaks, titles or marks before
a bracket.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from redshank.signals import narrow as bytewise
from redshank.signals import text as reading
from redshank.signals.narrow import ALONE, SMALL, SPACES, Narrow, table
from redshank.signals.words import Words, no_end, numbers

CHUNK = 1_000_000  # characters of text joined for one pass
SEPARATOR = "\n\n"
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_MARKS = table(*".!?")
_AFTER_MARKS = table(*".!?\"')]", bytewise.CURLY, bytewise.CLOSING)


@dataclass(frozen=True)
class Batch:
    """Some texts, read. Offsets are characters of ``folded``; text n is ``folded[starts[n]:ends[n]]``."""

    texts: list[str]
    folded: str
    starts: Ints
    ends: Ints
    token_start: Ints
    token_end: Ints
    codes: str  # a character for each token
    first: Ints  # the first token of each text, and the number of all tokens
    breaks: Ints  # where sentences end, beside the ends of the texts
    edges: Ints  # the first token of each sentence that has one, and the number of all tokens

    @cached_property
    def sentence_codes(self) -> list[str]:
        """The code string of each sentence with a word."""
        return [self.codes[a:b] for a, b in itertools.pairwise(self.edges.tolist())]

    @cached_property
    def bounds(self) -> list[int]:
        """The first sentence of each text, and the number of all sentences."""
        return np.searchsorted(self.edges[:-1], self.first).tolist()  # type: ignore[no-any-return]

    def sentences(self, n: int) -> list[tuple[int, int]]:
        """Half-open spans that cover text n, in characters of that text."""
        low, high = int(self.starts[n]), int(self.ends[n])
        a, b = np.searchsorted(self.breaks, (low, high), "right").tolist()
        marks = [low, *self.breaks[a:b].tolist()]
        if marks[-1] != high:
            marks.append(high)
        return [(s - low, e - low) for s, e in itertools.pairwise(marks)]


def chunks(texts: list[str]) -> list[tuple[int, int]]:
    """Half-open ranges of texts of about CHUNK characters each."""
    out = []
    low = size = 0
    for n, length in enumerate(map(len, texts)):
        size += length + len(SEPARATOR)
        if size >= CHUNK:
            out.append((low, n + 1))
            low, size = n + 1, 0
    if low < len(texts):
        out.append((low, len(texts)))
    return out


def read_batch(texts: list[str], words: Words, chars_of: Mapping[str, str]) -> Batch:
    """Words and sentences of some texts. ``words``: the plain words known; ``chars_of``: of any word as it stands."""
    lower = list(map(str.lower, texts))
    sizes = list(map(len, texts))
    if sizes != list(map(len, lower)):
        lower = list(map(reading.fold, texts))
    folded = SEPARATOR.join(lower)
    lengths = np.array(sizes, np.int64)
    ends = np.cumsum(lengths + len(SEPARATOR)) - len(SEPARATOR)
    starts = ends - lengths

    narrow = Narrow(folded)
    t_start, t_end, not_plain, doubtful = bytewise.tokens(narrow)
    unclear = np.zeros(len(texts), bool)  # texts whose words are left to the rule itself
    for places in (narrow.at("`", bytewise.ODD), doubtful):
        unclear[_text_of(starts, places)] = True
    if unclear.any():
        t_start, t_end = _read_again(folded, starts, ends, unclear, t_start, t_end)
    first = np.searchsorted(t_start, np.append(starts, len(folded)))

    lead = narrow.chars[t_start]
    alone = ALONE[lead] & (t_end - t_start == 1)
    other = ~(alone | SMALL[lead])
    other[np.searchsorted(t_start, not_plain, "right") - 1] = True
    for n in np.flatnonzero(unclear).tolist():
        other[first[n] : first[n + 1]] = True
    hashes = numbers(narrow.bytes, t_start, t_end)
    points = words.find(hashes)
    np.copyto(points, np.uint32(ord(chars_of["zzzzzzzzzzzz"])), where=points == 0)
    np.copyto(points, _alone(chars_of)[lead], where=alone)
    rest = np.flatnonzero(other)  # neither a word of a-z nor one mark: numbers, accents, apostrophes
    at, to = t_start[rest].tolist(), t_end[rest].tolist()
    slow = "".join([chars_of[folded[s:e]] for s, e in zip(at, to, strict=True)])
    points[rest] = np.frombuffer(slow.encode("utf-32-le"), np.uint32)
    codes = points.tobytes().decode("utf-32-le")

    breaks, unsure = _breaks(texts, narrow, starts, ends, (t_start, lead, hashes, other))
    unsure |= unclear
    if unsure.any():
        breaks = _break_again(texts, starts, unsure, breaks)
    edge = np.zeros(len(t_start) + 1, bool)
    edge[first] = edge[np.searchsorted(t_start, breaks)] = True
    edges = np.flatnonzero(edge)
    return Batch(texts, folded, starts, ends, t_start, t_end, codes, first, breaks, edges)


def _text_of(starts: Ints, places: Ints) -> Ints:
    """The number of the text in which each character stands."""
    return np.searchsorted(starts, places, "right") - 1


def _alone(chars_of: Mapping[str, str]) -> NDArray[np.uint32]:
    """The character of each digit and mark that stands alone."""
    return np.array([ord(chars_of[chr(i)]) if ALONE[i] else 0 for i in range(256)], np.uint32)


def _read_again(
    folded: str, starts: Ints, ends: Ints, unclear: Flags, t_start: Ints, t_end: Ints
) -> tuple[Ints, Ints]:
    """The words with those of unclear texts read by the rule itself."""
    keep = ~unclear[_text_of(starts, t_start)]
    spans = [
        m.span()
        for n in np.flatnonzero(unclear).tolist()
        for m in reading.TOKEN.finditer(folded, int(starts[n]), int(ends[n]))
    ]
    again = np.array(spans, np.int64).reshape(-1, 2)
    t_start = np.concatenate([t_start[keep], again[:, 0]])
    t_end = np.concatenate([t_end[keep], again[:, 1]])
    order = np.argsort(t_start, kind="stable")
    return t_start[order], t_end[order]


def _breaks(
    texts: list[str],
    narrow: Narrow,
    starts: Ints,
    ends: Ints,
    tokens: tuple[Ints, NDArray[np.uint8], NDArray[np.uint64], Flags],
) -> tuple[Ints, Flags]:
    """(where sentences end, texts in which only :mod:`text` can say)."""
    t_start, lead, hashes, other = tokens
    chars = narrow.bytes
    unsure = np.zeros(len(starts), bool)
    line = narrow.at("\n", "\r", bytewise.LINE)
    inside = _text_of(starts, line)
    unsure[inside[line < ends[inside]]] = True
    unsure[_text_of(starts, narrow.at(bytewise.ELLIPSIS))] = True
    token = np.flatnonzero(_MARKS[lead])
    place = t_start[token]
    following = chars[place + 1]
    # A mark before a mark, a closing bracket or a quotation mark.
    unsure[_text_of(starts, place[_AFTER_MARKS[following]])] = True
    # A mark before a capital: the fold hides it, so the text itself is asked.
    tight = place[SMALL[following]]
    inside = _text_of(starts, tight)
    for n, at in zip(inside.tolist(), (tight + 1 - starts[inside]).tolist(), strict=True):
        if texts[n][at].isupper():
            unsure[n] = True
    token = token[SPACES[following] & ~_MARKS[chars[place - 1]]]
    place = t_start[token]
    dot = lead[token] == ord(".")
    after_word = dot & (narrow.part_at(place - 1) == bytewise.BODY)
    out = [place[~after_word], t_start[lead == ord(";")]]
    # A full stop after a word: a title, a measure or one letter needs a closer look.
    word, place = token[after_word] - 1, place[after_word]
    begin = t_start[word]
    close = other[word] | (place - begin < 2) | (chars[begin - 1] == ord("."))
    titles = no_end()
    close |= titles[np.minimum(np.searchsorted(titles, hashes[word]), len(titles) - 1)] == hashes[word]
    unsure[_text_of(starts, place[close])] = True
    ending = np.zeros(len(chars) + 1, bool)
    for places in (*out, place[~close]):
        ending[places + 1] = True
    return np.flatnonzero(ending), unsure


def _break_again(texts: list[str], starts: Ints, unsure: Flags, breaks: Ints) -> Ints:
    """The ends of sentences with those of unsure texts found by :mod:`text`."""
    kept = breaks[~unsure[_text_of(starts, breaks - 1)]]
    again = [
        np.array([e for _, e in reading.sentences(texts[n])], np.int64) + starts[n]
        for n in np.flatnonzero(unsure).tolist()
    ]
    return np.sort(np.concatenate([kept, *again]))
