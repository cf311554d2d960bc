"""Bars, the report as data and as text, several seeds, and truths that cannot be read."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from redshank.errors import UsageError
from redshank.evaluate import evaluate, mean_and_worst
from redshank.evaluate.bars import declared
from redshank.evaluate.truth import INDICATORS

from .conftest import appearances, build, member, planted_group
from .test_figures import PEOPLE, child, planted_signal, signal, span

MEASURES = {
    "groups.share_found": 0.90,
    "groups.share_strong_found": 0.98,
    "groups.suspects_precision": 0.95,
    "groups.share_false": 0.10,
    "persons.f1": 0.97,
    "signals.affirmed.f1": 0.93,
    "signals.negated_as_affirmed": 0.02,
    "language.precision": 0.95,
    "language.recall": 0.95,
    "quarantine.differences": 0,
    "children.share_in_matrix": 0.95,
    "children.first.share": 0.80,
}


def everything(truth):
    """Perfect findings of every family, and the truth's folder."""
    rows, people = appearances(**{k: f"{v} {v}" for k, v in PEOPLE.items()})
    found = build(
        people=rows,
        groups=[member("g1", "pA"), member("g1", "pB"), member("g1", "pK", role="child")],
        children=[child("pK", 5, sexual="signals of harm")],
        lines=[{"line_ref": "L1", "score": 1, "band": "low", "uses_sexual_exploitation": "not known"}],
        signals=[signal("C1", "disclosure"), signal("C2", "disclosure", "negated")],
        language=[span("C1", 0, 5, False)],
        quarantine=[{"delivery": "first", "file": "crimes.csv", "row": 1}],
    )
    folder = truth(
        people=people,
        groups=planted_group("T1", "A B", "K"),
        children=[
            {
                "true_person": "K",
                "sexual": "true",
                "criminal": "false",
                "harmed": "true",
                "from": "2026-01-01",
            }
        ],
        lines=[{"line_ref": "L1", "uses_sexual_exploitation": "not known", "band": "low"}],
        signals=[planted_signal("C1", "disclosure"), planted_signal("C2", "disclosure", "negated")],
        language=[span("C1", 0, 5, "false")],
        quarantine=[{"delivery": "first", "file": "crimes.csv", "row": 1, "problem": "x"}],
        decoys=[{"decoy": "D1", "kind": "family", "true_person": "C"}],
    )
    return found, folder


def test_the_bars_are_those_of_the_project():
    assert {d["measure"]: d["bar"] for d in declared()} == MEASURES
    assert [d["measure"] for d in declared() if d["is"] == "<"] == [
        "groups.share_false",
        "signals.negated_as_affirmed",
    ]


def test_perfect_findings_hold_every_bar(truth):
    report = evaluate(*everything(truth))
    assert [b.holds for b in report.bars] == [True] * len(MEASURES)
    assert report.missed == []
    assert report.notes == []


def test_no_findings_miss_every_bar_that_needs_some(truth):
    _, folder = everything(truth)
    report = evaluate({}, folder)
    missed = {b.measure for b in report.missed}
    assert missed == set(MEASURES) - {
        "groups.share_false",
        "signals.negated_as_affirmed",
        "language.precision",
    }
    (false,) = [b for b in report.bars if b.measure == "groups.share_false"]
    assert false.holds is None  # nothing was proposed, so nothing falsely


def test_the_report_is_json_and_readable_text(truth):
    report = evaluate(*everything(truth))
    data = json.loads(json.dumps(report.as_dict()))
    assert data["missed"] == []
    assert set(data["figures"]) == {
        "persons",
        "groups",
        "children",
        "lines",
        "signals",
        "language",
        "quarantine",
    }
    console = Console(width=120, record=True, file=io.StringIO(), force_terminal=False)
    report.render(console)
    text = console.export_text()
    assert "12 bars hold, 0 missed, 0 not measured." in text
    assert "needs a replay" in text
    for name in (
        "Bars",
        "Persons",
        "Groups",
        "Children",
        "County lines",
        "Affirmed signals",
        "Language",
        "Quarantine",
    ):
        assert name in text
    assert not [i for i in INDICATORS if "_" in i and i in text]  # machine names reach no screen


def test_a_missed_bar_is_said(truth):
    found, folder = everything(truth)
    found["language"] = found["language"].slice(0, 0)
    report = evaluate(found, folder)
    assert [b.name for b in report.missed] == ["language recall"]
    console = Console(width=120, record=True, file=io.StringIO())
    report.render(console)
    assert "MISSED" in console.export_text()


def test_absent_files_leave_their_figures_out_and_say_so(truth):
    report = evaluate({}, truth(quarantine=[{"delivery": "d", "file": "f.csv", "row": 1, "problem": ""}]))
    assert set(report.figures) == {"quarantine"}
    assert any("no people.csv" in n for n in report.notes)
    assert sum(b.holds is None for b in report.bars) == len(MEASURES) - 1


def test_groups_without_people_cannot_be_measured(truth):
    report = evaluate({}, truth(groups=planted_group("T1", "A B")))
    assert report.figures == {}
    assert any("nobody knows who is who" in n for n in report.notes)


def test_mean_and_worst_of_several_seeds(truth):
    found, folder = everything(truth)
    good = evaluate(found, folder)
    found = {
        **found,
        "language": found["language"].slice(0, 0),
        "quarantine": found["quarantine"].slice(0, 0),
    }
    bad = evaluate(found, folder)
    several = mean_and_worst([good, bad])
    rows = {r["measure"]: r for r in several.rows}
    assert (rows["language.recall"]["mean"], rows["language.recall"]["worst"]) == (0.5, 0.0)
    assert (rows["quarantine.differences"]["mean"], rows["quarantine.differences"]["worst"]) == (0.5, 1)
    assert (rows["language.precision"]["mean"], rows["language.precision"]["measured"]) == (1.0, 1)
    assert {r["measure"] for r in several.missed} == {"language.recall", "quarantine.differences"}
    assert several.as_dict()["seeds"] == 2
    console = Console(width=120, record=True, file=io.StringIO())
    several.render(console)
    assert "Over 2 seeds" in console.export_text()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "people",
            "true_person,delivery,record_type,record_ref\nA,first,crimes,C1\n",
            "people.csv: the column row is missing",
        ),
        (
            "people",
            "true_person,delivery,record_type,record_ref,row\nA,first,crimes,C1,x\n",
            "people.csv, row 1, row: 'x'",
        ),
        (
            "people",
            "true_person,delivery,record_type,record_ref,row\nA,first,crimes,,1\n",
            "people.csv, row 1, record_ref: it is empty",
        ),
        (
            "people",
            "true_person,delivery,record_type,record_ref,row\nA,first,crimes,C1,1\nA,first\n",
            "people.csv, row 2: 2 cells",
        ),
        (
            "groups",
            "true_group,true_person,role,kind,strength\nT,A,suspect,k,huge\n",
            "groups.csv, row 1, strength: 'huge'",
        ),
        (
            "groups",
            "true_group,true_person,role,kind,strength,recognisable_on\nT,A,suspect,k,weak,1/2/26\n",
            "row 1, recognisable_on",
        ),
        (
            "children",
            "true_person,sexual,criminal,harmed\nA,true,maybe,\n",
            "children.csv, row 1, criminal: 'maybe'",
        ),
        (
            "signals",
            "record_type,record_ref,indicator,status\ncrimes,C1,disclosure,certain\n",
            "signals.csv, row 1, status",
        ),
        ("quarantine", "", "quarantine.csv: it is empty"),
        ("quarantine", 'delivery,file,row\n"a,b,1\n', "quarantine.csv: it is no CSV"),
    ],
)
def test_a_truth_that_cannot_be_read_says_where(tmp_path, name, text, says):
    (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        evaluate({}, tmp_path)
    assert says in str(caught.value)


def test_bytes_that_are_no_text_are_said(tmp_path):
    (tmp_path / "lines.csv").write_bytes(b"line_ref,uses_sexual_exploitation\n\xff\xfe,known\n")
    with pytest.raises(UsageError, match=r"lines\.csv: it is not UTF-8"):
        evaluate({}, tmp_path)


def test_a_folder_without_a_truth_is_a_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="no file of a truth"):
        evaluate({}, tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        evaluate({}, tmp_path / "none")


def test_further_columns_and_a_byte_order_mark_are_tolerated(tmp_path):
    text = "\ufeffdelivery,file,row,problem,colour\nfirst,crimes.csv,1,x,green\n"
    (tmp_path / "quarantine.csv").write_text(text, encoding="utf-8")
    assert evaluate({}, tmp_path).figures["quarantine"]["planted"] == 1
