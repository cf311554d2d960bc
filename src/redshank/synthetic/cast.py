"""How planted people are spoken of in a text, and the words around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from redshank.synthetic.appear import style_phone
from redshank.synthetic.population import Population, Vehicle, typo, vehicle
from redshank.synthetic.slotwords import words

_LOCAL = {"hotel": "hotel", "takeaway": "takeaway", "licensed": "licensed premises", "shop": "shop", "prem": "hotel",
          "school": "school", "home": "home", "place2": "shop"}  # fmt: skip

_SOMEBODY = {"girl": "girl", "c": "a child", "cf": "the child", "she": "she", "her": "her", "hers": "her",
             "herself": "herself", "age": "14", "f": "another child"}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One planted person. ``described`` is set for those whom no record names: then ``person`` is negative.
    ``young``: under 18 and named as a suspect, so a child first."""

    person: int
    child: bool
    described: str = ""
    part: str = "direct"
    young: bool = False

    @property
    def known(self) -> bool:
        return not self.described


class Words(dict[str, str]):
    """Slot words for one text, drawn when asked for and then kept through the text."""

    def __init__(self, p: Population, town: int, rng: Random) -> None:
        super().__init__()
        self.p, self.town, self.rng = p, town, rng
        self.short: dict[str, tuple[str, ...]] = {}
        self.told: set[str] = set()

    def __getitem__(self, name: str) -> str:
        """A person's full words at first, then mostly one of the short ones, as people write."""
        if name in self.short:
            if name in self.told and self.rng.random() < 0.75:
                return self.rng.choice(self.short[name])
            self.told.add(name)
        return super().__getitem__(name)

    def __missing__(self, name: str) -> str:
        self[name] = made = self._make(name)
        return made

    def _make(self, name: str) -> str:
        rng, places = self.rng, self.p.places
        if name in _LOCAL:
            options = [i for i in places.by_kind[_LOCAL[name]] if places.premises[i].town == self.town]
            return places.premises[rng.choice(options)].name
        if name in ("town2", "town3"):
            return rng.choice(places.far_towns + [t for i, t in enumerate(places.towns) if i != self.town])
        if name == "town":
            return places.towns[self.town]
        if name == "street":
            return places.street_names[self.town * 240 + rng.randrange(240)]
        if name == "time":
            return f"{rng.randrange(10, 24)}:{rng.randrange(10, 60)}"
        if name == "date":
            return f"{rng.randrange(1, 29):02d}/{rng.randrange(1, 13):02d}"
        if name == "veh":
            return vehicle_text(vehicle(rng.randrange(self.p.size)), rng)
        if name == "ph":
            return style_phone(self.p.phone(rng.randrange(self.p.size)), rng.random())
        if name in ("a", "a2"):
            return rng.choice(words("stranger" if name == "a" else "stranger2"))
        if name in ("him", "he"):
            return name
        if name == "she2":
            return rng.choice(["she", "he"])
        if name in _SOMEBODY:  # nobody in particular
            return _SOMEBODY[name]
        if name == "oldyear":
            return rng.choice(["2015", "2016", "2017", "2018", "2019", "2020"])
        return rng.choice(words(name))


def vehicle_text(car: Vehicle, rng: Random) -> str:
    """A car as a text has it; the mark is always there."""
    mark = car.vrm if rng.random() < 0.6 else car.vrm.replace(" ", "")
    return rng.choice(
        [
            f"a {car.colour} {car.make} {car.model} {mark}",
            f"{car.make} {car.model} {mark}",
            f"vehicle {mark}",
            f"{car.colour} {car.make} index {mark}",
        ]
    )


def birth(p: Population, person: int, rng: Random) -> str:
    day = date(1970, 1, 1) + timedelta(days=int(p.born[person]))
    return day.strftime(rng.choice(["%d/%m/%Y", "%d.%m.%y", "%d/%m/%y"]))


def full_name(p: Population, person: int, rng: Random) -> str:
    """A name that can be found again, perhaps with a slip."""
    fore, sur = p.given(person), p.family(person)
    drawn = p.drawn_names(person)
    if rng.random() < 0.08:
        fore = typo(fore, rng, drawn[0])
    if rng.random() < 0.06:
        sur = typo(sur, rng, drawn[1])
    return f"{sur.upper()} {fore}" if rng.random() < 0.5 else f"{fore} {sur}"


def identified(p: Population, person: int, rng: Random) -> str:
    """A person who stands only in the text: name with a birth date, an address, a number or a nickname."""
    name = full_name(p, person, rng)
    kind = rng.randrange(5)
    if kind == 0:
        return f"{name} (dob {birth(p, person, rng)})"
    if kind == 1:
        return f"{name} of {p.address(person)}"
    if kind == 2:
        return f"{name} ({style_phone(p.phone(person), rng.random())})"
    if kind == 3:
        return f"{name} aka '{p.nickname(person)}'"
    return name


def about_child(slots: Words, p: Population, person: int, at: int, rng: Random) -> None:
    """Give the slots that speak of a child, apart from ``c`` itself."""
    female = bool(p.female[person])
    slots["cf"] = p.given(person) if rng.random() < 0.8 else p.nickname(person)
    slots["age"] = str(int((at // 86400 - int(p.born[person])) / 365.25))
    pairs = {"she": "he", "her": "him", "hers": "his", "herself": "himself", "girl": "lad"}
    for f, m in pairs.items():
        slots[f] = ("her" if f == "hers" else f) if female else m


def describe(number: int, rng: Random) -> str:
    """A person whom nobody could name: always in the same words' sense, by a byname and a mark."""
    age = rng.choice(["20s", "30s", "40s"])
    byname = words("street_alias")[number % len(words("street_alias"))]
    return f"unknown male, {age}, {rng.choice(words('jacket'))}, known as '{byname}'"
