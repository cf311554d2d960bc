"""What somebody who leaves owns goes on: to the deputy, else to a safeguarding lead; by an act that says so."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from redshank.web.meetings.raising import present
from redshank.web.tracker.models import Act, Recommendation


def hand_on_all(by: Any, leaver: Any, why: str, once: str) -> int:
    """Every open recommendation of this person. One that nobody can take stays, and the lead's first page says whose it is."""
    leads = present().filter(role="safeguarding_lead").order_by("name", "username")
    some = [u for u in (leaver.deputy, *leads) if u is not None and u.pk != leaver.pk and u.is_active]
    heir = next((u for u in some if u.as_role.allows("tracker.add")), None)
    if heir is None:
        return 0
    count = 0
    with transaction.atomic():
        for row in Recommendation.objects.select_for_update().filter(owner=leaver).exclude(status="closed"):
            key = f"{once[:60]}:r{row.pk}"
            if Act.objects.filter(once=key).exists():
                continue
            row.owner = heir
            row.save(update_fields=["owner"])
            said, was = f"{heir.name} owns it", leaver.name
            Act(report_id=row.report_id, recommendation=row, kind="owned", why=why, by=by, role=by.role, once=key, said=said, was=was).save(force_insert=True)  # fmt: skip
            count += 1
    return count
