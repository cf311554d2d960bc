"""Ordinary life: most of a force's records, made column by column.

Gives for each table the generic columns of :mod:`redshank.synthetic.records`, the namings, the vehicles and phones
named, and what the texts state. Hotels, taxis, money and phones occur here as they do in life.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.synthetic import grammar
from redshank.synthetic.appear import RECORD_TABLES, ROLES, number_strings
from redshank.synthetic.population import Population, phone_number, vehicle
from redshank.synthetic.records import Force
from redshank.synthetic.slotwords import words

_LOCAL = {"hotel": "hotel", "takeaway": "takeaway", "licensed": "licensed premises", "shop": "shop", "prem": "hotel",
          "school": "school", "home": "home", "place2": "shop"}  # fmt: skip
# Stray indicators about children whom nobody exploits: how often each status.
_STRAY = {"affirmed": 0.35, "negated": 0.28, "hypothetical": 0.22, "reported_speech": 0.08, "historic": 0.07}


class Columns(dict[str, Any]):
    """Slot columns, drawn when a template asks for them. Some are given (who the record is about)."""

    def __init__(self, n: int, town: np.ndarray, population: Population, rng: np.random.Generator) -> None:
        super().__init__()
        self.n, self.town, self.p, self.rng = n, town, population, rng

    def choose(self, values: list[str] | tuple[str, ...]) -> pa.Array:
        return pa.array(values).take(pa.array(self.rng.integers(0, len(values), self.n)))

    def subset(self, rows: np.ndarray) -> Columns:
        part = Columns(len(rows), self.town[rows], self.p, self.rng)
        for name, column in self.items():
            part[name] = column.take(pa.array(rows))
        return part

    def __missing__(self, name: str) -> pa.Array:
        made = self._make(name)
        self[name] = made
        return made

    def _make(self, name: str) -> pa.Array:
        rng, n = self.rng, self.n
        if name in _LOCAL:
            return place_column(self.p, _LOCAL[name], self.town, rng)[0]
        if name in ("town2", "town3"):
            return self.choose(self.p.places.far_towns + self.p.places.towns)
        if name == "town":
            return self.p.places.town_column.take(pa.array(self.town))
        if name == "street":
            return self.p.places.street_column.take(pa.array(self.town * 240 + rng.integers(0, 240, n)))
        if name == "time":
            minutes = number_strings(rng.integers(10, 60, n))
            hours = number_strings(rng.integers(10, 24, n))
            return pc.binary_join_element_wise(hours, minutes, ":")
        if name == "date":
            day, month = number_strings(rng.integers(1, 29, n)), number_strings(rng.integers(1, 13, n))
            return pc.binary_join_element_wise(pc.utf8_lpad(day, 2, "0"), pc.utf8_lpad(month, 2, "0"), "/")
        if name == "veh":
            return vehicles_text([vehicle(int(i)) for i in rng.integers(0, self.p.size, n)])
        if name == "ph":
            return pa.array(
                [phone_number(1000 + int(i)) for i in rng.integers(0, self.p.size, n)], pa.string()
            )
        if name in ("a", "a2", "f"):
            who = rng.choice(self.p.ages["child" if name == "f" else "adult"], n)
            named = display(self.p, who, rng)
            return named if name == "f" else pc.if_else(
                pa.array(rng.random(n) < 0.5), named, self.choose(words("stranger" if name == "a" else "stranger2"))
            )  # fmt: skip
        if name in ("him", "he"):
            return self.choose([name])
        if name == "she2":
            return self.choose(["she", "he"])
        if name == "oldyear":
            return self.choose(["2015", "2016", "2017", "2018", "2019", "2020"])
        return self.choose(words(name))


def vehicles_text(cars: list[Any]) -> pa.Array:
    forms = [f"a {v.colour} {v.make} {v.model} {v.vrm}" if i % 3 else f"{v.make} {v.model}, {v.vrm.replace(' ', '')}"
             for i, v in enumerate(cars)]  # fmt: skip
    return pa.array(forms, pa.string())


def display(p: Population, who: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Names as they stand in a text: Forename Surname, or SURNAME Forename."""
    fore = p.forenames.written(p.forename[who], rng.random(len(who)) < 0.04, rng)
    sur = p.surnames.written(p.surname[who], rng.random(len(who)) < 0.04, rng)
    plain = pc.binary_join_element_wise(fore, sur, " ")
    police = pc.binary_join_element_wise(pc.utf8_upper(sur), fore, " ")
    return pc.if_else(pa.array(rng.random(len(who)) < 0.5), plain, police)


def place_column(
    p: Population, kind: str, town: np.ndarray, rng: np.random.Generator
) -> tuple[pa.Array, np.ndarray]:
    """A named place of a kind in each row's town, and its number."""
    options = np.array(p.places.by_kind[kind])
    per_town = len(options) // len(p.places.towns)
    pick = options[town * per_town + (rng.random(len(town)) ** 1.7 * per_town).astype(np.int64)]
    return pa.array([x.name for x in p.places.premises]).take(pa.array(pick)), pick


def about(slots: Columns, who: np.ndarray, at: np.ndarray, rng: np.random.Generator) -> None:
    """Give the slots that speak of a child."""
    p = slots.p
    female = pa.array(p.female[who])
    years = ((at // 86400 - p.born[who]) / 365.25).astype(np.int64)
    slots["age"] = number_strings(years)
    slots["cf"] = p.forenames.column.take(pa.array(p.forename[who]))
    plain = display(p, who, rng)
    slots["c"] = pc.if_else(pa.array(rng.random(slots.n) < 0.6), slots["cf"], plain)
    pronouns = {"she": "he", "her": "him", "hers": "his", "herself": "himself", "girl": "lad"}
    for f, m in pronouns.items():
        slots[f] = pc.if_else(female, "her" if f == "hers" else f, m)


def texts(templates: tuple[grammar.Template, ...], slots: Columns) -> tuple[pa.Array, np.ndarray]:
    """One text a row, and which template each came from."""
    which = slots.rng.integers(0, len(templates), slots.n)
    parts, order = [], []
    for number, template in enumerate(templates):
        rows = np.flatnonzero(which == number)
        if len(rows):
            parts.append(grammar.fill_many(template, len(rows), slots.subset(rows), slots.rng))
            order.append(rows)
    back = np.argsort(np.concatenate(order), kind="stable") if order else np.zeros(0, np.int64)
    return (pa.concat_arrays(parts).take(pa.array(back)) if parts else pa.array([], pa.string())), which


def write_ordinary(force: Force, count: int, start: int, days: int, rng: np.random.Generator) -> None:
    """Add about ``count`` ordinary records to the force, spread over ``days`` from ``start`` (seconds)."""
    data = grammar.load("grammar_ordinary.toml")
    filler = grammar.lines(data["filler"])
    total = sum(kind["weight"] for kind in data["kind"])
    for kind in data["kind"]:
        n = max(1, round(count * kind["weight"] / total))
        rid = _write_kind(force, kind, filler, n, start, days, rng)
        for spec in data["bystanders"]:
            role, share, age = spec.split(":")
            rows = np.flatnonzero(rng.random(n) < float(share))
            pool = force.population.ages[age]
            force.rows.add(
                rid[rows], RECORD_TABLES.index(kind["table"]), rng.choice(pool, len(rows)), ROLES.index(role)
            )


def _times(n: int, start: int, days: int, rng: np.random.Generator) -> np.ndarray:
    hour = (rng.normal(16.5, 5, n) % 24 * 3600).astype(np.int64)
    return start + rng.integers(0, days, n) * 86400 + np.minimum(hour, 86399)


def _write_kind(
    force: Force, kind: dict[str, Any], filler: tuple[grammar.Template, ...], n: int, start: int, days: int,
    rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    p = force.population
    table = kind["table"]
    at = _times(n, start, days, rng)
    specs = [spec.split(":") for spec in kind["people"]]
    who = [p.ages[age][(rng.random(n) ** 1.25 * len(p.ages[age])).astype(np.int64)] for _, _, age in specs]
    town = rng.integers(0, len(p.places.towns), n)
    if kind["place"] == "home" and who:
        town = p.town[who[0]]
        street = p.street[who[0]]
    else:
        street = town * 240 + rng.integers(0, 240, n)
    slots = Columns(n, town, p, rng)
    place_number = np.full(n, -1)
    if kind["place"] not in ("", "home"):
        slots["place"], place_number = place_column(p, kind["place"], town, rng)
    for i, person in enumerate(who[:2]):
        slots[f"p{i + 1}"] = display(p, person, rng)
    if len(who) < 2:
        slots["p2"] = display(p, rng.choice(p.ages["adult"], n), rng)
    child = next((i for i, s in enumerate(specs) if s[2] == "child"), 0)
    if who:
        about(slots, who[child], at, rng)
    else:
        about(slots, rng.choice(p.ages["adult"], n), at, rng)
    slots["street"] = p.places.street_column.take(pa.array(street))
    rid = force.new_records(n)
    number = RECORD_TABLES.index(table)
    has_vehicle = rng.random(n) < kind.get("vehicles", 0)
    if has_vehicle.any():
        keeper = who[0] if who else rng.choice(p.ages["adult"], n)
        cars = [vehicle(int(i)) for i in keeper]
        slots["veh"] = vehicles_text(cars)
        rows = np.flatnonzero(has_vehicle & (rng.random(n) < 0.75))
        force.add_vehicles(rid[rows], number, "involved", [cars[i] for i in rows.tolist()])
    has_phone = np.flatnonzero(rng.random(n) < kind.get("phones", 0.08))
    if len(has_phone) and who:
        numbers = [p.phone(int(i)) for i in who[0][has_phone]]
        force.add_phones(rid[has_phone], number, "contact", numbers)
    text, _ = texts(grammar.lines(kind["texts"]), slots)
    if kind.get("strays"):
        text = _strays(force, text, slots, rid, number, rng)
    if kind.get("blame"):
        text = _blame(force, text, slots, rid, number, float(kind["blame"]), rng)
    for _ in range(2):
        more, _ = texts(filler, slots)
        text = pc.if_else(pa.array(rng.random(n) < 0.55), pc.binary_join_element_wise(text, more, " "), text)
    for signal in kind.get("signals", ()):
        name, _, status = signal.partition(":")
        force.add_signals(rid, number, name, status, False, "text")
    for (role, share, _), person in zip(specs, who, strict=True):
        rows = np.flatnonzero(rng.random(n) < float(share))
        force.rows.add(rid[rows], number, person[rows], ROLES.index(role))
    missing = who[0] if table == "missing_episodes" else np.full(n, -1)
    force.add_records(table, rid, at, kind["code"], kind["offence"], street, place_number, text, missing)
    return rid


def _strays(
    force: Force, text: pa.Array, slots: Columns, rid: np.ndarray, table: int, rng: np.random.Generator
) -> pa.Array:
    """Sentences with indicators, of every status, about children whom nobody exploits."""
    flat = [t for by in grammar.signals().values() for ts in by.values() for t in ts]
    weight = np.array([_STRAY[t.also[0][1]] for t in flat])
    of_status = {s: sum(1 for t in flat if t.also[0][1] == s) for s in _STRAY}
    weight = weight / np.array([of_status[t.also[0][1]] for t in flat])
    which = rng.choice(len(flat), slots.n, p=weight / weight.sum())
    parts, order = [], []
    for number in np.unique(which).tolist():
        rows = np.flatnonzero(which == number)
        template = flat[number]
        parts.append(grammar.fill_many(template, len(rows), slots.subset(rows), rng))
        order.append(rows)
        for name, status in template.also:
            force.add_signals(rid[rows], table, name, status, template.withheld, "text")
    back = np.argsort(np.concatenate(order), kind="stable")
    return pc.binary_join_element_wise(text, pa.concat_arrays(parts).take(pa.array(back)), " ")


def _blame(
    force: Force,
    text: pa.Array,
    slots: Columns,
    rid: np.ndarray,
    table: int,
    share: float,
    rng: np.random.Generator,
) -> pa.Array:
    """Here and there a phrase that blames the child, in the author's words or a quotation."""
    plain = {"missing_episode", "repeat_missing"}
    flat = [t for ts in grammar.language().values() for t in ts if {name for name, _ in t.also} <= plain]
    which = np.where(rng.random(slots.n) < share, rng.integers(0, len(flat), slots.n), -1)
    parts: list[pa.Array] = []
    order: list[np.ndarray] = []
    for number in [x for x in np.unique(which).tolist() if x >= 0]:
        rows = np.flatnonzero(which == number)
        parts.append(grammar.fill_many(flat[number], len(rows), slots.subset(rows), rng))
        order.append(rows)
        for name, status in flat[number].also:
            force.add_signals(rid[rows], table, name, status, flat[number].withheld, "text")
    if not parts:
        return text
    rows = np.concatenate(order)
    mask = np.zeros(slots.n, bool)
    mask[rows] = True
    said = pa.concat_arrays(parts).take(pa.array(np.argsort(rows, kind="stable")))
    longer = pc.binary_join_element_wise(text.filter(pa.array(mask)), said, " ")
    return pc.replace_with_mask(text, pa.array(mask), longer)
