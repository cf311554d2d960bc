"""Appearances as profiles: what linking compares, once for all rows that say the same.

Appearances with equal names, birth date, telephone, online name, address, sex and local id are one **profile**
(its id is its smallest appearance_id). Linking works on profiles, so a person recorded two hundred times in
the same words costs one comparison, and a cap on block size counts different descriptions of people, not
how often the same one was typed.

Ethnicity, nationality and disability are not read here or anywhere else in this stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from redshank.identity.names import listed, root, second_root, sound

READ = (
    "appearance_id", "fore_std", "first_std", "sur_std", "aka_std", "date_of_birth", "dob_placeholder",
    "phone", "online_handle", "address_std", "postcode", "sex", "local_key",
)  # fmt: skip
TERMS = ("first", "sur", "dob", "phone", "handle", "addr")  # columns whose values are weighed by rarity


def distinct(values: np.ndarray) -> np.ndarray:
    """Sorted distinct whole numbers (a sort is several times faster here than numpy's hashing)."""
    ordered = np.sort(values)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def within(values: np.ndarray, these: np.ndarray) -> np.ndarray:
    """Which of the whole numbers are among ``these``."""
    mask = pc.is_in(pa.array(values, pa.int64()), value_set=pa.array(these, pa.int64()))
    return mask.to_numpy(zero_copy_only=False)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Empty text is null."""
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def comparable(appearances: pa.Table) -> pa.Table:
    """The compared columns of appearances, under the names that the model uses; empty is null."""
    known = pc.invert(pc.fill_null(appearances["dob_placeholder"], False))
    dob = pc.if_else(known, appearances["date_of_birth"], pa.scalar(None, pa.date32()))
    local = _text(appearances["local_key"])
    address, postcode = _text(appearances["address_std"]), _text(appearances["postcode"])
    sex = appearances["sex"]
    return pa.table(
        {
            "id": appearances["appearance_id"],
            "fore": _text(appearances["fore_std"]),
            "first": _text(appearances["first_std"]),
            "sur": _text(appearances["sur_std"]),
            "akas": _text(appearances["aka_std"]),
            "day": dob.cast(pa.int32()),
            "phone": _text(appearances["phone"]),
            "handle": _text(appearances["online_handle"]),
            "addr": pc.binary_join_element_wise(address, pc.fill_null(postcode, ""), "|"),
            "postcode": postcode,
            "sex": pc.if_else(pc.is_in(sex, pa.array(["F", "M"])), sex, pa.scalar(None, pa.string())),
            "local": local,
        }
    )


def codes(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Whole-number code of each value (-1 for null), and the values by code."""
    if column.type == pa.int32():
        values = column.combine_chunks()
        numbers = pc.fill_null(values, -(2**31)).to_numpy(zero_copy_only=False)
        out, uniques = pd.factorize(numbers)
        null = numbers == -(2**31)
        return np.where(null, -1, out), pa.array(uniques)
    encoded = column.combine_chunks().dictionary_encode()
    return pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(
        np.int64
    ), encoded.dictionary


@dataclass
class Profiles:
    """Profiles in order of their id. ``table`` has one row each (columns of :func:`comparable`);
    ``of`` gives for each appearance, in order of appearance_id (``ids``), the place of its profile."""

    table: pa.Table
    ids: np.ndarray
    of: np.ndarray

    @cached_property
    def rep(self) -> np.ndarray:
        """appearance_id that stands for each profile, ascending."""
        return self.table["id"].to_numpy()

    @cached_property
    def coded(self) -> dict[str, tuple[np.ndarray, pa.Array]]:
        return {name: codes(self.table[name]) for name in self.table.column_names if name != "id"}

    @cached_property
    def birth_days(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Birth year, month, day of each profile, and which are known."""
        days = pc.fill_null(self.table["day"], -(10**6)).to_numpy().astype("int64")
        known = days > -(10**6)
        stamp = np.where(known, days, 0).astype("datetime64[D]")
        month0 = stamp.astype("datetime64[M]")
        year = stamp.astype("datetime64[Y]").astype("int64") + 1970
        month = month0.astype("int64") % 12 + 1
        day = (stamp - month0.astype("datetime64[D]")).astype("int64") + 1
        return year, month, day, known

    def derived(self, name: str, rule) -> tuple[np.ndarray, list]:
        """Codes of ``rule(value)`` over the values of a column (None and "" become -1)."""
        code, values = self.coded[name]
        out = [rule(v) for v in values.to_pylist()]
        index: dict = {}
        table = np.array(
            [-1 if not v else index.setdefault(v, len(index)) for v in out] + [-1], dtype=np.int64
        )
        return table[code], list(index)


def profiles(appearances: pa.Table) -> Profiles:
    """Appearances gathered into profiles. The result does not depend on the order of the rows."""
    table = comparable(appearances.select(READ))
    table = table.take(pc.sort_indices(table, [("id", "ascending")]))
    ids = table["id"].to_numpy()
    group = np.zeros(len(ids), dtype=np.int64)
    for name in table.column_names[1:]:
        code, values = codes(table[name])
        group, _ = pd.factorize(group * (len(values) + 1) + code + 1)
    first = pd.Series(np.arange(len(ids))).groupby(group, sort=False).first().to_numpy() if len(ids) else ids
    # factorize numbers groups by first occurrence and rows are sorted by id: groups ascend with their rep
    return Profiles(table.take(pa.array(first, pa.int64())), ids, group)


def _by_value(column: pa.ChunkedArray, rule) -> pa.Array:
    encoded = column.combine_chunks().dictionary_encode()
    table = pa.array([rule(v) for v in encoded.dictionary.to_pylist()], pa.string())
    return table.take(encoded.indices)


def _padded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.binary_join_element_wise("", column, "", " ")


def described(table: pa.Table, bits: dict[str, dict[str, int]], rarest: int) -> pa.Table:
    """The columns that the model's conditions read, for some profiles, with the rarity of their values.

    ``bits`` holds for each of :data:`TERMS` the milli-bits of known values; others are as rare as can be.
    """
    stamp = table["day"].cast(pa.date32())
    dob = pc.strftime(stamp, "%Y%m%d")
    year, month, day = (f(stamp).cast(pa.int32()) for f in (pc.year, pc.month, pc.day))
    out = {
        "id": table["id"],
        "fore": _padded(table["fore"]),
        "first": table["first"],
        "initial": pc.utf8_slice_codeunits(table["first"], 0, 1),
        "root": _by_value(table["first"], root),
        "root2": _by_value(table["first"], second_root),
        "listed": _by_value(table["first"], listed),
        "fph": _by_value(table["first"], sound),
        "sur": table["sur"],
        "sph": _by_value(table["sur"], sound),
        "aka": _padded(pc.replace_substring(table["akas"], "|", " ")),
        "dob": dob,
        "digits": _by_value(pc.utf8_slice_codeunits(dob, 0, 4), lambda v: "".join(sorted(v)) if v else None),
        "year": year,
        "month": month,
        "day": day,
        "phone": table["phone"],
        "handle": table["handle"],
        "addr": table["addr"],
        "house": _by_value(table["addr"], lambda v: v.split(" ")[0] if v else None),
        "postcode": table["postcode"],
        "sex": table["sex"],
        "local": table["local"],
        "system": _by_value(table["local"], lambda v: v.partition("|")[0] if v else None),
    }
    for name in TERMS:
        known = bits.get(name, {})
        encoded = pa.chunked_array([out[name]]) if isinstance(out[name], pa.Array) else out[name]
        encoded = encoded.combine_chunks().dictionary_encode()
        values = pa.array([known.get(v, rarest) for v in encoded.dictionary.to_pylist()], pa.int64())
        out[f"bits_{name}"] = values.take(encoded.indices)
    return pa.table(out)
