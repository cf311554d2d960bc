"""What one reader's map holds: places, and outside the analytical roles areas of what is too small (practice rule 10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import h3
from django.urls import reverse

from redshank.web.charts.files import feature
from redshank.web.heads.models import Area, Behind, Outline, Place
from redshank.web.meetings.patrols import by_cell


@dataclass(frozen=True)
class Spot:
    """One line of the table and one cell of the map."""

    cell: str
    kind: str  # place or area
    name: str
    district: str
    records: int
    children: int
    places: int
    url: str
    tasks: int = 0  # patrols and tasks at the place that the reader may see
    reports: int = 0  # and how often somebody reported on them of late


def places_of(user: Any, group_id: str) -> Any:
    """Places at which a record behind the group stands, as this reader may see places."""
    purpose = user.as_role.purpose
    behind = Behind.objects.visible_to(user, purpose)
    keys = behind.filter(kind="group", ident=group_id).values("record_key")
    cells = behind.filter(kind="place", record_key__in=keys).values("ident")
    return Place.objects.visible_to(user, purpose).filter(cell__in=cells).order_by("place")


def spots(user: Any, district: str = "", group_id: str = "") -> list[Spot]:
    """Places by district and order, then areas. Who sees small places needs no area; a group is told by places alone."""
    purpose = user.as_role.purpose
    places = places_of(user, group_id) if group_id else Place.objects.visible_to(user, purpose)
    areas = Area.objects.visible_to(user, purpose)
    if district:
        places, areas = places.filter(district=district), areas.filter(district=district)
    out = [
        Spot(p.cell, "place", p.name, p.district, p.records, p.children, 1, reverse("place", args=[p.cell]))
        for p in places.order_by("place")
    ]
    if not user.as_role.small and not group_id:
        out += [
            Spot(
                a.cell, "area", a.name, a.district, a.records, a.children, a.places, reverse("behind", args=["area", a.cell])
            )
            for a in areas.order_by("place")
        ]  # fmt: skip
    there = by_cell(user, [s.cell for s in out if s.kind == "place"])
    out = [
        replace(s, tasks=len(rows), reports=sum(len(r.reports) for r in rows))
        if (rows := there.get(s.cell))
        else s
        for s in out
    ]
    return sorted(out, key=lambda s: (s.district == "", s.district))


def by_district(found: list[Spot]) -> list[dict[str, Any]]:
    """The lines under their districts. Records and children are not added up: one may stand in several places."""
    out: dict[str, list[Spot]] = {}
    for spot in found:
        out.setdefault(spot.district, []).append(spot)
    return [{"name": name or "no district recorded", "spots": rows} for name, rows in out.items()]


def features(user: Any, found: list[Spot], tasks: bool = True) -> list[dict[str, Any]]:
    """The cells as GeoJSON, large ones first so that small ones lie on top; a district by its outline. Where officers go is
    told on the page (``tasks``) and leaves in no file."""
    shapes = {o["properties"]["name"]: o["geometry"]["coordinates"] for o in outlines(user)}
    rows = sorted(found, key=lambda s: (s.kind != "area", -s.places))
    return [
        _drawn(
            s,
            shapes,
            {"kind": s.kind, "name": s.name, "district": s.district, "records": s.records, "children": s.children, "url": s.url}
            | ({"tasks": s.tasks, "reports": s.reports} if tasks else {}),
        )
        for s in rows
    ]  # fmt: skip


def _drawn(spot: Spot, shapes: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    if h3.is_valid_cell(spot.cell):
        return feature(spot.cell, properties)
    rings = [[ring] for ring in shapes.get(spot.district, [])]
    return {
        "type": "Feature", "id": spot.cell, "properties": properties, "geometry": {"type": "MultiPolygon", "coordinates": rings},
    }  # fmt: skip


def outlines(user: Any) -> list[dict[str, Any]]:
    """The districts' outlines, as lines."""
    rows = Outline.objects.visible_to(user, user.as_role.purpose).order_by("district")
    return [outline(o.district, o.parsed("shape")) for o in rows]


def outline(district: str, rings: Any) -> dict[str, Any]:
    return {
        "type": "Feature", "properties": {"kind": "district", "name": district},
        "geometry": {"type": "MultiLineString", "coordinates": rings},
    }  # fmt: skip
