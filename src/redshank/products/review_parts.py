"""What the reports of reviews share: rates, shares with their interval, agreement; all of plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from redshank.agreement import share_words
from redshank.products.document import Section, Text, table

Row = Mapping[str, Any]
#: Below so many records a rate is not said: one phrase more or less would move it too far. Local default.
LEAST = 20


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def rate_cells(r: Row) -> list[str]:
    """Records, words, phrases, both rates, and what is counted apart."""
    enough = r["records"] >= LEAST
    per_records = 1_000 * r["phrases"] / r["records"] if enough else None
    per_words = 10_000 * r["phrases"] / r["words"] if enough and r["words"] else None
    counts = [f"{r[k]:,}" for k in ("records", "words", "phrases")]
    return [*counts, number(per_records), number(per_words), f"{r['quoted']:,}", f"{r['template']:,}"]


RATE_HEAD = ["Records", "Words", "Phrases", "Per 1,000 records", "Per 10,000 words", "Quoted, apart", "System forms, apart"]  # fmt: skip


def rates(title: str, first: str, rows: Iterable[Row], figure: str) -> Section:
    body = [[str(r["name"]), *rate_cells(r)] for r in rows]
    if not body:
        return Section(
            title, (Text("There is no record of these days to count.", kind="gap", figure=figure),)
        )
    note = Text(f"A rate is not said where there are fewer than {LEAST} records.", figure=figure)
    return Section(title, (table(title, [first, *RATE_HEAD], body, figure), note))


def agreement(rows: Iterable[Row]) -> Section:
    """Of a part read twice: rows of ``asks`` and ``words``."""
    body = [[r["asks"], r["words"]] for r in rows]
    said = "A share of each sample was read by a second person who did not see the first answers."
    if not body:
        return Section("How far two readers agree", (Text(said), Text("Nothing has been read twice yet: how far these answers can be relied on is not known.", kind="gap", figure="agreement")))  # fmt: skip
    return Section("How far two readers agree", (Text(said), table("Agreement", ["Question", "Agreement"], body, "agreement")))  # fmt: skip


def answers(rows: Iterable[Row]) -> tuple[Section, ...]:
    """By section of a form: rows of ``section``, ``asks``, and the counts of ``yes``, ``partly``, ``no``, ``na``."""
    by: dict[str, list[list[str]]] = {}
    for r in rows:
        n = r["yes"] + r["partly"] + r["no"]
        cells = [r["asks"], *(f"{r[k]:,}" for k in ("yes", "partly", "no", "na")), share_words(r["yes"], n)]
        by.setdefault(r["section"], []).append(cells)
    head = ["Question", "Yes", "In part", "No", "Does not apply", "Yes, of those to which it applies"]
    return tuple(
        Section(title, (table(title, head, body, f"answers {title.lower()}"),)) for title, body in by.items()
    )


def sample(r: Row) -> tuple[Text, ...]:
    """How it was drawn: rows of ``drawn``, ``complete``, ``frame``, ``seed``, ``by``, ``at``, ``strata``."""
    of = f" from {r['frame']:,} records" if r.get("frame") else ""
    told = f"{r['drawn']:,} records were drawn by chance{of}, by {r['strata']}, with the seed “{r['seed']}”, by {r['by']} on {r['at']}; {r['complete']:,} are complete."  # fmt: skip
    return (Text(told, kind="figure", figure="sample"),)
