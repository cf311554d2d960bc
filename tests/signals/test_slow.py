"""A text of any length is read in a time that grows with its length, not with its square: one cell may hold 10 MB.

Measured is the processor's time of this process, which other work on the machine does not lengthen by much, as a ratio of two
lengths; the least of several tries, since noise only adds.
"""

import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.signals import scan
from redshank.signals.mentions import Mention, Register, find_mentions, tidy
from redshank.signals.ready import rulebook
from redshank.signals.scan import forget
from redshank.signals.spans import Spans

from .test_texts import table

NOBODY = Register(table([]))
#: What is repeated: runs that begin like a mention again and again, and pasted downloads in which mentions overlap.
PIECES = [
    "a", "A", "0", "0 ", "07700 ", "+44 ", "A1 ", "AB1", "snap ", "snapchat name ", "'", "@", "@a", "a.", "a@", "a@b.", "-", "(", " ", "\n", "aB ",
    "Amy ", "Amy FLETCHER ", "of ", "reg ", "born ", "dob 01/02/", "man ", "one tall ", "one man aged 40 ", "COLE, Amy ", "known as 'Bo' ", "AB12CDE A1 1AA a@b.co ", "07700 900123 Amy's kay.la07 ",
]  # fmt: skip
N = 3_000
"""Signs of the shorter text; the longer has four times as many, and is read in four times the time where all is well."""


def seconds(read: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    read(text)
    return time.process_time() - began


def grows(read: Callable[[str], object], make: Callable[[int], str]) -> float:
    """Time of 4n over time of n, the smallest of five tries; 16 where it grows with the square.

    A reading of under two milliseconds says nothing: longer texts are taken until it lasts that long.
    """
    n = N
    while (once := seconds(read, make(n))) < 0.002 and n < 100_000:
        n *= 2
    assert once < 2, "so slow already that four times as much is not tried"
    short = min(seconds(read, make(n)) for _ in range(5))
    long = min(seconds(read, make(4 * n)) for _ in range(3))
    return long / max(short, 0.001)


def repeated(piece: str) -> Callable[[int], str]:
    return lambda n: (piece * (n // len(piece) + 1))[:n] + " x@a"


def everything(text: str) -> None:
    find_mentions(text, NOBODY)


@pytest.mark.parametrize("piece", PIECES)
def test_mentions_take_a_time_that_grows_with_the_text(piece):
    assert grows(everything, repeated(piece)) < 9, piece


def whole(text: str) -> None:
    """Everything that the night does with a text."""
    forget()
    scan(table([text]))


#: What brought a reader into the middle of a run: a word before it.
BEHIND = ["username", "snap name", "reg", "x@", "she said "]


@pytest.mark.parametrize("piece", ["Jean-", "A", " ", ": ", "not ", "Kim was in his car. "])
def test_a_night_reads_a_text_in_a_time_that_grows_with_it(piece):
    """A name of hyphens alone was tried from each of its parts, and the blanks behind a word of a site were divided in every way."""
    whole("ready")
    for before in ("", *BEHIND):
        assert grows(whole, lambda n, b=before: b + repeated(piece)(n)) < 9, before


def test_texts_made_of_what_the_rules_look_for_are_read_in_a_time_that_grows_with_them():
    """Each phrase of a sentence asked anew what else the sentence holds."""
    examples = [t for r in (*rulebook().indicators, *rulebook().language) for t in r.must]
    whole(" ".join(examples))  # every pattern that they need is made ready
    for example in ["risky behaviours continue", *random.Random(1).sample(examples, 8)]:
        assert grows(whole, repeated(example + " ")) < 9, example


def test_a_growth_with_the_square_would_be_seen():
    def slow(text: str) -> None:
        for _ in range(0, len(text), 200):
            text.count("é")

    assert grows(slow, lambda n: "a" * n) > 9


def test_fifty_thousand_signs_take_less_than_a_second():
    long = repeated("AB12CDE A1 1AA a@b.co ")(50_000)
    assert min(seconds(everything, long) for _ in range(3)) < 1
    assert min(seconds(everything, repeated("a")(50_000)) for _ in range(3)) < 1


def asked_one_by_one(found: list[Mention]) -> list[Mention]:
    """What ``tidy`` keeps, by asking each in turn, as it was first written."""
    out: list[Mention] = []
    strong = [(m.start, m.end) for m in found if m.kind in ("premises", "handle", "email")]
    for m in sorted(found, key=lambda m: (m.start - m.end, m.start, m.kind)):
        if m.kind == "person" and any(s < m.end and m.start < e for s, e in strong):
            continue
        if not any(o.kind == m.kind and o.start < m.end and m.start < o.end for o in out):
            out.append(m)
    return sorted(out, key=lambda m: (m.start, m.end, m.kind))


spans = st.tuples(st.integers(0, 40), st.integers(1, 12))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(spans, st.sampled_from(["person", "phone", "handle", "premises"])), max_size=14))
def test_what_stays_is_what_asking_each_in_turn_keeps(drawn):
    found = [Mention(kind, start, start + long, "x", "x") for (start, long), kind in drawn]
    assert tidy(found) == asked_one_by_one(found)


@given(st.lists(spans, max_size=20), spans)
def test_spans_meet_as_asking_each_in_turn_says(drawn, asked):
    kept, plain = Spans(), []
    for start, long in drawn:
        meets = any(s < start + long and start < e for s, e in plain)
        assert kept.meets(start, start + long) == meets
        if not meets:
            kept.keep(start, start + long)
            plain.append((start, start + long))
