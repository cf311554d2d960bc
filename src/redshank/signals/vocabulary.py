"""The words of a grammar with their slips of the hand, as the readers look them up."""

from __future__ import annotations

from functools import cached_property

from redshank.signals import inflect
from redshank.signals import text as reading
from redshank.signals.grammar import BORDER, ORDINARY, QUOTE, UNKNOWN, Grammar, number_code
from redshank.signals.words import Words

_DASHES = "-–—―"


class Chars(dict[str, str]):
    """The character of each word as it stands; looked up once, then remembered (bounded)."""

    def __init__(self, code: dict[str, str], slip: dict[str, str]) -> None:
        super().__init__()
        self.code, self.slip = code, slip

    def __missing__(self, raw: str) -> str:
        word = reading.plain(raw)
        char = self.code.get(word)
        if char is None:
            if word.isdecimal():
                char = number_code(word)
            elif word in '"“”„«»':
                char = QUOTE
            elif word in _DASHES or word == ";":
                char = BORDER
            elif not word[0].isalnum():
                char = "_"
            else:
                char = self.slip.get(word, UNKNOWN)
        if len(self) < 200_000:
            self[raw] = char
        return char


class Vocabulary:
    """The words of a grammar with their slips of the hand, as the readers look them up."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.code = dict(grammar.code)
        # Slips never take the place of a word that some rule knows.
        self.slip: dict[str, str] = {}
        for word in sorted(w for w, c in self.code.items() if c != ORDINARY):
            for slip in inflect.slips(word):
                if slip not in self.code:
                    self.slip.setdefault(slip, self.code[word])
        self.chars_of = Chars(self.code, self.slip)

    @cached_property
    def words(self) -> Words:
        return Words({w: ord(c) for w, c in (*self.slip.items(), *self.code.items())})


_vocabularies: dict[tuple[int, int], Vocabulary] = {}


def vocabulary(grammar: Grammar) -> Vocabulary:
    """Made once for a grammar, and again when it has learnt new words."""
    key = (id(grammar), len(grammar.code))
    got = _vocabularies.get(key)
    if got is None or got.grammar is not grammar:
        got = Vocabulary(grammar)
        share(got)
    return got


def share(words: Vocabulary) -> None:
    """From now on the vocabulary of its grammar, for every engine that is made with it."""
    _vocabularies[id(words.grammar), len(words.grammar.code)] = words
