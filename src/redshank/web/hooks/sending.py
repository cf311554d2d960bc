"""Events leave: one of each kind a round, however many things wait, so that no number of them is told.

An event says of what kind something waits, when, and a name of its own that says nothing. It is signed with a secret of the address, goes
to where the list allows and nowhere that an answer points to, and is tried again after a pause that doubles, for about two days.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from redshank.web.hooks import allowed
from redshank.web.hooks.models import Delivery, Hook
from redshank.web.notices.models import Notice

PATIENCE = 10  # seconds for which an address may keep us waiting
AGAIN = timedelta(minutes=5)  # after a failure; doubled each time …
LONGEST = timedelta(hours=6)  # … up to this
TRIES = 14  # then it is given up: about two days
A_ROUND = 50  # deliveries tried in one round


@dataclass
class Told:
    sent: int = 0
    failed: int = 0


def secret(hook: Hook) -> str:
    """What signs the events of an address: known to it and to this home, kept nowhere."""
    return hmac.new(settings.SECRET_KEY.encode(), f"hook {hook.salt}".encode(), hashlib.sha256).hexdigest()


def signature(of: str, at: int, body: bytes) -> str:
    """Over the second and the body, so that neither an event nor an old one can be passed off."""
    return hmac.new(of.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def body(d: Delivery) -> bytes:
    return json.dumps({"type": f"waits.{d.kind}", "id": d.event, "at": d.at.isoformat(timespec="seconds")}, sort_keys=True).encode()  # fmt: skip


def gather(now: datetime) -> int:
    """New notices → one event for each kind and address; how many are new."""
    made = 0
    for hook in Hook.objects.filter(state="on"):
        with transaction.atomic():
            rows = list(Notice.objects.filter(pk__gt=hook.after).values_list("pk", "kind"))
            if not rows:
                continue
            # Whoever is first takes these notices: two rounds at once tell them once.
            last = max(pk for pk, _ in rows)
            if not Hook.objects.filter(pk=hook.pk, after=hook.after, state="on").update(after=last):
                continue
            for kind in sorted({kind for _, kind in rows}):
                Delivery.objects.create(
                    hook=hook, event=secrets.token_hex(16), kind=kind, at=now, next_try=now
                )
                made += 1
    return made


def send(now: datetime | None = None) -> Told:
    """One round. :mod:`redshank.web.notices.postman` holds the lock."""
    now, told = now or timezone.now(), Told()
    gather(now)
    due = Delivery.objects.filter(
        done_at__isnull=True, given_up_at__isnull=True, next_try__lte=now, hook__state="on"
    )
    for d in due.select_related("hook").order_by("next_try", "pk")[:A_ROUND]:
        failure = post(d, now)
        if not failure:
            told.sent += 1
            Delivery.objects.filter(pk=d.pk).update(done_at=now, failure="", tries=F("tries") + 1)
            continue
        told.failed += 1
        gone = now if d.tries + 1 >= TRIES else None
        pause = min(AGAIN * 2 ** min(d.tries, 16), LONGEST)
        Delivery.objects.filter(pk=d.pk).update(
            tries=F("tries") + 1, failure=failure, next_try=now + pause, given_up_at=gone
        )
    return told


def post(d: Delivery, now: datetime) -> str:
    """What went wrong in words of ours, or nothing. The address is looked at anew each time: the list may have changed."""
    try:
        origin = allowed.check(d.hook.address, settings.HOOKS_ALLOWED)
        link = _link(origin, allowed.resolved(origin))
    except allowed.Refused as reason:
        return str(reason)[:120]
    sent, at = body(d), int(now.timestamp())
    parts = urlsplit(d.hook.address)
    headers = {
        "Content-Type": "application/json", "User-Agent": "Redshank",
        "X-Redshank-Signature": f"t={at},v1={signature(secret(d.hook), at, sent)}",
    }  # fmt: skip
    try:
        link.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), sent, headers)
        status = link.getresponse().status
    except TimeoutError:
        return "It did not answer in time"
    except ssl.SSLError:
        return "Its certificate was not accepted"
    except (OSError, http.client.HTTPException) as error:
        return f"It could not be reached ({type(error).__name__})"
    finally:
        link.close()
    return "" if 200 <= status < 300 else f"It answered {status}"


def _link(origin: allowed.Origin, address: str) -> http.client.HTTPConnection:
    """A connection to the numeric address that was checked, under the name of the list; it follows no redirection."""
    if origin.scheme == "https":
        return _Https(origin, address)
    return _Http(origin, address)


class _Http(http.client.HTTPConnection):
    def __init__(self, origin: allowed.Origin, address: str, **more: Any) -> None:
        super().__init__(origin.host, origin.port, timeout=PATIENCE, **more)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Https(_Http):
    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
