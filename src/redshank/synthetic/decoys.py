"""Innocent constellations that look like groups: families, teams, staff, hubs, shared numbers (see grammar_decoys.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from redshank.synthetic import grammar
from redshank.synthetic.book import Book, Entry
from redshank.synthetic.cast import Words, about_child, full_name, vehicle_text
from redshank.synthetic.groups import filler
from redshank.synthetic.members import Draw
from redshank.synthetic.population import Population, phone_number, vehicle

_DAY = 86400
_FIRST_CAR = 7_100_000
_OFFENCE = ("46", "Theft from shop")


@dataclass(frozen=True)
class Line:
    """One record of a decoy: its table, who is named in which part, which shared things, and its text."""

    table: str
    people: tuple[tuple[str, str], ...]
    things: tuple[str, ...]
    template: grammar.Template


@cache
def specs() -> dict[str, dict[str, Any]]:
    """Kind to its cast, span, rounds and lines."""
    raw = grammar.load("grammar_decoys.toml")
    return {
        kind: spec | {"lines": tuple(_line(x) for x in spec["lines"].strip().splitlines())}
        for kind, spec in raw.items()
    }


def _line(text: str) -> Line:
    held, text = ("~", text[1:]) if text.startswith("~") else ("", text)
    table, people, template = (x.strip() for x in text.split("|", 2))
    things = tuple(re.findall(r"@(\w+)", people))
    pairs = [x.strip().split("=") for x in re.sub(r"@\w+", "", people).split(",")]
    return Line(table, tuple((a, b) for a, b in pairs), things, grammar.parse(held + template))


def _cast(spec: dict[str, Any], draw: Draw, p: Population, town: int) -> dict[str, int]:
    """People for the parts: a family from one household, the others from anywhere near."""
    district = p.places.town_district[town]
    out: dict[str, int] = {}
    if spec.get("family"):
        child = draw.one("family_child")
        out["k1"] = child
        home = list(p.people_of(int(p.household[child])))
        out |= dict(zip([c for c in spec["cast"] if c[0] == "p"], home, strict=False))
    for name in spec["cast"]:
        if name not in out:
            out[name] = draw.one("child" if name[0] == "k" else "adult", district, keep=not spec.get("fresh"))
    if not spec.get("fresh"):
        draw.used.update(out.values())
    return out


def plant_decoy(book: Book, number: int, kind: str, draw: Draw, start: int, days: int) -> list[int]:
    """Write one decoy's records between ``start`` and ``days`` later; gives its people."""
    spec, rng, p = specs()[kind], book.rng, book.force.population
    town = rng.randrange(len(p.places.towns))
    cast = _cast(spec, draw, p, town)
    if spec.get("family"):
        town = int(p.town[cast["k1"]])
    kinds = ["station", "other"] if kind == "hub" else ["shop", "takeaway", "park"]
    options = [i for k in kinds for i in p.places.by_kind[k] if p.places.premises[i].town == town]
    shared: dict[str, Any] = {
        "car": vehicle(_FIRST_CAR + number), "phone": phone_number(60_000_000 + number), "place": rng.choice(options),
        "street": town * 240 + rng.randrange(240), "base": start + rng.randrange(max(1, days - spec["span"] - 3)) * _DAY,
    }  # fmt: skip
    if spec.get("home"):
        homes = [i for i in p.places.by_kind["home"] if p.places.premises[i].town == town]
        shared["place"] = rng.choice(homes)
    if spec.get("family"):
        shared["street"] = int(p.street[cast["k1"]])
    people: list[int] = []
    for _ in range(spec["rounds"]):
        for line in spec["lines"]:
            if spec.get("fresh"):
                cast = _cast(spec, draw, p, rng.randrange(len(p.places.towns)))
            at = shared["base"] + int(rng.random() * spec["span"] * _DAY)
            write_line(book, line, cast, shared, at, town)
            people += [cast[who] for _, who in line.people]
    return sorted(set(people))


def write_line(
    book: Book, line: Line, cast: dict[str, int], shared: dict[str, Any], at: int, town: int
) -> Entry:
    rng, p = book.rng, book.force.population
    entry = book.open(line.table, at, town)
    if line.table == "crimes" or line.table == "custody":
        entry.code, entry.title = _OFFENCE
    elif line.table == "partner_referrals":
        entry.title, entry.code = "Children's services", "Family support"
    else:
        entry.code = entry.title = "PS1"
    slots = Words(p, town, rng)
    first_child = next((w for w in cast if w[0] == "k" and f"{w}" in line.template.slots), "k1")
    if first_child in cast:
        about_child(slots, p, cast[first_child], at, rng)
    slots.update({who: full_name(p, person, rng) for who, person in sorted(cast.items())})
    slots["place"] = p.places.premises[shared["place"]].name
    _shared_things(book, entry, line, shared, slots, rng)
    for role, who in line.people:
        entry.person(cast[who], role)
        if role == "missing":
            entry.missing = cast[who]
    entry.say(line.template, slots, rng)
    for _ in range(rng.randrange(2)):
        entry.say(rng.choice(filler()), Words(p, town, rng), rng)
    return entry


def _shared_things(
    book: Book, entry: Entry, line: Line, shared: dict[str, Any], slots: Words, rng: Random
) -> None:
    if "car" in line.things:
        slots["veh"] = vehicle_text(shared["car"], rng)
        book.car(entry, rng.choice(["seen", "used", "involved"]), shared["car"])
    if "phone" in line.things:
        slots["ph"] = shared["phone"]
        book.number(entry, "contact", shared["phone"])
    if "place" in line.things:
        entry.place = shared["place"]
    if "home" in line.things:
        entry.street = shared["street"]
