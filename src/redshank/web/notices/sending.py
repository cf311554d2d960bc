"""The outbox. What waits for a person leaves in one message a round; it counts as sent once the mail server took it.

A crash between the server's word and ours sends that one message again in the next round, under the same Message-ID, and
loses none: notices are marked after, never before. What the server refuses is kept with the person's address, tried again
later and shown to the administrator; the words kept are ours, since a server's own may hold an address.
"""

from __future__ import annotations

import hashlib
import smtplib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from redshank.web.access.standing import lacks
from redshank.web.mailing import PATIENCE, Server
from redshank.web.meetings.raising import present
from redshank.web.notices.kinds import SENDING
from redshank.web.notices.lists import MOST, seen
from redshank.web.notices.models import Notice, Round, Way

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SUBJECT = "Redshank: something waits for you"
#: So many in a row at which the server hung up or said nothing end a round: each may have cost the whole patience.
MOST_BROKEN = 3
FOOT = "This message names nobody and nothing. What it is about stands behind the sign-in. Nobody reads answers to it."


@dataclass
class Told:
    """What came of a round: messages that were taken, that were refused, and what kept all from being sent."""

    sent: int = 0
    refused: int = 0
    failure: str = ""


def waiting(way: Way, now: datetime) -> list[Notice]:
    """What goes into a person's next message: unread, unsent, in sight today, and as they chose; nothing before its time."""
    local = timezone.localtime(now)
    if way.next_try is not None and way.next_try > now:
        return []
    if way.how == "daily":
        before = timezone.localtime(way.sent_at).date() if way.sent_at else None
        if before == local.date() or local.time() < SENDING["daily_from"]:
            return []
    rows = list(Notice.objects.filter(user=way.user, read_at__isnull=True, sent_at__isnull=True)[:MOST])
    rows = [n for n in rows if way.how != "none" or n.is_urgent]
    return seen(way.user, rows) if rows else []


def message(way: Way, rows: list[Notice], now: datetime, server: Server) -> EmailMessage:
    """Kinds of things that wait, how many of each, and the way to the pages: no name, no number, no reference."""
    today = timezone.localdate(now)
    said = Counter(n.says(today) for n in reversed(rows))
    lines = [f"- {words}{f' ({n})' if n > 1 else ''}" for words, n in said.items()]
    body = "\n".join(["In Redshank:", "", *lines, "", f"{settings.ORIGIN}/notices", "", FOOT, ""])
    # The same notices give the same identity, so that a mail server may let go of a repetition.
    of = f"{settings.SECRET_KEY}:{way.user_id}:{','.join(str(n.pk) for n in rows)}"
    host = urlsplit(settings.ORIGIN).hostname
    headers = {"Message-ID": f"<{hashlib.sha256(of.encode()).hexdigest()[:40]}@{host}>", "Auto-Submitted": "auto-generated"}  # fmt: skip
    return EmailMessage(SUBJECT, body, server.sender, [way.address], headers=headers)


def send(now: datetime | None = None) -> Told:
    """One round. Only one runs at a time: :mod:`~redshank.web.notices.postman` holds the lock."""
    now, told, server = now or timezone.now(), Told(), settings.MAIL_SERVER
    if server is None:
        return told
    ways = Way.objects.exclude(address="").filter(user__in=present()).select_related("user").order_by("pk")
    due = [(way, rows) for way in ways if (rows := waiting(way, now)) and not lacks(way.user)]
    broken = 0
    with _link(server) as link:
        for way, rows in due:
            if broken >= MOST_BROKEN:
                told.failure = "The mail server hangs up on one message after the other"
                break
            try:
                link.open()
            except (OSError, smtplib.SMTPException) as error:
                told.failure = f"The mail server cannot be reached: {_words(error)}"
                break
            try:
                link.send_messages([message(way, rows, now, server)])
            except (OSError, smtplib.SMTPException) as error:
                told.refused += 1
                broken = 0 if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) else broken + 1  # fmt: skip
                link.close()  # what a server that hung up left half-way is not used again
                _refused(way, _words(error), now)
            else:
                told.sent += 1
                broken = 0
                _sent(way, rows, now)
    _keep(now, told.failure)
    return told


@contextmanager
def _link(server: Server) -> Iterator[Any]:
    link = get_connection(
        BACKEND, host=server.host, port=server.port, username=server.user, password=server.password, use_tls=server.starttls, timeout=PATIENCE,
    )  # fmt: skip
    try:
        yield link
    finally:
        try:
            link.close()
        except (OSError, smtplib.SMTPException):  # every message was answered for before
            link.connection = None


def _words(error: Exception) -> str:
    """What went wrong in words of ours: a server's own may hold an address."""
    codes = [code for code, _ in error.recipients.values()] if isinstance(error, smtplib.SMTPRecipientsRefused) else []  # fmt: skip
    if codes:
        return f"it refused the address ({codes[0]})"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return f"it refused the sender ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"it refused our account ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it refused the message ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it offers no STARTTLS, or no sign-in"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "it hung up"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return (getattr(error, "strerror", None) or type(error).__name__).lower()


def _sent(way: Way, rows: list[Notice], now: datetime) -> None:
    with transaction.atomic():
        Notice.objects.filter(pk__in=[n.pk for n in rows]).update(sent_at=now)
        Way.objects.filter(pk=way.pk).update(sent_at=now, tries=0, failure="", failed_at=None, next_try=None)


def _refused(way: Way, words: str, now: datetime) -> None:
    """Kept, and tried again after a while that doubles; the notices stay unsent."""
    pause = timedelta(minutes=SENDING["again_minutes"] * 2 ** min(way.tries, 16))
    pause = min(pause, timedelta(hours=SENDING["longest_hours"]))
    # An address that was changed meanwhile begins anew: only the one that was tried is marked.
    Way.objects.filter(pk=way.pk, address=way.address).update(
        tries=F("tries") + 1, failure=words, failed_at=now, next_try=now + pause
    )


def _keep(now: datetime, failure: str) -> None:
    before = Round.objects.filter(pk=1).first() or Round(pk=1)
    since = (before.since or now) if failure else None
    Round.objects.update_or_create(pk=1, defaults={"at": now, "failure": failure, "since": since})
