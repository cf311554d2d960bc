"""Look-ups of accounts and handovers: everybody's names and roles, and a person's own handovers."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime
from typing import Any

from redshank.web.accounts.models import Handover, User
from redshank.web.accounts.roles import ROLES


def demonstration_accounts() -> list[User]:
    order = list(ROLES)
    found = User.objects.filter(demonstration=True, is_active=True)
    return sorted(found, key=lambda u: (order.index(u.role), u.username))


def demonstration_account(username: str) -> User | None:
    return User.objects.filter(demonstration=True, is_active=True, username=username).first()


def all_accounts() -> list[User]:
    return list(User.objects.order_by("role", "name"))


def without_deputy() -> list[User]:
    """Who is there and names nobody, or somebody who is gone: every role has a deputy (practice rule 16)."""
    rows = User.objects.filter(is_active=True).exclude(deputy__is_active=True)
    return list(rows.order_by("role", "name"))


def account(username: str) -> User | None:
    return User.objects.filter(username=username, is_active=True).first()


def same_work(user: User) -> list[User]:
    """To whom a user may hand over: the same role, a deputy, and the duty inspector where the work is with records."""
    roles = {user.role} if user.as_role.scope == "none" else {user.role, "duty_inspector"}
    found = list(User.objects.filter(role__in=roles, is_active=True).order_by("name"))
    return found + ([user.deputy] if user.deputy and user.deputy not in found else [])


def give(giver: User, taker: User, text: str, once: str) -> bool:
    """Whether it was handed over now; False where the same form did it before."""
    _, made = Handover.objects.get_or_create(
        once=once, defaults={"giver": giver, "taker": taker, "note": text[:4000]}
    )
    return made


def given_by(user: User) -> list[Handover]:
    return list(Handover.objects.filter(giver=user).select_related("taker").order_by("-at")[:20])


def taken_by(user: User) -> list[Handover]:
    return list(Handover.objects.filter(taker=user).select_related("giver").order_by("signed_at", "-at")[:20])


def sign(user: User, number: int, at: datetime) -> bool:
    return bool(Handover.objects.filter(pk=number, taker=user, signed_at__isnull=True).update(signed_at=at))


def device_of(user: User) -> Any:
    """The user's authenticator; made, unconfirmed, where there is none yet."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    found = TOTPDevice.objects.filter(user=user).order_by("-confirmed", "id").first()
    return found or TOTPDevice.objects.create(user=user, name="authenticator", confirmed=False)


def key_words(device: Any) -> str:
    """The key to type into an authenticator app, in groups of four."""
    key = b32encode(device.bin_key).decode()
    return " ".join(key[i : i + 4] for i in range(0, len(key), 4))
