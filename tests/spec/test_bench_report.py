"""The benchmark's summary and the README's table say what the results say, and the check finds what does not."""

from __future__ import annotations

import json

import pytest
from benchmarks import report

ABOUT = {
    "when": "2026-01-02T03:04:05Z",
    "machine": "2 cores, 4 GiB",
    "cores": 2,
    "others": 0.0,
    "repeats": 3,
    "versions": {},
}


def row(table: str, holds: bool | None = True) -> dict:
    return {
        "table": table,
        "row": "a figure",
        "bar": "< 60",
        "measured": 12.5,
        "unit": "s",
        "holds": holds,
        "peer": "a script: 99 s",
    }


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(report, "README", tmp_path / "README.md")
    report.README.write_text(f"# Title\n\n{report.OPEN}\n{report.CLOSE}\n\nThe end.\n", "utf-8")
    for name in report.TABLES:
        report.write(name, ABOUT | {"summary": [row(name, holds=name != "whole")]})
    report.write_summary()
    assert report.write_readme()
    return tmp_path


def test_what_was_written_agrees(results):
    assert report.problems() == []
    rows = json.loads((report.RESULTS / "summary.json").read_text("utf-8"))
    assert [tuple(r) for r in rows] == [report.KEYS] * len(report.TABLES)
    text = report.README.read_text("utf-8")
    assert text.startswith("# Title")
    assert text.endswith("The end.\n")
    assert "| whole: a figure | 12.5 s | under 60 | **no** | a script: 99 s |" in text


def test_a_second_writing_changes_nothing(results):
    before = report.README.read_text("utf-8")
    report.write_summary()
    report.write_readme()
    assert report.README.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda r: r.README.write_text(r.README.read_text("utf-8").replace("12.5", "2.5"), "utf-8"),
            "README.md",
        ),
        (lambda r: r.README.write_text("# Title\n", "utf-8"), "README.md: no <!-- bench -->"),
        (lambda r: (r.RESULTS / "scan.json").unlink(), "scan.json: missing"),
        (lambda r: (r.RESULTS / "scan.json").write_text("{", "utf-8"), "scan.json"),
        (lambda r: r.write("scan", {"summary": []}), "scan.json: without when"),
        (lambda r: r.write("scan", ABOUT | {"summary": [row("scan", None)]}), "summary.json: not what"),
        (lambda r: (r.RESULTS / "summary.json").write_text('[{"row": 1}]', "utf-8"), "not the keys"),
    ],
)
def test_what_does_not_agree_is_found(results, spoil, said):
    spoil(report)
    assert any(said in p for p in report.problems())


def test_packs_and_drafts_are_held_against_their_bars_by_the_slower_paper():
    from benchmarks import packs

    told = {"pack": {"docx": [1.0, 1.1, 9.0], "pdf": [5.2, 5.4, 5.6]}, "draft": [0.4, 0.5, 3.0]}
    pack, draft = packs.rows("small", told)
    assert (pack["measured"], pack["holds"]) == (5.4, False)
    assert "pdf" in pack["row"]
    assert (draft["measured"], draft["holds"]) == (0.5, True)
    assert set(report.KEYS) - {"when", "machine"} == set(pack)
