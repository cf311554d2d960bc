"""What is known of a person, over all appearances: the most frequent spelling of each fact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from redshank.tables import BETWEEN

PERSONS = BETWEEN["persons"].schema


def _most_frequent(person: np.ndarray, value: pa.ChunkedArray) -> pd.Series:
    """Most frequent value of each person; ties by the smaller value; nulls do not count."""
    frame = pd.DataFrame({"p": person, "v": value.to_pandas()}).dropna()
    if frame.empty:
        return pd.Series([], dtype=object)
    count = frame.groupby(["p", "v"], sort=True).size().reset_index(name="n")
    count = count.sort_values(["p", "n", "v"], ascending=[True, False, True], kind="stable")
    return count.drop_duplicates("p").set_index("p")["v"]


def describe(person_of: pa.Table, appearances: pa.Table) -> pa.Table:
    """One row of :data:`PERSONS` for each person of these rows, in order of person_id."""
    near = appearances
    if person_of.num_rows < appearances.num_rows:
        near = appearances.filter(
            pc.is_in(appearances["appearance_id"], value_set=person_of["appearance_id"].combine_chunks())
        )
    order = np.argsort(near["appearance_id"].to_numpy(), kind="stable")
    near = near.select(
        ["appearance_id", "forenames", "surname", "date_of_birth", "dob_placeholder", "sex", "known_at"]
    ).take(pa.array(order))
    encoded = person_of["person_id"].combine_chunks().dictionary_encode()
    people = encoded.dictionary
    person = encoded.indices.to_numpy()
    known = pc.invert(pc.fill_null(near["dob_placeholder"], False))
    dob = pc.if_else(known, near["date_of_birth"], pa.scalar(None, pa.date32())).cast(pa.int32())
    columns: dict[str, Any] = {"person_id": people}
    for name, value in (
        ("forenames", _text(near["forenames"])), ("surname", _text(near["surname"])),
        ("date_of_birth", dob), ("sex", _text(near["sex"])),
    ):  # fmt: skip
        chosen = _most_frequent(person, value).reindex(range(len(people)))
        if name == "date_of_birth":
            numbers = pa.array(chosen.to_numpy(dtype="float64", na_value=np.nan), from_pandas=True)
            columns[name] = numbers.cast(pa.int32()).cast(pa.date32())
        else:
            columns[name] = pa.array(chosen.astype(object).where(chosen.notna(), None).tolist(), pa.string())
    columns["appearances"] = pa.array(np.bincount(person, minlength=len(people)))
    first = pd.Series(pc.fill_null(near["known_at"].cast(pa.int64()), 2**62).to_numpy()).groupby(person).min()
    times = pa.array(first.to_numpy(), pa.int64())
    columns["first_known_at"] = pc.if_else(pc.equal(times, 2**62), None, times).cast(
        PERSONS.field("first_known_at").type
    )
    table = pa.table(columns).cast(PERSONS)
    return table.take(pc.sort_indices(table, [("person_id", "ascending")]))


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
