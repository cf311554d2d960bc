"""``flag-review``: of the records in which people found features of a group, how many were known, and what missed the rest."""

from __future__ import annotations

from collections.abc import Sequence

from redshank.agreement import share_words
from redshank.products import review_parts as parts
from redshank.products.document import Document, Section, Text, say, table
from redshank.products.review_parts import Row


def build(
    *,
    title: str,
    recall: Sequence[Row],
    misses: Sequence[Row],
    flags: Sequence[Row],
    agreement: Sequence[Row],
    samples: Sequence[Row],
    period: str,
    as_at: str,
    of: str,
    marking: str = "OFFICIAL-SENSITIVE",
) -> Document:
    """The report.

    Args:
        recall: ``by`` (in words), ``found``, ``missed``, ``read``.
        misses: ``rule`` and ``feature`` in words, ``n``.
        flags: ``state`` in words, ``n``: the flags that the review proposed, and where they stand.
        agreement: ``asks``, ``words``. samples: as :func:`redshank.products.review_parts.sample` reads them.
    """
    sections = (
        Section("What this says", _recall(recall), key="summary"),
        Section("What missed them", (table("Misses", ["What missed it", "What showed it", "Times"], [[r["rule"], r["feature"], f"{r['n']:,}"] for r in misses], "misses"),) if misses else say("Nothing was missed in what was read.", kind="figure", figure="misses")),
        Section("What followed", (table("Flags that it led to", ["State", "Flags"], [[r["state"], f"{r['n']:,}"] for r in flags], "flags"),) if flags else say("It has led to no flag yet.", kind="figure", figure="flags")),
        parts.agreement(agreement),
        Section("How it was done", (*(t for s in samples for t in parts.sample(s)), Text("Samples are drawn in proportion to their strata, so that the shares need no weight. A record that was drawn twice counts once, by its latest complete reading. Intervals are Wilson's, at 95 in 100.")), key="method"),
    )  # fmt: skip
    return Document(f"{title}, {period}", marking, as_at, of, sections)


def _recall(rows: Sequence[Row]) -> tuple[Text, ...]:
    out: list[Text] = []
    for r in rows:
        n = r["found"] + r["missed"]
        if not r["read"]:
            out += say(
                "Nothing is read to the end yet, so that nobody knows what was missed.",
                kind="gap",
                figure="recall",
            )
            break
        if not n:
            out += say(
                f"No features of a group were found in {r['read']:,} records read.",
                kind="figure",
                figure="recall",
            )
            break
        out += say(f"Of {n:,} records with features of a group, in {r['read']:,} read, known by {r['by']}: {share_words(r['found'], n)}. {r['missed']:,} were not.", kind="figure", figure="recall")  # fmt: skip
    return tuple(out)
