"""How people come to stand in records: one row for each naming, written as hurried people write.

Reads columns of numbers (who, in which record, in which part), gives the `people` extract. Slips are drawn for each
row by itself: other spellings, nicknames, swapped day and month, 1 January for an unknown birthday, gaps, and several
local ids for one person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.synthetic.population import Population, phone_number

RECORD_TABLES = (
    "crimes", "incidents", "missing_episodes", "vulnerability_entries", "intelligence", "custody",
    "partner_referrals", "county_lines",
)  # fmt: skip
ROLES = (
    "suspect", "victim", "witness", "detained", "missing", "subject", "associate", "reporter", "line_member",
    "parent", "carer", "professional", "other",
)  # fmt: skip
_PREFIX = ("ATH", "CAD", "CMP", "VV", "INT", "CUS", "PRT", "CL")
# Share of rows with the part filled in: (birth date, address, phone), by role's closeness to the record.
_KNOWN = {
    "suspect": 0.8,
    "detained": 0.97,
    "victim": 0.9,
    "missing": 0.97,
    "subject": 0.75,
    "associate": 0.45,
}


@dataclass
class Rows:
    """Namings to be written. All lists run in parallel; ``extra`` overrides cells of single rows by position."""

    record: list[np.ndarray] = field(default_factory=list)
    table: list[np.ndarray] = field(default_factory=list)
    person: list[np.ndarray] = field(default_factory=list)
    role: list[np.ndarray] = field(default_factory=list)
    count: int = 0
    extra: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, record: np.ndarray, table: int, person: np.ndarray, role: int) -> None:
        n = len(record)
        self.record.append(record.astype(np.int64))
        self.table.append(np.full(n, table, np.int64))
        self.person.append(person.astype(np.int64))
        self.role.append(np.full(n, role, np.int64))
        self.count += n

    def one(self, record: int, table: int, person: int, role: int, extra: dict[str, str]) -> None:
        for column, value in extra.items():
            self.extra.setdefault(column, {})[self.count] = value
        self.add(np.array([record]), table, np.array([person]), role)


def strings(values: pa.Array, keep: np.ndarray) -> pa.Array:
    """Empty where not kept."""
    return pc.if_else(pa.array(keep), values, "")


def number_strings(values: np.ndarray) -> pa.Array:
    return pc.cast(pa.array(values), pa.string())


def people_table(
    rows: Rows, population: Population, day: np.ndarray, rng: np.random.Generator
) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """The `people` extract with ``record`` number instead of a reference, the persons, and the record numbers.

    ``day`` is the day of each record by record number; a birth date never stands after it.
    """
    record, person = np.concatenate(rows.record), np.concatenate(rows.person)
    table, role = np.concatenate(rows.table), np.concatenate(rows.role)
    n = len(record)
    p = population
    chance = rng.random((8, n))
    known = np.array([_KNOWN.get(r, 0.5) for r in ROLES])[role]
    forenames = p.forenames.written(p.forename[person], chance[0] < 0.07, rng)
    surnames = p.surnames.written(p.surname[person], chance[1] < 0.05, rng)
    sex = pc.if_else(pa.array(p.female[person]), "F", "M")
    line_member = pa.array(table == RECORD_TABLES.index("county_lines"))
    columns = {
        "record_type": pa.array(RECORD_TABLES).take(pa.array(table)),
        "record_ref": number_strings(record),
        "role": pa.array(ROLES).take(pa.array(role)),
        "local_person_id": _local_ids(person, table, rng),
        "forenames": strings(forenames, chance[0] < 0.985),
        "surname": pc.if_else(pa.array(chance[1] > 0.93), pc.utf8_upper(surnames), surnames),
        "also_known_as": pa.array([""]).take(pa.array(np.zeros(n, np.int64))),
        "sex": strings(sex, chance[2] < 0.95),
        "date_of_birth": _births(p.born[person], day[record], known, rng),
        "ethnicity_self_defined": strings(p.codes[0].take(pa.array(p.coded[person])), chance[3] < 0.3),
        "ethnicity_officer_defined": strings(p.codes[1].take(pa.array(p.coded[person])), chance[3] > 0.5),
        "nationality": strings(p.codes[2].take(pa.array(p.coded[person])), chance[4] < 0.2),
        "address": strings(_addresses(p, person), chance[5] < known),
        "postcode": strings(
            p.places.postcode_column.take(pa.array(p.street[person])), chance[5] < known - 0.05
        ),
        "phone": strings(_phones(person, rng), chance[6] < 0.4),
        "online_handle": pa.array([""]).take(pa.array(np.zeros(n, np.int64))),
        "disability": strings(
            pa.array(["learning difficulty"]).take(pa.array(np.zeros(n, np.int64))), chance[7] < 0.01
        ),
        "care_status": pa.array([""]).take(pa.array(np.zeros(n, np.int64))),
        "relationship": pa.array([""]).take(pa.array(np.zeros(n, np.int64))),
    }
    columns["address"] = pc.if_else(line_member, "", columns["address"])
    for name, cells in rows.extra.items():
        positions = np.fromiter(sorted(cells), np.int64)
        mask = np.zeros(n, bool)
        mask[positions] = True
        values = pa.array([cells[i] for i in positions.tolist()], pa.string())
        columns[name] = pc.replace_with_mask(columns[name], pa.array(mask), values)
    return pa.table(columns), person, record


def _local_ids(person: np.ndarray, table: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Each system's own id; about one naming in five starts a second or third id for the same person."""
    which = rng.choice([0, 1, 2], len(person), p=[0.8, 0.14, 0.06])
    mixed = (person * 3 + which) * 7_368_787 % 15_485_863  # a permutation: ids give away no order
    return pc.binary_join_element_wise(pa.array(_PREFIX).take(pa.array(table)), number_strings(mixed), "")


def _births(born: np.ndarray, day: np.ndarray, known: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Birth dates as written: missing, day and month swapped, or 1 January where only the year is known."""
    n = len(born)
    dates = born.astype("datetime64[D]")
    years = dates.astype("datetime64[Y]")
    months = dates.astype("datetime64[M]")
    month = (months - years.astype("datetime64[M]")).astype(np.int64)
    date = (dates - months.astype("datetime64[D]")).astype(np.int64)
    chance = rng.random(n)
    swapped = (years.astype("datetime64[M]") + date % 12).astype("datetime64[D]") + month
    out = np.where((chance < 0.03) & (date < 12), swapped, dates)
    out = np.where((chance > 0.03) & (chance < 0.05), years.astype("datetime64[D]"), out)
    out = np.where(out.astype(np.int64) > day, dates, out)
    return strings(pc.cast(pa.array(out.astype("datetime64[D]")), pa.string()), rng.random(n) < known)


def _addresses(p: Population, person: np.ndarray) -> pa.Array:
    street = p.places.street_column.take(pa.array(p.street[person]))
    town = p.places.town_column.take(pa.array(p.town[person]))
    left = pc.binary_join_element_wise(number_strings(p.house[person]), street, " ")
    return pc.binary_join_element_wise(left, town, ", ")


def _phones(person: np.ndarray, rng: np.random.Generator) -> pa.Array:
    numbers = 7_400_000_000 + (1000 + person) * 15_485_863 % 99_999_989
    text = number_strings(numbers)
    style = rng.random(len(person))
    plain = pc.binary_join_element_wise("0", text, "")
    spaced = pc.binary_join_element_wise(
        "0", pc.utf8_slice_codeunits(text, 0, 4), " ", pc.utf8_slice_codeunits(text, 4), ""
    )
    abroad = pc.binary_join_element_wise("+44", text, "")
    return pc.if_else(pa.array(style < 0.7), plain, pc.if_else(pa.array(style < 0.88), spaced, abroad))


def style_phone(number: str, draw: float) -> str:
    """One number in one of the ways in which it is written."""
    if draw < 0.6:
        return number
    if draw < 0.85:
        return f"{number[:5]} {number[5:]}"
    return f"+44{number[1:]}"


__all__ = [
    "RECORD_TABLES",
    "ROLES",
    "Rows",
    "number_strings",
    "people_table",
    "phone_number",
    "strings",
    "style_phone",
]
