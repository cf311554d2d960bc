"""The night's own cases: a call that only text ties, a party that only looks like one, and records that come again."""

from __future__ import annotations

from redshank.synthetic import grammar
from redshank.synthetic.book import Book, Entry
from redshank.synthetic.cast import Words, about_child, full_name, vehicle_text
from redshank.synthetic.groups import filler
from redshank.synthetic.members import FIRST_GROUP_CAR, Draw, Group
from redshank.synthetic.population import Vehicle, typo, vehicle

_DAY = 86400
_CALL = grammar.lines(
    """Caller saw a {girl} the others called {x} get into {veh} by {school}, driver a grown man. || taxi_or_vehicle, older_associate
    ~Inf says {x} from {hers} daughter's year was in {veh} with an older man. || taxi_or_vehicle, older_associate"""
)
_CRIME = grammar.lines(
    """Theft from {shop}. {a} seen to leave in {veh}.
    ~{veh} used to carry off goods, driver {a}."""
)
_PARTY = grammar.lines(
    """Noise complaint, birthday party for {s}. {c}, {k1} and {k2} among about twenty guests, all school age, parents in the kitchen.
    ~Loud music at {s}'s party, {c} and friends {k1} and {k2} in the garden, mum apologised. No older people present. || older_associate:negated"""
)
_UPDATE = grammar.lines(
    """Update {date}: enquiries completed.
    ~Update: reviewed by supervisor, to be filed.
    Further to the above, statement now obtained.
    ~Amended {date}, typing error in the location."""
)
_REPEATED = ("shop_theft", "welfare", "damage", "intel_property")


def special_call(group: Group, first: Book, night: Book, end: int) -> None:
    """A child's name stands only in a call, misspelt, in a car that is known from a crime in another district."""
    rng, p = night.rng, night.force.population
    cars = [c for c in group.objects.get("vehicle", []) if isinstance(c, Vehicle)]
    car = cars[0] if cars else vehicle(FIRST_GROUP_CAR + group.number * 4)
    suspect = next(m for m in group.suspects if m.known)
    child = group.children[0]
    home = int(p.places.town_district[group.towns[0]])
    away = rng.choice([t for t in range(len(p.places.towns)) if p.places.town_district[t] != home])
    crime = first.open("crimes", end - rng.randint(8, 20) * _DAY, away, "46", "Theft from shop")
    crime.group, crime.tied = group.number, (suspect.person,)
    slots = Words(p, away, rng)
    slots["veh"], slots["a"] = vehicle_text(car, rng), full_name(p, suspect.person, rng)
    crime.say(rng.choice(_CRIME), slots, rng)
    crime.person(suspect.person, "suspect")
    first.car(crime, "used", car)
    call = night.open("incidents", end + rng.randrange(6, 22) * 3600, group.towns[0], "PS9", "PS9")
    call.group, call.tied = group.number, tuple(sorted((suspect.person, child.person)))
    group.ties.append((call.at, call.tied))
    slots = Words(p, group.towns[0], rng)
    about_child(slots, p, child.person, call.at, rng)
    slots["veh"] = vehicle_text(car, rng)
    slots["x"] = (
        f"{p.given(child.person)} {typo(p.family(child.person), rng, p.drawn_names(child.person)[1])}"
    )
    call.say(rng.choice(_CALL), slots, rng)
    call.person(int(p.ages["adult"][rng.randrange(len(p.ages["adult"]))]), "reporter")


def sibling_party(group: Group, night: Book, draw: Draw, end: int) -> list[int]:
    """A brother's or sister's party at a planted child's address; gives the guests and the sibling (a decoy)."""
    rng, p = night.rng, night.force.population
    child = group.children[0].person
    home = list(p.people_of(int(p.household[child])))
    sibling = min(
        (i for i in home[2:] if i != child), key=lambda i: (abs(int(p.born[i]) - int(p.born[child])), i)
    )
    guests = [draw.one("child"), draw.one("child")]
    entry = night.open("incidents", end + 20 * 3600 + rng.randrange(3600), int(p.town[child]), "AS2", "AS2")
    entry.street = int(p.street[child])
    slots = Words(p, entry.town, rng)
    about_child(slots, p, child, entry.at, rng)
    slots["s"], slots["c"] = full_name(p, sibling, rng), p.given(child)
    slots["k1"], slots["k2"] = (full_name(p, g, rng) for g in guests)
    entry.say(rng.choice(_PARTY), slots, rng)
    entry.person(sibling, "subject", address=p.address(sibling))
    entry.person(child, "other", address=p.address(child))
    for guest in guests:
        entry.person(guest, "other")
    return sorted([sibling, *guests])


def again(first: Book, night: Book, count: int, end: int) -> dict[int, int]:
    """Records that come again with more text: ``count`` ordinary ones, and about half as many planted.

    Gives the night's record number to the first delivery's.
    """
    rng = night.rng
    recent = [
        e
        for e in first.entries
        if e.at > end - 60 * _DAY and e.table not in ("county_lines", "missing_episodes")
    ]
    chosen = rng.sample(recent, min(len(recent), max(1, count // 2)))
    chosen += [_ordinary(first, end - rng.randint(2, 30) * _DAY - rng.randrange(_DAY)) for _ in range(count)]
    out: dict[int, int] = {}
    for old in chosen:
        new = night.open(old.table, old.at, old.town, old.code, old.title, old.place)
        new.street, new.missing, new.group, new.tied = old.street, old.missing, old.group, old.tied
        new.sentences, new.signals = list(old.sentences), list(old.signals)
        new.people, new.cells = list(old.people), dict(old.cells)
        new.say(rng.choice(_UPDATE), Words(night.force.population, old.town, rng), rng)
        for rid, table, role, car in list(first.cars):
            if rid == old.rid:
                night.cars.append((new.rid, table, role, car))
        for rid, table, role, number in list(first.numbers):
            if rid == old.rid:
                night.numbers.append((new.rid, table, role, number))
        out[new.rid] = old.rid
    return out


def _ordinary(book: Book, at: int) -> Entry:
    """One ordinary record, written by hand so that it can come again."""
    rng, p = book.rng, book.force.population
    kinds = {k["name"]: k for k in grammar.load("grammar_ordinary.toml")["kind"]}
    kind = kinds[rng.choice(_REPEATED)]
    entry = book.open(kind["table"], at, rng.randrange(len(p.places.towns)), kind["code"], kind["offence"])
    slots = Words(p, entry.town, rng)
    slots["place"] = slots["shop"]
    for i, spec in enumerate(kind["people"][:2]):
        role, _, age = spec.split(":")
        who = int(p.ages[age][rng.randrange(len(p.ages[age]))])
        slots[f"p{i + 1}"] = full_name(p, who, rng)
        entry.person(who, role)
    slots.setdefault("p2", full_name(p, int(p.ages["adult"][rng.randrange(len(p.ages["adult"]))]), rng))
    entry.say(rng.choice(grammar.lines(kind["texts"])), slots, rng)
    entry.say(rng.choice(filler()), slots, rng)
    return entry
