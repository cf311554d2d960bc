"""Evaluation: how far findings agree with a planted truth. Nothing of the night imports this folder.

In: the tables of ``redshank.tables.FINDINGS`` and a truth folder of CSV files (``truth.py`` says which). Out: a
:class:`Report` of figures, and of the project's bars (``bars.toml``), each held, missed or not measured. One short
module for each family of figures: persons, groups, risk (children and lines), texts (signals and language), rows.

What a figure leaves out is counted beside it; a file of truth that is absent leaves its figures out and says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from redshank.errors import UsageError
from redshank.evaluate import bars, groups, persons, risk, rows, texts
from redshank.evaluate.morning import morning
from redshank.evaluate.report import Report, Several, mean_and_worst
from redshank.evaluate.truth import read
from redshank.tables import FINDINGS

__all__ = ["Report", "Several", "evaluate", "evaluate_morning", "mean_and_worst"]


def evaluate(findings: dict[str, pa.Table], truth: Path, run: dict[str, Any] | None = None) -> Report:
    """Scores findings (tables by name; an absent one counts as empty) against the truth folder.

    ``run`` tells what is known of the run: ``as_of`` (or ``to``) leaves planted things of later days out, and
    ``every`` (with ``from``) marks a replay, without which a lead time means nothing. UsageError with file, row
    and column for a truth that cannot be read.
    """
    planted = read(Path(truth))
    found = {
        name: findings.get(name, table.empty()).select(table.schema.names).cast(table.schema)
        for name, table in FINDINGS.items()
    }
    when = persons.Run.of(run)
    figures: dict[str, Any] = {}
    notes = list(planted.notes)
    identity = None
    if planted.people is not None:
        identity = persons.compare(found["people"], planted.people)
        figures["persons"] = identity.figures
        notes += identity.notes
        if planted.traditions is not None:
            identity.figures["by_tradition"] = persons.by_tradition(identity.cells, planted.traditions)
    for name, needs, measure in (
        ("groups", planted.groups, lambda: groups.measure(found["groups"], planted, identity, when)),
        ("children", planted.children, lambda: risk.children(found["children"], planted, identity, when)),
    ):
        if needs is not None and identity is None:
            notes.append(f"{name} were not measured: without people.csv nobody knows who is who")
        elif needs is not None:
            figures[name], said = measure()
            notes += said
    if planted.lines is not None:
        figures["lines"] = risk.lines(found["lines"], planted.lines)
    if planted.signals is not None:
        figures["signals"], said = texts.signals(found["signals"], planted.signals)
        notes += said
    if planted.language is not None:
        figures["language"] = texts.language(found["language"], planted.language)
    if planted.quarantine is not None:
        figures["quarantine"] = rows.quarantine(found["quarantine"], planted.quarantine)
    return Report(figures, bars.judge(figures), notes)


def evaluate_morning(findings: dict[str, pa.Table], truth: Path, summary: dict[str, Any]) -> dict[str, Any]:
    """What one night asked of a person (``morning.py``); needs people.csv, groups.csv and children.csv."""
    planted = read(Path(truth))
    report = evaluate(findings, truth)
    if planted.people is None or "groups" not in report.figures:
        raise UsageError(f"{truth}: no people.csv or groups.csv", "a morning is measured against both")
    identity = persons.compare(findings["people"], planted.people)
    return morning(summary, planted, identity, report.figures["groups"])
