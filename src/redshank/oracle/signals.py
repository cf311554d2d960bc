"""The slow, obvious reading of the rules: what a hit and its status mean, word by word (standard library only).

It reads the same rules and the same sentences as the scanner, and nothing else of it: no automaton, no code
strings, no regular expressions over them, no shortcuts. A pattern is matched against the list of words by trying
every way; the scanner must find the same spans and the same status.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from redshank.signals import text as reading
from redshank.signals.grammar import CLAUSE_WORDS, Part, number_code
from redshank.signals.rules import Rule, Rulebook

Word = str  # a word as written in a rule, or a kind: "#k" … as one character, "?" unknown, ";" border


def kinds(book: Rulebook, words: list[str]) -> list[str]:
    """Each token as a rule sees it: the word itself if some rule knows it, else its kind."""
    out = []
    for w in words:
        if w in book.grammar.code:
            out.append(w)
        elif w.isdecimal():
            out.append("=" + number_code(w))
        elif w in '"“”„«»':
            out.append("=quote")
        elif w in "-–—―;":
            out.append("=border")
        else:
            out.append("=x" if w[0].isalnum() else "=mark")
    return out


def ways(
    part: Part, words: list[str], at: int, gaps: tuple[tuple[int, int], ...]
) -> Iterator[tuple[int, tuple]]:
    """Every (end, gaps) with which a pattern matches from a word on, in order of preference."""
    if part.kind == "start":
        if at == 0:
            yield at, gaps
        return
    if part.kind == "gap":
        for n in range(part.reach + 1):
            if n and (at + n > len(words) or words[at + n - 1] in ("=border", "=quote", *CLAUSE_WORDS)):
                return
            yield at + n, (*gaps, (at, at + n))
        return
    if part.kind == "words":
        if at < len(words):
            w = words[at]
            known = w in part.words and not w.isdecimal()
            if (
                known
                or any(w == "=" + c for c in part.codes)
                or any(d.isdecimal() and w == "=" + number_code(d) for d in part.words)
            ):
                yield at + 1, gaps
    elif part.kind == "seq":
        yield from _sequence(part.parts, words, at, gaps)
    else:
        for p in part.parts:
            yield from ways(p, words, at, gaps)
    if part.optional:
        yield at, gaps


def _sequence(parts: tuple[Part, ...], words: list[str], at: int, gaps: tuple) -> Iterator[tuple[int, tuple]]:
    if not parts:
        yield at, gaps
        return
    for middle, inner in ways(parts[0], words, at, gaps):
        yield from _sequence(parts[1:], words, middle, inner)


def holds(part: Part, words: list[str]) -> bool:
    """Whether the pattern matches anywhere."""
    return any(True for at in range(len(words)) for _ in ways(part, words, at, ()))


def indicators_in(book: Rulebook, text: str, speaks_of_child: bool = True) -> set[str]:
    """Indicators of which some rule matches some sentence, whatever the status."""
    folded = reading.fold(text)
    out = set()
    for start, end in reading.sentences(text):
        words = kinds(book, [w for _, _, w in reading.tokens(folded, start, end)])
        for rule in book.indicators:
            if (
                rule.indicator not in out
                and not (
                    rule.only or rule.says
                )  # a topic counts with some statuses alone, a denial unless denied
                and (rule.child == "none" or speaks_of_child)
                and _matches(book, rule, words)
            ):
                out.add(rule.indicator)
    return out


def _matches(book: Rulebook, rule: Rule, words: list[str]) -> bool:
    if not any(holds(book.grammar.parse(p), words) for p in rule.patterns):
        return False
    if not all(holds(book.grammar.parse(p), words) for p in rule.beside):
        return False
    return not any(holds(book.grammar.parse(p), words) for p in rule.unless)


def status_of(
    book: Rulebook,
    text: str,
    start: int,
    end: int,
    gaps: list[tuple[int, int]],
    today: date | None,
    test: object,
) -> str:
    """Status of a hit at characters [start, end) of one sentence's text, with ``gaps`` in words of the sentence.

    ``test`` is the arithmetic condition of a cue (context._holds): numbers are the one thing shared.
    """
    tokens = reading.tokens(reading.fold(text), 0, len(text))
    words = kinds(book, [w for _, _, w in tokens])
    first = next(i for i, t in enumerate(tokens) if t[0] == start)
    last = next(i for i, t in enumerate(tokens) if t[1] == end) + 1
    own = set(range(first, last)) - {i for a, b in gaps for i in range(a, b)}
    cues = _cues(book, tokens, words, today, test)
    hard, soft, modal = (
        {a for p in book.borders[k] for a, _ in _leftmost(book, p, words)} for k in ("hard", "soft", "modal")
    )
    hard |= {i for i, w in enumerate(words) if w == "=border"}
    quotes = reading.spoken(text, reading.quotations(text))
    quote = next((q for q in quotes if q[0] <= start < q[1]), None)

    def reaches(cue: tuple[str, str, int, int, int]) -> bool:
        _, direction, a, b, reach = cue
        if direction == "sentence":
            return True
        if a >= last:
            if direction in ("after", "ahead") or (
                direction == "back_if" and not any(m < first for m in modal)
            ):
                return False
            between = range(last, a)
        elif b <= first or (a < first and direction != "before"):
            if direction in ("before", "back_if"):
                return False
            between = range(min(b, first), first)
        else:
            return direction not in ("before", "back_if")
        if len(between) > reach or any(i in hard for i in between):
            return False
        return not (direction == "after" and any(i in soft for i in between))

    governing = []
    for cue in cues:
        own_word = cue[2] in own and cue[1] != "sentence"
        if cue[0] in ("negated", "hypothetical") and not own_word and reaches(cue):
            inside = quote is None or quote[0] <= tokens[cue[2]][0] < quote[1] or 0 <= first - cue[3] < 4
            if inside:
                governing.append(cue)
    if governing:
        ahead = [c for c in governing if c[2] < last]
        return (ahead or governing)[0][0]
    if quote is not None:
        return "reported_speech"

    def distances(status: str) -> list[int]:
        out = []
        for s, _, a, b, _ in cues:
            between = range(b, first) if b <= first else range(last, a)
            if s == status and not any(i in hard for i in between):
                out.append(max(0, first - b, a - last))
        return out

    past, now = distances("historic"), distances("present")
    return "historic" if past and not (now and min(now) < min(past)) else "affirmed"


def _leftmost(book: Rulebook, pattern: str, words: list[str]) -> list[tuple[int, int]]:
    """Matches from left to right that do not overlap, each the first way that works."""
    part = book.grammar.parse(pattern)
    out, at = [], 0
    while at < len(words):
        end = next((e for e, _ in ways(part, words, at, ()) if e > at), None)
        if end is None:
            at += 1
        else:
            out.append((at, end))
            at = end
    return out


def _cues(book: Rulebook, tokens: list, words: list[str], today: date | None, test: object) -> list[tuple]:
    found = []
    for cue in book.cues:
        for pattern in cue.patterns:
            for a, b in _leftmost(book, pattern, words):
                if not cue.test or test(cue.test, tokens[a:b], today):  # type: ignore[operator]
                    found.append((cue.status, cue.direction, a, b, cue.reach))
    kept = []
    for f in found:
        inside_longer = any(
            k is not f
            and k[2] <= f[2]
            and f[3] <= k[3]
            and (
                (k[0] == "nothing" and (k[3] - k[2] >= f[3] - f[2]) and f[0] != "nothing")
                or (k[1] == f[1] and k[3] - k[2] > f[3] - f[2])
            )
            for k in found
        )
        if not inside_longer and f[0] != "nothing":
            kept.append(f)
    return sorted(set(kept), key=lambda f: (f[2], f[3]))
