"""How much there is: records read, crimes, children harmed, people suspected."""

from __future__ import annotations

from redshank.products.figures.core import (
    AGES,
    Cell,
    Figure,
    Grid,
    band,
    by,
    cell,
    divided,
    figure,
    listed,
    month,
    months_of,
    of_people,
    part_of,
    place,
    sex,
)
from redshank.products.rows import Crime, Named, Period, Rows, local


def crimes_of(r: Rows, p: Period) -> list[Crime]:
    """Crimes of child sexual exploitation in the period: recorded in it, and flagged so by the record system or confirmed here."""
    confirmed = {f.number for f in r.flags if f.state == "confirmed"}
    return [c for c in r.crimes if p.holds(c.recorded) and (c.own_flag or confirmed & set(c.flags))]


def people_of(r: Rows, p: Period, role: str) -> list[Named]:
    keys = {c.key for c in crimes_of(r, p)}
    return [n for n in r.named if n.key in keys and n.role == role]


def one_each(rows: list[Named]) -> dict[str, list[Named]]:
    out: dict[str, list[Named]] = {}
    for n in rows:
        out.setdefault(n.person, []).append(n)
    return out


@figure("records.read", "How many records of which sources were read?")
def records_read(r: Rows, p: Period) -> Figure:
    """Records known in the period, by table; a record is known from its own time, whenever it was sent again. Those with a signal name at least one indicator as stated, quoted or supposed; what is denied or long past does not count."""
    inside = [h for h in r.held if p.holds(h.day)]
    kinds = sorted({h.kind for h in inside})
    cells = {"all": Cell(sum(h.records for h in inside)), "told": cell(x.key for x in r.records if x.indicators and p.holds(x.known))}  # fmt: skip
    rows = []
    for n, kind in enumerate(kinds):
        cells[f"n{n}"] = Cell(sum(h.records for h in inside if h.kind == kind))
        cells[f"s{n}"] = cell(x.key for x in r.records if x.kind == kind and x.indicators and p.holds(x.known))  # fmt: skip
        rows.append((r.words.get("records", {}).get(kind, kind.replace("_", " ")), (f"n{n}", f"s{n}")))
    grid = Grid(("Source", "Records", "With a signal"), tuple(rows), "records")
    sums = (part_of("all", "told", figure="records.read"), *(part_of(f"n{n}", f"s{n}", figure="records.read") for n in range(len(kinds))), part_of("told", *(f"s{n}" for n in range(len(kinds))), figure="records.read"))  # fmt: skip
    wholes = {"all": "records", "told": "told"} | {f"s{n}": f"told.{kind}" for n, kind in enumerate(kinds)}
    return Figure("records.read", "Records read", "{all} records of the period were read; {told} of them hold at least one signal.", cells, grid, wholes, sums=sums, least=listed(grid))  # fmt: skip


@figure("crimes.flagged", "How many crimes of child sexual exploitation were recorded?")
def crimes_flagged(r: Rows, p: Period) -> Figure:
    """Crimes recorded in the period that carry the record system's own flag or a flag confirmed here, each once, by district."""
    found = crimes_of(r, p)
    grid, cells = divided(("District", "Crimes"), by(found, lambda c: place(c.district), lambda c: c.key), "crimes", "bars")  # fmt: skip
    confirmed = {f.number for f in r.flags if f.state == "confirmed"}
    cells |= {
        "all": cell(c.key for c in found), "own": cell(c.key for c in found if c.own_flag),
        "here": cell(c.key for c in found if confirmed & set(c.flags)),
    }  # fmt: skip
    says = "{all} crimes recorded in the period are flagged: {own} by the record system's own flag, {here} by a flag confirmed here (a crime can be both)."
    # Both flags, one alone, the other alone: the figure quality.flags prints them.
    sums = (
        ("crimes", ("crimes.both", "crimes.own_alone", "crimes.here_alone")),
        ("own", ("crimes.both", "crimes.own_alone")), ("here", ("crimes.both", "crimes.here_alone")),
    )  # fmt: skip
    return Figure(
        "crimes.flagged",
        "Crimes flagged",
        says,
        cells,
        grid,
        {"all": "crimes"},
        sums=sums,
        least=listed(grid),
    )


@figure("crimes.months", "How did the number of crimes change over the months?")
def crimes_months(r: Rows, p: Period) -> Figure:
    """The same crimes by the month in which they were recorded."""
    found = crimes_of(r, p)
    months = months_of(p)
    parts = by(found, lambda c: month(c.recorded), lambda c: c.key, months)
    grid, cells = divided(("Month", "Crimes"), parts, "crimes", "months")
    cells["all"] = cell(c.key for c in found)
    says = "{all} flagged crimes stand over " + f"{len(months)} {'month' if len(months) == 1 else 'months'}."
    return Figure("crimes.months", "Crimes by month", says, cells, grid, {"all": "crimes"})


@figure("crimes.outcomes", "What came of these crimes?")
def crimes_outcomes(r: Rows, p: Period) -> Figure:
    """Flagged crimes of the period by the outcome that the record states."""
    found = crimes_of(r, p)
    said = r.words.get("outcome", {})
    label = lambda c: said.get(c.outcome, f"outcome {c.outcome}") if c.outcome else "no outcome yet"  # noqa: E731
    grid, cells = divided(("Outcome", "Crimes"), by(found, label, lambda c: c.key), "crimes")
    cells |= {"all": cell(c.key for c in found), "none": cell(c.key for c in found if not c.outcome)}
    return Figure("crimes.outcomes", "Outcomes", "Of {all} flagged crimes {none} have no outcome yet.", cells, grid, {"all": "crimes", "none": "crimes.no_outcome"} | {ids[0]: "crimes.no_outcome" for name, ids in grid.rows if name == "no outcome yet"}, least=listed(grid))  # fmt: skip


def _recorded(rows: list[Named]) -> str:
    """The sex that most of a person's rows in these crimes state; a row without it takes nothing away."""
    said = [n.sex for n in rows if n.sex]
    return sex(min(set(said), key=lambda s: (-said.count(s), s)) if said else "")


def _people(r: Rows, p: Period, role: str, name: str, who: str, says: str) -> Figure:
    people = one_each(people_of(r, p, role))
    aged = {i: min((n.age for n in rows if n.age is not None), default=None) for i, rows in people.items()}
    parts = [
        (label, of_people((i, [n.key for n in rows]) for i, rows in people.items() if band(aged[i]) == label))
        for label in AGES
    ]
    grid, cells = divided(("Age at the event", who), parts, name, "bars")
    keys = lambda rows: [n.key for n in rows]  # noqa: E731
    cells |= {
        "all": of_people((i, keys(v)) for i, v in people.items()),
        "young": of_people((i, keys(v)) for i, v in people.items() if aged[i] is not None and aged[i] < 18),  # type: ignore[operator]
        "female": of_people((i, keys(v)) for i, v in people.items() if _recorded(v) == "female"),
        "male": of_people((i, keys(v)) for i, v in people.items() if _recorded(v) == "male"),
        "again": of_people((i, keys(v)) for i, v in people.items() if len({n.key for n in v}) > 1),
    }  # fmt: skip
    young = tuple(ids[0] for label, ids in grid.rows if label in AGES[:4])
    sums = (
        ("young", young),
        part_of(name, "female", "male", figure=name),
        part_of(name, "again", figure=name),
    )
    return Figure(name, f"{who} in flagged crimes", says, cells, grid, {"all": name}, sums=sums)


@figure("children.harmed", "How many children were harmed, of which age and sex?")
def children_harmed(r: Rows, p: Period) -> Figure:
    """People recorded as harmed by flagged crimes of the period, each once, by the age on the day of the event (the youngest, where there are several) and by the sex that most of their rows in these crimes state."""
    says = "{all} people are recorded as harmed by these crimes, {young} of them under 18 at the time; {female} are recorded as female and {male} as male. {again} are named in more than one."
    return _people(r, p, "harmed", "children.harmed", "People harmed", says)


@figure("suspects", "How many people are suspected in these crimes?")
def suspects(r: Rows, p: Period) -> Figure:
    """People recorded as suspect or detained in flagged crimes of the period, each once. Who was under 18 is a child first, and counted apart (Modern Slavery Act 2015, section 45)."""
    says = "{all} people are recorded as suspects in these crimes, {young} of them under 18 at the time: these are children first. {again} are named in more than one."
    return _people(r, p, "suspect", "suspects", "People suspected", says)  # fmt: skip


@figure("crimes.timeliness", "How long from the proposal of a flag to its decision?")
def crimes_timeliness(r: Rows, p: Period) -> Figure:
    """Flags confirmed or not proven in the period, by days of the calendar from proposal to decision. One of which more is needed waits still; one that was withdrawn was not decided."""
    done = [f for f in r.flags if f.state in ("confirmed", "not_proven") and p.holds(f.decided)]
    days = lambda f: (local(f.decided) - local(f.proposed)).days  # noqa: E731
    label = lambda f: "within 7 days" if days(f) <= 7 else "8 to 28 days" if days(f) <= 28 else "longer"  # noqa: E731
    grid, cells = divided(("From proposal to decision", "Flags"), by(done, label, lambda f: f"flag:{f.number}", ["within 7 days", "8 to 28 days", "longer"]), "flags.decided")  # fmt: skip
    cells |= {"all": cell(f"flag:{f.number}" for f in done), "open": cell(f"flag:{f.number}" for f in r.flags if f.state in ("proposed", "need_more"))}  # fmt: skip
    return Figure("crimes.timeliness", "Decisions on flags", "{all} flags were decided in the period; {open} wait for a decision now.", cells, grid, {"all": "flags.decided", "open": "flags.open"})  # fmt: skip
