"""Where the fictional force lies: towns, streets, postcodes, premises. Every point is in open sea (see places.toml)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from redshank.synthetic.grammar import load

KINDS = ("hotel", "taxi operator", "takeaway", "licensed premises", "shop", "park", "station", "other")
_WORDS = {"taxi operator": "taxi", "licensed premises": "licensed"}
_PER_TOWN = {
    "hotel": 6, "taxi operator": 3, "takeaway": 7, "licensed premises": 7, "shop": 12, "park": 3, "station": 1,
    "other": 4, "school": 3, "home": 2,
}  # fmt: skip
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
STREETS_PER_TOWN = 240


@dataclass(frozen=True)
class Premises:
    """One place with a name. ``kind`` is as in the extracts, or ``school`` or ``home`` (written as other, residential)."""

    name: str
    kind: str
    town: int
    address: str
    postcode: str
    latitude: float
    longitude: float


class Places:
    """The force's geography, drawn once from a seed. Streets are numbered over all towns."""

    def __init__(self, rng: np.random.Generator) -> None:
        data = load("places.toml")
        words = data["words"]
        self.force: str = data["force"]
        self.far_towns: list[str] = words["far_towns"]
        self.towns: list[str] = []
        self.town_district: list[int] = []
        self.districts: list[str] = []
        boxes: list[tuple[float, float]] = []
        for number, district in enumerate(data["district"]):
            self.districts.append(district["name"])
            for town in district["towns"]:
                self.towns.append(town)
                self.town_district.append(number)
                boxes.append((district["lat"], district["lon"]))
        names = [f"{a} {b}" for a in words["street_first"] for b in words["street_last"]]
        n_towns = len(self.towns)
        self.n_streets = n_towns * STREETS_PER_TOWN
        town = np.repeat(np.arange(n_towns), STREETS_PER_TOWN)
        picks = np.concatenate([rng.permutation(len(names))[:STREETS_PER_TOWN] for _ in range(n_towns)])
        self.street_town = town
        self.street_names = [names[i] for i in picks]
        unit = np.tile(np.arange(STREETS_PER_TOWN), n_towns)
        self.street_postcodes = [
            f"{data['postcode_area']}{t + 1} {1 + u % 9}{_LETTERS[(u * 7) % 20]}{_LETTERS[(u // 9) % 20]}"
            for t, u in zip(town.tolist(), unit.tolist(), strict=True)
        ]
        high, wide = data["box"][1], data["box"][0]
        base = np.array(boxes)[town]
        self.street_lat = np.round(base[:, 0] + rng.random(self.n_streets) * high, 5)
        self.street_lon = np.round(base[:, 1] + rng.random(self.n_streets) * wide, 5)
        self.street_column = pa.array(self.street_names)
        self.postcode_column = pa.array(self.street_postcodes)
        self.town_column = pa.array(self.towns)
        self.district_of_town = np.array(self.town_district)
        self.district_column = pa.array(self.districts)
        self.premises = self._premises(words, rng)
        self.by_kind: dict[str, list[int]] = {}
        for i, p in enumerate(self.premises):
            self.by_kind.setdefault(p.kind, []).append(i)

    def _premises(self, words: dict[str, list[str]], rng: np.random.Generator) -> list[Premises]:
        out: list[Premises] = []
        for kind, count in _PER_TOWN.items():
            tails = words[_WORDS.get(kind, kind)]
            firsts = words["name_first"]
            pairs = [f"{a} {b}" for a in firsts for b in tails]
            order = rng.permutation(len(pairs)).tolist()
            for town in range(len(self.towns)):
                for _ in range(count):
                    name = pairs[order.pop()] if order else f"{self.towns[town]} {tails[0]}"
                    if kind in ("station", "other", "school"):
                        name = f"{self.towns[town]} {tails[len(out) % len(tails)]}"
                    street = town * STREETS_PER_TOWN + int(rng.integers(0, STREETS_PER_TOWN))
                    out.append(
                        Premises(
                            name, kind, town,
                            f"{int(rng.integers(1, 140))} {self.street_names[street]}, {self.towns[town]}",
                            self.street_postcodes[street],
                            float(self.street_lat[street]), float(self.street_lon[street]),
                        )
                    )  # fmt: skip
        return out

    def table(self) -> pa.Table:
        """The `premises` extract. Children's homes are residential and schools other, as registers have them."""
        kinds = {"school": "other", "home": "residential"}
        p = self.premises
        return pa.table(
            {
                "premises_ref": [f"PR{i:05d}" for i in range(len(p))],
                "name": [x.name for x in p],
                "kind": [kinds.get(x.kind, x.kind) for x in p],
                "address": [x.address for x in p],
                "postcode": [x.postcode for x in p],
                "latitude": [f"{x.latitude:.5f}" for x in p],
                "longitude": [f"{x.longitude:.5f}" for x in p],
            }
        )
