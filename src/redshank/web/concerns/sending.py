"""A concern is sent, from the page or by the interface for other systems: kept with its entry in the audit, or not at all."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from redshank.web.concerns import acts
from redshank.web.concerns.models import Concern
from redshank.web.trail.write import note


def send(request: Any, written: acts.Written, once: str) -> tuple[Concern, bool]:
    """The concern, and whether it is new: the same form sent twice gives the first."""
    with transaction.atomic():
        concern, is_new = acts.raise_concern(request.user, written, once)
        if is_new:
            note(request, "collection", "concern", str(concern.pk), {"queue": concern.queue})
    return concern, is_new
