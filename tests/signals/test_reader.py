"""Many texts read at once give the words and sentences that each gives alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.signals import text as reading
from redshank.signals.reader import Batch, chunks, read_batch
from redshank.signals.ready import signal_engine
from redshank.signals.words import LONGEST, Words

BITS = [
    "Girl", "she's", "don't", "y/o", "14yo", "u/k", "a/b/c", "o'c'd", "m/c's", "café", "DĄBROWSKA", "Dr", "hrs", "a.m",
    "J", "x_y", "²", "😀", "cafe\u0301", "so\u00adft", "Σίγμας", "İ", "´s", "’", "'", '"', "(", ")", "-", "/", "‑", ";",
    ".", "!", "?", "…", ":", " ", " ", " ", "\n", "\r\n", "\u2028", "\ufeff", "£5", "18:35", "missing", "misssing",
    "`", "\x92", "\x85", "\x00", "é", "’s", "”", "٣", "𝒳", "ſ", "accommodation", "pneumonoultramicroscopicsilicovolcanoconiosis",
]  # fmt: skip
TEXTS = st.lists(st.lists(st.sampled_from(BITS), max_size=14).map("".join), max_size=5)


def read(texts: list[str]) -> Batch:
    words = signal_engine().vocabulary
    return read_batch(texts, words.words, words.chars_of)


def check(texts: list[str]) -> None:
    batch, engine = read(texts), signal_engine()
    for n, text in enumerate(texts):
        folded = reading.fold(text)
        spans = reading.sentences(text)
        assert batch.sentences(n) == spans
        low, high, base = int(batch.first[n]), int(batch.first[n + 1]), int(batch.starts[n])
        got = zip(batch.token_start[low:high].tolist(), batch.token_end[low:high].tolist(), strict=True)
        assert [(s - base, e - base) for s, e in got] == [
            t[:2] for t in reading.tokens(folded, 0, len(folded))
        ]
        alone = [engine.sentence(folded, *span).code for span in spans]
        assert batch.codes[low:high] == "".join(alone)
        assert batch.sentence_codes[batch.bounds[n] : batch.bounds[n + 1]] == [c for c in alone if c]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_made_up_texts(texts):
    check(texts)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_texts(texts):
    check(texts)


def test_a_long_buffer_and_words_at_its_ends():
    text = ("missing girl reported by hostel staff " * 4000).strip()
    check([text, text[3:], "x" + text])


def test_chunks_hold_every_text_once():
    texts = ["a" * 400_000] * 7 + [""]
    spans = chunks(texts)
    assert [n for a, b in spans for n in range(a, b)] == list(range(8))
    assert len(spans) > 1


@pytest.mark.parametrize("word", ["missing", "zzyzx"])
def test_only_known_words_are_found(word):
    words = Words({"missing": 0x4E00, "girl": 0x4E01})
    batch = read_batch([word, "girl"], words, signal_engine().chars_of)
    assert batch.codes == ("\u4e00" if word == "missing" else "x") + "\u4e01"


def test_a_word_of_the_rules_may_not_be_longer_than_the_reader_looks():
    assert Words({"a" * LONGEST: 1}).tables
    with pytest.raises(ValueError, match="letters"):
        Words({"a" * (LONGEST + 1): 1})
