"""To whom an item can be given, and whether they may see it. Names of accounts and roles only."""

from __future__ import annotations

from typing import Any

from redshank.web.accounts.models import User
from redshank.web.accounts.roles import ROLES
from redshank.web.worklist.items import head_of
from redshank.web.worklist.models.base import ABOUT


def who_may(permission: str, about: str = "") -> list[User]:
    """Active accounts whose role holds the permission, and sees this kind of thing."""
    kinds = (permission, f"see.{ABOUT[about]}") if about else (permission,)
    roles = [k for k, r in ROLES.items() if all(r.allows(p) for p in kinds)]
    return list(User.objects.filter(is_active=True, role__in=roles).order_by("name", "username"))


def roles_who_may(permission: str, about: str) -> list[tuple[str, str]]:
    taken = {u.role for u in who_may(permission, about)}
    return [(k, r.title) for k, r in ROLES.items() if k in taken]


def named(username: str) -> User | None:
    return User.objects.filter(is_active=True, username=username).first()


def of_role(role: str) -> list[User]:
    return list(User.objects.filter(is_active=True, role=role).select_related("deputy").order_by("name"))


def by_number(numbers: set[int]) -> dict[int, User]:
    return {u.pk: u for u in User.objects.filter(pk__in=numbers)}


def can_have(user: Any, permission: str, about: str, ident: str) -> bool:
    """Whether this person may do what is asked of them, and has the thing in sight."""
    return user.as_role.allows(permission) and head_of(user, about, ident) is not None
