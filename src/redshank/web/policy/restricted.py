"""Which things are under a restriction, for those who see them by a grant all the same."""

from __future__ import annotations

from redshank.web.policy.models import Restriction


def restricted_records(keys: list[str]) -> set[str]:
    """Of these records, those that are restricted themselves or name a restricted person."""
    from redshank.web.heads.models import Appearance

    standing = Restriction.objects.filter(ended_at__isnull=True)
    out = set(standing.filter(kind="record", ident__in=keys).values_list("ident", flat=True))
    persons = standing.filter(kind="person").values_list("ident", flat=True)
    if persons:
        named = Appearance.objects.filter(record_key__in=keys, person_id__in=list(persons))
        out.update(named.values_list("record_key", flat=True))
    return out
