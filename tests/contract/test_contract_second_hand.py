"""The second hand checked against itself: its truth must be right before it may judge anything else."""

import csv
import re

import pytest
import second_hand
from second_hand_scenes import CODES, DECOYS, GROUPS
from second_hand_style import BLAMING, INDICATORS, PLAIN

STATUSES = {"affirmed", "negated", "hypothetical", "reported_speech", "historic"}
# Phrases of the guide, loosely: what stands in our sentences without being meant would make the truth wrong.
BLAME = re.compile(
    r"at risk\b(?=.*\bself)|sel(f|ves) at risk|risk[- ]taking|risky|(poor|bad) choices|lifestyle|prostitut|promiscuous|sexually|"
    r"\b(has|had) (sex|intercourse)|consensual|consented|willing|went along|in a relationship|\b(boy|girl)friend|\bpartner\b|"
    r"associat(es|ing) with|spending time|hanging (out|around)|friends? (online|older)|involved in|engag(es|ing) in|recruit|"
    r"work(s|ing) for|drug (runner|dealer|mule)|running drugs|shotter|money mule|plugging|gang |in exchange for|porn|historic|"
    r"streetwise|mature for|looks older|young (wo)?man|young lady|\bfemale\b|knows what|attention[- ]seeking|challenging|"
    r"out of control|beyond control|manipulative|troubled|rebellious|abscond|run(s|ning)? away|runaway|misper\b(?! \d)|frequent flyer|"
    r"going missing|goes? back to|usual behaviou?r|normal for|nothing new|will be back|partying|with mates|police time|refus|"
    r"(fail\w*|didn.t|does not|won.t|will not) (to )?engag|disengaged|hard to reach|co-?operative|hostile|did not attend|\bDNA\b|"
    r"declined|alleg|claim|credib|unreliable|made (it )?up|lying|malicious|retract|withdrew|disclosures? (made|forthcoming)|"
    r"asking for it|provocative|flirt|sexualised|(enjoy|lik)(s|ed|es) the|as usual|brought it|vulnerabilit|"
    r"(high|medium|low)[- ]risk|\bLAC\b|grooming line|clipping|sexting|peer[- ]on|young offender|(known|regular) (to|with) police|"
    r"broke|complicit|to blame|own fault|victim of|domestic issue|family dispute|no offences|self[- ]placed",
    re.I,
)
# Read and found to be no blame: the words are there in another sense.
NO_BLAME = ("supplying", "expenses claim", "as usual", "broken")


def test_sentences_cover_every_indicator_in_every_status():
    stated = {pair for pairs in INDICATORS.values() for pair in pairs}
    assert len(INDICATORS) >= 250
    assert stated == {(i, s) for i in CODES.values() for s in STATUSES}


def test_plain_sentences_are_many_and_apart_from_the_others():
    assert len(set(PLAIN)) >= 150
    assert not set(PLAIN) & set(INDICATORS)


def test_no_sentence_blames_without_being_meant_to():
    words = [*INDICATORS, *PLAIN, *(scene[4] for plan in (*GROUPS, *DECOYS) for scene in plan.scenes)]
    blaming = [w for w in words if BLAME.search(w) and not any(known in w for known in NO_BLAME)]
    assert blaming == []


def test_blaming_sentences_hold_their_phrase_once():
    for row in BLAMING:
        assert not row["phrase"] or row["sentence"].count(row["phrase"]) == 1, row
        assert row["quoted"] in (("true", "false") if row["phrase"] else ("",)), row


@pytest.fixture(scope="module")
def force(tmp_path_factory):
    out = tmp_path_factory.mktemp("second-hand")
    second_hand.build(out)
    return out


def read(path):
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        return list(csv.DictReader(file))


def test_size_and_determinism(force, tmp_path):
    assert 1900 <= sum(len(read(force / "first" / f"{t}.csv")) for t in second_hand.OWN_TIME) <= 2300
    second_hand.build(tmp_path)
    for path in sorted(force.rglob("*.csv")):
        assert (tmp_path / path.relative_to(force)).read_bytes() == path.read_bytes(), path.name


def test_truth_points_at_rows_and_characters_that_exist(force):
    rows = {d: read(force / d / "people.csv") for d in ("first", "night")}
    for row in read(force / "truth" / "people.csv"):
        data = rows[row["delivery"]][int(row["row"]) - 1]
        assert (data["record_type"], data["record_ref"]) == (row["record_type"], row["record_ref"])
    texts = {}
    for delivery in ("first", "night"):
        for table in second_hand.OWN_TIME:
            path = force / delivery / f"{table}.csv"
            for row in read(path) if path.exists() else ():
                texts[table, row[second_hand.COLUMNS[table][0]]] = row.get("log") or row.get("narrative")
    phrases = {row["phrase"] for row in BLAMING}
    for row in read(force / "truth" / "language.csv"):
        assert texts[row["record_type"], row["record_ref"]][int(row["start"]) : int(row["end"])] in phrases
