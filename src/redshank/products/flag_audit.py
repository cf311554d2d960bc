"""``flag-audit``: how far the register of flags can be relied on, from second looks that did not know the first outcome."""

from __future__ import annotations

from collections.abc import Sequence

from redshank.agreement import Agreement, agreement, share_words
from redshank.products.document import Document, Section, Text, say, table
from redshank.products.review_parts import Row


def build(
    *,
    looks: Sequence[Row],
    samples: Sequence[Row],
    recall: Sequence[str],
    as_at: str,
    of: str,
    marking: str = "OFFICIAL-SENSITIVE",
) -> Document:
    """The report.

    Args:
        looks: ``sample``, ``first``, ``second`` (outcomes in words), ``blind``: one for each second look.
        samples: ``name``, ``drawn``, ``population``, ``seed``, ``by``, ``at``.
        recall: sentences of the reviews of what was not flagged (:mod:`redshank.products.flag_review`).
    """
    blind = [(r["first"], r["second"]) for r in looks if r["blind"]]
    every: Agreement = agreement(blind)
    confirmed = [b for a, b in blind if a == "Confirmed"]
    summary = [Text(f"Second looks, blind: {every.words}.", kind="figure", figure="agreement")]
    if confirmed:
        held = sum(b == "Confirmed" for b in confirmed)
        summary.append(Text(f"Of flags that were confirmed, confirmed again: {share_words(held, len(confirmed))}. This is the measured precision of a confirmed flag.", kind="figure", figure="precision"))  # fmt: skip
    else:
        summary += say("No confirmed flag has been looked at a second time: its precision is not known.", kind="gap", figure="precision")  # fmt: skip
    summary += [Text(f"{s}.", kind="figure", figure="recall") for s in recall] or list(say("No review of what was not flagged has been read: recall is not known.", kind="gap", figure="recall"))  # fmt: skip
    pairs = sorted({(a, b) for a, b in blind})
    matrix = [[a, b, f"{blind.count((a, b)):,}"] for a, b in pairs]
    known = len(looks) - len(blind)
    method = [f"{s['drawn']:,} of {s['population']:,} decided flags, drawn with the seed “{s['seed']}” by {s['by']} on {s['at']}." for s in samples]  # fmt: skip
    if known:
        method.append(f"Looks by somebody who may have known the outcome are not counted: {known:,}.")
    sections = (
        Section("What this says", tuple(summary), key="summary"),
        Section("First decision and second look", (table("Blind looks", ["First decision", "Second look", "Flags"], matrix, "agreement"),) if matrix else say("There is no blind look yet.", kind="gap", figure="agreement")),
        Section("How it was done", say(*method) or say("No sample has been drawn yet.", kind="gap", figure="sample"), key="method"),
    )  # fmt: skip
    return Document("Audit of flags", marking, as_at, of, sections)
