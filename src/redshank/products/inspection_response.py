"""The force's response to an inspection: what was recommended, whether the force accepts it, how it stands, and what shows it.

In:  the rows of the tracker of recommendations, as :class:`Row`; a day. Out: a :class:`redshank.products.document.Document`.

The recommendation stands as the tracker has it: word for word, or as a summary that says so on its face. What people wrote
(position, constraint, what was asked and answered, actions) is told as they wrote it; the sentences round it, with their dates and
figures, are made here from the rows, so that a changed date or figure changes the document. Source of the form: a county force's
public response of 2024 to the inspectors' report of December 2023. No owner and nobody else is named: a public response speaks in posts, and it is
public: figures about people stand in it as in a public edition, rounded to the nearest five and none below five
(:data:`redshank.products.disclosure.BASE`, a local default).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from redshank.products.disclosure import BASE, rounded
from redshank.products.document import Document, Part, Section, Text, table

MARKING = "OFFICIAL"
SUMMARY = "Summary, to be checked: the original was not read in full."


@dataclass(frozen=True, slots=True)
class Report:
    """An inspection's report. ``respond_by``: the last day of the comments under Police Act 1996, section 55."""

    publisher: str
    title: str
    published: str  # in words, as far as it is known
    respond_by: date
    responded_on: date | None = None
    responded_where: str = ""
    note: str = ""  # what of the day of publication is to be checked

    @property
    def cited(self) -> str:
        return f"{self.publisher}, {self.title}, {self.published}"


@dataclass(frozen=True, slots=True)
class Redated:
    was: str
    now: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    of: str
    what: str
    on: date
    answer: str = ""
    answered_on: date | None = None
    state: str = ""  # in words
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    what: str
    on: date
    done: bool
    who: str = ""
    words: str = ""  # of the day, where it is not known: "summer 2026"


@dataclass(frozen=True, slots=True)
class Cited:
    """Evidence: with its figure as it was cited, and as it read again on a later day, where it differs."""

    title: str
    shows: str
    quality: str  # in words
    as_at: date
    figure: str = ""
    now: str = ""
    now_at: date | None = None
    corrected: date | None = None  # the product that it is from was corrected since
    of_people: bool = False  # it counts people, or things that are about them: no small number leaves


@dataclass(frozen=True, slots=True)
class Row:
    """One recommendation or area for improvement."""

    report: Report
    name: str
    is_area: bool
    addressees: str
    for_forces: bool
    text: str
    verbatim: bool
    deadline: str  # the date that stands, in words
    acceptance: str = "none"  # none, full, part, not
    accepted_by: str = ""
    accepted_on: date | None = None
    accepted_why: str = ""
    status: str = ""
    position: str = ""
    constraint: str = ""
    redated: tuple[Redated, ...] = ()
    asks: tuple[Asked, ...] = ()
    deeds: tuple[Deed, ...] = ()
    evidence: tuple[Cited, ...] = ()


ACCEPTS = {
    "none": "whether the force accepts it; no acceptance is recorded yet.", "full": "The force accepts it in full", "part": "The force accepts it in part",
    "not": "The force does not accept it",
}  # fmt: skip


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def build(tracker_rows: Iterable[Row], as_at: date, force: str = "the force") -> Document:
    """The response as at a day: what was asked, answered, done or cited after it is left out."""
    rows = list(tracker_rows)
    reports = list(dict.fromkeys(r.report for r in rows))
    sections: list[Section] = []
    for report in reports:
        of = [r for r in rows if r.report == report]
        sections.append(_introduction(report, of, force))
        sections += [_section(r, as_at) for r in of if r.for_forces]
        if others := [r for r in of if not r.for_forces]:
            sections.append(_others(others, as_at))
    title = (
        f"Response of {force} to {reports[0].publisher}"
        if len(reports) == 1
        else f"Response of {force} to inspections"
    )
    first = f"As recorded in the tracker of recommendations on {day(as_at)}."
    return Document(
        title, MARKING, first, "Draft: nothing is published before a person has signed it.", tuple(sections)
    )


def _introduction(report: Report, rows: list[Row], force: str) -> Section:
    areas, plain = [r for r in rows if r.is_area], [r for r in rows if not r.is_area]
    ours = [r for r in rows if r.for_forces]
    counted = f"The report makes {_counted(len(plain), 'recommendation', 'recommendations')}"
    if areas:
        counted += f" and names {_counted(len(areas), 'area', 'areas')} for improvement"
    mine = f"{_counted(len([r for r in ours if not r.is_area]), 'recommendation', 'recommendations')}"
    if n := len([r for r in ours if r.is_area]):
        mine += f" and {_counted(n, 'area', 'areas')} for improvement"
    said = [f"{counted}; {mine} {'is' if len(ours) == 1 else 'are'} addressed to police forces."]
    for key, words in (("full", "accepts in full"), ("part", "accepts in part"), ("not", "does not accept")):
        if some := [r.name for r in ours if r.acceptance == key]:
            said.append(f"{force[:1].upper()}{force[1:]} {words} {_listed(some)}.")
    if some := [r.name for r in ours if r.acceptance == "none"]:
        said.append(f"No acceptance is recorded yet of {_listed(some)}.")
    by = f"Comments were due by {day(report.respond_by)} (Police Act 1996, section 55)"
    by += f", reckoned from a day of publication that is to be checked: {report.note}" if report.note else ""
    by += (
        f"; they were published on {day(report.responded_on)}, {report.responded_where}."
        if report.responded_on
        else "; no publication is recorded."
    )
    parts = [f"This responds to {report.cited}.", " ".join(said), by]
    if any(e.of_people and e.figure for r in rows for e in r.evidence):
        parts.append(
            f"Numbers of people are given as in every edition for others: below {BASE} as fewer than {BASE}, any other rounded to the nearest {BASE}."
        )
    return Section(report.cited, tuple(Text(p) for p in parts))


def _section(r: Row, as_at: date) -> Section:
    parts: list[Part] = [] if r.verbatim else [Text(SUMMARY)]
    parts += [Text(f"“{t}”" if r.verbatim else t) for t in _paragraphs(r.text)]
    parts.append(Text(f"Addressed to: {r.addressees}. Date: {r.deadline}."))
    parts += [Text(f"The date was {x.was}; it is now {x.now}. {x.why}") for x in r.redated]
    parts.append(_acceptance(r))
    parts.append(Text(f"Status: {r.status}."))
    if r.position:
        parts += [Text(t, kind="author") for t in _paragraphs(r.position)]
    else:
        parts.append(Text("how the force stands to it; no position is recorded yet.", kind="gap"))
    if r.constraint:
        first, *more = _paragraphs(r.constraint)
        parts += [
            Text(f"What stands in the way: {first}", kind="author"),
            *(Text(t, kind="author") for t in more),
        ]
    parts += [Text(_asked(a, as_at)) for a in r.asks if a.on <= as_at]
    parts += _deeds(r.deeds, as_at)
    parts += _evidence(r, as_at)
    return Section(r.name, tuple(parts), key=r.name.lower().replace(" ", "-"))


def _paragraphs(text: str) -> list[str]:
    return [t.strip() for t in text.split("\n\n") if t.strip()]


def _acceptance(r: Row) -> Text:
    if r.acceptance == "none":
        return Text(ACCEPTS["none"], kind="gap")
    said = ACCEPTS[r.acceptance]
    if r.accepted_by and r.accepted_on:
        said += f": {r.accepted_by}, {day(r.accepted_on)}"
    return Text(f"{said}. {r.accepted_why}".strip())


def _asked(a: Asked, as_at: date) -> str:
    said = f"{a.of[:1].upper()}{a.of[1:]} was asked on {day(a.on)}: {a.what}"
    if a.answered_on and a.answered_on <= as_at:
        said += f" Answered on {day(a.answered_on)} ({a.state}): {a.answer}"
    else:
        said += " No answer is recorded."
    if a.next_on is None:
        return said
    return f"{said} The next ask {'is' if a.next_on >= as_at else 'was due'} on {day(a.next_on)}."


def _deeds(deeds: Sequence[Deed], as_at: date) -> list[Part]:
    out: list[Part] = []
    done = [d for d in deeds if d.done and d.on <= as_at]
    planned = [d for d in deeds if not d.done]
    for caption, when, some in (("Done", "On", done), ("Planned", "For", planned)):
        if some:
            told = [
                [d.what, d.words or day(d.on), d.who or "not recorded"]
                for d in sorted(some, key=lambda d: d.on)
            ]
            out.append(table(caption, ["What", when, "By"], told))
    return out


def _evidence(r: Row, as_at: date) -> list[Part]:
    some = [e for e in r.evidence if e.as_at <= as_at]
    if not some:
        return [Text("what shows it; no evidence is recorded yet.", kind="gap")]
    told = [[e.title, e.shows, _figure(e, as_at), day(e.as_at), e.quality] for e in some]
    return [table("What shows it", ["Source", "What it shows", "Figure", "As at", "How well"], told)]


def _figure(e: Cited, as_at: date) -> str:
    if not e.figure:
        return "none"
    cited, now = (guarded(e.figure), guarded(e.now)) if e.of_people else (e.figure, e.now)
    said = [cited]
    if e.corrected and e.corrected <= as_at:
        said.append(f"corrected on {day(e.corrected)}")
    if now and now != cited and e.now_at and e.now_at <= as_at:
        said.append(f"read again on {day(e.now_at)}: {now}")
    return "; ".join(said)


def guarded(figure: str) -> str:
    """A figure about people as a public document has it: each number as the public edition of a profile would show it, so that
    two documents with the same count tell no more than one.

    >>> guarded("4"), guarded("14"), guarded("3 of 40 (8%)"), guarded("38 of 40 (95%)"), guarded("2 of 3 (67%)")
    ('fewer than 5', '15', 'fewer than 5 of 40', '40 of 40', 'not shown: fewer than 5 in all')
    """
    found = re.fullmatch(r"([\d,]+)(?: of ([\d,]+)(?: \(\d+%\))?)?", figure)
    if found is None:
        return figure
    count, of = (int((n or "0").replace(",", "")) for n in found.groups())
    if not found[2]:
        return rounded(count).text
    if of < BASE:
        return f"not shown: fewer than {BASE} in all"
    return f"{rounded(count).text} of {rounded(of).text}"


def _others(rows: list[Row], as_at: date) -> Section:
    told = [
        [r.name, r.addressees, f"{'' if r.verbatim else f'{SUMMARY} '}{r.text}", r.deadline] for r in rows
    ]
    parts: list[Part] = [
        table("Recommendations to others", ["Number", "Addressed to", "What is recommended", "Date"], told)
    ]
    parts += [Text(f"{r.name}: {_asked(a, as_at)}") for r in rows for a in r.asks if a.on <= as_at]
    return Section("Addressed to others", tuple(parts))
