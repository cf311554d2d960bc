"""``missing-audit``: how missing episodes of children were graded, reviewed and answered, and in what words."""

from __future__ import annotations

from collections.abc import Sequence

from redshank.products import review_parts as parts
from redshank.products.document import Document, Section, Text, say, table
from redshank.products.review_parts import Row


def build(
    *,
    answers: Sequence[Row],
    verdicts: Sequence[Row],
    agreement: Sequence[Row],
    samples: Sequence[Row],
    trend: Sequence[Row],
    period: str,
    as_at: str,
    of: str,
    marking: str = "OFFICIAL-SENSITIVE",
) -> Document:
    """The report.

    Args:
        answers: ``section``, ``asks``, ``yes``, ``partly``, ``no``, ``na``: of complete readings.
        verdicts: ``words``, ``n``: what the phrases were, the language section.
        agreement: ``asks``, ``words``. samples: as :func:`redshank.products.review_parts.sample` reads them.
        trend: ``name`` (the sample), ``asks``, ``words``: the share of yes by sample, earliest first.
    """
    complete = sum(s["complete"] for s in samples)
    summary = say(f"Episodes read to the end: {complete:,}.", kind="figure", figure="sample") if complete else say("No episode is read to the end yet.", kind="gap", figure="sample")  # fmt: skip
    language: tuple = (table("Phrases of the sample", ["What it is", "Phrases"], [[r["words"], f"{r['n']:,}"] for r in verdicts], "verdicts"),) if verdicts else say("No phrase was found in what was read.", kind="figure", figure="verdicts")  # fmt: skip
    shown = (table("Answered yes, by sample", ["Sample", "Question", "Yes"], [[r["name"], r["asks"], r["words"]] for r in trend], "trend"),) if len({r["name"] for r in trend}) > 1 else say("There is no earlier sample to compare with.", kind="gap", figure="trend")  # fmt: skip
    sections = (
        Section("What this says", summary, key="summary"),
        *parts.answers(answers),
        Section("Language", language),
        Section("Trend", shown),
        parts.agreement(agreement),
        Section("How it was done", (*(t for s in samples for t in parts.sample(s)), Text("The report names no child, no officer and no record. What should be learnt from one record goes to a line manager.")), key="method"),
    )  # fmt: skip
    return Document(f"Missing audit, {period}", marking, as_at, of, sections)
