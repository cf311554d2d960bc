"""Scores of pairs of profiles: the model's SQL, run by the engine at hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.engine import Engine
from redshank.identity.epoch import Epoch
from redshank.identity.features import Profiles, described
from redshank.identity.model import comparisons, scoring_sql

SIMILARITY = "jaro_winkler_similarity"


def run_sql(engine: Engine, sql: str, tables: dict[str, pa.Table]) -> pa.Table:
    """Rows of a query over Arrow tables, on DuckDB or Spark. The order of rows is not defined."""
    if engine.name == "spark" and SIMILARITY in sql:
        _spark_similarity(engine.session, SIMILARITY)  # type: ignore[attr-defined]
    return engine.sql(sql, tables)


def _spark_similarity(session: Any, name: str) -> None:
    """Splink's Jaro-Winkler for Spark (its JAR must be on the session's class path) under DuckDB's name."""
    from pyspark.sql.types import DoubleType

    session.udf.registerJavaFunction(name, "uk.gov.moj.dash.linkage.JaroWinklerSimilarity", DoubleType())


SCORED = pa.schema(
    [("l", pa.int64()), ("r", pa.int64()), ("score", pa.int64())]
    + [(f"g_{name}", pa.int32()) for name in comparisons()]
)


def score(
    who: Profiles, left: np.ndarray, right: np.ndarray, epoch: Epoch, engine: Engine, least: int | None,
    only: tuple[str, ...] | None = None,
) -> pa.Table:  # fmt: skip
    """Score of each pair of profiles (by place), in order of pair; ``least`` leaves out those below it.

    Columns l, r (places of profiles), score (milli-bits), g_… (Splink's level per comparison, of all or of ``only``).
    """
    schema = (
        SCORED
        if only is None
        else pa.schema([f for f in SCORED if not f.name.startswith("g_") or f.name[2:] in only])
    )
    if not len(left):
        return schema.empty_table()
    used = np.unique(np.concatenate([left, right]))
    features = described(who.table.take(pa.array(used)), epoch.bits, epoch.rarest)
    features = features.set_column(0, "id", pa.array(used, pa.int64()))
    pairs = pa.table({"l": pa.array(left, pa.int64()), "r": pa.array(right, pa.int64())})
    out = run_sql(
        engine, scoring_sql(epoch.u, epoch.prior, least, only), {"pairs": pairs, "described": features}
    )
    out = out.select(schema.names).cast(schema)
    return out.take(pc.sort_indices(out, [("l", "ascending"), ("r", "ascending")]))


def reasons(scored: pa.Table) -> pa.Array:
    """``name=level|name=level`` of each scored pair, missing comparisons left out."""
    if not scored.num_rows:
        return pa.array([], pa.string())
    levels = {name: {v.gamma: v for v in found} for name, found in comparisons().items()}
    mixed = np.zeros(scored.num_rows, dtype=np.int64)
    for name in levels:
        mixed = mixed * 32 + scored[f"g_{name}"].to_numpy() + 1
    kinds, where = np.unique(mixed, return_inverse=True)
    texts = []
    for kind in kinds.tolist():
        parts = []
        for name in reversed(list(levels)):
            kind, gamma = divmod(kind, 32)
            level = levels[name][gamma - 1]
            if not level.null:
                parts.append(f"{name}={level.code}")
        texts.append("|".join(reversed(parts)))
    return pa.array(texts, pa.string()).take(pa.array(where.ravel()))
