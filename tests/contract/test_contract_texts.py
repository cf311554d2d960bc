"""Every hand-written sentence in a record of its own, read by the program: is the indicator found, and its status?"""

from collections import Counter, defaultdict

import pytest
from contract_tools import delivery, export, incident, named, ok
from second_hand_style import BLAMING, INDICATORS, PLAIN


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Sentence to the pairs found in its record; blaming sentence to its spans."""
    base = tmp_path_factory.mktemp("texts")
    sentences = [*INDICATORS, *PLAIN, *(b["sentence"] for b in BLAMING)]
    records = [incident(f"S{n:04d}", "2026-01-10T20:00:00+00:00", s) for n, s in enumerate(sentences)]
    people = [
        named("incidents", r["incident_ref"], "subject", "Isobel", "Achterberg", "2011-03-03")
        for r in records
    ]
    ok("load", delivery(base / "d", incidents=records, people=people), home=base / "home")
    ok("night", home=base / "home")
    found = export(base / "home", base / "out")
    signals, spans = defaultdict(set), defaultdict(list)
    for row in found["signals"]:
        signals[sentences[int(row["record_ref"][1:])]].add((row["indicator"], row["status"]))
    for row in found["language"]:
        spans[sentences[int(row["record_ref"][1:])]].append(
            (int(row["start"]), int(row["end"]), row["quoted"])
        )
    return signals, spans


def test_indicators_are_found_with_their_status(read):
    signals, _ = read
    lines, hit, status_right, expected, extra = [], 0, 0, 0, 0
    for sentence, pairs in INDICATORS.items():
        for indicator, status in sorted(pairs):
            expected += 1
            got = {s for i, s in signals[sentence] if i == indicator}
            hit += bool(got)
            status_right += got == {status}
            if got != {status}:
                lines.append(f"{indicator} {status}: got {sorted(got) or 'nothing'}: {sentence}")
        extra += len({i for i, _ in signals[sentence]} - {i for i, _ in pairs})
    print("\n".join(lines))
    print(
        f"found {hit}/{expected}, with the right status {status_right}/{expected}, further indicators {extra}"
    )
    assert hit / expected >= 0.70
    assert status_right / max(hit, 1) >= 0.85
    assert extra <= expected * 0.10


def test_plain_sentences_state_nothing(read):
    signals, _ = read
    wrong = {s: sorted(signals[s]) for s in PLAIN if signals[s]}
    print("\n".join(f"{sorted(v)}: {k}" for k, v in wrong.items()))
    assert len(wrong) <= len(PLAIN) * 0.05


def test_every_indicator_is_found_somewhere(read):
    signals, _ = read
    affirmed = Counter(
        i
        for s, pairs in INDICATORS.items()
        for i, status in pairs
        if status == "affirmed" and (i, status) in signals[s]
    )
    assert set(affirmed) == {i for pairs in INDICATORS.values() for i, _ in pairs}


@pytest.mark.parametrize(
    "row",
    [b for b in BLAMING if b["phrase"]],
    ids=lambda b: b["phrase"][:24] + ("-quoted" if b["quoted"] == "true" else ""),
)
def test_blaming_phrase_is_found_where_it_stands(read, row):
    start = row["sentence"].index(row["phrase"])
    touching = [s for s in read[1][row["sentence"]] if s[0] < start + len(row["phrase"]) and s[1] > start]
    assert touching
    assert {quoted for _, _, quoted in touching} == {row["quoted"]}


@pytest.mark.parametrize("sentence", [b["sentence"] for b in BLAMING if not b["phrase"]])
def test_critique_negation_and_statute_are_no_blame(read, sentence):
    assert read[1][sentence] == []


def test_ordinary_sentences_blame_nobody(read):
    wrong = {s: [s[a:b] for a, b, _ in read[1][s]] for s in (*INDICATORS, *PLAIN) if read[1][s]}
    assert wrong == {}
