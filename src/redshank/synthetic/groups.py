"""Planted groups: several adults, several children, and a trace of them scattered over months and over all kinds of records.

Each record ties only two or three of a group's people, by naming them together, or by a number, a car, a place or a
handle that they share. Who is chosen never depends on tradition, only on age and (for some kinds) on district.
"""

from __future__ import annotations

from functools import cache
from random import Random

from redshank.synthetic import grammar
from redshank.synthetic.appear import style_phone
from redshank.synthetic.book import Book, Entry
from redshank.synthetic.cast import (
    Member,
    Words,
    about_child,
    full_name,
    identified,
    vehicle_text,
)  # fmt: skip
from redshank.synthetic.members import Group
from redshank.synthetic.population import Population, Vehicle

_TABLES = {
    "missing_episodes": 22, "intelligence": 26, "incidents": 16, "crimes": 11, "custody": 7, "partner_referrals": 11,
    "vulnerability_entries": 7,
}  # fmt: skip
_OFFENCES = (
    ("13", "Child abduction"), ("88A", "Sexual grooming"), ("71", "Abuse of children through sexual exploitation"),
    ("105A", "Common assault"), ("46", "Theft from shop"),
)  # fmt: skip
_ARRESTS = (
    ("13", "Child abduction"), ("802", "Driving while disqualified"), ("92A", "Possession with intent to supply"),
    ("105A", "Common assault"),
)  # fmt: skip
_AGENCIES = (("Children's services", "Exploitation"), ("Education", "Safeguarding"), ("Health", "Safeguarding"),
             ("Charity", "Youth work"), ("Youth justice", "Concern"))  # fmt: skip
# Which indicators an object brings into the text, and those that need none.
_BY_OBJECT = {
    "phone": ("multiple_phones", "multiple_suspects"), "vehicle": ("taxi_or_vehicle", "transported"),
    "premises": ("hotel_or_premises", "concern_by_business"), "handle": ("online_contact",),
}  # fmt: skip
_GENERAL = (
    "older_associate", "unexplained_gifts", "substance_supply", "coercion_or_control", "disclosure", "debt_or_threat",
    "school_absence", "unexplained_injury", "multiple_phones", "transported", "repeat_missing",
)  # fmt: skip


@cache
def _links() -> dict[str, tuple[grammar.Template, ...]]:
    return {k: grammar.lines(v) for k, v in grammar.load("grammar_links.toml").items()}


@cache
def filler() -> tuple[grammar.Template, ...]:
    return grammar.lines(grammar.load("grammar_ordinary.toml")["filler"])


@cache
def fitting(indicator: str, status: str, need: str, forbid: str) -> tuple[grammar.Template, ...]:
    """Templates whose people are those at hand; ``need`` and ``forbid`` are slot names joined with a space."""
    return tuple(
        t
        for t in grammar.signals()[indicator][status]
        if all(s in t.slots for s in need.split()) and not any(s in t.slots for s in forbid.split())
    )


def emit_group(book: Book, group: Group, times: list[int], triples: int = 3) -> None:
    """Write the group's records at the given times. At least ``triples`` of them tie three people."""
    rng = book.rng
    sizes = [3] * triples + [3 if rng.random() < 0.45 else 2 for _ in range(len(times) - triples)]
    rng.shuffle(sizes)
    for at, size in zip(times, sizes[: len(times)], strict=False):
        _event(book, group, at, size)


def _least(group: Group, pool: list[Member], count: int, rng: Random) -> list[Member]:
    chosen = sorted(pool, key=lambda m: (group.uses.get(m.person, 0) + 2.5 * rng.random(), m.person))[:count]
    for m in chosen:
        group.uses[m.person] = group.uses.get(m.person, 0) + 1
    return chosen


def _event(book: Book, group: Group, at: int, size: int) -> None:
    rng, p = book.rng, book.force.population
    pattern = rng.choice(["cs", "cs", "cs", "ss"] if size == 2 else ["css", "css", "ccs", "sss"])
    if group.kind == "peer" and size == 3:
        pattern = rng.choice(["ccs", "ccs", "css"])
    adults = _least(group, group.suspects, pattern.count("s"), rng)
    children = _least(group, group.children, pattern.count("c"), rng)
    tables = dict(_TABLES)
    if group.kind in ("no_crime_recorded", "facilitators_only"):
        del tables["crimes"], tables["custody"]
    if not children:
        tables = {
            k: v
            for k, v in tables.items()
            if k in ("intelligence", "custody", "vulnerability_entries", "incidents")
        }
    if not adults[0].known:
        tables.pop("custody", None)
    table = rng.choices(list(tables), list(tables.values()))[0]
    town = rng.choice(group.towns)
    entry = book.open(table, at, town)
    entry.group = group.number
    entry.tied = tuple(sorted(m.person for m in adults + children))
    group.ties.append((at, entry.tied))
    _heading(entry, rng)
    named_by_row = _rows(book, entry, group, adults, children)
    slots = Words(p, town, rng)
    if group.kind == "across_districts":
        slots["town2"] = p.places.towns[rng.choice([t for t in group.towns if t != town])]
    thing = rng.choice(list(group.objects)) if rng.random() < 0.75 else ""
    _things(group, thing, slots, rng)
    names = {m.person: _name(p, m, m.person in named_by_row, rng) for m in adults + children}
    for slot, member in zip(("a", "a2"), adults, strict=False):
        slots[slot] = names[member.person]
        slots.short[slot] = _short(p, member)
    if adults[0].known and p.female[adults[0].person]:
        slots["him"], slots["he"] = "her", "she"
    if children:
        about_child(slots, p, children[0].person, at, rng)
        slots["c"] = names[children[0].person]
        slots.short["c"] = (slots["cf"], slots["cf"], "the child", f"the {slots['age']} y/o")
    young = any(m.known and at // 86400 - int(p.born[m.person]) < 18 * 365.25 for m in adults)
    without = frozenset({"older_associate"}) if young else frozenset[str]()
    _sentences(book, entry, group, slots, thing, adults, children, without)
    text = " ".join(entry.sentences)
    if len(children) > 1:
        entry.say(rng.choice(_links()["child"]), _with(slots, names[children[1].person]), rng)
    for m in adults + children[:1]:
        if names[m.person] not in text and (m.person not in named_by_row):
            kind = thing if thing and rng.random() < 0.5 else "person"
            entry.say(rng.choice(_links()[kind]), _with(slots, names[m.person]), rng)
    if thing and rng.random() < 0.5:
        entry.say(rng.choice(_links()[thing]), _with(slots, names[adults[0].person]), rng)
    _tie_rows(book, entry, group, thing, slots, adults)
    for _ in range(rng.randrange(3)):
        entry.say(rng.choice(filler()), Words(p, town, rng), rng)


def _short(p: Population, m: Member) -> tuple[str, ...]:
    """How a text goes on about an adult once they have been named."""
    if not m.known:
        return (f"'{m.described.split(chr(39))[1]}'", "the same male")
    given, family = p.given(m.person), p.family(m.person)
    return (family.upper(), given, f"{given[0]} {family}")


def _with(slots: Words, x: str) -> Words:
    more = Words(slots.p, slots.town, slots.rng)
    more.update(slots)
    more["x"] = x
    return more


def _name(p: Population, m: Member, by_row: bool, rng: Random) -> str:
    if not m.known:
        return m.described
    return full_name(p, m.person, rng) if by_row or rng.random() < 0.25 else identified(p, m.person, rng)


def _heading(entry: Entry, rng: Random) -> None:
    if entry.table == "crimes":
        entry.code, entry.title = rng.choice(_OFFENCES)
        if rng.random() < 0.3:
            entry.cells["flags"] = "CSE"
    elif entry.table == "incidents":
        entry.code = entry.title = rng.choice(["PS1", "PS9", "MP1", "AS2"])
    elif entry.table == "custody":
        entry.code, entry.title = rng.choice(_ARRESTS)
    elif entry.table == "partner_referrals":
        entry.title, entry.code = rng.choice(_AGENCIES)
    elif entry.table == "vulnerability_entries":
        entry.code, entry.title = "Exploitation", rng.choice(["vulnerable", "victim", "offender", "location"])


def _rows(book: Book, entry: Entry, group: Group, adults: list[Member], children: list[Member]) -> set[int]:
    """Name some of the people in the `people` table; the others stand in the text only."""
    rng, table = book.rng, entry.table
    suspected = {
        "crimes": "suspect",
        "custody": "detained",
        "intelligence": "subject",
        "vulnerability_entries": "subject",
    }
    child_role = {"missing_episodes": "missing", "crimes": "victim"}
    by_row: set[int] = set()
    for i, m in enumerate(children):
        if rng.random() < 0.88 or (table == "missing_episodes" and i == 0):
            role = child_role.get(table, "subject") if i == 0 else "associate"
            care = "looked after" if rng.random() < 0.25 else ""
            entry.person(m.person, role, care_status=care)
            by_row.add(m.person)
    if table == "missing_episodes":
        entry.missing = children[0].person
    for i, m in enumerate(adults):
        share = 1.0 if table == "custody" and i == 0 else 0.68
        if m.known and rng.random() < share:
            role = suspected.get(table, "associate") if i == 0 or table == "crimes" else "associate"
            if group.kind in ("facilitators_only", "no_crime_recorded") and role == "suspect":
                role = "associate"
            nick = book.force.population.nickname(m.person) if rng.random() < 0.2 else ""
            entry.person(m.person, role, also_known_as=nick)
            by_row.add(m.person)
    return by_row


def _things(group: Group, thing: str, slots: Words, rng: Random) -> None:
    """Put the group's own things into the slots; the words stay the same through a text."""
    places = group.objects.get("premises")
    if places:
        slots["prem"] = slots.p.places.premises[int(str(rng.choice(places)))].name
    cars = group.objects.get("vehicle")
    if cars and thing == "vehicle":
        car = rng.choice(cars)
        assert isinstance(car, Vehicle)
        slots["veh"] = vehicle_text(car, rng)
        slots["_vrm"] = car.vrm
    if thing == "phone":
        slots["_number"] = str(rng.choice(group.objects["phone"]))
        slots["ph"] = style_phone(slots["_number"], rng.random())
    if thing == "handle":
        slots["hdl"] = str(group.objects["handle"][0])


def _sentences(
    book: Book,
    entry: Entry,
    group: Group,
    slots: Words,
    thing: str,
    adults: list[Member],
    children: list[Member],
    without: frozenset[str],
) -> None:
    rng = book.rng
    opener = _links().get(f"open_{entry.table}", ())
    if entry.table == "missing_episodes":
        entry.say(rng.choice(fitting("missing_episode", "affirmed", "c", "a a2 f")), slots, rng)
    elif opener and (entry.table == "custody" or rng.random() < 0.6):
        entry.say(rng.choice(opener), slots, rng)
    if not children:
        two = fitting("multiple_suspects", "affirmed", "a a2", "c veh ph" if not thing else "c")
        entry.say(rng.choice(two or fitting("multiple_suspects", "affirmed", "a a2", "c")), slots, rng)
        return
    if len(adults) > 1 and rng.random() < 0.6:
        entry.say(rng.choice(fitting("multiple_suspects", "affirmed", "c a a2", "f")), slots, rng, without)
    said: set[str] = set()
    pool = list(_BY_OBJECT.get(thing, ())) + rng.sample([g for g in _GENERAL if g not in without], 2)
    if group.criminal and rng.random() < 0.3:
        pool.append("county_lines")
    if entry.table == "incidents":
        pool.append("concern_by_business")
    for indicator in rng.sample(pool, min(len(pool), rng.choice([1, 1, 2, 2, 3]))):
        status = rng.choices(grammar.STATUSES, [80, 4, 6, 8, 2])[0]
        options = fitting(
            indicator,
            status,
            "c a" if not said and status == "affirmed" else "",
            "a2 f line" if indicator != "county_lines" else "a2 f",
        )
        options = options or fitting(indicator, status, "", "a2 f")
        entry.say(rng.choice(options), slots, rng, without)
        said.add(indicator)
        if indicator == "county_lines" and status == "affirmed":
            group.criminal_children.add(children[0].person)
    if rng.random() < 0.12:
        blame(entry, slots, rng)


def blame(entry: Entry, slots: Words, rng: Random) -> None:
    """A sentence that blames the child: in the author's own words, or somebody's who is quoted."""
    which = grammar.language()["own" if rng.random() < 0.7 else "quoted"]
    plain = {"missing_episode", "repeat_missing"} if entry.table == "missing_episodes" else set()
    entry.say(rng.choice([t for t in which if {name for name, _ in t.also} <= plain]), slots, rng)


def background(book: Book, group: Group, p: Population) -> None:
    """The children's other missing episodes, which tie nobody: some now and then, some again and again."""
    rng = book.rng
    for child in group.children:
        count = rng.choice([0, 0, 1, 1, 2, 3, 4] if group.strength != "weak" else [0, 0, 1, 1, 2])
        span = group.last - group.first
        begin, width = (
            (group.first, span)
            if count < 3
            else (group.first + rng.randrange(span // 2 + 1), min(span // 2, 60 * 86400))
        )
        for _ in range(count):
            at = begin + rng.randrange(width)
            entry = book.open("missing_episodes", at, int(p.town[child.person]))
            entry.group, entry.tied, entry.missing = group.number, (child.person,), child.person
            slots = Words(p, entry.town, rng)
            about_child(slots, p, child.person, at, rng)
            slots["c"] = full_name(p, child.person, rng)
            slots.short["c"] = (slots["cf"], "the child")
            entry.say(rng.choice(fitting("missing_episode", "affirmed", "c", "a a2 f")), slots, rng)
            if rng.random() < 0.35:
                indicator = rng.choice(
                    ["unexplained_gifts", "school_absence", "return_interview_overdue", "online_contact"]
                )
                entry.say(rng.choice(fitting(indicator, "affirmed", "c", "a a2 f hdl")), slots, rng)
            if rng.random() < 0.2:
                blame(entry, slots, rng)
            entry.person(child.person, "missing", care_status="looked after" if rng.random() < 0.25 else "")
            home = list(p.people_of(int(p.household[child.person])))
            entry.person(home[0], "parent")
            entry.say(rng.choice(filler()), Words(p, entry.town, rng), rng)


def _tie_rows(book: Book, entry: Entry, group: Group, thing: str, slots: Words, adults: list[Member]) -> None:
    """The shared thing may also, or only, stand in the row tables."""
    rng = book.rng
    if thing == "vehicle" and rng.random() < 0.7:
        cars = [c for c in group.objects["vehicle"] if isinstance(c, Vehicle) and c.vrm == slots["_vrm"]]
        book.car(entry, rng.choice(["used", "seen", "stopped"]), cars[0])
    elif thing == "phone" and rng.random() < 0.7:
        book.number(entry, rng.choice(["used by", "call data", "on handset", "seized"]), slots["_number"])
    elif (
        thing == "premises"
        and rng.random() < 0.7
        and entry.table in ("crimes", "incidents", "vulnerability_entries", "partner_referrals")
    ):
        named = [int(str(x)) for x in group.objects["premises"]]
        entry.place = next(i for i in named if book.force.population.places.premises[i].name == slots["prem"])
    elif thing == "handle" and adults and adults[0].known:
        entry.people = [
            (w, r, e | ({"online_handle": slots["hdl"]} if w == adults[0].person else {}))
            for w, r, e in entry.people
        ]


def recognisable(group: Group) -> int | None:
    """Time of the third record that tied three of the group's people."""
    threes = sorted(at for at, tied in group.ties if len(tied) >= 3)
    return threes[2] if len(threes) > 2 else None
