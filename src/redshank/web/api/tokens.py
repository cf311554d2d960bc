"""A token is made, found by what a request carries, and ended. A view asks the policy first and then calls these."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from redshank.web.access import standing
from redshank.web.api.models import Token
from redshank.web.api.scopes import open_to

DAYS = 30  # for which a token is good; local default
MOST_DAYS = 90
NAME_LONGEST = 80
MOST = 20  # tokens in force of one person


class NotAllowed(Exception):
    """A rule of tokens is in the way; the text says which."""


def digest(token: str) -> str:
    """Tokens are long and random, so that a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def make(owner: Any, name: str, scopes: Iterable[str], days: int) -> tuple[Token, str]:
    """The token's row, and the token itself, which is told once and not kept.

    Raises:
        NotAllowed: no scope, one that opens nothing for this role, too long a time, or too many tokens.
    """
    asked, may = sorted(set(scopes)), open_to(owner)
    if not asked:
        raise NotAllowed("Choose at least one thing that the token is for")
    if not set(asked) <= set(may):
        raise NotAllowed("Choose only what your role may do")
    if not 1 <= days <= MOST_DAYS:
        raise NotAllowed(f"Give a number of days from 1 to {MOST_DAYS}")
    if not name or len(name) > NAME_LONGEST or not name.isprintable():
        raise NotAllowed(f"Write what the token is for, at most {NAME_LONGEST} characters")
    if Token.objects.filter(owner=owner, ended_at__isnull=True, until__gt=timezone.now()).count() >= MOST:
        raise NotAllowed(f"You have {MOST} tokens in force: end one that is used no more")
    secret = f"rsk_{secrets.token_urlsafe(32)}"
    row = Token.objects.create(
        owner=owner, role=owner.role, name=name, digest=digest(secret), scopes=json.dumps(asked),
        until=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    return row, secret


def of(secret: str) -> Token | None:
    """The token in force that a request carries. Its owner's leaving or moving ends it for good, however it became known."""
    row = Token.objects.select_related("owner").filter(digest=digest(secret), ended_at__isnull=True).first()
    if row is None or row.is_past:
        return None
    owner = row.owner
    if not owner.is_active or _left(standing.of(owner)):
        end_of(owner, "its owner left")
        return None
    if owner.role != row.role:
        end_of(owner, "its owner has another role")
        return None
    return row


def _left(s: Any) -> bool:
    return s.left_on is not None and s.left_on <= standing.today()


def used(row: Token) -> None:
    Token.objects.filter(pk=row.pk).update(used_at=timezone.now())


def end(by: Any, number: int, own: bool) -> Token | None:
    """Ends a token of one's own, or anybody's for an administrator; None where there is none in force."""
    rows = Token.objects.filter(pk=number, ended_at__isnull=True)
    if own:
        rows = rows.filter(owner=by)
    why = "by its owner" if own else "by an administrator"
    if not rows.update(ended_at=timezone.now(), ended_by=by, ended_why=why):
        return None
    return Token.objects.select_related("owner").get(pk=number)


def end_of(owner: Any, why: str) -> int:
    """All tokens of somebody who left or moved."""
    rows = Token.objects.filter(owner=owner, ended_at__isnull=True)
    return int(rows.update(ended_at=timezone.now(), ended_why=why))


def of_owner(owner: Any) -> list[Token]:
    return list(Token.objects.filter(owner=owner).select_related("ended_by")[:100])


def everybodys() -> list[Token]:
    """In force, by whose they are: what an administrator looks over."""
    rows = Token.objects.filter(ended_at__isnull=True, until__gt=timezone.now()).select_related("owner")
    return list(rows.order_by("owner__name", "-at"))
