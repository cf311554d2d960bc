"""Every rule finds what its examples say, and passes over what they say it must."""

import dataclasses
import datetime as dt
import json
import re
import tomllib
from pathlib import Path

import pytest

from redshank.oracle import signals as oracle
from redshank.signals import RULES_VERSION, rules, rules_markdown
from redshank.signals.ready import language_engine, rulebook, signal_engine
from redshank.signals.scanner import Engine

DAY = dt.date(2026, 3, 1)
INDICATORS = set(
    [
        "missing_episode",
        "repeat_missing",
        "return_interview_overdue",
        "older_associate",
        "unexplained_gifts",
        "hotel_or_premises",
        "taxi_or_vehicle",
        "multiple_phones",
        "online_contact",
        "transported",
        "substance_supply",
        "school_absence",
        "concern_by_business",
        "associates_with_known_suspect",
        "county_lines",
        "disclosure",
        "multiple_suspects",
        "coercion_or_control",
        "unexplained_injury",
        "debt_or_threat",
    ]
)
BOOK = rulebook()


def test_every_indicator_of_the_contract_has_a_rule():
    assert {r.indicator for r in BOOK.indicators} == INDICATORS


def test_the_eighty_phrases_of_the_guide_each_have_a_rule():
    assert sorted(r.number for r in BOOK.language) == list(range(1, 81))


@pytest.mark.parametrize("rule", BOOK.indicators, ids=lambda r: r.id)
def test_indicator_rule(rule):
    assert len(rule.must) >= 3
    assert len(rule.must_not) >= 2
    assert rule.source
    for text in rule.must:
        hits = [h for h in signal_engine().read(text, "partner_referrals", DAY) if h.rule.id == rule.id]
        assert hits, text
    for text in rule.must_not:
        assert not [h for h in signal_engine().read(text, "incidents", DAY) if h.rule.id == rule.id], text


@pytest.mark.parametrize("rule", BOOK.language, ids=lambda r: r.id)
def test_language_rule(rule):
    assert len(rule.must) >= 3
    assert len(rule.must_not) >= 2
    assert rule.alternative_kind in ("reword", "ask")
    assert rule.severity in ("H", "M", "L")
    for text in rule.must:
        assert language_engine().phrases(text, "crimes"), text
    for text in rule.must_not:
        assert not [h for h, _ in language_engine().phrases(text, "crimes") if h.rule.id == rule.id], text


def test_no_alternative_asserts_an_offence_or_control():
    """Practice, rule 18: a question, or other words for the same facts."""
    for rule in BOOK.language:
        if rule.alternative_kind == "ask":
            assert rule.alternative.rstrip().endswith(
                ("?", "that.", "out.", "situation.", "afresh.", "age.", "seen.")
            )
        else:
            assert not any(w in rule.alternative for w in ("raped", "groomed by", "controlled by", "coerced"))


def test_the_manual_page_names_every_rule_and_the_version():
    page = rules_markdown(BOOK)
    assert RULES_VERSION in page
    assert all(r.id in page for r in (*BOOK.indicators, *BOOK.language))


def test_a_rule_taken_away_is_noticed():
    """Sanity of the examples: without its patterns a rule finds none of its own (so the tests can fail)."""
    from dataclasses import replace

    from redshank.signals.scanner import Engine

    rule = BOOK.indicators[0]
    blind = Engine(BOOK, [replace(rule, patterns=("zzyzx",))])
    assert not any(blind.read(t, "partner_referrals", DAY) for t in rule.must)


def test_a_topic_counts_only_as_its_rule_says():
    """Affirmed, a topic is no sign; denied, it is told. In one text alone and among many."""
    from redshank.signals.reader import read_batch

    engine = signal_engine()
    said, denied = "Injuries of the girl were recorded.", "No injuries of the girl were recorded."
    words = engine.vocabulary
    batch = read_batch([said, denied], words.words, words.chars_of)
    many = {0: [], 1: []}
    for n, placed in engine.placed_in(batch, ["partner_referrals"] * 2, [DAY] * 2, [True] * 2):
        many[n] = [p[0] for p in placed]
    for n, (text, statuses) in enumerate(((said, set()), (denied, {"negated"}))):
        for hits in (engine.read(text, "partner_referrals", DAY), many[n]):
            assert {h.status for h in hits if h.rule.id == "wide.injury_topic"} == statuses, text


def test_a_possessive_in_a_pattern_was_met_nowhere():
    """Words are looked up without it: "( nan's|gran's ) house" took no hit away."""
    rule = dataclasses.replace(BOOK.indicators[0], id="t", child="none", patterns=("nan's car",), beside=(), unless=("friend's house",), only=(), says="")  # fmt: skip
    engine = Engine(rulebook(), [rule])
    assert engine.read("She was in her nan's car.", "incidents", None)
    assert not engine.read("She was in her nan's car at a friend's house.", "incidents", None)


def test_a_phrase_may_state_its_status_itself():
    """ "Was in every lesson" denies absence without any word of denial; denied, it states nothing."""
    rule = dataclasses.replace(BOOK.indicators[0], id="t", child="none", patterns=("in every lesson",), beside=(), unless=(), only=(), says="negated")  # fmt: skip
    engine = Engine(rulebook(), [rule])

    def statuses(text: str) -> list[str]:
        return [h.status for h in engine.read(text, "incidents", DAY)]

    assert statuses("The girl was in every lesson.") == ["negated"]
    assert statuses("It is not so that the girl was in every lesson.") == []
    assert statuses("Please check whether the girl was in every lesson.") == ["hypothetical"]


def test_a_short_phrase_of_several_concepts_gives_way_to_a_denial_in_its_sentence():
    """ "Hotel checked, she was never there": the word "hotel" stands outside the reach of "never"."""
    from redshank.signals.reader import read_batch

    wide = dataclasses.replace(BOOK.indicators[0], id="t.wide", child="none", patterns=("hotel",), beside=("girl",), unless=(), only=(), says="")  # fmt: skip
    denied = dataclasses.replace(wide, id="t.denied", patterns=("set foot inside",), beside=())
    engine = Engine(rulebook(), [wide, denied])
    texts = ["Hotel checked and the girl had never set foot inside.", "The girl was at the hotel.", "Never set foot inside, however the girl was at a hotel."]  # fmt: skip
    wanted = [
        {("t.denied", "negated")},
        {("t.wide", "affirmed")},
        {("t.denied", "negated"), ("t.wide", "affirmed")},
    ]
    batch = read_batch(texts, engine.vocabulary.words, engine.vocabulary.chars_of)
    n = len(texts)
    many = dict(engine.placed_in(batch, ["incidents"] * n, [DAY] * n, [True] * n))
    for i, text in enumerate(texts):
        assert {(h.rule.id, h.status) for h in engine.read(text, "incidents", DAY)} == wanted[i], text
        assert {(p[0].rule.id, p[0].status) for p in many[i]} == wanted[i], text


def test_what_must_stand_beside_a_hit_may_stand_anywhere_in_its_sentence():
    book = rulebook()
    rule = dataclasses.replace(
        book.indicators[0], id="t", child="none", patterns=("car",), beside=("man", "girl"), unless=("brother",), only=()
    )  # fmt: skip
    engine = Engine(book, [rule])

    def found(text: str) -> list[str]:
        return [text[h.start : h.end] for h in engine.read(text, "incidents", None)]

    assert found("A man stopped the car for a girl.") == ["car"]
    assert found("The girl got into the car of a man.") == ["car"]
    assert found("The girl got into the car.") == []
    assert found("The girl got into the car. A man walked on.") == []
    assert found("The girl got into the car of a man, her brother.") == []
    # Sequences, too: the words alone, in another order, are not what is asked for.
    rule = dataclasses.replace(rule, beside=("man ..2 girl",))
    engine = Engine(book, [rule])
    assert found("The man saw a girl in the car.") == ["car"]
    assert found("The girl saw a man in the car.") == []
    rule = dataclasses.replace(rule, beside=("man", "girl"))
    words = [w for w in "The girl got into the car of a man".lower().split()]
    assert oracle._matches(book, rule, oracle.kinds(book, words))
    assert not oracle._matches(book, rule, oracle.kinds(book, words[:6]))


def test_no_rule_class_or_cue_asks_for_an_ethnicity_or_a_nationality():
    """ "An unknown Asian male" was found where "an unknown Welsh male" was not: a describing word is a gap, never a word asked for."""
    words = re.compile(
        r"\b(asian|african|caribbean|romani?an|polish|albanian|pakistani|indian|bangladeshi|somali|eritrean|afghan|kurdish|turkish|syrian|iraqi"
        r"|chinese|vietnamese|british|welsh|scottish|irish|european|roma|gypsy|traveller|travellers|muslim|sikh|hindu|jewish)\b", re.I,
    )  # fmt: skip
    for path in sorted((Path(rules.__file__).parent / "rules").glob("*.toml")):
        if path.stem == "unsaid":  # the words that nothing reads
            continue
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        assert not (found := words.findall(json.dumps(data.get("rule", data)))), (path.name, found)
