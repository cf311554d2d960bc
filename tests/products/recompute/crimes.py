"""Crimes, the people in them, and the quality of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .told import Told, band, column, n
from .world import Named, Record, World, own_flag


def _by(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items())


def flagged(w: World) -> Told:
    own = sum(own_flag(r) for r in w.flagged)
    here = sum(r.key in w.confirmed_on for r in w.flagged)
    return Told(
        f"{n(len(w.flagged))} crimes recorded in the period are flagged: {n(own)} by the record system's own flag, {n(here)} by a flag "
        "confirmed here (a crime can be both).",
        column("Crimes", _by(r.district or "no district recorded" for r in w.flagged)),
    )  # fmt: skip


def months(w: World) -> Told:
    counts = Counter(f"{r.own:%B %Y}" for r in w.flagged)
    return Told(
        f"{n(len(w.flagged))} flagged crimes stand over {n(len(w.months))} {'month' if len(w.months) == 1 else 'months'}.",
        column("Crimes", counts.items()),
    )


def _outcome(w: World, record: Record) -> str:
    code = record.cells["outcome"].strip()
    return w.s.words["outcome"].get(code, code) if code else "no outcome yet"


def outcomes(w: World) -> Told:
    counts = Counter(_outcome(w, r) for r in w.flagged)
    return Told(
        f"Of {n(len(w.flagged))} flagged crimes {n(counts['no outcome yet'])} have no outcome yet.",
        column("Crimes", counts.items()),
    )


def _rows(w: World, roles: tuple[str, ...]) -> list[tuple[Record, Named]]:
    return [(r, x) for r in w.flagged for x in w.s.by_record[r.key] if x.role in roles]


def _people(w: World, roles: tuple[str, ...]) -> tuple[dict[str, int | None], int]:
    """Each once with the age on the day of the event, the youngest where there are several; and how many are in more than one."""
    ages: dict[str, int | None] = {}
    crimes: dict[str, set[str]] = {}
    for record, x in _rows(w, roles):
        age = w.s.age(x.person, record.event)
        before = ages.get(x.person)
        ages[x.person] = min((a for a in (age, before) if a is not None), default=None)
        crimes.setdefault(x.person, set()).add(record.key)
    return ages, sum(len(c) > 1 for c in crimes.values())


def _sex(codes: list[str]) -> str:
    """As these crimes record it: what most of their rows say."""
    said = Counter(c.strip().upper() for c in codes if c.strip())
    return (
        {"F": "female", "M": "male"}.get(min(said, key=lambda c: (-said[c], c)), "other")
        if said
        else "not recorded"
    )


def harmed(w: World) -> Told:
    ages, more = _people(w, ("victim",))
    young = sum(a is not None and a < 18 for a in ages.values())
    sexes = Counter(_sex([x.cells["sex"] for _, x in _rows(w, ("victim",)) if x.person == p]) for p in ages)
    return Told(
        f"{n(len(ages))} people are recorded as harmed by these crimes, {n(young)} of them under 18 at the time; {n(sexes['female'])} are "
        f"recorded as female and {n(sexes['male'])} as male. {n(more)} are named in more than one.",
        column("People harmed", Counter(band(a) for a in ages.values()).items()),
    )  # fmt: skip


def suspects(w: World) -> Told:
    ages, more = _people(w, ("suspect", "detained"))
    young = sum(a is not None and a < 18 for a in ages.values())
    return Told(
        f"{n(len(ages))} people are recorded as suspects in these crimes, {n(young)} of them under 18 at the time: these are children "
        f"first. {n(more)} are named in more than one.",
        column("People suspected", Counter(band(a) for a in ages.values()).items()),
    )  # fmt: skip


def timeliness(w: World) -> Told:
    decided = [f for f in w.flags if f["state"] in ("confirmed", "not_proven") and w.within(f["decided"])]
    waits = sum(f["state"] in ("proposed", "need_more") for f in w.flags)
    counts: Counter[str] = Counter()
    for f in decided:
        days = (f["decided"].date() - f["proposed"].date()).days
        counts["within 7 days" if days <= 7 else "8 to 28 days" if days <= 28 else "longer"] += 1
    return Told(
        f"{n(len(decided))} flags were decided in the period; {n(waits)} wait for a decision now.",
        column("Flags", counts.items()),
    )


def _says(code: str) -> bool:
    return code.strip().lower() not in ("", "ns", "not stated", "unknown")


def completeness(w: World) -> Told:
    cells, ethnicity, nationality = [], {}, {}
    for label, roles in (("people harmed", ("victim",)), ("people suspected", ("suspect", "detained"))):
        rows = [(r, x.cells) for r, x in _rows(w, roles)]
        own = sum(_says(c["ethnicity_self_defined"]) for _, c in rows)
        ethnicity[label] = sum(_says(c["ethnicity_self_defined"]) or _says(c["ethnicity_officer_defined"]) for _, c in rows)  # fmt: skip
        nationality[label] = sum(_says(c["nationality"]) for _, c in rows)
        age = sum(bool(c["date_of_birth"]) for _, c in rows)
        sex = sum(bool(c["sex"].strip()) for _, c in rows)
        for head, count in (
            ("Rows", len(rows)), ("Ethnicity, self-defined", own), ("Ethnicity in either way", ethnicity[label]), ("Nationality", nationality[label]),
            ("Age", age), ("Sex", sex),
        ):  # fmt: skip
            cells.append((label, head, n(count)))
    total = {r: int(t.replace(",", "")) for r, h, t in cells if h == "Rows"}
    return Told(
        f"Ethnicity is recorded in either way for {n(ethnicity['people suspected'])} of {n(total['people suspected'])} rows of suspects and "
        f"{n(ethnicity['people harmed'])} of {n(total['people harmed'])} rows of people harmed; nationality for {n(nationality['people suspected'])} "
        f"and {n(nationality['people harmed'])}.",
        cells,
    )  # fmt: skip


def links(w: World) -> Told:
    alone = sum(len({x.key for x in rows}) == 1 for rows in w.s.by_person.values())
    refused = sum(q["kept"] == "false" for q in w.s.found["quarantine"])
    return Told(
        f"{n(alone)} people stand in one record alone, of {n(len(w.s.named))} rows that name somebody; {n(refused)} rows could not be taken in "
        "and are listed with the reason."
    )  # fmt: skip


def two_flags(w: World) -> Told:
    own = {r.key for r in w.flagged if own_flag(r)}
    here = {r.key for r in w.flagged if r.key in w.confirmed_on}
    return Told(
        f"{n(len(own & here))} crimes are flagged by both, {n(len(own - here))} by the record system alone, {n(len(here - own))} here alone."
    )


def audits(w: World) -> Told:
    return Told("no audit of flags and no review of victims' records has a result yet, so how many are missed is not known.")  # fmt: skip


FIGURES = {
    "crimes.flagged": flagged,
    "crimes.months": months,
    "crimes.outcomes": outcomes,
    "children.harmed": harmed,
    "suspects": suspects,
    "crimes.timeliness": timeliness,
    "quality.people": completeness,
    "quality.links": links,
    "quality.flags": two_flags,
    "quality.audits": audits,
}
