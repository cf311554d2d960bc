"""The small language in which rules are written, and its translation into regular expressions over words.

A rule's pattern reads like a sentence: ``{child} ... {get_into} .. {vehicle}``. Its parts, divided by spaces:

=============  ==========================================================================================
``word``       that word; ``a|b|c`` one of them; ``give~`` any form of the verb; ``car+`` singular or plural
``{name}``     one of a word class (``rules/classes.toml``); ``{a|b}`` one of either
``#k #a``      a number from 2 to 17, from 18 to 99, in figures or in words; ``#m`` two or more; ``#n`` any number
``#y``         a year from 1950
``\\( \\)``      a bracket of the text
``#x ^``       a word that neither a rule nor ``rules/ordinary.toml`` knows (a name, most often); the start of the sentence
``..``         up to three words; ``...`` up to seven; ``..5`` up to five. Never across a clause border
``( a|b c )``  one of several sequences: inside brackets ``|`` divides whole sequences (a, or b c)
``?``          after any part: may be missing
=============  ==========================================================================================

A sentence becomes a string of one character a word (each known word has its own, all unknown words share one),
so that a pattern is an ordinary regular expression over twenty characters instead of two hundred, and a class
of three hundred words is one character class.

Words that stand in the same classes have characters next to each other, so that a class is written as a few ranges;
and these characters lie beyond the basic plane, where the expression holds the ranges themselves instead of a map of
64 k signs for each class. Both are for the time it takes to compile: what matches is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from redshank.signals import inflect

UNKNOWN, ONE, KID, ADULT, NUMBER, YEAR, BORDER, QUOTE = "x", "i", "k", "a", "n", "y", ";", '"'
ORDINARY = "w"  # a word of rules/ordinary.toml: no rule asks for it, and it is no name
FIRST = 0x10000  # the character of the first known word: beyond the basic plane
APART = "\n"  # stands between code strings that are searched together; no pattern matches it
NUMBERS = frozenset(ONE + KID + ADULT + NUMBER + YEAR + UNKNOWN)
_NUMBER_WORDS = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
]
_ADULT_WORDS = ["eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty"]
_NUMBERS: dict[str, tuple[str, list[str]]] = {
    "#k": (KID, _NUMBER_WORDS),
    "#a": (ADULT, _ADULT_WORDS),
    "#n": (ONE + KID + ADULT + NUMBER, ["one", *_NUMBER_WORDS, *_ADULT_WORDS]),
    "#m": (KID + ADULT + NUMBER, [*_NUMBER_WORDS, *_ADULT_WORDS]),
    "#y": (YEAR, []),
    "#x": (UNKNOWN, []),
}
# Words over which no gap reaches: what stands after them is another statement.
CLAUSE_WORDS = ("but", "however", "although", "though", "except", "whereas", "nevertheless", "unless")


@dataclass(frozen=True)
class Part:
    """One node of a parsed pattern. kind: words, number, gap, seq, alt."""

    kind: str
    words: frozenset[str] = frozenset()
    codes: str = ""
    reach: int = 0
    parts: tuple[Part, ...] = ()
    optional: bool = False


class Written(NamedTuple):
    """A part as a regular expression, and the text by which it stands among other alternatives."""

    text: str
    order: str


class Pattern:
    """A pattern whose regular expression is made when it is first needed (most never are)."""

    def __init__(self, grammar: Grammar, part: Part) -> None:
        self.grammar, self.part = grammar, part

    @cached_property
    def written(self) -> str:
        return self.grammar.written(self.part)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return compiled(self.written)

    def __getstate__(self) -> dict[str, str]:
        """What is kept between runs (ready.py): the expression as text, without the parts it was written from."""
        return {"written": self.written}


class PatternError(ValueError):
    """A pattern that cannot be read; the message names it."""


@dataclass
class Grammar:
    """Word classes and the characters of known words."""

    classes: dict[str, Part] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    _frequent: dict[str, int] = field(default_factory=dict)
    common: frozenset[str] = frozenset()  # words too frequent to search for
    # Its place in the alphabet, as a sign: it alone decides which of two alternatives is tried first.
    alphabet: dict[str, str] = field(default_factory=dict)
    # By pattern, and by part (which is kept, so that its id stays its own): classes stand in hundreds of patterns.
    _parsed: dict[str, Part] = field(default_factory=dict)
    _atoms: dict[str, Part] = field(default_factory=dict)
    _required: dict[int, tuple[Part, list[frozenset[str]]]] = field(default_factory=dict)
    _weight: dict[frozenset[str], tuple[int, int, int, list[str]]] = field(default_factory=dict)
    _learnt: dict[int, Part] = field(default_factory=dict)
    _written: dict[int, tuple[Part, Written]] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """What is kept between runs (ready.py): without what is remembered by the identity of parts."""
        memories = ("_parsed", "_atoms", "_required", "_weight", "_learnt", "_written")
        return {**self.__dict__, **{name: {} for name in memories}}

    def weight(self, needed: frozenset[str]) -> tuple[int, int, int, list[str]]:
        """How bad a required set is to search for: numbers worst, then common and short words, then size."""
        if len(self._frequent) < len(self.common):
            # A function word stands in nearly every sentence, another frequent word in one of ten.
            self._frequent = {self.char(w): 10 if len(w) < 5 else 1 for w in sorted(self.common)}
        got = self._weight.get(needed)
        if got is None:
            cost = sum(self._frequent.get(c, 0) for c in needed)
            got = self._weight[needed] = (1 if needed & NUMBERS else 0, cost, len(needed), sorted(needed))
        return got

    def char(self, word: str) -> str:
        if word.isdecimal():  # a number in figures stands for its kind
            return number_code(word)
        got = self.code.get(word)
        if got is None:
            got = self.code[word] = chr(FIRST + len(self.code))
            self.alphabet.setdefault(word, chr(0x4E00 + len(self.alphabet)))
        return got

    def know(self, parts: Iterable[Part]) -> None:
        """Gives all words of some patterns their characters at once: in the alphabet's order their places, and next to
        each other those that stand in the same sets, large sets first."""
        sets: set[frozenset[str]] = {frozenset(CLAUSE_WORDS)}
        for part in inside(parts):
            if part.kind == "words":
                sets.add(part.words)
            elif part.kind == "alt":
                sets.add(self._flat(part)[0])
        words = sorted({word for some in sets for word in some if not word.isdigit()})
        for word in words:
            self.alphabet.setdefault(word, chr(0x4E00 + len(self.alphabet)))
        stands: dict[str, list[int]] = {word: [] for word in words}
        for number, some in enumerate(sorted(sets, key=lambda some: (-len(some), sorted(some)))):
            for word in some & stands.keys():
                stands[word].append(number)
        for word in sorted(words, key=lambda word: (stands[word], word)):
            self.char(word)

    def learn(self, part: Part) -> None:
        """Gives each word of a pattern its character now: the vocabulary is made before the regular expressions."""
        if id(part) in self._learnt:
            return
        for word in sorted(part.words):
            self.char(word)
        for inner in part.parts:
            self.learn(inner)
        self._learnt[id(part)] = part

    # ---- parsing ---------------------------------------------------------------------------------
    def parse(self, pattern: str) -> Part:
        got = self._parsed.get(pattern)
        if got is not None:
            return got
        bits = _spaced(pattern).split()
        part, rest = self._alternatives(bits, pattern)
        if rest:
            raise PatternError(f"unbalanced brackets in pattern: {pattern}")
        self._parsed[pattern] = part
        return part

    def _alternatives(self, bits: list[str], whole: str) -> tuple[Part, list[str]]:
        options: list[Part] = []
        seq: list[Part] = []
        while bits and not bits[0].startswith(")"):
            bit, bits = bits[0], bits[1:]
            if bit == "|":
                if not seq:
                    raise PatternError(f"an empty alternative in pattern: {whole}")
                options.append(Part("seq", parts=tuple(seq)))
                seq = []
            elif bit == "(":
                inner, bits = self._alternatives(bits, whole)
                if not bits:
                    raise PatternError(f"unbalanced brackets in pattern: {whole}")
                optional, bits = bits[0] == ")?", bits[1:]
                seq.append(Part(inner.kind, inner.words, inner.codes, inner.reach, inner.parts, optional))
            else:
                seq.append(self._atom(bit, whole))
        options.append(Part("seq", parts=tuple(seq)))
        return (options[0] if len(options) == 1 else Part("alt", parts=tuple(options))), bits

    def _atom(self, bit: str, whole: str) -> Part:
        got = self._atoms.get(bit)
        if got is None:
            got = self._atoms[bit] = self._read(bit, whole)
        return got

    def _read(self, bit: str, whole: str) -> Part:
        if bit == "^":
            return Part("start")
        if bit.startswith(".."):
            tail = bit.strip(".")
            reach = int(tail) if tail else (3 if bit == ".." else 7)
            return Part("gap", reach=reach)
        if bit.startswith("\\"):  # a bracket of the text itself
            return Part("words", frozenset((bit[1:],)))
        optional = bit.endswith("?") and len(bit) > 1
        if optional:
            bit = bit[:-1]
        pieces = re.split(r"\|(?![^{]*\})", bit)
        if len(pieces) > 1 and "{" in bit:
            return Part("alt", parts=tuple(self._atom(p, whole) for p in pieces), optional=optional)
        if bit.startswith("{"):
            names = bit.strip("{}").split("|")
            missing = [n for n in names if n not in self.classes and not n.startswith("#")]
            if missing:
                raise PatternError(f"no word class {missing[0]} in pattern: {whole}")
            found = [self._atom(n, whole) if n.startswith("#") else self.classes[n] for n in names]
            return Part("alt", parts=tuple(found), optional=optional)
        words: set[str] = set()
        codes = ""
        for one in bit.split("|"):
            if one.startswith("#"):
                if one not in _NUMBERS:
                    raise PatternError(f"no number kind {one} in pattern: {whole}")
                codes += _NUMBERS[one][0]
                words |= set(_NUMBERS[one][1])
            else:
                words |= forms(one)
        return Part("words", frozenset(words), codes, optional=optional)

    # ---- translation -----------------------------------------------------------------------------
    def regex(self, part: Part) -> re.Pattern[str]:
        """The pattern as a regular expression over code strings; each gap is a capturing group."""
        return compiled(self.written(part))

    def written(self, part: Part) -> str:
        """The text of that regular expression."""
        return self._re(part).text

    def _re(self, part: Part) -> Written:
        got = self._written.get(id(part))
        if got is None:
            got = self._written[id(part)] = (part, self._write(part))
        return got[1]

    def _write(self, part: Part) -> Written:
        if part.kind == "gap":
            chars = [self.char(w) for w in CLAUSE_WORDS]
            order = BORDER + QUOTE + "".join(self.alphabet[w] for w in CLAUSE_WORDS)
            stops = (APART + BORDER + QUOTE + ranges(chars), order)
            return Written(*(f"([^{stop}]{{0,{part.reach}}}?)" for stop in stops))
        if part.kind == "start":
            return Written("^", "^")
        if part.kind == "words":
            text = self._one_of(part.words, part.codes)
            if len(text.order) == len("[x]"):
                text = Written(*(t[1:-1] for t in text))
        elif part.kind == "seq":
            bits = [self._re(p) for p in part.parts]
            text = Written(*("".join(some) for some in zip(*bits, strict=True)))
            text = Written(*(f"(?:{t})" for t in text)) if part.optional else text
        else:
            single, codes, longer = self._flat(part)
            bits = sorted({self._re(p) for p in longer}, key=lambda b: (-len(b.order), b.order))
            if single or codes:
                bits.append(self._one_of(single, codes))
            text = Written(*("(?:" + "|".join(some) + ")" for some in zip(*bits, strict=True)))
        return Written(*(t + "?" for t in text)) if part.optional else text

    def _one_of(self, words: frozenset[str], codes: str) -> Written:
        """The class of some words and numbers."""
        chars = {self.char(w) for w in words} | set(codes)
        order = {self.alphabet.get(w) or self.char(w) for w in words} | set(codes)
        return Written(f"[{ranges(chars)}]", "[" + "".join(sorted(order)) + "]")

    def _flat(self, part: Part) -> tuple[frozenset[str], str, list[Part]]:
        """The words, the numbers and the longer alternatives of an alternative (nested ones included)."""
        words: set[str] = set()
        codes = ""
        longer: list[Part] = []
        for p in part.parts:
            while p.kind == "seq" and len(p.parts) == 1 and not p.parts[0].optional:
                p = p.parts[0]
            if p.kind == "words" and not p.optional:
                words |= p.words
                codes += p.codes
            elif p.kind == "alt" and not p.optional:
                inner, numbers, more = self._flat(p)
                words |= inner
                codes += numbers
                longer += more
            else:
                longer.append(p)
        return frozenset(words), codes, longer

    def pattern(self, part: Part) -> Pattern:
        """The pattern, its words known from now on, its regular expression made when it is first needed."""
        self.learn(part)
        return Pattern(self, part)

    def required(self, part: Part) -> list[frozenset[str]]:
        """Sets of characters of each of which a match must hold one; [] where nothing is certain."""
        got = self._required.get(id(part))
        if got is None:
            got = self._required[id(part)] = (part, self._sets(part))
        return got[1]

    def _sets(self, part: Part) -> list[frozenset[str]]:
        if part.optional or part.kind in ("gap", "start"):
            return []
        if part.kind == "words":
            return [frozenset(self.char(w) for w in part.words) | frozenset(part.codes)]
        if part.kind == "seq":
            return [r for p in part.parts for r in self.required(p)]
        # An alternative: one set that takes a required set of every branch (the smallest of each).
        union: set[str] = set()
        for p in part.parts:
            needs = self.required(p)
            if not needs:
                return []
            least: frozenset[str] = min(needs, key=self.weight)
            union |= least
        return [frozenset(union)]


def compiled(written: str) -> re.Pattern[str]:
    # Several code strings may be joined: no gap reaches over the border, and each has its start.
    return re.compile(written, re.MULTILINE)


def inside(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts and all parts in them, each once (a class stands in many patterns)."""
    seen: dict[int, Part] = {}
    left = list(parts)
    while left:
        part = left.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            left += part.parts
            yield part


def ranges(chars: Iterable[str]) -> str:
    """What stands between the brackets of a character class."""
    out: list[list[int]] = []
    for point in sorted(map(ord, chars)):
        if out and out[-1][1] + 1 == point:
            out[-1][1] = point
        else:
            out.append([point, point])
    text = [(re.escape(chr(a)), re.escape(chr(b)), b - a) for a, b in out]
    return "".join(a if not more else a + b if more == 1 else f"{a}-{b}" for a, b, more in text)


def _spaced(pattern: str) -> str:
    """Sets spaces around ``|`` inside round brackets, where it divides sequences; not inside curly ones."""
    if "(" not in pattern and ")" not in pattern:
        return pattern
    depth = curly = 0
    out = []
    for i, c in enumerate(pattern):
        bracket = pattern[i - 1 : i] in ("", " ") and pattern[i + 1 : i + 2] in ("", " ", "?")
        depth += (c == "(" and bracket) - (c == ")" and bracket)
        curly += (c == "{") - (c == "}")
        out.append(" | " if c == "|" and depth and not curly else c)
    return "".join(out)


def forms(bit: str) -> set[str]:
    """The words that one written part stands for: ``give~`` all verb forms, ``car+`` both numbers."""
    if bit.endswith("~"):
        return inflect.verb(bit[:-1])
    if bit.endswith("+"):
        return inflect.noun(bit[:-1])
    # Words are looked up without their possessive, so that a rule's "nan's" would be met nowhere.
    return {bit.removesuffix("'s") or bit}


def number_code(word: str) -> str:
    value = int(word) if len(word) < 6 else 0
    if value == 1:
        return ONE
    if 2 <= value <= 17:
        return KID
    if 18 <= value <= 99 and len(word) < 4:
        return ADULT
    return YEAR if 1950 <= value <= 2099 else NUMBER
