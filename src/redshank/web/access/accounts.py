"""What the administrator tells of an account, as the form brings it and as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from redshank.web.access import standing
from redshank.web.accounts.models import User
from redshank.web.accounts.roles import ROLES
from redshank.web.notices import lists

DATES = {"trained_on": "training", "vetted_until": "vetting", "left_on": "leaving"}


@dataclass
class Told:
    role: str
    vetting: str
    trained_on: date | None
    vetted_until: date | None
    left_on: date | None
    manager: User | None
    deputy: User | None
    mail: str = ""  # the work address for notices, or nothing

    @classmethod
    def of(cls, user: User) -> Told:
        s = standing.of(user)
        return cls(
            user.role,
            s.vetting,
            s.trained_on,
            s.vetted_until,
            s.left_on,
            s.manager,
            user.deputy,
            lists.way_of(user).address,
        )

    def keep(self, user: User) -> bool:
        """Keeps it; whether the address is another than before."""
        before = standing.of(user)
        standing.record(
            user, vetting=self.vetting, trained_on=self.trained_on, vetted_until=self.vetted_until, left_on=self.left_on, manager=self.manager,
        )  # fmt: skip
        if user.deputy_id != (self.deputy.pk if self.deputy else None):
            user.deputy = self.deputy
            user.save(update_fields=["deputy"])
        if user.role != self.role:
            standing.move(user, self.role)
        elif before.certified_on is None and before.pk is None:
            standing.record(
                user, certified_on=standing.today()
            )  # whoever makes the account says that it is needed
        return lists.address(user, self.mail)


def told(post: Any, user: User, errors: dict[str, str]) -> Told:
    dates: dict[str, date | None] = {}
    for name, words in DATES.items():
        text = post.get(name, "").strip()
        try:
            dates[name] = date.fromisoformat(text) if text else None
        except ValueError:
            dates[name] = None
            errors[name] = f"Write the date of {words} as 2026-03-14"
    role, vetting = post.get("role", user.role), post.get("vetting", "")
    if role not in ROLES:
        errors["role"] = "Choose a role"
    if vetting and vetting not in standing.NEEDS.levels:
        errors["vetting"] = "Choose a level"
    people = {u.username: u for u in User.objects.filter(is_active=True).exclude(pk=user.pk)}
    for name in ("manager", "deputy"):
        if post.get(name) and post[name] not in people:
            errors[name] = "Choose somebody who has an account"
    mail = post.get("mail", "").strip()
    try:
        if mail:
            validate_email(mail)
            mail.encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        errors["mail"] = "Write one work address, as name@force.example, or leave it empty"
    if len(mail) > 200:
        errors["mail"] = "Write no more than 200 characters"
    return Told(role, vetting, dates["trained_on"], dates["vetted_until"], dates["left_on"], people.get(post.get("manager", "")), people.get(post.get("deputy", "")), mail)  # fmt: skip
