"""What ties records besides names: telephones, vehicles, online names, addresses, premises, people."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from redshank.identity.model import model_data

if TYPE_CHECKING:
    from redshank.identity.mentions import Known

KINDS = ("phone", "vehicle", "handle", "premises")  # of mentions that may tie records


def _parts(
    mentions: pa.Table, appearances: pa.Table, person_of: pa.Table, vehicles: pa.Table, phones: pa.Table
) -> list[tuple[str, pa.ChunkedArray, pa.ChunkedArray]]:
    """kind, record_key and value of everything by which records may be tied, not yet looked at."""
    address = appearances["address_std"]
    home = pc.if_else(pc.not_equal(address, ""), address, pa.scalar(None, pa.string()))
    home = pc.binary_join_element_wise(home, pc.fill_null(appearances["postcode"], ""), "|")
    keys = appearances["record_key"]
    out = [
        ("vehicle", vehicles["record_key"], vehicles["vrm"]),
        ("phone", phones["record_key"], phones["number"]),
        ("phone", keys, appearances["phone"]),
        ("handle", keys, appearances["online_handle"]),
        ("address", keys, home),
        ("person", person_of["record_key"], person_of["person_id"]),
    ]
    stated = mentions.filter(
        pc.and_(
            pc.is_in(mentions["kind"], value_set=pa.array(KINDS)),
            pc.invert(pc.fill_null(mentions["negated"], False)),
        )
    )
    for kind in KINDS:
        said = stated.filter(pc.equal(stated["kind"], kind))
        out.append((kind, said["record_key"], said["value"]))
    return out


def contexts(
    mentions: pa.Table, appearances: pa.Table, person_of: pa.Table, vehicles: pa.Table, phones: pa.Table,
    keys: pa.Array, widest: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """record_key, kind, value, records of what the records ``keys`` share with any other; too common values left out.

    Only the values of those records are followed, so that the work is as large as what was asked for.
    """
    parts = _parts(mentions, appearances, person_of, vehicles, phones)
    wanted: dict[str, list[pa.Array]] = {}
    for kind, records, values in parts:
        here = values.filter(pc.is_in(records, value_set=keys))
        wanted.setdefault(kind, []).append(pc.unique(here).drop_null())
    rows = []
    for kind, records, values in parts:
        mask = pc.is_in(values, value_set=pa.concat_arrays(wanted[kind]).drop_null())
        mask = pc.and_(pc.and_(mask, pc.is_valid(values)), pc.fill_null(pc.not_equal(values, ""), False))
        rows.append(
            pd.DataFrame(
                {
                    "record_key": records.filter(mask).to_pandas(),
                    "value": values.filter(mask).to_pandas(),
                    "kind": kind,
                }
            )
        )
    out = pd.concat(rows, ignore_index=True).drop_duplicates()
    size = out.groupby(["kind", "value"])["record_key"].transform("size")
    out["records"] = size
    most = int(model_data()["mentions"]["widest_context"]) if widest is None else widest
    return out[(size > 1) & (size <= most)]


@dataclass(frozen=True)
class Facts:
    """What else than a name ties a record to a person: what it shares with the person's other records."""

    mentions: pa.Table
    appearances: pa.Table
    person_of: pa.Table
    vehicles: pa.Table
    phones: pa.Table

    def _shared(self, records: pd.Series, people: pd.Series) -> pd.DataFrame:
        """record_key, person, kind, value, records, other: each fact that one of these records shares with another of these people's."""
        keys = pa.array(records.unique(), pa.string())
        ties = contexts(self.mentions, self.appearances, self.person_of, self.vehicles, self.phones, keys)
        mine = ties[ties["record_key"].isin(records.unique())]
        asked = pc.is_in(self.person_of["person_id"], value_set=pa.array(people.unique(), pa.string()))
        theirs = self.person_of.filter(asked).select(["record_key", "person_id"]).to_pandas()
        theirs = theirs.rename(columns={"person_id": "person", "record_key": "other"}).drop_duplicates()
        others = ties.rename(columns={"record_key": "other"})[["other", "kind", "value"]]
        rows = mine.merge(others.merge(theirs, on="other"), on=["kind", "value"])
        own = (rows["kind"] == "person") & (rows["value"] == rows["person"])
        return rows[(rows["record_key"] != rows["other"]) & ~own]

    def tied(self, records: pd.Series, people: pd.Series, known: Known) -> pd.DataFrame:
        """record_key, person: who of these people shares a fact with one of these records, or was born on a day that it tells."""
        if records.empty or people.empty:
            return pd.DataFrame({"record_key": [], "person": []}, dtype=str)
        shared = self._shared(records, people)[["record_key", "person"]]
        days = (
            self.mentions.filter(pc.equal(self.mentions["kind"], "birth_date"))
            .select(["record_key", "value"])
            .to_pandas()
        )
        days = days[days["record_key"].isin(records.unique())]
        births = known.births(people)
        born = pd.DataFrame(
            {"person": births.keys(), "value": [day.isoformat() for day in births.values()]}, dtype=str
        )
        return pd.concat([shared, days.merge(born, on="value")[["record_key", "person"]]]).drop_duplicates()

    def shared(self, found: pd.DataFrame) -> dict[tuple[str, str], list[tuple[int, str]]]:
        """For record and candidate of ``found``: what else ties them, as points and words, the strongest of each kind."""
        wanted = found[["record_key", "person"]].drop_duplicates()
        rows = self._shared(wanted["record_key"], wanted["person"]).merge(wanted, on=["record_key", "person"])
        weigh: dict[str, int] = model_data()["mentions"]["context"]
        words = {"phone": "same telephone number", "vehicle": "same vehicle", "handle": "same online name",
                 "address": "same address", "premises": "same premises", "person": "somebody of this record"}  # fmt: skip
        best: dict[tuple[str, str], dict[str, tuple[int, str]]] = {}
        rows = rows.sort_values(["record_key", "person", "kind", "records", "value", "other"], kind="stable")
        columns = (rows[c].tolist() for c in ("record_key", "person", "kind", "records", "other"))
        for record, person, kind, size, other in zip(*columns, strict=True):
            if kind not in best.setdefault((record, person), {}):
                points = weigh[kind] - round(1000 * math.log2(max(size, 2) / 2))
                best[record, person][kind] = (points, f"{words[kind]} in {other}")
        return {key: sorted(kinds.values(), key=lambda v: (-v[0], v[1])) for key, kinds in best.items()}


def sharing_records(
    mentions: pa.Table,
    appearances: pa.Table,
    person_of: pa.Table,
    vehicles: pa.Table,
    phones: pa.Table,
    changed: pa.Array,
) -> list[str]:
    """Records that share something with a changed one, unless it was too common to count before and is so now."""
    most = int(model_data()["mentions"]["widest_context"])
    ties = contexts(mentions, appearances, person_of, vehicles, phones, changed, most + len(changed))
    mine = ties[ties["record_key"].isin(set(changed.to_pylist()))]
    fresh = mine.groupby(["kind", "value"], as_index=False).agg(
        fresh=("record_key", "size"), records=("records", "first")
    )
    values = fresh.loc[fresh["records"] - fresh["fresh"] <= most, ["kind", "value"]]
    return sorted(set(ties.merge(values, on=["kind", "value"])["record_key"]))
