"""Children: the vulnerability matrix as the night proposes it, and missing episodes. Counts alone; nobody is named here."""

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
    of_people,
    overlapping,
    part_of,
    place,
    sex,
)
from redshank.products.rows import Child, Episode, Period, Rows

COLUMN = ["signals of harm", "signals of risk", "none found in what was read"]


def _keys(c: Child) -> tuple[str, ...]:
    return c.keys


def _people(children: list[Child]) -> Cell:
    return of_people((c.person, _keys(c)) for c in children)


def episodes_of(r: Rows, p: Period) -> list[Episode]:
    return [e for e in r.episodes if p.holds(e.begun)]


@figure("children.matrix", "How many children stand in the matrix, for what?")
def children_matrix(r: Rows, p: Period) -> Figure:
    """Children of the matrix as at the extracts, by column: sexual and criminal exploitation apart, harm and risk apart. Signs of harm are never told as risk. Markedly: by at least the step that the configuration calls significant."""
    rows, cells = [], {"all": _people(list(r.children)), "rising": _people([c for c in r.children if c.rising])}  # fmt: skip
    for n, value in enumerate(COLUMN):
        cells[f"s{n}"] = _people([c for c in r.children if c.sexual == value])
        cells[f"c{n}"] = _people([c for c in r.children if c.criminal == value])
        rows.append((value, (f"s{n}", f"c{n}")))
    grid = Grid(("What was found", "Sexual exploitation", "Criminal exploitation"), tuple(rows), "children")
    says = "{all} children stand in the matrix; concern about {rising} of them rose markedly over the last 28 days."
    sums = (
        ("children", tuple(f"c{n}" for n in range(len(COLUMN)))), part_of("children", "rising", figure="children.matrix"),
        # Harm by one kind of exploitation alone, by the other alone, by both: children.districts counts them together.
        ("s0", ("harm.both", "harm.sexual_alone")), ("c0", ("harm.both", "harm.criminal_alone")),
        ("harm", ("harm.both", "harm.sexual_alone", "harm.criminal_alone")), part_of("children", "harm", figure="children"),
    )  # fmt: skip
    return Figure(
        "children.matrix",
        "The child vulnerability matrix",
        says,
        cells,
        grid,
        {"all": "children", "s0": "children.harm"},
        sums=sums,
    )


@figure("children.ages", "How old are they?")
def children_ages(r: Rows, p: Period) -> Figure:
    """Children of the matrix by age as at the extracts. A birth date of 1 January says the year alone and gives no age; where records differ, the date that most of them state."""
    parts = [(label, _people([c for c in r.children if band(c.age) == label])) for label in AGES]
    grid, cells = divided(("Age", "Children"), parts, "children", "bars")
    return Figure("children.ages", "Age", "Of {all} children {young} are under 13.", cells | {"all": _people(list(r.children)), "young": _people([c for c in r.children if c.age is not None and c.age < 13])}, grid, {"all": "children"}, sums=(("young", tuple(ids[0] for label, ids in grid.rows if label in AGES[:2])),))  # fmt: skip


@figure("children.sexes", "Are boys seen?")
def children_sexes(r: Rows, p: Period) -> Figure:
    """Children of the matrix by recorded sex, and of those with signals of harm by sexual exploitation."""
    labels = ["female", "male", "other", "not recorded"]
    rows, cells = [], {"all": _people(list(r.children))}
    harmed = [c for c in r.children if c.sexual == COLUMN[0]]
    for n, label in enumerate(labels):
        cells[f"a{n}"] = _people([c for c in r.children if sex(c.sex) == label])
        cells[f"h{n}"] = _people([c for c in harmed if sex(c.sex) == label])
        rows.append((label, (f"a{n}", f"h{n}")))
    cells |= {"boys": cells["h1"], "harmed": _people(harmed)}
    grid = Grid(("Recorded sex", "In the matrix", "With signals of harm by sexual exploitation"), tuple(rows), "children")  # fmt: skip
    sums = (("children.harm", tuple(f"h{n}" for n in range(4))), *(part_of(f"a{n}", f"h{n}", figure="children.sexes") for n in range(4)))  # fmt: skip
    return Figure("children.sexes", "Sex", "Of {harmed} children with signals of harm by sexual exploitation {boys} are recorded as male. Boys are found less often where only girls are looked for.", cells, grid, {"all": "children", "harmed": "children.harm", "boys": "children.harm.male", "h1": "children.harm.male"}, sums=sums)  # fmt: skip


@figure("children.districts", "Where do they live their days?")
def children_districts(r: Rows, p: Period) -> Figure:
    """Children with signals of harm by the districts of the records that say why; one with records in several counts in each. No home, placement or school is a place."""
    harmed = [c for c in r.children if COLUMN[0] in (c.sexual, c.criminal)]
    pairs = [(d, c) for c in harmed for d in (c.districts or ("",))]
    labels = sorted({place(d) for d, _ in pairs})
    parts = [(label, _people([c for d, c in pairs if place(d) == label])) for label in labels]
    grid, cells = divided(("District", "Children"), parts, chart="bars")
    return Figure("children.districts", "Children by district", "{all} children have signals of harm.", cells | {"all": _people(harmed)}, grid, {"all": "harm"}, sums=overlapping("harm", listed(grid), "children.districts"), least=listed(grid))  # fmt: skip


@figure("missing.episodes", "How is going missing linked to it?")
def missing_episodes(r: Rows, p: Period) -> Figure:
    """Missing episodes that began in the period, of children and of people whose age is not recorded, by the risk that was recorded; each child once. Again and again: an episode of the period was the child's third or a later one within 90 days, those before the period and of other districts included."""
    found = episodes_of(r, p)
    grid, cells = divided(("Recorded risk", "Episodes"), by(found, lambda e: e.risk, lambda e: e.key), "episodes", "bars")  # fmt: skip
    per: dict[str, list[Episode]] = {}
    for e in found:
        if e.person:
            per.setdefault(e.person, []).append(e)
    again = {i for i, rows in per.items() if any(e.again for e in rows)}
    matrix = {c.person for c in r.children if COLUMN[0] in (c.sexual, c.criminal)}
    of = lambda people: of_people((i, [e.key for e in per[i]]) for i in people if i in per)  # noqa: E731
    cells |= {"all": cell(e.key for e in found), "children": of(per), "again": of(again), "harm": of(set(per) & matrix)}  # fmt: skip
    says = "{all} episodes of {children} children, or people whose age is not recorded, began in the period; {again} were missing for the third time or more within 90 days, and {harm} of them have signals of harm in the matrix."
    sums = (part_of("episodes", "children", figure="missing"), part_of("children", "again", figure="missing"), part_of("children", "harm", figure="missing.episodes"))  # fmt: skip
    return Figure(
        "missing.episodes",
        "Missing episodes",
        says,
        cells,
        grid,
        {"all": "episodes", "children": "missing.children", "harm": "missing.harm"},
        sums=sums,
        least=listed(grid),
    )


INTERVIEWS = ["held in time", "held late", "overdue", "due", "not due"]


@figure("missing.interviews", "Were return interviews held within 72 hours?")
def missing_interviews(r: Rows, p: Period) -> Figure:
    """Episodes of the period by where the return home interview stands: 72 hours of elapsed time from the return (statutory guidance on children who run away or go missing from home or care, 2014). Owed: held, or 72 hours have passed."""
    found = episodes_of(r, p)
    grid, cells = divided(("Return interview", "Episodes"), by(found, lambda e: e.interview, lambda e: e.key, INTERVIEWS), "episodes")  # fmt: skip
    owed = [e for e in found if e.interview in INTERVIEWS[:3]]
    cells |= {"owed": cell(e.key for e in owed), "held": cell(e.key for e in owed if e.interview == "held in time")}  # fmt: skip
    return Figure("missing.interviews", "Return home interviews", "Of {owed} interviews that were owed {held} were held within 72 hours ({held/owed}).", cells, grid, {"owed": "episodes.owed", "held": "episodes.in_time", "row0": "episodes.in_time"}, sums=(("owed", ("row0", "row1", "row2")),))  # fmt: skip


@figure("missing.districts", "Where are episodes reported?")
def missing_districts(r: Rows, p: Period) -> Figure:
    """Missing episodes of children that began in the period, by the district of the report."""
    found = episodes_of(r, p)
    grid, cells = divided(("District", "Episodes"), by(found, lambda e: place(e.district), lambda e: e.key), "episodes")  # fmt: skip
    return Figure("missing.districts", "Episodes by district", "{all} episodes, by the district that reported them.", cells | {"all": cell(e.key for e in found)}, grid, {"all": "episodes"}, least=listed(grid))  # fmt: skip


def _reasons(c: Child) -> str:
    """The first three, as a sentence."""
    said = "; ".join(c.reasons[:3])
    return f"{said[:1].upper()}{said[1:]}." if said else ""


@figure("children.named", "Which children, and why?", names=True)
def children_named(r: Rows, p: Period) -> Figure:
    """Children about whom concern rose markedly, in the matrix's order, with the first three reasons from the records. No number stands beside a name (practice rule 2)."""
    rows, cells = [], {}
    rising = [c for c in r.children if c.rising]
    for n, c in enumerate(rising):
        cells[f"k{n}"] = cell(c.keys)
        age = f", {c.age}" if c.age is not None else ""
        rows.append((f"{c.name}{age}: sexual exploitation, {c.sexual}; criminal exploitation, {c.criminal}. {_reasons(c)}", (f"k{n}",)))  # fmt: skip
    grid = Grid(
        ("Child, and why", "Records"),
        tuple(rows),
        about=tuple(f"child:{c.person}" for c in rising),
        called=tuple(c.name for c in rising),
    )
    return Figure("children.named", "Children of rising concern", "{n} children, as the night proposes them; the practitioner's judgement ranks first.", cells | {"n": Cell(len(rising))}, grid)  # fmt: skip


@figure("children.listed", "Which children stand in the matrix, and why?", names=True)
def children_listed(r: Rows, p: Period) -> Figure:
    """Every child of the matrix in its order, with the first three reasons from the records. No number stands beside a name (practice rule 2)."""
    rows, cells = [], {}
    for n, c in enumerate(r.children):
        cells[f"k{n}"] = cell(c.keys)
        age = f", {c.age}" if c.age is not None else ", age not recorded"
        rose = "; concern rose" if c.rising else ""
        rows.append((f"{c.name}{age}{rose}: sexual exploitation, {c.sexual}; criminal exploitation, {c.criminal}. {_reasons(c)}", (f"k{n}",)))  # fmt: skip
    grid = Grid(
        ("Child, and why", "Records"),
        tuple(rows),
        about=tuple(f"child:{c.person}" for c in r.children),
        called=tuple(c.name for c in r.children),
    )
    return Figure("children.listed", "The children, in order", "{n} children, as the night proposes them; the practitioner's judgement ranks first.", cells | {"n": Cell(len(r.children))}, grid)  # fmt: skip
