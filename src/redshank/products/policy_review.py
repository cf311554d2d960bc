"""The policy review as a document: how a policy was put into practice, how it is understood, what it brought.

In: plain rows, one a review (:func:`build` says which fields). Out: a document. The measures stand before the findings, with who
fixed them and when, so that a reader sees that they were chosen before anybody looked. Answers of a survey are told as numbers,
and not at all where fewer answered than the row says can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from redshank.products.document import Document, Part, Section, Table, Text, say
from redshank.products.words import long_day

Row = Mapping[str, Any]
FINDINGS = {
    "implementation": "Implementation",
    "understanding": "Understanding",
    "benefits": "Benefits realised",
}


def build(reviews: Iterable[Row], as_at: datetime, marking: str = "OFFICIAL") -> Document:
    """The document of one review or of several.

    A row has ``policy``, ``version``, ``owner``, ``adopted_on``, ``due``, ``state``, ``closed_on`` (or None), ``terms``,
    ``acknowledged`` as (n, of), ``fixed`` and ``opened`` as (who, when, text) or None, ``measures`` (rows with ``title``, ``how``,
    ``before``, ``aim``, ``withdrawn``, ``met``, ``value``, ``text``), ``survey`` (``answered``, ``asked``, ``until``, ``least``,
    ``questions`` as (question, [(answer, n)])) or None, ``findings`` (kind → [(text, who, when)]) and ``follows`` as
    (text, who, when) or None.
    """
    rows = list(reviews)
    sections = [s for r in rows for s in _review(r, as_at)]
    if not rows:
        sections = [Section("Reviews", say("No review of a policy is planned or was made.", kind="gap"))]
    title = f"Review of {rows[0]['policy']}" if len(rows) == 1 else "Reviews of policies"
    of = (
        f"Version {rows[0]['version']}, {rows[0]['state'].lower()}"
        if len(rows) == 1
        else f"{len(rows)} reviews"
    )
    return Document(title, marking, f"As recorded on {long_day(as_at)}.", of, tuple(sections))


def _review(r: Row, as_at: datetime) -> list[Section]:
    n, of = r["acknowledged"]
    late = r["closed_on"] is None and r["due"] < as_at.date()
    closed = f" It was closed on {long_day(r['closed_on'])}." if r["closed_on"] else ""
    when = (
        f"Version {r['version']} was adopted on {long_day(r['adopted_on'])}; its review was due on {long_day(r['due'])}"
        f"{', and is overdue' if late else ''}.{closed} {r['owner']} answers for the policy."
    )
    head = f"{r['policy']}, version {r['version']}"
    return [
        Section(head, (*say(when, f"{n:,} of {of:,} have acknowledged the version, as at {long_day(as_at)}.", kind="figure"),), key="review"),
        Section("Terms of reference", tuple(Text(p, "author") for p in r["terms"].split("\n") if p.strip()), level=3, key="terms"),
        Section("Measures, chosen beforehand", tuple(_measures(r)), level=3, key="measures"),
        *(Section(title, tuple(_finding(r, kind)), level=3, key=kind) for kind, title in FINDINGS.items()),
        Section("What follows", tuple(_said([r["follows"]] if r["follows"] else [], "what follows; the review is not closed.")), level=3, key="follows"),
    ]  # fmt: skip


def _measures(r: Row) -> list[Part]:
    standing = [m for m in r["measures"] if not m["withdrawn"]]
    out: list[Part] = []
    if r["fixed"]:
        who, at, text = r["fixed"]
        opened = f" The review opened on {long_day(r['opened'][1])}, after that." if r["opened"] else ""
        out.extend(say(f"Fixed by {who} on {long_day(at)}: {text}.{opened} None joined or went since.".replace("..", "."), kind="figure"))  # fmt: skip
    else:
        out.extend(
            say("The measures are not fixed yet: the review does not open before they are.", kind="gap")
        )
    if standing:
        head = ("Measure", "What is counted", "Before", "A benefit would be", "What it told", "From where")
        out.append(Table("Measures and what they told", head, tuple(
            (m["title"], m["how"], m["before"], m["aim"], f"{m['met']}: {m['value']}" if m["met"] else "not taken yet", m["text"] or "")
            for m in standing
        )))  # fmt: skip
    gone = [m["title"] for m in r["measures"] if m["withdrawn"]]
    if gone:
        out.extend(say(f"Withdrawn before the measures were fixed: {'; '.join(gone)}."))
    return out


def _finding(r: Row, kind: str) -> list[Part]:
    out: list[Part] = _survey(r["survey"]) if kind == "understanding" else []
    return out + _said(r["findings"].get(kind, []), "what was found.")


def _survey(s: Row | None) -> list[Part]:
    if s is None:
        return list(say("The survey has not been held.", kind="gap"))
    told = f"{s['answered']:,} of {s['asked']:,} answered the survey, which ends on {long_day(s['until'])}."
    # Written here again, whatever the rows bring: no answers of so few that one of them could be told.
    if s["answered"] < s["least"]:
        return [*say(told, kind="figure"), *say(f"Fewer than {s['least']} answered: the answers are not told.", kind="gap")]  # fmt: skip
    if not s["questions"]:
        return [*say(told, kind="figure"), *say("The answers are told when the survey is over.", kind="gap")]  # fmt: skip
    head = ("Question", *(said for said, _ in s["questions"][0][1]))
    rows = tuple((asks, *(f"{n:,}" for _, n in counts)) for asks, counts in s["questions"])
    return [*say(told, kind="figure"), Table("Answers to the survey", head, rows)]


def _said(found: Iterable[tuple[str, str, datetime]], nothing: str) -> list[Part]:
    out: list[Part] = [Text(p, "author", by=f"{who}, {long_day(at)}") for text, who, at in found for p in text.split("\n") if p.strip()]  # fmt: skip
    return out or list(say(nothing, kind="unwritten"))
