"""From a specification and figures to a document, for an edition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from redshank.products.disclosure import BASE, WITHHELD, Ref, Shown, all_exact, guarded
from redshank.products.document import Document, Part, Section, Text, say, table
from redshank.products.figures import REGISTRY, Figure
from redshank.products.figures.core import SLOT
from redshank.products.papers import drawing
from redshank.products.rows import Period, Rows
from redshank.products.specs import Heading, Spec
from redshank.products.words import after_one, counted_day, long_day, month_said

#: Who reads it. Only the force's own edition names people, groups or places and has exact numbers.
EDITIONS = {"internal": "the force's own", "partner": "partners'", "public": "public"}
MARKINGS = {"internal": "OFFICIAL-SENSITIVE", "partner": "OFFICIAL-SENSITIVE", "public": "OFFICIAL"}
#: The probability yardstick of the Professional Head of Intelligence Assessment: word → from, to (per cent).
YARDSTICK = (
    ("a remote chance", 0, 5), ("highly unlikely", 10, 20), ("unlikely", 25, 35), ("a realistic possibility", 40, 50),
    ("likely or probable", 55, 75), ("highly likely", 80, 90), ("almost certain", 95, 100),
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """What somebody wrote under a heading."""

    heading: str  # empty: of a correction
    text: str
    by: str
    everywhere: bool = False  # its author says that it names nobody and tells no small number


@dataclass(frozen=True)
class Terms:
    """A product's own terms of reference."""

    requester: str = ""
    decision: str = ""  # that it is to inform
    questions: tuple[str, ...] = ()
    sources: str = ""
    limits: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is to be built."""

    spec: Spec
    period: Period
    edition: str = "internal"
    number: int = 1
    state: str = "Draft, not signed off"
    terms: Terms = field(default_factory=Terms)
    written: tuple[Written, ...] = ()
    scope: str = "the whole force area"
    corrections: tuple[Written, ...] = ()
    allowed: frozenset[str] = (
        frozenset()
    )  # what was shared with a partner and may be named to them (``child:ID``)


def compute(spec: Spec, rows: Rows, period: Period) -> list[Figure]:
    """The figures of a specification, in its order."""
    return [REGISTRY[name].run(rows, period) for name in spec.figures]


def build(wanted: Wanted, rows: Rows, figures: Sequence[Figure]) -> Document:
    """The document for one edition.

    Raises:
        KeyError: no such edition.
    """
    open_ = [f for f in figures if not REGISTRY[f.name].names]
    shown = all_exact(figures) if wanted.edition == "internal" else guarded(open_)
    by_name = {f.name: f for f in (figures if wanted.edition == "internal" else open_)}
    if wanted.edition == "partner":
        by_name |= {f.name: named_to(f, wanted.allowed) for f in figures if REGISTRY[f.name].names and f.grid}
    told: set[str] = set()
    sections = [_section(h, wanted, rows, by_name, shown, told) for h in wanted.spec.headings]
    if wanted.corrections:
        told_ = [w.text if _may_stand(w, wanted) else f"{w.by}: {KEPT_BACK}" for w in wanted.corrections]
        sections.insert(0, Section("Corrections after it was signed", say(*told_), key="corrections"))
    return Document(
        f"{wanted.spec.title}, {long_day(wanted.period.start)} to {long_day(wanted.period.end)}",
        MARKINGS[wanted.edition],
        f"As recorded up to {long_day(rows.as_of)}, from the records of {wanted.scope}. {rows.not_current}".strip(),
        f"{EDITIONS[wanted.edition].capitalize()} edition, number {wanted.number}. {wanted.state}. Specification {wanted.spec.version}"
        f" ({wanted.spec.source}). Groups and persons of concern are proposed, unless it says that a person confirmed them.",
        tuple(sections),
    )  # fmt: skip


#: Instead of words that were written for the force's own edition.
KEPT_BACK = "words that stand in the force's own edition alone."


def _may_stand(w: Written, wanted: Wanted) -> bool:
    return wanted.edition == "internal" or w.everywhere


def named_to(figure: Figure, allowed: frozenset[str]) -> Figure:
    """Of a figure that names: the rows that were shared with the reader, without any number."""
    grid = figure.grid
    if grid is None:
        return figure
    # The name alone: why it stands there rests on records that were not shared with it.
    rows = tuple((name, ()) for name, about in zip(grid.called, grid.about, strict=True) if about in allowed)
    gap = "" if rows else "nothing of this was shared with this reader's agency by name."
    return replace(figure, says="", cells={}, grid=replace(grid, head=grid.head[:1], rows=rows, about=(), called=()), gap=gap)  # fmt: skip


def fill(template: str, name: str, shown: Mapping[Ref, Shown]) -> str:
    """A figure's sentence with its numbers as the edition has them.

    >>> fill("{a} of {b} ({a/b})", "f", {("f", "a"): Shown("1", 1, 1), ("f", "b"): Shown("4", 4, 4)})
    '1 of 4 (25%)'
    """

    return "".join(text for text, _ in pieces(template, name, shown))


def pieces(template: str, name: str, shown: Mapping[Ref, Shown]) -> list[tuple[str, str]]:
    """The sentence in its pieces, each with the cell that it is the number of, or with nothing. Words after a one are of one."""
    out: list[tuple[str, str]] = []
    last, before = 0, ""
    for found in [*SLOT.finditer(template), None]:
        words = template[last : found.start() if found else len(template)]
        words = words if out else words[:1].upper() + words[1:]
        out.append((after_one(words) if before == "1" else words, ""))
        if found is None:
            break
        before, last = _number(found, name, shown), found.end()
        starts = not words.strip() if len(out) == 1 else words.endswith(". ")
        out.append((before[:1].upper() + before[1:] if starts else before, found[1]))
    return [p for p in out if p[0]]


def _number(found: re.Match[str], name: str, shown: Mapping[Ref, Shown]) -> str:
    top = shown[name, found[1]]
    if not found[2]:
        return top.text
    part, whole = top.number, shown[name, found[2]].number
    if not whole or part is None:
        return "no share"
    return f"{round(100 * part / whole)}%"


def sentence(figure: Figure, shown: Mapping[Ref, Shown]) -> str:
    """As the edition has it; where a number of it is withheld, that it is."""
    asked = {i for found in SLOT.findall(figure.says) for i in found if i}
    if any(shown[figure.name, i] == WITHHELD for i in asked):
        return f"{figure.title}: not shown, since other numbers here would tell a small one."
    return fill(figure.says, figure.name, shown)


def parts_of(figure: Figure, shown: Mapping[Ref, Shown]) -> list[Part]:
    """A figure as a sentence, a table and, where it has one, a chart."""
    out: list[Part] = []
    if figure.says:
        out.append(Text(sentence(figure, shown), "figure", figure=figure.name))
    if figure.gap:
        out.append(Text(figure.gap, "gap", figure=figure.name))
    grid = figure.grid
    if grid is None or not grid.rows:
        return out
    rows = [[month_said(label), *(shown[figure.name, i].text for i in ids)] for label, ids in grid.rows]
    if alike := _alike(rows):
        return [*out, Text(f"{figure.title}: {alike} in each of {len(rows)} rows, from “{rows[0][0]}” to “{rows[-1][0]}”.", "figure", figure=figure.name)]  # fmt: skip
    # Of a number that is told as "fewer than" or not at all no bar is drawn: its length would be invented.
    seen = [(month_said(label), shown[figure.name, ids[0]].text.replace(",", "")) for label, ids in grid.rows if ids]  # fmt: skip
    bars = [(label, int(text)) for label, text in seen if text.isdecimal()]
    left = len(seen) - len(bars)
    said = f"{figure.title}, as a chart" + (f" without {left} of {len(seen)} rows, whose number is not told exactly" if left else "")  # fmt: skip
    most = max((n for _, n in bars), default=0)  # a chart of ones and twos says nothing, and so does one bar
    if most >= BASE and len(bars) > 1:
        if grid.chart == "bars" and len(rows) <= 30:
            out.append(drawing.bars(said, bars, grid.head[0].lower(), grid.head[1].lower(), figure.name))
        if (
            grid.chart == "months" and len(rows) > 2 and not left
        ):  # a line over what is left out would be invented
            out.append(drawing.months(said, bars, grid.head[1].lower(), figure.name))
    out.append(table(figure.title, list(grid.head), rows, figure.name))
    return out


def _alike(rows: list[list[str]]) -> str:
    """What every cell of a longer table says, if all say the same: a sentence tells it better than a page of noughts."""
    said = {c for r in rows for c in r[1:]}
    return (
        min(said)
        if len(said) == 1 and len(rows) > 3 and said & {"0", f"fewer than {BASE}", "not shown"}
        else ""
    )


def _section(h: Heading, wanted: Wanted, rows: Rows, figures: Mapping[str, Figure], shown: Mapping[Ref, Shown], told: set[str]) -> Section:  # fmt: skip
    out: list[Part] = []
    all_ = [w for w in wanted.written if w.heading == h.key]
    mine = [w for w in all_ if _may_stand(w, wanted)]
    if len(mine) < len(all_):
        out.append(Text(f"what the author wrote here: {KEPT_BACK}", "held"))
    # A name of the force's own stands in its own edition; elsewhere the role says enough.
    by = {w: w.by if wanted.edition == "internal" else w.by.partition(", ")[2] for w in mine}
    out.extend(Text(p, "author", by=by[w]) for w in mine for p in w.text.split("\n") if p.strip())
    if not mine and h.draft and wanted.edition == "internal":
        out.append(Text(draft(h, figures, shown), "draft"))
    for name in h.fixed:
        out.extend(_fixed(name, wanted, rows))
    for name in h.figures:
        if name not in figures:
            out.append(Text(f"{REGISTRY[name].asks} The answer names people, groups or places, or tells small numbers in words.", "held", figure=name))  # fmt: skip
        elif wanted.spec.scope in REGISTRY[name].everywhere and name not in told:
            told.add(name)
            out.extend(parts_of(figures[name], shown))
            out.append(Text(f"(The whole force area, not {wanted.scope} alone.)", "figure", figure=name))  # fmt: skip
        elif name in told:  # its table stands above
            figure = figures[name]
            again = sentence(figure, shown) or figure.gap
            out.append(Text(f"{again} (Table: {figure.title}, above.)" if figure.grid else again, "figure" if figure.says else "gap", figure=name))  # fmt: skip
        else:
            told.add(name)
            out.extend(parts_of(figures[name], shown))
    if h.gap and not all_:
        out.append(Text(h.gap, "unwritten"))
    return Section(h.title, tuple(out), key=h.key)


def draft(h: Heading, figures: Mapping[str, Figure], shown: Mapping[Ref, Shown]) -> str:
    """What is offered to the author: figures' sentences, with the place for the confidence left open. It never chooses one."""

    def one(found: re.Match[str]) -> str:
        if found[1] == "confidence":
            return "[choose: " + " · ".join(word for word, _, _ in YARDSTICK) + "]"
        return sentence(figures[found[1]], shown) if found[1] in figures else ""

    return " ".join(re.sub(r"\{([\w.]+)\}", one, h.draft).split())


def _fixed(name: str, wanted: Wanted, rows: Rows) -> list[Part]:
    p, t = wanted.period, wanted.terms
    if name == "terms":
        out: list[Part] = list(say(f"Period: {long_day(p.start)} to {long_day(p.end)}, {counted_day(p.days)}. Area: {wanted.scope}."))  # fmt: skip
        if wanted.edition != "internal":
            return [*out, Text(f"its terms of reference: {KEPT_BACK}", "held")]
        told = (("Asked for by", t.requester), ("Decision that it is to inform", t.decision), ("Sources asked", t.sources), ("Limits", t.limits))  # fmt: skip
        out.extend(Text(f"{label}: {text}") for label, text in told if text)
        if missing := [label.lower() for label, text in told if not text]:
            out.append(Text(f"{'; '.join(missing)}.", "unwritten"))
        out.extend(say(*(f"Question: {q}" for q in t.questions)))
        return out
    if name == "definitions":
        return list(say(
            "Child sexual exploitation: a form of child sexual abuse, by an individual or a group who takes advantage of an imbalance of power to coerce, manipulate or deceive somebody under 18 into sexual activity, in exchange for something that the child needs or wants, or for the advantage or status of the person who does it; it may seem consensual, and need not involve physical contact (after Department for Education, Child sexual exploitation: definition and guide for practitioners, February 2017).",
            "Group-based: two or more people, identified or not, known to or associated with one another, who take part or facilitate by introducing, transporting, taking payment or letting their property be used (after Independent Inquiry into Child Sexual Abuse, Child sexual exploitation by organised networks, February 2022; read in a copy, check against the original).",
            "Proposed: found by comparing records, not yet decided by anybody. Confirmed: decided by a second person who opened the records. Person of concern: somebody whom a proposal names; the records' own category stands beside it.",
        ))  # fmt: skip
    if name == "search":
        read = sum(h.records for h in rows.held)
        kinds = len({h.kind for h in rows.held})
        # Of a product about one thing the rows hold that thing alone: how much was searched is not among them.
        of = (
            f"all {read:,} records held from {kinds} kinds of source"
            if read
            else "all records held, not this thing's alone,"
        )
        return list(say(
            f"How it was searched: {of} were compared each night as at {long_day(rows.as_of)}. Who is who was decided over all of them; a group is proposed where at least two people, identified or not, are tied to a child or to one another by two contexts of independent records that others do not share; what everybody touches ties nobody; families, teams and households alone are no group.",
            "That nothing was found under a heading means: nothing that this search can find in these records. It does not mean that there is nothing.",
        ))  # fmt: skip
    if name == "methods":
        asked = [REGISTRY[n] for n in wanted.spec.figures]
        return [
            table("How each figure counts", ["Question", "How it counts"], [[q.asks, q.how] for q in asked])
        ]
    return list(say(
        f"In editions for others a number below {BASE} is shown as fewer than {BASE}, and any other is rounded to the nearest {BASE}. Totals are rounded by themselves, so parts need not add up. A number is not shown where others would tell a small one. In the force's own edition numbers are exact.",
    ))  # fmt: skip
