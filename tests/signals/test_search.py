"""Many code strings searched at once give the matches that each gives alone; many texts, the hits of each."""

import datetime as dt
import itertools
import random

import pytest

from redshank.signals.grammar import Grammar, Pattern
from redshank.signals.reader import read_batch
from redshank.signals.ready import language_engine, rulebook, signal_engine
from redshank.signals.search import Search

DAY = dt.date(2026, 3, 1)
PATTERNS = [
    "girl .. car",
    "^ girl",
    "girl ... car|bus",
    "( seen in | near ) car",
    "but car",
    "#k car",
    "girl ..",
]
WORDS = ["girl", "car", "bus", "seen", "in", "near", ";", "x", "5", '"', "but"]


def alone(regexes, codes):
    return [
        (n, k, m.span(), m.groups())
        for n, r in enumerate(regexes)
        for k, c in enumerate(codes)
        for m in r.finditer(c)
    ]


@pytest.mark.parametrize("size", [1, 5, 63, 64, 300, 5000])
def test_together_equals_alone(size):
    grammar = Grammar()
    parts = [grammar.parse(p) for p in PATTERNS]
    regexes = [grammar.regex(p) for p in parts]
    rng = random.Random(size)
    chars = [w if w in ';x"' else grammar.char(w) for w in WORDS]
    codes = ["".join(rng.choices(chars, k=rng.randint(1, 9))) for _ in range(size)]
    search = Search([grammar.required(p) for p in parts], [Pattern(grammar, p) for p in parts])
    found = [(n, k, (m.start() - base, m.end() - base), m.groups()) for n, k, base, m in search.find(codes)]
    assert found == alone(regexes, codes)
    assert size < 300 or {n for n, *_ in found} == set(range(len(PATTERNS)))


def test_nothing_to_search():
    assert list(Search([], []).find(["a"])) == []
    assert list(Search([[frozenset("a")]], [None]).find([])) == []


@pytest.mark.parametrize("engine", [signal_engine, language_engine], ids=["signals", "language"])
def test_hits_of_many_texts_are_those_of_each(engine):
    """The examples of all rules, in records of every kind, with and without a child among their people."""
    engine, book = engine(), rulebook()
    bits = [t for r in (*book.indicators, *book.language) for t in (*r.must, *r.must_not)]
    rng = random.Random(3)
    rng.shuffle(bits)
    frames = [
        'Staff said "{}" today.',
        "If {}",
        "{}\n{}",
        "No evidence that {}; {}",
        "In 2017 {} {}",
        "{}",
        "{} {} {}",
        "{}…",
    ]
    texts = [rng.choice(frames).format(*(bits[n : n + 3])) for n in range(0, len(bits) - 3, 3)]
    kinds = list(itertools.islice(itertools.cycle(["incidents", "missing_episodes", "crimes"]), len(texts)))
    known = list(itertools.islice(itertools.cycle([None, True, False, None]), len(texts)))
    batch = read_batch(texts, engine.vocabulary.words, engine.vocabulary.chars_of)
    together = dict(engine.placed_in(batch, kinds, [DAY] * len(texts), known))
    assert len(together) > len(texts) // 4
    for n, text in enumerate(texts):
        hits = [h for h, *_ in together.get(n, [])]
        assert hits == engine.read(text, kinds[n], DAY, known[n]), text
