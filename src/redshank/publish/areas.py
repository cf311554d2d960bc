"""Places for readers outside the analytical roles: what is too small by itself is told coarser (practice rule 10).

A cell with at least three children stands by itself. The others are put together by their parent cells until three
different children stand behind them; what is left is told by its district, or nowhere. A cell that stands by itself
is in no area: the one could be subtracted from the other, and the rest would be fewer than three.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import h3
import pyarrow as pa

if TYPE_CHECKING:
    from redshank.publish.heads import Heads

LEAST = 3  # children; practice rule 10
COARSEST = 6  # H3 resolution (about 6 km across); beyond it the district is the area. Local default
OUTLINE = 6  # H3 resolution of a district's outline: coarse enough to tell nobody's place. Local default

AREA = pa.schema(
    [(n, pa.string()) for n in ("uid", "cell", "name", "district")]
    + [(n, pa.int64()) for n in ("resolution", "place", "records", "children", "places")]
)
SHAPE = pa.schema([(n, pa.string()) for n in ("uid", "district", "shape")])


@dataclass
class Area:
    """Small places of one parent cell."""

    cell: str  # H3, or the district's own mark
    district: str = ""
    records: set[str] = field(default_factory=set)
    children: set[str] = field(default_factory=set)
    places: int = 0
    districts: Counter = field(default_factory=Counter)


def coarser(cells: list[Any]) -> list[Area]:
    """The areas, those with most children first."""
    left = [c for c in cells if len(c.children) < LEAST]
    out: list[Area] = []
    finest = max((h3.get_resolution(c.h3) for c in left), default=COARSEST)
    for resolution in range(finest - 1, COARSEST - 1, -1):
        together: dict[str, list[Any]] = defaultdict(list)
        for cell in left:
            together[h3.cell_to_parent(cell.h3, resolution)].append(cell)
        left = []
        for parent in sorted(together):
            area = _area(parent, together[parent])
            if len(area.children) >= LEAST:
                out.append(area)
            else:
                left += together[parent]
    by_district: dict[str, list[Any]] = defaultdict(list)
    for cell in left:
        by_district[_most(cell.districts)].append(cell)
    for district in sorted(by_district):
        area = _area(mark(district), by_district[district])
        if district and len(area.children) >= LEAST:
            out.append(area)
    return sorted(out, key=lambda a: (-len(a.children), -len(a.records), a.cell))


def mark(district: str) -> str:
    """What stands for a district where a cell would."""
    return "d-" + hashlib.blake2s(district.encode(), digest_size=6).hexdigest()


def _most(districts: Counter) -> str:
    known = {d: n for d, n in districts.items() if d}
    return min(known, key=lambda d: (-known[d], d)) if known else ""


def _area(parent: str, cells: list[Any]) -> Area:
    area = Area(parent, places=len(cells))
    for cell in cells:
        area.records.update(cell.records)
        area.children |= cell.children
        area.districts.update(cell.districts)
    area.district = _most(area.districts)
    return area


def made(heads: Heads) -> dict[str, pa.Table]:
    rows = []
    for place, area in enumerate(heads.areas, 1):
        district = area.district
        whole = area.cell == mark(district)
        name = f"the rest of {district}" if whole else f"an area in {district or 'no recorded district'}"
        rows.append({
            "uid": area.cell, "cell": area.cell, "name": name[:200], "district": district,
            "resolution": 0 if whole else h3.get_resolution(area.cell), "place": place, "records": len(area.records),
            "children": len(area.children), "places": area.places,
        })  # fmt: skip
    return {"Area": pa.Table.from_pylist(rows, schema=AREA), "Outline": outlines(heads)}


def outlines(heads: Heads) -> pa.Table:
    """Each district by the coarse cells in which it has the most records."""
    view = heads.e.view["records"].select(["latitude", "longitude", "district"])
    found = drawn(zip(*(view[c].to_pylist() for c in view.column_names), strict=True))
    rows = [{"uid": d, "district": d[:80], "shape": json.dumps(rings, separators=(",", ":"))} for d, rings in found.items()]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SHAPE)


def drawn(positions: Iterable[tuple[float | None, float | None, str | None]]) -> dict[str, list[list[list[float]]]]:  # fmt: skip
    """District, by name → rings of [longitude, latitude] around the coarse cells in which it has the most of these positions.

    ``positions``: latitude, longitude (WGS 84, decimal degrees) and district; without one of them nothing is drawn.
    """
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for latitude, longitude, district in positions:
        if district and latitude is not None and longitude is not None:
            said[h3.latlng_to_cell(latitude, longitude, OUTLINE)][district] += 1
    of: dict[str, list[str]] = defaultdict(list)
    for cell, names in said.items():
        of[min(names, key=lambda d: (-names[d], d))].append(cell)
    out = {}
    for district in sorted(of):
        shape = h3.cells_to_geo(sorted(of[district]))
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        out[district] = [[[round(x, 5), round(y, 5)] for x, y in ring] for polygon in polygons for ring in polygon]  # fmt: skip
    return out
