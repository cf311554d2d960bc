"""Where findings stand against where the operation is: for analysts and the safeguarding lead only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import h3

from redshank.web.heads.models import Place, Premises
from redshank.web.makesafe.models import Business
from redshank.web.makesafe.standing import Standing, standing


@dataclass
class Covered:
    """One place with findings, the businesses of the operation in its cell, and those of the register that are not in it."""

    place: Place
    businesses: list[Standing] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)  # of the premises register, not in the operation

    @property
    def trained(self) -> int:
        return sum(s.is_trained for s in self.businesses)


def coverage(user: Any) -> list[Covered]:
    """Places in the order of the findings."""
    purpose = user.as_role.purpose
    places = [Covered(p) for p in Place.objects.visible_to(user, purpose).order_by("place")]
    by_cell = {c.place.cell: c for c in places if h3.is_valid_cell(c.place.cell)}
    fine = {h3.get_resolution(cell) for cell in by_cell}

    def at(latitude: float | None, longitude: float | None) -> list[Covered]:
        if latitude is None or longitude is None:
            return []
        cells = (h3.latlng_to_cell(latitude, longitude, r) for r in fine)
        return [by_cell[c] for c in cells if c in by_cell]

    for s in standing(user):
        for found in at(s.business.latitude, s.business.longitude):
            found.businesses.append(s)
    inside = Business.objects.visible_to(user, purpose).filter(state="open").exclude(premises_key="")
    rows = Premises.objects.visible_to(user, purpose).exclude(record_key__in=inside.values("premises_key"))
    for name, latitude, longitude in rows.order_by("name").values_list("name", "latitude", "longitude"):
        for found in at(latitude, longitude):
            found.outside.append(name)
    return places
