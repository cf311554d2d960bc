"""Offsets are characters of the text as received, whatever stands in it."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.signals import check_language, scan
from redshank.signals import text as reading
from redshank.signals.ready import signal_engine
from redshank.tables import BETWEEN

NOISE = [
    "😀 ",
    "👩‍👧 ",
    "cafe\u0301 ",
    "é ",
    "\r\n",
    "\n",
    "\ufeff",
    "İ ",
    "ß ",
    "“x” ",
    "\u200b",
    "\t",
    "a\u0308",
    "'",
    '"',
    "— ",
]
PARTS = [
    "The girl was reported missing. ",
    "No evidence that the child was with older males.\r\n",
    "She puts herself at risk. ",
    "Amy FLETCHER, 14, rang from 07700 900123. ",
    "If he is given alcohol, call. ",
    'The boy said "he bought me a phone". ',
]


def table(texts: list[str], kind: str = "partner_referrals") -> pa.Table:
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    return BETWEEN["records"].build(
        [
            {"record_key": f"{kind}:{i}", "record_type": kind, "record_ref": str(i), "text": t, "own_at": at}
            for i, t in enumerate(texts)
        ]
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(NOISE + PARTS), max_size=12).map("".join))
def test_offsets_hold_the_words(text):
    out = scan(table([text]))
    for name in ("signals", "language", "mentions"):
        assert out[name].schema == BETWEEN[name].schema
        for row in out[name].to_pylist():
            assert text[row["start"] : row["end"]] == row["text"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_folding_keeps_the_length_and_sentences_cover_the_text(text):
    assert len(reading.fold(text)) == len(text)
    spans = reading.sentences(text)
    assert "".join(text[s:e] for s, e in spans) == text


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    scan(table([text]))
    check_language(text)


def test_a_record_alone_gives_what_it_gives_among_others():
    texts = ["".join(PARTS[i:] + PARTS[:i]) for i in range(len(PARTS))] * 3
    many = scan(table(texts))
    for i in (0, 4, 11):
        alone = scan(table(texts).slice(i, 1))
        for name, rows in alone.items():
            mine = [r for r in many[name].to_pylist() if r["record_key"] == f"partner_referrals:{i}"]
            assert rows.to_pylist() == mine


def test_hits_carry_an_emoji_before_them():
    rows = scan(table(["😀😀 The child went missing."]))["signals"].to_pylist()
    assert any(r["text"].endswith("missing") for r in rows if r["indicator"] == "missing_episode")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("She left. He stayed.", 2),
        ("Dr. Smith called approx. 10 hrs. later.", 1),
        ("22:05 call made\n22:10 child found\n", 2),
        ("one; two; three", 3),
        ("Cost £2.50 in all", 1),
        ("Seen at home.She left", 2),
    ],
)
def test_sentences(text, count):
    assert len(reading.sentences(text)) == count


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ('She said "I left" then', ["I left"]),
        ("She said ‘I left’ then", ["I left"]),
        ("She said 'I didn't go' then", ["I didn't go"]),
        ("The boys' car and the girl's bag", []),
        ("5'10\" tall and 6'2\" tall", []),
        ('An "unclosed mark', []),
        ("«Je pars» said he", ["Je pars"]),
    ],
)
def test_quotations(text, inside):
    assert [text[s:e] for s, e in reading.quotations(text)] == inside


def test_the_reason_of_an_entry_is_read_without_offsets():
    t = table([None], "vulnerability_entries").to_pylist()
    t[0]["reason"] = "Girl seen with older males"
    rows = scan(BETWEEN["records"].build(t))["signals"].to_pylist()
    assert [(r["indicator"], r["start"], r["end"]) for r in rows] == [("older_associate", None, None)]
    assert rows[0]["rule"].startswith("field:reason/")


def test_a_digit_that_is_no_decimal_number_broke_the_reading():
    """❶ and ² are digits to Unicode and no numbers to int()."""
    for text in ("❶", "The girl, ❶ years, had ² phones.", "Aged ①②"):
        signal_engine().read(text, "crimes", None)
