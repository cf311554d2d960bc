"""Groups: proposed by the night, confirmed by people. A proposal is no finding of fact."""

from __future__ import annotations

import re

from redshank.products.figures.core import (
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
)
from redshank.products.rows import Group, Period, Rows

STRENGTHS = ["strong", "moderate", "weak"]
STATES = {"proposed": "proposed, not decided", "need_more": "more is needed", "confirmed": "confirmed by a second person", "not_proven": "not proven", "withdrawn": "withdrawn"}  # fmt: skip
AXES = {
    "nature": ("Nature", {"cse": "child sexual exploitation", "csa": "child sexual abuse, exchange not established", "unknown": "not known"}),
    "group_basis": ("Group basis", {"named": "two or more named", "unidentified": "two or more, none or not all identified", "facilitators": "one, with facilitators", "possible": "possible"}),
    "setting": ("Setting", {"community": "community", "familial": "familial", "institutional": "institutional", "other": "other", "unknown": "not known"}),
    "online": ("Online or in person", {"contact": "in person", "online": "online", "both": "both", "unknown": "not known"}),
    "recent": ("When", {"recent": "recent", "non_recent": "non-recent", "both": "both"}),
    "peers": ("Anybody involved under 18", {"no": "no", "some": "some of them", "all": "all of them", "unknown": "not known"}),
}  # fmt: skip


_COUNTED = re.compile(r"^(One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|\d+)\b")
_RECORDS = re.compile(r"(: | after | in )(missing episode|intelligence report|crime|incident|custody record|partner referral|vulnerability entry)\b.*$")  # fmt: skip
_PART_OF = re.compile(r"^The part of \w+ proposed persons? of concern (is|are)\b")
_PLURAL = {"has": "have", "is": "are"}


def plain_gap(text: str) -> str:
    """A gap's wording without how many and without which records, so that the same gap of two groups is one.

    >>> plain_gap("Three of the members have no date of birth recorded."), plain_gap("One of the members is not identified.")
    ('Some of the members have no date of birth recorded.', 'Some of the members are not identified.')
    >>> plain_gap("Graded 3, D or E, and weighing little: intelligence report IR25-1, intelligence report IR25-2.")
    'Graded 3, D or E, and weighing little: some records.'
    >>> plain_gap("The part of two proposed persons of concern is not known.")
    'The part of some proposed persons of concern is not known.'
    >>> plain_gap("No return interview is recorded after missing episode MP000221.")
    'No return interview is recorded after some missing episodes.'
    """
    text = _PART_OF.sub("The part of some proposed persons of concern is", text)
    text = _RECORDS.sub(lambda m: ": some records." if m[1] == ": " else f"{m[1]}some {m[2]}s.", text)
    if not _COUNTED.match(text):
        return text
    text = _COUNTED.sub("Some", text)
    return re.sub(r"^(Some of (?:the members|them)) (has|is)\b", lambda m: f"{m[1]} {_PLURAL[m[2]]}", text)


def _key(g: object) -> str:
    return f"group:{g.ident}"  # type: ignore[attr-defined]


@figure("groups.proposed", "How many groups are proposed, and how strong is what ties them?")
def groups_proposed(r: Rows, p: Period) -> Figure:
    """Groups that stand as at the time of the extracts, by strength of what ties them; how many of them were first found in the period."""
    grid, cells = divided(("Strength of what ties them", "Groups"), by(r.groups, lambda g: g.strength, _key, STRENGTHS), "groups")  # fmt: skip
    cells |= {
        "all": cell(_key(g) for g in r.groups), "fresh": cell(_key(g) for g in r.groups if p.holds(g.detected)),
        "lines": cell(_key(g) for g in r.groups if g.kind == "registered_line"),
    }  # fmt: skip
    says = "{all} groups stand proposed, {fresh} of them first found in the period; {lines} are county lines of the force's register."
    sums = (
        part_of("groups", "fresh", figure="groups.proposed"),
        part_of("groups", "lines", figure="groups.proposed"),
    )
    return Figure("groups.proposed", "Groups proposed", says, cells, grid, {"all": "groups"}, sums=sums)


def _size(g: Group) -> str:
    if g.concerns < 2:
        return "fewer than two"
    return "two" if g.concerns == 2 else "three or four" if g.concerns <= 4 else "five and more"


@figure("groups.size", "How large are they?")
def groups_size(r: Rows, p: Period) -> Figure:
    """Proposed groups by the number of proposed persons of concern, identified or not."""
    grid, cells = divided(("Proposed persons of concern", "Groups"), by(r.groups, _size, _key, ["two", "three or four", "five and more"]), "groups")  # fmt: skip
    concerns = of_people((m.person, [f"group:{m.group}"]) for m in r.members if m.role != "child")
    children = of_people((m.person, [f"group:{m.group}"]) for m in r.members if m.role == "child")
    cells |= {"concerns": concerns, "children": children}
    return Figure("groups.size", "Size", "They name {concerns} proposed persons of concern and {children} children, each counted once.", cells, grid, {"concerns": "concerns", "children": "group.children"})  # fmt: skip


NONE_OF_THEM = "no record of the group names them so"
GRAVEST = [
    "suspect in a crime",
    "named as suspect",
    "detained",
    "member of a registered line",
    "named in intelligence",
    "victim in a crime",
]


def _gravity(category: str) -> tuple[int, str]:
    return (GRAVEST.index(category) if category in GRAVEST else len(GRAVEST) + (not category), category)


@figure("groups.categories", "What do the records themselves say of the persons of concern?")
def groups_categories(r: Rows, p: Period) -> Figure:
    """Members who are not children, each once, by the category that the records of their groups give them (the gravest, where there are several) and whether they are under 18 as at the extracts: a proposal stands beside what is recorded, never in its place."""
    people: dict[str, tuple[str, int | None, set[str]]] = {}
    for m in r.members:
        if m.role != "child":
            before = people.get(m.person, ("", None, set()))
            category = min((m.category if m.category != "none" else "", before[0]), key=_gravity)
            people[m.person] = (category, m.age, before[2] | {f"group:{m.group}"})
    label = lambda v: v[0] or NONE_OF_THEM  # noqa: E731
    labels = sorted({label(v) for v in people.values()})
    parts = [(name, of_people((i, v[2]) for i, v in people.items() if label(v) == name)) for name in labels]
    grid, cells = divided(("As recorded", "Proposed persons of concern"), parts, "concerns")
    cells |= {
        "all": of_people((i, v[2]) for i, v in people.items()),
        "young": of_people((i, v[2]) for i, v in people.items() if v[1] is not None and v[1] < 18),
        "unknown": of_people((i, v[2]) for i, v in people.items() if v[1] is None),
    }  # fmt: skip
    says = "Of {all} proposed persons of concern {young} are under 18 and are children first; of {unknown} the age is not recorded."
    sums = (part_of("concerns", "young", "unknown", figure="groups.categories"),)
    return Figure(
        "groups.categories",
        "As the records have them",
        says,
        cells,
        grid,
        {"all": "concerns"},
        sums=sums,
        least=listed(grid),
    )


@figure("groups.districts", "Where are they?")
def groups_districts(r: Rows, p: Period) -> Figure:
    """Groups by the districts of the records that tie them; one that spans districts counts in each."""
    pairs = [(d, g) for g in r.groups for d in (g.districts or ("",))]
    grid, cells = divided(("District", "Groups"), by(pairs, lambda x: place(x[0]), lambda x: _key(x[1])), chart="bars")  # fmt: skip
    cells |= {"across": cell(_key(g) for g in r.groups if len(g.districts) > 1)}
    sums = (
        *overlapping("groups", listed(grid), "groups.districts", ("across",)),
        part_of("groups", "across", figure="groups.districts"),
    )
    return Figure("groups.districts", "Groups by district", "{across} groups span more than one district and count in each.", cells, grid, sums=sums, least=listed(grid))  # fmt: skip


@figure("groups.flags", "What did people decide on group-based exploitation?")
def groups_flags(r: Rows, p: Period) -> Figure:
    """Flags of group-based exploitation proposed or decided in the period, by where they stand now."""
    mine = [f for f in r.flags if p.holds(f.proposed) or p.holds(f.decided)]
    parts = by(mine, lambda f: STATES[f.state], lambda f: f"flag:{f.number}", list(STATES.values()))
    grid, cells = divided(("Where it stands", "Flags"), parts, "flags")
    cells |= {"all": cell(f"flag:{f.number}" for f in mine), "yes": cell(f"flag:{f.number}" for f in mine if f.state == "confirmed")}  # fmt: skip
    row = {name: ids[0] for name, ids in grid.rows}
    wholes = {
        "all": "flags",
        "yes": "flags.yes",
        row[STATES["confirmed"]]: "flags.yes",
        row[STATES["not_proven"]]: "flags.no",
    }
    # Those of the period among all that wait or were decided: other figures print these.
    sums = (
        part_of("flags.open", row[STATES["proposed"]], row[STATES["need_more"]], figure="groups.flags"),
        ("flags.decided.either", ("flags.yes", "flags.no")), part_of("flags.decided.either", "flags.decided", figure="groups.flags"),
        part_of("flags.yes", "flags.confirmed", figure="groups.flags"), part_of("flags.decided", "flags.confirmed", figure="groups.flags"),
    )  # fmt: skip
    return Figure("groups.flags", "Flags", "{all} flags were proposed or decided in the period; {yes} stand confirmed.", cells, grid, wholes, sums=sums)  # fmt: skip


@figure("groups.axes", "Of which kind is what was confirmed?")
def groups_axes(r: Rows, p: Period) -> Figure:
    """Flags confirmed in the period, by each axis of the definition as whoever confirmed them chose."""
    done = [f for f in r.flags if f.state == "confirmed" and p.holds(f.decided)]
    rows, cells = [], {"all": cell(f"flag:{f.number}" for f in done)}
    for axis, (title, options) in AXES.items():
        for key, said in options.items():
            ident = f"{axis}_{key}"
            cells[ident] = cell(f"flag:{f.number}" for f in done if f.axes.get(axis) == key)
            rows.append((f"{title}: {said}", (ident,)))
    grid = Grid(("Axis", "Confirmed flags"), tuple(rows))
    sums = tuple(part_of("flags.confirmed", *(f"{axis}_{key}" for key in options), figure="groups.axes") for axis, (_, options) in AXES.items())  # fmt: skip
    return Figure("groups.axes", "What was confirmed, by axis", "{all} flags were confirmed in the period.", cells, grid, {"all": "flags.confirmed"}, sums=sums)  # fmt: skip


@figure("groups.named", "Which groups, and why?", names=True)
def groups_named(r: Rows, p: Period) -> Figure:
    """The groups in the order of the night's list, each with the sentence that says why it is proposed, and whether a second person confirmed it."""
    rows, cells = [], {}
    confirmed = {f.ident for f in r.flags if f.about == "group" and f.state == "confirmed"}
    for n, g in enumerate(r.groups):
        cells[f"g{n}"] = cell(g.keys)
        stands = "confirmed by a second person" if g.ident in confirmed else "proposed"
        rows.append((f"{g.label} ({stands}; {g.strength}). {g.sentence}", (f"g{n}",)))
    grid = Grid(("Group, and why it is proposed", "Records"), tuple(rows), about=tuple(_key(g) for g in r.groups), called=tuple(g.label for g in r.groups))  # fmt: skip
    return Figure("groups.named", "The groups", "{n} groups, with the number of records that tie each.", cells | {"n": Cell(len(r.groups))}, grid)  # fmt: skip


@figure("groups.gaps", "What is not known about them?")
def groups_gaps(r: Rows, p: Period) -> Figure:
    """Gaps that the explanation of each group states, counted by their wording without how many and without which records."""
    pairs = [(plain_gap(text), g) for g in r.groups for text in g.gaps]
    grid, cells = divided(("Gap", "Groups"), by(pairs, lambda x: x[0], lambda x: _key(x[1])))
    cells |= {"with": cell(_key(g) for g in r.groups if g.gaps), "all": cell(_key(g) for g in r.groups)}
    sums = (
        *overlapping("groups.with_gap", listed(grid), "groups.gaps"),
        part_of("groups", "groups.with_gap", figure="groups.gaps"),
    )
    return Figure("groups.gaps", "Gaps in what is known", "{with} of {all} groups have at least one stated gap.", cells, grid, {"all": "groups", "with": "groups.with_gap"}, sums=sums, least=listed(grid))  # fmt: skip


@figure("groups.children_ages", "How old are the children tied to groups?")
def groups_children_ages(r: Rows, p: Period) -> Figure:
    """Children who are members of proposed groups, each once, by age as at the extracts."""
    people: dict[str, tuple[str, set[str]]] = {}
    for m in r.members:
        if m.role == "child":
            people.setdefault(m.person, (band(m.age), set()))[1].add(f"group:{m.group}")
    from redshank.products.figures.core import AGES

    parts = [(label, of_people((i, v[1]) for i, v in people.items() if v[0] == label)) for label in AGES]
    grid, cells = divided(("Age", "Children"), parts, "group.children", "bars")
    cells |= {"all": of_people((i, v[1]) for i, v in people.items())}
    return Figure("groups.children_ages", "Children tied to groups", "{all} children are tied to a proposed group.", cells, grid, {"all": "group.children"})  # fmt: skip


def lines_table(r: Rows) -> tuple[Grid, dict[str, Cell]]:
    return divided(("Use of sexual exploitation", "County lines"), by(r.lines, lambda x: x.use or "not known", lambda x: f"line:{x.ref}", ["known", "suspected", "not known"]), "lines")  # fmt: skip


@figure(
    "lines.use",
    "Which county lines are known or suspected to use sexual exploitation?",
    everywhere=("district",),
)
def lines_use(r: Rows, p: Period) -> Figure:
    """County lines of the register by use: known where the register or a person says so, suspected where a text does and no person refuted it."""
    grid, cells = lines_table(r)
    cells |= {"all": cell(f"line:{x.ref}" for x in r.lines)}
    return Figure("lines.use", "County lines", "{all} county lines stand in the register.", cells, grid, {"all": "lines"})  # fmt: skip


@figure("lines.listed", "How does each county line stand?", names=True, everywhere=("district",))
def lines_listed(r: Rows, p: Period) -> Figure:
    """Every line of the register in the order of the matrix, with its band, its status and whether its use of sexual exploitation is known, suspected or not known; and how many records the night ties to it, its own entry in the register included."""
    rows = [(f"{x.name}: {x.band}, {x.status or 'no status recorded'}; use of sexual exploitation {x.use or 'not known'}", (f"n{n}",)) for n, x in enumerate(r.lines)]  # fmt: skip
    cells = {f"n{n}": cell(x.keys) for n, x in enumerate(r.lines)} | {"all": Cell(len(r.lines))}
    grid = Grid(
        ("County line", "Records"),
        tuple(rows),
        about=tuple(f"line:{x.ref}" for x in r.lines),
        called=tuple(x.name for x in r.lines),
    )
    return Figure(
        "lines.listed",
        "The lines, in order",
        "{all} county lines stand in the register, in the order of the matrix.",
        cells,
        grid,
    )
