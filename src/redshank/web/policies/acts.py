"""What people do with a policy and its versions; of its review see :mod:`~redshank.web.policies.reviewing`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from redshank.web import versions
from redshank.web.accounts.models import User
from redshank.web.meetings.raising import present
from redshank.web.pages.months import later
from redshank.web.policies.models import Acknowledged, Handed, Policy, Review, Version, VersionStep, coming
from redshank.web.policies.settings import DATA
from redshank.web.versions import Meanwhile as Meanwhile
from redshank.web.versions import NotAllowed as NotAllowed
from redshank.web.versions import mark


def make(user: Any, title: str, kind: str, owner: Any, text: str, once: str) -> tuple[Policy, bool]:
    """A policy with its first draft; the one that is there where the form came twice."""
    key = mark(user, once)
    try:
        with transaction.atomic():
            made = Policy.objects.create(title=title, kind=kind, owner=owner, by=user, once=key)
            versions.draft(Version.objects.filter(policy=made), user, text, once, policy=made)
        return made, True
    except IntegrityError:
        return Policy.objects.get(once=key), False


def draft(user: Any, policy: Policy, text: str, once: str) -> tuple[Version, bool]:
    """A new version of its text."""
    return versions.draft(Version.objects.filter(policy=policy), user, text, once, policy=policy)


def further(
    user: Any, policy: Policy, number: int, kind: str, text: str, once: str, seen: int, on: date | None = None
) -> VersionStep:
    """Consulted, or adopted on a day: from then the months to the review are counted."""
    more: dict[str, Any] = {}
    if kind == "adopted":
        if on is None or on > timezone.localdate():
            raise NotAllowed("Say on which day it was adopted; not one that is still to come")
        before = Version.objects.filter(policy=policy, state="adopted").first()
        if before is not None and before.adopted_on is not None and on < before.adopted_on:
            raise NotAllowed("The version before it was adopted later than that")
        more = {"adopted_on": on}
    rows = Version.objects.filter(policy=policy)
    step: VersionStep = versions.follow(rows, user, number, kind, text, once, seen, **more)
    return step


def acknowledge(user: Any, version: Version) -> bool:
    return versions.acknowledge(version, user)


def hand(user: Any, policy: Policy, owner: Any, text: str, once: str) -> bool:
    """Somebody else answers for it; whether it was said now."""
    try:
        with transaction.atomic():
            held = Policy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
            Handed(policy=held, owner=owner, text=text, by=user, once=mark(user, once)).save()
            held.owner = owner
            held.save(update_fields=["owner"])
        return True
    except IntegrityError:
        return False


def holders(gone: set[int]) -> set[int]:
    """Who of these still answers for a policy."""
    return set(Policy.objects.filter(owner__in=gone).values_list("owner", flat=True))


def hand_on_all(by: Any, leaver: Any, why: str, once: str) -> int:
    """What somebody who leaves answers for goes to the deputy, where the deputy may, else to a safeguarding lead."""
    some = [leaver.deputy, *owners()]
    heir = next((u for u in some if u and u.pk != leaver.pk and u.is_active and may_own(u)), None)
    rows = Policy.objects.filter(owner=leaver) if heir is not None else Policy.objects.none()
    return sum(hand(by, p, heir, why, f"{once[:40]}:{p.pk}") for p in rows)


def may_own(user: Any) -> bool:
    return bool(user.as_role.allows("policies.manage"))


def owners() -> list[User]:
    """Who can answer for a policy; safeguarding leads first."""
    some = [u for u in present().order_by("name", "username") if may_own(u)]
    return sorted(some, key=lambda u: u.role != "safeguarding_lead")


# ---- counts ----------------------------------------------------------------------------------------------------


def everybody() -> list[User]:
    """Who is asked to read a policy: everybody who signs in."""
    return list(present().order_by("name", "username"))


def readers(version: Version) -> set[int]:
    """Accounts that have acknowledged a version; for counts. Who they are is asked through the policy of sight."""
    return set(Acknowledged.objects.filter(version=version).values_list("by", flat=True))


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part:,} of {self.whole:,}"


def share(version: Version) -> Share:
    """How many of those who are here now have acknowledged it."""
    people, signed = everybody(), readers(version)
    return Share(sum(p.pk in signed for p in people), len(people))


@dataclass(frozen=True)
class Due:
    """When the version in force is to be reviewed, and the review that is on its way to it."""

    version: Version
    on: date
    review: Review | None

    @property
    def is_late(self) -> bool:
        return self.on < timezone.localdate()

    @property
    def is_coming(self) -> bool:
        return coming(self.on)


def due(version: Version) -> Due | None:
    """Counted from adoption; after a review that was closed from that day. A review that was begun stays due when its
    version is superseded; else None for what is not in force."""
    reviews = list(version.reviews.order_by("id"))
    now = next((r for r in reviews if r.state != "closed"), None)
    if now is not None:
        return Due(version, now.due, now)
    if version.state != "adopted":
        return None
    return Due(version, next_due(version, reviews), None)


def next_due(version: Version, reviews: list[Review]) -> date:
    done = max((r.closed_on for r in reviews if r.closed_on), default=None)
    assert version.adopted_on is not None
    return later(done, DATA["review"]["again_months"]) if done else later(version.adopted_on, DATA["review"]["months"])  # fmt: skip


def all_due() -> list[Due]:
    """Every version in force, and each review that was begun, the earliest date first."""
    begun = Review.objects.exclude(state="closed").values("version")
    rows = Version.objects.filter(Q(state="adopted") | Q(pk__in=begun)).select_related("policy__owner")
    return sorted((d for v in rows if (d := due(v))), key=lambda d: (d.on, d.version.pk))


def team_of(user: Any) -> list[User]:
    """Those whose line manager this is."""
    from redshank.web.access import standing

    return [s.user for s in standing.team_of(user)]
