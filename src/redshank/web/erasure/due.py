"""What is due to be looked at: the review groups and clear periods of ``review.toml`` over the night that is shown.

A record is due when nobody whom it names has come to notice for the clear period of its group, and nobody has kept it since.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from redshank.web.erasure.acts import NotAllowed
from redshank.web.erasure.models import Reviewed
from redshank.web.heads.models import Appearance, Publication, Record

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "review.toml").read_text(encoding="utf-8"))
KEEP = "erasure.review"
#: The registers of places and lines are about nobody.
NOBODY = ("premises", "county_lines")


@dataclass(frozen=True)
class Group:
    key: str
    title: str
    clear_years: int
    words: str
    signals: bool = False
    kinds: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()

    def fits(self) -> Q:
        """Records that this group would take."""
        out = Q(signals__gt=0) if self.signals else Q()
        if self.kinds:
            out &= Q(kind__in=self.kinds)
        if self.headline:
            said = Q()
            for word in self.headline:
                said |= Q(headline__icontains=word)
            out &= said
        return out


@dataclass(frozen=True)
class Version:
    number: int
    begins: date
    source: str
    groups: tuple[Group, ...]


def _group(told: dict[str, Any]) -> Group:
    lists = {n: tuple(told.get(n, ())) for n in ("kinds", "headline")}
    return Group(**(told | lists))


VERSIONS: tuple[Version, ...] = tuple(
    Version(v["number"], v["from"], v["source"], tuple(map(_group, v["group"]))) for v in _DATA["version"]
)


def in_force(on: date) -> Version:
    """The version of a day: the last that has begun."""
    begun = [v for v in VERSIONS if v.begins <= on]
    return max(begun or VERSIONS[:1], key=lambda v: (v.begins, v.number))


def day() -> date:
    """The day of the night that is shown: what is held is as old as that."""
    found = Publication.objects.filter(pk=1).values_list("as_of", flat=True).first()
    return timezone.localtime(found).date() if found else timezone.localdate()


def _years_before(on: date, years: int) -> datetime:
    try:
        then = on.replace(year=on.year - years)
    except ValueError:  # 29 February
        then = on.replace(year=on.year - years, day=28)
    return timezone.make_aware(datetime(then.year, then.month, then.day))


def queue(sight: Any, on: date) -> dict[str, Any]:
    """Of each group's key the records that are due, the oldest first, as queries over what this reader may know of."""
    purpose = sight.as_role.purpose
    rows = Record.objects.visible_to(sight, purpose).exclude(kind__in=NOBODY)
    standing = Record.objects.filter(valid_to__isnull=True)
    named = Appearance.objects.filter(valid_to__isnull=True).exclude(person_id="")
    kept = Reviewed.objects.filter(next_on__gt=on).values("record_key")
    out, taken = {}, Q(pk__in=[])
    for group in in_force(on).groups:
        cutoff = _years_before(on, group.clear_years)
        lately = standing.filter(at__gte=cutoff).values("key")
        persons = named.filter(record_key__in=lately).values("person_id")
        busy = named.filter(person_id__in=persons).values("record_key")
        due = rows.filter(group.fits() & ~taken, at__lt=cutoff).exclude(key__in=busy).exclude(key__in=kept)
        out[group.key] = due.order_by("at", "key")
        taken |= group.fits()
    return out


def keep(user: Any, key: str, group: str, why: str, once: str, sight: Any) -> Reviewed:
    """Somebody looked at it, and it is kept until it is looked at again.

    Raises:
        NotAllowed: a rule is in the way.
    """
    if not user.as_role.allows(KEEP):
        raise NotAllowed("Your role does not do this")
    once = f"{user.pk}:{once}"[:60]
    if before := Reviewed.objects.filter(once=once).first():
        return before
    on = day()
    found = next((g for g in in_force(on).groups if g.key == group), None)
    if found is None or not queue(sight, on)[group].filter(key=key).exists():
        raise NotAllowed("It is not due any more: somebody has looked at it, or whom it names came to notice")
    next_on = _years_before(on, -found.clear_years).date()
    made = Reviewed(record_key=key, group=group, version=in_force(on).number, why=why, next_on=next_on, by=user, role=user.role, once=once)  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        if before := Reviewed.objects.filter(once=once).first():
            return before
        raise
    return made
