"""A return as a document for its readers, and its rows as a table for a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from redshank.products.disclosure import Ref, Shown, all_exact, guarded
from redshank.products.document import Document, Part, Section, Text, say, table
from redshank.products.figures.core import Cell, Figure, Grid
from redshank.products.returns import years
from redshank.products.returns.checks import Finding
from redshank.products.returns.compare import COUNTS, Difference
from redshank.products.returns.content import AGES, CHILD, Return, counts
from redshank.products.returns.spec import SURE, ReturnSpec
from redshank.products.words import long_day

#: Who reads it. Rows are in the first two alone; what was left out, and the records, in the force's own alone.
EDITIONS = {"internal": "the force's own", "submission": "for submission", "public": "public"}
MARKINGS = {"internal": "OFFICIAL-SENSITIVE", "submission": "OFFICIAL-SENSITIVE", "public": "OFFICIAL"}
KINDS = {"full": "A full return", "partial": "A partial return", "nil": "A nil return"}
DEFENCE = "A child first: for each, consider the statutory defence (Modern Slavery Act 2015 s.45) and a referral to the National Referral Mechanism. They are counted apart."
SUSPECT = "Suspect here means: a record of a crime names the person as suspect or detained. It does not say that the person did it."
#: Fields of which completeness is counted: field → its words.
COMPLETE = {"ethnicity_self": "Ethnicity, self-defined", "ethnicity_officer": "Ethnicity, as an officer recorded it", "nationality": "Nationality", "sex": "Sex"}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What people did about it, in words."""

    state: str = "Draft, not signed off"
    number: int = 1
    kind: str = "full"
    why: str = ""  # of a partial or nil return, or of a new version
    statement: str = ""
    signed: tuple[str, ...] = ()
    checksum: str = ""
    requirement: str = ""
    findings: tuple[Finding, ...] = ()
    difference: Difference | None = None
    corrections: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=dict)  # record's key → how a reader says it


def build(found: Return, spec: ReturnSpec, edition: str, told: Told) -> Document:
    """The document of an edition.

    Raises:
        KeyError: no such edition.
    """
    p = years.period(spec.year, found.year)
    figures = _figures(found)
    complete = _completeness(found)
    # Guarded together: a row is a person, so that what is recorded of rows divides a count above it.
    shown = all_exact([*figures, *complete]) if edition != "public" else guarded([*figures, *complete])
    sections = [
        Section("Counts", tuple(_counts(figures, shown, spec)), key="counts"),
        _complete(complete, shown),
    ]
    if told.corrections and edition == "internal":
        sections.insert(0, Section("Corrections to consider", say(*told.corrections), key="corrections"))
    if told.statement:
        sections.append(Section("Position statement", say(*[t for t in told.statement.split("\n") if t.strip()], kind="author"), key="statement"))  # fmt: skip
    if edition != "public":
        sections.append(Section("Validations", tuple(_findings(told)), key="validations"))
    if edition == "internal":
        sections.append(Section("What was left out, and why", tuple(_left_out(found, told)), key="left_out"))
        if told.difference is not None:
            sections.append(Section("Differences from the version frozen before", tuple(_difference(told.difference)), key="differences"))  # fmt: skip
    sections.append(Section("How it is counted", tuple(_rules(spec, told)), key="rules"))
    if told.signed:
        sections.append(Section("Signed off", say(*told.signed), key="signed"))
    marking = MARKINGS[edition]
    first = f"As recorded up to {long_day(datetime.fromisoformat(found.as_of))}. {found.not_current}".strip()
    of = f"{EDITIONS[edition].capitalize()} edition. {KINDS[told.kind]}, version {told.number}. {told.state}. Specification {found.version} ({spec.source})."  # fmt: skip
    return Document(f"{spec.title}, {long_day(p.start)} to {long_day(p.end)}", marking, first, of, tuple(sections))  # fmt: skip


def _figures(found: Return) -> list[Figure]:
    """One for each count: parts by age divide it without overlap, so that no published number tells a small one."""
    out = []
    for name, cells in counts(found).items():
        if name == "crimes":
            continue
        parts = tuple((age.capitalize(), (age,)) for age in AGES if age in cells)
        grid = Grid(("Age on the day", COUNTS[name]), parts, name) if parts else None
        out.append(Figure(name, COUNTS[name], "{all}", cells, grid, {"all": name}))
    return out


def _counts(figures: Sequence[Figure], shown: dict[Ref, Shown], spec: ReturnSpec) -> list[Part]:
    rows = [
        [f.title, *(shown[f.name, age].text if age in f.cells else "none has one" for age in AGES), shown[f.name, "all"].text]
        for f in figures
    ]  # fmt: skip
    head = ["Counted as", *(a.capitalize() for a in AGES), "All"]
    out: list[Part] = [*say(SUSPECT), table("Suspects, by three counts; the unidentified apart", head, rows)]
    out += say(f"The unit that the requirement counts is taken to be {spec.unit_words}. The three counts stand side by side, because it is not known for certain.")  # fmt: skip
    if any(f.cells[CHILD].n for f in figures if CHILD in f.cells):
        out += say(DEFENCE)
    return out


def _completeness(found: Return) -> list[Figure]:
    names = [n for n in COMPLETE if any(n in r.cells for r in found.rows)]
    # Rows are of one of the counts: whichever is as many, since a reader can see that as well.
    rows = next((name for name, cells in counts(found).items() if cells["all"].n == len(found.rows)), "rows")
    return [
        Figure(f"complete_{n}", COMPLETE[n], "", {"yes": Cell(sum(bool(r.cells[n]) for r in found.rows)), "no": Cell(sum(not r.cells[n] for r in found.rows))}, Grid(("", ""), (("", ("yes",)), ("", ("no",))), rows))
        for n in names
    ]  # fmt: skip


def _complete(figures: Sequence[Figure], shown: dict[Ref, Shown]) -> Section:
    said = say("Measured for completeness only. Neither enters any search, score or link.")
    if not figures:
        return Section("Completeness", say("No row has such a field."), key="complete")
    rows = [[f.title, shown[f.name, "yes"].text, shown[f.name, "no"].text] for f in figures]
    return Section("Completeness", (*said, table("Recorded, by row", ["Field", "Recorded", "Not recorded"], rows)), key="complete")  # fmt: skip


def _findings(told: Told) -> list[Part]:
    if not told.findings:
        return list(say("Every validation passed."))
    rows = [["blocks" if f.blocks else "to look at", f.says, f.do, ", ".join(told.words.get(r, r) for r in f.rows[:20]) + (" …" if len(f.rows) > 20 else "")] for f in told.findings]  # fmt: skip
    return [table("What the validations found", ["How grave", "What is so", "What to do", "Rows"], rows)]


def _left_out(found: Return, told: Told) -> list[Part]:
    if not found.left_out:
        return list(say("Nothing: every crime with a confirmed flag, or with the record system's own, is counted."))  # fmt: skip
    kinds = {"crime": "Crime", "flag": "Flag", "person": "Proposed person of concern"}
    rows = []
    for x in found.left_out:
        what = told.words.get(x.ident, x.ident) if x.about == "crime" else f"number {x.ident}" if x.about == "flag" else "named on the return's page"  # fmt: skip
        rows.append([kinds[x.about], what, x.says, ", ".join(f"{n}" for n in x.flags)])
    return [table("Line by line", ["What", "Which", "Why", "Flags"], rows)]


def _difference(d: Difference) -> list[Part]:
    if not d:
        return list(say("None."))
    out: list[Part] = []
    if d.counts:
        out.append(table("Counts that differ", ["Count", "Before", "Now"], [[a, f"{b:,}", f"{c:,}"] for a, b, c in d.counts]))  # fmt: skip
    for caption, rows in (("Rows that are new", d.new), ("Rows that are gone", d.gone)):
        if rows:
            out.append(table(caption, ["Pseudonymous id"], [[r] for r in rows]))
    if d.changed:
        out.append(table("Cells that differ", ["Row", "Field", "Before", "Now"], [[c.row, c.label, c.before or "empty", c.after or "empty"] for c in d.changed]))  # fmt: skip
    return out


def _rules(spec: ReturnSpec, told: Told) -> list[Part]:
    out: list[Part] = list(say(spec.rule, spec.suppression))
    if told.requirement:
        out += say(told.requirement)
    if told.why:
        out.append(Text(f"Why: {told.why}"))
    if told.checksum:
        out += say(f"Frozen; checksum of what is kept (SHA-256): {told.checksum}")
    out.append(table("Fields of a row", ["Field", "How sure it is that it is asked for"], [[f.label, SURE[f.sure]] for f in spec.fields]))  # fmt: skip
    return out


def rows_document(found: Return, spec: ReturnSpec, told: Told) -> Document:
    """The rows, as they are sent: a workbook's sheet, or the CSV of :func:`rows_csv`."""
    head = build(found, spec, "submission", told)
    sheet = table("Rows", [f.label for f in spec.fields], [[r.cells.get(f.name, "") for f in spec.fields] for r in found.rows])  # fmt: skip
    return Document(
        head.title, head.marking, head.first, head.of, (Section("Rows", (sheet,)), *head.sections)
    )


def rows_csv(found: Return, spec: ReturnSpec) -> bytes:
    """One line for each row, under the labels of the specification."""
    import csv
    import io

    from redshank.products.papers import writable
    from redshank.products.papers.cells import safe

    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([safe(f.label) for f in spec.fields])
    for r in found.rows:
        lines.writerow([safe(writable(r.cells.get(f.name, ""))) for f in spec.fields])
    return out.getvalue().encode("utf-8-sig")
