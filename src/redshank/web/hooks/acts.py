"""Registered by one administrator, switched on or refused by another, ended by any of them."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from redshank.web.hooks import allowed
from redshank.web.hooks.models import Hook
from redshank.web.notices.models import Notice

MANAGES = "people.manage"


class NotAllowed(Exception):
    """A rule is in the way; the text says which."""


def propose(user: Any, name: str, address: str) -> Hook:
    """An address that waits for a second person.

    Raises:
        NotAllowed: no name, or an address that is not on the list.
    """
    if not name or len(name) > 80:
        raise NotAllowed("Write which system it is, at most 80 characters")
    if len(address) > 300 or not address.isascii() or not address.isprintable() or " " in address:
        raise NotAllowed("Write one address, as https://host/path")
    try:
        allowed.check(address, settings.HOOKS_ALLOWED)
    except allowed.Refused as reason:
        raise NotAllowed(str(reason)) from reason
    return Hook.objects.create(name=name, address=address, by=user, salt=secrets.token_hex(16))


def act(user: Any, number: int, kind: str) -> Hook:
    """``on`` or ``refused`` by somebody else than who proposed it; ``off`` by any.

    Raises:
        NotAllowed: a rule is in the way.
    """
    with transaction.atomic():
        hook = Hook.objects.select_for_update().filter(pk=number).first()
        if hook is None:
            raise NotAllowed("There is no such address")
        now = timezone.now()
        if kind in ("on", "refused"):
            if hook.state != "proposed":
                raise NotAllowed(f"{hook.state_words}: that is not done now")
            if hook.by_id == user.pk:
                raise NotAllowed("You proposed it: another administrator decides")
            hook.second, hook.decided_at, hook.state = user, now, kind
            # What waits already is no news.
            hook.after = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
        elif kind == "off":
            if hook.state not in ("on", "proposed"):
                raise NotAllowed(f"{hook.state_words}: there is nothing to end")
            hook.state, hook.ended_by, hook.ended_at = "off", user, now
            hook.deliveries.filter(done_at__isnull=True, given_up_at__isnull=True).update(
                given_up_at=now, failure="The address was ended"
            )
        else:
            raise NotAllowed("Choose what you do")
        hook.save()
    return hook
