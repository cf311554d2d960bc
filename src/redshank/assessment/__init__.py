"""Assessment: what the findings add up to for a child, a line, a place, and what cannot wait.

Comes in: the current view, ``signals``, ``person_of``, ``persons``, ``mention_links``, ``mentions``, groups, people's words on lines. Goes out: the pattern
signals (appended to ``signals``), ``findings.children``, ``findings.lines``, ``findings.places``, and two short lists for
people: a significant increase in concern, and what cannot wait.

Read next: ``weights.toml`` (what weighs what, and why), ``children.py`` (the matrix), ``redshank.oracle.assessment`` (the same,
slow and obvious). Order in a night::

    pattern_signals → networks → children → lines, places → significant_increase, cannot_wait

Time alone changes rows: ``clocks`` (72 hours after a return) and ``Matrix.clocks`` (steps of decay, the 28 days, leaving
the view) name what a night must compute again although nothing arrived.
"""

from __future__ import annotations

from redshank.assessment.children import ADDED, Matrix, children
from redshank.assessment.config import load as load_config
from redshank.assessment.explaining import explain_child, explain_line, explain_place
from redshank.assessment.facts import build as build_facts
from redshank.assessment.facts import records_of, with_companions
from redshank.assessment.lines import Words, lines, words_on_lines
from redshank.assessment.lines import assess as assess_lines
from redshank.assessment.lines import figures as line_figures
from redshank.assessment.patterns import clocks, pattern_signals
from redshank.assessment.places import assess as assess_places
from redshank.assessment.places import places
from redshank.assessment.urgent import cannot_wait, significant_increase
from redshank.stage import Stage

STAGE = Stage(
    name="assessment",
    version="3",
    reads=(
        "records", "appearances", "phones", "signals", "mentions", "person_of", "persons", "mention_links",
        "group_members", "group_evidence", "judgements",
    ),
    writes=("signals", "findings.children", "findings.lines", "findings.places"),
    keys={
        "signals": "record_key",
        "findings.children": "person_id",
        "findings.lines": "line_ref",
        "findings.places": "h3",
    },
    doc="pattern signals, the child vulnerability matrix, the county lines matrix, places, what cannot wait",
)  # fmt: skip

__all__ = [
    "ADDED",
    "STAGE",
    "Matrix",
    "Words",
    "assess_lines",
    "assess_places",
    "build_facts",
    "cannot_wait",
    "children",
    "clocks",
    "explain_child",
    "explain_line",
    "explain_place",
    "line_figures",
    "lines",
    "load_config",
    "pattern_signals",
    "places",
    "records_of",
    "significant_increase",
    "with_companions",
    "words_on_lines",
]
