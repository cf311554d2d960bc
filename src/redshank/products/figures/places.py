"""Places, times, and how it is done."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from redshank.products.figures.core import (
    Figure,
    Grid,
    Sum,
    by,
    cell,
    divided,
    figure,
    listed,
    month,
    months_of,
    overlapping,
    part_of,
    place,
)
from redshank.products.rows import Period, Record, Rows

LONDON = ZoneInfo("Europe/London")
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
PARTS = ["06 to 12", "12 to 18", "18 to 24", "00 to 06"]
MOST = 20  # that are named
LEAST = 3  # children in a place that is named (practice rule 10)


def told(r: Rows, p: Period) -> list[Record]:
    return [x for x in r.records if x.indicators and p.holds(x.known)]


@figure("places.named", "Which places?", names=True)
def places_named(r: Rows, p: Period) -> Figure:
    """Places of the profile by place with at least three children behind them, in its order: at most twenty. A child's own home, placement or school never makes a place. A street or a business stands in the force's own edition, and in a partner's where the place was shared with it."""
    large = [x for x in r.places if x.children >= LEAST]
    shown = large[:MOST]
    rows, cells = [], {}
    for n, x in enumerate(shown):
        cells[f"p{n}"] = cell(x.keys)
        rows.append((f"{x.name}, {place(x.district)}", (f"p{n}",)))
    grid = Grid(
        ("Place", "Records"),
        tuple(rows),
        about=tuple(f"place:{x.cell}" for x in shown),
        called=tuple(f"{x.name}, {place(x.district)}" for x in shown),
    )
    cells |= {"shown": cell(f"place:{x.cell}" for x in large), "all": cell(f"place:{x.cell}" for x in r.places)}  # fmt: skip
    return Figure("places.named", "Places", "{shown} places have at least three children behind them, of {all} that were found.", cells, grid, {"all": "places"}, sums=(part_of("places", "shown", figure="places.named"),))  # fmt: skip


@figure("places.districts", "Where are the places?")
def places_districts(r: Rows, p: Period) -> Figure:
    """All places found, by the district that most of their records name."""
    grid, cells = divided(("District", "Places"), by(r.places, lambda x: place(x.district), lambda x: f"place:{x.cell}"), "places")  # fmt: skip
    return Figure("places.districts", "Places by district", "{all} places were found, by the district that most of their records name.", cells | {"all": cell(f"place:{x.cell}" for x in r.places)}, grid, {"all": "places"}, least=listed(grid))  # fmt: skip


@figure("models", "How is it done?")
def models(r: Rows, p: Period) -> Figure:
    """Records of the period with a signal, by indicator; a record with several counts in each. Signals are what a text or a field states, quotes or supposes, not what was found true; what is denied or long past does not count."""
    said = r.words.get("indicator", {})
    found = told(r, p)
    pairs = [(said.get(i, i.replace("_", " ")), x) for x in found for i in x.indicators]
    grid, cells = divided(("Indicator", "Records"), by(pairs, lambda x: x[0], lambda x: x[1].key), chart="bars")  # fmt: skip
    named = {
        said.get(i, i.replace("_", " ")): i for i in ("transported", "taxi_or_vehicle", "online_contact")
    }
    wholes = {"all": "told"} | {ids[0]: f"told.{named[label]}" for label, ids in grid.rows if label in named}
    return Figure("models", "Signals by indicator", "{all} records of the period hold a signal.", cells | {"all": cell(x.key for x in found)}, grid, wholes, sums=overlapping("told", listed(grid), "models"), least=listed(grid))  # fmt: skip


@figure("routes", "Which routes and vehicles?")
def routes(r: Rows, p: Period) -> Figure:
    """Records of the period that tell of a child moved, or in the vehicle of an unrelated person, by district."""
    found = [x for x in told(r, p) if x.indicators & {"transported", "taxi_or_vehicle"}]
    grid, cells = divided(("District", "Records"), by(found, lambda x: place(x.district), lambda x: x.key), "told.moved")  # fmt: skip
    cells |= {"all": cell(x.key for x in found), "moved": cell(x.key for x in found if "transported" in x.indicators)}  # fmt: skip
    # By both, by one alone: the figure models prints each of the two.
    sums = (
        ("told.moved", ("moved.both", "moved.between", "moved.vehicle")), ("told.transported", ("moved.both", "moved.between")),
        ("told.taxi_or_vehicle", ("moved.both", "moved.vehicle")), part_of("told", "told.moved", figure="routes"),
    )  # fmt: skip
    return Figure("routes", "Routes and vehicles", "{all} records tell of being moved or of a vehicle of an unrelated person, {moved} of them of being moved between towns.", cells, grid, {"all": "told.moved", "moved": "told.transported"}, sums=sums, least=listed(grid))  # fmt: skip


@figure("online", "What happens online?")
def online(r: Rows, p: Period) -> Figure:
    """Records of the period that tell of contact online, by source."""
    found = [x for x in told(r, p) if "online_contact" in x.indicators]
    said = r.words.get("records", {})
    grid, cells = divided(("Source", "Records"), by(found, lambda x: said.get(x.kind, x.kind), lambda x: x.key), "told.online_contact")  # fmt: skip
    kinds = {said.get(x.kind, x.kind): x.kind for x in found}
    sums = (part_of("told", "told.online_contact", figure="online"), *(part_of(f"told.{kinds[label]}", ids[0], figure="online") for label, ids in grid.rows))  # fmt: skip
    return Figure("online", "Contact online", "{all} records tell of contact online.", cells | {"all": cell(x.key for x in found)}, grid, {"all": "told.online_contact"}, sums=sums, least=listed(grid))  # fmt: skip


@figure("times", "When?")
def times(r: Rows, p: Period) -> Figure:
    """Records of the period with a signal by day of the week and part of the day of the event, on the clock of the wall; those without a time of day are left out and counted."""
    found = told(r, p)
    at = {x.key: x.at.astimezone(LONDON) for x in found if x.at is not None}
    rows, cells = [], {"all": cell(at), "without": cell(x.key for x in found if x.at is None)}
    for d, name in enumerate(DAYS):
        ids = []
        for n, hours in enumerate((range(6, 12), range(12, 18), range(18, 24), range(6))):
            ids.append(f"d{d}p{n}")
            cells[f"d{d}p{n}"] = cell(k for k, t in at.items() if t.weekday() == d and t.hour in hours)
        rows.append((name, tuple(ids)))
    grid = Grid(("Day", *PARTS), tuple(rows))
    sums = (("told.timed", tuple(i for _, ids in rows for i in ids)), ("told", ("told.timed", "without")))
    return Figure("times", "Days and hours", "{all} records have a time; {without} have none and are left out.", cells, grid, {"all": "told.timed"}, sums=sums)  # fmt: skip


@figure("times.months", "Is there a season?")
def times_months(r: Rows, p: Period) -> Figure:
    """Records of the period with a signal by month."""
    found = told(r, p)
    grid, cells = divided(("Month", "Records"), by(found, lambda x: month(x.known), lambda x: x.key, months_of(p)), "told", "months")  # fmt: skip
    return Figure("times.months", "Signals by month", "{all} records of the period hold a signal, by the month in which they became known.", cells | {"all": cell(x.key for x in found)}, grid, {"all": "told"})  # fmt: skip


@figure("origins", "Whose information is it?")
def origins(r: Rows, p: Period) -> Figure:
    """Records of the period with a signal by where they come from: the public, police or partners; for partners by agency."""
    found = told(r, p)
    label = lambda x: x.agency if x.origin == "partner" and x.agency else (x.origin or "not recorded")  # noqa: E731
    grid, cells = divided(("Origin", "Records"), by(found, label, lambda x: x.key), "told", "bars")
    cells |= {"all": cell(x.key for x in found), "partners": cell(x.key for x in found if x.origin == "partner"), "public": cell(x.key for x in found if x.origin == "public")}  # fmt: skip
    origin = {label(x): x.origin for x in found}
    rows = {of: tuple(ids[0] for name, ids in grid.rows if origin[name] == of) for of in ("partner", "public")}  # fmt: skip
    sums: tuple[Sum, ...] = (("partners", rows["partner"]), ("public", rows["public"]))
    if {x.key for x in found if x.origin == "partner"} == {
        x.key for x in found if x.kind == "partner_referrals"
    }:
        sums += (("partners", ("told.partner_referrals",)),)  # the figure records.read prints it
    return Figure("origins", "Whose information it is", "Of {all} records with a signal {partners} come from partners and {public} from the public.", cells, grid, {"all": "told"}, sums=sums, least=listed(grid))  # fmt: skip
