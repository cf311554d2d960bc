"""The people of the fictional force: households, names of many traditions, and how each is written by different hands.

A person is a number. Everything about them is a column here, so that a million appearances are a handful of takes.
Tradition is drawn first and by itself; parts in groups and decoys are drawn later, by number, blind to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np
import pyarrow as pa

from redshank.synthetic.grammar import load
from redshank.synthetic.places import Places

_VRM_LETTERS = "ABCDEFGHJKLMNOPRSTUVWXYZ"
_SECOND = "GHJKLMNPRSTUVWYBCDEF"  # X as first letter: marks that are issued to nobody on the road
_YEARS = tuple(f"{y}" for y in (*range(12, 25), *range(62, 75)))
_MARKS = 24**3 * 20 * 26
CARS = (
    ("Ford", "Fiesta"), ("Ford", "Focus"), ("Ford", "Transit"), ("Vauxhall", "Corsa"), ("Vauxhall", "Astra"),
    ("Volkswagen", "Golf"), ("Volkswagen", "Polo"), ("BMW", "3 Series"), ("Audi", "A3"), ("Toyota", "Prius"),
    ("Toyota", "Yaris"), ("Skoda", "Octavia"), ("Nissan", "Qashqai"), ("Mercedes", "C Class"), ("Kia", "Ceed"),
)  # fmt: skip
COLOURS = ("silver", "black", "white", "grey", "blue", "red", "green", "dark blue")


# What a counterfactual force can have changed for everybody, and nothing else (`Population`).
SWAPS = ("ethnicity", "nationality", "tradition", "sex")


@dataclass(frozen=True)
class Vehicle:
    vrm: str
    make: str
    model: str
    colour: str


def vehicle(number: int) -> Vehicle:
    """The car with this number (below 7,188,480): the same number is the same car, another is another."""
    mixed = (number * 4_812_377 + 12_345) % _MARKS  # the factor shares none with the modulus: a permutation
    letters = "".join(_VRM_LETTERS[mixed // 24**i % 24] for i in range(3))
    mark = f"X{_SECOND[mixed // 13_824 % 20]}{_YEARS[mixed // 276_480]} {letters}"
    make, model = CARS[mixed % 15]
    return Vehicle(mark, make, model, COLOURS[mixed // 15 % 8])


def phone_number(number: int) -> str:
    """A mobile number. The thousand numbers that Ofcom keeps for drama come first, then plain synthetic ones."""
    if number < 1000:
        return f"07700900{number:03d}"
    return f"0{7_400_000_000 + number * 15_485_863 % 99_999_989}"


def typo(word: str, rng: Random, drawn: str = "") -> str:
    """One slip of the finger. ``drawn``: the word for which chance is asked, where a counterfactual has another: what
    is drawn after it is then the same."""
    asked = len(drawn or word)
    at, slip = (rng.randrange(1, asked - 1), rng.randrange(3)) if asked >= 4 else (1, 0)
    if len(word) < 4:
        return word + word[-1:]
    at = min(at, len(word) - 2)
    if slip == 0:
        return word[:at] + word[at + 1 :]
    if slip == 1:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


class Spellings:
    """Unique names, and for each the other ways in which it comes."""

    def __init__(self, names: list[str], other: list[dict[str, str]], rng: Random) -> None:
        self.names = names
        flat: list[str] = []
        starts, counts = [], []
        for name in names:
            ways = [w for d in other for w in d.get(name, "").split()] or []
            ways += [typo(name, rng), name.upper()]
            starts.append(len(flat))
            counts.append(len(ways))
            flat.extend(ways)
        self.column, self.flat = pa.array(names), pa.array(flat)
        self.starts, self.counts = np.array(starts), np.array(counts)

    def written(self, index: np.ndarray, wrong: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Column of names; where ``wrong``, one of the other ways."""
        way = self.starts[index] + (rng.random(len(index)) * self.counts[index]).astype(np.int64)
        both = pa.concat_arrays([self.column, self.flat])
        return both.take(pa.array(np.where(wrong, len(self.names) + way, index)))


def _another(codes: list[list[str]], column: int) -> None:
    """Gives each code of a column another one of it, around in the order in which they come."""
    kinds = list(dict.fromkeys(c[column] for c in codes))
    following = dict(zip(kinds, [*kinds[1:], kinds[0]], strict=True))
    for c in codes:
        c[column] = following[c[column]]


class Population:
    """``n`` people or a few more, in households. Days are numbers of days since 1970-01-01.

    ``swap`` makes the counterfactual force: one of :data:`SWAPS` is changed for everybody, and the sources of chance
    stand afterwards as they would without it. *ethnicity* and *nationality*: everybody has another code, from tradition to
    tradition around. *sex*: every man is written as a woman and the other way, with forename and pronouns; who is drawn for a part is
    still chosen as before (``drawn_female``). *tradition*: households take their names from one another's, so that the force has
    the same mix of names and other people bear them (some of a common tradition get the same one again); codes stay.
    """

    def __init__(
        self, n: int, places: Places, today: int, rng: np.random.Generator, py: Random, swap: str = ""
    ) -> None:
        if swap and swap not in SWAPS:
            raise ValueError(f"swap {swap!r}: it is one of {', '.join(SWAPS)}")
        data = load("names.toml")
        self.nicknames: dict[str, str] = data["nicknames"]
        self.street_names: list[str] = data["street_names"]["words"].split()
        traditions = list(data["tradition"].values())
        self.today = today
        self.tradition_names = list(data["tradition"])
        weights = np.array([t["weight"] for t in traditions], float)
        sizes = rng.choice([1, 2, 3, 4, 5], n // 3 + 8, p=[0.2, 0.22, 0.23, 0.23, 0.12])
        sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), n)) + 1]
        homes = len(sizes)
        self.household = np.repeat(np.arange(homes), sizes)
        self.size = len(self.household)
        first = np.cumsum(sizes) - sizes
        position = np.arange(self.size) - first[self.household]
        self.position, self.household_first, self.household_size = position, first, sizes
        self.tradition = rng.choice(len(traditions), homes, p=weights / weights.sum())[self.household]
        self.female = rng.random(self.size) < 0.5
        couple = position == 1
        self.female[couple] = ~self.female[np.flatnonzero(couple) - 1]
        self.drawn_female = self.female
        if swap == "sex":
            self.female = ~self.drawn_female
        coded = self.tradition
        if swap == "tradition":
            # By a source of chance of its own, and a turn of the order: no household keeps its own.
            order = np.random.default_rng(homes).permutation(homes)
            taken = np.empty(homes, np.int64)
            taken[order] = self.tradition[first][np.roll(order, 1)]
            self.tradition = taken[self.household]
        self.coded = coded
        # Age in days: the first is an adult, the second near to them, others their children.
        age = (rng.integers(21, 80, self.size) * 365.25).astype(np.int64) + rng.integers(0, 365, self.size)
        lead = first[self.household]
        family = np.repeat(sizes >= 3, sizes)
        age = np.where(family & (position == 0), rng.integers(31 * 365, 50 * 365, self.size), age)
        age = np.where(couple, np.maximum(age[lead] + rng.integers(-1500, 1500, self.size), 7700), age)
        young = rng.integers(4 * 365, 24 * 365, self.size)
        age = np.where(position >= 2, np.minimum(young, age[lead] - 18 * 365), age)
        twins = np.flatnonzero((position == 3) & (rng.random(self.size) < 0.05))
        age[twins] = age[twins - 1]
        self.born = today - age
        self._names(traditions, rng, py)
        same = np.flatnonzero(
            (position == 2) & ~self.drawn_female & ~self.drawn_female[lead] & (rng.random(self.size) < 0.04)
        )
        for names in {
            id(a): a for a in (self.forename, self.surname, self.drawn_forename, self.drawn_surname)
        }.values():
            names[same] = names[lead[same]]
        self.street = rng.integers(0, places.n_streets, homes)[self.household]
        self.house = rng.integers(1, 160, homes)[self.household]
        self.town = places.street_town[self.street]
        codes = [list(t["codes"]) for t in traditions]
        for column in {"ethnicity": (0, 1), "nationality": (2,)}.get(swap, ()):
            _another(codes, column)
        self.codes = [pa.array([c[i] for c in codes]) for i in range(3)]
        self.places = places

    def _names(self, traditions: list[dict[str, str]], rng: np.random.Generator, py: Random) -> None:
        data = load("names.toml")
        fore: dict[str, int] = {}
        sur: dict[str, int] = {}
        pools: list[tuple[list[int], list[int], list[int], list[int]]] = []
        for t in traditions:
            male = [s.split("/")[0] for s in t["s"].split()]
            female = [s.split("/")[-1] for s in t["s"].split()]
            pools.append(
                (
                    [fore.setdefault(x, len(fore)) for x in t["m"].split()],
                    [fore.setdefault(x, len(fore)) for x in t["f"].split()],
                    [sur.setdefault(x, len(sur)) for x in male],
                    [sur.setdefault(x, len(sur)) for x in female],
                )
            )
        self.forenames = Spellings(list(fore), [data["variants"], data["nicknames"]], py)
        self.surnames = Spellings(list(sur), [data["variants"]], py)
        shared = rng.random(self.household[-1] + 1)[self.household]
        own = rng.random(self.size)
        draw = np.where(rng.random(self.size) < 0.88, shared, own)  # most of a household share a surname
        pick = rng.random(self.size)

        def named(tradition: np.ndarray, female: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            forename, surname = np.zeros(self.size, np.int64), np.zeros(self.size, np.int64)
            for number, (m, f, sm, sf) in enumerate(pools):
                mine = tradition == number
                for women, fores, surs in ((False, m, sm), (True, f, sf)):
                    these = np.flatnonzero(mine & (female == women))
                    forename[these] = np.array(fores)[(pick[these] * len(fores)).astype(np.int64)]
                    surname[these] = np.array(surs)[(draw[these] ** 1.3 * len(surs)).astype(np.int64)]
            return forename, surname

        self.forename, self.surname = named(self.tradition, self.female)
        # As they would be with nothing changed: what is drawn for a name must not hang on which it is.
        self.drawn_forename, self.drawn_surname = named(self.coded, self.drawn_female)

    @cached_property
    def ages(self) -> dict[str, np.ndarray]:
        """Numbers of people by age group, as at the last day; a child's age leaves room so that they were children all along."""
        years = (self.today - self.born) / 365.25
        bounds = {
            "adult": (20, 65),
            "elder": (65, 100),
            "young": (18, 26),
            "child": (12.5, 17),
            "any": (10, 100),
            "infant": (4, 12.5),
            "teen": (16.8, 17.7),
        }
        groups = {k: np.flatnonzero((years >= a) & (years < b)) for k, (a, b) in bounds.items()}
        child = groups["child"]
        two_parents = (self.position[child] >= 2) & (self.household_size[self.household[child]] >= 3)
        siblings = (self.position[child] >= 2) & (self.household_size[self.household[child]] >= 4)
        return groups | {"family_child": child[two_parents], "sibling_child": child[siblings]}

    def given(self, i: int) -> str:
        return self.forenames.names[self.forename[i]]

    def family(self, i: int) -> str:
        return self.surnames.names[self.surname[i]]

    def drawn_names(self, i: int) -> tuple[str, str]:
        """Forename and surname of the same person where nothing was changed."""
        return self.forenames.names[self.drawn_forename[i]], self.surnames.names[self.drawn_surname[i]]

    def phone(self, i: int) -> str:
        return phone_number(1000 + i)

    def address(self, i: int) -> str:
        return (
            f"{self.house[i]} {self.places.street_names[self.street[i]]}, {self.places.towns[self.town[i]]}"
        )

    def handle(self, i: int) -> str:
        return f"{self.given(i).lower().replace(' ', '')}_{self.family(i)[:3].lower()}{i % 97}"

    def nickname(self, i: int) -> str:
        ways = self.nicknames.get(self.given(i), "").split()
        return ways[i % len(ways)] if ways else self.street_names[i % len(self.street_names)]

    def people_of(self, home: int) -> range:
        return range(self.household_first[home], self.household_first[home] + self.household_size[home])
