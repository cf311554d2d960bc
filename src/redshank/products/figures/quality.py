"""How far the rest can be relied on: completeness, what is unlinked, what audits found."""

from __future__ import annotations

from redshank.products.figures.core import Cell, Figure, Grid, Sum, cell, figure, part_of
from redshank.products.figures.scale import people_of
from redshank.products.rows import Period, Rows

NOT_STATED = ("", "ns", "not stated", "unknown")


def is_recorded(code: str) -> bool:
    """Whether a code says something; "not stated" does not."""
    return code.strip().casefold() not in NOT_STATED


@figure("quality.people", "How completely are ethnicity and nationality recorded?")
def quality_people(r: Rows, p: Period) -> Figure:
    """Rows of people in flagged crimes of the period, harmed and suspected apart, in which ethnicity (self-defined, or as an officer saw it), nationality, date of birth and sex are recorded; “not stated” is not. They are measured, and enter no score and no link to a group."""
    rows, cells = [], {}
    for role, label in (("harmed", "people harmed"), ("suspect", "people suspected")):
        mine = people_of(r, p, role)
        tests = {
            "of": lambda n: True, "self": lambda n: is_recorded(n.ethnicity_self),
            "any": lambda n: is_recorded(n.ethnicity_self) or is_recorded(n.ethnicity_officer),
            "nat": lambda n: is_recorded(n.nationality), "age": lambda n: n.age is not None if n.age_recorded is None else n.age_recorded, "sex": lambda n: bool(n.sex),
        }  # fmt: skip
        ids = []
        for name, test in tests.items():
            ids.append(f"{role}_{name}")
            cells[f"{role}_{name}"] = Cell(sum(map(test, mine)), tuple(sorted({n.key for n in mine if test(n)})))  # fmt: skip
        rows.append((label, tuple(ids)))
    grid = Grid(("Who", "Rows", "Ethnicity, self-defined", "Ethnicity in either way", "Nationality", "Age", "Sex"), tuple(rows))  # fmt: skip
    says = "Ethnicity is recorded in either way for {suspect_any} of {suspect_of} rows of suspects and {harmed_any} of {harmed_of} rows of people harmed; nationality for {suspect_nat} and {harmed_nat}."
    sums: list[Sum] = []
    for role in ("harmed", "suspect"):
        sums += [
            part_of(f"{role}_of", f"{role}_{name}", figure="quality.people")
            for name in ("any", "nat", "age", "sex")
        ]
        sums.append(part_of(f"{role}_any", f"{role}_self", figure="quality.people"))
        who = "children.harmed" if role == "harmed" else "suspects"  # each person has a row at least
        sums.append(part_of(f"{role}_of", who, figure="quality.people"))
    return Figure("quality.people", "Completeness", says, cells, grid, sums=tuple(sums))


@figure("quality.links", "How much could not be linked or read?", everywhere=("district", "subject"))
def quality_links(r: Rows, p: Period) -> Figure:
    """People whom the rows of one record alone name, and all rows that name somebody (a name in a text is no row); and rows in quarantine that were not taken in. All that is held, not the period alone."""
    cells = {"alone": Cell(r.unlinked), "all": Cell(r.appearances), "quarantine": Cell(r.quarantined)}
    return Figure("quality.links", "Unlinked and unread", "{alone} people stand in one record alone, of {all} rows that name somebody; {quarantine} rows could not be taken in and are listed with the reason.", cells)  # fmt: skip


@figure("quality.flags", "Do the record system's flags and this register say the same?")
def quality_flags(r: Rows, p: Period) -> Figure:
    """Flagged crimes of the period by which of the two flags them."""
    from redshank.products.figures.scale import crimes_of

    confirmed = {f.number for f in r.flags if f.state == "confirmed"}
    found = crimes_of(r, p)
    here = lambda c: bool(confirmed & set(c.flags))  # noqa: E731
    cells = {
        "both": cell(c.key for c in found if c.own_flag and here(c)), "own": cell(c.key for c in found if c.own_flag and not here(c)),
        "mine": cell(c.key for c in found if here(c) and not c.own_flag),
    }  # fmt: skip
    return Figure("quality.flags", "Flags compared", "{both} crimes are flagged by both, {own} by the record system alone, {mine} here alone.", cells, None, {"both": "crimes.both", "own": "crimes.own_alone", "mine": "crimes.here_alone"})  # fmt: skip


@figure("quality.audits", "What did audits and reviews find?", names=True, everywhere=("district", "subject"))
def quality_audits(r: Rows, p: Period) -> Figure:
    """Results of the flag audit, of the review of victims' records and intelligence (measured recall with its interval) and of the language audit, as their reports state them."""
    if not r.measures:
        return Figure("quality.audits", "Audits and reviews", "", {}, gap="no audit of flags and no review of victims' records has a result yet, so how many are missed is not known.")  # fmt: skip
    says = " ".join(r.measures[k] for k in sorted(r.measures))
    return Figure("quality.audits", "Audits and reviews", says.replace("{", "(").replace("}", ")"), {})


@figure("quality.estimate", "How many may there be that no record shows?")
def quality_estimate(r: Rows, p: Period) -> Figure:
    """Lincoln–Petersen with Chapman's correction over the children of the matrix: those whom police records, and those whom partners' referrals, give a reason to stand in it. Experimental: it supposes that the two sources find children independently, which they do not; it is shown to say that there are more than are recorded, and no decision may rest on it."""
    if not r.children:
        return Figure("quality.estimate", "Experimental estimate", "", {}, gap="no child stands in the matrix, so nothing can be estimated.")  # fmt: skip
    partner = {c.person for c in r.children if any(k.startswith("partner_referrals:") for k in c.keys)}
    police = {c.person for c in r.children if any(not k.startswith("partner_referrals:") for k in c.keys)}
    both = partner & police
    cells = {"partner": Cell(len(partner)), "police": Cell(len(police)), "both": Cell(len(both))}
    # Every child of the matrix is known from one of them at least.
    known = (("children", ("known.both", "known.police", "known.partner")), ("police", ("known.both", "known.police")), ("partner", ("known.both", "known.partner")))  # fmt: skip
    sums = known if partner | police == {c.person for c in r.children} else known[1:]
    wholes = {"both": "known.both"}
    if len(both) < 10:
        return Figure("quality.estimate", "Experimental estimate", "{police} children are known from police records, {partner} from partners' referrals.", cells, None, wholes, sums=sums, gap="fewer than ten children are known from both, too few for an estimate.")  # fmt: skip
    n = (len(partner) + 1) * (len(police) + 1) / (len(both) + 1) - 1
    cells["estimate"] = Cell(round(n))
    says = "Experimental: {police} children are known from police records, {partner} from partners' referrals, {both} from both; were the two independent, there would be about {estimate} in all."
    return Figure("quality.estimate", "Experimental estimate", says, cells, None, wholes, sums=sums)
