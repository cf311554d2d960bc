"""Children of the matrix, and their missing episodes."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from .told import Told, band, column, n, share
from .world import Record, World, when

HARM, RISK = "signals of harm", "signals of risk"
COLUMNS = (("sexual_exploitation", "Sexual exploitation"), ("criminal_exploitation", "Criminal exploitation"))
NOWHERE = "no district recorded"


def _rising(w: World) -> list[dict[str, Any]]:
    return [c for c in w.children if float(c["change_28_days"] or 0) >= w.s.markedly]


def matrix(w: World) -> Told:
    cells = []
    for name, head in COLUMNS:
        cells += [(said, head, n(c)) for said, c in Counter(c[name] for c in w.children).items()]
    return Told(
        f"{n(len(w.children))} children stand in the matrix; concern about {n(len(_rising(w)))} of them rose markedly over the "
        "last 28 days.",
        cells,
    )  # fmt: skip


def ages(w: World) -> Told:
    found = [w.s.age(c["person_id"], w.s.as_of) for c in w.children]
    young = sum(a is not None and a < 13 for a in found)
    return Told(
        f"Of {n(len(found))} children {n(young)} are under 13.",
        column("Children", Counter(band(a) for a in found).items()),
    )


def sexes(w: World) -> Told:
    every = Counter(w.s.sex(c["person_id"]) for c in w.children)
    harm = [c for c in w.children if c["sexual_exploitation"] == HARM]
    some = Counter(w.s.sex(c["person_id"]) for c in harm)
    cells = [c for s in every for c in ((s, "In the matrix", n(every[s])), (s, "With signals of harm by sexual exploitation", n(some[s])))]  # fmt: skip
    return Told(
        f"Of {n(len(harm))} children with signals of harm by sexual exploitation {n(some['male'])} are recorded as male. Boys are found less "
        "often where only girls are looked for.",
        cells,
    )  # fmt: skip


def _harmed(child: dict[str, str]) -> bool:
    return HARM in (child["sexual_exploitation"], child["criminal_exploitation"])


def districts(w: World) -> Told:
    """In which districts the records lie that say why."""
    some = [c for c in w.children if _harmed(c)]
    counts: Counter[str] = Counter()
    for c in some:
        counts.update(w.districts_of(c["keys"]) or {NOWHERE})
    return Told(f"{n(len(some))} children have signals of harm.", column("Children", counts.items()))


def _begun(r: Record) -> datetime | None:
    return when(r.cells["missing_from_at"]) or r.own


def _episodes(w: World) -> list[tuple[Record, str]]:
    """Of everybody who was under 18 when the episode began, or whose age is not recorded, with who it is."""
    out = []
    for r in w.s.records.values():
        if r.kind != "missing_episodes":
            continue
        for x in w.s.by_record[r.key]:
            if x.role == "missing" and (w.s.age(x.person, _begun(r)) or 0) < 18:
                out.append((r, x.person))
                break
    return out


def _mine(w: World) -> list[tuple[Record, str]]:
    return [(r, p) for r, p in _episodes(w) if w.within(_begun(r)) and w.here(r.district)]


def _again(w: World) -> set[str]:
    """Children with an episode of the period that is their third within 90 days."""
    starts: dict[str, list[datetime]] = defaultdict(list)
    for r, p in _episodes(w):
        starts[p].append(_begun(r))  # type: ignore[arg-type]
    out = set()
    for r, p in _mine(w):
        at = _begun(r)
        if sum(at - timedelta(days=90) < other <= at for other in starts[p]) >= 3:  # type: ignore[operator]
            out.add(p)
    return out


def episodes(w: World) -> Told:
    rows = _mine(w)
    people = {p for _, p in rows}
    harmed = {c["person_id"] for c in w.children if _harmed(c)}
    risks = {"high", "medium", "low", "very low", "no apparent risk", "absent"}
    said = Counter(k if (k := r.cells["risk"].strip().lower()) in risks else "not stated" for r, _ in rows)
    return Told(
        f"{n(len(rows))} episodes of {n(len(people))} children, or people whose age is not recorded, began in the period; "
        f"{n(len(_again(w)))} were missing for the third time or more within 90 days, and {n(len(people & harmed))} of them have signals of harm "
        "in the matrix.",
        column("Episodes", said.items()),
    )  # fmt: skip


def _stands(w: World, r: Record) -> str:
    back, held = when(r.cells["returned_at"]), when(r.cells["return_interview_at"])
    if back is None or back > w.s.as_of:
        return "not due"
    limit = back + timedelta(hours=72)
    if held is not None and held <= w.s.as_of:
        return "held in time" if held <= limit else "held late"
    return "overdue" if w.s.as_of > limit else "due"


def interviews(w: World) -> Told:
    counts = Counter(_stands(w, r) for r, _ in _mine(w))
    owed = counts["held in time"] + counts["held late"] + counts["overdue"]
    return Told(
        f"Of {n(owed)} interviews that were owed {n(counts['held in time'])} were held within 72 hours ({share(counts['held in time'], owed)}).",
        column("Episodes", counts.items()),
    )  # fmt: skip


def missing_districts(w: World) -> Told:
    rows = _mine(w)
    return Told(
        f"{n(len(rows))} episodes, by the district that reported them.",
        column("Episodes", Counter(r.district or NOWHERE for r, _ in rows).items()),
    )


def _listed(
    w: World, some: list[dict[str, Any]], rising: set[str] | None = None
) -> list[tuple[str, str, str]]:
    names = {c["person_id"]: c["name"] for c in w.s.sql("SELECT person_id, name FROM heads_child WHERE valid_to IS NULL AND in_full")}  # fmt: skip
    cells = []
    for c in some:
        age = w.s.age(c["person_id"], w.s.as_of)
        aged = f", {age}" if age is not None else "" if rising is None else ", age not recorded"
        who = (
            f"{names[c['person_id']]}{aged}{'; concern rose' if rising and c['person_id'] in rising else ''}"
        )
        why = list(dict.fromkeys(r["text"] for r in c["why"]))[:3]
        reasons = "; ".join(why)
        said = f" {reasons[0].upper()}{reasons[1:]}." if reasons else " "
        words = f"{who}: sexual exploitation, {c['sexual_exploitation']}; criminal exploitation, {c['criminal_exploitation']}.{said}"  # fmt: skip
        cells.append((words, "Records", n(len(c["keys"]))))
    return cells


def named(w: World) -> Told:
    some = _rising(w)
    return Told(
        f"{n(len(some))} children, as the night proposes them; the practitioner's judgement ranks first.",
        _listed(w, some),
        ordered=True,
    )


def listed(w: World) -> Told:
    return Told(
        f"{n(len(w.children))} children, as the night proposes them; the practitioner's judgement ranks first.",
        _listed(w, w.children, {c["person_id"] for c in _rising(w)}),
        ordered=True,
    )


def estimate(w: World) -> Told:
    """Chapman's correction over children for whom police records, and partners', give a reason."""
    police, partners = set(), set()
    for c in w.children:
        kinds = {k.partition(":")[0] for k in c["keys"]}
        if "partner_referrals" in kinds:
            partners.add(c["person_id"])
        if kinds - {"partner_referrals"}:
            police.add(c["person_id"])
    both = len(police & partners)
    if both < 10:
        return Told(
            f"{n(len(police))} children are known from police records, {n(len(partners))} from partners' referrals."
        )
    every = round((len(police) + 1) * (len(partners) + 1) / (both + 1) - 1)
    return Told(
        f"Experimental: {n(len(police))} children are known from police records, {n(len(partners))} from partners' referrals, {n(both)} from "
        f"both; were the two independent, there would be about {n(every)} in all."
    )  # fmt: skip


FIGURES = {
    "children.matrix": matrix,
    "children.ages": ages,
    "children.sexes": sexes,
    "children.districts": districts,
    "missing.episodes": episodes,
    "missing.interviews": interviews,
    "missing.districts": missing_districts,
    "children.named": named,
    "children.listed": listed,
    "quality.estimate": estimate,
}
