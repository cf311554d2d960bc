"""No word of ethnicity or nationality beside a person is read: with it and without it a text says the same."""

import datetime as dt
import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redshank.signals import scan
from redshank.signals.mentions import Register, find_mentions
from redshank.signals.ready import signal_engine
from redshank.signals.scanner import merge
from redshank.signals.unsaid import all_unsaid, unsaid
from redshank.tables import BETWEEN

DAY = dt.date(2026, 3, 1)
WORDS = (
    "Asian",
    "Black",
    "white",
    "Welsh",
    "Eastern European",
    "mixed-race",
    "IC3",
    "Somali",
    "Irish Traveller",
    "English",
)
PERSON = re.compile(r"\b(?:male|man|men|males|woman|driver|lad|bloke|chap|adult|adults|girl|boy)\b")


def sentences() -> list[str]:
    """Sentences by several hands in which somebody stands beside whom such a word could stand."""
    found = []
    for name in ("second", "third", "fourth", "fifth"):
        lines = Path(__file__).with_name(f"heldout_{name}.txt").read_text(encoding="utf-8").splitlines()
        texts = [line.split("|", 1)[1] for line in lines if "|" in line and not line.startswith("#")]
        found += [t for t in texts if PERSON.search(t) and unsaid(t) == t]
    return found


def hits(text: str) -> set[tuple[str, str]]:
    return {
        (h.rule.indicator, h.status) for h in merge(signal_engine().read(text, "intelligence", DAY, True))
    }


def test_a_describing_word_moves_no_signal():
    """ "Eastern European" stood wider than the gap between two words, and "Black" was a known word where "Asian" was none."""
    some = sentences()
    assert len(some) > 150
    moved = [
        (word, text)
        for text in some
        for at in [PERSON.search(text).start()]
        for plain in [hits(text)]
        for word in WORDS
        if hits(f"{text[:at]}{word} {text[at:]}") != plain
    ]
    assert moved == []


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "said", ["an unknown {} male with a beard", "unknown {} male, 30s, grey jacket", "an unidentified {} man"]
)
def test_a_describing_word_makes_nobody_else_of_somebody_unidentified(word, said):
    """ "A black male with a beard" was somebody with a black beard, whom no other record knew."""

    def value(text: str) -> list[str]:
        return [
            m.value
            for m in find_mentions(f"The child was met by {text}.", Register(None))
            if m.kind == "described"
        ]

    plain = value(said.replace("{} ", ""))
    assert len(plain) == 1
    assert value(said.replace("{}", word)) == plain


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Male of Asian appearance", "Male                    "),
        ("two white European males", "two                males"),
        ("IC1 MALE IN WHITE VAN", "    MALE IN WHITE VAN"),
        ("a black jacket and a white van", "a black jacket and a white van"),
        ("Mrs White spoke to the Polish shop", "Mrs White spoke to the Polish shop"),
        ("an Asian, about 30", "an Asian, about 30"),
        ("he likes English", "he likes English"),
    ],
)
def test_only_beside_a_person(text, read):
    assert unsaid(text) == read


@given(
    st.lists(
        st.text()
        | st.sampled_from(["Asian male", "ic1", "Black  men of Irish descent", "ＩＣ１", "ﬁnnish man"]),
        max_size=5,
    )
)
def test_blanks_keep_every_other_sign_where_it_stands(texts):
    for text, read in zip(texts, all_unsaid(texts), strict=True):
        assert read == unsaid(text)
        assert len(read) == len(text)
        assert all(a == b or b == " " for a, b in zip(text, read, strict=True))


def test_the_words_found_are_those_of_the_text():
    text = "The girl was met by an unknown Asian male in a silver car."
    rows = [{"record_key": "incidents:1", "record_type": "incidents", "record_ref": "1", "own_at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "text": text}]  # fmt: skip
    found = scan(BETWEEN["records"].build(rows))["signals"]
    assert found.num_rows
    assert all(text[r["start"] : r["end"]] == r["text"] for r in found.to_pylist())
    assert isinstance(found, pa.Table)
