"""Which things are under a restriction, for those who see them by a grant all the same."""

from __future__ import annotations

from redshank.web.policy.matters import followed
from redshank.web.policy.models import Restriction
from redshank.web.policy.sight import current_run


def restricted_records(keys: list[str]) -> set[str]:
    """Of these records, those that are restricted themselves or name a restricted person."""
    from redshank.web.heads.models import Appearance

    standing = Restriction.objects.filter(ended_at__isnull=True)
    out = set(standing.filter(kind="record", ident__in=keys).values_list("ident", flat=True))
    decided = standing.filter(kind="person").values_list("ident", "at")
    if persons := followed(
        "person", decided, current_run()
    ):  # also where the night made one person of two, or two of one
        named = Appearance.objects.filter(record_key__in=keys, person_id__in=persons)
        out.update(named.values_list("record_key", flat=True))
    return out
