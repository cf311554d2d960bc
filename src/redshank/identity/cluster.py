"""From accepted pairs to people: components, and a cut where a component cannot be one person.

Within a component accepted pairs are taken from the strongest to the weakest (ties by id), and each joins
its two sides unless the union would break a rule:

- people judged "not the same" are never joined; people judged "the same" are joined first;
- nobody's birth years lie further apart than two years (data/model.toml), unless the pair at hand is itself
  evidence of a typing error (day and month swapped, one digit, digits of the year swapped);
- two birth dates that several rows bear out on either side are two people's: a slip is hardly made twice, but
  for day and month, which systems swap;
- a row without a forename joins no two people whose forenames disagree (twins, father and son).

Only pairs with evidence beyond names, sex and age take part (``beyond`` in the model data); what is left with less
is for :mod:`redshank.identity.attach`.

The result depends on the pairs alone, not on the order in which rows or nights came.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.identity.model import model_data
from redshank.identity.names import forenames_agree


@dataclass
class Edges:
    """Accepted pairs between places: score, and what the cut needs to know of each."""

    left: np.ndarray
    right: np.ndarray
    score: np.ndarray
    typing: np.ndarray  # the birth dates differ as typing errors do
    unnamed: np.ndarray  # a forename is missing

    @classmethod
    def of(cls, left: np.ndarray, right: np.ndarray, score: np.ndarray, why: list[str] | pa.Array) -> Edges:
        texts = why if isinstance(why, pa.Array | pa.ChunkedArray) else pa.array(why, pa.string())
        typing = pc.match_substring_regex(texts, r"birth=(day-month|digit|year-differs)\b")
        named = pc.match_substring(texts, "forename=")
        return cls(left, right, score, np.asarray(typing, dtype=bool), ~np.asarray(named, dtype=bool))


@dataclass
class People:
    """What the cut reads of each place: birth year (0 unknown) and forename (empty unknown)."""

    year: np.ndarray
    first: list[str | None]
    date: np.ndarray  # birth date as a number yyyymmdd, day and month in order of size; 0 unknown


def beyond_names(why: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Which reasons hold something besides names, sex and a like age."""
    wanted = "|".join(model_data()["clusters"]["beyond"])
    return pc.match_substring_regex(why, rf"(^|\|)({wanted})(\||$)")


def components(n: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Smallest place of the connected component of each of n places."""
    label = np.arange(n)
    while len(left):
        low = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, label[left], low)
        np.minimum.at(label, label[right], low)
        np.minimum.at(label, left, low)
        np.minimum.at(label, right, low)
        while not np.array_equal(label, label[label]):
            label = label[label]
        if np.array_equal(before, label):
            break
    return label


def cut(
    people: People, edges: Edges, same: list[tuple[int, int]], apart: list[tuple[int, int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Raw component and person (both as smallest place) of each place."""
    n = len(people.year)
    forced_l = np.array([a for a, _ in same], dtype=np.int64)
    forced_r = np.array([b for _, b in same], dtype=np.int64)
    raw = components(n, np.concatenate([edges.left, forced_l]), np.concatenate([edges.right, forced_r]))
    person = raw.copy()
    suspicious = _suspicious(people, edges, raw, apart, same)
    if not len(suspicious):
        return raw, person
    mask = np.isin(raw[edges.left], suspicious)
    order = np.lexsort((edges.right[mask], edges.left[mask], -edges.score[mask]))
    sides = _Sides(people, apart)
    for a, b in sorted(same):
        if raw[a] in set(suspicious.tolist()):
            sides.join(a, b)
    rows = zip(
        edges.left[mask][order].tolist(),
        edges.right[mask][order].tolist(),
        edges.typing[mask][order].tolist(),
        edges.unnamed[mask][order].tolist(),
        strict=True,
    )
    for a, b, typing, unnamed in rows:
        sides.offer(a, b, typing, unnamed)
    places = np.flatnonzero(np.isin(raw, suspicious))
    person[places] = [sides.find(p) for p in places.tolist()]
    return raw, person


def _suspicious(
    people: People, edges: Edges, raw: np.ndarray, apart: list[tuple[int, int]], same: list[tuple[int, int]]
) -> np.ndarray:
    """Components in which a rule could be broken; in all others the component is the person."""
    n = len(raw)
    years = int(model_data()["clusters"]["years_apart"])
    low, high = np.full(n, 9999), np.zeros(n, dtype=np.int64)
    known = people.year > 0
    np.minimum.at(low, raw[known], people.year[known])
    np.maximum.at(high, raw[known], people.year[known])
    found = set(np.flatnonzero(high - low > years).tolist())
    found |= set(np.unique(raw[edges.left[edges.unnamed]]).tolist())
    dated = people.date > 0
    seen, rows = np.unique(raw[dated] * 10**8 + people.date[dated], return_counts=True)
    borne, dates = np.unique(seen[rows > 1] // 10**8, return_counts=True)
    found |= set(borne[dates > 1].tolist())
    found |= {int(raw[a]) for a, b in apart if raw[a] == raw[b]}
    return np.array(sorted(found), dtype=np.int64)


@dataclass
class _Sides:
    """Union of places that refuses what the rules refuse."""

    people: People
    apart: list[tuple[int, int]]
    up: dict[int, int] = field(default_factory=dict)
    known: dict[int, Any] = field(default_factory=dict)
    enemies: dict[int, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for a, b in self.apart:
            self.enemies.setdefault(a, set()).add(b)
            self.enemies.setdefault(b, set()).add(a)
        self.years_apart = int(model_data()["clusters"]["years_apart"])

    def find(self, place: int) -> int:
        top = place
        while self.up.get(top, top) != top:
            top = self.up[top]
        while self.up.get(place, place) != top:
            self.up[place], place = top, self.up.get(place, place)
        return top

    def _facts(self, top: int) -> tuple[int, int, set[str], set[int], dict[int, int]]:
        """Lowest and highest birth year (0: none), forenames, members, and rows of each birth date, of a side."""
        if top not in self.known:
            year, first = int(self.people.year[top]), self.people.first[top]
            date = int(self.people.date[top])
            self.known[top] = (year, year, {first} if first else set(), {top}, {date: 1} if date else {})
        return self.known[top]

    def join(self, a: int, b: int) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        if a == b:
            return
        low_a, high_a, names_a, in_a, dates_a = self._facts(a)
        low_b, high_b, names_b, in_b, dates_b = self._facts(b)
        lows = [y for y in (low_a, low_b) if y]
        self.up[b] = a
        dates = dict(dates_a)
        for date, rows in dates_b.items():
            dates[date] = dates.get(date, 0) + rows
        self.known[a] = (min(lows, default=0), max(high_a, high_b), names_a | names_b, in_a | in_b, dates)

    def offer(self, a: int, b: int, typing: bool, unnamed: bool) -> None:
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        low_a, high_a, names_a, in_a, dates_a = self._facts(a)
        low_b, high_b, names_b, in_b, dates_b = self._facts(b)
        if low_a and low_b and not typing:
            span = max(high_a, high_b) - min(low_a, low_b)
            if span > max(self.years_apart, high_a - low_a, high_b - low_b):
                return
        if not dates_a.keys() & dates_b.keys() and max(dates_a.values(), default=0) > 1 < max(
            dates_b.values(), default=0
        ):
            return
        if (
            unnamed
            and names_a
            and names_b
            and not any(forenames_agree(x, y) for x in names_a for y in names_b)
        ):
            return
        small, large = (in_a, in_b) if len(in_a) <= len(in_b) else (in_b, in_a)
        if any(self.enemies.get(place, set()) & large for place in small):
            return
        self.join(a, b)
