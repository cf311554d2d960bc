"""Numbers and chains what the requests wrote: one process at a time, in batches, at most a second behind.

Each entry is handed to :mod:`redshank.audit` with its own random ``ref``. After a crash between the chain and the mark
here, the refs already in the chain are told from those that are not, so that none stands twice.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from pathlib import Path
from typing import Any

from django.db import close_old_connections, connection
from django.utils import timezone

from redshank.audit import Audit
from redshank.errors import RedshankError
from redshank.web.trail.models import Entry
from redshank.web.trail.write import place_of

EVERY_SECONDS = 0.7
BATCH = 500
log = logging.getLogger(__name__)


def _batch_entry(entry: Entry, who: dict[int, str]) -> dict[str, Any]:
    details = {"role": entry.role, "kind": entry.kind, "query": entry.details[:200]}
    if entry.opened_from:
        details["opened_from"] = place_of(entry.opened_from)
    return {
        "ref": entry.ref,
        "actor": who.get(entry.user_id or 0, "nobody signed in"),
        "at": entry.at,
        "purpose": entry.purpose,
        "action": f"web {entry.action}",
        "subject": entry.kind,
        "details": details,
        "personal": {"id": entry.ident} if entry.ident else None,
    }


def chain(home: Path, after_crash: bool = False) -> int:
    """Chains all entries that wait, oldest first; returns how many."""
    from redshank.web.accounts.models import User

    done = 0
    audit = Audit(home)
    while waiting := list(Entry.objects.filter(chained_at__isnull=True).order_by("id")[:BATCH]):
        fresh = waiting
        if after_crash:
            known = {e["ref"] for e in audit.entries()}
            fresh = [e for e in waiting if e.ref not in known]
            after_crash = False
        ids = {e.user_id for e in fresh if e.user_id}
        who = dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))
        if fresh:
            audit.append_batch([_batch_entry(e, who) for e in fresh])
        Entry.objects.filter(pk__in=[e.pk for e in waiting]).update(chained_at=timezone.now())
        done += len(waiting)
    return done


def settle(home: Path, wait_seconds: float = 30) -> bool:
    """Everything written so far stands in the chain: chained here or, where a server's sequencer holds the lock, by that. Says
    whether it does by the end of the wait."""
    until = time.monotonic() + wait_seconds
    fd = os.open(home / "web" / "sequencer.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while Entry.objects.filter(chained_at__isnull=True).exists():
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                chain(home, after_crash=True)
                return True
            except BlockingIOError:
                if time.monotonic() > until:
                    return False
                time.sleep(EVERY_SECONDS)
        return True
    finally:
        os.close(fd)


class Sequencer(threading.Thread):
    """Runs beside the workers; only the process that holds the lock chains."""

    def __init__(self, home: Path) -> None:
        super().__init__(name="sequencer", daemon=True)
        self.home = home
        self.stopping = threading.Event()

    def run(self) -> None:
        fd = os.open(self.home / "web" / "sequencer.lock", os.O_RDWR | os.O_CREAT, 0o600)
        first = True
        held = False
        while not self.stopping.wait(EVERY_SECONDS):
            try:
                if not held:
                    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    held = True
                close_old_connections()
                chain(self.home, after_crash=first)
                first = False
            except BlockingIOError:
                continue
            except RedshankError:
                log.exception("the audit could not be chained; entries wait and are tried again")
        connection.close()
        os.close(fd)

    def stop(self) -> None:
        """Chains what waits and ends."""
        self.stopping.set()
        self.join(timeout=5)
