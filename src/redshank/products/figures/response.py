"""What was done about it. Effects are counts with n, no ranking (practice rule 22)."""

from __future__ import annotations

from redshank.products.figures.core import (
    Cell,
    Figure,
    Grid,
    Sum,
    by,
    cell,
    divided,
    figure,
    listed,
    part_of,
)
from redshank.products.rows import Act, Period, Rows, local

#: What people did has no district of its own: in a product on a part of the force it counts the whole, and says so.
PARTS = ("district", "subject")


def _of(r: Rows, p: Period, kind: str) -> list[Act]:
    return [a for a in r.acts if a.kind == kind and p.holds(a.day)]


def _key(a: Act) -> str:
    return f"act:{a.kind}:{a.ident}"


def _matrix(name: str, rows: list[tuple[str, tuple[str, ...]]], states: list[str], said: dict[str, tuple[str, ...]]) -> tuple[tuple[Sum, ...], tuple[str, ...]]:  # fmt: skip
    """Of a table of things by state, in which a row and a column stand only where something was counted: what adds up to the
    whole, to a row, to a column and to what the sentence says of some states; and what is at least one."""
    if not rows:
        return (*((s, ()) for s in said), (name, ())), ()
    column = {s: tuple(ids[m] for _, ids in rows) for m, s in enumerate(states)}
    sums = [(name, tuple(i for _, ids in rows for i in ids))]
    sums += [(f"{name}: {label}", ids) for label, ids in rows]
    sums += [(f"{name}, {s}", ids) for s, ids in column.items()]
    sums += [(one, tuple(i for s in some for i in column.get(s, ()))) for one, some in said.items()]
    return tuple(sums), (*(f"{name}: {label}" for label, _ in rows), *(f"{name}, {s}" for s in states))


@figure("actions", "Which actions were given, under which strand, and what came of them?", everywhere=PARTS)
def actions(r: Rows, p: Period) -> Figure:
    """Actions given in the period by strand of the four Ps and by where they stand now. Overdue: open or under way, and due before the day of the extracts."""
    mine = _of(r, p, "action")
    strands = ["Pursue", "Prevent", "Protect", "Prepare"]
    states = sorted({a.state for a in mine})
    rows, cells = [], {"all": cell(map(_key, mine)), "late": cell(_key(a) for a in mine if a.due and a.due < local(r.as_of) and a.state in ("Open", "Under way"))}  # fmt: skip
    for n, strand in enumerate(strands):
        ids = [f"s{n}"]
        cells[f"s{n}"] = cell(_key(a) for a in mine if a.of == strand)
        for m, state in enumerate(states):
            ids.append(f"s{n}t{m}")
            cells[f"s{n}t{m}"] = cell(_key(a) for a in mine if a.of == strand and a.state == state)
        rows.append((strand, tuple(ids)))
    grid = Grid(("Strand", "Actions", *states), tuple(rows), "actions")
    sums = (part_of("actions", "late", figure="actions"), *((ids[0], ids[1:]) for _, ids in rows if states))
    return Figure("actions", "Actions", "{all} actions were given in the period; {late} of them are overdue.", cells, grid, {"all": "actions"}, sums=sums)  # fmt: skip


@figure("options", "Which options of the disruption toolkit were considered and used?", everywhere=PARTS)
def options(r: Rows, p: Period) -> Figure:
    """Options of the disruption toolkit by decision, each entry of the register of the period."""
    mine = _of(r, p, "option")
    states = sorted({a.state for a in mine})
    rows, cells = [], {"all": cell(map(_key, mine)), "used": cell(_key(a) for a in mine if a.state == "Used")}
    for n, option in enumerate(sorted({a.of for a in mine})):
        ids = []
        for m, state in enumerate(states):
            ids.append(f"o{n}t{m}")
            cells[f"o{n}t{m}"] = cell(_key(a) for a in mine if a.of == option and a.state == state)
        rows.append((option, tuple(ids)))
    grid = Grid(("Option", *states), tuple(rows)) if rows else None
    sums, least = _matrix("options", rows, states, {"used": ("Used",)})
    return Figure("options", "Disruption", "{all} options were considered in the period; {used} were used.", cells, grid, {"all": "options"}, sums=sums, least=least, gap="" if rows else "no option of the toolkit stands in the register for this period.")  # fmt: skip


@figure("raised", "What was raised, to whom, and is it closed?", everywhere=PARTS)
def raised(r: Rows, p: Period) -> Figure:
    """Things raised in the period by the body that they were raised to first."""
    mine = _of(r, p, "raised")
    grid, cells = divided(("Body", "Raised"), by(mine, lambda a: a.of, _key), "raised")
    cells |= {"all": cell(map(_key, mine)), "closed": cell(_key(a) for a in mine if a.state == "closed")}
    return Figure("raised", "Raised to meetings", "{all} things were raised in the period, of which {closed} are closed by a decision.", cells, grid, {"all": "raised"}, sums=(part_of("raised", "closed", figure="raised"),), least=listed(grid))  # fmt: skip


@figure("asks", "What were agencies asked for, and what did they give?", everywhere=PARTS)
def asks(r: Rows, p: Period) -> Figure:
    """Asks of agencies in the period by agency and answer; what was refused is told as well as what came."""
    mine = _of(r, p, "ask")
    states = sorted({a.state for a in mine})
    rows, cells = [], {"all": cell(map(_key, mine)), "refused": cell(_key(a) for a in mine if a.state == "refused"), "came": cell(_key(a) for a in mine if a.state in ("received", "partly given"))}  # fmt: skip
    for n, agency in enumerate(sorted({a.of for a in mine})):
        ids = []
        for m, state in enumerate(states):
            ids.append(f"a{n}t{m}")
            cells[f"a{n}t{m}"] = cell(_key(a) for a in mine if a.of == agency and a.state == state)
        rows.append((agency, tuple(ids)))
    grid = Grid(("Agency", *states), tuple(rows)) if rows else None
    sums, least = _matrix(
        "asks", rows, states, {"refused": ("refused",), "came": ("received", "partly given")}
    )
    return Figure("asks", "Data asked of partners", "Agencies were asked {all} times; {came} were answered with data, {refused} refused.", cells, grid, {"all": "asks"}, sums=sums, least=least, gap="" if rows else "no agency was asked in this period, as the register has it.")  # fmt: skip


@figure("makesafe", "What did Operation Makesafe do?", everywhere=PARTS)
def makesafe(r: Rows, p: Period) -> Figure:
    """Visits and trainings of the period. A business is never listed by its result (practice rule 24)."""
    visits, trainings = _of(r, p, "visit"), _of(r, p, "training")
    grid, cells = divided(("Kind of visit", "Visits"), by(visits, lambda a: a.state, _key), "visits")
    cells |= {"visits": cell(map(_key, visits)), "trainings": cell(map(_key, trainings))}
    return Figure("makesafe", "Operation Makesafe", "{visits} visits and {trainings} trainings took place in the period.", cells, grid, {"visits": "visits"}, least=listed(grid))  # fmt: skip


@figure("concerns", "What did community officers and partners raise?", everywhere=PARTS)
def concerns(r: Rows, p: Period) -> Figure:
    """All concerns of the period by where they stand, whoever answers them."""
    mine = _of(r, p, "concern")
    grid, cells = divided(("Where it stands", "Concerns"), by(mine, lambda a: a.state, _key), "concerns.raised")  # fmt: skip
    return Figure("concerns", "Concerns", "{all} concerns were raised in the period.", cells | {"all": cell(map(_key, mine))}, grid, {"all": "concerns.raised"}, least=listed(grid))  # fmt: skip


@figure("referrals", "What came in at the front door?", everywhere=PARTS)
def referrals(r: Rows, p: Period) -> Figure:
    """Referrals to the multi-agency front door in the period, by where they stand."""
    mine = _of(r, p, "referral")
    grid, cells = divided(("Where it stands", "Referrals"), by(mine, lambda a: a.state, _key), "referrals")
    return Figure("referrals", "Referrals", "{all} referrals were received in the period.", cells | {"all": cell(map(_key, mine))}, grid, {"all": "referrals"}, least=listed(grid))  # fmt: skip


@figure("language", "How often does the language of records blame a child?")
def language(r: Rows, p: Period) -> Figure:
    """Records of the period that hold a phrase of the language rules, in the writer's own voice and in a quotation apart, by source; beside it how many records of that source were read."""
    mine = [x for x in r.phrases if p.holds(x.known)]
    read: dict[str, int] = {}
    for h in (h for h in r.held if p.holds(h.day)):
        read[h.kind] = read.get(h.kind, 0) + h.records
    said = r.words.get("records", {})
    rows, cells = [], {"all": cell(f"{x.key}" for x in mine if not x.quoted), "quoted": cell(x.key for x in mine if x.quoted)}  # fmt: skip
    for n, kind in enumerate(sorted({x.kind for x in mine})):
        own = [x for x in mine if x.kind == kind and not x.quoted]
        cells[f"l{n}"] = cell(x.key for x in own)
        cells[f"q{n}"] = cell(x.key for x in mine if x.kind == kind and x.quoted)
        cells[f"r{n}"] = Cell(read.get(kind, 0))
        rows.append((said.get(kind, kind), (f"l{n}", f"q{n}", f"r{n}")))
    grid = Grid(("Source", "Records with a phrase", "With a quoted one", "Records read"), tuple(rows))
    sums = [("all", tuple(ids[0] for _, ids in rows)), ("quoted", tuple(ids[1] for _, ids in rows))]
    sums += [part_of(ids[2], i, figure="language") for _, ids in rows for i in ids[:2]]
    return Figure("language", "Language", "{all} records hold a phrase that blames or diminishes a child, in the writer's own voice; {quoted} hold one in a quotation.", cells, grid, sums=tuple(sums))  # fmt: skip
