"""Frozen statistics of a home: how rare values are, and how often chance pairs reach each level.

Each new record would move every frequency and so every weight; therefore statistics belong to an **epoch**,
which is made once (first load, ``night --full --new-epoch``, or when records have grown by a fifth) and then
read unchanged. A pair's score is a pure function of two profiles and the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.engine import Engine, duckdb_engine
from redshank.errors import StoreDamaged
from redshank.identity.blocks import all_pairs
from redshank.identity.features import TERMS, Profiles, described, profiles
from redshank.identity.model import comparisons, milli_bits, model_data
from redshank.identity.names import name_data

TERM_SCHEMA = pa.schema([("column", pa.string()), ("value", pa.string()), ("bits", pa.int64())])
LEVEL_SCHEMA = pa.schema([("comparison", pa.string()), ("level", pa.string()), ("u_per_million", pa.int64())])
META_SCHEMA = pa.schema([("name", pa.string()), ("value", pa.string())])


@dataclass(frozen=True)
class Epoch:
    """An epoch's tables, ready to look things up in."""

    terms: pa.Table
    levels: pa.Table
    meta: dict[str, str]

    @cached_property
    def bits(self) -> dict[str, dict[str, int]]:
        """Milli-bits of each value of each weighed column; values not in it are :attr:`rarest`."""
        out: dict[str, dict[str, int]] = {name: {} for name in TERMS}
        for name in TERMS:
            rows = self.terms.filter(pc.equal(self.terms["column"], name))
            out[name] = dict(zip(rows["value"].to_pylist(), rows["bits"].to_pylist(), strict=True))
        return out

    @property
    def population(self) -> int:
        return int(self.meta["population"])

    @property
    def rarest(self) -> int:
        return _binned(1 / self.population)

    @property
    def prior(self) -> int:
        """Milli-bits of a pair before anything is compared."""
        return -milli_bits(int(model_data()["decide"]["expected_matches"]) / self.population)

    @cached_property
    def u(self) -> dict[tuple[str, str], float]:
        rows = self.levels.to_pylist()
        return {(r["comparison"], r["level"]): r["u_per_million"] / 1_000_000 for r in rows}


def _binned(share: float) -> int:
    step = int(model_data()["decide"]["bin"])
    return round(milli_bits(share) / step) * step


def read_epoch(tables: dict[str, pa.Table]) -> Epoch:
    """An epoch from the tables that :func:`new_epoch` gave."""
    meta = dict(zip(tables["meta"]["name"].to_pylist(), tables["meta"]["value"].to_pylist(), strict=True))
    if meta.get("model") != model_data()["version"]:
        raise StoreDamaged(
            "The frozen statistics of linking belong to another version of the model.",
            "Run `redshank night --full --new-epoch` to make them anew.",
        )
    return Epoch(tables["terms"], tables["levels"], meta)


def new_epoch(appearances: pa.Table, engine: Engine | None = None) -> dict[str, pa.Table]:
    """Frozen statistics of these appearances: tables terms, levels and meta.

    Frequencies count appearances, not profiles, and are never below a shipped share of common names. The
    sample for chance levels is the profiles with the smallest appearance_ids, which are hashes: the same
    rows give the same sample on any machine.
    """
    who = profiles(appearances)
    population = max(len(who.ids), int(model_data()["decide"]["smallest_population"]))
    weight = np.bincount(who.of, minlength=len(who.rep)) if len(who.rep) else np.array([], np.int64)
    seen = described(who.table, {}, 0)
    shipped = name_data()["common"]
    columns, values, bits = [], [], []
    for name in TERMS:
        encoded = pa.chunked_array([seen[name].combine_chunks()]).combine_chunks().dictionary_encode()
        index = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        count = np.bincount(index[index >= 0], weights=weight[index >= 0], minlength=len(encoded.dictionary))
        found = dict(zip(encoded.dictionary.to_pylist(), (count / population).tolist(), strict=True))
        for value, per_million in shipped.get(name, {}).items():
            found[value] = max(found.get(value, 0.0), per_million / 1_000_000)
        rarest = _binned(1 / population)
        for value in sorted(found):
            if (size := _binned(found[value])) != rarest:
                columns.append(name)
                values.append(value)
                bits.append(size)
    terms = pa.table([columns, values, bits], schema=TERM_SCHEMA)
    meta = {"model": model_data()["version"], "population": str(population), "appearances": str(len(who.ids))}
    bare = Epoch(terms, LEVEL_SCHEMA.empty_table(), meta)
    return {
        "terms": terms,
        "levels": _chance(who, bare, engine or duckdb_engine(memory_limit="1GB")),
        "meta": pa.table([list(meta), list(meta.values())], schema=META_SCHEMA),
    }


def _chance(who: Profiles, bare: Epoch, engine: Engine) -> pa.Table:
    """u of the levels marked `sampled`, per million, where the sample says enough."""
    from redshank.identity.score import score

    decide = model_data()["decide"]
    n = min(len(who.rep), int(decide["sample_profiles"]))
    left, right = all_pairs(np.array([0]), np.array([n]))
    asked = {n: levels for n, levels in comparisons().items() if any(v.sampled for v in levels)}
    scored = score(who, left, right, bare, engine, None, only=tuple(asked))
    rows = []
    for name, levels in asked.items():
        gamma = scored[f"g_{name}"].to_numpy()
        seen = int((gamma >= 0).sum())
        for level in levels:
            hits = int((gamma == level.gamma).sum())
            if level.sampled and hits >= int(decide["sample_least"]):
                factor = float(decide["sample_factor"])
                share = min(max(hits / seen, level.u / factor), level.u * factor)
                rows.append(
                    {"comparison": name, "level": level.code, "u_per_million": round(share * 1_000_000)}
                )
    return pa.Table.from_pylist(rows, schema=LEVEL_SCHEMA)
