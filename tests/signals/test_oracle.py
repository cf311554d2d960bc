"""The scanner equals the slow reading on generated texts: which indicators, and which status."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.oracle import signals as oracle
from redshank.signals import text as reading
from redshank.signals.context import _holds
from redshank.signals.ready import rulebook, signal_engine

DAY = dt.date(2026, 3, 1)
FRAMES = [
    "",
    "No evidence that ",
    "If ",
    "Mother said ",
    "In 2017 ",
    "Not only that, ",
    "Please check whether ",
    "She denies that ",
    "Five years ago ",
    "Was it that ",
]
CORES = [
    "the child was missing",
    "the girl was with an older man",
    "the boy was given alcohol by men",
    "the girl got into a taxi",
    "the boy owes money to dealers",
]
TAILS = [
    "",
    " but she was home",
    " and was found",
    " was ruled out",
    ", if so call",
    " last week",
    ' and said "he is 30"',
    "; no concerns",
    "?",
    " in 2016",
    " except on Friday",
]
TEXTS = st.builds(
    lambda a, b, c, d, e: a + b + c + (" and " + d if d else "") + e + ".",
    st.sampled_from(FRAMES),
    st.sampled_from(CORES),
    st.sampled_from(TAILS),
    st.sampled_from(["", *CORES]),
    st.sampled_from(TAILS),
)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_status_equals_the_oracle(text):
    engine, book = signal_engine(), rulebook()
    folded = reading.fold(text)
    for start, end in reading.sentences(text):
        sentence = engine.sentence(folded, start, end)
        part = text[start:end]
        quotes = reading.spoken(text, reading.quotations(text))
        for _, s, e, gaps in engine.matches(sentence.code):
            ours = engine.context.status(sentence, s, e, gaps, quotes, DAY)
            first, last = sentence.tokens[s][0] - start, sentence.tokens[e - 1][1] - start
            assert ours == oracle.status_of(book, part, first, last, gaps, DAY, _holds), (
                part[first:last],
                ours,
            )


@settings(max_examples=8, deadline=None)
@given(TEXTS)
def test_indicators_equal_the_oracle(text):
    found = signal_engine().read(text, "partner_referrals", DAY)
    ours = {h.rule.indicator for h in found if not (h.rule.only or h.rule.says)}
    assert ours == oracle.indicators_in(rulebook(), text)
