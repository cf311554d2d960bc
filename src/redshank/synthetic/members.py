"""Who is in a planted group, and the shared things that tie it. Nobody is chosen by tradition."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from redshank.synthetic.cast import Member, describe
from redshank.synthetic.population import Population, phone_number, vehicle

KINDS = (
    "phone", "premises", "vehicle", "peer", "online", "across_districts", "facilitators_only", "no_crime_recorded",
    "unidentified_suspects",
)  # fmt: skip
STRENGTHS = ("strong", "moderate", "weak")
EVENTS = {"strong": (22, 38), "moderate": (12, 18), "weak": (6, 9)}
_SUSPECTS = {"strong": (4, 8), "moderate": (3, 6), "weak": (3, 4)}
_CHILDREN = {"strong": (3, 6), "moderate": (2, 5), "weak": (2, 3)}
FIRST_GROUP_CAR = 7_000_000


@dataclass
class Group:
    """One planted group and the shared things that tie it."""

    number: int
    kind: str
    strength: str
    suspects: list[Member]
    children: list[Member]
    towns: list[int]
    objects: dict[str, list[object]]
    first: int
    last: int
    criminal: bool
    uses: dict[int, int] = field(default_factory=dict)
    ties: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    criminal_children: set[int] = field(default_factory=set)

    @property
    def name(self) -> str:
        return f"G{self.number:04d}"

    def members(self) -> list[Member]:
        return self.suspects + self.children


class Draw:
    """Hands out people who are in no other group or decoy."""

    def __init__(self, p: Population, rng: Random) -> None:
        self.p, self.rng = p, rng
        self.used: set[int] = set()

    def one(self, age: str, district: int = -1, keep: bool = True, men: float = 0.0) -> int:
        """A person of an age group, near if possible. ``men``: share of draws in which only a man will do."""
        pool = self.p.ages[age]
        only_men = self.rng.random() < men
        for attempt in range(400):
            person = int(pool[self.rng.randrange(len(pool))])
            near = (
                district < 0 or attempt > 200 or self.p.places.town_district[self.p.town[person]] == district
            )
            if near and person not in self.used and not (only_men and self.p.drawn_female[person]):
                break
        if keep:
            self.used.add(person)
        return person


def make_group(
    number: int, kind: str, strength: str, draw: Draw, first: int, last: int, unnamed: int
) -> Group:
    """Choose the people and the shared things. ``unnamed``: number for the next described person, going down."""
    rng, p = draw.rng, draw.p
    places = p.places
    towns = [rng.randrange(len(places.towns))]
    if kind == "across_districts":
        others = [
            t for t in range(len(places.towns)) if places.town_district[t] != places.town_district[towns[0]]
        ]
        towns += rng.sample(others, 2)
    district = places.town_district[towns[0]] if rng.random() < 0.7 and kind != "across_districts" else -1
    children = [
        Member(draw.one("child" if i else "sibling_child", district), True)
        for i in range(rng.randint(*_CHILDREN[strength]))
    ]
    suspects = []
    for i in range(rng.randint(*_SUSPECTS[strength])):
        part = rng.choice(["introducer", "transport", "premises", "payment"]) if kind == "facilitators_only" else (
            "direct" if rng.random() < 0.75 else rng.choice(["introducer", "transport", "premises"])
        )  # fmt: skip
        hidden = i % 3 != 2 if kind == "unidentified_suspects" else rng.random() < 0.05
        if hidden:
            suspects.append(Member(unnamed - i, False, describe(number * 8 + i, rng), part))
        else:
            age = "teen" if kind == "peer" and i % 3 == 0 else "adult"
            suspects.append(Member(draw.one(age, district, men=0.8), False, "", part, age == "teen"))
    wanted = {"strong": 4, "moderate": 2, "weak": 1}[strength]
    main = {"phone": "phone", "premises": "premises", "vehicle": "vehicle", "online": "handle", "across_districts": "vehicle",
            "facilitators_only": "premises"}.get(kind)  # fmt: skip
    order = rng.sample(["phone", "vehicle", "premises", "handle"], 4)
    order = ([main] if main else []) + [o for o in order if o != main]
    objects: dict[str, list[object]] = {}
    for name in order[:wanted]:
        count = 2 if strength == "strong" and name != "handle" else 1
        for i in range(count):
            thing: object
            if name == "phone":
                drama = number * 2 + i
                thing = phone_number(drama if drama < 1000 else 50_000_000 + drama)
            elif name == "vehicle":
                thing = vehicle(FIRST_GROUP_CAR + number * 4 + i)
            elif name == "premises":
                kind_of = rng.choice(
                    ["hotel", "hotel", "takeaway", "taxi operator", "shop", "licensed premises"]
                )
                options = [
                    k for k in places.by_kind[kind_of] if places.premises[k].town == towns[i % len(towns)]
                ]
                thing = options[-1 - rng.randrange(2)]
            else:
                thing = (
                    rng.choice(["ghost", "prince", "mr", "big", "lil", "king"])
                    + f"_{rng.choice(['dex', 'zed', 'kay', 'bee', 'tee'])}{number}{i}"
                )
            objects.setdefault(name, []).append(thing)
    return Group(number, kind, strength, suspects, children, towns, objects, first, last, rng.random() < 0.2)
