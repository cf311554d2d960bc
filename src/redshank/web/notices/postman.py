"""Reminders and the outbox, one process at a time: beside the pages, after a night, or by ``redshank notices send``."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import Error, close_old_connections, connection

from redshank.web.hooks import sending as events
from redshank.web.notices import reminders, sending
from redshank.web.notices.kinds import SENDING

log = logging.getLogger(__name__)


class Busy(Exception):
    """Another process is at it: what waits is in its hands."""


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """The lock goes with its process, also where that is killed."""
    fd = os.open(home / "web" / "notices.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        yield
    finally:
        os.close(fd)


def once(home: Path, now: datetime | None = None) -> tuple[int, sending.Told]:
    """One round: how many reminders are new, and what came of the outbox.

    Raises:
        Busy: another process runs one now.
    """
    with _alone(home):
        told = reminders.sweep(now), sending.send(now)
        events.send(now)  # how they went stands on the page of webhooks
        return told


class Postman(threading.Thread):
    """Runs beside the workers."""

    def __init__(self, home: Path) -> None:
        super().__init__(name="postman", daemon=True)
        self.home = home
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(SENDING["every_seconds"]):
            close_old_connections()
            try:
                once(self.home)
            except Busy:
                continue
            except (
                Error
            ):  # the database could not be reached or was busy: notices wait, and the next round has them
                log.exception("notices were not looked through")
        connection.close()

    def stop(self) -> None:
        self.stopping.set()
        self.join(timeout=5)
