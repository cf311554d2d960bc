"""``language-audit``: how often records use words that blame or diminish a child, and how well the linter tells.

Rates are per 1,000 records and per 10,000 words, by source, unit and origin. Quotations and phrases of system forms are
counted apart. No officer is named: the report is for governance; what a person should learn goes to their line manager.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redshank.agreement import share_words
from redshank.products import review_parts as parts
from redshank.products.document import Document, Section, Text, say, table
from redshank.products.review_parts import Row


def build(
    *,
    rates: Sequence[Row],
    months: Sequence[Row],
    phrases: Sequence[Row],
    templates: Sequence[Row],
    precision: Sequence[Row],
    passed_over: Sequence[Row],
    agreement: Sequence[Row],
    samples: Sequence[Row],
    period: str,
    as_at: str,
    of: str,
    marking: str = "OFFICIAL-SENSITIVE",
) -> Document:
    """The report.

    Args:
        rates: ``by`` ("total", "source", "unit", "origin"), ``name``, ``records``, ``words``, ``phrases``, ``quoted``, ``template``.
        months: the same without ``by``, earliest first, for the trend.
        phrases: ``text``, ``n``: in authors' own words, most often first.
        templates: ``kind``, ``text``, ``n``: what readers named as coming from a form of the system.
        precision: ``rule``, ``true``, ``false_positive``, ``quoted``, ``template``: verdicts on the linter's hits.
        passed_over: ``text``, ``n``: phrases that readers found and the linter did not.
        agreement: ``asks``, ``words``.
        samples: as :func:`redshank.products.review_parts.sample` reads them.
        period: the days, in words. as_at: the first line. of: for whom and by which configuration.
    """
    by = {k: [r for r in rates if r["by"] == k] for k in ("total", "source", "unit", "origin")}
    sections = (
        Section("What this says", _summary(by["total"], templates), key="summary"),
        parts.rates("By source", "Source", by["source"], "rates by source"),
        parts.rates("By unit", "Agency or district", by["unit"], "rates by unit"),
        parts.rates("By whose text it is", "Origin", by["origin"], "rates by origin"),
        _trend(months),
        _phrases(phrases),
        _defects(templates),
        _precision(precision, passed_over),
        parts.agreement(agreement),
        Section("How it was done", (*(t for s in samples for t in parts.sample(s)), *say(
            "Phrases are found by the rules of the language guide in the whole text of every record of these days; a sample is read by people, who say of each phrase what it is.",
            "Text that came from a partner or the public stands under its own origin and is not counted to the force's writing.",
            "The extracts name no officer. Units are the agency that a record came from, else its district. Feedback on a record goes to a line manager and to nobody else.",
        )), key="method"),
    )  # fmt: skip
    return Document(f"Language audit, {period}", marking, as_at, of, sections)


def _summary(total: Sequence[Row], templates: Sequence[Row]) -> tuple[Text, ...]:
    if not total or not total[0]["records"]:
        return say("There is no record of these days to read.", kind="gap", figure="total")
    t = total[0]
    told = f"{t['phrases']:,} phrases in {t['records']:,} records and {t['words']:,} words blame or diminish a child in their author's own words"
    cells = parts.rate_cells(t)
    if t["records"] >= parts.LEAST:
        told += f": {cells[3]} per 1,000 records, {cells[4]} per 10,000 words"
    out = [f"{told}. {t['quoted']:,} more stand in quotation marks."]
    if templates:
        out.append(f"{len(templates):,} phrases come from forms of the systems themselves: they are defects to be mended there, and nobody's writing.")  # fmt: skip
    return say(*out, kind="figure", figure="total")


def _trend(months: Sequence[Row]) -> Section:
    body = [[str(r["name"]), *parts.rate_cells(r)] for r in months]
    if not any(r["records"] for r in months):
        return Section(
            "Trend", say("There are no earlier records to compare with.", kind="gap", figure="trend")
        )
    said = "Each month by the same rules. What people named as coming from a system form is left out of every month."
    return Section("Trend", (Text(said), table("By month", ["Month", *parts.RATE_HEAD], body, "trend")))


def _phrases(rows: Sequence[Row]) -> Section:
    if not rows:
        return Section("Phrases most often written", say("None was found.", kind="figure", figure="phrases"))
    body = [[f"“{r['text']}”", f"{r['n']:,}"] for r in rows]
    return Section("Phrases most often written", (table("Phrases", ["Phrase", "Times"], body, "phrases"),))


def _defects(rows: Sequence[Row]) -> Section:
    title = "System defects: phrases that come from a form"
    if not rows:
        return Section(title, say("Readers named none.", kind="figure", figure="templates"))
    body = [[f"“{r['text']}”", r["kind"], f"{r['n']:,}"] for r in rows]
    said = "To be changed in the system by whoever keeps it; until then every record made with the form repeats it."
    return Section(title, (Text(said), table("Phrases of forms", ["Phrase", "Source", "Named by readers"], body, "templates")))  # fmt: skip


def _precision(rows: Sequence[Row], passed_over: Sequence[Row]) -> Section:
    title = "How well the linter tells"
    if not rows:
        return Section(title, say("No phrase has been judged yet: how often the linter is wrong is not known.", kind="gap", figure="precision"))  # fmt: skip
    keys = ("true", "quoted", "template", "false_positive")
    n = sum(r[k] for r in rows for k in keys)
    wrong = sum(r["false_positive"] for r in rows)
    body = [[r["rule"], *(f"{r[k]:,}" for k in keys), share_words(sum(r[k] for k in keys) - r["false_positive"], sum(r[k] for k in keys))] for r in rows]  # fmt: skip
    head = ["Rule", "Blames", "Quoted", "Form", "Does not blame", "Rightly found"]
    out: list[Any] = [Text(f"Rightly found, of the phrases judged: {share_words(n - wrong, n)}.", kind="figure", figure="precision"), table("By rule", head, body, "precision")]  # fmt: skip
    if passed_over:
        out.append(table("Passed over by the linter, found by readers", ["Phrase", "Times"], [[f"“{r['text']}”", f"{r['n']:,}"] for r in passed_over], "passed over"))  # fmt: skip
    return Section(title, tuple(out))
