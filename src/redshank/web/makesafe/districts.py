"""Districts on the map of the operation, as lines. No extract holds official boundaries, so both kinds say what they are drawn from.

Who sees what the force holds gets the outlines of the profile by place: from coarse cells of all records. The teams, to whom records are
shared one by one, get none of these; theirs are drawn from the premises and businesses that they see, so that a line tells nothing else.
"""

from __future__ import annotations

from typing import Any

from redshank.web.heads.models import Outline, Premises
from redshank.web.makesafe.models import Business
from redshank.web.maps.profile import outline, outlines

FROM_RECORDS = "drawn from coarse cells of all records"
FROM_PREMISES = "drawn from coarse cells of the premises that are known there"


def words(user: Any) -> str:
    """From what :func:`lines` are drawn for this reader."""
    has = Outline.objects.visible_to(user, user.as_role.purpose).exists()
    return FROM_RECORDS if has else FROM_PREMISES


def lines(user: Any) -> list[dict[str, Any]]:
    if found := outlines(user):
        return found
    from redshank.publish.areas import drawn

    purpose = user.as_role.purpose
    fields = ("latitude", "longitude", "district")
    seen = [
        *Premises.objects.visible_to(user, purpose).values_list(*fields),
        *Business.objects.visible_to(user, purpose).filter(premises_key="").values_list(*fields),
    ]
    return [outline(d, rings) for d, rings in drawn(seen).items()]
