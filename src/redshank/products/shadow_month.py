"""``shadow``: a month of Redshank beside a force's existing scan: what both found, one alone, or neither, and what people then read in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from redshank.agreement import share_words, wilson
from redshank.products import review_parts as parts
from redshank.products.document import Document, Section, Text, say, table
from redshank.products.review_parts import Row

CELLS = {
    "both": "Both",
    "old": "The existing scan alone",
    "redshank": "Redshank alone",
    "neither": "Neither",
}
#: What is asked of the whole month, and the parts of it that answer.
ASKED = {
    "Named by the existing scan": ("both", "old"),
    "Named by Redshank": ("both", "redshank"),
    "Not named by the existing scan": ("redshank", "neither"),
    "Not named by Redshank": ("old", "neither"),
}
LEAST = 10
"""Read records of a part below which nothing is said of it (local default, as for every share)."""


def build(
    *,
    cells: Mapping[str, Row],
    months: Sequence[Row],
    agreement: Sequence[Row],
    samples: Sequence[Row],
    period: str,
    as_at: str,
    of: str,
    marking: str = "OFFICIAL-SENSITIVE",
) -> Document:
    """The page.

    Args:
        cells: by :data:`CELLS`, ``records`` (of the month; None where the reader may not know), ``read`` to the end, ``found`` (features of a group).
        months: the same by month: ``name`` and ``cells``. samples, agreement: as the other reviews have them.
    """
    if not samples:
        body: tuple[Section, ...] = (
            Section("What this says", say("No list of the existing scan has been taken yet.", kind="gap", figure="cells")),
        )  # fmt: skip
        return Document(f"Shadow run, {period}", marking, as_at, of, body)
    rows = [[CELLS[k], _count(c["records"]), f"{c['read']:,}", f"{c['found']:,}", share_words(c["found"], c["read"])] for k, c in cells.items()]  # fmt: skip
    head = ["Named by", "Records", "Read", "With features of a group", "Share, 95 in 100"]
    course = [[m["name"], *(f"{m['cells'][k]['found']:,} of {m['cells'][k]['read']:,}" for k in CELLS)] for m in months]  # fmt: skip
    return Document(
        f"Shadow run, {period}", marking, as_at, of,
        (
            Section("What this says", (table("Beside the existing scan", head, rows, "cells"), *_whole(cells)), key="summary"),
            Section("Month by month", (table("With features of a group, of those read", ["Days", *CELLS.values()], course, "months"),)),
            parts.agreement(agreement),
            Section("How it was done", (*(t for s in samples for t in parts.sample(s)), Text("Redshank names a record that stands behind a group it proposed. As many are drawn by chance of each of the four parts; whoever reads is not told of which part a record is. Intervals are Wilson's, at 95 in 100. Of several parts together the lower and the upper ends are added, which is wider than needed.")), key="method"),
        ),
    )  # fmt: skip


def _count(n: int | None) -> str:
    return "–" if n is None else f"{n:,}"


def _whole(cells: Mapping[str, Row]) -> tuple[Text, ...]:
    if any(c["records"] is None for c in cells.values()):
        return say("How many records there are of each part is told to roles that see handling C: it was drawn from those too.", kind="gap", figure="whole")  # fmt: skip
    out: list[Text] = []
    for asked, some in ASKED.items():
        low, high, n = 0.0, 0.0, sum(cells[k]["records"] for k in some)
        short = [CELLS[k].lower() for k in some if cells[k]["read"] < min(LEAST, cells[k]["records"])]
        if short:
            out += say(f"{asked}: {n:,} records. Too few are read to say how many show features of a group ({', '.join(short)}).", kind="gap", figure="whole")  # fmt: skip
            continue
        for k in some:
            c = cells[k]
            if c["read"] == c["records"]:  # every one was read: nothing is estimated
                low, high = low + c["found"], high + c["found"]
            else:
                a, b = wilson(c["found"], c["read"])
                # What was read is known; the interval is of the rest.
                rest = c["records"] - c["read"]
                low, high = low + c["found"] + a * rest, high + c["found"] + b * rest
        told = f"{low:,.0f}" if round(low) == round(high) else f"between {low:,.0f} and {high:,.0f}"
        out += say(f"{asked}: {n:,} records, of which {told} show features of a group.", kind="figure", figure="whole")  # fmt: skip
    return tuple(out)
