"""What the tests of notices share: what was told to whom, and a real mail server that takes, refuses or hangs up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from tests.browser.serving import free_port

from . import worklist_tools as tools

ORIGIN = "https://redshank.force.example"


def told(role: str, name: str = "") -> list[str]:
    """The kinds of notices of an account, oldest first."""
    from redshank.web.notices.models import Notice

    rows = Notice.objects.filter(user=tools.account(role, name)).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def address(user: Any, how: str = "each", to: str = "") -> Any:
    from redshank.web.notices.models import Way

    made, _ = Way.objects.update_or_create(user=user, defaults={"address": to or f"{user.username}@force.example", "how": how})  # fmt: skip
    return made


class Mails:
    """What a mail server was given. ``refuses``: addresses that it does not take; ``hangs_up``: addresses at which it leaves."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.raw: list[bytes] = []
        self.refuses: set[str] = set()
        self.hangs_up: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, options: Any) -> str:
        if to in self.refuses:
            return f"550 5.1.1 <{to}> secretword of the server"
        if to in self.hangs_up:
            server.transport.abort()
            return "421 gone"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.raw.append(envelope.content)
        self.taken.append(message_from_bytes(envelope.content))
        return "250 taken"

    def to(self, address: str) -> list[Any]:
        return [m for m in self.taken if m["To"] == address]


@contextmanager
def mail_server(mails: Mails) -> Iterator[Any]:
    """A server on a free port of this machine; gives how the application is told of it."""
    from aiosmtpd.controller import Controller
    from django.test import override_settings

    from redshank.web.mailing import Server

    port = free_port()  # aiosmtpd looks at the port that it was given, so that it takes no 0
    served = Controller(mails, hostname="127.0.0.1", port=port)
    served.start()
    try:
        told_of = Server("127.0.0.1", port, "redshank@force.example", False)
        with override_settings(MAIL_SERVER=told_of, ORIGIN=ORIGIN):
            yield told_of
    finally:
        served.stop()
