"""Whether an account may open anything today: training, vetting, leaving, the line manager's look (practice rule 29)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from redshank.web.access.models import Look, Standing
from redshank.web.accounts.models import User
from redshank.web.accounts.roles import ROLES


@dataclass(frozen=True)
class Needs:
    levels: tuple[str, ...]
    labels: dict[str, str]
    least: dict[str, str]
    trained: timedelta
    certified: timedelta
    warned: int  # days before an access lapses
    asks: int  # working days to answer an ask in

    def level(self, role: str) -> str:
        return self.least.get(role, self.least["default"])


def _read() -> Needs:
    data = tomllib.loads((Path(__file__).parent / "standing.toml").read_text(encoding="utf-8"))
    levels, least = tuple(data["levels"]), data["least"]
    if set(least) - {"default"} - set(ROLES) or set(least.values()) - set(levels) or set(data["labels"]) != set(levels):  # fmt: skip
        raise ValueError("standing.toml names a role or a level that there is not")
    months = timedelta(days=data["trained_months"] * 365 // 12)
    return Needs(
        levels,
        data["labels"],
        least,
        months,
        timedelta(days=data["certified_days"]),
        data["warned_days"],
        data["asks_working_days"],
    )


NEEDS = _read()


def today() -> date:
    return timezone.localdate()


def of(user: Any) -> Standing:
    """How an account stands; a blank row where nothing was ever recorded."""
    return Standing.objects.filter(user=user).select_related("manager").first() or Standing(user=user)


def line_managers(roles: tuple[str, ...]) -> list[User]:
    """Whoever an account names as its line manager, and whoever has one of the roles: of the force, not of a partner."""
    named = Standing.objects.exclude(manager=None).values("manager")
    found = (
        User.objects.filter(is_active=True)
        .filter(Q(role__in=roles) | Q(pk__in=named))
        .order_by("role", "name")
    )
    return [u for u in found if u.as_role.scope != "shared"]


def lacks(user: Any) -> list[str]:
    """What keeps the account from opening anything today, in words; nothing where all is in order.

    The accounts of a demonstration are nobody's: everybody in it is invented.
    """
    if user.demonstration:
        return []
    s, day = of(user), today()
    if s.left_on is not None and s.left_on <= day:
        return ["You have left this role."]
    out = []
    if s.trained_on is None:
        out.append("Your training is not recorded.")
    elif day - s.trained_on > NEEDS.trained:
        out.append("Your training is out of date.")
    level = NEEDS.level(user.role)
    if s.vetting not in NEEDS.levels or NEEDS.levels.index(s.vetting) < NEEDS.levels.index(level):
        out.append(f"Your role needs: {NEEDS.labels[level].lower()}.")
    elif s.vetted_until is None or s.vetted_until < day:
        out.append("Your vetting has run out.")
    if s.certified_on is None or day - s.certified_on > NEEDS.certified:
        out.append("Your line manager has not confirmed this quarter that you still need the access.")
    return out


def record(user: User, **told: Any) -> Standing:
    """Keeps what an administrator tells of an account. A new role or a new start asks for a new look."""
    s = of(user)
    was_gone = _gone(s)
    for name, value in told.items():
        setattr(s, name, value)
    s.save()
    if was_gone or _gone(s):  # also of somebody who comes back: what they held before stays ended
        _tokens_end(user, "its owner left")
    return s


def _gone(s: Standing) -> bool:
    return s.left_on is not None and s.left_on <= today()


def _tokens_end(user: Any, why: str) -> None:
    from redshank.web.api import tokens  # which ask this module how an account stands

    tokens.end_of(user, why)


def move(user: User, role: str) -> None:
    """Another role: what the old one opened is gone at once; the line manager looks anew."""
    with transaction.atomic():
        user.role = role
        user.save(update_fields=["role"])
        record(user, certified_on=None)
        _tokens_end(user, "its owner has another role")


def team_of(user: Any) -> list[Standing]:
    rows = Standing.objects.filter(manager=user, user__is_active=True).select_related("user")
    return [s for s in rows.order_by("user__name") if s.left_on is None or s.left_on > today()]


def look(manager: Any, username: str, keeps: bool, reason: str) -> Standing | None:
    """The line manager's word on one of the team; None where the account is not in it."""
    with transaction.atomic():
        s = Standing.objects.select_for_update().filter(manager=manager, user__username=username).first()
        if s is None:
            return None
        Look(user=s.user, by=manager, role=s.user.role, keeps=keeps, reason=reason).save(force_insert=True)
        if keeps:
            s.certified_on = today()
        else:
            s.left_on = today()
            _tokens_end(s.user, "its owner left")
        s.save()
    return s


def due(s: Standing) -> date | None:
    return s.certified_on + NEEDS.certified if s.certified_on else None


def to_look_at(manager: Any) -> list[Standing]:
    """Of the team, those on whom the line manager's word is due within the days of warning, or was never given."""
    until = today() + timedelta(days=NEEDS.warned)
    return [s for s in team_of(manager) if (ends := due(s)) is None or ends <= until]


def lapses(user: Any) -> date | None:
    """When the account's own access ends unless the line manager says otherwise, where that is near."""
    ends = None if user.demonstration else due(of(user))
    return ends if ends is not None and ends <= today() + timedelta(days=NEEDS.warned) else None


def told_of(user: Any) -> Any:
    """The accounts of which a person is told that a look is due: their own, and those of their team."""
    return Standing.objects.filter(Q(user=user) | Q(manager=user))
