"""Proposed groups, what people decided on them, and county lines stand in the register, in the order of the matrix."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date

from .told import Told, band, column, n
from .world import Row, World

NOT_FOUND = "no district recorded"
FLAGS = {
    "proposed": "proposed, not decided", "need_more": "more is needed", "confirmed": "confirmed by a second person",
    "not_proven": "not proven", "withdrawn": "withdrawn",
}  # fmt: skip
NUMBERS = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def _concerns(members: list[Row]) -> set[str]:
    return {m["person_id"] for m in members if m["role"] == "suspect"}


def _children(members: list[Row]) -> set[str]:
    return {m["person_id"] for m in members if m["role"] == "child"}


def _everybody(w: World, role: str) -> set[str]:
    return {m["person_id"] for g in w.groups.values() for m in g if m["role"] == role}


def _heads(w: World) -> list[dict[str, str]]:
    """In the order of the night's list, with their words."""
    rows = w.s.sql("SELECT group_id, label, sentence, strength, story FROM heads_group WHERE valid_to IS NULL AND in_full ORDER BY place")  # fmt: skip
    seen: set[str] = set()
    return [
        g
        for g in rows
        if g["group_id"] in w.groups and not (g["group_id"] in seen or seen.add(g["group_id"]))
    ]  # type: ignore[func-returns-value]


def _strength(w: World, value: str) -> str:
    strong, weak = w.s.strengths
    return "strong" if float(value) >= strong else "weak" if float(value) < weak else "moderate"


def proposed(w: World) -> Told:
    firsts = [g[0] for g in w.groups.values()]
    new = sum(w.within(date.fromisoformat(g["detected_on"])) for g in firsts)
    lines = sum(g["kind"] == "registered_line" for g in firsts)
    return Told(
        f"{n(len(firsts))} groups stand proposed, {n(new)} of them first found in the period; {n(lines)} are county lines of the force's "
        "register.",
        column("Groups", Counter(_strength(w, g["strength"]) for g in firsts).items()),
    )  # fmt: skip


def size(w: World) -> Told:
    def label(members: list[Row]) -> str:
        count = len(_concerns(members))
        return {0: "none", 1: "one", 2: "two"}.get(count, "three or four" if count < 5 else "five and more")

    return Told(
        f"They name {n(len(_everybody(w, 'suspect')))} proposed persons of concern and {n(len(_everybody(w, 'child')))} children, each counted "
        "once.",
        column("Groups", Counter(label(g) for g in w.groups.values()).items()),
    )  # fmt: skip


def _category(w: World, person: str) -> str:
    """The gravest that records of the person's groups give; a name or street name in a text is one as well (practice rule 7). A
    described person, a vehicle or a number is named by no record."""
    mine = [g for g, members in w.groups.items() if person in _concerns(members)]
    keys = {k for g in mine for k in w.ties[g]}
    texts = w.s.sql("SELECT record_key FROM heads_appearance WHERE valid_to IS NULL AND in_full AND person_id = ? AND role = 'named in the text'", person)  # fmt: skip
    said = [(x.key.partition(":")[0], x.role) for x in w.s.by_person.get(person, ()) if x.key in keys]
    said += [(t["record_key"].partition(":")[0], "text") for t in texts if t["record_key"] in keys]
    if person.startswith(
        ("unidentified-nickname-", "unidentified-name-")
    ):  # in texts alone: in no row of people
        # Which records speak of them stands nowhere in the export: this one category is taken as the night tells it.
        told = [m for g in _heads(w) for m in json.loads(g["story"])["members"] if m["person_id"] == person]
        said += (
            [("intelligence", "text")] if any(m["category"] == "named in intelligence" for m in told) else []
        )
    accused = ("suspect", "detained")
    for label, test in (
        ("suspect in a crime", lambda kind, role: kind == "crimes" and role in accused),
        ("detained", lambda kind, role: role == "detained"),
        ("named as suspect", lambda kind, role: role == "suspect"),
        ("member of a registered line", lambda kind, role: role == "line_member"),
        ("named in intelligence", lambda kind, role: kind == "intelligence"),
    ):  # fmt: skip
        if any(test(kind, role) for kind, role in said):
            return label
    return "no record of the group names them so"


def categories(w: World) -> Told:
    people = _everybody(w, "suspect")
    ages = [w.s.age(p, w.s.as_of) for p in people]
    young, unknown = sum(a is not None and a < 18 for a in ages), sum(a is None for a in ages)
    return Told(
        f"Of {n(len(people))} proposed persons of concern {n(young)} are under 18 and are children first; of {n(unknown)} the age is not "
        "recorded.",
        column("Proposed persons of concern", Counter(_category(w, p) for p in people).items()),
    )  # fmt: skip


def districts(w: World) -> Told:
    found = {g: w.districts_of(w.ties[g]) for g in w.groups}
    counts = Counter(d for some in found.values() for d in some or {NOT_FOUND})
    many = sum(len(d) > 1 for d in found.values())
    return Told(
        f"{n(many)} groups span more than one district and count in each.",
        column("Groups", counts.items()),
    )


def flags(w: World) -> Told:
    rows = [f for f in w.flags if w.within(f["proposed"]) or w.within(f["decided"])]
    counts = Counter(f["state"] for f in rows)
    return Told(
        f"{n(len(rows))} flags were proposed or decided in the period; {n(counts['confirmed'])} stand confirmed.",
        column("Flags", [(FLAGS[k], c) for k, c in counts.items()]),
    )


def axes(w: World) -> Told:
    from .definitions import AXES

    rows = [f for f in w.flags if f["state"] == "confirmed" and w.within(f["decided"])]
    counts = Counter(f"{AXES[a][0]}: {AXES[a][1][v]}" for f in rows for a, v in f["axes"].items())
    return Told(
        f"{n(len(rows))} flags were confirmed in the period.", column("Confirmed flags", counts.items())
    )


def named(w: World) -> Told:
    cells = []
    done = {
        f["ident"]
        for f in w.s.sql("SELECT ident FROM flags_flag WHERE about = 'group' AND state = 'confirmed'")
    }
    for g in _heads(w):
        member = w.groups[g["group_id"]][0]
        state = "confirmed by a second person" if g["group_id"] in done else "proposed"
        words = f"{g['label']} ({state}; {_strength(w, member['strength'])}). {member['sentence']}"
        cells.append((words, "Records", n(len(w.ties[g["group_id"]]))))
    return Told(f"{n(len(w.groups))} groups, with the number of records that tie each.", cells, ordered=True)


#: What a gap begins or ends with → its wording without how many and which records.
GAPS = {
    "no date of birth recorded.": "Some of the members have no date of birth recorded.",
    "not identified.": "Some of the members are not identified.",
    "may be that person.": "Some of them have the name of another member, and may be that person.",
    "Graded 3, D or E": "Graded 3, D or E, and weighing little: some records.",
    "No return interview is recorded after": "No return interview is recorded after some missing episodes.",
    "No return is recorded in": "No return is recorded in some missing episodes.",
    "The part of": "The part of some proposed persons of concern is not known.",
}


def plain_gap(text: str) -> str:
    return next((said for mark, said in GAPS.items() if text.startswith(mark) or text.endswith(mark)), text)


def gaps(w: World) -> Told:
    kinds: dict[str, set[str]] = defaultdict(set)
    for g in _heads(w):
        for gap in json.loads(g["story"])["gaps"]:
            kinds[plain_gap(gap if isinstance(gap, str) else gap["text"])].add(g["group_id"])
    some = {i for ids in kinds.values() for i in ids}
    return Told(
        f"{n(len(some))} of {n(len(w.groups))} groups have at least one stated gap.",
        column("Groups", [(k, len(ids)) for k, ids in kinds.items()]),
    )


def children_ages(w: World) -> Told:
    people = _everybody(w, "child")
    return Told(
        f"{n(len(people))} children are tied to a proposed group.",
        column("Children", Counter(band(w.s.age(p, w.s.as_of)) for p in people).items()),
    )


def _use(w: World) -> dict[str, str]:
    """As found; a person's last word stands above it, but for what the register knows."""
    use = {x["line_ref"]: x["uses_sexual_exploitation"] for x in w.s.found["lines"]}
    said = w.s.sql("SELECT c.line_ref, d.kind FROM lines_decision d JOIN lines_case c ON c.id = d.case_id WHERE d.kind IN ('known', 'refuted') ORDER BY d.at, d.id")  # fmt: skip
    for s in said:
        if s["line_ref"] in use:
            found = next(
                x["uses_sexual_exploitation"] for x in w.s.found["lines"] if x["line_ref"] == s["line_ref"]
            )
            use[s["line_ref"]] = "known" if "known" in (s["kind"], found) else "not known"
    return use


def lines_use(w: World) -> Told:
    use = _use(w)
    return Told(
        f"{n(len(use))} county lines stand in the register.",
        column("County lines", Counter(use.values()).items()),
    )


def lines_listed(w: World) -> Told:
    use = _use(w)
    cells = []
    for x in w.s.found["lines"]:
        row = w.s.records[f"county_lines:{x['line_ref']}"].cells
        behind = w.s.sql("SELECT DISTINCT record_key FROM heads_behind WHERE valid_to IS NULL AND in_full AND kind = 'line' AND ident = ?", x["line_ref"])  # fmt: skip
        words = (
            f"{row['name']}: {x['band']}, {row['status']}; use of sexual exploitation {use[x['line_ref']]}"
        )
        cells.append((words, "Records", n(len(behind))))
    return Told(
        f"{n(len(use))} county lines stand in the register, in the order of the matrix.", cells, ordered=True
    )


FIGURES = {
    "groups.proposed": proposed,
    "groups.size": size,
    "groups.categories": categories,
    "groups.districts": districts,
    "groups.flags": flags,
    "groups.axes": axes,
    "groups.named": named,
    "groups.gaps": gaps,
    "groups.children_ages": children_ages,
    "lines.use": lines_use,
    "lines.listed": lines_listed,
}
