"""Each family of figures on data that a pencil can check."""

from __future__ import annotations

import io
from datetime import date

import pytest
from rich.console import Console

from redshank.evaluate import evaluate, evaluate_morning

from .conftest import WHEN, appearances, build, member, planted_group

# ---- persons ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "right", "wrong", "missed"),
    [
        ({"p1": "A A A", "p2": "B"}, 3, 0, 0),
        # p1 says 6 pairs, 3 of them true (A A A); A has 3 pairs, B has 1 (B in p1, B in p2), found 3 + 0.
        ({"p1": "A A A B", "p2": "B"}, 3, 3, 1),
        # A is split in two and two: 2 of its 6 pairs are found.
        ({"p1": "A A", "p2": "A A"}, 2, 0, 4),
        ({"p1": "A B C"}, 0, 3, 0),
        ({"p1": "A", "p2": "A"}, 0, 0, 1),
    ],
)
def test_pairs_of_appearances(truth, who, right, wrong, missed):
    found, planted = appearances(**who)
    f = evaluate(build(people=found), truth(people=planted)).figures["persons"]
    assert (f["right"], f["wrong"], f["missed"]) == (right, wrong, missed)
    assert f["f1"] == pytest.approx(2 * right / (2 * right + wrong + missed))
    assert f["precision"] == (right / (right + wrong) if right + wrong else None)


def test_mixed_and_split_persons_are_counted(truth):
    found, planted = appearances(p1="A A B", p2="B", p3="C")
    f = evaluate(build(people=found), truth(people=planted)).figures["persons"]
    assert (f["persons_found"], f["true_persons"], f["persons_mixed"], f["true_persons_split"]) == (
        3,
        3,
        1,
        1,
    )


def test_rows_that_stand_on_one_side_only_are_counted_and_left_out(truth):
    found, planted = appearances(p1="A A A")
    f = evaluate(build(people=found[:2]), truth(people=planted[1:])).figures["persons"]
    assert (f["appearances"], f["only_in_truth"], f["only_in_findings"], f["right"]) == (1, 1, 1, 0)


def test_finding_nobody_at_all_misses_the_bar(truth):
    _, planted = appearances(p1="A A A")
    report = evaluate(build(people=[]), truth(people=planted))
    assert [b.measure for b in report.missed] == ["persons.f1"]


def test_pairs_by_naming_tradition_with_intervals(truth):
    # p1 says 6 pairs: A A A (3, of the one tradition), and B with each A (3 wrong, which count for both).
    # B stands in p2 once more: its one pair is missed.
    found, planted = appearances(p1="A A A B", p2="B", p3="C C")
    named = [
        {"true_person": p, "tradition": t} for p, t in zip("ABC", ("here", "there", "there"), strict=True)
    ]
    report = evaluate(build(people=found), truth(people=planted, traditions=named))
    here, there = report.figures["persons"]["by_tradition"]
    assert (here["tradition"], here["right"], here["wrong"], here["missed"]) == ("here", 3, 3, 0)
    assert (there["tradition"], there["right"], there["wrong"], there["missed"]) == ("there", 1, 3, 1)
    assert here["precision_interval"] == pytest.approx([0.1876, 0.8124], abs=1e-4)  # Wilson, 3 of 6
    assert there["recall_interval"] == pytest.approx([0.0945, 0.9055], abs=1e-4)  # 1 of 2
    console = Console(width=160, record=True, file=io.StringIO())
    report.render(console)
    said = console.export_text()
    assert "Persons by naming tradition" in said
    assert "0.188 to 0.812" in said


def test_without_traditions_none_are_printed(truth):
    found, planted = appearances(p1="A A")
    report = evaluate(build(people=found), truth(people=planted))
    assert "by_tradition" not in report.figures["persons"]
    assert not any("traditions" in n for n in report.notes)


# ---- groups -----------------------------------------------------------------------------------------

PEOPLE = {f"p{c}": c for c in "ABCDEFGHIJKLMNOP"}


def groups(truth, found, planted, decoys=None, run=None):
    rows, people = appearances(**PEOPLE)
    files = {"people": people, "groups": planted} | ({"decoys": decoys} if decoys else {})
    return evaluate(build(people=rows, groups=found), truth(**files), run)


@pytest.mark.parametrize(
    ("suspects", "jaccard", "found"),
    [
        ("pA pB pC pD", 1.0, 1),
        ("pA pB", 0.5, 1),  # 2 of 4
        ("pA pB pE", 0.4, 0),  # 2 of 5
        ("pA pB pC pE", 0.6, 1),  # 3 of 5
        ("pE pF", 0.0, 0),
        ("pA pB unidentified-car", 0.5, 1),  # an unidentified member counts neither for nor against
        ("pA pB pX", 0.4, 0),  # a person whom the truth does not know counts against
    ],
)
def test_a_group_is_found_by_the_jaccard_of_its_suspects(truth, suspects, jaccard, found):
    f = groups(
        truth, [member("g1", p) for p in suspects.split()], planted_group("T1", "A B C D", "K")
    ).figures["groups"]
    assert f["each"][0]["jaccard"] == jaccard
    assert (f["found"], f["share_found"], f["share_strong_found"]) == (found, float(found), float(found))


@pytest.mark.parametrize(
    ("suspects", "children", "jaccard"),
    [
        ("pA unidentified-car", "", 2 / 3),  # A and one of two nameless, of three
        ("pA unidentified-car unidentified-phone", "", 1.0),
        ("pA unidentified-car unidentified-phone unidentified-van", "", 1.0),  # more than planted: left out
        ("pE unidentified-car unidentified-phone", "", 0.0),  # shares nobody, so its nameless are others
        ("unidentified-car unidentified-phone", "pK pL", 2 / 3),  # known by its children
        ("unidentified-car unidentified-phone", "pK", 0.0),
    ],
)
def test_planted_suspects_whom_no_table_names_are_compared_by_number(truth, suspects, children, jaccard):
    planted = planted_group("T1", "A stranger-1 stranger-2", "K L M")
    found = [member("g1", p) for p in suspects.split()] + [
        member("g1", p, role="child") for p in children.split()
    ]
    f = groups(truth, found, planted).figures["groups"]
    assert f["each"][0]["jaccard"] == pytest.approx(jaccard, abs=1e-4)
    if jaccard == 1.0:
        assert (f["suspects_precision"], f["suspects_recall"]) == (1.0, 1.0)


def test_children_of_a_group_are_no_suspects(truth):
    found = [member("g1", p) for p in ("pA", "pB")] + [member("g1", "pK", role="child")]
    f = groups(truth, found, planted_group("T1", "A B", "C D E")).figures["groups"]
    assert (f["each"][0]["jaccard"], f["suspects_precision"], f["suspects_recall"]) == (1.0, 1.0, 1.0)


def test_suspects_of_the_groups_found_are_counted_together(truth):
    planted = (
        planted_group("T1", "A B C D")
        + planted_group("T2", "E F", strength="weak")
        + planted_group("T3", "G H")
    )
    found = [member("g1", p) for p in ("pA", "pB", "pC", "pI")] + [member("g2", p) for p in ("pE", "pF")]
    f = groups(truth, found, planted).figures["groups"]
    assert (f["found"], f["counted"]) == (2, 3)
    assert f["suspects_precision"] == 5 / 6
    assert f["suspects_recall"] == 5 / 6
    assert f["share_strong_found"] == 0.5
    assert f["by_kind_and_strength"] == [
        {"kind": "grooming", "strength": "strong", "found": 1, "of": 2},
        {"kind": "grooming", "strength": "weak", "found": 1, "of": 1},
    ]


@pytest.mark.parametrize(
    ("people", "false"),
    [
        ("pA pB", 0),
        ("pA pE", 1),  # one shared suspect of two makes no group of the truth
        ("pA", 0),  # its only suspect
        ("pA pB pE pF pG", 0),  # 2 of 5 = 0.4
        ("pA pB pE pF pG pH pI", 1),  # 2 of 7 < 0.3
        ("pE pF", 1),
        ("unidentified-car", 1),
    ],
)
def test_a_proposal_that_matches_no_planted_group_is_false(truth, people, false):
    f = groups(truth, [member("g1", p) for p in people.split()], planted_group("T1", "A B C D")).figures[
        "groups"
    ]
    assert (f["proposed"], f["false"], f["share_false"]) == (1, false, float(false))


def test_a_registered_line_is_neither_found_nor_false(truth):
    found = [member("g1", p, kind="registered_line") for p in ("pA", "pB")]
    f = groups(truth, found, planted_group("T1", "A B")).figures["groups"]
    assert (f["found"], f["proposed"], f["registered_lines"], f["share_false"]) == (0, 0, 1, None)


def test_decoys_by_kind(truth):
    decoys = [
        {"decoy": d, "kind": k, "true_person": p}
        for d, k, people in (
            ("D1", "family", "E F G"),
            ("D2", "family", "H I"),
            ("D3", "football team", "J K"),
            ("D4", "flat", "A B"),
        )
        for p in people.split()
    ]
    decoys.append({"decoy": "D5", "kind": "stranger", "true_person": ""})
    found = [member("g1", p) for p in ("pE", "pF")] + [member("g2", p) for p in ("pH", "pJ")]
    found += [member("g3", p) for p in ("pA", "pB", "pC")]  # matches a planted group, so no decoy
    f = groups(truth, found, planted_group("T1", "A B C"), decoys).figures["groups"]
    assert f["decoys"] == [
        {"kind": "family", "proposed": 1, "of": 2},
        {"kind": "flat", "proposed": 0, "of": 1},
        {"kind": "football team", "proposed": 0, "of": 1},
        {"kind": "stranger", "proposed": 0, "of": 1},
    ]


def test_lead_time_means_something_in_a_replay_only(truth):
    planted = planted_group("T1", "A B", day="2026-02-01") + planted_group("T2", "C D", day="2026-02-05")
    planted += planted_group("T3", "E F", day="2025-12-01")
    found = [
        member(g, p, day=date(2026, 2, d))
        for g, d, pp in (("g1", 4, "pA pB"), ("g2", 4, "pC pD"), ("g3", 9, "pE pF"))
        for p in pp.split()
    ]
    replay = {
        "from": "2026-01-01T00:00:00+00:00",
        "to": "2026-03-01T00:00:00+00:00",
        "every": 1,
        "nights": 60,
    }
    lead = groups(truth, found, planted, run=replay).figures["groups"]["lead"]
    assert (lead["median_days"], lead["groups"], lead["meaningful"]) == (
        1,
        2,
        True,
    )  # 3 and -1; T3 was before the replay
    lead = groups(truth, found, planted, run={"as_of": "2026-03-01T00:00:00+00:00"}).figures["groups"]["lead"]
    assert not lead["meaningful"]
    assert "not a replay" in lead["says"]


def test_a_group_of_tomorrow_is_not_held_against_today(truth):
    planted = planted_group("T1", "A B", day="2026-02-01") + planted_group("T2", "C D", day="2026-03-02")
    found = [member("g1", p) for p in ("pA", "pB")]
    f = groups(truth, found, planted, run={"as_of": "2026-03-01T23:59:59+00:00"}).figures["groups"]
    assert (f["counted"], f["not_yet_recognisable"], f["share_found"]) == (1, 1, 1.0)
    assert groups(truth, found, planted).figures["groups"]["share_found"] == 0.5


def test_the_day_itself_is_seen(truth):
    found = [member("g1", p) for p in ("pA", "pB")]
    planted = planted_group("T1", "A B", day="2026-03-01")
    assert (
        groups(truth, found, planted, run={"as_of": "2026-03-01T23:59:59+00:00"}).figures["groups"]["counted"]
        == 1
    )


@pytest.mark.parametrize(("mixed", "jaccard"), [("A C C", 0.0), ("A A C", 1.0), ("C A", 1.0)])
def test_a_mixed_person_is_who_they_mostly_are(truth, mixed, jaccard):
    rows, people = appearances(p1=mixed)
    f = evaluate(
        build(people=rows, groups=[member("g1", "p1")]), truth(people=people, groups=planted_group("T1", "A"))
    )
    assert f.figures["groups"]["each"][0]["jaccard"] == jaccard


def test_a_split_suspect_is_one_true_person(truth):
    rows, people = appearances(p1="A", p2="A", p3="B")
    found = [member("g1", p) for p in ("p1", "p2", "p3")]
    f = evaluate(
        build(people=rows, groups=found), truth(people=people, groups=planted_group("T1", "A B"))
    ).figures["groups"]
    assert (f["each"][0]["jaccard"], f["suspects_precision"]) == (1.0, 1.0)


# ---- children and lines -----------------------------------------------------------------------------


def child(person, score, sexual="none found in what was read", criminal="none found in what was read"):
    return {
        "person_id": person,
        "as_of": WHEN,
        "score": score,
        "sexual_exploitation": sexual,
        "criminal_exploitation": criminal,
    }


def test_children(truth):
    rows, people = appearances(**PEOPLE)
    planted = [
        {"true_person": p, "sexual": s, "criminal": c, "harmed": h, "from": "2026-01-01"}
        for p, s, c, h in (("A", 1, 0, 1), ("B", 1, 1, 1), ("C", 0, 1, 1), ("D", 1, 0, 0), ("E", 1, 0, 1))
    ]
    found = [
        child("pA", 9, sexual="signals of harm"),
        child("pB", 8, sexual="signals of risk", criminal="signals of harm"),
        child("pF", 7, sexual="signals of risk"),
        child("pC", 6),
    ]
    f = evaluate(build(people=rows, children=found), truth(people=people, children=planted)).figures[
        "children"
    ]
    assert (f["harmed"], f["harmed_in_matrix"], f["share_in_matrix"]) == (4, 3, 0.75)
    assert f["first"] == {"planted": 3, "of": 25, "possible": 5, "share": 0.6}
    assert f["harm_shown_as_risk"] == 1  # B, sexual
    assert f["harm_shown"]["sexual"] == {
        "signals of harm": 1,
        "signals of risk": 1,
        "none found in what was read": 0,
        "not in the matrix": 1,
    }
    assert f["harm_shown"]["criminal"]["none found in what was read"] == 1


def test_the_first_twenty_five_are_by_score_then_id(truth):
    who = {f"p{i:02}": f"T{i:02}" for i in range(40)}
    rows, people = appearances(**who)
    planted = [
        {"true_person": f"T{i:02}", "sexual": "true", "criminal": "", "harmed": "true"} for i in range(30)
    ]
    found = [child(f"p{i:02}", 100 if i >= 35 else 50) for i in range(40)]
    f = evaluate(build(people=rows, children=found), truth(people=people, children=planted)).figures[
        "children"
    ]
    assert f["first"] == {"planted": 20, "of": 25, "possible": 25, "share": 0.8}


def test_lines(truth):
    planted = [
        {"line_ref": ref, "uses_sexual_exploitation": use, "band": band}
        for ref, use, band in (
            ("L1", "known", "high"),
            ("L2", "suspected", "medium"),
            ("L3", "not known", "low"),
            ("L4", "known", "high"),
        )
    ]
    found = [
        {"line_ref": ref, "score": score, "band": band, "uses_sexual_exploitation": use}
        for ref, score, band, use in (
            ("L1", 9, "high", "known"),
            ("L2", 2, "low", "known"),
            ("L3", 2, "low", "not known"),
        )
    ]
    f = evaluate(build(lines=found), truth(lines=planted)).figures["lines"]
    assert (f["planted"], f["compared"]) == (4, 3)
    assert f["use_exact"] == pytest.approx(2 / 3)
    assert f["use_detected"] == 1.0
    assert f["band_equal"] == pytest.approx(2 / 3)
    assert f["band_order"] == pytest.approx(2.5 / 3)  # L1>L2, L1>L3 right; L2 and L3 tie


# ---- texts ------------------------------------------------------------------------------------------


def signal(ref, indicator, status="affirmed", rule="text.1"):
    return {
        "record_type": "crimes",
        "record_ref": ref,
        "indicator": indicator,
        "status": status,
        "rule": rule,
    }


def planted_signal(ref, indicator, status="affirmed", withheld="", source="text"):
    return {
        "record_type": "crimes",
        "record_ref": ref,
        "indicator": indicator,
        "status": status,
        "withheld": withheld,
        "source": source,
    }


def test_signals(truth):
    planted = [
        planted_signal("C1", "disclosure"),
        planted_signal("C1", "older_associate", withheld="true"),
        planted_signal("C2", "disclosure", "negated"),
        planted_signal("C3", "disclosure", "negated"),
        planted_signal("C4", "transported", source="fields"),
        planted_signal("C5", "an_indicator_of_nobody"),
    ]
    found = [
        signal("C1", "disclosure"),
        signal("C1", "disclosure", rule="field:x"),  # twice in a record is once
        signal("C2", "disclosure"),
        signal("C3", "disclosure", "negated"),
        signal("C4", "transported", "hypothetical"),
        signal("C6", "repeat_missing", rule="pattern:repeat_missing"),
        signal("C6", "one_of_our_own"),
    ]
    report = evaluate(build(signals=found), truth(signals=planted))
    f = report.figures["signals"]
    assert (f["affirmed"]["right"], f["affirmed"]["wrong"], f["affirmed"]["missed"]) == (1, 2, 2)
    assert f["affirmed"]["f1"] == pytest.approx(2 / 6)
    assert (f["negated"], f["negated_as_affirmed"]) == (2, 0.5)
    assert f["by_indicator"]["disclosure"]["precision"] == 0.5
    assert f["by_source"] == {
        "text": {"right": 1, "wrong": 1, "missed": 1},
        "field": {"right": 0, "wrong": 0, "missed": 1},
        "pattern": {"right": 0, "wrong": 1, "missed": 0},
    }
    # Withheld: one row, missed. The others: one right, two wrong, one missed.
    assert [f["withheld"][k] for k in ("right", "wrong", "missed")] == [0, 0, 1]
    assert [f["not_withheld"][k] for k in ("right", "wrong", "missed")] == [1, 2, 1]
    rows = {r["planted"]: r for r in f["statuses"]}
    assert rows["affirmed"] == {
        "planted": "affirmed",
        "affirmed": 1,
        "negated": 0,
        "hypothetical": 1,
        "reported_speech": 0,
        "historic": 0,
        "none": 1,
    }
    assert (rows["negated"]["affirmed"], rows["negated"]["negated"]) == (1, 1)
    assert any("outside the list" in n for n in report.notes)


def test_what_is_found_wrongly_in_a_withheld_record_counts_there(truth):
    planted = [
        planted_signal("C1", "disclosure", withheld="true"),
        planted_signal("C2", "disclosure", withheld="false"),
    ]
    found = [
        signal("C1", "disclosure"),
        signal("C1", "transported"),
        signal("C2", "disclosure"),
        signal("C3", "transported"),
    ]
    f = evaluate(build(signals=found), truth(signals=planted)).figures["signals"]
    assert (f["withheld"]["precision"], f["withheld"]["recall"], f["withheld"]["wrong"]) == (0.5, 1.0, 1)
    assert (f["not_withheld"]["right"], f["not_withheld"]["wrong"]) == (1, 1)


def test_an_indicator_negated_and_affirmed_in_one_record_is_affirmed(truth):
    planted = [planted_signal("C1", "disclosure", "negated"), planted_signal("C1", "disclosure")]
    f = evaluate(build(signals=[signal("C1", "disclosure")]), truth(signals=planted)).figures["signals"]
    assert (f["affirmed"]["f1"], f["negated"], f["negated_as_affirmed"]) == (1.0, 0, None)


def span(ref, start, end, quoted):
    return {"record_type": "crimes", "record_ref": ref, "start": start, "end": end, "quoted": quoted}


def test_language(truth):
    planted = [
        span("C1", 10, 20, "true"),
        span("C1", 30, 40, "false"),
        span("C2", 0, 5, "false"),
        span("C3", "", "", ""),
    ]
    found = [
        span("C1", 12, 18, True),
        span("C1", 19, 31, False),  # touches both; the first's larger overlap is the one before
        span("C2", 5, 9, False),  # half open: no overlap
        span("C3", None, None, False),
    ]
    f = evaluate(build(language=found), truth(language=planted)).figures["language"]
    assert (f["precision"], f["recall"]) == (0.75, 0.75)
    assert f["quoted"] == 1.0


def test_quarantine_row_for_row(truth):
    planted = [{"delivery": "first", "file": "crimes.csv", "row": r, "problem": "x"} for r in (1, 2, 3)]
    found = [
        {"delivery": "first", "file": "crimes.csv", "row": r, "problem": "other words", "kept": False}
        for r in (2, 3, 4, 5)
    ]
    report = evaluate(build(quarantine=found), truth(quarantine=planted))
    f = report.figures["quarantine"]
    assert (f["missing"], f["extra"], f["differences"]) == (1, 2, 3)
    assert f["first_missing"] == [["first", "crimes.csv", 1]]
    assert [b.measure for b in report.missed] == ["quarantine.differences"]
    report = evaluate(build(quarantine=found[:2]), truth(quarantine=planted[1:]))
    assert report.missed == []


def test_a_morning_counts_what_it_asks_and_what_of_the_first_items_is_planted(truth):
    found, people = appearances(p1="A A", p2="B B", p3="C C", p4="D D")
    tables = build(
        people=found, groups=[member("g1", "p1"), member("g1", "p2"), member("g1", "p3", role="child")]
    )
    planted = {
        "active_from": "",
        "active_to": "",
        "kind": "phone",
        "strength": "strong",
        "recognisable_on": "",
    }
    folder = truth(
        people=people,
        groups=[{"true_group": "G", "true_person": p, "role": "suspect", **planted} for p in "AB"],
        children=[{"true_person": "C", "sexual": "true", "criminal": "false", "harmed": "true", "from": ""}],
    )
    item = {"group_id": "g1", "persons_of_concern": [{"person_id": "p1"}], "children": [{"person_id": "p3"}]}
    summary = {
        "decisions_asked": 4,
        "cannot_wait": [{"person_id": "p3"}],
        "groups": {"new": [item], "grown": [], "standing": []},
        "children_rising": [{"person_id": "p3"}, {"person_id": "p4"}],
    }
    figures = evaluate_morning(tables, folder, summary)
    assert (figures["asked"], figures["first"], figures["first_planted"]) == (4, 4, 3)
    assert (figures["groups_found"], figures["groups_listed"]) == (1, 1)
    unlisted = {**summary, "groups": {"new": [], "grown": [], "standing": []}}
    assert evaluate_morning(tables, folder, unlisted)["groups_listed"] == 0
