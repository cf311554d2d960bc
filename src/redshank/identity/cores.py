"""Cores as whole-number facts: what the rows of one core say together, and which facts two cores share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.identity.features import Profiles, distinct
from redshank.identity.model import model_data

SHIFT = 2**31  # two codes in one whole number
FACTS = ("phone", "handle", "addr", "postcode", "local")


@dataclass
class Rows:
    """What is read of each appearance besides its profile, in order of appearance_id."""

    record: np.ndarray  # code of its record
    place: np.ndarray  # code of the postcode of the record's place among those of profiles, -1 unknown
    year_only: np.ndarray  # year of a birth date that is known to the year only, 0 none
    seen: np.ndarray  # year in which the row is known, 0 unknown
    grown: np.ndarray  # the part is one that grown-ups have

    @classmethod
    def of(cls, appearances: pa.Table, who: Profiles, records: pa.Table | None = None) -> Rows:
        """``records`` (record_key, postcode) tells where the records happened; it may be left out."""
        rule = model_data()["attach"]
        names = ["appearance_id", "record_key", "role", "known_at", "date_of_birth", "dob_placeholder"]
        rows = appearances.select(names)
        rows = rows.take(pc.sort_indices(rows, [("appearance_id", "ascending")]))
        keys = rows["record_key"].combine_chunks().dictionary_encode()
        place = np.full(len(keys), -1, dtype=np.int64)
        if records is not None:
            at = pc.index_in(keys.dictionary, value_set=records["record_key"].combine_chunks())
            known = pc.index_in(
                records["postcode"].combine_chunks().take(at), value_set=who.coded["postcode"][1]
            )
            place = np.asarray(pc.fill_null(known, -1)).astype(np.int64)[np.asarray(keys.indices)]
        year = np.asarray(pc.fill_null(pc.year(rows["date_of_birth"]), 0)).astype(np.int64)
        filled_in = np.asarray(pc.fill_null(rows["dob_placeholder"], False))
        return cls(
            np.asarray(keys.indices).astype(np.int64),
            place,
            np.where(filled_in & (year >= int(rule["year_least"])), year, 0),
            np.asarray(pc.fill_null(pc.year(rows["known_at"]), 0)).astype(np.int64),
            np.asarray(pc.fill_null(pc.is_in(rows["role"], value_set=pa.array(rule["grown_roles"])), False)),
        )


@dataclass
class Cores:
    """Cores as whole-number facts. ``of`` gives each place's core; everything else has one entry per core."""

    of: np.ndarray
    first_place: np.ndarray
    size: np.ndarray
    level: np.ndarray  # 2 with a birth date, 1 with a telephone, online name or address, 0 with names only
    rank: np.ndarray  # larger: says more; a total order
    low: np.ndarray  # birth years, also where only the year is known; 0 none
    high: np.ndarray
    woman: np.ndarray
    man: np.ndarray
    grown: np.ndarray  # first year in which it has a grown-up's part, 9999 none
    facts: dict[str, np.ndarray]  # core * SHIFT + code, ascending
    system: np.ndarray
    names: tuple[np.ndarray, np.ndarray]  # core, distinct name of a profile


def cores_of(
    who: Profiles, told: Rows, label: np.ndarray, company: np.ndarray, names: np.ndarray, system: np.ndarray
) -> Cores:
    """Facts of each core. ``label`` is the smallest place of each place's core; ``company`` names the cores of the
    first phase, by which people met in other records are told apart; ``names`` and ``system`` are codes of each profile
    (:func:`name_codes`, :func:`systems`)."""
    first_place, of = np.unique(label, return_inverse=True)
    n, prof = len(first_place), who.of
    year, _, _, known = who.birth_days
    years = np.where(known[prof], year[prof], told.year_only)
    low, high = np.full(n, 9999), np.zeros(n, dtype=np.int64)
    np.minimum.at(low, of[years > 0], years[years > 0])
    np.maximum.at(high, of, years)
    low = np.where(high > 0, low, 0)
    facts = {}
    for name in FACTS:
        code = who.coded[name][0][prof]
        facts[name] = distinct(of[code >= 0] * SHIFT + code[code >= 0])
    system = system[prof]
    facts["record"] = distinct(of * SHIFT + told.record)
    here = told.place >= 0
    facts["place"] = distinct(np.concatenate([facts["postcode"], of[here] * SHIFT + told.place[here]]))
    facts["company"] = _company(of, told.record, company)
    level = np.zeros(n, dtype=np.int64)
    for name in ("phone", "handle", "addr"):
        level[facts[name] // SHIFT] = 1
    level[of[known[prof]]] = 2
    size = np.bincount(of, minlength=n)
    rank = np.empty(n, dtype=np.int64)
    rank[np.lexsort((-first_place, size, level))] = np.arange(n)
    sex, values = who.coded["sex"]
    women = [k for k, v in enumerate(values.to_pylist()) if v == "F"]
    sex = sex[prof]
    grown = np.full(n, 9999)
    mask = told.grown & (told.seen > 0)
    np.minimum.at(grown, of[mask], told.seen[mask])
    pair = distinct(of * SHIFT + names[prof])
    is_woman = np.isin(sex, women)
    return Cores(
        of, first_place, size, level, rank, low, high,
        np.bincount(of[is_woman], minlength=n) > 0, np.bincount(of[(sex >= 0) & ~is_woman], minlength=n) > 0,
        grown, facts, distinct(of[system >= 0] * SHIFT + system[system >= 0]), (pair // SHIFT, pair % SHIFT),
    )  # fmt: skip


def systems(who: Profiles) -> np.ndarray:
    """One whole number for the system of each profile's local id, -1 without one."""
    code, local = who.coded["local"]
    first = pc.list_element(pc.split_pattern(local, "|", max_splits=1), 0).dictionary_encode()
    return np.concatenate([np.asarray(first.indices).astype(np.int64), [-1]])[code]


def name_codes(who: Profiles) -> np.ndarray:
    """One whole number for forename, surname and other names of each profile."""
    out = np.zeros(len(who.rep), dtype=np.int64)
    for column in ("first", "sur", "akas"):
        code, values = who.coded[column]
        out = out * (len(values) + 1) + code + 1
    return np.unique(out, return_inverse=True)[1]


def _company(of: np.ndarray, record: np.ndarray, company: np.ndarray) -> np.ndarray:
    """core * SHIFT + other: people met in the records of each core, without those met in too many records."""
    rule = model_data()["attach"]
    met = distinct(record * SHIFT + company)
    rec, person = met // SHIFT, met % SHIFT
    in_record = np.bincount(rec)
    busy = np.bincount(person)
    keep = (busy[person] > 1) & (busy[person] <= int(rule["widest"])) & (in_record[rec] <= int(rule["crowd"]))
    rec, person = rec[keep], person[keep]
    mine = distinct(record * SHIFT + of)
    core, at = mine % SHIFT, mine // SHIFT
    left, right = joined(at, rec)
    return distinct(core[left] * SHIFT + person[right])


def joined(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of equal values in two lists of codes (whole numbers from 0, none much larger than there are rows);
    ``right`` is ascending."""
    count = np.bincount(right, minlength=int(left.max(initial=-1)) + 1)
    start, many = (np.cumsum(count) - count)[left], count[left]
    one = np.repeat(np.arange(len(left)), many)
    two = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + np.repeat(start, many)
    return one, two


def inside(values: np.ndarray, these: np.ndarray) -> np.ndarray:
    """Which values are in an ascending list."""
    if not len(these):
        return np.zeros(len(values), dtype=bool)
    at = np.minimum(np.searchsorted(these, values), len(these) - 1)
    return these[at] == values


def shared(fact: np.ndarray, w: np.ndarray, c: np.ndarray) -> np.ndarray:
    """How many values of a fact both cores of each pair hold."""
    one, two = joined(w, fact // SHIFT)
    hit = inside(c[one] * SHIFT + fact[two] % SHIFT, fact)
    return np.bincount(one[hit], minlength=len(w))
