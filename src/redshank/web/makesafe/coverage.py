"""Where findings stand against where the operation is: for analysts and the safeguarding lead only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import h3

from redshank.web.heads.models import Place
from redshank.web.makesafe.standing import Standing, standing


@dataclass
class Covered:
    """One place with findings, and the businesses of the operation in its cell."""

    place: Place
    businesses: list[Standing] = field(default_factory=list)

    @property
    def trained(self) -> int:
        return sum(s.is_trained for s in self.businesses)


def coverage(user: Any) -> list[Covered]:
    """Places in the order of the findings."""
    places = [Covered(p) for p in Place.objects.visible_to(user, user.as_role.purpose).order_by("place")]
    by_cell = {c.place.cell: c for c in places if h3.is_valid_cell(c.place.cell)}
    fine = {h3.get_resolution(cell) for cell in by_cell}
    for s in standing(user):
        if s.business.latitude is None or s.business.longitude is None:
            continue
        for resolution in fine:
            cell = h3.latlng_to_cell(s.business.latitude, s.business.longitude, resolution)
            if found := by_cell.get(cell):
                found.businesses.append(s)
    return places
