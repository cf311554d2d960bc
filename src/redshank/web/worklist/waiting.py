"""What cannot wait for the daily meeting, and to whom it goes while nobody has taken it (practice rule 16).

The steps are settings (``waiting.toml``). Each stays when the next is reached; a person who takes it ends them all. To have
seen it takes nothing. Given back, it stands where it would have stood by now: the clock runs from when it was found and is
never set anew. This list replaces no emergency call.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.accounts.roles import ROLES
from redshank.web.flags.models import GivenBack, Taken
from redshank.web.heads.models import Published, Urgent
from redshank.web.worklist.colleagues import of_role
from redshank.web.worklist.config import WAITING
from redshank.web.worklist.models import Acknowledged

FACE = "This list replaces no emergency call."


@dataclass(frozen=True)
class Stage:
    """One step for one item: to whom it goes, when, and whether that time has come."""

    words: str
    at: datetime
    reached: bool
    people: tuple[User, ...]


@dataclass
class Waits:
    """One item with who has seen it, who has taken it, and how far it has gone."""

    item: Urgent
    since: datetime
    taken: Taken | None
    earlier: list[Taken] = field(default_factory=list)  # taken and given back, oldest first
    seen: list[Acknowledged] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)

    @property
    def reached(self) -> list[Stage]:
        return [s for s in self.stages if s.reached] if self.taken is None else []

    def is_with(self, user: User) -> bool:
        return any(user in s.people for s in self.reached)

    @property
    def is_late(self) -> bool:
        """It has gone past its first step, or even that names nobody."""
        return self.taken is None and (len(self.reached) > 1 or not any(s.people for s in self.reached))


def people_of(step: dict[str, Any], known: dict[str, list[User]] | None = None) -> tuple[User, ...]:
    """Who the step names: everybody of the role, or their deputies. ``known``: people by role, asked already."""
    holders = of_role(step["role"]) if known is None else known[step["role"]]
    if not step["deputies"]:
        return tuple(holders)
    deputies = {u.deputy_id: u.deputy for u in holders if u.deputy is not None and u.deputy.is_active}
    return tuple(sorted((d for d in deputies.values() if d is not None), key=lambda u: u.name))


def _stages(since: datetime, now: datetime, people: list[tuple[User, ...]]) -> list[Stage]:
    """How far it has gone; ``people``: who each step names."""
    out = []
    for step, named in zip(WAITING["step"], people, strict=True):
        at = since + timedelta(minutes=step["after_minutes"])
        title = ROLES[step["role"]].title.lower()
        said = f"deputies of the {title}" if step["deputies"] else f"the {title}"
        out.append(Stage(said, at, at <= now, named))
    return out


def waits(user: Any, now: datetime | None = None) -> list[Waits]:
    """Everything that cannot wait and that this user may see, longest waiting first."""
    purpose = user.as_role.purpose
    now = now or timezone.now()
    rows = list(Urgent.objects.visible_to(user, purpose).order_by("name", "person_id"))
    ids = [r.person_id for r in rows]
    taken = takings(user, purpose, ids)
    seen: dict[tuple[str, int], list[Acknowledged]] = {}
    for a in (
        Acknowledged.objects.visible_to(user, purpose)
        .select_related("by")
        .filter(person_id__in=ids)
        .order_by("at")
    ):
        seen.setdefault((a.person_id, a.since_run), []).append(a)
    published = dict(
        Published.objects.filter(run__in={r.since_run for r in rows}).values_list("run", "published_at")
    )
    roles = {step["role"]: of_role(step["role"]) for step in WAITING["step"]} if rows else {}
    people = [people_of(step, roles) for step in WAITING["step"]] if rows else []
    out = []
    for r in rows:
        since = published.get(r.since_run, now)
        about = (r.person_id, r.since_run)
        turns = taken.get(about, [])
        stands = turns[-1] if turns and not is_given_back(turns[-1]) else None
        earlier = [t for t in turns if t is not stands]
        out.append(Waits(r, since, stands, earlier, seen.get(about, []), _stages(since, now, people)))
    return sorted(out, key=lambda w: (w.taken is not None, w.since, w.item.name))


def takings(user: Any, purpose: str, ids: list[str]) -> dict[tuple[str, int], list[Taken]]:
    """Who took what, by person and by the run since which it waits, in their order."""
    rows = Taken.objects.visible_to(user, purpose).filter(person_id__in=ids)
    out: dict[tuple[str, int], list[Taken]] = {}
    for t in rows.select_related("by", "given_back__by").order_by("turn"):
        out.setdefault((t.person_id, t.since_run), []).append(t)
    return out


def is_given_back(taken: Taken) -> bool:
    return hasattr(taken, "given_back")


def take(user: User, item: Urgent) -> tuple[Taken, bool]:
    """The taking that stands, and whether it is this one: of two who press, the second is told of the first."""
    turns = takings(user, user.as_role.purpose, [item.person_id]).get((item.person_id, item.since_run), [])
    if turns and not is_given_back(turns[-1]):
        return turns[-1], False
    try:
        with transaction.atomic():
            made = Taken(person_id=item.person_id, since_run=item.since_run, turn=len(turns), reason=item.reason, by=user)  # fmt: skip
            made.save(force_insert=True)
    except IntegrityError:
        rows = Taken.objects.visible_to(user, user.as_role.purpose).select_related("by")
        return rows.get(person_id=item.person_id, since_run=item.since_run, turn=len(turns)), False
    return made, True


def give_back(user: User, taken: Taken, why: str, once: str) -> GivenBack | None:
    """Gives back what the user took; None where that is done already. A form sent twice gives back once."""
    try:
        with transaction.atomic():
            made = GivenBack(taken=taken, by=user, why=why, once=once)
            made.save(force_insert=True)
    except IntegrityError:
        return None
    return made


def acknowledge(user: User, item: Urgent) -> bool:
    """Keeps that somebody has seen it; false where that stood already."""
    return Acknowledged.objects.get_or_create(person_id=item.person_id, since_run=item.since_run, by=user)[1]
