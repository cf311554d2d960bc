"""Businesses of the premises register for Operation Makesafe: those of the kinds that ``makesafe.toml`` names.

The register says no district; the one that most records of the same coarse cell name stands for it. Homes and parks are
no business and are not copied (practice rule 10).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import h3
import pyarrow as pa

from redshank.publish.areas import OUTLINE
from redshank.web.makesafe.settings import OF_KIND

if TYPE_CHECKING:
    from redshank.publish.heads import Heads

PREMISES = pa.schema(
    [(n, pa.string()) for n in ("uid", "record_key", "name", "category", "district", "address", "postcode")]
    + [("latitude", pa.float64()), ("longitude", pa.float64())]
)


def made(heads: Heads) -> dict[str, pa.Table]:
    columns = ["record_key", "record_type", "name", "kind", "location", "postcode", "latitude", "longitude", "district"]  # fmt: skip
    rows = heads.e.view["records"].select(columns).to_pylist()
    around: dict[str, Counter[str]] = defaultdict(Counter)
    for r in rows:
        if r["district"] and r["latitude"] is not None and r["longitude"] is not None:
            around[h3.latlng_to_cell(r["latitude"], r["longitude"], OUTLINE)][r["district"]] += 1
    out = []
    for r in rows:
        category = OF_KIND.get(r["kind"] or "")
        if r["record_type"] != "premises" or category is None or not r["name"]:
            continue
        has_place = r["latitude"] is not None and r["longitude"] is not None
        near = around.get(h3.latlng_to_cell(r["latitude"], r["longitude"], OUTLINE)) if has_place else None
        district = r["district"] or (min(near, key=lambda d: (-near[d], d)) if near else "")
        out.append({
            "uid": r["record_key"], "record_key": r["record_key"], "name": r["name"][:200], "category": category, "district": district[:80],
            "address": (r["location"] or "")[:300], "postcode": (r["postcode"] or "")[:12],
            "latitude": r["latitude"] if has_place else None, "longitude": r["longitude"] if has_place else None,
        })  # fmt: skip
    return {"Premises": pa.Table.from_pylist(out, schema=PREMISES)}
