"""Restricting, granting, sharing, recording a matter of one's own, and taking back. A view asks the policy first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.access.models import Ask
from redshank.web.access.standing import NEEDS
from redshank.web.accounts.models import User
from redshank.web.accounts.roles import ROLES
from redshank.web.concerns.routing import ROUTING
from redshank.web.heads.models import Group, Line, Person, Place, Record
from redshank.web.pages import words
from redshank.web.policy.models import Conflict, Grant, Restriction, Share
from redshank.web.policy.sight import sight_of

LONGEST_GRANT = 30  # days; local default
KEEPS_SIGHT = 90  # days for those named when a thing is restricted; local default
#: Kind of thing → its head, the column of its id, and how it is called.
KINDS: dict[str, tuple[Any, str, str]] = {
    "record": (Record, "key", "record"), "person": (Person, "person_id", "person"), "group": (Group, "group_id", "group"),
    "place": (Place, "cell", "place"), "line": (Line, "line_ref", "county line"),
}  # fmt: skip
DECIDED: dict[str, Any] = {"restriction": Restriction, "grant": Grant, "share": Share, "conflict": Conflict}


@dataclass
class Thing:
    kind: str
    ident: str
    label: str
    open: bool  # whether it stands without any report of handling C


#: What opens something to somebody → what makes two decisions one and the same.
OPENS = {"share": ("kind", "ident", "audience"), "grant": ("kind", "ident", "user")}


def thing(user: Any, kind: str, ident: str) -> Thing | None:
    """The thing as this reader sees it, or nothing."""
    if kind not in KINDS:
        return None
    model, column, _ = KINDS[kind]
    row = model.objects.visible_to(user, user.as_role.purpose).filter(**{column: ident}).first()
    if row is None:
        return None
    label = words.record_words(row.key) if kind == "record" else row.label if kind == "group" else row.name
    return Thing(kind, ident, label, row.handling != "C" if kind == "record" else row.in_open)


def restrict(by: Any, about: Thing, reason: str, keep: list[User]) -> Restriction:
    """Hides it from everybody but those named, who always include whoever restricts it."""
    until = timezone.now() + timedelta(days=KEEPS_SIGHT)
    with transaction.atomic():
        made = Restriction.objects.create(
            kind=about.kind, ident=about.ident, label=about.label, by=by, reason=reason
        )
        for user in {by, *keep}:
            grant(by, about.kind, about.ident, about.label, user, until, reason)
    return made


def grant(by: Any, kind: str, ident: str, label: str, user: Any, until: datetime, reason: str) -> Grant:
    return Grant.objects.create(
        kind=kind, ident=ident, label=label, by=by, user=user, until=until, reason=reason
    )


def share(by: Any, about: Thing, audience: str, reason: str) -> Share:
    return Share.objects.create(
        kind=about.kind, ident=about.ident, label=about.label, audience=audience, by=by, reason=reason
    )


def conflict(by: Any, about: Thing, user: Any, reason: str) -> Conflict:
    return Conflict.objects.create(person_id=about.ident, label=about.label, user=user, by=by, reason=reason)


def restricted_to(user: Any, restriction: int) -> Restriction | None:
    """A standing restriction that this manager may know of."""
    return next((r for r in standing(user)["restriction"] if r.pk == restriction), None)


def end(user: Any, what: str, number: int, why: str) -> Any:
    """Takes back; what was decided stays in view with who ended it. None where it does not stand for this manager.

    What opens something may have been decided twice, by a form sent twice or by two people on one day: whoever takes it back
    takes back all of it. A restriction or a conflict that another decided as well stands on.
    """
    row = next((r for r in standing(user).get(what, []) if r.pk == number), None)
    if row is None:
        return None
    told = {"ended_at": timezone.now(), "ended_by": user, "ended_why": why}
    same = {n: getattr(row, n) for n in OPENS.get(what, ())}
    type(row).objects.filter(**(same or {"pk": row.pk}), ended_at__isnull=True).update(**told)
    row.refresh_from_db()
    return row


def standing(user: Any, ended: bool = False) -> dict[str, list[Any]]:
    """All that stands (or has ended), newest first, without what is a matter of the manager's own."""
    own = sight_of(user).own
    out: dict[str, list[Any]] = {}
    for what, model in DECIDED.items():
        rows = model.objects.filter(ended_at__isnull=not ended).select_related("by", "ended_by")
        if what == "conflict":
            rows = rows.exclude(user=user).exclude(person_id__in=own.get("person", ())).select_related("user")
        else:
            for kind, idents in own.items():
                rows = rows.exclude(kind=kind, ident__in=idents)
        if what == "grant":
            rows = rows.select_related("user")
        out[what] = list(rows.order_by("-at", "-pk")[:200])
    return out


def of_thing(user: Any, about: Thing) -> dict[str, list[Any]]:
    """What stands on one thing."""
    found = standing(user)
    same = {
        k: [r for r in rows if (r.kind, r.ident) == (about.kind, about.ident)]
        for k, rows in found.items()
        if k != "conflict"
    }
    mine = [r for r in found["conflict"] if about.kind == "person" and r.person_id == about.ident]
    return same | {"conflict": mine}


def audiences() -> list[tuple[str, str]]:
    """With whom things can be shared: agencies of partners, and roles that see what was shared."""
    agencies = (
        User.objects.exclude(agency="")
        .filter(is_active=True)
        .values_list("agency", flat=True)
        .distinct()
        .order_by("agency")
    )
    roles = [(r.key, r.title) for r in ROLES.values() if r.scope == "shared" and r.key != "partner_member"]
    return [(a, a) for a in agencies] + roles


def readers() -> list[User]:
    """Who may be granted sight: everybody whose role sees records at all."""
    rows = User.objects.filter(is_active=True).order_by("name")
    return [u for u in rows if u.as_role.scope != "none"]


def once_seen(user: Any, kind: str, ident: str) -> Any:
    """A grant or share by which this person could see the thing before: they know that it exists."""
    mine = Grant.objects.filter(user=user, kind=kind, ident=ident).order_by("-at").first()
    return (
        mine or Share.objects.filter(audience=user.audience, kind=kind, ident=ident).order_by("-at").first()
    )


def ask(user: Any, what: str, said: str, why: str) -> Ask:
    return Ask.objects.create(user=user, what=what, words=said, why=why)


def asks_of(user: Any) -> list[Ask]:
    return list(Ask.objects.filter(user=user).select_related("answered_by").order_by("-at")[:50])


def waiting(user: Any) -> list[Ask]:
    """Asks of others that nobody answered."""
    rows = Ask.objects.filter(answered_at__isnull=True).exclude(user=user).select_related("user")
    return list(rows.order_by("at"))


def told_of(user: Any) -> Any:
    """The asks of which a person is told: their own, and those of others where they answer them."""
    if user.as_role.allows("sight.manage"):
        return Ask.objects.all()
    return Ask.objects.filter(user=user)


def answer_by(row: Ask) -> datetime:
    return ROUTING.working_days_on(row.at, NEEDS.asks)


def answer(by: Any, number: int, text: str) -> Ask | None:
    with transaction.atomic():
        row = (
            Ask.objects.select_for_update()
            .filter(pk=number, answered_at__isnull=True)
            .exclude(user=by)
            .first()
        )
        if row is None:
            return None
        row.answered_by, row.answered_at, row.answer = by, timezone.now(), text
        row.save()
    return row
